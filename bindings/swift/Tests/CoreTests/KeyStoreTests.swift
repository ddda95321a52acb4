import Core
import Foundation
import XCTest

/// The key store may throw, lie and be slow; the caller may go away.
final class KeyStoreTests: WithDesk {
    private func opened(_ tell: (inout Keys.Told) -> Void) async throws -> (Keys, Client) {
        let keys = Keys()
        _ = try await client(keys)
        keys.told.change(tell)
        keys.askedOn.set([:])
        return (keys, try await Client.open(home: home, keyStore: keys))
    }

    func test_S07_aKeyStoreThatThrowsKeepsNobodyFromWriting() async throws {
        let (keys, client) = try await opened { $0.throwing = true }
        let note = try await client.note(content: content())
        let refused = await error { _ = try await note.submit(delayS: 0) }
        XCTAssertEqual(refused, .Unusable(code: "key-store-unavailable"))
        keys.told.change { $0.throwing = false }
        let reference = try await note.submit(delayS: 0).reference
        XCTAssertTrue(reference.hasPrefix("KRAKEN"))
    }

    func test_S08_wrongBytesAreFoundOutBeforeAnythingIsSealed() async throws {
        let (keys, client) = try await opened { $0.lying = true }
        let note = try await client.note(content: content())
        let refused = await error { _ = try await note.submit(delayS: 0) }
        XCTAssertEqual(refused, .Unusable(code: "key-store-damaged"))
        keys.told.change { $0.lying = false }
        _ = try await note.submit(delayS: 0)
    }

    func test_S09_aSlowKeyStoreHoldsTheMainActorUpNowhere() async throws {
        let (keys, client) = try await opened { $0.slowS = 0.3 }
        let (turns, main) = try await Self.turnsOfTheMainActor(whileUnlocking: client)
        XCTAssertGreaterThan(turns, 10)
        let askedOn = keys.askedOn.get()
        XCTAssertNil(askedOn[main])
        XCTAssertEqual(Set(askedOn.values), ["turnstone"], "the library's own threads")
    }

    @MainActor
    private static func turnsOfTheMainActor(whileUnlocking client: Client) async throws -> (turns: Int, thread: UInt) {
        var turns = 0, done = false
        let unlocking = Task { @MainActor in
            defer { done = true }
            return try await client.unlock()
        }
        while !done {
            try await Task.sleep(for: .milliseconds(10))
            turns += 1
        }
        _ = try await unlocking.value
        return (turns, UInt(pthread_self()))
    }

    func test_S10_aCancelledCallGoesOnToItsEnd() async throws {
        let (keys, client) = try await opened { $0.slowS = 0.3 }
        let writing = Task { try await client.note(content: content()) }
        try await until("the key store is asked") { !keys.askedOn.get().isEmpty }
        writing.cancel()
        do {
            _ = try await writing.value
            XCTFail("it was not cancelled")
        } catch is CancellationError {}
        try await until("the draft is there") { try await client.overview().drafts == 1 }
        let notebook = try await client.unlock()
        let draft = try await only(notebook.drafts(limit: 10))
        _ = try await notebook.draft(row: draft.row).submit(delayS: 0)
    }
}
