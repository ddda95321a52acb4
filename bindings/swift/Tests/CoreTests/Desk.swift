import Foundation
import XCTest

/// What is shown to the tests from outside: `inside.sh` says where.
enum Given {
    static let environment = ProcessInfo.processInfo.environment
    static let checkout = URL(fileURLWithPath: environment["TURNSTONE_CHECKOUT"]!)
    static let programs = URL(fileURLWithPath: environment["TURNSTONE_PROGRAMS"]!)
    static let photo = checkout.appending(path: "cli/src/demo/photo.jpg")
}

/// A real desk on this machine: its own process on a port that it chose, behind a line that can be cut.
final class Desk {
    let folder: URL
    let line: Line
    private var serving: Child?
    /// Those that serve now, for whoever has to end the run.
    private static let allServing = Guarded<[Int32]>([])

    init(_ folder: URL) throws {
        self.folder = folder
        line = try Line()
        try run("init", folder.path, "--id", "harbour", "--name", "Harbour desk", "--url", line.url)
    }

    func setUp() throws -> (rootKeys: [String], directory: Data) {
        let root = try String(contentsOf: folder.appending(path: "root.pub"), encoding: .utf8)
        return ([root], try Data(contentsOf: folder.appending(path: "directory.json")))
    }

    func serve() throws {
        let server = folder.appending(path: "server").path
        let child = try Child(Given.programs.appending(path: "turnstone-desk"), ["serve", server, "--listen", "127.0.0.1:0"])
        serving = child
        Self.allServing.change { $0.append(child.id) }
        let said = child.firstLine()
        let port = said.firstMatch(of: /127\.0\.0\.1:(\d+)/).flatMap { UInt16($0.1) }
        line.target.set(try XCTUnwrap(port, "the desk said: \(said)"))
    }

    func open() throws -> URL {
        try run(["open"] + keys)
        return folder.appending(path: "out")
    }

    func reply(_ reference: String, _ text: String) throws {
        try run(["reply", reference] + keys + ["--text", text])
    }

    /// By its own process, and nothing else.
    func stop() {
        line.close()
        guard let child = serving else { return }
        // A process that was begun on a thread of Swift's has that thread's signals blocked, SIGTERM among them.
        kill(child.id, SIGKILL)
        child.wait()
        Self.allServing.change { $0.removeAll { $0 == child.id } }
    }

    static func stopAll() {
        for process in allServing.get() { kill(process, SIGKILL) }
    }

    private var keys: [String] {
        let server = folder.appending(path: "server").path, officer = folder.appending(path: "officer").path
        return ["--key", officer, "--from", server, "--out", folder.appending(path: "out").path]
    }

    private func run(_ arguments: String...) throws {
        try run(arguments)
    }

    private func run(_ arguments: [String]) throws {
        let ended = try ran(Given.programs.appending(path: "turnstone-desk"), arguments)
        XCTAssertEqual(ended.status, 0, ended.errors)
    }
}

/// A process of this run's own.
///
/// Its end is waited for by its handler: `waitUntilExit` turns the run loop of whatever thread it is called on, and on Linux may miss it there.
final class Child {
    private let process = Process()
    private let ended = DispatchSemaphore(value: 0)
    private let out = Pipe()

    init(_ program: URL, _ arguments: [String], in folder: URL? = nil, errors: FileHandle? = nil) throws {
        process.executableURL = program
        process.arguments = arguments
        process.standardOutput = out
        if let errors { process.standardError = errors }
        process.currentDirectoryURL = folder
        process.terminationHandler = { [ended] _ in ended.signal() }
        try process.run()
    }

    var id: Int32 { process.processIdentifier }

    /// Waits for its end; how it ended, if not by itself with 0.
    @discardableResult
    func wait() -> Int32 {
        ended.wait()
        ended.signal()
        return process.terminationStatus
    }

    /// What it writes until the first end of a line.
    func firstLine() -> String {
        var line = Data()
        while let byte = try? out.fileHandleForReading.read(upToCount: 1), byte != Data("\n".utf8), !byte.isEmpty { line.append(byte) }
        return String(decoding: line, as: UTF8.self)
    }

    /// All that it writes.
    func said() -> String {
        String(decoding: out.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    }
}

/// Runs a program to its end.
@discardableResult
func ran(_ program: URL, _ arguments: [String], in folder: URL? = nil) throws -> (status: Int32, out: String, errors: String) {
    // Errors go into a file, so that no pipe can be full while the other is read.
    let errors = FileManager.default.temporaryDirectory.appending(path: UUID().uuidString)
    try Data().write(to: errors)
    defer { try? FileManager.default.removeItem(at: errors) }
    let child = try Child(program, arguments, in: folder, errors: FileHandle(forWritingTo: errors))
    let said = child.said()
    return (child.wait(), said, try String(contentsOf: errors, encoding: .utf8))
}
