// The tour: the folder that `turnstone-desk init` made, whose desk serves; a folder to work in; a photo; the folder of turnstone-desk.
import Core
import Foundation

let given = CommandLine.arguments
let (deskFolder, work, photo, programs) = (given[1], given[2], given[3], given[4])

func desk(_ command: String, _ first: String? = nil, _ more: String...) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: programs).appending(path: "turnstone-desk")
    let keys = ["--key", deskFolder + "/officer", "--from", deskFolder + "/server", "--out", deskFolder + "/out"]
    process.arguments = [command] + (first.map { [$0] } ?? []) + keys + more
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    let ended = DispatchSemaphore(value: 0)
    process.terminationHandler = { _ in ended.signal() }
    try process.run()
    ended.wait()
    guard process.terminationStatus == 0 else { fatalError("the desk: \(process.terminationStatus)") }
}

/// Follows until the words are at the desk.
func storedWords(_ rows: AsyncStream<ProgressRow>) async -> ProgressRow? {
    await rows.first { $0.lane == .words && $0.state == .stored }
}

try FileManager.default.createDirectory(atPath: work, withIntermediateDirectories: true)
let setUp = SetUp(
    rootKeys: [try String(contentsOfFile: deskFolder + "/root.pub", encoding: .utf8)],
    directory: try Data(contentsOf: URL(fileURLWithPath: deskFolder + "/directory.json")))
let keys = keyFile(path: work + "/keys.json", mayCreate: true)
let client = try await Client.create(home: work + "/home", keyStore: keys, setUp: setUp)
let at = Fix(position: Coordinates(latDeg: 50.1, lonDeg: -5.2), accuracyM: 8, source: .gnss)
let seen = Sighting(when: now(), observer: at, what: "two RIBs without lights")
let note = try await client.note(content: DraftContent(scheme: .kraken, route: .police, sightings: [seen]))
_ = try await note.attachPath(path: photo)
_ = try await note.attachBytes(bytes: Data(contentsOf: URL(fileURLWithPath: photo)))
print(try await note.completeness(lang: .en))
let reference = try await note.submit(delayS: 0).reference
print("written offline: \(reference)")

let sender = try await client.sender(wishes: Wishes())
let offline = try await sender.run(network: .offline, wake: true)
print("no network: \(offline.waiting) wait")
let rows = try client.progress()
let following = Task.detached { await storedWords(rows) }
let sent = try await sender.run(network: .unmetered, wake: true)
if let words = await following.value { print("the words: \(statePhrase(state: words.state))") }
print("sent: \(sent.stored) stored, \(sent.waiting) wait")

let notebook = try await client.unlock()
let report = try await notebook.reports(limit: 10)[0]
print("receipts: \(report.items.filter { $0.storedReceipt != nil }.count)")
try desk("open")
let files = try FileManager.default.contentsOfDirectory(atPath: deskFolder + "/out/" + reference)
print("opened by the desk: \(files.count) files")
try desk("reply", reference, "--text", "Thank you. Stay clear of them.")
_ = try await sender.askMail(notebook: notebook, about: nil)
let message = try await notebook.messages(about: reference).messages[0]
print("answered: \(message.words)")
try await notebook.markRead(rows: [message.row])
print(try await notebook.reports(limit: 10)[0].unread == 0 ? "read" : "not read yet")

_ = try await notebook.setPin(pin: Data("2580".utf8))
do {
    _ = try await client.unlockWithPin(pin: Data("1470".utf8))
} catch CoreError.WrongPin(let attempts, let waitMs) {
    print(wrongPinSentence(attempts: attempts, waitMs: waitMs, lang: .en))
}
try await notebook.lock()
do {
    _ = try await notebook.reports(limit: 10)
} catch CoreError.Locked {
    print("locked")
}
