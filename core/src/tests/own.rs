//! A person's own on a team's device: copies that their PIN alone opens, or nobody, and a vault that ends with their PIN.
//!
//! The attacker here has the key store, every byte of the folder as it is and as it was, and every PIN but the writer's.

use std::{collections::BTreeMap, path::Path};

use chrono::TimeDelta;
use rusqlite::{Connection, types::Value};
use turnstone_almanac::words::Lang;
use turnstone_wire::{
    body::{Channel, Route, Told},
    mailbox::MailboxItem,
    profile::{Profile, SignedProfile},
    receipt::{Object, ObjectKind, SignedReceipt},
    reference::Reference,
    text::{Moment, Text},
};

use super::{
    kit::{Link, Phone, PlayedIntake, content, copy_folder, signed_at, sync},
    messages::Answering,
};
use crate::{
    Client, DraftContent, Error, Invalid, KeyFile, KeyStore, Missing, NotSendable, Notice, OfferedProfile,
    OpenNotes, OwnNotebook, PersonRow, Pin, Writer,
    vault::{Kdf, Purpose, SealingKey, Slots, Uid, attack},
    view::{self, Losing},
};

const TEAM: &str = "2580";
const A: &str = "137946";
const B: &str = "460213";
/// What each of them writes.
const OF_A: &str = "grey RIB met a yacht off the point";
const OF_B: &str = "two vans without lights on the slipway";
const OF_NOBODY: &str = "parcels were carried up the beach";

fn pin(digits: &str) -> Pin {
    Pin::new(digits).unwrap()
}

/// A phone with a team's profile in force and the team's PIN; A. and B. Lookout have PINs of their own.
struct Team {
    phone: Phone,
    client: Client,
    a: PersonRow,
    b: PersonRow,
}

impl Team {
    fn new() -> Self {
        let team = Self::without_pins();
        let notebook = team.client.unlock(None).unwrap();
        notebook.change_pin(Some(&pin(TEAM))).unwrap();
        notebook.set_person_pin(team.a, &pin(A)).unwrap();
        notebook.set_person_pin(team.b, &pin(B)).unwrap();
        team
    }

    fn without_pins() -> Self {
        let phone = Phone::new();
        let client = phone.open();
        let people = vec![Text::from("A. Lookout"), Text::from("B. Lookout")];
        let profile = Profile {
            people,
            ..Profile::new(Text::from("Gull Point Watch"), signed_at(), signed_at() + TimeDelta::days(100))
        };
        let root = turnstone_wire::key::SigningKey::from_seed([3; 32]).unwrap();
        let signed = SignedProfile::sign(&profile, &[&root]).unwrap();
        let notebook = client.unlock(None).unwrap();
        let OfferedProfile::Listed(believed) = notebook.offered_profile(&signed.to_file()).unwrap() else {
            panic!("signed by the directory's key")
        };
        notebook.take_profile(&believed).unwrap();
        let rows: Vec<_> = client.people().unwrap().iter().map(|person| person.row).collect();
        Self { phone, client, a: rows[0], b: rows[1] }
    }

    /// Somebody writes from now on; nobody's notes are handed over.
    fn writes(&self, person: Option<PersonRow>) {
        self.client.set_writer(person.map(Writer::Person), OpenNotes::KeepInTheirName).unwrap();
    }

    fn submits(&self, person: Option<PersonRow>, what: &str) -> Reference {
        self.writes(person);
        self.client.note(saying(what)).unwrap().submit().unwrap().reference
    }

    fn own(&self, person: PersonRow, digits: &str) -> OwnNotebook {
        self.client.unlock_as(person, &pin(digits)).unwrap()
    }

    fn words(&self) -> Connection {
        Connection::open(self.phone.home().join("words.db")).unwrap()
    }

    fn seize(&self, name: &str) -> std::path::PathBuf {
        let to = self.phone.folder.path().join(name);
        copy_folder(&self.phone.home(), &to);
        to
    }
}

fn saying(what: &str) -> DraftContent {
    let mut content = content(Route::Police);
    content.sightings[0].what = Text::from(what);
    content
}

fn says(opened: &[String], what: &str) -> bool {
    opened.iter().any(|text| text.contains(what))
}

/// Every row that is sent from or names what is sent, to the byte, but for whose vault keeps what of it.
fn outbox(home: &Path) -> Vec<Vec<Value>> {
    let words = Connection::open(home.join("words.db")).unwrap();
    let mut all = Vec::new();
    for sql in ["SELECT id, uid, finished, sealed FROM report ORDER BY id", "SELECT * FROM item ORDER BY id"]
    {
        let mut rows = words.prepare(sql).unwrap();
        let columns = rows.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        all.extend(rows.query_map([], row).unwrap().map(Result::unwrap));
    }
    all
}

/// Everything readable that some PINs, a key store, and folders as they are and were, give: whatever key opens whatever.
fn attack(keys: &Path, homes: &[&Path], pins: &[&str]) -> Vec<String> {
    let store = KeyFile::new(keys);
    let (mut secrets, mut doors, mut values) = (Vec::new(), Vec::new(), Vec::new());
    let connections: Vec<_> =
        homes.iter().map(|home| Connection::open(home.join("words.db")).unwrap()).collect();
    for words in &connections {
        for (owner, epoch, kdf, ring) in rings(words) {
            let pins = pins.iter().map(|digits| Some(pin(digits))).chain([None]);
            for factor in pins.filter_map(|pin| kdf.factor(pin.as_ref()).ok()) {
                let Ok(secret) = store.open(&Slots::of(owner).vault(epoch), &factor) else { continue };
                let vault_key = SealingKey::from_slice(&secret).unwrap();
                if let Some((door, keys)) = attack::open_ring(&owner, epoch, &kdf, &vault_key, &ring) {
                    doors.push(door);
                    secrets.extend(keys);
                }
            }
        }
        for (purpose, sql) in [
            (Purpose::DraftBody, "SELECT uid, sealed FROM draft"),
            (Purpose::Copy, "SELECT uid, sealed FROM copy"),
            (Purpose::CopyContact, "SELECT uid, contact FROM copy WHERE contact IS NOT NULL"),
            (Purpose::Told, "SELECT uid, sealed FROM told"),
        ] {
            values.extend(pairs(words, sql).into_iter().map(|(uid, sealed)| (purpose, uid, sealed)));
        }
    }
    for words in &connections {
        for (_, sealed) in pairs(words, "SELECT uid, sealed FROM new_key") {
            secrets.extend(doors.iter().filter_map(|door| age::decrypt(door, &sealed).ok()));
        }
    }
    let mut opened = Vec::new();
    for secret in &secrets {
        let Some(key) = SealingKey::from_slice(secret) else { continue };
        for (purpose, uid, sealed) in &values {
            let text = key.open(*purpose, uid, &[], sealed).ok();
            opened.extend(text.map(|text| String::from_utf8_lossy(&text).into_owned()));
        }
    }
    opened
}

fn rings(words: &Connection) -> Vec<(Uid, i64, Kdf, Vec<u8>)> {
    let sql =
        "SELECT owner, epoch, kdf, ring FROM vault UNION SELECT owner, epoch, kdf, ring FROM vault_spare";
    let mut select = words.prepare(sql).unwrap();
    let row =
        |row: &rusqlite::Row<'_>| Ok((row.get(0)?, row.get(1)?, row.get::<_, Vec<u8>>(2)?, row.get(3)?));
    let rows = select.query_map([], row).unwrap().map(Result::unwrap);
    rows.map(|(owner, epoch, kdf, ring)| (owner, epoch, Kdf::from_bytes(&kdf).unwrap(), ring)).collect()
}

fn pairs(words: &Connection, sql: &str) -> Vec<(Uid, Vec<u8>)> {
    let mut select = words.prepare(sql).unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

#[test]
fn p4_on_a_teams_phone_no_pin_but_the_writers_opens_a_copy() {
    let team = Team::new();
    // Locked all the while: neither writing nor submitting needs an unlock (P6).
    team.submits(Some(team.a), OF_A);
    team.submits(Some(team.b), OF_B);
    team.submits(None, OF_NOBODY);
    team.client.unlock(Some(&pin(TEAM))).unwrap();
    let (keys, home) = (team.phone.key_file(), team.phone.home());
    for (who, opens) in [(A, Some(OF_A)), (B, Some(OF_B)), (TEAM, None)] {
        let with_one = attack(&keys, &[&home], &[who]);
        for what in [OF_A, OF_B, OF_NOBODY] {
            assert_eq!(says(&with_one, what), opens == Some(what), "{what}");
        }
    }
    // All others together are worth no more than each.
    let all_but_a = attack(&keys, &[&home], &[TEAM, B]);
    assert!(says(&all_but_a, OF_B) && !says(&all_but_a, OF_A) && !says(&all_but_a, OF_NOBODY));
}

#[test]
fn p4_a_persons_shred_ends_their_keys_alone() {
    let team = Team::new();
    let first = team.submits(Some(team.a), OF_A);
    team.submits(Some(team.b), OF_B);
    team.client.unlock(Some(&pin(TEAM))).unwrap();
    team.writes(None);
    team.client.note(saying(OF_NOBODY)).unwrap();
    let before = team.seize("before");
    let keys = team.phone.folder.path().join("before.keys");
    std::fs::copy(team.phone.key_file(), &keys).unwrap();
    team.own(team.a, A).forget(&first).unwrap();
    assert!(says(&attack(&keys, &[&before], &[A]), OF_A), "the attacker is capable");
    let (now, home) = (team.phone.key_file(), team.phone.home());
    let opened = attack(&now, &[&before, &home], &[A, B, TEAM]);
    assert!(!says(&opened, OF_A) && says(&opened, OF_B) && says(&opened, OF_NOBODY));
    // Nor does the team's end a person's.
    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    notebook.discard(notebook.drafts(10).unwrap()[0].row).unwrap();
    let opened = attack(&now, &[&home], &[A, B, TEAM]);
    assert!(says(&opened, OF_B) && !says(&opened, OF_NOBODY));
}

#[test]
fn who_has_no_pin_of_their_own_is_told_before_that_no_copy_is_kept() {
    let team = Team::without_pins();
    let notices = |person| {
        team.writes(person);
        team.client.note(saying(OF_A)).unwrap().check().unwrap().notices
    };
    assert!(
        notices(Some(team.a)).contains(&Notice::NoCopyKept) && notices(None).contains(&Notice::NoCopyKept)
    );
    for (lang, part) in [(Lang::En, "no PIN of their own"), (Lang::Cy, "ei PIN ei hun")] {
        assert!(view::notice_sentence(Notice::NoCopyKept, lang).contains(part));
    }
    let reference = team.submits(Some(team.a), OF_A);
    let notebook = team.client.unlock(None).unwrap();
    let report = &notebook.reports(10).unwrap()[0];
    assert_eq!((report.reference, report.has_copy, report.kept_by), (reference, false, None));
    notebook.set_person_pin(team.a, &pin(A)).unwrap();
    assert!(
        !notices(Some(team.a)).contains(&Notice::NoCopyKept) && notices(None).contains(&Notice::NoCopyKept)
    );
    assert!(team.client.people().unwrap()[0].has_pin && !team.client.people().unwrap()[1].has_pin);
    // On a personal device the owner's PIN is the writer's.
    notebook.leave_profile().unwrap();
    let note = team.client.note(saying(OF_B)).unwrap();
    assert!(!note.check().unwrap().notices.contains(&Notice::NoCopyKept));
    let reference = note.submit().unwrap().reference;
    assert!(team.client.unlock(None).unwrap().copy(&reference).is_ok());
}

#[test]
fn a_person_reads_their_own_reports_and_the_team_reads_that_there_are_some() {
    let team = Team::new();
    let of_a = team.submits(Some(team.a), OF_A);
    let of_b = team.submits(Some(team.b), OF_B);
    let own = team.own(team.a, A);
    assert_eq!(own.person(), team.a);
    let listed: Vec<_> = own.reports(10).unwrap().iter().map(|report| report.reference).collect();
    assert_eq!((listed, own.damaged().unwrap()), (vec![of_a], 0));
    assert_eq!(own.copy(&of_a).unwrap().sightings[0].what.as_str(), OF_A);
    assert_eq!(own.copy(&of_b).unwrap_err(), Error::NotFound(Missing::Report));

    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    let reports = notebook.reports(10).unwrap();
    let kept_by: Vec<_> = reports.iter().map(|report| (report.kept_by, report.has_copy)).collect();
    assert_eq!(kept_by, [(Some(team.b), true), (Some(team.a), true)]);
    assert_eq!(notebook.damaged().unwrap().reports, 0);
    let theirs = Error::Invalid(Invalid::WritersOwn);
    assert_eq!(notebook.copy(&of_a).unwrap_err(), theirs);
    assert_eq!(notebook.forget(&of_a).unwrap_err(), theirs);
    assert_eq!(notebook.take_back(&of_a).unwrap_err(), theirs);
    assert_eq!(notebook.readdress(&of_a, None).unwrap_err(), theirs);
    assert_eq!(notebook.seen_again(&of_a, Moment::utc(signed_at())).unwrap_err(), theirs);
    // Nor does anybody open another's with a PIN that is not theirs.
    let wrong = team.client.unlock_as(team.b, &pin(A)).unwrap_err();
    assert!(matches!(wrong, Error::WrongPin { .. }));
    assert!(matches!(team.client.unlock_as(team.b, &pin(TEAM)), Err(Error::WrongPin { .. })));
    let name = view::own_copy_sentence(Some("A. Lookout"), Lang::En);
    assert!(name.contains("A. Lookout") && !view::own_copy_sentence(None, Lang::En).contains("Lookout"));
}

#[test]
fn answers_to_a_persons_report_wait_for_their_pin() {
    let team = Team::new();
    team.writes(Some(team.a));
    let desk = Answering::to(&team.phone, &team.client, Route::Police);
    desk.reply(1, "ring the station before you go");
    sync(&team.client, &desk.intake);
    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    let messages = notebook.messages(None).unwrap();
    assert_eq!((messages.messages.len(), messages.waiting, messages.damaged), (0, 0, 0));
    let came: i64 = team.words().query_row("SELECT state FROM mail", [], |row| row.get(0)).unwrap();
    assert_eq!(came, 0, "as it came");
    assert_eq!(team.own(team.b, B).messages(None).unwrap().messages.len(), 0);

    let own = team.own(team.a, A);
    let messages = own.messages(None).unwrap().messages;
    assert_eq!(messages[0].words.as_str(), "ring the station before you go");
    let (row, unread) = ([messages[0].row], || own.reports(1).unwrap()[0].unread);
    // Only they note it as read.
    notebook.mark_read(&row).unwrap();
    assert_eq!(unread(), 1);
    own.mark_read(&row).unwrap();
    assert_eq!(unread(), 0);
}

/// An officer opens all that the intake holds.
fn open_all(team: &Team, intake: &PlayedIntake) {
    let objects = intake.objects.lock().unwrap();
    for (kind, bytes) in objects.values() {
        if *kind != ObjectKind::Report {
            continue;
        }
        let seal = std::slice::from_ref(&team.phone.desk.seal);
        let report = turnstone_wire::envelope::open(bytes, seal).unwrap().report;
        let sha256 = turnstone_wire::hash::Sha256::of(bytes);
        let object = Object { kind: *kind, sha256, size: bytes.len() as u64 };
        let desk = &team.phone.desk;
        let receipt = SignedReceipt::sign(&object, &desk.desk.id, signed_at(), &desk.officer);
        let address = report.mailbox.unwrap().address.to_string();
        intake.mail.lock().unwrap().insert(address, vec![MailboxItem::Receipt { receipt }]);
    }
}

#[test]
fn a_finished_report_lies_in_its_writers_vault_and_is_damaged_to_nobody() {
    let team = Team::new();
    let intake = PlayedIntake::of(&team.phone.desk);
    let of_a = team.submits(Some(team.a), OF_A);
    let of_nobody = team.submits(None, OF_NOBODY);
    sync(&team.client, &intake);
    open_all(&team, &intake);
    sync(&team.client, &intake);
    team.phone.clock.advance(TimeDelta::days(31));
    // The team's unlock comes first, and ends the copy whose time is up; the record waits for the writer.
    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    let finished = |reference: &Reference| {
        let of = "SELECT finished, vault FROM report ORDER BY id LIMIT 1 OFFSET ?1";
        let nth = i64::from(*reference == of_nobody);
        team.words().query_row(of, [nth], |row| Ok((row.get::<_, i64>(0)?, row.get::<_, i64>(1)?))).unwrap()
    };
    assert_eq!((finished(&of_a), finished(&of_nobody)), ((0, team.a.0), (1, 1)));
    let own = team.own(team.a, A);
    assert_eq!(finished(&of_a), (1, team.a.0));
    assert_eq!(own.copy(&of_a).unwrap_err(), Error::NotFound(Missing::Report), "its time is up");
    let listed = |reports: Vec<view::ReportView>| -> Vec<_> {
        reports.iter().map(|report| report.reference).collect()
    };
    assert_eq!(listed(own.reports(10).unwrap()), [of_a]);
    assert_eq!(listed(notebook.reports(10).unwrap()), [of_nobody]);
    assert_eq!((own.damaged().unwrap(), notebook.damaged().unwrap().reports), (0, 0));
}

#[test]
fn what_needs_a_copy_happens_where_the_copy_is() {
    let team = Team::new();
    let intake = PlayedIntake::of(&team.phone.desk);
    intake.set(Link::Refuses);
    let told =
        Told { channel: Channel::Police, at: Moment::utc(signed_at()), number: Some(Text::from("log 77")) };
    let of_a = team.submits(Some(team.a), OF_A);
    team.client.tell(crate::About::Report(of_a), &told).unwrap();
    sync(&team.client, &intake);
    let own = team.own(team.a, A);
    assert_eq!(own.reports(1).unwrap()[0].told, std::slice::from_ref(&told));
    assert_eq!(own.readdress(&of_a, None), Err(Error::NotSendable(NotSendable::NoDesk)), "there is no other");
    let draft = own.take_back(&of_a).unwrap();
    assert_eq!(own.reports(10).unwrap().len(), 0);
    // Drafts are the team's: whoever opens its notebook goes on with it, in the writer's name.
    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    let note = notebook.draft(draft).unwrap();
    assert_eq!((note.content().sightings[0].what.as_str(), note.told()), (OF_A, &[told][..]));
    assert_eq!(note.writer().unwrap().unwrap().row, team.a);
    let again = note.submit().unwrap().reference;
    assert!(team.own(team.a, A).copy(&again).is_ok());
}

#[test]
fn a_person_changes_their_pin_and_nobody_elses_stands_for_it() {
    let team = Team::new();
    let of_a = team.submits(Some(team.a), OF_A);
    let before = team.seize("before");
    team.own(team.a, A).change_pin(&pin("778899")).unwrap();
    assert!(matches!(team.client.unlock_as(team.a, &pin(A)), Err(Error::WrongPin { .. })));
    assert!(
        team.own(team.a, "778899").copy(&of_a).is_ok() && team.own(team.b, B).reports(9).unwrap().is_empty()
    );
    let (keys, home) = (team.phone.key_file(), team.phone.home());
    assert!(!says(&attack(&keys, &[&before], &[A, "778899", TEAM]), OF_A), "an old copy opens with neither");
    assert!(says(&attack(&keys, &[&home], &["778899"]), OF_A));
    // Once they have a PIN only they change it; without one there is nothing to open.
    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    let taken = notebook.set_person_pin(team.a, &pin("111111")).unwrap_err();
    assert!(matches!(taken, Error::Invalid(Invalid::Pin(_))));
    let nobody = PersonRow(77);
    assert_eq!(notebook.set_person_pin(nobody, &pin(A)).unwrap_err(), Error::NotFound(Missing::Person));
    assert_eq!(team.client.unlock_as(nobody, &pin(A)).unwrap_err(), Error::NotFound(Missing::Person));
    assert_eq!(team.client.forget_person_pin(nobody).unwrap_err(), Error::NotFound(Missing::Person));
    notebook.lock();
    assert_eq!(notebook.set_person_pin(team.b, &pin(A)).unwrap_err(), Error::Locked);
    // The team's PIN may change, be forgotten or go: theirs stands.
    team.client.unlock(Some(&pin(TEAM))).unwrap().change_pin(None).unwrap();
    assert!(team.own(team.a, "778899").copy(&of_a).is_ok());
}

#[test]
fn a_forgotten_pin_of_a_person_ends_what_it_opened_and_the_outbox_goes_on_byte_for_byte() {
    for by_forgetting in [true, false] {
        let team = Team::new();
        let intake = PlayedIntake::of(&team.phone.desk);
        let first = team.submits(Some(team.a), OF_A);
        let of_b = team.submits(Some(team.b), OF_B);
        let (before, bytes) = (team.seize("before"), outbox(&team.phone.home()));
        let held = team.own(team.a, A);
        let lost = Losing { copies: 1, still_sent: 1, awaits_answers: true, ..Losing::default() };
        assert_eq!(team.client.what_a_person_loses(team.a).unwrap(), lost);
        let lines = view::losing_lines(&lost, Lang::En);
        assert!(lines.len() == 3 && lines[1].contains("still sent"), "{lines:?}");
        let ended = if by_forgetting {
            team.client.forget_person_pin(team.a).unwrap()
        } else {
            team.own(team.a, A).remove_pin().unwrap()
        };
        assert_eq!(ended, lost);
        assert_eq!(outbox(&team.phone.home()), bytes);
        let (keys, home) = (team.phone.key_file(), team.phone.home());
        let opened = attack(&keys, &[&before, &home], &[A, B, TEAM]);
        assert!(!says(&opened, OF_A) && says(&opened, OF_B));
        // Whoever had it open has it no more.
        assert_eq!(held.copy(&first).unwrap_err(), Error::Locked);
        assert!(matches!(team.client.unlock_as(team.a, &pin(A)), Err(Error::Invalid(Invalid::Pin(_)))));
        assert!(matches!(team.client.what_a_person_loses(team.a), Err(Error::Invalid(Invalid::Pin(_)))));
        // It is the team's now, without a copy, and is delivered as it was sealed.
        let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
        let report = notebook.reports(10).unwrap().remove(1);
        assert_eq!((report.reference, report.has_copy, report.kept_by), (first, false, None));
        assert_eq!((sync(&team.client, &intake).stored, notebook.damaged().unwrap().reports), (2, 0));
        assert!(team.own(team.b, B).copy(&of_b).is_ok());
        // They may begin again, with the same PIN even.
        notebook.set_person_pin(team.a, &pin(A)).unwrap();
        let again = team.submits(Some(team.a), OF_A);
        assert_eq!(team.own(team.a, A).copy(&again).unwrap().sightings[0].what.as_str(), OF_A);
        assert!(!says(&attack(&keys, &[&before], &[A]), OF_A));
    }
}

#[test]
fn killed_between_any_two_steps_a_persons_pin_is_set_or_not_and_ended_or_not() {
    // The slot is sealed, and no row names it: there is no PIN yet, and it can be set.
    let team = Team::new();
    let keys = std::fs::read(team.phone.key_file()).unwrap();
    team.submits(Some(team.a), OF_A);
    let before = team.seize("before");
    for table in ["vault", "vault_spare"] {
        team.words().execute(&format!("DELETE FROM {table} WHERE id = ?1"), [team.b.0]).unwrap();
    }
    let client = team.phone.open();
    assert!(!client.people().unwrap()[1].has_pin);
    client.unlock(Some(&pin(TEAM))).unwrap().set_person_pin(team.b, &pin("555555")).unwrap();
    client.unlock_as(team.b, &pin("555555")).unwrap();
    // The rows are gone, and the slots are still there: the next opening deletes them.
    team.client.forget_person_pin(team.a).unwrap();
    let slots = |owner: &Uid| {
        let held = std::fs::read_to_string(team.phone.key_file()).unwrap();
        held.matches(&Slots::of(*owner).vault(0).split(".vault").next().unwrap().to_owned()).count()
    };
    let of: Uid =
        team.words().query_row("SELECT uid FROM person WHERE id = ?1", [team.a.0], |row| row.get(0)).unwrap();
    assert_eq!(slots(&of), 0);
    let epoch: i64 = Connection::open(before.join("words.db"))
        .unwrap()
        .query_row("SELECT epoch FROM vault WHERE id = ?1", [team.a.0], |row| row.get(0))
        .unwrap();
    std::fs::write(team.phone.key_file(), keys).unwrap();
    team.words().execute("INSERT INTO dead_slot (owner, epoch) VALUES (?1, ?2)", (of, epoch)).unwrap();
    assert!(slots(&of) > 0 && says(&attack(&team.phone.key_file(), &[&before], &[A]), OF_A));
    let client = team.phone.open();
    assert_eq!(slots(&of), 0);
    assert!(!says(&attack(&team.phone.key_file(), &[&before], &[A]), OF_A));
    assert!(client.unlock_as(team.a, &pin(A)).is_err());
}

#[test]
fn p9_a_persons_damaged_vault_keeps_no_report_from_going() {
    let team = Team::new();
    for table in ["vault", "vault_spare"] {
        let damage = format!("UPDATE {table} SET door = x'00', door_public = x'00' WHERE id = ?1");
        team.words().execute(&damage, [team.a.0]).unwrap();
    }
    team.writes(Some(team.a));
    let note = team.client.note(saying(OF_A)).unwrap();
    assert!(note.check().unwrap().notices.contains(&Notice::NoCopyKept), "and it is said before");
    let reference = note.submit().unwrap().reference;
    let notebook = team.client.unlock(Some(&pin(TEAM))).unwrap();
    let report = &notebook.reports(1).unwrap()[0];
    assert_eq!((report.reference, report.has_copy, report.kept_by), (reference, false, None));
    assert_eq!(sync(&team.client, &PlayedIntake::of(&team.phone.desk)).stored, 1);
}

#[test]
fn what_is_due_to_be_shredded_of_a_persons_own_is_not_asked_of_who_unlocks_for_the_team() {
    let team = Team::new();
    team.submits(Some(team.a), OF_A);
    drop(team.client.unlock(Some(&pin(TEAM))).unwrap());
    let due = "INSERT INTO dead_key (uid, vault) VALUES (randomblob(16), ?1)";
    team.words().execute(due, [team.a.0]).unwrap();
    assert!(!team.client.overview().unwrap().shred_due, "the team's unlock would not end it");
    let left =
        || team.words().query_row("SELECT count(*) FROM dead_key", [], |row| row.get::<_, i64>(0)).unwrap();
    drop(team.client.unlock(Some(&pin(TEAM))).unwrap());
    assert_eq!(left(), 1);
    drop(team.own(team.a, A));
    assert_eq!(left(), 0);
}

#[test]
fn a_person_who_changes_their_pin_makes_nobodys_wait_shorter() {
    let team = Team::new();
    let guess = |attempts| match team.client.unlock(Some(&pin("0000"))) {
        Err(Error::WrongPin { attempts: counted, wait_ms }) => {
            assert_eq!(counted, attempts);
            wait_ms
        }
        other => panic!("{other:?}"),
    };
    assert_eq!((1..=4).map(guess).sum::<u64>(), 0);
    team.own(team.a, A).change_pin(&pin(B)).unwrap();
    assert!(guess(5) > 0, "the team's PIN is guessed at once more, and not for the first time");
}

#[test]
fn p7_an_anonymous_report_is_kept_in_no_persons_vault() {
    let team = Team::new();
    team.writes(Some(team.a));
    let note = team.client.note(content(Route::Anonymous)).unwrap();
    team.client.unlock(Some(&pin(TEAM))).unwrap().leave_profile().unwrap();
    note.submit().unwrap();
    let vault: i64 = team.words().query_row("SELECT vault FROM report", [], |row| row.get(0)).unwrap();
    assert_eq!(vault, 1, "its row names nobody");
}

#[test]
fn a_wipe_ends_the_keys_of_every_person() {
    let team = Team::new();
    team.submits(Some(team.a), OF_A);
    let before = team.seize("before");
    Client::wipe_at(&team.phone.home(), team.phone.ports()).unwrap();
    assert!(!says(&attack(&team.phone.key_file(), &[&before], &[A, B, TEAM]), OF_A));
    let held: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(&std::fs::read(team.phone.key_file()).unwrap()).unwrap();
    assert_eq!(held["slots"], serde_json::json!({}));
}

#[test]
fn p8_what_is_a_persons_own_prints_nothing() {
    let team = Team::new();
    assert_eq!(format!("{:?}", team.own(team.a, A)), "[own notebook]");
}
