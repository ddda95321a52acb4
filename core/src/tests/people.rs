//! Who writes on a team's device: names, a change of person, and notes that are handed over and never dropped.

use std::{
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use chrono::TimeDelta;
use turnstone_almanac::words::Lang;
use turnstone_wire::{
    body::Route,
    key::{Root, SigningKey},
    limits,
    profile::{Profile, SignedProfile},
    text::Text,
};

use super::kit::{Phone, PlayedIntake, content, copy_folder, found_in, signed_at, sync};
use crate::{
    Client, Error, Invalid, KeyFile, Missing, NoRandomness, OfferedProfile, OpenNotes, PersonRow, PersonView,
    Pin, Ports, Random, SystemRandom, WatchNote, Writer, people, vault::VaultId, view,
};

const A: &str = "A. Lookout";
const B: &str = "B. Lookout";

fn profile(people: &[&str]) -> Profile {
    Profile {
        people: people.iter().map(|name| Text::from(*name)).collect(),
        ..Profile::new(Text::from("Gull Point Watch"), signed_at(), signed_at() + TimeDelta::days(100))
    }
}

/// Takes a profile with these people, signed by the key of the directory.
fn join(client: &Client, pin: Option<&Pin>, people: &[&str]) {
    let key = SigningKey::<Root>::from_seed([3; 32]).unwrap();
    let signed = SignedProfile::sign(&profile(people), &[&key]).unwrap();
    let notebook = client.unlock(pin).unwrap();
    let OfferedProfile::Listed(believed) = notebook.offered_profile(&signed.to_file()).unwrap() else {
        panic!("signed by the directory's key")
    };
    notebook.take_profile(&believed).unwrap();
}

/// A team's phone with a PIN; nobody writes yet.
fn team_phone() -> (Phone, Pin) {
    let (phone, pin) = (Phone::new(), Pin::new(b"2580".to_vec()).unwrap());
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&pin)).unwrap();
    join(&client, Some(&pin), &[A, B]);
    (phone, pin)
}

fn named(name: &str) -> Option<Writer> {
    Some(Writer::Named(Text::from(name)))
}

fn is(client: &Client, name: &str) -> crate::ChangedWriter {
    client.set_writer(named(name), OpenNotes::HandOver).unwrap()
}

fn names(people: &[PersonView]) -> Vec<&str> {
    people.iter().map(|person| person.name.as_str()).collect()
}

fn find(client: &Client, name: &str) -> PersonView {
    let row = client.person_named(&Text::from(name)).unwrap();
    client.people().unwrap().into_iter().find(|person| Some(person.row) == row).unwrap()
}

/// Every row of what waits to be sent, to the byte, and every photo.
fn outbox(phone: &Phone) -> Vec<Vec<rusqlite::types::Value>> {
    let mut all = Vec::new();
    for (file, tables) in [("words.db", &["report", "item", "copy", "told", "mail"][..]), ("media.db", &[])] {
        let conn = rusqlite::Connection::open(phone.home().join(file)).unwrap();
        let mut listed = conn.prepare("SELECT name FROM sqlite_schema WHERE type = 'table'").unwrap();
        let every: Vec<String> =
            listed.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect();
        let wanted = every.into_iter().filter(|table| tables.is_empty() || tables.contains(&table.as_str()));
        for table in wanted {
            let mut rows = conn.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).unwrap();
            let columns = rows.column_count();
            let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
            all.extend(rows.query_map([], row).unwrap().map(Result::unwrap));
        }
    }
    all
}

#[test]
fn p6_a_locked_teams_phone_lists_its_people_changes_them_and_takes_their_notes() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    assert!(matches!(client.unlock(None), Err(Error::Locked)));
    let people = client.people().unwrap();
    assert_eq!(names(&people), [A, B]);
    assert!(people.iter().all(|person| person.listed && !person.has_pin && !person.writes_now));
    assert_eq!(client.writer().unwrap(), None);
    let nobodys = client.note(content(Route::Police)).unwrap();
    assert_eq!(nobodys.writer().unwrap(), None);

    let changed = client.set_writer(named(A), OpenNotes::KeepInTheirName).unwrap();
    assert_eq!((changed.before, changed.open_notes, changed.handed_over), (None, 1, false));
    assert_eq!(phone.open().writer().unwrap().unwrap().name.as_str(), A);
    let first = client.note(content(Route::Police)).unwrap();
    // Somebody who stands on no list types their name.
    let changed = client.set_writer(named("C. Visitor"), OpenNotes::KeepInTheirName).unwrap();
    assert_eq!(changed.before.unwrap().open_notes, 1);
    let visitor = changed.now.unwrap();
    assert!(visitor.writes_now && !visitor.listed && visitor.open_notes == 0);
    let second = client.note(content(Route::Police)).unwrap();
    let in_hand = |note: &crate::Note| note.writer().unwrap().map(|writer| writer.name.as_str().to_owned());
    assert_eq!([&nobodys, &first, &second].map(in_hand), [None, Some(A.into()), Some("C. Visitor".into())]);
    // With the team's PIN they are read, each with who has it in hand.
    let writers: Vec<_> = client.unlock(Some(&pin)).unwrap().drafts(9).unwrap();
    let writers: Vec<_> = writers.iter().map(|draft| draft.writer.as_ref().map(Text::as_str)).collect();
    assert_eq!(writers, [Some("C. Visitor"), Some(A), None]);
    // Whoever it was: each is submitted without an unlock.
    for note in [nobodys, first, second] {
        note.submit().unwrap();
    }
    assert_eq!(client.overview().unwrap().reports, 3);
}

#[test]
fn the_same_name_twice_is_one_person_whatever_its_case_and_spaces() {
    let (phone, _) = team_phone();
    let client = phone.open();
    let a = find(&client, A);
    for typed in [A, " a.  LOOKOUT\n", "A.\tLookout"] {
        assert_eq!(is(&client, typed).now.unwrap().row, a.row, "{typed:?}");
    }
    let visitor = is(&client, "  Siân \u{7} ap\r\nRhys ").now.unwrap();
    assert_eq!(visitor.name.as_str(), "Siân ap Rhys");
    assert_eq!(is(&client, "SIÂN AP RHYS").now.unwrap().row, visitor.row);
    assert_eq!(names(&client.people().unwrap()), [A, B, "Siân ap Rhys"]);
    // Another profile lists whom this device knows already: they are who they were.
    join(&client, Some(&Pin::new(b"2580".to_vec()).unwrap()), &["siân  ap rhys", "D. Newcomer"]);
    let people = client.people().unwrap();
    assert_eq!(names(&people), [A, B, "Siân ap Rhys", "D. Newcomer"]);
    assert_eq!(people.iter().map(|person| person.listed).collect::<Vec<_>>(), [false, false, true, true]);
    assert_eq!(people[2].row, visitor.row);
}

#[test]
fn p11_a_name_that_is_none_or_one_too_many_is_refused_and_changes_nothing() {
    let (phone, _) = team_phone();
    let client = phone.open();
    is(&client, A);
    let long = "ŵ".repeat(limits::NAME_BYTES / 2 + 1);
    for bad in ["", " \n\t", "\u{0}\u{1b}", &long] {
        let refused = client.set_writer(named(bad), OpenNotes::HandOver).unwrap_err();
        assert_eq!(refused, Error::Invalid(Invalid::PersonName));
    }
    let gone = client.set_writer(Some(Writer::Person(PersonRow(99))), OpenNotes::HandOver).unwrap_err();
    assert_eq!(gone, Error::NotFound(Missing::Person));
    assert_eq!(client.forget_person(PersonRow(99)).unwrap_err(), Error::NotFound(Missing::Person));
    for number in 0..limits::WATCH_PEOPLE {
        is(&client, &format!("Visitor {number}"));
    }
    let one_more = client.set_writer(named("One More"), OpenNotes::HandOver).unwrap_err();
    assert_eq!(one_more, Error::Invalid(Invalid::TooManyPeople));
    // Who is known, or listed, writes all the same; and a name that is forgotten makes room.
    is(&client, B);
    is(&client, "visitor 7");
    client.forget_person(find(&client, "Visitor 9").row).unwrap();
    is(&client, "One More");
    assert_eq!(client.people().unwrap().len(), 2 + limits::WATCH_PEOPLE);
}

#[test]
fn open_notes_are_handed_over_or_stay_in_their_name_and_none_is_dropped() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    is(&client, A);
    let mut in_memory = client.note(content(Route::Police)).unwrap();
    client.note(content(Route::Confidential)).unwrap();
    // Another program changes who writes, while a note is in memory here.
    let other = phone.open();
    let changed = is(&other, B);
    assert_eq!((changed.open_notes, changed.handed_over), (2, true));
    assert_eq!((changed.before.unwrap().open_notes, changed.now.unwrap().open_notes), (0, 2));
    assert_eq!(in_memory.writer().unwrap().unwrap().name.as_str(), B);
    in_memory.change(content(Route::Confidential)).unwrap();
    in_memory.attach(&mut &b"what a recorder kept"[..], &mut |_| {}).unwrap();
    // Now they stay in the name of the one before.
    let changed = other.set_writer(named(A), OpenNotes::KeepInTheirName).unwrap();
    assert_eq!((changed.open_notes, changed.handed_over), (2, false));
    assert_eq!(find(&client, B).open_notes, 2);
    // Nobody hands nothing over, and gets nothing but what is in the hand of who wrote.
    let third = client.note(content(Route::Police)).unwrap().row();
    let changed = other.set_writer(None, OpenNotes::HandOver).unwrap();
    assert_eq!((changed.open_notes, changed.now), (1, None));
    assert_eq!(find(&client, A).open_notes, 0);
    // Whoever comes next has it in hand again.
    assert_eq!(is(&other, A).open_notes, 1);
    assert_eq!(find(&client, A).open_notes, 1);
    let reference = in_memory.submit().unwrap().reference;
    let notebook = client.unlock(Some(&pin)).unwrap();
    assert_eq!(notebook.drafts(9).unwrap().len(), 2);
    assert!(notebook.reports(9).unwrap().iter().any(|report| report.reference == reference));
    notebook.draft(third).unwrap().submit().unwrap();
    // The same person once more is no change, and hands nothing over.
    let same = is(&client, A);
    assert_eq!((same.open_notes, same.handed_over), (0, false));
}

#[test]
fn one_note_is_put_into_somebodys_hand_and_who_writes_stays() {
    let (phone, _) = team_phone();
    let client = phone.open();
    is(&client, A);
    let note = client.note(content(Route::Police)).unwrap();
    note.set_writer(Some(&Writer::Named(Text::from("e. guest")))).unwrap();
    assert_eq!(note.writer().unwrap().unwrap().name.as_str(), "e. guest");
    assert_eq!(client.writer().unwrap().unwrap().name.as_str(), A);
    assert_eq!(find(&client, A).open_notes, 0);
    note.set_writer(None).unwrap();
    assert_eq!(note.writer().unwrap(), None);
    let row = note.row();
    let other = phone.open().unlock(Some(&Pin::new(b"2580".to_vec()).unwrap())).unwrap();
    other.discard(row).unwrap();
    assert_eq!(note.writer().unwrap_err(), Error::NotFound(Missing::Draft));
    let gone = note.set_writer(Some(&Writer::Named(Text::from(A)))).unwrap_err();
    assert_eq!(gone, Error::NotFound(Missing::Draft));
}

#[test]
fn a_personal_phone_has_no_writers_and_takes_every_note() {
    let phone = Phone::new();
    let client = phone.open();
    let refused = client.set_writer(named(A), OpenNotes::HandOver).unwrap_err();
    assert_eq!(refused, Error::Invalid(Invalid::NotATeamDevice));
    assert_eq!((client.people().unwrap(), client.writer().unwrap()), (Vec::new(), None));
    let note = client.note(content(Route::Police)).unwrap();
    assert_eq!(
        note.set_writer(Some(&Writer::Named(Text::from(A)))).unwrap_err(),
        Error::Invalid(Invalid::NotATeamDevice)
    );
    assert_eq!(note.writer().unwrap(), None);
}

#[test]
fn leaving_a_profile_or_taking_another_drops_no_person_and_no_note() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    is(&client, A);
    let open = client.note(content(Route::Police)).unwrap();
    join(&client, Some(&pin), &["D. Newcomer"]);
    // A is not on this list, and goes on all the same.
    assert_eq!(client.writer().unwrap().unwrap().name.as_str(), A);
    client.unlock(Some(&pin)).unwrap().leave_profile().unwrap();
    assert_eq!(client.writer().unwrap(), None);
    let personal = client.note(content(Route::Police)).unwrap();
    assert_eq!(personal.writer().unwrap(), None);
    assert_eq!(open.writer().unwrap().unwrap().name.as_str(), A);
    // Of the second list nobody has written, nor was it looked at.
    let people = client.people().unwrap();
    assert_eq!(names(&people), [A, B]);
    assert_eq!(people.iter().map(|person| person.open_notes).sum::<u32>(), 1);
    // Back in a team, A's note is still A's.
    join(&client, Some(&pin), &[A]);
    assert_eq!(client.writer().unwrap().unwrap().open_notes, 1);
    assert_eq!(client.unlock(Some(&pin)).unwrap().drafts(9).unwrap().len(), 2);
}

#[test]
fn a_person_is_forgotten_and_their_notes_are_not() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    is(&client, "C. Visitor");
    client.note(content(Route::Police)).unwrap();
    let visitor = find(&client, "C. Visitor");
    client.set_writer(named(A), OpenNotes::KeepInTheirName).unwrap();
    assert_eq!(client.forget_person(visitor.row).unwrap(), 1);
    assert_eq!(find(&client, A).open_notes, 1);
    assert_eq!(client.person_named(&visitor.name).unwrap(), None);
    // Whoever writes is forgotten: nobody does then. A number is never given twice.
    assert_eq!(client.forget_person(find(&client, A).row).unwrap(), 1);
    assert_eq!(client.writer().unwrap(), None);
    let again = is(&client, "C. Visitor").now.unwrap();
    assert!(again.row > visitor.row && again.open_notes == 1);
    assert_eq!(client.unlock(Some(&pin)).unwrap().drafts(9).unwrap().len(), 1);
    // What is guarded by a PIN of their own is theirs to end.
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    for table in ["vault", "vault_spare"] {
        let columns = "owner, epoch, kdf, door_public, door, ring";
        let sql = format!("INSERT INTO {table} SELECT ?1, {columns} FROM {table} WHERE id = 1");
        words.execute(&sql, [again.row.0]).unwrap();
    }
    assert!(find(&client, "C. Visitor").has_pin);
    let refused = client.forget_person(again.row).unwrap_err();
    assert_eq!(refused, Error::Invalid(Invalid::PersonHasPin));
    assert_eq!(find(&client, "C. Visitor").open_notes, 1);
}

#[test]
fn p3_a_change_of_person_or_profile_touches_no_byte_of_the_outbox() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    is(&client, A);
    for route in [Route::Police, Route::Confidential] {
        client.note(content(route)).unwrap().submit().unwrap();
    }
    client.note(content(Route::Police)).unwrap();
    let before = outbox(&phone);
    assert!(before.len() >= 4, "{}", before.len());
    is(&client, B);
    client.set_writer(None, OpenNotes::HandOver).unwrap();
    client.set_writer(named("C. Visitor"), OpenNotes::KeepInTheirName).unwrap();
    client.forget_person(find(&client, A).row).unwrap();
    assert_eq!(outbox(&phone), before);
    client.unlock(Some(&pin)).unwrap().leave_profile().unwrap();
    assert_eq!(outbox(&phone), before);
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    sync(&client, &intake);
    assert_eq!(intake.of_kind(turnstone_wire::receipt::ObjectKind::Report).len(), 2);
}

#[test]
fn p8_no_name_lies_readable_in_any_file_and_none_is_printed() {
    let (phone, _) = team_phone();
    let client = phone.open();
    let changed = is(&client, "Wilhelmina Visitor");
    let note = client.note(content(Route::Police)).unwrap();
    let files = phone.files();
    assert_eq!(found_in(&files, &["Wilhelmina", "Lookout", "WILHELMINA", "wilhelmina"]), [""; 0]);
    let printed = format!("{changed:?} {:?} {:?} {:?}", client.people(), note.writer(), named("Wilhelmina"));
    assert!(!printed.contains("ilhelmina") && !printed.contains("Lookout"), "{printed}");
}

#[test]
fn p9_nothing_about_persons_keeps_a_note_from_being_written() {
    let (phone, pin) = team_phone();
    is(&phone.open(), A);
    // The setting, then the names are damaged.
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE person SET sealed = x'00' WHERE id = 2", []).unwrap();
    let client = phone.open();
    let writer = client.writer().unwrap().unwrap();
    assert!(writer.name.is_empty() && writer.row == PersonRow(2));
    let note = client.note(content(Route::Police)).unwrap();
    assert_eq!(note.writer().unwrap().unwrap().row, PersonRow(2));
    assert!(client.unlock(Some(&pin)).unwrap().drafts(9).unwrap()[0].writer.as_ref().unwrap().is_empty());
    words.execute("UPDATE setting SET sealed = x'00' WHERE name = 'writer'", []).unwrap();
    assert_eq!(client.writer().unwrap(), None);
    assert_eq!(client.note(content(Route::Police)).unwrap().writer().unwrap(), None);
    // A row that is gone: its notes are in nobody's hand, and can be handed over.
    words.execute("DELETE FROM person WHERE id = 2", []).unwrap();
    assert_eq!(note.writer().unwrap(), None);
    assert_eq!(is(&client, B).open_notes, 2);
    // No key store.
    std::fs::rename(phone.key_file(), phone.folder.path().join("elsewhere")).unwrap();
    let unreached = Client::open(&phone.home(), {
        let key_store = Arc::new(KeyFile::new(phone.key_file()));
        Ports { key_store, ..phone.ports() }
    });
    let unreached = unreached.unwrap();
    unreached.note(content(Route::Police)).unwrap();
    assert!(unreached.people().is_err());
    std::fs::rename(phone.folder.path().join("elsewhere"), phone.key_file()).unwrap();
    assert_eq!(phone.open().set_writer(None, OpenNotes::KeepInTheirName).unwrap().open_notes, 2);
    // What was written without the keys is in the hand of nobody in particular, and not lost.
    assert_eq!(is(&phone.open(), A).open_notes, 1);
}

#[test]
fn a_person_is_found_by_number_for_a_vault_of_their_own() {
    let (phone, _) = team_phone();
    let client = phone.open();
    let (a, b) = (find(&client, A).row, find(&client, B).row);
    assert_ne!(VaultId::of_person(a), VaultId::DEVICE);
    let core = client.core();
    let uid = core.words.read(|conn| people::uid_of(conn, a)).unwrap();
    assert_ne!(uid, core.words.read(|conn| people::uid_of(conn, b)).unwrap());
    assert!(core.words.read(|conn| people::uid_of(conn, PersonRow(77))).is_err());
}

/// Randomness that keeps, each time it is asked, the home folder as a kill at this moment would leave it.
#[derive(Debug)]
struct Kills {
    home: PathBuf,
    into: PathBuf,
    times: AtomicUsize,
}

impl Random for Kills {
    fn fill(&self, buffer: &mut [u8]) -> Result<(), NoRandomness> {
        let time = self.times.fetch_add(1, Ordering::Relaxed);
        copy_folder(&self.home, &self.into.join(time.to_string()));
        SystemRandom::default().fill(buffer)
    }
}

#[test]
fn p1_a_change_of_person_that_is_killed_leaves_the_one_before_or_the_next_with_every_note() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    is(&client, A);
    let notes = [Route::Police, Route::Confidential].map(|route| client.note(content(route)).unwrap().row());
    let kills = Arc::new(Kills {
        home: phone.home(),
        into: phone.folder.path().join("killed"),
        times: AtomicUsize::new(0),
    });
    let ports = Ports { random: Arc::clone(&kills) as Arc<dyn Random>, ..phone.ports() };
    let killed = Client::open(&phone.home(), ports).unwrap();
    // Somebody new: a row, notes that are handed over, and who writes, all or none of it.
    is(&killed, "C. Visitor");
    let times = kills.times.load(Ordering::Relaxed);
    assert!(times >= 4, "{times}: in the middle of the person's row, and of the setting");
    copy_folder(&phone.home(), &phone.folder.path().join("killed").join(times.to_string()));
    for time in 0..=times {
        let home = phone.folder.path().join("killed").join(time.to_string());
        // An unlock shreds, so each has keys of its own.
        let keys = phone.folder.path().join(format!("keys-{time}"));
        std::fs::copy(phone.key_file(), &keys).unwrap();
        let ports = Ports { key_store: Arc::new(KeyFile::new(keys)), ..phone.ports() };
        let after = Client::open(&home, ports).unwrap();
        assert!(after.mended().is_empty(), "a kill is no damage");
        let writer = after.writer().unwrap().unwrap();
        let expected = if time == times { "C. Visitor" } else { A };
        assert_eq!((writer.name.as_str(), writer.open_notes), (expected, 2), "killed at {time} of {times}");
        let notebook = after.unlock(Some(&pin)).unwrap();
        for note in notes {
            assert_eq!(notebook.draft(note).unwrap().writer().unwrap().unwrap().row, writer.row);
        }
        assert_eq!(is(&after, "C. Visitor").now.unwrap().open_notes, 2, "done again, it is done");
    }
}

#[test]
fn p9_a_mended_home_knows_its_people_and_who_has_which_note_in_hand() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    is(&client, "C. Visitor");
    client.note(content(Route::Police)).unwrap();
    client.set_writer(named(A), OpenNotes::KeepInTheirName).unwrap();
    let before = client.people().unwrap();
    client.tidy(Some(&client.unlock(Some(&pin)).unwrap())).unwrap();
    drop(client);
    // Set aside whole, though nothing is damaged: all of it is carried over.
    std::fs::create_dir(phone.home().join("damaged-words.part")).unwrap();
    let client = phone.open();
    assert_eq!(client.mended().len(), 1);
    assert_eq!(client.people().unwrap(), before);
    assert_eq!(client.unlock(Some(&pin)).unwrap().drafts(9).unwrap()[0].writer, Some("C. Visitor".into()));
    // A number is not given again after it either.
    let last = before.iter().map(|person| person.row).max().unwrap();
    client.forget_person(last).unwrap();
    assert!(is(&client, "E. Newest").now.unwrap().row > last);
}

#[test]
fn who_has_an_open_note_in_hand_stands_on_the_sheet_that_is_handed_over() {
    let (phone, pin) = team_phone();
    let client = phone.open();
    let at = turnstone_wire::text::Moment::utc(signed_at());
    let watch = client.start_watch(&WatchNote::default(), at).unwrap();
    client.note(content(Route::Police)).unwrap();
    client.set_writer(named(B), OpenNotes::KeepInTheirName).unwrap();
    client.note(content(Route::Police)).unwrap();
    let sheet = client.unlock(Some(&pin)).unwrap().hand_over(watch, at).unwrap();
    let english = view::sheet_text(&sheet, Lang::En);
    assert!(english.contains("Draft 2 is not submitted. In the hand of B. Lookout.\n"), "{english}");
    assert!(english.contains("Draft 1 is not submitted.\n"), "{english}");
    assert!(view::sheet_text(&sheet, Lang::Cy).contains("Yn llaw B. Lookout."));
}

#[test]
fn two_programs_that_type_the_same_name_at_once_make_one_person() {
    let (phone, _) = team_phone();
    let clients: Vec<_> = (0..4).map(|_| phone.open()).collect();
    std::thread::scope(|scope| {
        for client in &clients {
            scope.spawn(move || is(client, "C. Visitor"));
        }
    });
    assert_eq!(names(&clients[0].people().unwrap()), [A, B, "C. Visitor"]);
}
