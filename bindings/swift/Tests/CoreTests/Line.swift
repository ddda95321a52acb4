import Foundation

/// Listens on a free port from the beginning, and passes on to the desk while that runs: a line that can be cut.
final class Line: Sendable {
    /// The port that it passes on to; none while it is cut.
    let target = Guarded<UInt16?>(nil)
    let port: UInt16
    private let listens: Int32

    init() throws {
        listens = try Self.socketStream()
        var address = Self.local(0)
        guard address.on(listens, Glibc.bind) == 0, listen(listens, 64) == 0 else { throw POSIXError(.EADDRNOTAVAIL) }
        port = try Self.port(of: listens)
        let accepting = Thread { [listens, target] in Self.accept(listens, target) }
        accepting.start()
    }

    var url: String { "http://127.0.0.1:\(port)" }

    func close() {
        target.set(nil)
        shutdown(listens, Int32(SHUT_RDWR))
        Glibc.close(listens)
    }

    private static func accept(_ listens: Int32, _ target: Guarded<UInt16?>) {
        while true {
            let one = Glibc.accept(listens, nil, nil)
            if one < 0 { return }
            guard let port = target.get(), let other = try? connected(port) else {
                Glibc.close(one)
                continue
            }
            let both = Pair(one, other)
            Thread { passOn(one, other, both) }.start()
            Thread { passOn(other, one, both) }.start()
        }
    }

    private static func passOn(_ source: Int32, _ sink: Int32, _ both: Pair) {
        var piece = [UInt8](repeating: 0, count: 65_536)
        reading: while true {
            let there = read(source, &piece, piece.count)
            if there <= 0 { break }
            var handed = 0
            while handed < there {
                let taken = piece.withUnsafeBytes { send(sink, $0.baseAddress! + handed, there - handed, Int32(MSG_NOSIGNAL)) }
                if taken <= 0 { break reading }
                handed += taken
            }
        }
        shutdown(sink, Int32(SHUT_WR))
        both.done()
    }

    private static func connected(_ port: UInt16) throws -> Int32 {
        let descriptor = try socketStream()
        var address = local(port)
        guard address.on(descriptor, Glibc.connect) == 0 else {
            Glibc.close(descriptor)
            throw POSIXError(.ECONNREFUSED)
        }
        return descriptor
    }

    private static func socketStream() throws -> Int32 {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        if descriptor < 0 { throw POSIXError(.EMFILE) }
        return descriptor
    }

    private static func local(_ port: UInt16) -> sockaddr_in {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        return address
    }

    private static func port(of descriptor: Int32) throws -> UInt16 {
        var address = sockaddr_in()
        var size = socklen_t(MemoryLayout<sockaddr_in>.size)
        let said = withUnsafeMutablePointer(to: &address) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) }
        }
        if said != 0 { throw POSIXError(.EBADF) }
        return UInt16(bigEndian: address.sin_port)
    }
}

/// Two ends of one connection, closed when neither thread reads any more.
private final class Pair: Sendable {
    private let ends: (Int32, Int32)
    private let ended = Guarded(0)

    init(_ one: Int32, _ other: Int32) {
        ends = (one, other)
    }

    func done() {
        guard ended.change({ $0 += 1; return $0 }) == 2 else { return }
        close(ends.0)
        close(ends.1)
    }
}

extension sockaddr_in {
    fileprivate mutating func on(_ descriptor: Int32, _ call: (Int32, UnsafePointer<sockaddr>, socklen_t) -> Int32) -> Int32 {
        withUnsafePointer(to: &self) {
            $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                call(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
    }
}

/// A value that is touched under its lock alone.
///
/// Unchecked, because the compiler does not see that `value` is never touched without `lock`.
final class Guarded<Value>: @unchecked Sendable {
    private let lock = NSLock()
    private var value: Value

    init(_ value: Value) {
        self.value = value
    }

    func get() -> Value { lock.withLock { value } }

    func set(_ new: Value) { lock.withLock { value = new } }

    @discardableResult
    func change<Result>(_ change: (inout Value) throws -> Result) rethrows -> Result {
        try lock.withLock { try change(&value) }
    }
}
