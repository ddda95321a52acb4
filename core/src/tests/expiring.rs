//! Vault copies and sealed bytes expire though nobody unlocks for months: at an opening, at a locked `tidy`, while sending. The
//! keys go with the next unlock.

use std::sync::Arc;

use chrono::TimeDelta;
use rusqlite::Connection;
use turnstone_wire::body::Route;

use super::{
    kit::{Phone, PlayedIntake, content, sync},
    remnants::leave_opened_receipts,
};
use crate::{Client, KeyFile, Pin, Ports};

fn pin() -> Pin {
    Pin::new("2580").unwrap()
}

/// A locked phone whose police report was read by its desk just now, and its desk.
fn delivered() -> (Phone, Arc<PlayedIntake>) {
    let phone = Phone::new();
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&pin())).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    leave_opened_receipts(&phone, &intake);
    sync(&client, &intake);
    client.unlock(Some(&pin())).unwrap();
    assert_eq!((copies(&phone), client.overview().unwrap().shred_due), (1, false));
    (phone, intake)
}

fn copies(phone: &Phone) -> i64 {
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words.query_row("SELECT count(*) FROM copy", [], |row| row.get(0)).unwrap()
}

#[test]
fn p4_a_copys_time_is_up_at_an_opening_a_locked_tidy_or_while_sending_though_nobody_unlocks() {
    type Way = fn(&Client, &Phone, &Arc<PlayedIntake>);
    let ways: [(&str, Way); 3] = [
        ("opening", |_, phone, _| drop(phone.open())),
        ("tidy", |client, _, _| client.tidy(None).unwrap()),
        ("sending", |client, _, intake| assert_eq!(sync(client, intake).refused, 0)),
    ];
    for (way, do_it) in ways {
        let (phone, intake) = delivered();
        let client = phone.open();
        phone.clock.advance(TimeDelta::days(29));
        do_it(&client, &phone, &intake);
        assert_eq!(copies(&phone), 1, "{way}: kept for 30 days");
        phone.clock.advance(TimeDelta::days(2));
        do_it(&client, &phone, &intake);
        assert_eq!(copies(&phone), 0, "{way}");
        assert!(client.overview().unwrap().shred_due, "{way}: its key goes with the next unlock");
        let notebook = client.unlock(Some(&pin())).unwrap();
        assert!(!client.overview().unwrap().shred_due, "{way}");
        assert_eq!(notebook.reports(10).unwrap().len(), 1, "{way}: its record stays");
    }
}

#[test]
fn p4_sealed_bytes_that_no_desk_opened_go_after_30_days_at_an_opening() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Anonymous)).unwrap();
    note.makers = super::pictures::PLAYED;
    note.attach(&mut &super::pictures::photo(0xa7, 400_000)[..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    while sync(&client, &intake).waiting > 0 {
        phone.clock.advance(TimeDelta::hours(1));
    }
    let held = |file: &str, sql: &str| -> i64 {
        Connection::open(phone.home().join(file)).unwrap().query_row(sql, [], |row| row.get(0)).unwrap()
    };
    let envelopes = || held("words.db", "SELECT count(envelope) FROM item");
    let photos = || held("media.db", "SELECT count(*) FROM media");
    assert_eq!((envelopes(), photos()), (1, 1));
    drop(client);
    phone.clock.advance(TimeDelta::days(32));
    phone.open();
    assert_eq!((envelopes(), photos()), (0, 0));
}

#[test]
fn at_an_opening_it_is_looked_for_once_a_day_and_again_where_the_clock_was_set_back() {
    let (phone, _intake) = delivered();
    // Looked at now, by a clock far ahead of when the report was read: nothing is due by the one that was right.
    let looked = || {
        let words = Connection::open(phone.home().join("words.db")).unwrap();
        let sql = "SELECT uid FROM setting WHERE name = 'tidied'";
        words.query_row(sql, [], |row| row.get::<_, Vec<u8>>(0)).unwrap()
    };
    phone.open();
    let first = looked();
    phone.clock.advance(TimeDelta::hours(23));
    phone.open();
    assert_eq!(looked(), first, "not twice a day");
    phone.clock.advance(TimeDelta::hours(2));
    phone.open();
    let second = looked();
    assert_ne!(second, first);
    phone.clock.advance(TimeDelta::days(-300));
    phone.open();
    assert_ne!(looked(), second);
    assert_eq!(copies(&phone), 1);
}

#[test]
fn an_opening_asks_the_key_store_only_where_something_may_end_and_goes_on_without_it() {
    let (phone, _intake) = delivered();
    phone.clock.advance(TimeDelta::days(31));
    let away = Ports { key_store: Arc::new(KeyFile::new(phone.folder.path().join("gone"))), ..phone.ports() };
    let client = Client::open(&phone.home(), away).unwrap();
    client.tidy(None).unwrap();
    assert_eq!(copies(&phone), 1, "nothing ends unseen");
    phone.open();
    assert_eq!(copies(&phone), 0);
}
