import Foundation
import XCTest

/// The whole run: says at its end which scenarios were executed, and ends itself where it hangs.
final class Run: XCTestObservation, Sendable {
    /// Many times what all of it takes.
    static let limitS = Given.environment["TURNSTONE_LIMIT_S"].flatMap(Double.init) ?? 480

    private static let begun: Run = {
        let run = Run()
        XCTestObservationCenter.shared.addTestObserver(run)
        Thread {
            Thread.sleep(forTimeInterval: limitS)
            Desk.stopAll()
            print("not done after \(limitS) s, in \(Run.at.get())")
            fflush(nil)
            _exit(1)
        }.start()
        return run
    }()

    private static let at = Guarded("")
    private static let executed = Guarded<Set<String>>([])
    private static let counts = Guarded((passed: 0, failed: 0, ignored: 0))

    static func begin() { _ = begun }

    func testCaseWillStart(_ testCase: XCTestCase) {
        Self.at.set(testCase.name)
    }

    func testCaseDidFinish(_ testCase: XCTestCase) {
        guard let ended = testCase.testRun else { return }
        if ended.hasBeenSkipped {
            Self.counts.change { $0.ignored += 1 }
        } else if ended.hasSucceeded {
            Self.counts.change { $0.passed += 1 }
            let ids = testCase.name.matches(of: /S\d\d/).map { String($0.0) }
            Self.executed.change { $0.formUnion(ids) }
        } else {
            Self.counts.change { $0.failed += 1 }
        }
    }

    func testBundleDidFinish(_ testBundle: Bundle) {
        let list = try? String(contentsOf: Given.checkout.appending(path: "bindings/scenarios.md"), encoding: .utf8)
        let listed = (list ?? "").matches(of: #/(?m)^\| (S\d\d) /#).map { String($0.1) }
        let executed = Self.executed.get(), counts = Self.counts.get()
        let missing = listed.filter { !executed.contains($0) }
        let word = counts.failed == 0 ? "ok" : "FAILED"
        print("test result: \(word). \(counts.passed) passed; \(counts.failed) failed; \(counts.ignored) ignored; Swift")
        print("executed: " + executed.sorted().joined(separator: " "))
        fflush(nil)
        if listed.isEmpty || !missing.isEmpty {
            print("not executed: " + missing.joined(separator: " "))
            fflush(nil)
            _exit(1)
        }
    }
}
