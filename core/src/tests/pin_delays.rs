//! Waits after wrong PINs: they survive restarts, clocks, kills, and many programs at once, and are in nobody's way (P6, P9).

use std::{
    fs,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{
        Arc, Barrier, Mutex,
        atomic::{AtomicU32, AtomicU64, Ordering},
    },
};

use chrono::{DateTime, TimeDelta, Utc};
use rusqlite::Connection;
use turnstone_wire::{body::Route, receipt::ObjectKind};
use zeroize::Zeroizing;

use super::kit::{Phone, PlayedIntake, WHAT, content, signed_at, sync};
use crate::{
    Client, Clock, Error, KeyFile, KeyStore, KeyStoreError, Pin, Ports, SystemRandom, Unusable,
    vault::{VaultId, pin_wait, unlock},
};

const HOUR_MS: u64 = 60 * 60 * 1000;

/// The wall clock and the time since the device's start, each set on its own.
#[derive(Debug)]
struct TwoClocks {
    wall: Mutex<DateTime<Utc>>,
    since_start_ms: AtomicU64,
}

impl Clock for TwoClocks {
    fn wall(&self) -> DateTime<Utc> {
        *self.wall.lock().unwrap()
    }

    fn monotonic_ms(&self) -> u64 {
        self.since_start_ms.load(Ordering::SeqCst)
    }
}

/// The phone's key file, which counts how often a vault's slot is asked for, and can be killed or troubled then.
#[derive(Debug)]
struct Asked {
    inner: KeyFile,
    asked: AtomicU32,
    answers: Mutex<Answer>,
}

#[derive(Debug, Clone, Copy)]
enum Answer {
    Truly,
    With(KeyStoreError),
    Killed,
}

impl KeyStore for Asked {
    fn seal(&self, slot: &str, secret: &[u8], factor: &[u8]) -> Result<(), KeyStoreError> {
        self.inner.seal(slot, secret, factor)
    }

    fn open(&self, slot: &str, factor: &[u8]) -> Result<Zeroizing<Vec<u8>>, KeyStoreError> {
        if factor.is_empty() {
            return self.inner.open(slot, factor);
        }
        self.asked.fetch_add(1, Ordering::SeqCst);
        let answer = *self.answers.lock().unwrap();
        match answer {
            Answer::Truly => self.inner.open(slot, factor),
            Answer::With(error) => Err(error),
            Answer::Killed => panic!("killed between the count and the try"),
        }
    }

    fn delete(&self, slot: &str) -> Result<(), KeyStoreError> {
        self.inner.delete(slot)
    }
}

/// A phone with the PIN 2580 and a draft, 100 s after its start.
struct Guarded {
    phone: Phone,
    clocks: Arc<TwoClocks>,
    keys: Arc<Asked>,
}

impl Guarded {
    fn new() -> Self {
        let phone = Phone::new();
        let client = phone.open();
        client.unlock(None).unwrap().change_pin(Some(&right())).unwrap();
        client.note(content(Route::Police)).unwrap();
        let clocks = TwoClocks { wall: Mutex::new(signed_at()), since_start_ms: AtomicU64::new(100_000) };
        let inner = KeyFile::new(phone.key_file());
        let keys = Asked { inner, asked: AtomicU32::new(0), answers: Mutex::new(Answer::Truly) };
        Self { phone, clocks: Arc::new(clocks), keys: Arc::new(keys) }
    }

    /// After so many wrong PINs, with the wait before each of them waited for.
    fn after(wrong: u32) -> Self {
        let guarded = Self::new();
        let client = guarded.open();
        for n in 1..=wrong {
            let answered = client.unlock(Some(&another())).unwrap_err();
            let Error::WrongPin { attempts, wait_ms } = answered else { panic!("{answered}") };
            assert_eq!(attempts, n);
            if n < wrong {
                guarded.pass(wait_ms);
            }
        }
        guarded
    }

    fn ports(&self) -> Ports {
        Ports {
            key_store: Arc::clone(&self.keys) as Arc<dyn KeyStore>,
            clock: Arc::clone(&self.clocks) as Arc<dyn Clock>,
            random: Arc::new(SystemRandom::default()),
        }
    }

    /// Opens the home as a newly started program would.
    fn open(&self) -> Client {
        Client::open(&self.phone.home(), self.ports()).unwrap()
    }

    fn pass(&self, ms: u64) {
        self.clocks.since_start_ms.fetch_add(ms, Ordering::SeqCst);
    }

    fn restart(&self, since_start_ms: u64) {
        self.clocks.since_start_ms.store(since_start_ms, Ordering::SeqCst);
    }

    fn asked(&self) -> u32 {
        self.keys.asked.load(Ordering::SeqCst)
    }

    fn key_store(&self, answer: Answer) {
        *self.keys.answers.lock().unwrap() = answer;
    }

    fn sql(&self, sql: &str) {
        let conn = Connection::open(self.phone.home().join("words.db")).unwrap();
        conn.execute_batch(sql).unwrap();
    }

    /// The right PIN opens, and the draft is there.
    fn opens(&self) {
        let drafts = self.open().unlock(Some(&right())).unwrap().drafts(10).unwrap();
        assert_eq!(drafts[0].content.sightings[0].what.as_str(), WHAT);
    }

    /// No PIN is tried, the right one neither, and so long.
    fn waits(&self, wait_ms: u64) {
        let asked = self.asked();
        for pin in [right(), another()] {
            assert_eq!(self.open().unlock(Some(&pin)).unwrap_err(), Error::PinDelayed { wait_ms });
        }
        assert_eq!(self.asked(), asked, "the key store was not asked");
        assert_eq!(self.open().pin_wait().unwrap(), Some(wait_ms));
    }
}

fn right() -> Pin {
    Pin::new("2580").unwrap()
}

fn another() -> Pin {
    Pin::new("0000").unwrap()
}

#[test]
fn four_wrong_pins_cost_nothing_then_30_s_doubling_up_to_an_hour_and_nothing_is_ever_wiped() {
    let guarded = Guarded::new();
    let costs = [0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600].map(|s| s * 1000);
    for (attempts, cost_ms) in (1..).zip(costs) {
        let wrong = guarded.open().unlock(Some(&another())).unwrap_err();
        assert_eq!(wrong, Error::WrongPin { attempts, wait_ms: cost_ms });
        if cost_ms > 0 {
            guarded.waits(cost_ms);
            guarded.pass(cost_ms - 1);
            guarded.waits(1);
            guarded.pass(1);
        }
        assert_eq!(guarded.open().pin_wait().unwrap(), None);
    }
    guarded.opens();
    // The right one ends it: the next wrong one is the first again.
    let wrong = guarded.open().unlock(Some(&another())).unwrap_err();
    assert_eq!(wrong, Error::WrongPin { attempts: 1, wait_ms: 0 });
}

#[test]
fn a_wall_clock_set_back_and_forth_a_year_makes_no_wait_shorter_or_longer() {
    let guarded = Guarded::after(6);
    guarded.waits(60_000);
    for years in [1, -1, -1, 1, 60, -60] {
        *guarded.clocks.wall.lock().unwrap() += TimeDelta::days(365 * years);
        guarded.waits(60_000);
    }
    guarded.pass(60_000);
    guarded.opens();
}

#[test]
fn a_restart_begins_the_wait_anew_and_so_does_a_second_one() {
    let guarded = Guarded::after(6);
    guarded.pass(59_000);
    guarded.waits(1000);
    guarded.restart(20_000);
    guarded.waits(60_000);
    guarded.pass(50_000);
    guarded.waits(10_000);
    guarded.restart(0);
    guarded.waits(60_000);
    guarded.pass(60_000);
    guarded.opens();
}

#[test]
fn a_restart_is_noted_by_the_attempt_itself_so_that_the_wait_counts_down_from_it() {
    let guarded = Guarded::after(5);
    guarded.restart(10_000);
    assert_eq!(guarded.open().unlock(Some(&right())).unwrap_err(), Error::PinDelayed { wait_ms: 30_000 });
    guarded.pass(30_000);
    // Not yet as late as the wait was noted before the restart: only what was noted anew can tell.
    assert!(guarded.clocks.monotonic_ms() < 100_000);
    guarded.opens();
}

#[test]
fn after_a_restart_and_a_long_time_since_no_more_is_counted_than_has_passed_since() {
    let guarded = Guarded::after(12);
    guarded.waits(HOUR_MS);
    let noted_ms = guarded.clocks.monotonic_ms();
    // Nobody has looked since the restart, and it is later by now than it was then.
    guarded.restart(noted_ms + 1000);
    guarded.waits(HOUR_MS - 1000);
    guarded.restart(noted_ms + HOUR_MS);
    guarded.opens();
}

#[test]
fn a_wait_that_was_seen_to_be_over_is_over_after_a_restart_too() {
    let guarded = Guarded::after(7);
    guarded.pass(120_000);
    assert_eq!(guarded.open().pin_wait().unwrap(), None);
    guarded.restart(5000);
    assert_eq!(guarded.open().pin_wait().unwrap(), None);
    let wrong = guarded.open().unlock(Some(&another())).unwrap_err();
    assert_eq!(wrong, Error::WrongPin { attempts: 8, wait_ms: 240_000 });
}

#[test]
fn killed_between_the_count_and_the_try_the_attempt_and_its_wait_stand() {
    let guarded = Guarded::after(4);
    guarded.key_store(Answer::Killed);
    let client = guarded.open();
    assert!(catch_unwind(AssertUnwindSafe(|| client.unlock(Some(&right())))).is_err());
    drop(client);
    guarded.key_store(Answer::Truly);
    guarded.waits(30_000);
    guarded.pass(30_000);
    let wrong = guarded.open().unlock(Some(&another())).unwrap_err();
    assert_eq!(wrong, Error::WrongPin { attempts: 6, wait_ms: 60_000 });
}

#[test]
fn eight_threads_of_two_programs_get_no_more_tries_than_one() {
    let guarded = Guarded::new();
    let clients = [guarded.open(), guarded.open()];
    for (most, wrong) in [(5, 5), (1, 6)] {
        let (start, before) = (Barrier::new(8), guarded.asked());
        let answers: Vec<_> = std::thread::scope(|scope| {
            let at_once = |n: usize| {
                let (client, start) = (&clients[n % 2], &start);
                scope.spawn(move || {
                    start.wait();
                    client.unlock(Some(&another())).unwrap_err()
                })
            };
            let threads: Vec<_> = (0..8).map(at_once).collect();
            threads.into_iter().map(|thread| thread.join().unwrap()).collect()
        });
        assert_eq!(guarded.asked() - before, most);
        let tried = answers.iter().filter_map(|answer| match answer {
            Error::WrongPin { attempts, .. } => Some(*attempts),
            Error::PinDelayed { .. } => None,
            other => panic!("{other}"),
        });
        assert_eq!(tried.max(), Some(wrong));
        guarded.pass(HOUR_MS);
    }
    guarded.opens();
}

#[test]
fn what_the_key_store_could_not_judge_costs_nothing() {
    for error in [KeyStoreError::Unavailable, KeyStoreError::Damaged, KeyStoreError::NoSuchSlot] {
        let guarded = Guarded::after(5);
        guarded.pass(30_000);
        guarded.key_store(Answer::With(error));
        for pin in [right(), another(), another()] {
            let answered = guarded.open().unlock(Some(&pin)).unwrap_err();
            assert_eq!(answered, Error::Unusable(Unusable::KeyStore(error)));
        }
        guarded.key_store(Answer::Truly);
        let wrong = guarded.open().unlock(Some(&another())).unwrap_err();
        assert_eq!(wrong, Error::WrongPin { attempts: 6, wait_ms: 60_000 });
    }
    // Neither where nothing was wrong before.
    let guarded = Guarded::new();
    guarded.key_store(Answer::With(KeyStoreError::Unavailable));
    (0..9).for_each(|_| assert!(guarded.open().unlock(Some(&another())).is_err()));
    assert_eq!(guarded.open().pin_wait().unwrap(), None);
    guarded.key_store(Answer::Truly);
    guarded.opens();
}

#[test]
fn a_damaged_row_costs_an_hour_and_never_the_notebook() {
    for damage in [
        "wrong = -1",
        "wrong = 1 << 40",
        "wait_ms = -1",
        "wait_ms = 3600001",
        "wait_ms = 9223372036854775807",
        "noted_ms = -9223372036854775808",
    ] {
        let guarded = Guarded::after(1);
        guarded.sql(&format!("UPDATE pin_try SET {damage}"));
        guarded.waits(HOUR_MS);
        guarded.pass(HOUR_MS - 1);
        guarded.waits(1);
        guarded.pass(1);
        guarded.opens();
        assert_eq!(guarded.open().pin_wait().unwrap(), None, "{damage}");
    }
    // A moment that is yet to come is one before a restart.
    let guarded = Guarded::after(5);
    guarded.sql("UPDATE pin_try SET noted_ms = 9223372036854775807");
    guarded.waits(30_000);
    guarded.pass(30_000);
    guarded.opens();
}

#[test]
fn a_mended_home_keeps_count_and_wait() {
    let guarded = Guarded::after(6);
    guarded.sql("PRAGMA wal_checkpoint(TRUNCATE)");
    let file = guarded.phone.home().join("words.db");
    let mut bytes = fs::read(&file).unwrap();
    bytes[..100].fill(0);
    fs::write(&file, bytes).unwrap();
    assert_eq!(guarded.open().mended().len(), 1);
    guarded.waits(60_000);
    guarded.pass(60_000);
    let wrong = guarded.open().unlock(Some(&another())).unwrap_err();
    assert_eq!(wrong, Error::WrongPin { attempts: 7, wait_ms: 120_000 });
}

#[test]
fn a_new_pin_begins_with_no_wrong_ones() {
    let guarded = Guarded::new();
    let notebook = guarded.open().unlock(Some(&right())).unwrap();
    (0..5).for_each(|_| assert!(guarded.open().unlock(Some(&another())).is_err()));
    guarded.waits(30_000);
    notebook.change_pin(Some(&Pin::new("a longer one").unwrap())).unwrap();
    let wrong = guarded.open().unlock(Some(&right())).unwrap_err();
    assert_eq!(wrong, Error::WrongPin { attempts: 1, wait_ms: 0 });
}

#[test]
fn people_s_pins_are_counted_apart() {
    let guarded = Guarded::after(5);
    // A second vault of the same key stands for a person's.
    for table in ["vault", "vault_spare"] {
        guarded.sql(&format!(
            "INSERT INTO {table} SELECT 2, owner, epoch, kdf, door_public, door, ring FROM {table} WHERE id = 1"
        ));
    }
    let core = guarded.open().core();
    let of = |vault: i64| -> VaultId {
        core.words.read(|conn| Ok(conn.query_row("SELECT ?1", [vault], |row| row.get(0))?)).unwrap()
    };
    let try_pin = |vault: i64, pin: Pin| {
        let opened = unlock(&core.words, core.key_store(), core.clock(), (of(vault), core.home), Some(&pin));
        opened.map(drop).map_err(Error::from)
    };
    let wait_of = |vault: i64| pin_wait(&core.words, core.clock(), of(vault)).unwrap();
    assert_eq!((wait_of(1), wait_of(2)), (Some(30_000), None));
    assert_eq!(try_pin(1, right()), Err(Error::PinDelayed { wait_ms: 30_000 }));
    for attempts in 1..=5 {
        let wait_ms = if attempts == 5 { 30_000 } else { 0 };
        assert_eq!(try_pin(2, another()), Err(Error::WrongPin { attempts, wait_ms }));
        guarded.pass(10_000);
    }
    assert_eq!((wait_of(1), wait_of(2)), (None, Some(20_000)));
    // Neither does the right one of one of them end the other's wait.
    assert_eq!(try_pin(1, right()), Ok(()));
    assert_eq!((wait_of(1), wait_of(2)), (None, Some(20_000)));
}

#[test]
fn p6_during_a_wait_a_locked_phone_writes_and_sends() {
    let guarded = Guarded::after(8);
    let client = guarded.open();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&guarded.phone.desk);
    assert_eq!(sync(&client, &intake).stored, 1);
    assert_eq!(intake.of_kind(ObjectKind::Report).len(), 1);
    guarded.waits(240_000);
}

#[test]
fn without_a_pin_nothing_is_counted_and_nothing_waits() {
    let phone = Phone::new();
    for _ in 0..6 {
        assert!(matches!(phone.open().unlock(Some(&another())), Err(Error::Invalid(_))));
    }
    assert_eq!(phone.open().pin_wait().unwrap(), None);
    phone.open().unlock(None).unwrap();
}
