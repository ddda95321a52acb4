import Core
import Foundation
import XCTest

/// P8: nothing of a report gets into a log by being printed.
final class PrintingTests: XCTestCase {
    func testARecordThatIsPrintedTellsNothing() throws {
        let place = Target.named(name: "the old slip")
        let seen = sighting("two RIBs", observer: slip, target: place, subjects: [.vessel(Vessel(name: "Morwenna"))])
        let records: [Any] = [content(seen), seen, seen.when, slip, slip.position, place, seen.subjects[0]]
        for record in records {
            for printed in [String(describing: record), String(reflecting: record), "\(record)", dumped(record)] {
                XCTAssertTrue(printed.contains(/^(- )?\[\w+\]\n?$/), printed)
            }
        }
        for printed in ["\([seen])", "\(Optional(seen) as Any)", dumped([seen]), "\(Result<Sighting, CoreError>.success(seen))"] {
            XCTAssertFalse(printed.contains("RIBs"), printed)
            XCTAssertTrue(printed.contains("[Sighting]"), printed)
        }
    }

    /// A struct that is generated tomorrow is hidden, too.
    func testEveryGeneratedRecordIsAmongThoseThatPrintTheirName() throws {
        let sources = Given.checkout.appending(path: "bindings/swift/Sources/Core")
        let generated = try String(contentsOf: sources.appending(path: "Core.swift"), encoding: .utf8)
        let hidden = try String(contentsOf: sources.appending(path: "Hidden.swift"), encoding: .utf8)
        let records = generated.matches(of: /(?m)^public struct (\w+): Equatable/).map { String($0.1) }
        XCTAssertGreaterThan(records.count, 40)
        for record in records {
            XCTAssertTrue(hidden.contains("extension \(record): PrintsItsNameAlone {}"), record)
        }
    }

    private func dumped(_ record: Any) -> String {
        var text = ""
        dump(record, to: &text)
        return text
    }
}
