import Core
import Foundation
import XCTest

/// A folder of its own for each scenario.
///
/// A test whose name has ids in it (`test_S03_S04_...`) is those scenarios of the list; they count as executed once it has passed.
class InFolder: XCTestCase {
    private(set) var folder: URL!

    override class func setUp() {
        super.setUp()
        Run.begin()
    }

    override func setUpWithError() throws {
        folder = FileManager.default.temporaryDirectory.appending(path: "turnstone-scenario-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }

    override func tearDownWithError() throws {
        // What was let go of is closed on a thread of the library, which takes files away meanwhile.
        for _ in 0..<500 {
            if (try? FileManager.default.removeItem(at: folder)) != nil { return }
            Thread.sleep(forTimeInterval: 0.01)
        }
        try FileManager.default.removeItem(at: folder)
    }

    var home: String { folder.appending(path: "home").path }

    func keys() -> KeyStore { keyFile(path: folder.appending(path: "keys.json").path, mayCreate: true) }

    /// A new home that knows of no desk.
    func client(_ keys: KeyStore? = nil) async throws -> Client {
        try await Client.create(home: home, keyStore: keys ?? self.keys(), setUp: SetUp())
    }
}

/// A desk of its own besides, which does not serve yet.
class WithDesk: InFolder {
    private(set) var desk: Desk!

    override func setUpWithError() throws {
        try super.setUpWithError()
        desk = try Desk(folder.appending(path: "desk"))
    }

    override func tearDownWithError() throws {
        desk.stop()
        try super.tearDownWithError()
    }

    override func client(_ keys: KeyStore? = nil) async throws -> Client {
        let (rootKeys, directory) = try desk.setUp()
        let setUp = SetUp(rootKeys: rootKeys, directory: directory)
        return try await Client.create(home: home, keyStore: keys ?? self.keys(), setUp: setUp)
    }
}

func sighting(_ what: String = "two RIBs without lights", observer: Fix? = nil, target: Target? = nil, subjects: [Subject] = []) -> Sighting {
    Sighting(when: now(), observer: observer, target: target, what: what, subjects: subjects)
}

func content(_ seen: Sighting = sighting(), desk: String? = nil) -> DraftContent {
    DraftContent(scheme: .kraken, route: .police, desk: desk, sightings: [seen])
}

/// Where the witness stands.
let slip = Fix(position: Coordinates(latDeg: 50.1, lonDeg: -5.2), accuracyM: 8, source: .gnss)

/// Remembers what it was told.
final class Hears: Observer {
    struct Trouble: Error {}

    let heard = Guarded<[ProgressRow]>([])
    private let throwing: Bool

    init(throwing: Bool = false) {
        self.throwing = throwing
    }

    func progressed(progress: ProgressRow) throws {
        heard.change { $0.append(progress) }
        if throwing { throw Trouble() }
    }
}

/// Waits for something that another thread brings about.
func until(_ what: String, _ holds: () async throws -> Bool) async throws {
    for _ in 0..<6_000 {
        if try await holds() { return }
        try await Task.sleep(for: .milliseconds(10))
    }
    XCTFail("never came: \(what)")
    throw CancellationError()
}

/// The error that a call ends with.
func error(of call: () async throws -> Void, file: StaticString = #filePath, line: UInt = #line) async -> CoreError? {
    do {
        try await call()
    } catch let error as CoreError {
        return error
    } catch {
        XCTFail("threw \(error)", file: file, line: line)
        return nil
    }
    XCTFail("threw nothing", file: file, line: line)
    return nil
}
