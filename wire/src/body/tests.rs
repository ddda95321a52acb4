//! The body: what comes back from bytes, what a newer program may add, and what is refused.

mod hostile;
mod refusals;

use serde_json::{Value, json};

use super::*;
use crate::{hash::Sha256, mailbox::MailboxToken};

/// A test key: the `age` identity of 32 bytes of 01.
const KEY_01: &str = "AGE-SECRET-KEY-1QYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZQGPQYQSZ9K4CN";
const RECIPIENT_01: &str = "age15nsf9y4k28p83wth93tf7hafhvfajp45d2mge80ems45gz0c5gys3me64l";

fn label(seed: u8) -> String {
    Reference::of(Scheme::Kraken, &ReportId::from_bytes([seed; 16])).to_string()
}

fn hash(seed: u8) -> String {
    Sha256::from_bytes([seed; 32]).to_string()
}

/// A report of the fewest fields.
fn small() -> Value {
    json!({
        "format": FORMAT, "id": ReportId::from_bytes([1; 16]), "reference": label(1),
        "scheme": "kraken", "code_word": "KRAKEN", "language": "en", "route": "police",
        "sightings": [{ "when": { "from": "2026-01-02T03:04:05Z" }, "what": "a boat" }],
    })
}

fn attachment(number: u16, role: &str) -> Value {
    json!({
        "number": number, "role": role, "media_type": "image/jpeg", "size": 1000, "sha256": hash(2),
        "sealed_size": 1240, "sealed_sha256": hash(3), "key": KEY_01,
    })
}

fn subjects() -> Value {
    let all = |kind: &str, fields: &[&str]| {
        let mut subject = json!({ "kind": kind });
        fields.iter().for_each(|field| subject[field] = json!(format!("{field} as typed?")));
        subject
    };
    let mut vessel = all("vessel", Vessel::FIELDS);
    vessel["understood"] = json!([
        { "field": "imo", "kind": "imo", "normal": "9074729" },
        {
            "field": "number", "kind": "fishing", "normal": "PZ 12?", "country": "GB", "place": "Penzance",
            "doubts": ["looks-like"], "completions": 10,
        },
    ]);
    json!([
        vessel,
        all("aircraft", Aircraft::FIELDS),
        all("vehicle", Vehicle::FIELDS),
        all("person", Person::FIELDS),
    ])
}

/// A report with every field there is.
fn full() -> Value {
    let mut report = small();
    report["minor"] = json!(0);
    report["urgent"] = json!(true);
    report["exercise"] = json!(true);
    report["language"] = json!("cy");
    let when = json!({ "from": "2026-01-02T03:04:05+01:00", "until": "2026-01-02T04:00:00+01:00", "give_or_take_s": 300 });
    let fix = json!({
        "lat": 49.512_345_678_901, "lon": -6.254_321, "accuracy_m": 12.5, "at": "2026-01-02T03:00:00Z",
        "source": "gnss", "mock": true,
    });
    let targets = [
        json!({ "kind": "bearing-range", "bearing": { "deg": 270.5, "north": "magnetic" }, "range_m": 1852.0,
            "give_or_take_deg": 7.5, "give_or_take_m": 250.5 }),
        json!({ "kind": "point", "lat": 49.6, "lon": -6.3, "accuracy_m": 100.0 }),
        json!({ "kind": "named", "name": "the outer buoy" }),
        json!({ "kind": "same-place" }),
        json!({
            "kind": "cross",
            "first": { "bearing": { "deg": 170.5, "north": "magnetic" } },
            "second": {
                "from": { "lat": 49.7, "lon": -6.4 }, "accuracy_m": 15.5,
                "bearing": { "deg": 230.25, "north": "true" }, "give_or_take_deg": 2.5,
            },
        }),
    ];
    let sightings = targets.map(|target| {
        json!({
            "when": when, "observer": fix, "target": target, "signs": ["K01", "P12"], "what": "a boat", "why": "no lights",
            "subjects": subjects(), "attachments": [1, 2],
            "conditions": { "visibility": "good", "light": "dusk", "sea": "slight", "wind": "none" },
            "view": {
                "lasted_s": 90, "seen_from_m": 800.0, "in_the_way": "spray", "known_before": "no",
                "light": { "phase": "day", "sun_deg": 12, "morning": true, "into_the_sun": true },
            },
        })
    });
    report["sightings"] = json!(sightings);
    let kinds = ["adds", "corrects", "withdraws", "seen-again"];
    report["relates"] = json!(kinds.map(|kind| json!({ "reference": label(2), "kind": kind })));
    report["watch"] = json!({
        "station": "a lookout", "from": "2026-01-02T00:00:00Z", "until": "2026-01-02T06:00:00Z", "people": ["one", "two"],
    });
    report["told"] = json!(Channel::ALL.map(|channel| {
        json!({ "channel": channel.code(), "at": "2026-01-02T03:10:00Z", "number": "42" })
    }));
    report["contact"] = json!("YWdlLWVuY3J5cHRpb24ub3JnL3YxCg==");
    let address = MailboxToken::from_bytes([1; 32]).address();
    report["mailbox"] = json!({ "address": address, "reply_to": RECIPIENT_01 });
    report["attachments"] =
        json!([attachment(1, "original"), attachment(1, "copy"), attachment(2, "original")]);
    report["clocks"] =
        json!({ "wall": "2026-01-02T03:20:00Z", "directory_sha256": hash(4), "draft_to_submit_ms": 90_000 });
    report["app"] = json!({ "name": "turnstone", "version": "0.1.0" });
    report
}

fn parse(report: &Value) -> Result<Report, BodyError> {
    Report::parse(&serde_json::to_vec(report).unwrap())
}

/// The JSON that a report is written as.
fn written(report: &Report) -> Value {
    serde_json::from_slice(&report.to_padded_bytes().unwrap()).unwrap()
}

#[test]
fn a_report_with_everything_comes_back_as_it_was() {
    let everything = full();
    let report = parse(&everything).unwrap();
    assert!(written(&report) == everything);
    assert_eq!(Report::parse(&report.to_padded_bytes().unwrap()).unwrap(), report);
}

#[test]
fn a_report_with_next_to_nothing_comes_back_as_it_was() {
    let mut nothing = small();
    let report = parse(&nothing).unwrap();
    nothing["minor"] = json!(0);
    assert!(written(&report) == nothing);
}

#[test]
fn bodies_are_padded_with_spaces_to_powers_of_two() {
    for (words, size) in [(1, 1024), (600, 1024), (2_000, 4096), (60_000, 65_536)] {
        let mut report = small();
        report["sightings"][0]["what"] = json!("w".repeat(words));
        let bytes = parse(&report).unwrap().to_padded_bytes().unwrap();
        assert_eq!(bytes.len(), size);
        let end = bytes.iter().rposition(|&b| b != b' ').unwrap();
        assert_eq!(bytes[end], b'}');
        assert_eq!(Report::parse(&bytes).unwrap(), Report::parse(&bytes[..=end]).unwrap());
    }
}

#[test]
fn numbers_come_back_to_the_last_digit() {
    // The shortest spelling of the value next to the one that quick parsers make of it.
    let mut wrong = 0;
    for step in 0..20_000_u32 {
        let lat = 49.0 + f64::from(step) * 0.000_012_345_678_901;
        let mut report = small();
        report["sightings"][0]["observer"] = json!({ "lat": lat, "lon": -6.0, "source": "hand" });
        let read = parse(&report).unwrap();
        let fix = read.sightings[0].observer.as_ref().unwrap();
        wrong += u32::from(fix.position.lat_deg().to_bits() != lat.to_bits());
    }
    assert_eq!(wrong, 0, "positions that changed on the way");
}

/// Paths to every object of a full report that keeps what it does not know.
const KEEPING: [&str; 15] = [
    "",
    "/sightings/0",
    "/sightings/0/subjects/0",
    "/sightings/0/subjects/1",
    "/sightings/0/subjects/2",
    "/sightings/0/subjects/3",
    "/sightings/0/subjects/0/understood/0",
    "/sightings/0/subjects/0/understood/1",
    "/sightings/0/conditions",
    "/sightings/0/view",
    "/sightings/2/target",
    "/watch",
    "/attachments/0",
    "/attachments/2",
    "/clocks",
];

/// Paths to every other object.
const IGNORING: [&str; 17] = [
    "/sightings/0/when",
    "/sightings/0/observer",
    "/sightings/0/target",
    "/sightings/0/target/bearing",
    "/sightings/0/view/light",
    "/sightings/1/target",
    "/sightings/3/target",
    "/sightings/4/target",
    "/sightings/4/target/first",
    "/sightings/4/target/first/bearing",
    "/sightings/4/target/second",
    "/sightings/4/target/second/bearing",
    "/sightings/4/target/second/from",
    "/relates/0",
    "/told/0",
    "/mailbox",
    "/app",
];

#[test]
fn fields_of_a_newer_minor_version_are_kept_where_there_is_room_for_them() {
    let newer =
        json!({ "words": ["kept", null, true], "number": 12_345_678_901_234_567_u64, "part": { "f": 0.1 } });
    for path in KEEPING {
        let mut report = full();
        report["minor"] = json!(7);
        report.pointer_mut(path).unwrap()["newer"] = newer.clone();
        let read = parse(&report).unwrap();
        assert!(written(&read) == report, "lost at {path:?}");
    }
}

#[test]
fn fields_of_a_newer_minor_version_are_ignored_elsewhere() {
    let (before, bytes) = (full(), parse(&full()).unwrap().to_padded_bytes().unwrap());
    for path in IGNORING {
        let mut report = before.clone();
        report.pointer_mut(path).unwrap()["newer"] = json!([1, { "a": "b" }]);
        assert!(parse(&report).unwrap().to_padded_bytes().unwrap() == bytes, "not ignored at {path:?}");
    }
}

#[test]
fn every_object_of_a_full_report_is_either_keeping_or_ignoring() {
    fn objects(value: &Value, path: &str, found: &mut Vec<String>) {
        match value {
            Value::Object(fields) => {
                found.push(path.to_owned());
                fields.iter().for_each(|(name, inner)| objects(inner, &format!("{path}/{name}"), found));
            }
            Value::Array(items) => {
                items.iter().enumerate().for_each(|(i, inner)| objects(inner, &format!("{path}/{i}"), found));
            }
            _ => {}
        }
    }
    let mut found = Vec::new();
    objects(&full(), "", &mut found);
    for path in found {
        // One of a kind stands for the others, but for the five targets and the four subjects.
        let first = match path.split('/').collect::<Vec<_>>()[..] {
            ["", list @ ("relates" | "told" | "attachments"), _] => format!("/{list}/0"),
            ["", "sightings", _, ref rest @ ..] if !rest.contains(&"target") => {
                ["", "sightings", "0"].into_iter().chain(rest.iter().copied()).collect::<Vec<_>>().join("/")
            }
            _ => path.clone(),
        };
        assert!(KEEPING.contains(&first.as_str()) ^ IGNORING.contains(&first.as_str()), "{path:?}");
    }
}

#[test]
fn moments_keep_their_offset_and_survive_a_leap_second() {
    for (text, comes_back) in [
        ("2016-12-31T23:59:60Z", "2016-12-31T23:59:59Z"),
        ("0000-01-01T00:00:00+23:59", "0000-01-01T00:00:00+23:59"),
        ("9999-12-31T23:59:59-23:59", "9999-12-31T23:59:59-23:59"),
    ] {
        let mut report = small();
        report["sightings"][0]["when"]["from"] = json!(text);
        assert_eq!(written(&parse(&report).unwrap())["sightings"][0]["when"]["from"], comes_back);
    }
}
