//! From the first day, with no desk anywhere: a report is kept and says so, a sheet says what to tell by voice, the call is
//! noted, and when a desk comes at last the report brings it along.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::fs;

use serde_json::Value;
use turnstone_tests::field::{Done, Field};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";
const VESSEL: &str = r#"{"silhouette":"RIB","hull_colour":"grey","name":"Windhover","people":"four","heading":"south-west, fast"}"#;
const PERSON: &str = r#"{"count":"two","clothing":"orange oilskins","did":"lowered parcels"}"#;
const CONTACT: &str = "Jo Example 07700 900123";
const NUMBER: &str = "log 512 of 3 May";

/// Everything that is typed of what was seen, as a sheet has to say it.
const SEEN: [&str; 10] = [
    WHAT,
    "They put the lights out when they saw me",
    "objects put in the water",
    "RIB",
    "Windhover",
    "four",
    "south-west, fast",
    "orange oilskins",
    "21:40",
    "21:55",
];

/// A phone that is set up, and knows of no desk.
fn phone() -> Field {
    let field = Field::bare();
    assert_eq!(field.turnstone(&["init"]).code, Some(0));
    field
}

fn report(field: &Field, more: &[&str]) -> Done {
    let typed = [
        "report",
        "kraken",
        "--what",
        WHAT,
        "--why",
        SEEN[1],
        "--sign",
        "K09",
        "--at",
        "50.606511,-1.948033",
        "--bearing",
        "143.5",
        "--range",
        "913",
        "--when",
        "2026-05-03T21:40:00+01:00",
        "--until",
        "2026-05-03T21:55:00+01:00",
        "--vessel",
        VESSEL,
        "--person",
        PERSON,
    ];
    field.turnstone(&[&typed[..], more].concat())
}

fn sheet(field: &Field, listener: &str) -> String {
    let done = field.turnstone(&["call-sheet", "1", "--for", listener]);
    assert_eq!(done.code, Some(0), "{}", done.said);
    done.json["text"].as_str().unwrap().to_owned()
}

#[test]
fn p9_with_no_desk_anywhere_a_note_is_kept_told_by_voice_and_delivered_once_a_desk_comes() {
    let field = phone();
    let kept = report(&field, &["--contact", CONTACT]);
    assert_eq!((kept.code, &kept.json["outcome"]), (Some(0), &Value::from("kept")), "{}", kept.said);
    assert_eq!((&kept.json["reason"], &kept.json["draft"]), (&Value::from("no_desk"), &Value::from(1)));
    assert!(kept.json["reference"].is_null() && kept.json["emergency"].is_null());
    for says in ["Kept as draft 1", "no desk", "call-sheet 1 --for 101", "told 1 --channel 101", "KRAKEN"] {
        assert!(kept.said.contains(says), "{says}: {}", kept.said);
    }
    let command = kept.json["call_sheet"].as_str().unwrap();
    assert!(command.ends_with("call-sheet 1 --for 101"), "{command}");

    let text = sheet(&field, "101");
    for typed in SEEN.iter().chain(&[CONTACT, "143.5", "913", "KRAKEN", "Ring 101"]) {
        assert!(text.contains(typed), "{typed} is missing:\n{text}");
    }
    let told = field.turnstone(&["told", "1", "--channel", "101", "--number", NUMBER]);
    assert_eq!(told.code, Some(0), "{}", told.said);
    // Whoever rings again says so.
    assert!(sheet(&field, "101").contains(NUMBER));
    assert!(sheet(&field, "online").contains(NUMBER));

    let (desk, directory, root) =
        (field.path("desk"), field.path("desk/directory.json"), field.path("desk/root.pub"));
    let server = {
        // A port of the intake's choice, then a directory that names it: the desk is new, and so is its address.
        let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        drop(listener);
        field.desk(
            ["init".as_ref(), desk.as_os_str(), "--id".as_ref(), "harbour-desk".as_ref()],
            ["--name", "Test Harbour Desk", "--url", &format!("http://{address}")],
        );
        turnstone_tests::field::Server::start_at(&desk.join("server"), &address.to_string())
    };
    let (directory, root) = (directory.to_str().unwrap(), root.to_str().unwrap());
    let learnt = field.turnstone(&["init", "--directory", directory, "--root-key", root]);
    assert_eq!(learnt.code, Some(0), "{}", learnt.said);
    let submitted = field.turnstone(&["draft", "submit", "1"]);
    assert_eq!(submitted.json["outcome"], "submitted", "{}", submitted.said);
    let reference = submitted.json["reference"].as_str().unwrap();
    assert_eq!(field.turnstone(&["sync"]).json["outcome"], "delivered");
    field.open();
    let opened = fs::read(field.opened(reference).join("report.json")).unwrap();
    let opened: Value = serde_json::from_slice(&opened).unwrap();
    assert_eq!(opened["told"][0]["channel"], "101");
    assert_eq!(opened["told"][0]["number"], NUMBER);
    assert_eq!(opened["sightings"][0]["what"], WHAT);
    assert_eq!(opened["told"].as_array().unwrap().len(), 1);

    // The sheet of what was sent is made of this device's copy; its contact is sealed there too.
    let sent = field.turnstone(&["call-sheet", reference, "--for", "101"]);
    let text = sent.json["text"].as_str().unwrap();
    assert!(text.contains(WHAT) && text.contains(NUMBER) && !text.contains("900123"), "{text}");
    drop(server);
}

#[test]
fn p7_the_sheet_for_crimestoppers_holds_nothing_of_the_witness() {
    let field = phone();
    report(&field, &["--contact", CONTACT]);
    field.turnstone(&["told", "1", "--channel", "101", "--number", NUMBER]);
    for arguments in [
        &["call-sheet", "1", "--for", "crimestoppers"][..],
        &["call-sheet", "1", "--for", "crimestoppers", "--lang", "cy"],
    ] {
        let done = field.turnstone(arguments);
        let printed = done.json.to_string();
        for own in [CONTACT, "900123", "50.6065", "1.948", "143.5", "913", NUMBER, "log 512"] {
            assert!(!printed.contains(own), "{own}: {printed}");
        }
        assert!(done.json["told"].is_null(), "what is noted travels with the named report");
    }
    let text = sheet(&field, "crimestoppers");
    SEEN.iter().for_each(|typed| assert!(text.contains(typed), "{typed} is missing:\n{text}"));
}

#[test]
fn an_anonymous_note_without_a_desk_is_sent_to_crimestoppers_and_has_no_text_for_a_form() {
    let field = phone();
    let kept = report(&field, &["--route", "anonymous", "--lang", "cy"]);
    assert_eq!(kept.json["outcome"], "kept");
    assert!(kept.json["call_sheet"].as_str().unwrap().ends_with("--for crimestoppers"));
    assert!(kept.said.starts_with("Cedwir fel drafft 1"), "{}", kept.said);
    let refused = field.turnstone(&["call-sheet", "1", "--for", "online", "--lang", "en"]);
    assert_eq!((refused.code, &refused.json["error"]["code"]), (Some(1), &Value::from("not_on_this_route")));
    assert!(refused.said.contains("Crimestoppers"), "{}", refused.said);
    let police = sheet(&field, "101");
    assert!(!police.contains("50.6065") && police.contains(WHAT), "{police}");
}
