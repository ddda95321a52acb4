//! Watches, the log, and what was seen before: of named reports only, readable with the unlock only.

use std::fs;

use chrono::TimeDelta;
use turnstone_wire::{
    body::{Channel, Conditions, Route, Told},
    receipt::ObjectKind,
    text::{Moment, Text},
};

use super::kit::{Phone, PlayedIntake, WHAT, content, copy_folder, sync};
use crate::{Client, DraftContent, Error, Invalid, Missing, Notebook, Pin, WatchNote, WatchRow, view::Sheet};

const NAME: &str = "A. Lookout";

fn at() -> Moment {
    Moment::parse("2026-05-03T20:00:00+01:00").unwrap()
}

fn note() -> WatchNote {
    WatchNote {
        station: Some("Peveril Point".into()),
        people: vec![NAME.into()],
        conditions: Some(Conditions { sea: Some("slight".into()), ..Conditions::default() }),
    }
}

fn unlocked(client: &Client) -> Notebook {
    client.unlock(None).unwrap()
}

fn sheet(client: &Client, row: WatchRow) -> Sheet {
    unlocked(client).sheet(row).unwrap()
}

#[test]
fn a_draft_begun_while_a_watch_runs_is_on_it_and_its_desk_reads_who_was_on_it() {
    let phone = Phone::new();
    let client = phone.open();
    let before = client.note(content(Route::Police)).unwrap();
    assert_eq!(before.content().watch, None);
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    let draft = notebook.note(content(Route::Police)).unwrap();
    let watch = draft.content().watch.clone().unwrap();
    assert_eq!((watch.from, watch.people), (Some(at()), vec![Text::from(NAME)]));
    draft.submit().unwrap();
    client.stop_watch(at()).unwrap();
    assert_eq!(client.running_watch().unwrap(), None);
    assert_eq!(notebook.note(content(Route::Police)).unwrap().content().watch, None);
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    let envelope = &intake.of_kind(ObjectKind::Report)[0];
    let opened = turnstone_wire::envelope::open(envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
    let at_the_desk = opened.report.watch.unwrap();
    assert_eq!(at_the_desk.station.unwrap().as_str(), "Peveril Point");
    assert_eq!(at_the_desk.conditions.unwrap().sea.unwrap().as_str(), "slight");
    let sheet = sheet(&client, row);
    assert_eq!((sheet.reports.len(), sheet.drafts.len()), (1, 0), "neither what came before nor after");
    assert_eq!(sheet.reports[0].sightings.as_ref().unwrap()[0].what.as_str(), WHAT);
}

#[test]
fn p6_a_locked_phone_begins_a_watch_adds_to_it_and_stops_it_and_reading_it_needs_the_pin() {
    let phone = Phone::new();
    let pin = Pin::new("2580").unwrap();
    phone.open().unlock(None).unwrap().change_pin(Some(&pin)).unwrap();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let more = WatchNote { people: vec!["B. Relief".into(), NAME.into()], ..WatchNote::default() };
    assert_eq!(client.add_to_watch(&more, at()).unwrap(), row);
    let open = client.note(content(Route::Police)).unwrap().row();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(client.stop_watch(at()).unwrap(), row);
    assert_eq!(client.stop_watch(at()).unwrap_err(), Error::NotFound(Missing::Watch));
    assert_eq!(client.unlock(None).unwrap_err(), Error::Locked);

    let notebook = client.unlock(Some(&pin)).unwrap();
    let view = &notebook.watches(10).unwrap()[0];
    assert_eq!((view.row, view.runs, view.watch.until), (row, false, Some(at())));
    assert_eq!(view.watch.people, [Text::from(NAME), "B. Relief".into()]);
    let sheet = notebook.sheet(row).unwrap();
    assert_eq!((sheet.reports.len(), sheet.drafts.len()), (1, 1), "what was written while locked is on it");
    // What was not known while locked travels once it is.
    assert_eq!(notebook.draft(open).unwrap().preview().unwrap().watch.unwrap().people.len(), 2);
    notebook.lock();
    assert_eq!(notebook.watches(10).unwrap_err(), Error::Locked);
    assert_eq!(notebook.sheet(row).unwrap_err(), Error::Locked);
    assert_eq!(notebook.discard_watch(row).unwrap_err(), Error::Locked);
}

#[test]
fn one_watch_runs_at_a_time_and_the_next_ends_the_last() {
    let phone = Phone::new();
    let client = phone.open();
    let first = client.start_watch(&note(), at()).unwrap();
    let later = Moment::parse("2026-05-04T08:00:00+01:00").unwrap();
    let second = client.start_watch(&WatchNote::default(), later).unwrap();
    assert_eq!(client.running_watch().unwrap(), Some(second));
    let watches = unlocked(&client).watches(10).unwrap();
    assert_eq!([watches[0].row, watches[1].row], [second, first]);
    assert_eq!((watches[1].runs, watches[1].watch.until), (false, Some(later)));
}

#[test]
fn p7_an_anonymous_report_is_on_no_watch_whether_it_begins_or_becomes_one() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    notebook.note(content(Route::Anonymous)).unwrap().submit().unwrap();
    let begun = notebook.note(DraftContent { kept: true, ..content(Route::Anonymous) }).unwrap();
    assert_eq!((begun.content().watch.as_ref(), begun.content().kept), (None, false));
    let mut became = notebook.note(content(Route::Police)).unwrap();
    assert_eq!(notebook.sheet(row).unwrap().drafts.len(), 1);
    let held = became.content().clone();
    became.change(DraftContent { route: Route::Anonymous, kept: true, ..held }).unwrap();
    assert_eq!((became.content().watch.as_ref(), became.content().kept), (None, false));
    assert_eq!(became.preview().unwrap().watch, None);
    // And what was asked after once more, from the disk.
    let number = became.row();
    drop(became);
    assert_eq!(notebook.draft(number).unwrap().content().watch, None);
    let sheet = notebook.sheet(row).unwrap();
    assert_eq!((sheet.reports.len(), sheet.drafts.len()), (0, 0));
    notebook.draft(number).unwrap().submit().unwrap();
    assert_eq!(notebook.sheet(row).unwrap().reports.len(), 0);
}

#[test]
fn a_draft_whose_watch_is_taken_out_is_not_on_the_sheet() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    let mut draft = notebook.note(content(Route::Police)).unwrap();
    let held = draft.content().clone();
    draft.change(DraftContent { watch: None, ..held }).unwrap();
    draft.submit().unwrap();
    let sheet = notebook.sheet(row).unwrap();
    assert_eq!((sheet.reports.len(), sheet.drafts.len()), (0, 0));
}

#[test]
fn p9_a_watch_with_more_than_travels_stops_no_report() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let crowd = |n: usize| WatchNote {
        people: (0..60).map(|i| Text::new(format!("{n} {i} {}", "x".repeat(100)))).collect(),
        ..WatchNote::default()
    };
    for n in 0..4 {
        client.add_to_watch(&crowd(n), at()).unwrap();
    }
    let long = WatchNote { station: Some(Text::new("x".repeat(9_000))), ..WatchNote::default() };
    assert_eq!(client.add_to_watch(&long, at()).unwrap_err(), Error::Invalid(Invalid::WatchTooLong));
    let notebook = unlocked(&client);
    assert_eq!(notebook.sheet(row).unwrap().watch.watch.people.len(), 241, "all of them are on the sheet");
    let draft = notebook.note(content(Route::Police)).unwrap();
    let travels = draft.content().watch.clone().unwrap();
    assert!(
        (30..=64).contains(&travels.people.len()) && travels.texts().map(Text::len).sum::<usize>() <= 8192
    );
    draft.submit().unwrap();
}

#[test]
fn p9_an_entry_that_is_damaged_hides_no_other_and_stops_no_note() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let more = WatchNote { people: vec!["B. Relief".into()], ..WatchNote::default() };
    client.add_to_watch(&more, at()).unwrap();
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE watch_entry SET sealed = x'0102' WHERE id = 1", []).unwrap();
    drop(words);
    let notebook = unlocked(&client);
    let view = &notebook.watches(10).unwrap()[0];
    assert_eq!((view.damaged, view.watch.people.clone()), (1, vec![Text::from("B. Relief")]));
    notebook.note(content(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(notebook.sheet(row).unwrap().reports.len(), 1);
    notebook.discard_watch(row).unwrap();
    assert!(notebook.watches(10).unwrap().is_empty());
}

#[test]
fn p9_a_damaged_database_carries_watches_over_with_what_is_on_them() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    notebook.note(content(Route::Police)).unwrap();
    notebook.note(content(Route::Police)).unwrap().submit().unwrap();
    client.tidy(Some(&notebook)).unwrap();
    drop((client, notebook));
    // Its last page is gone, or it does not say any more what it is.
    let file = phone.home().join("words.db");
    let whole = fs::read(&file).unwrap();
    for cut in [whole.len() - 4096, whole.len()] {
        let folder = tempfile::tempdir().unwrap();
        let home = folder.path().join("home");
        copy_folder(&phone.home(), &home);
        let mut bytes = whole[..cut].to_vec();
        if cut == whole.len() {
            bytes[..16].fill(0x55);
        }
        fs::write(home.join("words.db"), bytes).unwrap();
        let keys = folder.path().join("keys");
        fs::copy(phone.key_file(), &keys).unwrap();
        let key_store = std::sync::Arc::new(crate::KeyFile::new(&keys));
        let client = Client::open(&home, crate::Ports { key_store, ..phone.ports() }).unwrap();
        assert_eq!(client.mended().len(), 1);
        assert_eq!(client.running_watch().unwrap(), Some(row));
        let sheet = sheet(&client, row);
        assert_eq!(sheet.watch.watch.people, [Text::from(NAME)]);
        assert_eq!((sheet.reports.len(), sheet.drafts.len()), (1, 1), "cut at {cut}");
        // Numbers once given are not given again.
        assert!(client.start_watch(&note(), at()).unwrap() > row);
    }
}

#[test]
fn a_watch_is_shredded_a_month_after_it_was_stopped_and_handed_over_and_not_before() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    unlocked(&client).note(content(Route::Police)).unwrap();
    phone.clock.advance(TimeDelta::days(400));
    assert_eq!(unlocked(&client).watches(10).unwrap().len(), 1, "it runs");
    let now = || Moment::utc(*phone.clock.0.lock().unwrap());
    client.stop_watch(now()).unwrap();
    phone.clock.advance(TimeDelta::days(400));
    assert_eq!(unlocked(&client).watches(10).unwrap().len(), 1, "nobody has it yet");
    unlocked(&client).hand_over(row, now()).unwrap();
    phone.clock.advance(TimeDelta::days(29));
    assert_eq!(unlocked(&client).watches(10).unwrap()[0].handed_over.map(|_| ()), Some(()));
    phone.clock.advance(TimeDelta::days(2));
    let notebook = unlocked(&client);
    assert!(notebook.watches(10).unwrap().is_empty());
    assert_eq!(notebook.sheet(row).unwrap_err(), Error::NotFound(Missing::Watch));
    assert_eq!(notebook.drafts(10).unwrap().len(), 1, "what was written on it stays");
    assert!(!client.overview().unwrap().shred_due);
}

#[test]
fn the_sheet_says_who_was_told_and_what_was_sent() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    let told = Told { channel: Channel::Coastguard, at: at(), number: Some("GIN 42".into()) };
    let draft = notebook.note(content(Route::Confidential)).unwrap();
    client.tell(crate::About::Draft(draft.row()), &told).unwrap();
    let submitted = notebook.note(content(Route::Police)).unwrap().submit().unwrap();
    notebook.tell(&submitted.reference, &told).unwrap();
    sync(&client, &PlayedIntake::of(&phone.desk));
    let sheet = notebook.hand_over(row, at()).unwrap();
    assert_eq!(sheet.drafts[0].told, [told.clone()]);
    assert_eq!(sheet.reports[0].report.told, [told]);
    assert!(sheet.reports[0].report.items[0].stored_at.is_some());
    assert_eq!(sheet.watch.handed_over, Some(at()));
    // What a report said is told as long as this device may know it.
    notebook.forget(&submitted.reference).unwrap();
    assert!(notebook.sheet(row).unwrap().reports.is_empty());
}
