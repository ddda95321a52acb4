//! Wrong PINs, and the waits they cost. Both are durable before each attempt, so that switching the phone off, or many
//! programs at once, give no more tries than one.
//!
//! Four wrong PINs in a row cost nothing: fingers slip. The fifth costs 30 s, each further one twice the wait before it, up to
//! an hour. What phones do, for comparison: Android waits 30 s after the fifth and doubles later, up to a day (AOSP,
//! `GateKeeper::ComputeRetryTimeout`); Apple waits from the fifth on, from 1 minute to an hour (Apple Platform Security,
//! "Passcodes and passwords"). Nothing is ever wiped for wrong PINs: a child with the phone would end what somebody saw.
//!
//! Time is counted from the device's start, sleep included ([`Clock::monotonic_ms`](crate::Clock)); the wall clock, which
//! whoever holds the phone can set, plays no part. If it is later than when the wait was noted, then what lies between has
//! really passed, restarted or not, for since a restart no more passed than it says. If it is earlier, the device was restarted,
//! and nobody knows when: the wait is noted anew, in full.

use rusqlite::{Connection, OptionalExtension, Transaction};

use super::owner::VaultId;
use crate::{
    clock::Clock,
    error::{Fault, readable},
    store::Words,
};

/// Wrong PINs in a row that cost nothing.
const FREE: u32 = 4;
/// What the first wrong one after those costs.
const SHORTEST_WAIT_MS: i64 = 30_000;
/// What no wrong one costs more than.
const LONGEST_WAIT_MS: i64 = 60 * 60 * 1000;

/// How often a PIN was wrong, and how long none is tried.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Tries {
    wrong: u32,
    noted_ms: i64,
    wait_ms: i64,
}

/// What came of asking for an attempt.
#[derive(Debug)]
pub(super) enum Begun {
    /// It may be made, and is counted.
    Counted(Counted),
    /// No PIN is tried for so many milliseconds.
    Waits(u64),
}

/// An attempt that is counted already.
#[derive(Debug)]
pub(super) struct Counted {
    before: Option<Tries>,
    counted: Tries,
}

impl Counted {
    /// The how manieth it is since the last right one.
    pub(super) fn attempts(&self) -> u32 {
        self.counted.wrong
    }
}

/// Counts an attempt that is about to be made, and what it costs should it be wrong; or says how long none is made.
pub(super) fn begin(tx: &Transaction<'_>, vault: VaultId, now_ms: u64) -> Result<Begun, Fault> {
    let now_ms = signed(now_ms);
    let before = settled(tx, vault, now_ms)?;
    let left = before.map_or(0, |tries| tries.left_ms(now_ms));
    if left > 0 {
        return Ok(Begun::Waits(left));
    }
    let wrong = before.map_or(0, |tries| tries.wrong).saturating_add(1);
    let counted = Tries { wrong, noted_ms: now_ms, wait_ms: cost_ms(wrong) };
    counted.write(tx, vault)?;
    Ok(Begun::Counted(Counted { before, counted }))
}

/// Takes an attempt back that the key store could not judge. Others that were counted meanwhile stay counted.
pub(super) fn give_back(tx: &Transaction<'_>, vault: VaultId, given: &Counted) -> Result<(), Fault> {
    match read(tx, vault)? {
        Some(now) if now == given.counted => match given.before {
            Some(before) => before.write(tx, vault),
            None => forget(tx, vault),
        },
        Some(now) => {
            let wrong = now.wrong.saturating_sub(1);
            Tries { wrong, wait_ms: cost_ms(wrong), ..now }.write(tx, vault)
        }
        // A right one was given meanwhile.
        None => Ok(()),
    }
}

/// The right PIN was given, or there is a new one.
pub(super) fn forget(tx: &Transaction<'_>, vault: VaultId) -> Result<(), Fault> {
    tx.execute("DELETE FROM pin_try WHERE vault = ?1", [vault])?;
    Ok(())
}

/// How many milliseconds no PIN is tried for, as far as is noted.
pub(super) fn left_ms(conn: &Connection, vault: VaultId, now_ms: u64) -> Result<u64, Fault> {
    Ok(read(conn, vault)?.map_or(0, |tries| tries.left_ms(signed(now_ms))))
}

/// How many milliseconds no PIN is tried for; `None` where one is tried at once. After a restart the wait begins here, and
/// one that is over is noted as over, so that no later restart brings it back.
pub(crate) fn pin_wait(words: &Words, clock: &dyn Clock, vault: VaultId) -> Result<Option<u64>, Fault> {
    let now_ms = signed(clock.monotonic_ms());
    let Some(tries) = words.read(|conn| read(conn, vault))?.filter(|tries| tries.wait_ms > 0) else {
        return Ok(None);
    };
    if tries.settled(now_ms) != tries {
        // Where nothing can be written it is for the next who asks.
        words.write(|tx| settled(tx, vault, now_ms).map(drop)).unwrap_or_default();
    }
    let left = tries.left_ms(now_ms);
    Ok((left > 0).then_some(left))
}

/// The tries as they stand now, written where that is otherwise than they were noted.
fn settled(tx: &Transaction<'_>, vault: VaultId, now_ms: i64) -> Result<Option<Tries>, Fault> {
    let Some(noted) = read(tx, vault)? else { return Ok(None) };
    let settled = noted.settled(now_ms);
    if settled != noted {
        settled.write(tx, vault)?;
    }
    Ok(Some(settled))
}

fn read(conn: &Connection, vault: VaultId) -> Result<Option<Tries>, Fault> {
    let row = conn
        .query_row("SELECT wrong, noted_ms, wait_ms FROM pin_try WHERE vault = ?1", [vault], |row| {
            Ok(Tries { wrong: row.get(0)?, noted_ms: row.get(1)?, wait_ms: row.get(2)? })
        })
        .optional();
    let known = |tries: &Tries| tries.noted_ms >= 0 && (0..=LONGEST_WAIT_MS).contains(&tries.wait_ms);
    Ok(match readable(row.map_err(Fault::from))? {
        Some(None) => None,
        Some(Some(tries)) if known(&tries) => Some(tries),
        // A damaged row costs an hour from now, and never what is written here.
        _ => Some(Tries { wrong: MANY, noted_ms: i64::MAX, wait_ms: LONGEST_WAIT_MS }),
    })
}

/// As many wrong ones as cost the longest wait.
const MANY: u32 = 12;

/// What so many wrong PINs in a row cost.
fn cost_ms(wrong: u32) -> i64 {
    match wrong.checked_sub(FREE + 1) {
        None => 0,
        Some(doublings) => {
            2_i64.saturating_pow(doublings).saturating_mul(SHORTEST_WAIT_MS).min(LONGEST_WAIT_MS)
        }
    }
}

impl Tries {
    /// After a restart the wait begins anew, in full; one that is over costs nothing any more.
    fn settled(self, now_ms: i64) -> Self {
        match self {
            _ if self.left_ms(now_ms) == 0 => Self { wait_ms: 0, ..self },
            _ if now_ms < self.noted_ms => Self { noted_ms: now_ms, ..self },
            _ => self,
        }
    }

    fn left_ms(&self, now_ms: i64) -> u64 {
        // Earlier than it was noted: restarted since, so nothing of it is known to have passed.
        let waited = now_ms.saturating_sub(self.noted_ms).max(0);
        u64::try_from(self.wait_ms.saturating_sub(waited)).unwrap_or(0)
    }

    fn write(&self, tx: &Transaction<'_>, vault: VaultId) -> Result<(), Fault> {
        tx.execute(
            "INSERT OR REPLACE INTO pin_try (vault, wrong, noted_ms, wait_ms) VALUES (?1, ?2, ?3, ?4)",
            (vault, self.wrong, self.noted_ms, self.wait_ms),
        )?;
        Ok(())
    }
}

/// As SQLite counts. No device runs for longer.
fn signed(now_ms: u64) -> i64 {
    i64::try_from(now_ms).unwrap_or(i64::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Attempts at once, judged wrong or given back in any order: what stands is what was judged, and what that costs.
    #[test]
    fn in_whatever_order_attempts_end_only_those_given_back_are_given_back() {
        let orders = [[0, 1, 2], [0, 2, 1], [1, 0, 2], [1, 2, 0], [2, 0, 1], [2, 1, 0]];
        for given_back in 0..8_u32 {
            for order in orders {
                let mut conn = Connection::open_in_memory().unwrap();
                conn.execute_batch(
                    "CREATE TABLE pin_try (vault INTEGER PRIMARY KEY, wrong, noted_ms, wait_ms)",
                )
                .unwrap();
                let tx = conn.transaction().unwrap();
                let begun = |now_ms| match begin(&tx, VaultId::DEVICE, now_ms).unwrap() {
                    Begun::Counted(counted) => counted,
                    Begun::Waits(wait_ms) => panic!("it waits {wait_ms} ms"),
                };
                // Two were wrong before, then three at once.
                begun(0);
                begun(1);
                let at_once = [begun(2), begun(2), begun(3)];
                for n in order {
                    if given_back & (1 << n) != 0 {
                        give_back(&tx, VaultId::DEVICE, &at_once[n]).unwrap();
                    }
                }
                let stands = read(&tx, VaultId::DEVICE).unwrap().unwrap();
                let wrong = 5 - given_back.count_ones();
                assert_eq!((stands.wrong, stands.wait_ms), (wrong, cost_ms(wrong)), "{given_back} {order:?}");
            }
        }
    }

    #[test]
    fn four_cost_nothing_then_30_s_doubling_up_to_an_hour() {
        let costs: Vec<_> = (0..=14).map(|wrong| cost_ms(wrong) / 1000).collect();
        assert_eq!(costs, [0, 0, 0, 0, 0, 30, 60, 120, 240, 480, 960, 1920, 3600, 3600, 3600]);
        assert_eq!(cost_ms(u32::MAX), LONGEST_WAIT_MS);
        assert_eq!((cost_ms(MANY - 1) < LONGEST_WAIT_MS, cost_ms(MANY)), (true, LONGEST_WAIT_MS));
    }
}
