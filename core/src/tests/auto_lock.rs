//! Auto-lock: an open notebook that nobody uses locks itself, by the monotonic clock alone; what is being written goes on (P6).

use std::sync::{
    Arc,
    atomic::{AtomicI64, AtomicU64, Ordering},
};

use chrono::{DateTime, TimeDelta, Utc};
use turnstone_wire::{body::Route, text::Moment};

use super::kit::{Phone, PlayedIntake, content, signed_at, sync};
use crate::{AutoLock, Client, Clock, Error, Notebook, Pin, Ports, WatchNote};

const MINUTE_MS: u64 = 60_000;

/// Two clocks that a test sets apart from each other.
#[derive(Debug, Default)]
struct TwoClocks {
    monotonic_ms: AtomicU64,
    wall_ahead_s: AtomicI64,
}

impl TwoClocks {
    fn pass(&self, ms: u64) {
        self.monotonic_ms.fetch_add(ms, Ordering::Relaxed);
    }
}

impl Clock for TwoClocks {
    fn wall(&self) -> DateTime<Utc> {
        signed_at() + TimeDelta::seconds(self.wall_ahead_s.load(Ordering::Relaxed))
    }

    fn monotonic_ms(&self) -> u64 {
        self.monotonic_ms.load(Ordering::Relaxed)
    }
}

fn open(phone: &Phone, clock: &Arc<TwoClocks>) -> Client {
    let ports = Ports { clock: Arc::clone(clock) as Arc<dyn Clock>, ..phone.ports() };
    Client::open(&phone.home(), ports).unwrap()
}

fn pin() -> Pin {
    Pin::new("2580").unwrap()
}

/// A phone with a PIN and a draft, unlocked.
fn unlocked() -> (Phone, Arc<TwoClocks>, Client, Notebook) {
    let (phone, clock) = (Phone::new(), Arc::new(TwoClocks::default()));
    clock.pass(7 * MINUTE_MS);
    let client = open(&phone, &clock);
    client.unlock(None).unwrap().change_pin(Some(&pin())).unwrap();
    client.note(content(Route::Police)).unwrap();
    let notebook = client.unlock(Some(&pin())).unwrap();
    (phone, clock, client, notebook)
}

#[test]
fn after_five_minutes_without_use_every_call_of_the_notebook_answers_locked() {
    let (_phone, clock, client, notebook) = unlocked();
    let sent = notebook.note(content(Route::Police)).unwrap().submit().unwrap().reference;
    assert_eq!(notebook.auto_lock().unwrap().minutes(), 5);
    for _ in 0..3 {
        clock.pass(5 * MINUTE_MS - 1);
        assert_eq!(notebook.drafts(10).unwrap().len(), 1, "each use begins the five minutes anew");
    }
    clock.pass(5 * MINUTE_MS);
    let row = crate::DraftRow(1);
    for (call, answer) in [
        ("drafts", notebook.drafts(10).map(drop)),
        ("draft", notebook.draft(row).map(drop)),
        ("discard", notebook.discard(row)),
        ("damaged", notebook.damaged().map(drop)),
        ("reports", notebook.reports(10).map(drop)),
        ("copy", notebook.copy(&sent).map(drop)),
        ("forget", notebook.forget(&sent)),
        ("readdress", notebook.readdress(&sent, None).map(drop)),
        ("messages", notebook.messages(None).map(drop)),
        ("watches", notebook.watches(10).map(drop)),
        ("proxy", notebook.proxy().map(drop)),
        ("set_proxy", notebook.set_proxy(None)),
        ("set_usual_route", notebook.set_usual_route(None)),
        ("change_pin", notebook.change_pin(None).map(drop)),
        ("auto_lock", notebook.auto_lock().map(drop)),
        ("set_auto_lock", notebook.set_auto_lock(AutoLock::default())),
    ] {
        assert_eq!(answer.unwrap_err(), Error::Locked, "{call}");
    }
    // It does not come back by itself, whatever the clock says; the PIN gives a new one.
    clock.monotonic_ms.store(7 * MINUTE_MS, Ordering::Relaxed);
    assert_eq!(notebook.drafts(10).unwrap_err(), Error::Locked);
    assert_eq!(client.unlock(Some(&pin())).unwrap().drafts(10).unwrap().len(), 1);
}

#[test]
fn the_wall_clock_plays_no_part_in_it() {
    let (_phone, clock, _client, notebook) = unlocked();
    for year in [365, -730, 365] {
        clock.wall_ahead_s.fetch_add(year * 86_400, Ordering::Relaxed);
        assert_eq!(notebook.drafts(10).unwrap().len(), 1);
    }
    clock.wall_ahead_s.fetch_sub(86_400, Ordering::Relaxed);
    clock.pass(5 * MINUTE_MS);
    assert_eq!(notebook.drafts(10).unwrap_err(), Error::Locked);
}

#[test]
fn a_monotonic_clock_that_ran_backwards_says_nothing_and_locks() {
    let (_phone, clock, _client, notebook) = unlocked();
    clock.monotonic_ms.store(MINUTE_MS, Ordering::Relaxed);
    assert_eq!(notebook.drafts(10).unwrap_err(), Error::Locked);
}

#[test]
fn the_keys_are_wiped_by_a_thread_when_the_time_comes_though_nobody_calls() {
    let (_phone, clock, _client, notebook) = unlocked();
    clock.pass(5 * MINUTE_MS);
    assert!(notebook.cell().thread_has_wiped());
    // And it is gone as soon as a notebook is locked or dropped, however long its sleep would still be.
    let (_phone, _clock, _client, notebook) = unlocked();
    notebook.lock();
    assert!(notebook.cell().thread_has_wiped());
}

#[test]
fn minutes_are_set_for_the_home_and_heeded_by_every_notebook_on_it() {
    let (phone, clock, client, notebook) = unlocked();
    let other = open(&phone, &clock).unlock(Some(&pin())).unwrap();
    assert_eq!([0, 61, 255].map(AutoLock::of_minutes), [None; 3]);
    for minutes in [60, 1] {
        notebook.set_auto_lock(AutoLock::of_minutes(minutes).unwrap()).unwrap();
        assert_eq!(other.auto_lock().unwrap().minutes(), minutes);
        clock.pass(u64::from(minutes) * MINUTE_MS - 1);
        assert!(!notebook.lock_if_idle() && !other.lock_if_idle(), "{minutes}");
        notebook.drafts(1).unwrap();
        other.drafts(1).unwrap();
    }
    clock.pass(MINUTE_MS);
    assert!(notebook.lock_if_idle() && other.lock_if_idle());
    assert_eq!(notebook.drafts(1).unwrap_err(), Error::Locked);
    let again = open(&phone, &clock).unlock(Some(&pin())).unwrap();
    assert_eq!(again.auto_lock().unwrap().minutes(), 1, "durable");
    // One that is shorter than what has passed already is heeded at once.
    again.set_auto_lock(AutoLock::of_minutes(60).unwrap()).unwrap();
    let here = client.unlock(Some(&pin())).unwrap();
    clock.pass(10 * MINUTE_MS);
    again.set_auto_lock(AutoLock::of_minutes(5).unwrap()).unwrap();
    assert_eq!(here.drafts(1).unwrap_err(), Error::Locked);
    assert!(!again.lock_if_idle(), "setting it was use");
}

#[test]
fn a_setting_that_is_damaged_counts_as_five_minutes() {
    let (phone, _clock, _client, notebook) = unlocked();
    notebook.set_auto_lock(AutoLock::of_minutes(60).unwrap()).unwrap();
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let changed = words.execute("UPDATE setting SET sealed = x'00' WHERE name = 'auto_lock'", []).unwrap();
    assert_eq!((changed, notebook.auto_lock().unwrap()), (1, AutoLock::default()));
}

#[test]
fn asking_whether_it_is_idle_and_tidying_up_are_no_use() {
    let (_phone, clock, client, notebook) = unlocked();
    for _ in 0..5 {
        assert!(!notebook.lock_if_idle());
        client.tidy(Some(&notebook)).unwrap();
        clock.pass(MINUTE_MS);
    }
    assert!(notebook.lock_if_idle());
    // Tidying goes on as on a locked phone.
    client.tidy(Some(&notebook)).unwrap();
}

#[test]
fn the_saves_of_a_draft_that_it_opened_are_use() {
    let (_phone, clock, _client, notebook) = unlocked();
    let mut note = notebook.draft(crate::DraftRow(1)).unwrap();
    for _ in 0..3 {
        clock.pass(5 * MINUTE_MS - 1);
        note.change(content(Route::Police)).unwrap();
    }
    clock.pass(5 * MINUTE_MS - 1);
    assert!(!notebook.lock_if_idle());
    // One that comes too late opens nothing again, and is kept.
    clock.pass(1);
    note.change(content(Route::Confidential)).unwrap();
    assert!(notebook.lock_if_idle());
}

#[test]
fn p6_a_note_in_hand_is_finished_and_sent_after_the_notebook_locked_itself() {
    let (phone, clock, client, notebook) = unlocked();
    let mut reopened = notebook.draft(crate::DraftRow(1)).unwrap();
    let mut begun = notebook.note(content(Route::Police)).unwrap();
    clock.pass(6 * MINUTE_MS);
    assert!(notebook.lock_if_idle());
    reopened.change(content(Route::Police)).unwrap();
    reopened.attach(&mut &[0xa7_u8; 400_000][..], &mut |_| {}).unwrap();
    begun.change(content(Route::Confidential)).unwrap();
    assert!(reopened.preview().is_ok() && reopened.check().unwrap().stops.is_none());
    reopened.submit().unwrap();
    begun.submit().unwrap();
    assert!(notebook.note(content(Route::Police)).unwrap().submit().is_ok(), "and another one begun (P9)");
    client.start_watch(&WatchNote::default(), Moment::utc(signed_at())).unwrap();
    client.tidy(Some(&notebook)).unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).waiting, 0);
    assert_eq!(intake.objects.lock().unwrap().len(), 4, "three reports and a photo, once each");
    // What was submitted is shredded at the next unlock.
    assert!(client.overview().unwrap().shred_due);
    client.unlock(Some(&pin())).unwrap();
    assert!(!client.overview().unwrap().shred_due);
}
