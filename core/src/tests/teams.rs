//! Routes asked once, teams' profiles, and what an anonymous report gives away.

use chrono::TimeDelta;
use turnstone_almanac::words::Lang;
use turnstone_wire::{
    body::{Fix, FixSource, Position, Route, Target},
    directory::{Desk, DeskId, KeyEntry},
    key::{DeskIdentity, Root, Seal, SigningKey, Stored},
    profile::{Profile, ProfileError, SignedProfile, Signer, Station},
    receipt::ObjectKind,
    text::Text,
};

use super::kit::{Phone, PlayedDesk, PlayedIntake, content, found_in, signed_at, sync};
use crate::{
    Choice, Client, DraftContent, Error, Invalid, NotSendable, Notebook, Notice, OfferedProfile, SetUp,
    UsualRoute, view,
};

/// The key of a team's own authority, from outside.
const OUTSIDE: [u8; 32] = [77; 32];
/// That of [`PlayedDesk`]'s directory.
const LISTED: [u8; 32] = [3; 32];

fn profile() -> Profile {
    Profile {
        station: Some(Station {
            name: Text::from("Gull Point lookout"),
            position: Position::new(50.6, -1.95).unwrap(),
            accuracy_m: None,
        }),
        people: vec![Text::from("Jo Example")],
        ..Profile::new(Text::from("Gull Point Watch"), signed_at(), signed_at() + TimeDelta::days(100))
    }
}

fn signed(profile: &Profile, seed: [u8; 32]) -> SignedProfile {
    SignedProfile::sign(profile, &[&SigningKey::<Root>::from_seed(seed).unwrap()]).unwrap()
}

fn words_of(signed: &SignedProfile) -> String {
    match signed.verify(None).unwrap().1 {
        Signer::Outside(outside) => outside.words().unwrap().to_string(),
        Signer::Roots => panic!("no roots"),
    }
}

fn take(notebook: &Notebook, profile: &Profile, seed: [u8; 32]) -> Result<(), Error> {
    let signed = signed(profile, seed);
    match notebook.offered_profile(&signed.to_file())? {
        OfferedProfile::Listed(believed) => notebook.take_profile(&believed),
        OfferedProfile::Outside(outside) => {
            let believed = outside.compare(&words_of(&signed)).map_err(|(_, error)| error)?;
            notebook.take_profile(&believed)
        }
    }
}

/// Another desk, which no directory lists, with an intake that plays it.
fn unlisted(id: &str) -> PlayedDesk {
    let mut desk = PlayedDesk::new();
    desk.desk.id = DeskId::parse(id).unwrap();
    desk.desk.urls = vec!["http://127.0.0.1:8".into()];
    desk
}

fn bringing(desks: &[&Desk]) -> Profile {
    Profile { unlisted: desks.iter().map(|desk| (*desk).clone()).collect(), ..profile() }
}

/// Every row of the outbox, to the byte.
fn outbox(phone: &Phone) -> Vec<Vec<rusqlite::types::Value>> {
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let mut all = Vec::new();
    for table in ["report", "item", "copy", "told", "mail"] {
        let mut rows = words.prepare(&format!("SELECT * FROM {table} ORDER BY rowid")).unwrap();
        let columns = rows.column_count();
        let row = |row: &rusqlite::Row<'_>| (0..columns).map(|column| row.get(column)).collect();
        all.extend(rows.query_map([], row).unwrap().map(Result::unwrap));
    }
    all
}

fn notices(client: &Client, content: DraftContent) -> Vec<Notice> {
    client.note(content).unwrap().check().unwrap().notices
}

#[test]
fn p7_the_usual_route_is_asked_once_and_is_never_anonymous_nor_with_contact() {
    let phone = Phone::new();
    let client = phone.open();
    let usual = client.usual().unwrap();
    assert!(usual.is_to_be_asked() && usual.begin_with() == Route::Police);
    let none_chosen = client.choices().unwrap();
    assert_eq!(none_chosen.len(), 3);
    assert!(none_chosen.iter().all(|choice| matches!(choice, Choice::Route { usual: false, .. })));

    client.unlock(None).unwrap().set_usual_route(Some(UsualRoute::Confidential)).unwrap();
    let usual = phone.open().usual().unwrap();
    assert!(!usual.is_to_be_asked() && usual.begin_with() == Route::Confidential);
    // There is no code by which the setting could become the anonymous route.
    assert_eq!(UsualRoute::of_code("anonymous"), None);
    let rows = view::choice_rows(&client.choices().unwrap(), Lang::En);
    let usual: Vec<_> = rows.iter().filter(|row| row.usual).map(|row| row.code.unwrap()).collect();
    assert_eq!(usual, ["confidential"]);
    client.unlock(None).unwrap().set_usual_route(None).unwrap();
    assert!(client.usual().unwrap().is_to_be_asked());
}

#[test]
fn p9_without_a_key_store_a_note_is_begun_by_no_usual_route() {
    let phone = Phone::new();
    phone.open().unlock(None).unwrap().set_usual_route(Some(UsualRoute::Confidential)).unwrap();
    std::fs::rename(phone.key_file(), phone.folder.path().join("elsewhere")).unwrap();
    std::fs::write(phone.key_file(), b"damaged").unwrap();
    let client = phone.open();
    assert_eq!(client.usual().unwrap(), crate::Usual::default());
    client.note(content(Route::Police)).unwrap();
}

#[test]
fn a_profile_signed_by_the_directorys_keys_is_taken_and_says_what_is_usual() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = client.unlock(None).unwrap();
    let confidential = Profile {
        routes: vec![Route::Confidential],
        language: Some("cy".into()),
        desks: vec![phone.desk.desk.id.clone()],
        ..profile()
    };
    // As the text of a QR code, too.
    let text = signed(&confidential, LISTED).to_qr_text().unwrap();
    let OfferedProfile::Listed(believed) = notebook.offered_profile(text.as_bytes()).unwrap() else {
        panic!("signed by the directory's key")
    };
    notebook.take_profile(&believed).unwrap();
    let usual = phone.open().usual().unwrap();
    assert_eq!(
        (usual.begin_with(), usual.language.as_deref(), usual.team),
        (Route::Confidential, Some("cy"), true)
    );
    // A locked phone begins a watch, and a note at the station (P6).
    assert_eq!((usual.station, usual.people), (confidential.station.clone(), confidential.people.clone()));
    let held = notebook.profile().unwrap().unwrap();
    assert!(held.in_national_list && !held.expired && held.profile == confidential);
    let lines = view::profile_lines(&held, client.directory().unwrap().as_deref(), Lang::En).join("\n");
    for said in [
        "Gull Point Watch",
        "Gull Point lookout",
        "Jo Example",
        "Test Harbour Desk",
        "Confidentially",
        "2026-08-11",
    ] {
        assert!(lines.contains(said), "{lines}");
    }
    assert!(notebook.leave_profile().unwrap() && !notebook.leave_profile().unwrap());
    assert_eq!(notebook.profile().unwrap(), None);
    assert!(!client.usual().unwrap().team);
}

#[test]
fn a_profile_from_outside_is_taken_only_by_its_own_four_words() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = client.unlock(None).unwrap();
    let signed = signed(&profile(), OUTSIDE);
    let offered = || match notebook.offered_profile(&signed.to_file()).unwrap() {
        OfferedProfile::Outside(outside) => outside,
        OfferedProfile::Listed(_) => panic!("from outside"),
    };
    let another = Profile { team: Text::from("Gull Point Watcher"), ..profile() };
    for typed in ["", "yes", "abandon abandon abandon abandon", &words_of(&self::signed(&another, OUTSIDE))] {
        let (_, error) = offered().compare(typed).unwrap_err();
        assert_eq!(error, Error::Invalid(Invalid::FourWords), "{typed}");
    }
    assert_eq!(notebook.profile().unwrap(), None);
    notebook.take_profile(&offered().compare(&words_of(&signed)).unwrap()).unwrap();
    let held = notebook.profile().unwrap().unwrap();
    assert!(!held.in_national_list);
    let said = view::profile_lines(&held, None, Lang::En).join("\n");
    assert!(said.contains("not in the national list"), "{said}");
    // With no directory's keys at all, every profile is from outside.
    let bare = tempfile::tempdir().unwrap();
    let key_store = std::sync::Arc::new(crate::KeyFile::new(bare.path().join("keys")).creating());
    let ports = crate::Ports { key_store, ..phone.ports() };
    let bare =
        Client::create(&bare.path().join("home"), ports, &SetUp { roots: None, directory: None }).unwrap();
    let notebook = bare.unlock(None).unwrap();
    let listed = self::signed(&profile(), LISTED).to_file();
    assert!(matches!(notebook.offered_profile(&listed).unwrap(), OfferedProfile::Outside(_)));
}

#[test]
fn p11_a_profile_that_was_changed_is_refused_and_the_one_in_force_stays() {
    let phone = Phone::new();
    let notebook = phone.open().unlock(None).unwrap();
    take(&notebook, &profile(), LISTED).unwrap();
    let changed =
        String::from_utf8(signed(&profile(), LISTED).to_file()).unwrap().replace("Jo Example", "Jo Exampla");
    let error = notebook.offered_profile(changed.as_bytes()).unwrap_err();
    assert_eq!(error, Error::Invalid(Invalid::Profile(ProfileError::Signature)));
    assert_eq!(
        notebook.offered_profile(b"").unwrap_err(),
        Error::Invalid(Invalid::Profile(ProfileError::Shape))
    );
    assert_eq!(notebook.profile().unwrap().unwrap().profile, profile());
    notebook.lock();
    assert_eq!(notebook.offered_profile(b"").unwrap_err(), Error::Locked);
}

#[test]
fn a_desk_from_outside_never_replaces_a_listed_one() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = client.unlock(None).unwrap();
    // One under the very id of the listed desk, first of the team's desks, and one of its own.
    let (pretender, other) = (unlisted("harbour-desk"), unlisted("watch-desk"));
    let ids = vec![other.desk.id.clone(), pretender.desk.id.clone()];
    take(&notebook, &Profile { desks: ids, ..bringing(&[&pretender.desk, &other.desk]) }, OUTSIDE).unwrap();
    let directory = client.directory().unwrap().unwrap();
    assert_eq!(directory.desk(&pretender.desk.id), Some(&phone.desk.desk));
    assert_eq!(notebook.profile().unwrap().unwrap().listed_anyway, std::slice::from_ref(&pretender.desk.id));
    let note = client.note(content(Route::Police)).unwrap();
    let shown = note.prepare().unwrap();
    assert!(shown.desk() == &phone.desk.desk && shown.desk_is_listed());
    assert!(!note.check().unwrap().notices.contains(&Notice::UnlistedDesk));
    // Chosen by its name it is gone to, and said to be unlisted.
    let chosen = DraftContent { desk: Some(other.desk.id.clone()), ..content(Route::Police) };
    let note = client.note(chosen).unwrap();
    let shown = note.prepare().unwrap();
    assert!(shown.desk() == &other.desk && !shown.desk_is_listed());
    assert!(note.check().unwrap().notices.contains(&Notice::UnlistedDesk));
    // A directory that comes to list it has the say.
    let mut listed = other.desk.clone();
    listed.keys = vec![KeyEntry::recipient::<Seal>(&DeskIdentity::generate().public())];
    client
        .take_directory(&phone.desk.directory_of(2, vec![phone.desk.desk.clone(), listed.clone()]))
        .unwrap();
    assert_eq!(note.prepare().unwrap().desk(), &listed);
}

#[test]
fn a_teams_own_desk_is_gone_to_where_no_listed_one_takes_the_report() {
    let mut phone = Phone::new();
    phone.desk.desk.routes = vec![Route::Confidential];
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    assert_eq!(
        client.note(content(Route::Police)).unwrap().check().unwrap().stops,
        Some(Error::NotSendable(NotSendable::NoDesk))
    );
    let other = unlisted("watch-desk");
    take(&client.unlock(None).unwrap(), &bringing(&[&other.desk]), OUTSIDE).unwrap();
    let note = client.note(content(Route::Police)).unwrap();
    assert!(note.check().unwrap().notices.contains(&Notice::UnlistedDesk));
    note.submit().unwrap();
    let intake = PlayedIntake::of(&other);
    assert_eq!(sync(&client, &intake).stored, 1);
    let envelope = intake.of_kind(ObjectKind::Report).remove(0);
    assert!(turnstone_wire::envelope::open(&envelope, std::slice::from_ref(&other.seal)).is_ok());
}

#[test]
fn a_team_of_the_directorys_keys_may_prefer_a_desk_of_its_own() {
    let phone = Phone::new();
    let client = phone.open();
    let other = unlisted("watch-desk");
    let preferring = Profile { desks: vec![other.desk.id.clone()], ..bringing(&[&other.desk]) };
    take(&client.unlock(None).unwrap(), &preferring, LISTED).unwrap();
    assert_eq!(client.note(content(Route::Police)).unwrap().prepare().unwrap().desk(), &other.desk);
}

#[test]
fn a_change_of_profile_never_touches_the_outbox() {
    let mut phone = Phone::new();
    phone.desk.desk.routes = vec![Route::Confidential];
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    let notebook = client.unlock(None).unwrap();
    let other = unlisted("watch-desk");
    take(&notebook, &bringing(&[&other.desk]), OUTSIDE).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    client.note(content(Route::Confidential)).unwrap().submit().unwrap();
    let before = outbox(&phone);
    let same = |what: &str| {
        drop(client.unlock(None).unwrap());
        assert!(outbox(&phone) == before, "{what}");
    };
    take(&notebook, &profile(), LISTED).unwrap();
    same("another team's");
    // A desk of that name by somebody else would get what is meant for the first.
    let pretender = unlisted("watch-desk");
    let refused = take(&notebook, &bringing(&[&pretender.desk]), [78; 32]).unwrap_err();
    assert_eq!(refused, Error::Invalid(Invalid::ProfileDeskInUse));
    assert_eq!(
        take(&notebook, &bringing(&[&pretender.desk]), LISTED),
        Err(Error::Invalid(Invalid::ProfileDeskInUse))
    );
    same("one that is refused");
    notebook.leave_profile().unwrap();
    same("none");
    // Nothing new goes there, and what is on its way arrives.
    let chosen = DraftContent { desk: Some(other.desk.id.clone()), ..content(Route::Police) };
    let stops = client.note(chosen).unwrap().check().unwrap().stops;
    assert_eq!(stops, Some(Error::NotSendable(NotSendable::DeskDoesNotTake)));
    let intake = PlayedIntake::of(&other);
    sync(&client, &intake);
    let there = intake.of_kind(ObjectKind::Report);
    let opens =
        |bytes: &Vec<u8>| turnstone_wire::envelope::open(bytes, std::slice::from_ref(&other.seal)).is_ok();
    assert_eq!(there.iter().filter(|bytes| opens(bytes)).count(), 1);
    // The same team's newer keys are its own to change.
    let mut newer = other.desk.clone();
    newer.keys.push(KeyEntry::verify::<Stored>(&SigningKey::from_seed([9; 32]).unwrap().public()));
    take(&notebook, &bringing(&[&newer]), OUTSIDE).unwrap();
    assert_eq!(client.directory().unwrap().unwrap().desk(&newer.id), Some(&newer));
}

#[test]
fn a_desk_to_which_nothing_is_on_its_way_is_forgotten_with_its_profile() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = client.unlock(None).unwrap();
    let (first, second) = (unlisted("watch-desk"), unlisted("watch-desk"));
    take(&notebook, &bringing(&[&first.desk]), OUTSIDE).unwrap();
    notebook.leave_profile().unwrap();
    assert_eq!(client.directory().unwrap().unwrap().desk(&first.desk.id), None);
    take(&notebook, &bringing(&[&second.desk]), [78; 32]).unwrap();
    assert_eq!(client.directory().unwrap().unwrap().desk(&second.desk.id), Some(&second.desk));
}

#[test]
fn p9_on_a_teams_device_an_anonymous_note_is_kept_with_advice_and_goes_by_another_route() {
    let phone = Phone::new();
    let client = phone.open();
    let notebook = client.unlock(None).unwrap();
    let begun_before = client.note(content(Route::Anonymous)).unwrap();
    let shown = begun_before.prepare().unwrap();
    take(&notebook, &Profile { routes: vec![Route::Police], ..profile() }, LISTED).unwrap();
    let (begun_before, error) = begun_before.submit_prepared(shown, TimeDelta::zero()).unwrap_err();
    assert_eq!(error, Error::NotSendable(NotSendable::TeamDevice));
    drop(begun_before);

    let last = client.choices().unwrap().pop().unwrap();
    assert_eq!(last, Choice::TeamAdvice);
    for (lang, said) in [(Lang::En, "Crimestoppers"), (Lang::Cy, "Crimestoppers")] {
        let rows = view::choice_rows(&client.choices().unwrap(), lang);
        assert!(rows.iter().all(|row| row.code != Some("anonymous")));
        assert!(rows.last().unwrap().means.contains(said));
    }
    let mut note = client.note(content(Route::Anonymous)).unwrap();
    assert_eq!(note.check().unwrap().stops, Some(Error::NotSendable(NotSendable::TeamDevice)));
    assert_eq!(note.prepare().unwrap_err(), Error::NotSendable(NotSendable::TeamDevice));
    note.change(content(Route::Confidential)).unwrap();
    assert_eq!(note.check().unwrap().stops, Some(Error::NotSendable(NotSendable::RouteNotOfTeam)));
    let (note, _) = note.submit().unwrap_err();
    let mut note = *note;
    assert_eq!(client.overview().unwrap().drafts, 2);
    note.change(content(Route::Police)).unwrap();
    note.submit().unwrap();
}

#[test]
fn p9_an_expired_profile_is_said_to_be_and_stops_nothing() {
    let phone = Phone::new();
    let client = phone.open();
    take(&client.unlock(None).unwrap(), &profile(), LISTED).unwrap();
    assert!(!notices(&client, content(Route::Police)).contains(&Notice::ProfileExpired));
    phone.clock.advance(TimeDelta::days(101));
    let note = client.note(content(Route::Police)).unwrap();
    let check = note.check().unwrap();
    assert!(check.notices.contains(&Notice::ProfileExpired) && check.stops.is_none());
    note.submit().unwrap();
}

#[test]
fn p7_what_an_anonymous_report_gives_away_is_said_and_stops_nothing() {
    let phone = Phone::new();
    let client = phone.open();
    let saying = |what: &str, route: Route| {
        let mut draft = content(route);
        draft.sightings[0].what = Text::from(what);
        draft
    };
    let gives_away = [Notice::NamesPhone, Notice::NamesEmail, Notice::NamesOwnPlace];
    let found = |content| -> Vec<Notice> {
        notices(&client, content).into_iter().filter(|notice| gives_away.contains(notice)).collect()
    };
    let both = "ring 07700 900123 or jo@example.org";
    assert_eq!(found(saying(both, Route::Anonymous)), [Notice::NamesPhone, Notice::NamesEmail]);
    assert_eq!(found(saying(both, Route::Police)), []);
    assert_eq!(found(saying("a grey RIB, IMO 9074729", Route::Anonymous)), []);
    // In any text, not in the first alone.
    let mut elsewhere = content(Route::Anonymous);
    elsewhere.sightings[0].target =
        Some(Target::Named { name: Text::from("jo@example.org"), unknown: Default::default() });
    assert_eq!(found(elsewhere), [Notice::NamesEmail]);
    let note = client.note(saying(both, Route::Anonymous)).unwrap();
    assert_eq!(note.check().unwrap().stops, None);
    note.submit().unwrap();
    for notice in gives_away {
        let (en, cy) = (view::notice_sentence(notice, Lang::En), view::notice_sentence(notice, Lang::Cy));
        assert!(en.len() > 20 && cy.len() > 20 && en != cy);
    }
}

#[test]
fn p7_the_witness_own_place_is_noticed_by_name_and_by_position() {
    let phone = Phone::new();
    let client = phone.open();
    take(&client.unlock(None).unwrap(), &profile(), LISTED).unwrap();
    let own = |content: DraftContent| notices(&client, content).contains(&Notice::NamesOwnPlace);
    let mut named = content(Route::Anonymous);
    named.sightings[0].why = Some(Text::from("I saw it from gull point LOOKOUT"));
    assert!(own(named));
    let mut near = content(Route::Anonymous);
    near.sightings[0].target =
        Some(Target::Point { position: Position::new(50.601, -1.95).unwrap(), accuracy_m: None });
    assert!(own(near.clone()));
    near.route = Route::Police;
    assert!(!own(near));
    let at_station = Some(Fix::new(Position::new(50.6, -1.95).unwrap(), FixSource::Hand));
    let mut sent = content(Route::Anonymous);
    sent.sightings[0].observer = at_station;
    assert!(!own(sent.clone()), "it is left out");
    sent.send_fix = true;
    assert!(own(sent));
}

#[test]
fn p7_the_station_of_a_personal_phone_is_the_witness_own_place_too() {
    let phone = Phone::new();
    let client = phone.open();
    let mut named = content(Route::Anonymous);
    named.sightings[0].why = Some(Text::from("I saw it from gull point LOOKOUT"));
    assert!(!notices(&client, named.clone()).contains(&Notice::NamesOwnPlace));
    let position = Position::new(50.6, -1.95).unwrap();
    let station = crate::Station { name: Text::from("Gull Point lookout"), position, accuracy_m: None };
    client.unlock(None).unwrap().set_station(Some(&station)).unwrap();
    assert!(notices(&client, named).contains(&Notice::NamesOwnPlace));
}

#[test]
fn p8_a_profile_leaves_nothing_readable_in_the_folder() {
    let phone = Phone::new();
    let client = phone.open();
    let other = unlisted("watch-desk");
    take(&client.unlock(None).unwrap(), &bringing(&[&other.desk]), OUTSIDE).unwrap();
    client.unlock(None).unwrap().set_usual_route(Some(UsualRoute::Confidential)).unwrap();
    let found = found_in(
        &phone.files(),
        &["Gull Point", "Jo Example", "watch-desk", "127.0.0.1:8", "confidential", "turnstone profile"],
    );
    assert_eq!(found, [""; 0]);
}
