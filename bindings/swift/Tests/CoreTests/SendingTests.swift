import Core
import Foundation
import XCTest

/// Whatever becomes of those who look, and of those who wait.
final class SendingTests: WithDesk {
    func test_S11_S12_sendingGoesOnWhateverBecomesOfThoseWhoLook() async throws {
        let client = try await client()
        for _ in 0..<3 { _ = try await client.note(content: content()).submit(delayS: 0) }
        try desk.serve()
        let notebook = try await client.unlock()
        let throwing = Hears(throwing: true)
        let subscription = try client.subscribe(observer: throwing)
        let sender = try await client.sender(wishes: Wishes())
        let sending = Task { try await sender.run(network: .unmetered, wake: true) }
        try await notebook.lock()
        let locked = await error { _ = try await notebook.reports(limit: 10) }
        XCTAssertEqual(locked, .Locked)
        let sent = try await sending.value
        XCTAssertEqual(sent.stored, 3)
        try await until("it was told of all three") {
            Set(throwing.heard.get().filter { $0.state == .stored }.map(\.item)).count == 3
        }
        subscription.end()
    }

    /// A watch has no other end than its task's.
    func testAWatchEndsWithItsTask() async throws {
        let client = try await client()
        _ = try await client.note(content: content()).submit(delayS: 0)
        try desk.serve()
        let sender = try await client.sender(wishes: Wishes())
        sender.setNetwork(network: .unmetered)
        let watching = Task { try await sender.watch(mailEveryS: 3_600, lookEveryS: nil) }
        try await until("it was sent") { try await client.overview().stored == 1 }
        watching.cancel()
        do {
            try await watching.value
            XCTFail("it ended by itself")
        } catch is CancellationError {}
    }

    func testProgressThatNobodyHoldsIsNotFollowedAnyMore() async throws {
        let client = try await client()
        let left = try client.progress()
        let following = Task { for await _ in left {} }
        following.cancel()
        await following.value
        _ = try await client.note(content: content()).submit(delayS: 0)
        try desk.serve()
        let rows = try client.progress(buffering: 1)
        let sender = try await client.sender(wishes: Wishes())
        _ = try await sender.run(network: .unmetered, wake: true)
        let last = await rows.first { $0.state == .stored }
        XCTAssertEqual(last?.state, .stored, "what came last is never dropped")
    }

    func test_S14_sixteenThreadsWriteAtOnce() async throws {
        let client = try await client()
        let references = Guarded<[String]>([]), troubles = Guarded<[String]>([]), ended = Guarded(0)
        for _ in 0..<16 {
            Thread {
                let written = DispatchSemaphore(value: 0)
                Task.detached {
                    do {
                        let reference = try await client.note(content: content()).submit(delayS: 0).reference
                        references.change { $0.append(reference) }
                    } catch {
                        troubles.change { $0.append("\(error)") }
                    }
                    written.signal()
                }
                written.wait()
                ended.change { $0 += 1 }
            }.start()
        }
        try await until("all threads ended") { ended.get() == 16 }
        XCTAssertEqual(troubles.get(), [])
        XCTAssertEqual(Set(references.get()).count, 16)
        let overview = try await client.overview()
        XCTAssertEqual(overview.reports, 16)
    }
}

/// Hears how far a file is taken in, and is no help.
final class Counts: Meter {
    let heard = Guarded<UInt64>(0)

    func taken(bytes: UInt64) throws {
        heard.set(bytes)
        throw Hears.Trouble()
    }
}

final class ObjectTests: InFolder {
    func test_S15_tenThousandObjectsLeaveNothingBehind() async throws {
        let client = try await client()
        func make(_ number: Int) throws {
            for _ in 0..<number { try client.subscribe(observer: Hears()).end() }
        }
        try make(2_000)
        let before = try residentBytes()
        try make(10_000)
        XCTAssertLessThan(try residentBytes() - before, 16 << 20)
    }

    func test_S16_aVideoComesByPathAndByDescriptor() async throws {
        let video = folder.appending(path: "film.mp4")
        let film = Data([0, 0, 0, 0x18]) + Data("ftypmp42".utf8) + Data(count: 4) + Data("mp42isom".utf8)
            + Data((0..<300_000).map { _ in UInt8.random(in: 0...255) })
        try film.write(to: video)
        let note = try await client().note(content: content())
        let meter = Counts()
        let byPath = try await note.attachPath(path: video.path, meter: meter)
        XCTAssertEqual(meter.heard.get(), byPath.sealedSize)
        let descriptor = open(video.path, O_RDONLY)
        XCTAssertGreaterThan(descriptor, -1)
        let byDescriptor = try await note.attachDescriptor(descriptor: descriptor)
        XCTAssertNotEqual(fcntl(descriptor, F_GETFD), -1, "the descriptor stays its owner's")
        XCTAssertEqual(close(descriptor), 0)
        XCTAssertEqual(byPath.kind, .video)
        XCTAssertEqual(byPath.size, UInt64(film.count))
        XCTAssertEqual(byPath.sha256, byDescriptor.sha256)
        let none = await error { _ = try await note.attachDescriptor(descriptor: -1) }
        XCTAssertEqual(none, .FixInput(code: "attachment-unreadable"))
    }

    private func residentBytes() throws -> Int {
        let pages = try String(contentsOfFile: "/proc/self/statm", encoding: .utf8).split(separator: " ")[1]
        return Int(pages)! * sysconf(Int32(_SC_PAGESIZE))
    }
}
