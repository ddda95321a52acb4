//! Sentences, in English. A tired person reads them on a quay: short, and what to do where there is something to do.

use turnstone_almanac::words::{Lang, words};
use turnstone_wire::answer::RefusalCode;

use crate::{
    outbox::{Held, ItemState, Lane, Reason},
    report::Notice,
    store::Mended,
};

/// The name of a lane.
pub fn lane_name(lane: Lane) -> &'static str {
    match lane {
        Lane::Words => "words",
        Lane::Copies => "small picture",
        Lane::Originals => "photo",
    }
}

/// What a state means to the witness.
pub fn state_phrase(state: ItemState) -> &'static str {
    match state {
        ItemState::Waits => "waits to be sent",
        ItemState::Stored => "safe at the desk",
        ItemState::Opened => "read by the desk",
        ItemState::Refused => "refused by the desk",
    }
}

/// What was found damaged when a home was opened, and what became of it.
pub fn mended_sentence(mended: &Mended) -> String {
    let what = if mended.file == "media.db" { "photos" } else { "reports" };
    match (&mended.kept_in, mended.complete) {
        (None, _) => {
            format!("The file of {what} was gone, and is begun anew: {what} kept in it are missing.")
        }
        (Some(folder), true) => format!(
            "The file of {what} was damaged. All of it could be read and is carried over; the damaged file is kept whole in {folder}."
        ),
        (Some(folder), false) => format!(
            "The file of {what} was damaged. What could be read is carried over; look whether something is missing, the list of desks among it. The damaged file is kept whole in {folder}."
        ),
    }
}

/// Why an item still waits.
pub fn reason_sentence(reason: &Reason) -> String {
    match reason {
        Reason::NoConnection => "waiting for a connection".into(),
        Reason::NoProxy => {
            "the proxy is not in reach, or reaches no desk; nothing goes around it".into()
        }
        Reason::NotTrusted => {
            "what answers cannot prove to be the desk (a sign-in page of this network? this device's clock?): nothing was sent".into()
        }
        Reason::DeskAsksToWait(until) => {
            // As the clock on the wall shows it: it is written down in UTC.
            format!("the desk asks to wait until {}", until.at().with_timezone(&chrono::Local).format("%H:%M"))
        }
        Reason::DeskTrouble => "the desk has trouble; it goes with a later try".into(),
        Reason::DeskObjects(code) => {
            format!("the desk could not take it as it came ({}); it is tried again", objection_words(*code))
        }
        Reason::LostByDesk => "the desk has lost what it had of it; it is sent again".into(),
        Reason::NotTheDesk => {
            "what answers is not the desk (a sign-in page of this network?): sign in there, and it goes with the next try".into()
        }
        Reason::ReceiptNotBelieved(why) => {
            format!("the desk's answer is not believed ({why}); it is tried again")
        }
        Reason::DeskUnlisted => {
            "the desk is no longer listed; the next unlock seals it for another desk, or says what to do".into()
        }
        Reason::DeskClosed => {
            "the desk has closed; the next unlock seals it for another desk, or says what to do".into()
        }
        Reason::KeyDead => {
            "a key it is sealed to was declared lost or compromised, so it is held back; the next unlock seals it anew, or says what to do".into()
        }
        Reason::NotEncrypted => {
            "the desk's address is neither encrypted (https) nor on this device, so nothing is sent there; in a closed network, `sync --allow-clear` does".into()
        }
        Reason::Refused(code) => format!("the desk refuses: {}", refusal_words(*code)),
        Reason::Unreadable => "its sealed bytes cannot be read on this device".into(),
    }
}

/// Why a report stays here, and what its witness can do. What is to be typed or touched is the shell's to say.
pub fn held_sentence(held: Held) -> &'static str {
    match held {
        Held::NoCopy => {
            "It cannot go as it is sealed, and this device keeps no copy to seal anew: write it again, or ring 101. Forgetting it ends this reminder."
        }
        Held::NoKey => {
            "It has to be sealed anew, and its desk has no key for that yet: a newer list of desks may bring one. If it cannot wait, ring 101."
        }
        Held::NoOtherDesk => {
            "Its desk has closed, and no other desk takes such reports: ring 101, or Crimestoppers, quoting the code word."
        }
        Held::SeveralDesks => {
            "Its desk has closed, and several others take such reports: choose one of them, or ring 101."
        }
        Held::Confidential => {
            "Its desk has closed. It is confidential, so it goes to another organisation only when you say so; or ring Crimestoppers."
        }
        Held::TooLarge => {
            "Its desk has closed, and the other desks take no report as large: write it again with fewer or smaller photos, or ring 101."
        }
        Held::Halfway => {
            "Its desk has the words and has closed: the photos go there while it still answers. You can have all of it sent to another desk."
        }
    }
}

fn refusal_words(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::TooLarge => "too large",
        RefusalCode::DeadKey => "sealed to a key it can no longer use",
        RefusalCode::NotAllowed => "not allowed",
        _ => "it does not take this",
    }
}

fn objection_words(code: RefusalCode) -> &'static str {
    match code {
        RefusalCode::HashMismatch => "it was changed on the way",
        RefusalCode::WrongOffset | RefusalCode::WrongLength => "it has another part of it",
        RefusalCode::NotAllowed => "it is not allowed there",
        RefusalCode::NotFound => "it has no such place",
        _ => "it did not understand it",
    }
}

/// Something worth saying before sending, in the witness's language as far as it is said in both.
pub fn notice_sentence(notice: Notice, lang: Lang) -> String {
    if let Some(id) = super::route::notice_id(notice) {
        return words(lang).say(id, &[]);
    }
    let english = match notice {
        Notice::ClockWrong => {
            "This device's clock seems to be wrong, and the report's time with it: put the clock right, or say when it was."
        }
        Notice::FixLeftOut => "Where you stood is left out, because the report is anonymous.",
        Notice::ViewLeftOut => {
            "From how far you saw it, and whether you knew it before, may lead to you: both are left out, because the report is anonymous."
        }
        Notice::CannotBeSealedAnew => {
            "An anonymous report leaves no copy on this device: it cannot be read here again, nor sent to another desk."
        }
        Notice::LinksReports => {
            "It names another report of yours, which links the two for whoever reads them."
        }
        Notice::DirectoryExpired => "The list of desks is out of date; it is renewed at the next connection.",
        // Said above.
        Notice::NamesPhone
        | Notice::NamesEmail
        | Notice::NamesOwnPlace
        | Notice::UnlistedDesk
        | Notice::ProfileExpired
        | Notice::NoCopyKept => "",
    };
    english.to_owned()
}
