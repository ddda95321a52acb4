//! Hostile envelopes among good ones, through the real intake and the real `open` (DESIGN 7).

use serde_json::{Value, json};
use turnstone_wire::{
    attachment::{AttachmentKey, Sealer},
    envelope::Envelope,
    hash::Sha256,
    key::{DeskIdentity, Seal},
};

use crate::kit::{TestDesk, desk, report, tree};

/// A change of a good report's text into a hostile one.
fn changed(from: &str, to: &str) -> Vec<u8> {
    let good = report(200).to_string();
    let bad = good.replacen(from, to, 1);
    assert_ne!(good, bad, "{from} is not in a report");
    bad.into_bytes()
}

fn with(field: &str, value: Value) -> Vec<u8> {
    let mut report = report(201);
    report[field] = value;
    report.to_string().into_bytes()
}

fn part(number: u64) -> Value {
    json!({"number": number, "role": "original", "media_type": "image/jpeg", "size": 1, "sealed_size": 1,
        "sha256": "00".repeat(32), "sealed_sha256": "00".repeat(32), "key": *AttachmentKey::generate().to_secret_text()})
}

fn part_with(field: &str, value: Value) -> Vec<u8> {
    let mut part = part(1);
    part[field] = value;
    with("attachments", json!([part]))
}

/// Bodies that are no reports, by what is wrong with them.
fn bodies() -> Vec<(&'static str, Vec<u8>)> {
    let parts = |count| Value::from((1..=count).map(part).collect::<Vec<_>>());
    let nested = |open: &str, close: &str| {
        let deep = format!("{{\"newer\":{}0{},", open.repeat(50_000), close.repeat(50_000));
        report(202).to_string().replacen('{', &deep, 1).into_bytes()
    };
    vec![
        ("nothing", b"".to_vec()),
        ("no JSON", b"KRAKEN".to_vec()),
        ("another document", b"{\"format\":\"turnstone.directory/1\"}".to_vec()),
        ("an array", b"[]".to_vec()),
        ("a newer format", changed("report/1", "report/9")),
        ("a field named twice", changed("\"scheme\"", "\"route\":\"anonymous\",\"scheme\"")),
        ("a field named twice, escaped", changed("\"scheme\"", "\"rout\\u0065\":\"anonymous\",\"scheme\"")),
        ("a field named twice, deep inside", changed("\"lat\"", "\"lon\":1,\"lat\"")),
        ("arrays in arrays", nested("[", "]")),
        ("objects in objects", nested("{\"a\":", "}")),
        ("something after the end", [report(203).to_string().as_bytes(), b"{}"].concat()),
        ("a byte order mark", [b"\xef\xbb\xbf", report(203).to_string().as_bytes()].concat()),
        ("a NUL in the clear", changed("a boat", "a\0boat")),
        (
            "no UTF-8",
            report(203)
                .to_string()
                .replace("a boat", "?")
                .bytes()
                .map(|b| if b == b'?' { 0xff } else { b })
                .collect(),
        ),
        ("half a surrogate", changed("a boat", "\\ud800")),
        ("a giant number", changed("{", "{\"newer\":1e999,")),
        ("a place that is none", changed("50.6065", "1e300")),
        ("an infinite place", changed("50.6065", "Infinity")),
        ("a year that is none", changed("2026-05", "999999999999-05")),
        ("a reference that is a path", with("reference", json!("../../../etc/passwd"))),
        ("a reference that is an option", with("reference", json!("-rf"))),
        ("a reference of another report", with("reference", report(1)["reference"].clone())),
        ("an id that is a path", with("id", json!("/tmp/x"))),
        ("a scheme that is a path", with("scheme", json!("../kraken"))),
        ("two thousand attachments", with("attachments", parts(1000))),
        ("sixty-five attachments", with("attachments", parts(65))),
        ("one attachment twice", with("attachments", json!([part(1), part(1)]))),
        ("an attachment without a number", part_with("number", json!(70_000))),
        ("an attachment of a negative number", part_with("number", json!(-1))),
        ("an attachment larger than any", part_with("sealed_size", json!(u64::MAX))),
        ("an attachment larger than its file", part_with("size", json!(9_007_199_254_740_993_u64))),
        ("an attachment of 2^64 bytes", part_with("size", json!(1.844_674_407_370_955_2e19))),
        ("an attachment named as a path", part_with("sealed_sha256", json!("../../../../etc/passwd"))),
        ("an attachment in a role of its own", part_with("role", json!("../x"))),
    ]
}

/// Bytes that do not open, with the reason `open` gives.
fn envelopes(desk: &TestDesk) -> Vec<(&'static str, &'static str, Vec<u8>)> {
    let good = desk.seal(&report(204).to_string().into_bytes());
    let stranger = DeskIdentity::<Seal>::generate().public();
    let flood = |line: &[u8]| {
        [b"age-encryption.org/v1\n", line.repeat(500_000 / line.len()).as_slice(), b"--- mac\n"].concat()
    };
    let mut damaged = good.clone();
    *damaged.last_mut().unwrap() ^= 1;
    vec![
        ("no envelope", "bad_header", b"no envelope at all".to_vec()),
        ("a flood of stanzas", "bad_header", flood(b"-> x\n\n")),
        ("a flood in one stanza", "bad_header", flood(&[[b'A'; 64].as_slice(), b"\n"].concat())),
        ("an endless line", "bad_header", flood(b"-> xxxxxxxx")),
        ("another's", "not_for_this_key", Envelope::seal(b"{}", &[stranger]).unwrap().into_bytes()),
        ("a changed one", "damaged", damaged),
        ("one cut short", "damaged", good[..good.len() - 1].to_vec()),
        ("one cut in its header", "bad_header", good[..100].to_vec()),
    ]
}

/// A good report in the worst of words, and a photo that is a page with a script in it.
fn worst(desk: &TestDesk) -> (Value, Vec<u8>, Vec<u8>) {
    let page = b"<html><script>alert(1)</script>";
    let key = AttachmentKey::generate();
    let mut sealer = Sealer::new(Vec::new(), &key).unwrap();
    sealer.write(page).unwrap();
    let (sealed, facts) = sealer.finish().unwrap();
    let words = "=cmd|' /C calc'!A0;@SUM(1)\n＝1\u{1b}]0;x\u{7}\u{1b}[2J\u{202e}gpj.exe\u{2066}\u{0}\r\n\nWHO TELLS\n  the chief";
    let mut report = report(1);
    report["newer"] = json!({"big": 9_007_199_254_740_993_u64, "bigger": u64::MAX, "name": "../../x"});
    report["language"] = json!("\u{1b}[31m\u{202e}=en");
    report["sightings"][0]["what"] = json!(words);
    report["sightings"][0]["why"] = json!("-1+1\t\"quoted\",\u{2028}+44");
    report["sightings"][0]["target"] = json!({"kind": "named", "name": words});
    report["sightings"][0]["subjects"] = json!([{"kind": "vessel", "name": words, "newer": "\u{202e}"}]);
    report["sightings"][0]["conditions"] = json!({"sea": words});
    report["sightings"][0]["attachments"] = json!([1]);
    report["told"] = json!([{"channel": "101", "at": "2026-05-03T21:41:00Z", "number": words}]);
    report["attachments"] = json!([{"number": 1, "role": "original", "media_type": "../../image/jpeg", "size": facts.size,
        "sha256": facts.sha256, "sealed_size": facts.sealed_size, "sealed_sha256": facts.sealed_sha256,
        "key": *key.to_secret_text()}]);
    let envelope = desk.seal(report.to_string().as_bytes());
    (report, envelope, sealed)
}

/// Nothing that acts on whoever looks at it.
fn is_tame(text: &[u8]) -> bool {
    let text = std::str::from_utf8(text).expect("UTF-8");
    text.chars().all(|c| {
        c == '\n'
            || !(c.is_control()
                || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2066}'..='\u{2069}'))
    })
}

#[test]
fn p11_hostile_envelopes_stop_no_good_one_and_each_is_named_with_its_reason() {
    let desk = TestDesk::new();
    let (report_1, worst, sealed) = worst(&desk);
    let mut expected = Vec::new();
    let intake = desk.serve();
    for (what, reason, bytes) in envelopes(&desk) {
        assert!(intake.put(&bytes).is_receipt(), "{what}: a blind intake takes it");
        expected.push((what, reason, Sha256::of(&bytes).to_string()));
    }
    assert!(intake.put(&worst).is_receipt() && intake.put_attachment(&sealed).is_receipt());
    for (what, body) in bodies() {
        let bytes = desk.seal(&body);
        assert!(intake.put(&bytes).is_receipt(), "{what}");
        expected.push((what, "not_a_report", Sha256::of(&bytes).to_string()));
    }
    assert!(intake.put(&desk.seal(report(2).to_string().as_bytes())).is_receipt());
    assert!(intake.stop());

    let before = tree(desk.folder.path());
    let output = desk.open();
    let said = crate::kit::json(&output);
    let problems = said["problems"].as_array().unwrap();
    for (what, reason, sha256) in &expected {
        let problem = problems.iter().find(|problem| problem["sha256"] == **sha256);
        let problem = problem.unwrap_or_else(|| panic!("{what} is not told of"));
        assert_eq!(
            (&problem["reason"], &problem["kind"]),
            (&json!(reason), &json!("report")),
            "{what}: {problem}"
        );
        assert!(!problem["message"].as_str().unwrap().is_empty());
    }
    assert_eq!(problems.len(), expected.len(), "{problems:?}");
    let opened: Vec<_> =
        said["opened"].as_array().unwrap().iter().map(|one| one["reference"].clone()).collect();
    assert_eq!(opened, [report_1["reference"].clone(), report(2)["reference"].clone()]);
    assert!(is_tame(&output.stdout) && is_tame(&output.stderr));

    let out = desk.folder.path().join("out");
    let new = tree(desk.folder.path()).into_iter().filter(|path| !before.contains(path));
    let stray: Vec<_> =
        new.filter(|path| !path.starts_with(&out) && !path.ends_with("intake.lock")).collect();
    assert!(stray.is_empty(), "{stray:?}");
    let folder = out.join(report_1["reference"].as_str().unwrap());
    let names: Vec<_> = tree(&folder).iter().map(|path| path.file_name().unwrap().to_owned()).collect();
    assert_eq!(names, ["1.bin", "report.json", "report.txt"]);
    let (kept, text) = (std::fs::read_to_string(folder.join("report.json")).unwrap(), report_1.to_string());
    assert!(kept == text && kept.contains("9007199254740993"), "not the very bytes");
    the_worst_words_are_tame(&desk, &folder);
    // A second run says the same of the bad ones and touches nothing.
    let again = crate::kit::json(&desk.open());
    assert_eq!((again["problems"].as_array().unwrap().len(), &again["opened"]), (expected.len(), &json!([])));
}

fn the_worst_words_are_tame(test: &TestDesk, folder: &std::path::Path) {
    let words = std::fs::read(folder.join("report.txt")).unwrap();
    assert!(is_tame(&words));
    assert_eq!(String::from_utf8(words).unwrap().matches("\nWHO TELLS").count(), 1, "a line passed for ours");
    assert!(is_tame(&std::fs::read(test.at("out/index.geojson")).unwrap()));
    let out = test.at("out");
    for format in ["csv", "geojson"] {
        let exported = desk(&["export", "--from", &out, "--format", format]);
        assert!(exported.status.success() && is_tame(&exported.stdout), "{format}");
        if format == "csv" {
            let table = String::from_utf8(exported.stdout).unwrap();
            // However a program cuts it into cells, none of a stranger's words begins as a formula does.
            for cell in table.split(['\n', ';']).chain(table.split(",\"")) {
                let cell = cell.trim_start();
                assert!(!cell.starts_with(['=', '+', '-', '@', '＝']), "{cell:?}");
            }
        }
    }
    let words = desk(&["open", "--key", &test.at("desk/officer"), "--from", &test.server(), "--out", &out]);
    assert!(words.status.success() && is_tame(&words.stdout), "in words");
}
