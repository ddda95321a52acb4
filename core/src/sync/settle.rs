//! What an outcome changes: the only place where an item's state changes.

use chrono::DateTime;
use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    directory::{Desk, KeyRefused},
    key::Stored,
    receipt::{Object, ObjectKind, Receipt, ReceiptError, SignedReceipt},
    text::Moment,
};

use super::{
    arm::Arm,
    step::{Failure, Outcome},
};
use crate::{
    outbox::{Item, ItemState, Reason, Upload, Vouched},
    seam::{Planted, is_planted},
};

/// The longest wait between two tries, in milliseconds: an hour.
pub const LONGEST_WAIT_MS: i64 = 60 * 60 * 1000;
/// How long after `stored`, and after each look, the desk is asked whether it still has it, in milliseconds: a day.
pub const CHECK_AFTER_MS: i64 = 24 * LONGEST_WAIT_MS;
/// The longest wait for such a question. Anonymous reports' questions are spread over a second day.
pub const LONGEST_CHECK_MS: i64 = 2 * CHECK_AFTER_MS;
/// In the place of a moment: the desk is not asked again.
pub const NEVER_MS: i64 = i64::MAX;

/// The bound of the wait after the first failure, in milliseconds.
const FIRST_WAIT_MS: i64 = 2_000;
/// A wait is at least this part of its bound, so that no run of small numbers makes anything spin.
const LEAST_PART: i64 = 16;
/// As many failures an upload's second beginning counts for: its wait is bound by a little over four minutes.
const BEGUN_TWICE: u32 = 7;
/// When a question after what is stored is asked again where nothing was learnt, in milliseconds: six hours.
const CHECK_AGAIN_MS: i64 = 6 * LONGEST_WAIT_MS;

/// An item with an outcome to be settled.
#[derive(Debug)]
pub struct Settling<'a> {
    /// The bytes it stands for.
    pub object: Object,
    /// The desk it goes to, as the directory lists it now.
    pub desk: &'a Desk,
    /// Its state before: where it was stored, the outcome is that of the daily question.
    pub state: ItemState,
    /// How far its upload had come.
    pub upload: Upload,
    /// Failed tries since the last progress.
    pub attempts: u32,
    /// How often the desk lost bytes of it that it had.
    pub lost: u32,
    /// It is of an anonymous report: its desk is asked after it once, at a moment of its own, and not day by day.
    pub anonymous: bool,
}

impl<'a> Settling<'a> {
    /// An item as it stands.
    pub(crate) fn of(item: &Item, desk: &'a Desk, named: bool) -> Self {
        Self {
            object: Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size },
            desk,
            state: item.state,
            upload: item.upload,
            attempts: item.attempts,
            lost: item.record.lost,
            anonymous: !named,
        }
    }
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
    /// How often the desk lost bytes of it that it had.
    pub lost: u32,
    /// Not before this moment of the wall clock, in milliseconds since 1970. Of a stored item: when the desk is asked
    /// whether it still has it, or [`NEVER_MS`].
    pub next_try_ms: i64,
    /// The verified receipt, where one came.
    pub receipt: Option<SignedReceipt>,
    /// Why it still waits, or was refused.
    pub reason: Option<Reason>,
    /// The directory held does not explain the answer: a newer one should be fetched.
    pub fetch_directory: bool,
    /// The rule that decided.
    pub arm: Arm,
}

impl Change {
    /// Changes an item, at a moment of this device's clock.
    pub(crate) fn apply(self, item: &mut Item, at: Moment) {
        item.state = self.state;
        item.upload = self.upload;
        item.attempts = self.attempts;
        item.next_try_ms = self.next_try_ms;
        item.record.lost = self.lost;
        item.record.reason = self.reason;
        // A receipt for what the desk lost since is kept: it is what the desk vouched for.
        if let Some(receipt) = self.receipt {
            item.record.stored = Some(Vouched { receipt, at });
        }
    }
}

/// Decides what an outcome changes. `jitter` is an evenly spread random number.
///
/// Only a receipt that verifies for exactly these bytes is success. A refusal counts only where the desk states it in
/// its own form; a page of whatever else answers is no refusal, whatever its status. How far an upload is, is for the desk
/// to say: what it says is followed, back as well as on.
pub fn settle(item: &Settling<'_>, outcome: &Outcome, now_ms: i64, jitter: u32) -> Change {
    let decision = Decision { item, now_ms, jitter };
    match outcome {
        _ if item.state == ItemState::Stored => decision.checked(outcome),
        Outcome::Failed(failure) => decision.failed(*failure),
        Outcome::Answer { status, offset, retry_after_s, body } => {
            decision.answered(*status, *offset, *retry_after_s, body)
        }
    }
}

/// An item, and when and with which random number it is decided on.
struct Decision<'a> {
    item: &'a Settling<'a>,
    now_ms: i64,
    jitter: u32,
}

impl Decision<'_> {
    fn failed(&self, failure: Failure) -> Change {
        let upload = self.item.upload;
        match failure {
            Failure::Unreadable => self.later(Arm::Unreadable, Reason::Unreadable, upload),
            // Nothing was sent. The desk is asked all the same how far it is: days may have gone by.
            Failure::Unreachable => self.later(Arm::Unreachable, Reason::NoConnection, self.asked_later()),
            Failure::NoProxy => self.later(Arm::NoProxy, Reason::NoProxy, self.asked_later()),
            Failure::NotTrusted => self.later(Arm::NotTrusted, Reason::NotTrusted, self.asked_later()),
            Failure::Cached => self.later(Arm::Cached, Reason::NotTheDesk, self.asked_again()),
            // A link that carried something and was cut is most likely there again: how far it came is asked at once.
            Failure::Broken if self.is_upload() && self.item.attempts == 0 => Change {
                attempts: 1,
                reason: Some(Reason::NoConnection),
                ..self.at_once(Arm::Broke, self.asked_again())
            },
            Failure::Broken => self.later(Arm::BrokeAgain, Reason::NoConnection, self.asked_again()),
        }
    }

    fn answered(&self, status: u16, offset: Option<u64>, retry_after_s: Option<u64>, body: &[u8]) -> Change {
        if let Ok(receipt) = SignedReceipt::parse(body)
            && (200..300).contains(&status)
        {
            return self.receipt(receipt);
        }
        if let Some(refusal) = Refusal::parse(body) {
            return self.refusal(refusal.error, offset, retry_after_s);
        }
        match (status, offset) {
            // Words go in one piece: nothing but a receipt is an answer to them.
            (200..300, Some(offset)) if self.is_upload() && offset <= self.item.object.size => {
                self.offset(offset)
            }
            // An answer to `HEAD` has no body to say it in. Should it come from somebody else, then the creation that
            // follows hears from the desk how far it is.
            (404 | 410, _) if matches!(self.item.upload, Upload::Unknown(_)) => self.not_there(),
            // The desk's own front door: its servers are down, or busy, behind whatever says so.
            (429 | 500..600, _) => self.trouble(retry_after_s),
            (200, _) if is_planted(Planted::AnyAnswerIsSuccess) => {
                Change { state: ItemState::Stored, ..self.at_once(Arm::NotTheDesk, self.item.upload) }
            }
            _ => self.later(Arm::NotTheDesk, Reason::NotTheDesk, self.asked_again()),
        }
    }

    fn receipt(&self, receipt: SignedReceipt) -> Change {
        let mut object = self.item.object;
        if is_planted(Planted::ReceiptForOtherBytes)
            && let Ok(claims) = receipt.claims()
        {
            object = claims.object;
        }
        let verified: Result<Receipt<Stored>, _> = receipt.verify(&object, self.item.desk);
        match verified {
            Ok(_) => Change {
                state: ItemState::Stored,
                attempts: 0,
                next_try_ms: self.first_check(),
                receipt: Some(receipt),
                ..self.at_once(Arm::Stored, Upload::At(self.item.object.size))
            },
            Err(error) => {
                let unlisted = matches!(error, ReceiptError::Key(KeyRefused::Unlisted));
                let arm = if unlisted { Arm::KeyUnlisted } else { Arm::ReceiptWrong };
                let reason = Reason::ReceiptNotBelieved(error.to_string());
                Change { fetch_directory: unlisted, ..self.later(arm, reason, self.asked_again()) }
            }
        }
    }

    fn refusal(&self, code: RefusalCode, offset: Option<u64>, retry_after_s: Option<u64>) -> Change {
        match (code, offset) {
            (RefusalCode::TooLarge | RefusalCode::DeadKey, _) => Change {
                state: ItemState::Refused,
                reason: Some(Reason::Refused(code)),
                fetch_directory: code == RefusalCode::DeadKey,
                ..self.at_once(Arm::Refused, self.item.upload)
            },
            // The desk says how far it is: go on from there.
            (RefusalCode::WrongOffset, Some(offset))
                if self.is_upload() && offset <= self.item.object.size =>
            {
                self.offset(offset)
            }
            (RefusalCode::NotFound, _) if self.is_upload() && self.item.upload != Upload::Fresh => {
                self.not_there()
            }
            (RefusalCode::TooMany | RefusalCode::NoSpace | RefusalCode::Internal, _) => {
                self.trouble(retry_after_s)
            }
            _ if retry_after_s.is_some() => self.trouble(retry_after_s),
            // What arrived were other bytes: nothing of it is worth going on with.
            (RefusalCode::HashMismatch, _) if self.is_upload() => Change {
                lost: self.item.lost.saturating_add(1),
                next_try_ms: self.after(self.item.attempts.max(self.begun_again())),
                ..self.later(Arm::Objected, Reason::DeskObjects(code), Upload::Fresh)
            },
            _ => self.later(Arm::Objected, Reason::DeskObjects(code), self.asked_again()),
        }
    }

    /// The desk cannot take it now.
    fn trouble(&self, retry_after_s: Option<u64>) -> Change {
        match retry_after_s {
            Some(seconds) => self.asked_to_wait(seconds),
            None => self.later(Arm::DeskTrouble, Reason::DeskTrouble, self.asked_again()),
        }
    }

    /// The desk has so many bytes. Where that is more than before, the next step follows at once; where it is not,
    /// the link or the desk stands still, and it is tried again later.
    fn offset(&self, offset: u64) -> Change {
        let complete = offset == self.item.object.size;
        let (before, asked) = match self.item.upload {
            Upload::Fresh => (0, false),
            Upload::At(before) => (before, false),
            Upload::Unknown(last) => (last, true),
        };
        let arm = match offset.cmp(&before) {
            std::cmp::Ordering::Less => return self.lost(Arm::WentBack, Upload::At(offset)),
            std::cmp::Ordering::Equal if !asked => {
                return self.later(Arm::StoodStill, Reason::DeskTrouble, Upload::At(offset));
            }
            _ if complete => Arm::Complete,
            std::cmp::Ordering::Greater => Arm::Progressed,
            std::cmp::Ordering::Equal => Arm::Resumed,
        };
        // Where nothing came of it since, it is still gone on with, and still counts as failing.
        let attempts = if offset > before { 0 } else { self.item.attempts };
        Change { attempts, ..self.at_once(arm, Upload::At(offset)) }
    }

    /// The desk knows nothing of it.
    fn not_there(&self) -> Change {
        match self.item.upload {
            Upload::Fresh | Upload::Unknown(0) => self.at_once(Arm::NotBegun, Upload::Fresh),
            Upload::Unknown(_) | Upload::At(_) => self.lost(Arm::Forgotten, Upload::Fresh),
        }
    }

    /// The desk lost bytes that it had: an upload that expired, a desk restored from a backup. The first time it is sent again
    /// at once; a desk that goes on losing is sent to ever more rarely, or it would be sent the same for ever.
    fn lost(&self, arm: Arm, upload: Upload) -> Change {
        let next_try_ms = if self.item.lost == 0 { 0 } else { self.after(self.begun_again()) };
        Change {
            lost: self.item.lost.saturating_add(1),
            next_try_ms,
            reason: Some(Reason::LostByDesk),
            ..self.at_once(arm, upload)
        }
    }

    fn begun_again(&self) -> u32 {
        BEGUN_TWICE.saturating_add(self.item.lost)
    }

    /// Never shorter than after a break: a desk that says "at once" again and again is no reason to ask without an end.
    fn asked_to_wait(&self, seconds: u64) -> Change {
        let wait_ms =
            i64::try_from(seconds).unwrap_or(i64::MAX).saturating_mul(1000).clamp(0, LONGEST_WAIT_MS);
        let next_try_ms = self.now_ms.saturating_add(wait_ms).max(self.after(self.item.attempts));
        let moment = DateTime::from_timestamp_millis(next_try_ms).unwrap_or(DateTime::UNIX_EPOCH);
        let reason = Reason::DeskAsksToWait(Moment::utc(moment));
        Change { next_try_ms, ..self.later(Arm::AskedToWait, reason, self.asked_again()) }
    }

    /// What came of the question whether the desk still has it.
    fn checked(&self, outcome: &Outcome) -> Change {
        let size = self.item.object.size;
        let Outcome::Answer { status, offset, .. } = outcome else { return self.unanswered() };
        match (status, offset) {
            (404 | 410, _) if !is_planted(Planted::LossUnnoticed) => self.gone(),
            (200..300, Some(offset)) if self.is_upload() && *offset < size => self.gone(),
            (200..300, Some(offset)) if self.is_upload() && *offset > size => self.unanswered(),
            (200..300, None) if self.is_upload() => self.unanswered(),
            (200..300, _) => self.still_stored(Arm::CheckHeld, self.next_check()),
            _ => self.unanswered(),
        }
    }

    fn unanswered(&self) -> Change {
        self.still_stored(Arm::CheckUnanswered, self.now_ms.saturating_add(CHECK_AGAIN_MS))
    }

    fn still_stored(&self, arm: Arm, next_try_ms: i64) -> Change {
        Change { state: ItemState::Stored, next_try_ms, ..self.at_once(arm, self.item.upload) }
    }

    /// It waits again. An attachment begins with the question for its receipt: whoever said that it is gone, the desk itself
    /// says so before a byte is sent.
    fn gone(&self) -> Change {
        let upload = if self.is_upload() { Upload::At(self.item.object.size) } else { Upload::Fresh };
        Change { attempts: 0, reason: Some(Reason::LostByDesk), ..self.at_once(Arm::CheckGone, upload) }
    }

    fn first_check(&self) -> i64 {
        let spread = if self.item.anonymous { CHECK_AFTER_MS } else { LONGEST_WAIT_MS };
        self.now_ms.saturating_add(CHECK_AFTER_MS).saturating_add(self.part_of(spread))
    }

    fn next_check(&self) -> i64 {
        if self.item.anonymous { NEVER_MS } else { self.first_check() }
    }

    fn at_once(&self, arm: Arm, upload: Upload) -> Change {
        Change {
            state: ItemState::Waits,
            upload,
            attempts: self.item.attempts,
            lost: self.item.lost,
            next_try_ms: 0,
            receipt: None,
            reason: None,
            fetch_directory: false,
            arm,
        }
    }

    fn later(&self, arm: Arm, reason: Reason, upload: Upload) -> Change {
        Change {
            attempts: self.item.attempts.saturating_add(1),
            next_try_ms: self.after(self.item.attempts),
            reason: Some(reason),
            ..self.at_once(arm, upload)
        }
    }

    /// Exponential backoff with full jitter: so many failures later, by a wait evenly spread up to a bound that doubles
    /// with each of them; never less than a small part of the bound.
    fn after(&self, attempts: u32) -> i64 {
        if is_planted(Planted::NoBackoff) {
            return self.now_ms;
        }
        let bound_ms = FIRST_WAIT_MS.saturating_mul(1 << attempts.min(20)).min(LONGEST_WAIT_MS);
        self.now_ms.saturating_add(self.part_of(bound_ms).max(bound_ms / LEAST_PART))
    }

    /// A random part of a time.
    fn part_of(&self, whole_ms: i64) -> i64 {
        let part = (u64::try_from(whole_ms).unwrap_or(0) * (u64::from(self.jitter) + 1)) >> 32;
        i64::try_from(part).unwrap_or(whole_ms)
    }

    fn is_upload(&self) -> bool {
        self.item.object.kind == ObjectKind::Attachment
    }

    /// Where nothing was sent, nothing was begun.
    fn asked_later(&self) -> Upload {
        if self.item.upload == Upload::Fresh { Upload::Fresh } else { self.asked_again() }
    }

    /// After a break nobody knows how much arrived. Nothing was begun for an envelope, which goes in one piece.
    fn asked_again(&self) -> Upload {
        match self.item.upload {
            upload if !self.is_upload() => upload,
            Upload::Fresh => Upload::Unknown(0),
            Upload::Unknown(last) | Upload::At(last) => Upload::Unknown(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use turnstone_wire::hash::Sha256;

    use super::*;
    use crate::tests::kit::bare_desk;

    fn settling(desk: &Desk, upload: Upload, attempts: u32) -> Settling<'_> {
        let object = Object { kind: ObjectKind::Attachment, sha256: Sha256::of(b""), size: 1000 };
        let state = ItemState::Waits;
        Settling { object, desk, state, upload, attempts, lost: 0, anonymous: false }
    }

    fn settled(upload: Upload, attempts: u32, outcome: &Outcome) -> Change {
        settle(&settling(&bare_desk("desk"), upload, attempts), outcome, 50_000, u32::MAX)
    }

    fn at(offset: u64) -> Outcome {
        Outcome::Answer { status: 200, offset: Some(offset), retry_after_s: None, body: Vec::new() }
    }

    #[test]
    fn a_link_that_breaks_again_and_again_but_gets_on_is_not_put_off_further() {
        let mut upload = Upload::Fresh;
        for step in 1..=5 {
            let broken = settled(upload, 0, &Outcome::Failed(Failure::Broken));
            assert_eq!((broken.attempts, broken.next_try_ms), (1, 0), "asked at once");
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
        let desk = bare_desk("desk");
        let object = Object { kind: ObjectKind::Report, sha256: Sha256::of(b""), size: 1000 };
        let words = Settling { object, ..settling(&desk, Upload::Fresh, 0) };
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
