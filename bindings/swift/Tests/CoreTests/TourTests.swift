import Core
import Foundation
import XCTest

/// The tour: written offline, killed, opened again, sent, opened by the desk, answered.
final class TourTests: WithDesk {
    func test_S01_S03_S04_S05_aReportGoesAllTheWayAndAnAnswerComesBack() async throws {
        let client = try await client()
        let bytes = try Data(contentsOf: Given.photo)
        let note = try await client.note(content: content(sighting(observer: slip)))
        _ = try await note.attachPath(path: Given.photo.path)
        let second = try await note.attachBytes(bytes: bytes)
        XCTAssertEqual(second.number, 2)
        XCTAssertEqual(second.size, UInt64(bytes.count))
        let copies = try await note.attachments().filter { $0.role == .copy }.map(\.number)
        XCTAssertEqual(Set(copies), [1, 2])
        let reference = try await note.submit(delayS: 0).reference
        let sender = try await client.sender(wishes: Wishes())
        let offline = try await sender.run(network: .unmetered, wake: true)
        XCTAssertFalse(offline.reached)
        XCTAssertEqual(offline.stored, 0)

        try desk.serve()
        let rows = try client.progress()
        let stored = Task { await rows.first { $0.state == .stored } }
        let sent = try await sender.run(network: .unmetered, wake: true)
        XCTAssertEqual(sent.stored, 5)
        XCTAssertEqual(sent.waiting, 0)
        let heard = await stored.value
        XCTAssertNotNil(heard)
        let notebook = try await client.unlock()
        let report = try await only(notebook.reports(limit: 10))
        XCTAssertTrue(report.items.allSatisfy { $0.storedReceipt != nil })

        let opened = try desk.open().appending(path: reference)
        let json = try String(contentsOf: opened.appending(path: "report.json"), encoding: .utf8)
        XCTAssertTrue(json.contains("two RIBs without lights"))
        let files = try FileManager.default.contentsOfDirectory(at: opened, includingPropertiesForKeys: nil)
        XCTAssertEqual(try files.filter { try Data(contentsOf: $0) == bytes }.count, 2)

        try desk.reply(reference, "Thank you. Stay clear of them.")
        let asked = try await sender.askMail(notebook: notebook, about: nil)
        XCTAssertEqual(asked.answered, 1)
        XCTAssertEqual(asked.messages, 1)
        let message = try await only(notebook.messages(about: nil).messages)
        XCTAssertEqual(message.words, "Thank you. Stay clear of them.")
        XCTAssertEqual(message.reference, reference)
        try await notebook.markRead(rows: [message.row])
        let read = try await only(notebook.reports(limit: 10))
        guard case .read = read.reading else { return XCTFail("not read") }
        XCTAssertEqual(read.unread, 0)
    }

    func test_S02_aKilledProcessLosesNothingThatItSubmitted() async throws {
        _ = try await client()
        let writer = try Child(built("writes"), [home, folder.appending(path: "keys.json").path, Given.photo.path])
        let reference = writer.firstLine()
        kill(writer.id, SIGKILL)
        XCTAssertEqual(writer.wait(), SIGKILL)
        let client = try await Client.open(home: home, keyStore: keys())
        let overview = try await client.overview()
        XCTAssertEqual(overview.reports, 1)
        XCTAssertEqual(overview.waiting, 3)
        let report = try await only(client.unlock().reports(limit: 10))
        XCTAssertEqual(report.reference, reference)
    }
}

/// The one there is.
func only<One>(_ all: [One]) throws -> One {
    XCTAssertEqual(all.count, 1)
    return try XCTUnwrap(all.first)
}

/// A program of this package, beside the tests' own.
func built(_ name: String) -> URL {
    URL(fileURLWithPath: CommandLine.arguments[0]).deletingLastPathComponent().appending(path: name)
}
