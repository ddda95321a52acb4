//! P7's core: an anonymous report carries nothing of its witness, and nothing that another report of the phone carries.

use std::collections::BTreeSet;

use serde_json::Value;
use turnstone_wire::{body::Route, receipt::ObjectKind, text::Text};

use super::kit::{Phone, PlayedIntake, content, sync};
use crate::{
    Error, Invalid,
    sync::{Step, StepBody},
};

/// Every scalar of a JSON document, with its name.
fn values(value: &Value, name: &str, into: &mut BTreeSet<(String, String)>) {
    match value {
        Value::Object(map) => map.iter().for_each(|(name, value)| values(value, name, into)),
        Value::Array(list) => list.iter().for_each(|value| values(value, name, into)),
        other => {
            into.insert((name.to_owned(), other.to_string()));
        }
    }
}

fn bodies(phone: &Phone, intake: &PlayedIntake) -> Vec<Value> {
    let open = |bytes: &Vec<u8>| {
        turnstone_wire::envelope::open(bytes, std::slice::from_ref(&phone.desk.seal)).unwrap().body
    };
    let envelopes = intake.of_kind(ObjectKind::Report);
    envelopes.iter().map(|bytes| serde_json::from_slice(&open(bytes)).unwrap()).collect()
}

#[test]
fn p7_a_named_and_an_anonymous_report_of_one_phone_share_constants_only() {
    let phone = Phone::new();
    let client = phone.open();
    let mut named = content(Route::Police);
    named.sightings[0].what = Text::from("a yacht without a name");
    named.sightings[0].signs = vec!["K05".parse().unwrap()];
    named.contact = Some(Text::from("Jo Example"));
    client.note(named).unwrap().submit().unwrap();
    phone.clock.advance(chrono::TimeDelta::minutes(31));
    let mut anonymous = content(Route::Anonymous);
    anonymous.sightings[0].when.from =
        turnstone_wire::text::Moment::parse("2026-05-03T21:12:44+01:00").unwrap();
    client.note(anonymous).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!((sync(&client, &intake).held, intake.requests.lock().unwrap().len()), (1, 1));
    phone.clock.advance(chrono::TimeDelta::minutes(15));
    assert_eq!(sync(&client, &intake).stored, 1, "in a moment of its own");
    // The third run asks mailboxes as well.
    phone.clock.advance(chrono::TimeDelta::minutes(15));
    sync(&client, &intake);

    let bodies = bodies(&phone, &intake);
    let sets: Vec<BTreeSet<_>> = bodies
        .iter()
        .map(|body| {
            let mut set = BTreeSet::new();
            values(body, "", &mut set);
            set
        })
        .collect();
    let common: Vec<_> =
        sets[0].intersection(&sets[1]).map(|(name, value)| format!("{name}={value}")).collect();
    let constants = [
        "code_word=\"KRAKEN\"",
        "format=\"turnstone.report/1\"",
        "language=\"en\"",
        "minor=0",
        "scheme=\"kraken\"",
    ];
    assert_eq!(common, constants);

    // In the requests: method, headers' names, and what the desk's own directory dictates (its address, its keys).
    let requests = intake.requests.lock().unwrap();
    let puts: Vec<&Step> = requests.iter().filter(|step| matches!(step.body, StepBody::Bytes(_))).collect();
    assert_eq!(puts.len(), 2);
    assert_eq!(puts.iter().filter(|step| step.apart).count(), 1, "the anonymous one goes apart");
    assert_eq!(puts[0].headers, puts[1].headers, "the same headers for all");
    let names: BTreeSet<_> = puts.iter().map(|step| &step.url).collect();
    assert_eq!(names.len(), 2);
    let mail = requests.iter().filter(|step| step.url.contains("/mailbox/")).count();
    assert_eq!(mail, 1, "an anonymous report's mailbox is asked only by its witness");
}

#[test]
fn p7_an_anonymous_report_leaves_out_fix_clocks_app_contact_and_zone() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Anonymous)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let body = bodies(&phone, &intake).remove(0);
    for name in ["contact", "clocks", "app", "watch"] {
        assert!(body.get(name).is_none(), "{name}");
    }
    let sighting = &body["sightings"][0];
    assert!(sighting.get("observer").is_none());
    // The bearing from where the witness stood became the point it leads to.
    assert_eq!(sighting["target"]["kind"], "point");
    assert_eq!(sighting["when"]["from"], "2026-05-03T19:40:00Z");
    assert_eq!(sighting["when"]["give_or_take_s"], 600);
}

#[test]
fn p7_the_witness_may_choose_to_send_where_they_stood() {
    let phone = Phone::new();
    let mut chosen = content(Route::Anonymous);
    chosen.send_fix = true;
    let preview = phone.open().note(chosen).unwrap().preview().unwrap();
    assert!(preview.sightings[0].observer.is_some());
}

#[test]
fn an_anonymous_report_takes_no_contact_and_says_so() {
    let phone = Phone::new();
    let mut with_contact = content(Route::Anonymous);
    with_contact.contact = Some(Text::from("Jo Example"));
    let (_, error) = phone.open().note(with_contact).unwrap().submit().unwrap_err();
    assert_eq!(error, Error::Invalid(Invalid::AnonymousContact));
}

#[test]
fn the_contact_opens_with_the_source_key_and_the_words_do_not_hold_it() {
    let phone = Phone::new();
    let mut draft = content(Route::Confidential);
    draft.contact = Some(Text::from("Jo Example, 07700 900123"));
    let client = phone.open();
    client.note(draft).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    let opened = turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    assert!(!String::from_utf8_lossy(&opened.body).contains("07700"));
    let contact = opened.report.contact.unwrap().open(std::slice::from_ref(&phone.desk.source)).unwrap();
    assert_eq!(contact.as_str(), "Jo Example, 07700 900123");
}

#[test]
fn a_stored_anonymous_report_leaves_the_locked_half_once_its_bytes_have_had_their_time() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Anonymous)).unwrap().submit().unwrap();
    sync(&client, &PlayedIntake::of(&phone.desk));
    let finished = || -> bool {
        let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
        words.query_row("SELECT finished FROM report", [], |row| row.get(0)).unwrap()
    };
    client.unlock(None).unwrap();
    assert!(!finished());
    phone.clock.advance(chrono::TimeDelta::days(31));
    let notebook = client.unlock(None).unwrap();
    assert!(finished());
    assert_eq!(notebook.reports(10).unwrap()[0].items.len(), 1, "and is still listed for whoever unlocks");
}
