//! Each rule of `settle` by a case of its own: what came, which rule decided, and where that leaves the upload.

use std::collections::BTreeSet;

use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    hash::Sha256,
    key::{SigningKey, Stored},
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::kit::{PlayedDesk, signed_at};
use crate::{
    ItemState, Upload,
    sync::{Arm, Change, Failure, LONGEST_WAIT_MS, Outcome, Settling, settle},
};

const NOW_MS: i64 = 1_780_000_000_000;
const SIZE: u64 = 1000;

fn answer(status: u16, offset: Option<u64>, body: impl Into<Vec<u8>>) -> Outcome {
    Outcome::Answer { status, offset, retry_after_s: None, body: body.into() }
}

fn refusal(error: RefusalCode, offset: Option<u64>) -> Outcome {
    answer(409, offset, serde_json::to_vec(&Refusal { error, message: "no".into(), limit: None }).unwrap())
}

fn object() -> Object {
    Object { kind: ObjectKind::Attachment, sha256: Sha256::of(b"sealed"), size: SIZE }
}

fn receipt(object: &Object, desk: &PlayedDesk, key: &SigningKey<Stored>) -> Outcome {
    answer(200, None, SignedReceipt::sign(object, &desk.desk.id, signed_at(), key).to_json())
}

/// What comes of a photo, whose rule it is, and how far its upload is then.
fn cases(desk: &PlayedDesk) -> Vec<(Upload, Outcome, Arm, Upload)> {
    use Upload::{At, Fresh, Unknown};
    let failed = Outcome::Failed;
    let busy = Outcome::Answer { status: 503, offset: None, retry_after_s: Some(60), body: vec![] };
    let other = Object { size: 9, ..object() };
    let stranger = SigningKey::from_seed([9; 32]).unwrap();
    let code = |code| refusal(code, None);
    vec![
        (At(500), failed(Failure::Unreadable), Arm::Unreadable, At(500)),
        (Fresh, failed(Failure::Unreachable), Arm::Unreachable, Fresh),
        (At(500), failed(Failure::Unreachable), Arm::Unreachable, Unknown(500)),
        (At(500), failed(Failure::NoProxy), Arm::NoProxy, Unknown(500)),
        (Fresh, failed(Failure::NotTrusted), Arm::NotTrusted, Fresh),
        (Fresh, failed(Failure::Broken), Arm::Broke, Unknown(0)),
        (At(500), failed(Failure::Broken), Arm::Broke, Unknown(500)),
        (Unknown(500), failed(Failure::Cached), Arm::Cached, Unknown(500)),
        (At(900), receipt(&object(), desk, &desk.stored), Arm::Stored, At(SIZE)),
        (At(900), receipt(&object(), desk, &stranger), Arm::KeyUnlisted, Unknown(900)),
        (At(900), receipt(&other, desk, &desk.stored), Arm::ReceiptWrong, Unknown(900)),
        (Fresh, code(RefusalCode::TooLarge), Arm::Refused, Fresh),
        (Fresh, code(RefusalCode::DeadKey), Arm::Refused, Fresh),
        (At(500), code(RefusalCode::BadRequest), Arm::Objected, Unknown(500)),
        (At(500), code(RefusalCode::Unknown), Arm::Objected, Unknown(500)),
        (At(500), code(RefusalCode::HashMismatch), Arm::Objected, Fresh),
        (At(500), busy, Arm::AskedToWait, Unknown(500)),
        (At(500), code(RefusalCode::NoSpace), Arm::DeskTrouble, Unknown(500)),
        (At(500), answer(502, None, "<html>"), Arm::DeskTrouble, Unknown(500)),
        (Fresh, answer(201, Some(500), ""), Arm::Progressed, At(500)),
        (At(500), answer(204, Some(700), ""), Arm::Progressed, At(700)),
        (At(500), refusal(RefusalCode::WrongOffset, Some(700)), Arm::Progressed, At(700)),
        (Unknown(500), answer(200, Some(700), ""), Arm::Progressed, At(700)),
        (Unknown(500), answer(200, Some(500), ""), Arm::Resumed, At(500)),
        (Fresh, answer(201, Some(0), ""), Arm::StoodStill, At(0)),
        (At(500), answer(204, Some(500), ""), Arm::StoodStill, At(500)),
        (At(SIZE), answer(200, Some(SIZE), ""), Arm::StoodStill, At(SIZE)),
        (Unknown(500), answer(200, Some(100), ""), Arm::WentBack, At(100)),
        (At(500), refusal(RefusalCode::WrongOffset, Some(100)), Arm::WentBack, At(100)),
        (At(SIZE), answer(201, Some(0), ""), Arm::WentBack, At(0)),
        (Unknown(0), answer(404, None, ""), Arm::NotBegun, Fresh),
        (Unknown(500), answer(404, None, ""), Arm::Forgotten, Fresh),
        (Unknown(500), answer(410, None, ""), Arm::Forgotten, Fresh),
        (At(500), code(RefusalCode::NotFound), Arm::Forgotten, Fresh),
        (At(500), answer(204, Some(SIZE), ""), Arm::Complete, At(SIZE)),
        (Unknown(500), answer(200, Some(SIZE), ""), Arm::Complete, At(SIZE)),
        (Unknown(SIZE), answer(200, Some(SIZE), ""), Arm::Complete, At(SIZE)),
        (At(500), answer(204, Some(SIZE + 1), ""), Arm::NotTheDesk, Unknown(500)),
        (At(500), answer(404, None, "<html>"), Arm::NotTheDesk, Unknown(500)),
        (At(500), answer(302, None, ""), Arm::NotTheDesk, Unknown(500)),
        (At(500), answer(200, None, "<html>"), Arm::NotTheDesk, Unknown(500)),
    ]
}

fn settled(desk: &PlayedDesk, state: ItemState, upload: Upload, attempts: u32, outcome: &Outcome) -> Change {
    let settling =
        Settling { object: object(), desk: &desk.desk, state, upload, attempts, lost: 0, anonymous: false };
    settle(&settling, outcome, NOW_MS, u32::MAX / 2)
}

#[test]
fn each_rule_decides_the_cases_that_are_its_own_and_none_is_left_over() {
    let desk = PlayedDesk::new();
    let mut seen = BTreeSet::new();
    for (upload, outcome, arm, then) in cases(&desk) {
        let change = settled(&desk, ItemState::Waits, upload, 0, &outcome);
        assert_eq!((change.arm, change.upload), (arm, then), "{upload:?}, {outcome:?}");
        seen.insert(arm);
        let done = matches!(arm, Arm::Stored | Arm::Refused);
        assert_eq!(change.state == ItemState::Waits, !done, "{arm:?}");
        assert_eq!(change.receipt.is_some(), arm == Arm::Stored, "{arm:?}");
        assert_eq!(
            change.fetch_directory,
            arm == Arm::KeyUnlisted || outcome == refusal(RefusalCode::DeadKey, None)
        );
        let waits = change.next_try_ms - NOW_MS;
        assert!(
            done || change.next_try_ms == 0 || (1..=LONGEST_WAIT_MS).contains(&waits),
            "{arm:?}: {waits}"
        );
        // What goes on at once without having come further counts as failed, or it would go on for ever.
        let goes_on = change.next_try_ms == 0 && change.state == ItemState::Waits;
        let bounded = change.attempts > 0 || change.lost > 0 || then != upload;
        assert!(!goes_on || bounded, "{arm:?}");
    }
    let again = settled(&desk, ItemState::Waits, Upload::At(5), 1, &Outcome::Failed(Failure::Broken));
    assert_eq!((again.arm, again.next_try_ms > NOW_MS), (Arm::BrokeAgain, true));
    seen.insert(again.arm);
    for (outcome, arm) in [
        (answer(200, Some(SIZE), ""), Arm::CheckHeld),
        (answer(404, None, "<html>"), Arm::CheckGone),
        (answer(200, Some(SIZE - 1), ""), Arm::CheckGone),
        (answer(200, Some(SIZE + 1), ""), Arm::CheckUnanswered),
        (answer(200, None, "<html>"), Arm::CheckUnanswered),
        (answer(500, None, ""), Arm::CheckUnanswered),
        (Outcome::Failed(Failure::Broken), Arm::CheckUnanswered),
    ] {
        let change = settled(&desk, ItemState::Stored, Upload::At(SIZE), 0, &outcome);
        assert_eq!(change.arm, arm, "{outcome:?}");
        assert_eq!(change.state == ItemState::Waits, arm == Arm::CheckGone, "{outcome:?}");
        seen.insert(arm);
    }
    assert_eq!(seen, Arm::ALL.into_iter().collect(), "a rule without a case");
}
