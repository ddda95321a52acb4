//! Wiping after sending: what can be read ends at once, what waits still goes, and then nothing is left.

use std::sync::Arc;

use rusqlite::Connection;
use turnstone_wire::{body::Route, directory::KeyState, receipt::ObjectKind, text::Moment};

use super::{
    forgetting::outbox_of,
    kit::{Link, Phone, PlayedIntake, WHAT, content, sync},
};
use crate::{
    Client, DraftContent, Error, Leaving, Missing, Pin, WatchNote,
    sync::{Network, Pace, Transport},
};

/// Two reports that wait, one with a photo, a draft and a watch; and a PIN that nobody is asked for.
fn with_two_reports(phone: &Phone) -> Client {
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[7_u8; 300_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    client.note(content(Route::Confidential)).unwrap().submit().unwrap();
    client.note(content(Route::Police)).unwrap();
    client.start_watch(&WatchNote::default(), Moment::utc(super::kit::signed_at())).unwrap();
    client.unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    client
}

fn is_gone(phone: &Phone) -> bool {
    let opened = Client::open(&phone.home(), phone.ports());
    opened.err() == Some(Error::NotFound(Missing::Home)) && !phone.home().join("words.db").exists()
}

#[test]
fn what_waits_is_sent_byte_for_byte_and_then_the_home_is_wiped() {
    let phone = Phone::new();
    let client = with_two_reports(&phone);
    let outbox = outbox_of(&phone);
    let said = client.what_leaving_ends().unwrap();
    let left = client.wipe_after_sending().unwrap();
    assert_eq!((left.lost, left.wiped), (said, false));
    assert_eq!((said.drafts, said.copies, said.watches, said.still_sent), (1, 2, 1, 2));
    assert_eq!(outbox_of(&phone), outbox, "what is sealed is not touched");
    assert_eq!(client.leaving().unwrap(), Some(Leaving { waits: 2, called_off: false }));
    let notebook = client.unlock(None).unwrap();
    assert!(notebook.drafts(10).unwrap().is_empty());
    drop(notebook);
    // No link: nothing is lost by trying.
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::Down);
    assert!(!sync(&client, &intake).wiped);
    assert_eq!(client.leaving().unwrap(), Some(Leaving { waits: 2, called_off: false }));
    intake.set(Link::Good);
    let summary = sync(&client, &intake);
    assert_eq!((summary.stored, summary.waiting, summary.wiped), (3, 0, true));
    assert!(is_gone(&phone));
    let words = intake.of_kind(ObjectKind::Report);
    assert_eq!((words.len(), intake.of_kind(ObjectKind::Attachment).len()), (2, 1));
    for envelope in &words {
        let opened =
            turnstone_wire::envelope::open(envelope, std::slice::from_ref(&phone.desk.seal)).unwrap();
        assert_eq!(opened.report.sightings[0].what.as_str(), WHAT);
    }
}

#[test]
fn p2_a_report_leaves_when_its_desk_vouches_for_all_of_it_and_not_before() {
    let phone = Phone::new();
    let client = with_two_reports(&phone);
    client.wipe_after_sending().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    for link in [Link::LosesAnswers, Link::WrongReceipt, Link::CaptivePortal, Link::DeskFull] {
        intake.set(link);
        sync(&client, &intake);
        assert_eq!(client.leaving().unwrap().unwrap().waits, 2, "{link:?}");
    }
    // A state that no receipt vouches for is a damaged one, and ends nothing.
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE item SET state = 1", []).unwrap();
    drop(words);
    assert_eq!(phone.open().leaving().unwrap().unwrap().waits, 2);
    intake.set(Link::Good);
    assert!(sync(&client, &intake).wiped, "the opening found out that all of it waits");
    assert_eq!(intake.of_kind(ObjectKind::Report).len(), 2);
}

#[test]
fn each_report_leaves_no_trace_once_it_is_there_while_another_waits() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let delayed = client.note(content(Route::Anonymous)).unwrap();
    delayed.submit_delayed(chrono::TimeDelta::days(2)).unwrap();
    client.wipe_after_sending().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    let sealed: Vec<Vec<u8>> = {
        let words = Connection::open(phone.home().join("words.db")).unwrap();
        let mut select = words.prepare("SELECT envelope FROM item ORDER BY id LIMIT 1").unwrap();
        let envelope: Vec<u8> = select.query_row([], |row| row.get(0)).unwrap();
        envelope.chunks_exact(48).step_by(7).map(<[u8]>::to_vec).collect()
    };
    assert!(!super::kit::found_in(&phone.files(), &sealed).is_empty(), "it is found while it waits");
    let summary = sync(&client, &intake);
    assert_eq!((summary.stored, summary.wiped), (1, false));
    assert_eq!(client.leaving().unwrap(), Some(Leaving { waits: 1, called_off: false }));
    assert_eq!(super::kit::found_in(&phone.files(), &sealed), Vec::<String>::new(), "no byte of it is left");
    assert_eq!(client.overview().unwrap().reports, 1);
}

#[test]
fn where_nothing_waits_the_home_is_wiped_at_once() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap();
    assert!(client.wipe_after_sending().unwrap().wiped);
    assert!(is_gone(&phone));
}

#[test]
fn what_a_desk_refuses_leaves_as_well() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    client.wipe_after_sending().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    intake.set(Link::Refuses);
    let summary = sync(&client, &intake);
    assert_eq!((summary.refused, summary.wiped), (1, true));
    assert!(is_gone(&phone));
}

#[test]
fn p9_a_note_begun_meanwhile_is_kept_and_calls_the_wipe_off() {
    for submitted in [false, true] {
        let phone = Phone::new();
        let client = with_two_reports(&phone);
        client.wipe_after_sending().unwrap();
        let words = DraftContent { urgent: true, ..content(Route::Police) };
        let note = client.note(words).unwrap();
        if submitted {
            note.submit().unwrap();
        }
        assert_eq!(client.leaving().unwrap(), Some(Leaving { waits: 2, called_off: true }));
        let intake = PlayedIntake::of(&phone.desk);
        let summary = sync(&client, &intake);
        assert_eq!((summary.stored, summary.wiped), (if submitted { 4 } else { 3 }, false));
        assert_eq!(client.leaving().unwrap(), None, "it is a home like any other again");
        let overview = phone.open().overview().unwrap();
        let new = if submitted { (0, 1) } else { (1, 0) };
        assert_eq!((overview.drafts, overview.reports), new, "what is old has left, what is new stays");
        let notebook = phone.open().unlock(None).unwrap();
        assert_eq!(notebook.drafts(10).unwrap().len(), usize::from(!submitted));
    }
}

#[test]
fn a_kill_between_the_last_receipt_and_the_wipe_is_finished_at_the_next_opening() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    client.wipe_after_sending().unwrap();
    let note = phone.folder.path().join("as-it-was");
    super::kit::copy_folder(&phone.home(), &note);
    // As a kill leaves it: the receipt is there, and nothing was ended yet.
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    let leaving: (Vec<u8>, Vec<u8>) = words
        .query_row("SELECT uid, sealed FROM setting WHERE name = 'leaving'", [], |row| {
            Ok((row.get(0)?, row.get(1)?))
        })
        .unwrap();
    words.execute("DELETE FROM setting WHERE name = 'leaving'", []).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert!(!sync(&client, &intake).wiped);
    words.execute("INSERT INTO setting (name, uid, sealed) VALUES ('leaving', ?1, ?2)", leaving).unwrap();
    drop((words, client));
    assert!(is_gone(&phone));
}

#[test]
fn a_note_of_leaving_that_this_home_did_not_write_wipes_nothing() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap();
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words
        .execute("INSERT INTO setting (name, uid, sealed) VALUES ('leaving', zeroblob(16), zeroblob(60))", [])
        .unwrap();
    drop(words);
    assert_eq!(phone.open().leaving().unwrap(), None);
    assert_eq!(phone.open().overview().unwrap().drafts, 1);
}

#[test]
fn what_can_never_go_is_said_beforehand_and_ended_too() {
    for later in [false, true] {
        let mut phone = Phone::new();
        let client = with_two_reports(&phone);
        let declare_dead = |phone: &mut Phone| {
            phone.desk.desk.keys[0].state = KeyState::Compromised;
            client.take_directory(&phone.desk.directory(2)).unwrap();
        };
        if !later {
            declare_dead(&mut phone);
        }
        let said = client.what_leaving_ends().unwrap();
        assert_eq!((said.never_sent, said.still_sent), if later { (0, 2) } else { (2, 0) });
        assert_eq!(client.wipe_after_sending().unwrap().wiped, !later);
        if later {
            // Nobody can seal them anew any more: a desk that cannot read them is not sent them, and they end.
            declare_dead(&mut phone);
            let intake = PlayedIntake::of(&phone.desk);
            let summary = sync(&client, &intake);
            assert_eq!((summary.never, summary.wiped), (2, true));
            assert!(intake.of_kind(ObjectKind::Report).is_empty());
        }
        assert!(is_gone(&phone));
    }
}

#[test]
fn what_an_unlock_without_a_pin_would_seal_anew_is_sealed_anew_first() {
    let mut phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    phone.desk.desk.keys[0].state = KeyState::Lost;
    client.take_directory(&phone.desk.directory(2)).unwrap();
    assert_eq!(client.what_leaving_ends().unwrap().never_sent, 0);
    client.wipe_after_sending().unwrap();
    let summary = sync(&client, &PlayedIntake::of(&phone.desk));
    assert_eq!((summary.stored, summary.never, summary.wiped), (1, 0, true));
}

#[test]
fn whoever_still_has_the_home_open_hears_that_there_is_none() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    client.wipe_after_sending().unwrap();
    let (other, notebook) = (phone.open(), client.unlock(None).unwrap());
    let sender = client.sender(PlayedIntake::of(&phone.desk) as Arc<dyn Transport>).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let pace = Pace { mail_every: std::time::Duration::from_secs(60), look_every: None };
    let (_stays, network) = tokio::sync::watch::channel(Network::Unmetered);
    // A watch ends by itself when the last of it is gone.
    let ended = runtime.block_on(sender.watch(network, pace, &|_| {}, &|_| {}));
    let gone = Error::NotFound(Missing::Home);
    assert_eq!(ended.unwrap_err(), gone);
    assert_eq!(other.note(content(Route::Police)).unwrap_err(), gone, "never said to be kept");
    assert_eq!(notebook.drafts(1).unwrap_err(), gone);
    assert_eq!(other.leaving().unwrap_err(), gone);
    assert!(is_gone(&phone));
}

#[test]
fn p9_a_note_of_the_last_moment_is_kept_with_the_home() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    client.wipe_after_sending().unwrap();
    // As another program begins it once the last report has left, and before the folder goes.
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words
        .execute_batch(
            "CREATE TRIGGER last_moment AFTER DELETE ON report BEGIN
                 INSERT INTO watch (uid, runs) VALUES (zeroblob(16), 0); END",
        )
        .unwrap();
    drop(words);
    assert!(!sync(&client, &PlayedIntake::of(&phone.desk)).wiped);
    assert_eq!(phone.open().leaving().unwrap(), None);
}

#[test]
fn a_report_that_is_damaged_keeps_no_home_from_being_left() {
    let phone = Phone::new();
    let client = with_two_reports(&phone);
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE report SET sealed = zeroblob(90) WHERE id = 1", []).unwrap();
    drop(words);
    client.wipe_after_sending().unwrap();
    assert_eq!(client.leaving().unwrap(), Some(Leaving { waits: 1, called_off: false }));
    assert!(sync(&client, &PlayedIntake::of(&phone.desk)).wiped);
}

#[test]
fn settings_that_sending_does_not_need_go_at_once_and_the_proxy_stays() {
    let phone = Phone::new();
    let client = phone.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let notebook = client.unlock(None).unwrap();
    let position = turnstone_wire::body::Position::new(50.571_893, -1.862_417).unwrap();
    let station = crate::Station { name: "Quillwort lookout".into(), position, accuracy_m: None };
    notebook.set_station(Some(&station)).unwrap();
    let proxy = crate::sync::ProxySetting {
        proxy: crate::sync::Proxy::parse("socks5h://127.0.0.1:9050").unwrap(),
        used_for: crate::sync::ProxyFor::Anonymous,
    };
    notebook.set_proxy(Some(&proxy)).unwrap();
    client.wipe_after_sending().unwrap();
    assert_eq!(client.station().unwrap(), None);
    assert!(client.unlock(None).unwrap().proxy().unwrap().is_some(), "nothing goes around it now");
    assert!(client.directory().unwrap().is_some());
}
