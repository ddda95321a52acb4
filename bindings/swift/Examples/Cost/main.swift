// What calls cost, in nanoseconds each. The figures are this machine's, and nothing is held against them.
import Core
import Foundation

/// In memory, so that no file is waited for. Its keys are not believed while it lies, so that it is asked again every time.
final class Keys: KeyStore, @unchecked Sendable {  // behind its lock
    private let lock = NSLock()
    private var slots: [String: Data] = [:]
    private var count = 0
    private var lying = false

    var asked: Int { lock.withLock { count } }

    func lie() { lock.withLock { (lying, count) = (true, 0) } }

    func seal(slot: String, secret: Data, factor: Data) throws { lock.withLock { slots[slot] = secret } }

    func open(slot: String, factor: Data) throws -> Data {
        try lock.withLock {
            count += 1
            guard let secret = slots[slot] else { throw KeyStoreError.NoSuchSlot }
            return lying ? Data(count: secret.count) : secret
        }
    }

    func delete(slot: String) throws { lock.withLock { slots[slot] = nil } }
}

let rounds = 10

/// The best of some rounds: whatever else this machine does makes others slower.
func bestNs(_ times: Int, _ call: () async throws -> Void) async throws -> Int {
    var best = Int.max
    for _ in 0..<rounds {
        let began = DispatchTime.now().uptimeNanoseconds
        for _ in 0..<times { try await call() }
        best = min(best, Int(DispatchTime.now().uptimeNanoseconds - began) / times)
    }
    return best
}

let folder = FileManager.default.temporaryDirectory.appending(path: "turnstone-cost-\(UUID().uuidString)")
try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
defer { try? FileManager.default.removeItem(at: folder) }
let keys = Keys()
let home = folder.appending(path: "home").path
_ = try await Client.create(home: home, keyStore: keys, setUp: SetUp())
let client = try await Client.open(home: home, keyStore: keys)
keys.lie()
print("call: \(try await bestNs(10_000) { _ = laneName(lane: .words) }) ns")
print("async call: \(try await bestNs(1_000) { _ = try await client.mended() }) ns")
print("async call that reads: \(try await bestNs(500) { _ = try await client.overview() }) ns")
keys.lie()
print("async call that calls back: \(try await bestNs(500) { _ = try? await client.reachKeyStore() }) ns")
guard keys.asked == 500 * rounds else { fatalError("it was asked \(keys.asked) times") }
