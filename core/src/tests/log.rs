//! Watches, the log, and what was seen before: of named reports only, readable with the unlock only.

use std::fs;

use chrono::TimeDelta;
use turnstone_almanac::{mark::Mark, words::Lang};
use turnstone_wire::{
    body::{
        Bearing, BearingLine, Channel, Conditions, Fix, FixSource, North, Person, Position, Relation,
        RelationKind, Route, Subject, Target, Told, Vessel,
    },
    receipt::ObjectKind,
    text::{Moment, Text},
};

use super::kit::{Phone, PlayedIntake, WHAT, content, copy_folder, sync};
use crate::{
    Client, DraftContent, Error, Invalid, Missing, Notebook, Pin, WatchNote, WatchRow,
    view::{SeenIn, Sheet, seen_before_sentence, sheet_text, watch_row_text},
};

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
    assert_eq!(sheet.drafts[0].told, std::slice::from_ref(&told));
    assert_eq!(sheet.reports[0].report.told, [told]);
    assert!(sheet.reports[0].report.items[0].stored_at.is_some());
    assert_eq!(sheet.watch.handed_over, Some(at()));
    // What a report said is told as long as this device may know it.
    notebook.forget(&submitted.reference).unwrap();
    assert!(notebook.sheet(row).unwrap().reports.is_empty());
}

#[test]
fn the_sheet_says_where_two_bearings_cross() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    let bearing = |deg| Bearing::new(deg, North::True).unwrap();
    let mut crossed = content(Route::Police);
    // A tenth of a degree of longitude apart on the equator, north-east and north-west: they cross half way, as far up in metres.
    crossed.sightings[0].observer = Some(Fix::new(Position::new(0.0, 0.0).unwrap(), FixSource::Hand));
    crossed.sightings[0].target = Some(Target::Cross {
        first: BearingLine::new(None, bearing(45.0)),
        second: BearingLine::new(Position::new(0.0, 0.1).ok(), bearing(315.0)),
    });
    notebook.note(crossed).unwrap();
    let sheet = sheet_text(&notebook.sheet(row).unwrap(), Lang::En);
    assert!(sheet.contains("0.05034, 0.05000"), "{sheet}");
}

/// What a RIB looks like to whoever sees it.
fn vessel(name: &str, number: &str) -> Subject {
    Subject::Vessel(Vessel {
        name: Some(name.into()),
        number: Some(number.into()),
        people: Some("three".into()),
        heading: Some("west".into()),
        ..Vessel::default()
    })
}

fn with_subjects(route: Route, subjects: Vec<Subject>) -> DraftContent {
    let mut content = content(route);
    content.sightings[0].subjects = subjects;
    content
}

#[test]
fn one_report_holds_several_sightings_and_the_craft_is_copied_without_what_differs() {
    let person = Subject::Person(Person { looks: Some("tall".into()), ..Person::default() });
    let mut content = with_subjects(Route::Police, vec![vessel("Sea Spray", "PZ 1"), person]);
    content.see_again(at()).unwrap();
    let [first, second] = &content.sightings[..] else { panic!("two sightings") };
    assert_eq!(first.subjects.len(), 2);
    let Subject::Vessel(again) = &second.subjects[0] else { panic!("a vessel") };
    assert_eq!(second.subjects.len(), 1, "who was aboard is another matter");
    assert_eq!(
        (again.name.as_ref().unwrap().as_str(), &again.people, &again.heading),
        ("Sea Spray", &None, &None)
    );
    assert_eq!((second.what.as_str(), second.when.from), ("Seen again.", at()));
    assert_eq!((&second.observer, &second.target, second.signs.len()), (&None, &None, 0));
    content.language = "cy".into();
    content.see_again(at()).unwrap();
    assert_eq!(content.sightings[2].what.as_str(), "Gwelwyd eto.");
    let phone = Phone::new();
    phone.open().note(content.clone()).unwrap().submit().unwrap();
    while content.sightings.len() < 32 {
        content.see_again(at()).unwrap();
    }
    assert_eq!(content.see_again(at()).unwrap_err(), Invalid::TooManySightings);
}

#[test]
fn what_was_sent_is_seen_again_in_another_report_that_names_it_and_not_its_witness() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = unlocked(&client);
    let first = DraftContent {
        contact: Some("Jo, 07700 900417".into()),
        exercise: true,
        ..with_subjects(Route::Confidential, vec![vessel("Sea Spray", "PZ 1")])
    };
    let sent = notebook.note(first).unwrap().submit().unwrap();
    let again = notebook.seen_again(&sent.reference, at()).unwrap();
    assert_eq!((again.route, again.exercise, &again.contact), (Route::Confidential, true, &None));
    assert_eq!(again.desk.as_ref().map(|desk| desk.as_str()), Some("harbour-desk"));
    assert_eq!(again.relates[0].kind, RelationKind::SeenAgain);
    let preview = notebook.note(again).unwrap().preview().unwrap();
    assert_eq!(preview.relates[0].reference, sent.reference);
    notebook.forget(&sent.reference).unwrap();
    assert!(notebook.seen_again(&sent.reference, at()).is_err());
}

#[test]
fn p7_an_anonymous_report_is_not_seen_again_and_no_report_that_turns_anonymous_says_so() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = unlocked(&client);
    let subjects = || vec![vessel("Sea Spray", "PZ 123")];
    let sent = notebook.note(with_subjects(Route::Anonymous, subjects())).unwrap().submit().unwrap();
    let refused = Error::Invalid(Invalid::AnonymousLog);
    assert_eq!(notebook.seen_again(&sent.reference, at()).unwrap_err(), refused);
    // Whoever has its body anyway.
    let preview = client.note(with_subjects(Route::Anonymous, subjects())).unwrap().preview().unwrap();
    assert_eq!(DraftContent::seen_again(&preview, None, at()).unwrap_err(), Invalid::AnonymousLog);

    let named = notebook.note(with_subjects(Route::Police, subjects())).unwrap().submit().unwrap();
    let mut note = notebook.note(notebook.seen_again(&named.reference, at()).unwrap()).unwrap();
    let held = note.content().clone();
    note.change(DraftContent { route: Route::Anonymous, desk: None, ..held }).unwrap();
    assert!(note.content().relates.is_empty(), "nothing links it by itself");
}

#[test]
fn a_craft_that_was_reported_or_logged_is_known_again_by_what_is_written_on_it() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = unlocked(&client);
    let named = |number| with_subjects(Route::Police, vec![vessel("Sea Spray", number)]);
    let sent = notebook.note(named("PZ 123")).unwrap().submit().unwrap();
    let logged = DraftContent { kept: true, ..with_subjects(Route::Police, vec![vessel("Other", "P? 123")]) };
    let logged = notebook.note(logged).unwrap().row();
    notebook.note(named("PZ 123")).unwrap();

    let seen = notebook.seen_before(&named("pz123"), None).unwrap();
    assert_eq!(seen.len(), 2, "a draft that is in no log is not told of");
    assert!(seen.iter().any(|one| one.of == SeenIn::Draft(logged) && one.matched == Mark::HullNumber));
    let report = seen.iter().find(|one| one.of == SeenIn::Report(sent.reference)).unwrap();
    let when = Moment::parse("2026-05-03T20:41:17+01:00").unwrap();
    assert_eq!((report.matched, report.when), (Mark::HullNumber, when));
    let english = seen_before_sentence(report, Lang::En);
    assert!(english.contains("you reported the same one") && english.contains("3 May 2026"), "{english}");
    let welsh = seen_before_sentence(report, Lang::Cy);
    assert!(welsh.contains("3 Mai 2026") && welsh.contains(&sent.reference.to_string()), "{welsh}");
    // By its name alone.
    let seen = notebook.seen_before(&named("??"), None).unwrap();
    assert_eq!((seen.len(), seen[0].matched), (1, Mark::HullName));
    assert!(
        notebook
            .seen_before(&with_subjects(Route::Police, vec![vessel("A", "??")]), None)
            .unwrap()
            .is_empty()
    );
    // Not itself, and not what it names already.
    let own = DraftContent { kept: true, ..named("XX 999") };
    let row = notebook.note(own.clone()).unwrap().row();
    assert_eq!(notebook.seen_before(&own, Some(row)).unwrap().len(), 1);
    let relates = vec![Relation { reference: sent.reference, kind: RelationKind::SeenAgain }];
    assert!(notebook.seen_before(&DraftContent { relates, ..own }, Some(row)).unwrap().is_empty());
    // As long as the vault may know it.
    notebook.forget(&sent.reference).unwrap();
    notebook.discard(logged).unwrap();
    notebook.discard(row).unwrap();
    assert!(notebook.seen_before(&named("PZ 123"), None).unwrap().is_empty());
    notebook.lock();
    assert_eq!(notebook.seen_before(&named("PZ 123"), None).unwrap_err(), Error::Locked);
}

#[test]
fn p7_an_anonymous_report_is_never_among_what_was_seen_before_and_is_told_nothing_of_it() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = unlocked(&client);
    let of = |route| with_subjects(route, vec![vessel("Sea Spray", "PZ 123")]);
    notebook.note(of(Route::Anonymous)).unwrap().submit().unwrap();
    let mut became = notebook.note(DraftContent { kept: true, ..of(Route::Police) }).unwrap();
    assert_eq!(notebook.seen_before(&of(Route::Police), None).unwrap().len(), 1);
    let held = became.content().clone();
    became.change(DraftContent { route: Route::Anonymous, kept: true, ..held }).unwrap();
    assert!(notebook.seen_before(&of(Route::Police), None).unwrap().is_empty());
    notebook.note(of(Route::Police)).unwrap().submit().unwrap();
    assert_eq!(notebook.seen_before(&of(Route::Police), None).unwrap().len(), 1);
    assert!(notebook.seen_before(&of(Route::Anonymous), None).unwrap().is_empty());
}

#[test]
fn the_sheet_is_said_in_both_languages_and_no_stranger_writes_a_line_of_it() {
    let phone = Phone::new();
    let client = phone.open();
    let row = client.start_watch(&note(), at()).unwrap();
    let notebook = unlocked(&client);
    let told = Told { channel: Channel::Coastguard, at: at(), number: Some("GIN 42".into()) };
    let draft = DraftContent {
        kept: true,
        exercise: true,
        ..with_subjects(Route::Police, vec![vessel("Sea\nTold", "PZ 1")])
    };
    client.tell(crate::About::Draft(notebook.note(draft).unwrap().row()), &told).unwrap();
    let sent = notebook.note(content(Route::Police)).unwrap().submit().unwrap();
    client.stop_watch(at()).unwrap();
    let sheet = notebook.hand_over(row, at()).unwrap();
    for (lang, says) in [
        (
            Lang::En,
            [
                "Hand-over sheet of watch 1",
                "3 May 2026, 20:41",
                "waits to be sent to Test Harbour Desk",
                "Coastguard, 3 May 2026, 20:00, about draft 1; the number they gave is GIN 42",
                "it bore 140 degrees true, 900 m away",
                "Draft 1 is kept in the log",
                "EXERCISE",
                "Anonymous reports stand on no sheet",
            ],
        ),
        (
            Lang::Cy,
            [
                "Taflen drosglwyddo gwyliadwriaeth 1",
                "3 Mai 2026, 20:41",
                "yn aros i'w anfon at Test Harbour Desk",
                "Gwylwyr y Glannau, 3 Mai 2026, 20:00, am drafft 1",
                "140 gradd gwir",
                "yn y log",
                "YMARFER",
                "dienw",
            ],
        ),
    ] {
        let text = sheet_text(&sheet, lang);
        for says in says {
            assert!(text.contains(says), "{says} in:\n{text}");
        }
        for everywhere in
            ["Peveril Point", NAME, WHAT, "slight", "PZ 1", "Sea\\u{a}Told", &sent.reference.to_string()]
        {
            assert!(text.contains(everywhere), "{everywhere} in:\n{text}");
        }
    }
    let row_text = |lang| watch_row_text(&notebook.watches(1).unwrap()[0], lang);
    assert_eq!(row_text(Lang::En), "1: from 3 May 2026, 20:00 until 3 May 2026, 20:00, handed over");
    assert!(row_text(Lang::Cy).contains("wedi'i throsglwyddo"));
}
