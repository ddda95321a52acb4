import Core
import Foundation
import XCTest

private let pin = Data("2580".utf8), otherPin = Data("1470".utf8)

/// Every error says by its case what can be done about it.
final class ErrorTests: WithDesk {
    func test_S06_S19_everyArmOfTheError() async throws {
        let client = try await client()
        let again = await error { _ = try await self.client() }
        XCTAssertEqual(again, .Unusable(code: "already-set-up"))
        let elsewhere = await error { _ = try await Client.open(home: self.home + "-elsewhere", keyStore: self.keys()) }
        XCTAssertEqual(elsewhere, .Gone(code: "home"))
        let note = try await client.note(content: content(sighting("")))
        let nothing = await error { _ = try await note.submit(delayS: 0) }
        XCTAssertEqual(nothing, .FixInput(code: "nothing-seen"))
        try await note.change(content: content(desk: "another"))
        let other = await error { _ = try await note.submit(delayS: 0) }
        XCTAssertEqual(other, .NotSendable(code: "desk-does-not-take", photo: nil, limit: nil))
        let nowhere = Fix(position: Coordinates(latDeg: 91, lonDeg: 0), source: .hand)
        let latitude = await error { try await note.change(content: content(sighting(observer: nowhere))) }
        XCTAssertEqual(latitude, .FixInput(code: "latitude"))

        let sender = try await client.sender(wishes: Wishes())
        let second = await error { _ = try await client.sender(wishes: Wishes()) }
        XCTAssertEqual(second, .TryAgain(code: "already-sending"))
        withExtendedLifetime(sender) {}

        let notebook = try await client.unlock()
        let short = await error { _ = try await notebook.setPin(pin: Data("12".utf8)) }
        XCTAssertEqual(short, .FixInput(code: "pin-too-short"))
        _ = try await notebook.setPin(pin: pin)
        let right = try await client.unlockWithPin(pin: pin)
        try await right.lock()
        try await notebook.lock()
        let locked = await error { _ = try await notebook.drafts(limit: 10) }
        XCTAssertEqual(locked, .Locked)
        let unasked = await error { _ = try await client.unlock() }
        XCTAssertEqual(unasked, .Locked)
        try await assertThatWrongPinsMakeOneWait(client)
    }

    private func assertThatWrongPinsMakeOneWait(_ client: Client) async throws {
        for attempt in 1..<20 {
            switch await error(of: { _ = try await client.unlockWithPin(pin: otherPin) }) {
            case .WrongPin(let attempts, _): XCTAssertEqual(attempts, UInt32(attempt))
            case .Wait(let waitMs):
                XCTAssertGreaterThan(attempt, 1)
                XCTAssertGreaterThan(waitMs, 0)
                let wait = try await client.pinWaitMs()
                XCTAssertGreaterThan(wait ?? 0, 0)
                return
            case let another: return XCTFail("\(String(describing: another))")
            }
        }
        XCTFail("no wait")
    }

    func test_S13_whatIsOverSaysSo() async throws {
        let client = try await client()
        let note = try await client.note(content: content())
        _ = try await note.submit(delayS: 0)
        let unread = await error { _ = try await note.content() }
        XCTAssertEqual(unread, .Gone(code: "draft"))
        let twice = await error { _ = try await note.submit(delayS: 0) }
        XCTAssertEqual(twice, .Gone(code: "draft"))
        let notebook = try await client.unlock()
        try await notebook.lock()
        let locked = await error { _ = try await notebook.reports(limit: 10) }
        XCTAssertEqual(locked, .Locked)
        try await client.wipe()
        let wiped = await error { _ = try await client.overview() }
        XCTAssertEqual(wiped, .Gone(code: "home"))
    }

    func test_S20_whatIsShownIsSaidByTheCore() async throws {
        let english = wrongPinSentence(attempts: 5, waitMs: 30_000, lang: .en)
        XCTAssertEqual(english, "wrong PIN; 5 wrong in a row; the next try in 30 s")
        XCTAssertNotEqual(english, wrongPinSentence(attempts: 5, waitMs: 30_000, lang: .cy))
        XCTAssertEqual(statePhrase(state: .stored), "safe at the desk")
        let client = try await client()
        let guide = try await client.guide(scheme: .kraken, lang: .en)
        let welsh = try await client.guide(scheme: .kraken, lang: .cy)
        XCTAssertNotEqual(guide.sections[0].rows[0].text, welsh.sections[0].rows[0].text)
    }
}
