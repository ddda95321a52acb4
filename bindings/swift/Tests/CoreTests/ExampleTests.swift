import Core
import Foundation
import XCTest

/// The programs of this package, as whoever reads them would run them.
final class ExampleTests: WithDesk {
    func testTheQuickStartOfTheReadmeIsTheProgramThatIsRunHere() throws {
        let swift = Given.checkout.appending(path: "bindings/swift")
        let readme = try String(contentsOf: swift.appending(path: "README.md"), encoding: .utf8)
        let program = try String(contentsOf: swift.appending(path: "Examples/QuickStart/main.swift"), encoding: .utf8)
        XCTAssertTrue(readme.contains("```swift\n\(program)```"), "the README shows another program")
        try FileManager.default.copyItem(at: Given.photo, to: folder.appending(path: "photo.jpg"))
        for given in ["root.pub", "directory.json"] {
            try FileManager.default.copyItem(at: desk.folder.appending(path: given), to: folder.appending(path: given))
        }
        try desk.serve()
        let ended = try ran(built("quick-start"), [], in: folder)
        XCTAssertEqual(ended.status, 0, ended.errors)
        let reference = String(ended.out.prefix { !$0.isNewline })
        XCTAssertTrue(reference.hasPrefix("KRAKEN-"), ended.out)
        let opened = try desk.open().appending(path: reference).appending(path: "report.json")
        XCTAssertTrue(FileManager.default.fileExists(atPath: opened.path))
    }

    func testTheTourRunsAsAProgram() throws {
        try desk.serve()
        let work = folder.appending(path: "tour").path
        let ended = try ran(built("tour"), [desk.folder.path, work, Given.photo.path, Given.programs.path])
        print(ended.out)
        XCTAssertEqual(ended.status, 0, ended.errors)
        for step in ["written offline: KRAKEN-", "5 stored", "opened by the desk", "answered: Thank you", "locked"] {
            XCTAssertTrue(ended.out.contains(step), step)
        }
        XCTAssertFalse(ended.out.contains("50.1"))
    }

    func testWhatCallsCostIsMeasured() throws {
        let ended = try ran(built("cost"), [])
        print(ended.out)
        XCTAssertEqual(ended.status, 0, ended.errors)
        let said = ended.out.split(separator: "\n").map { $0.prefix { $0 != ":" } }
        XCTAssertEqual(said, ["call", "async call", "async call that reads", "async call that calls back"])
    }
}
