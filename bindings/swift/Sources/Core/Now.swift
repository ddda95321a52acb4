import Foundation

/// This moment by this device's clock, with its offset from UTC, as a sighting wants it.
public func now() -> When {
    let seconds: Date.ISO8601FormatStyle = .init(timeZone: .current).year().month().day()
        .timeZone(separator: .colon).time(includingFractionalSeconds: false)
    return When(from: Date.now.formatted(seconds))
}
