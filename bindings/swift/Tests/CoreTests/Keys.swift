import Core
import Foundation

/// A key store of Swift's own, in memory, that does as it is told.
final class Keys: KeyStore {
    struct Trouble: Error {}
    struct Told {
        var throwing = false, lying = false
        var slowS = 0.0
    }

    let told = Guarded(Told())
    /// The threads of the system that it was asked on, and their names.
    let askedOn = Guarded<[UInt: String]>([:])
    private let slots = Guarded<[String: (secret: Data, factor: Data)]>([:])

    func seal(slot: String, secret: Data, factor: Data) throws {
        try asked()
        slots.change { $0[slot] = (secret, factor) }
    }

    func open(slot: String, factor: Data) throws -> Data {
        try asked()
        guard let (secret, right) = slots.get()[slot] else { throw KeyStoreError.NoSuchSlot }
        guard factor == right else { throw KeyStoreError.WrongFactor }
        return told.get().lying ? Data(count: secret.count) : secret
    }

    func delete(slot: String) throws {
        try asked()
        slots.change { $0[slot] = nil }
    }

    private func asked() throws {
        let name = try String(contentsOfFile: "/proc/thread-self/comm", encoding: .utf8).trimmingCharacters(in: .newlines)
        askedOn.change { $0[UInt(pthread_self())] = name }
        let told = told.get()
        if told.slowS > 0 { Thread.sleep(forTimeInterval: told.slowS) }
        if told.throwing { throw Trouble() }
    }
}
