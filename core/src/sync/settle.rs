//! What an outcome changes: the only place where an item's state changes.

use chrono::DateTime;
use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    directory::{Desk, KeyRefused},
    key::Stored,
    receipt::{Object, ObjectKind, Receipt, ReceiptError, SignedReceipt},
    text::Moment,
};

use super::step::{Failure, Outcome};
use crate::outbox::{ItemState, Reason, Upload};

/// The longest wait between two tries, in milliseconds: an hour.
pub const LONGEST_WAIT_MS: i64 = 60 * 60 * 1000;
/// The shortest, after the first failure.
const FIRST_WAIT_MS: i64 = 2_000;

/// An item with an outcome to be settled.
#[derive(Debug)]
pub struct Settling<'a> {
    /// The bytes it stands for.
    pub object: Object,
    /// The desk it goes to, as the directory lists it now.
    pub desk: &'a Desk,
    /// How far its upload had come.
    pub upload: Upload,
    /// Failed tries since the last progress.
    pub attempts: u32,
}

/// The change of an item's state.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// Its state now.
    pub state: ItemState,
    /// How far its upload has come.
    pub upload: Upload,
    /// Failed tries since the last progress.
    pub attempts: u32,
    /// Not before this moment of the wall clock, in milliseconds since 1970.
    pub next_try_ms: i64,
    /// The verified receipt, where there is one.
    pub receipt: Option<SignedReceipt>,
    /// Why it still waits, or was refused.
    pub reason: Option<Reason>,
    /// The directory held does not explain the answer: a newer one should be fetched.
    pub fetch_directory: bool,
}

/// Decides what an outcome changes. `jitter` is an evenly spread random number.
///
/// Only a receipt that verifies for exactly these bytes is success. A refusal counts only where the desk states it in
/// its own form; a page of whatever else answers is no refusal, whatever its status.
pub fn settle(item: &Settling<'_>, outcome: &Outcome, now_ms: i64, jitter: u32) -> Change {
    match outcome {
        Outcome::Failed(Failure::Unreadable) => item.broken(Reason::Unreadable, item.upload, now_ms, jitter),
        Outcome::Failed(Failure::Unreachable) => {
            item.broken(Reason::NoConnection, item.upload, now_ms, jitter)
        }
        Outcome::Failed(Failure::Broken) => {
            item.broken(Reason::NoConnection, item.asked_again(), now_ms, jitter)
        }
        Outcome::Answer { status, offset, retry_after_s, body } => {
            if let Ok(receipt) = SignedReceipt::parse(body)
                && (200..300).contains(status)
            {
                return item.receipt(receipt, now_ms, jitter);
            }
            if let Some(refusal) = Refusal::parse(body) {
                return item.refusal(refusal.error, *offset, *retry_after_s, now_ms, jitter);
            }
            match (status, offset) {
                // Words go in one piece: nothing but a receipt is an answer to them.
                (200..300, Some(offset))
                    if item.object.kind == ObjectKind::Attachment && *offset <= item.object.size =>
                {
                    item.progress(*offset, now_ms, jitter)
                }
                // The desk's own front door: its servers are down, or busy, behind whatever says so.
                (429 | 500..600, _) => item.trouble(*retry_after_s, now_ms, jitter),
                _ => item.broken(Reason::NotTheDesk, item.asked_again(), now_ms, jitter),
            }
        }
    }
}

impl Settling<'_> {
    fn receipt(&self, receipt: SignedReceipt, now_ms: i64, jitter: u32) -> Change {
        let verified: Result<Receipt<Stored>, _> = receipt.verify(&self.object, self.desk);
        match verified {
            Ok(_) => Change {
                state: ItemState::Stored,
                upload: Upload::At(self.object.size),
                attempts: 0,
                next_try_ms: 0,
                receipt: Some(receipt),
                reason: None,
                fetch_directory: false,
            },
            Err(error) => {
                let fetch_directory = matches!(error, ReceiptError::Key(KeyRefused::Unlisted));
                let reason = Reason::ReceiptNotBelieved(error.to_string());
                Change { fetch_directory, ..self.broken(reason, self.asked_again(), now_ms, jitter) }
            }
        }
    }

    fn refusal(
        &self,
        code: RefusalCode,
        offset: Option<u64>,
        retry_after_s: Option<u64>,
        now_ms: i64,
        jitter: u32,
    ) -> Change {
        match code {
            RefusalCode::TooLarge | RefusalCode::DeadKey => Change {
                state: ItemState::Refused,
                upload: self.upload,
                attempts: self.attempts,
                next_try_ms: 0,
                receipt: None,
                reason: Some(Reason::Refused(code)),
                fetch_directory: code == RefusalCode::DeadKey,
            },
            // The desk says how far it is: go on from there.
            RefusalCode::WrongOffset if offset.is_some_and(|offset| offset <= self.object.size) => {
                self.progress(offset.unwrap_or(0), now_ms, jitter)
            }
            _ => self.trouble(retry_after_s, now_ms, jitter),
        }
    }

    /// The desk cannot take it now.
    fn trouble(&self, retry_after_s: Option<u64>, now_ms: i64, jitter: u32) -> Change {
        match retry_after_s {
            Some(seconds) => self.asked_to_wait(seconds, now_ms, jitter),
            None => self.broken(Reason::DeskTrouble, self.asked_again(), now_ms, jitter),
        }
    }

    /// The desk has so many bytes. Where that is more than before, the next step follows at once; where it is not,
    /// the link or the desk stands still, and it is tried again later.
    fn progress(&self, offset: u64, now_ms: i64, jitter: u32) -> Change {
        let further = match self.upload {
            Upload::At(before) => offset > before,
            Upload::Fresh => offset > 0,
            // Where nothing came of it since, it is still gone on with, and still counts as failing.
            Upload::Unknown(_) => true,
        };
        let grown = !matches!(self.upload, Upload::Unknown(last) if offset <= last);
        if !further {
            return self.broken(Reason::DeskTrouble, Upload::At(offset), now_ms, jitter);
        }
        Change {
            state: ItemState::Waits,
            upload: Upload::At(offset),
            attempts: if grown { 0 } else { self.attempts },
            next_try_ms: 0,
            receipt: None,
            reason: None,
            fetch_directory: false,
        }
    }

    /// Never shorter than after a break: a desk that says "at once" again and again is no reason to ask without an end.
    fn asked_to_wait(&self, seconds: u64, now_ms: i64, jitter: u32) -> Change {
        let wait_ms =
            i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000).clamp(0, LONGEST_WAIT_MS);
        let until = now_ms.saturating_add(wait_ms.max(self.backoff_ms(jitter)));
        let moment = DateTime::from_timestamp_millis(until).map_or_else(epoch, Moment::utc);
        Change {
            state: ItemState::Waits,
            upload: self.asked_again(),
            attempts: self.attempts.saturating_add(1),
            next_try_ms: until,
            receipt: None,
            reason: Some(Reason::DeskAsksToWait(moment)),
            fetch_directory: false,
        }
    }

    /// Exponential backoff with full jitter: a wait evenly spread up to twice the last bound.
    fn backoff_ms(&self, jitter: u32) -> i64 {
        let bound_ms = FIRST_WAIT_MS.saturating_mul(1 << self.attempts.min(20)).min(LONGEST_WAIT_MS);
        let wait_ms = i64::try_from((u64::try_from(bound_ms).unwrap_or(0) * u64::from(jitter)) >> 32)
            .unwrap_or(bound_ms);
        wait_ms + 1
    }

    fn broken(&self, reason: Reason, upload: Upload, now_ms: i64, jitter: u32) -> Change {
        Change {
            state: ItemState::Waits,
            upload,
            attempts: self.attempts.saturating_add(1),
            next_try_ms: now_ms.saturating_add(self.backoff_ms(jitter)),
            receipt: None,
            reason: Some(reason),
            fetch_directory: false,
        }
    }

    /// After a break nobody knows how much arrived. Nothing was begun for an envelope, which goes in one piece.
    fn asked_again(&self) -> Upload {
        match (self.object.kind, self.upload) {
            (ObjectKind::Report, upload) => upload,
            (_, Upload::Fresh) => Upload::Unknown(0),
            (_, Upload::Unknown(last) | Upload::At(last)) => Upload::Unknown(last),
        }
    }
}

fn epoch() -> Moment {
    Moment::utc(DateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use turnstone_wire::{
        directory::{DeskId, DeskLimits},
        hash::Sha256,
    };

    use super::*;

    fn desk() -> Desk {
        Desk {
            id: DeskId::parse("desk").unwrap(),
            names: BTreeMap::new(),
            areas: vec![],
            schemes: vec![],
            routes: vec![],
            urls: vec![],
            tls_roots: vec![],
            limits: DeskLimits::default(),
            keys: vec![],
            hours: BTreeMap::new(),
            privacy: None,
            phones: vec![],
            closed: false,
        }
    }

    fn settled(upload: Upload, attempts: u32, outcome: &Outcome) -> Change {
        let desk = desk();
        let object = Object { kind: ObjectKind::Attachment, sha256: Sha256::of(b""), size: 1000 };
        settle(&Settling { object, desk: &desk, upload, attempts }, outcome, 50_000, u32::MAX)
    }

    fn at(offset: u64) -> Outcome {
        Outcome::Answer { status: 200, offset: Some(offset), retry_after_s: None, body: Vec::new() }
    }

    #[test]
    fn a_link_that_breaks_again_and_again_but_gets_on_is_not_put_off_further() {
        let mut upload = Upload::Fresh;
        for step in 1..=5 {
            let broken = settled(upload, 0, &Outcome::Failed(Failure::Broken));
            assert_eq!(broken.attempts, 1);
            let asked = settled(broken.upload, broken.attempts, &at(step * 100));
            assert_eq!((asked.upload, asked.attempts), (Upload::At(step * 100), 0), "step {step}");
            upload = asked.upload;
        }
    }

    #[test]
    fn a_link_that_breaks_and_does_not_get_on_is_put_off_further_each_time() {
        let broken = settled(Upload::At(300), 4, &Outcome::Failed(Failure::Broken));
        assert_eq!((broken.upload, broken.attempts), (Upload::Unknown(300), 5));
        let asked = settled(broken.upload, broken.attempts, &at(300));
        assert_eq!((asked.upload, asked.attempts), (Upload::At(300), 5));
        let again = settled(asked.upload, asked.attempts, &at(300));
        assert_eq!(again.attempts, 6, "a desk that stands still is no loop");
        assert!(again.next_try_ms > 50_000);
    }

    #[test]
    fn a_desk_that_always_says_at_once_is_asked_ever_more_rarely() {
        let refusal = br#"{"error":"too_many","message":"later"}"#.to_vec();
        for body in [refusal, b"<html>busy</html>".to_vec()] {
            let asked = Outcome::Answer { status: 429, offset: None, retry_after_s: Some(0), body };
            let waits =
                [0, 1, 5].map(|attempts| settled(Upload::Fresh, attempts, &asked).next_try_ms - 50_000);
            assert_eq!(waits.map(|ms| ms / 1000), [2, 4, 64]);
        }
    }

    #[test]
    fn p2_an_offset_is_no_answer_to_words() {
        let desk = desk();
        let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(b""), size: 1000 };
        let words = Settling { object, desk: &desk, upload: Upload::Fresh, attempts: 0 };
        let change = settle(&words, &at(1000), 50_000, u32::MAX);
        assert_eq!((change.upload, change.reason), (Upload::Fresh, Some(Reason::NotTheDesk)));
        assert!(change.next_try_ms > 50_000);
    }

    #[test]
    fn no_wait_is_longer_than_the_longest() {
        for attempts in [0, 10, 40, u32::MAX] {
            let change = settled(Upload::Fresh, attempts, &Outcome::Failed(Failure::Unreachable));
            assert!(change.next_try_ms <= 50_000 + LONGEST_WAIT_MS, "{attempts}");
        }
        let refusal = br#"{"error":"too_many","message":"later"}"#.to_vec();
        let asked =
            Outcome::Answer { status: 429, offset: None, retry_after_s: Some(u64::MAX), body: refusal };
        assert_eq!(settled(Upload::Fresh, 0, &asked).next_try_ms, 50_000 + LONGEST_WAIT_MS);
    }
}
