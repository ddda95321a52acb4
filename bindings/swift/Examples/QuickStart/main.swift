import Core
import Foundation

let keys = keyFile(path: "keys.json", mayCreate: true)
let root = try String(contentsOfFile: "root.pub", encoding: .utf8)
let directory = try Data(contentsOf: URL(fileURLWithPath: "directory.json"))
let client = try await Client.create(
    home: "home", keyStore: keys, setUp: SetUp(rootKeys: [root], directory: directory))
let seen = Sighting(when: now(), what: "two RIBs without lights")
let note = try await client.note(content: DraftContent(scheme: .kraken, route: .police, sightings: [seen]))
_ = try await note.attachPath(path: "photo.jpg")
print(try await note.submit(delayS: 0).reference)
let sender = try await client.sender(wishes: Wishes())
print(try await sender.run(network: .unmetered, wake: true).stored, "stored")
