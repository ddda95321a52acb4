// Submits, says so, and waits to be killed: `writes HOME KEYS PHOTO`.
import Core
import Foundation

let given = CommandLine.arguments
let client = try await Client.open(home: given[1], keyStore: keyFile(path: given[2], mayCreate: false))
let at = Fix(position: Coordinates(latDeg: 50.1, lonDeg: -5.2), accuracyM: 8, source: .gnss)
let seen = Sighting(when: now(), observer: at, what: "two RIBs without lights")
let note = try await client.note(content: DraftContent(scheme: .kraken, route: .police, sightings: [seen]))
_ = try await note.attachPath(path: given[3])
print(try await note.submit(delayS: 0).reference)
fflush(nil)
try await Task.sleep(for: .seconds(600))
