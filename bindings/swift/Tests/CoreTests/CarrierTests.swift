import Core
import Foundation
import FoundationNetworking
import XCTest

/// One request by Foundation's own HTTP, one outcome. It blocks: it is called on a thread of the library.
func carry(_ step: Step, _ body: Data) -> Outcome {
    guard let url = URL(string: step.url) else { return .failed(why: .broken) }
    var request = URLRequest(url: url, timeoutInterval: 30)
    request.httpMethod = step.method
    for header in step.headers { request.setValue(header.value, forHTTPHeaderField: header.name) }
    if !body.isEmpty { request.httpBody = body }
    let session = URLSession(configuration: .ephemeral)
    defer { session.finishTasksAndInvalidate() }
    let done = DispatchSemaphore(value: 0), came = Guarded(Outcome.failed(why: .unreachable))
    let task = session.dataTask(with: request) { bytes, answer, _ in
        if let answer = answer as? HTTPURLResponse {
            let number = { (name: String) in answer.value(forHTTPHeaderField: name).flatMap { UInt64($0) } }
            let body = (bytes ?? Data()).prefix(Int(step.answerLimit))
            let after = number("retry-after")
            came.set(.answer(status: UInt16(answer.statusCode), offset: number("upload-offset"), retryAfterS: after, body: body))
        }
        done.signal()
    }
    task.resume()
    done.wait()
    return came.get()
}

/// A carrier of Swift's own.
private final class ByFoundation: Transport {
    struct Trouble: Error {}

    let throwing = Guarded(true)
    let carried = Guarded(0)

    func carry(step: Step, bodies: Bodies) throws -> Outcome {
        if throwing.get() { throw Trouble() }
        carried.change { $0 += 1 }
        var body = Data()
        switch step.body {
        case .empty: break
        case .inline(let bytes): body = bytes
        case .media(let media, let offset, let len):
            while body.count < len {
                let there = UInt64(body.count)
                body += try bodies.read(media: media, offset: offset + there, len: UInt32(len - there))
                bodies.handed(bytes: UInt64(body.count))
            }
        }
        return CoreTests.carry(step, body)
    }

    func networkChanged() {}
}

/// Requests carried by something else than the library: within this process, and by one that outlives it.
final class CarrierTests: WithDesk {
    func test_S17_aCarrierOfSwiftsOwnBringsAReportThere() async throws {
        let client = try await client(), carrier = ByFoundation()
        let note = try await client.note(content: content())
        _ = try await note.attachPath(path: Given.photo.path)
        _ = try await note.submit(delayS: 0)
        try desk.serve()
        let sender = try await client.senderBy(transport: carrier, wishes: Wishes())
        let failed = try await sender.run(network: .unmetered, wake: true)
        XCTAssertEqual(failed.waiting, 3)
        let waits = try await client.waiting()
        XCTAssertEqual(waits.first?.reason?.code, "no-connection")
        carrier.throwing.set(false)
        let sent = try await sender.run(network: .unmetered, wake: true)
        XCTAssertEqual(sent.stored, 3)
        XCTAssertGreaterThan(carrier.carried.get(), 2)
    }

    func test_S18_anOutcomeIsSettledAfterTheHomeWasOpenedAgain() async throws {
        let (ticket, outcome) = try await carriedBeforeTheHomeWasClosed()
        let client = try await Client.open(home: home, keyStore: keys())
        let sender = try await senderWhenFree(client)
        let settled = try await sender.settle(ticket: ticket, outcome: outcome)
        XCTAssertEqual(settled?.state, .stored)
    }

    /// Client and sender are let go of when this returns.
    private func carriedBeforeTheHomeWasClosed() async throws -> (Ticket, Outcome) {
        let client = try await client()
        _ = try await client.note(content: content()).submit(delayS: 0)
        try desk.serve()
        let sender = try await client.sender(wishes: Wishes())
        let started = try await only(sender.nextSteps(network: .metered, underWay: []).start)
        let body = folder.appending(path: "body")
        try await sender.writeBody(body: started.step.body, path: body.path)
        return (started.ticket, carry(started.step, try Data(contentsOf: body)))
    }

    /// The right to send is given back on a thread of the library.
    private func senderWhenFree(_ client: Client) async throws -> Sender {
        var sender: Sender?
        try await until("the right to send is free") {
            do {
                sender = try await client.sender(wishes: Wishes())
            } catch CoreError.TryAgain {}
            return sender != nil
        }
        return try XCTUnwrap(sender)
    }
}
