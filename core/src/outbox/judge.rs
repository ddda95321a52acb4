//! What is to become of a report whose keys or whose desk are not what they were when it was sealed: a pure function of what is
//! known of it and of the directory held. What a screen says of it and what an unlock does about it come from here alike.
//! The rules and their reasons: `docs/adr/0014-sealing-anew.md`.

use std::collections::BTreeSet;

use turnstone_wire::{
    answer::RefusalCode,
    body::Route,
    directory::{Desk, DeskId, Directory, KeyState},
    key::{KeyId, RecipientKey, Seal, Source},
    limits,
};

use super::{
    record::{ItemRecord, Lane, Reason, ReportRecord},
    rows::{Item, ItemState},
};
use crate::error::NotSendable;

/// Why a report stays here until a person does something about it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// A key it is sealed to is dead, or its desk is gone, and nothing on this device can seal it anew: it is anonymous, or
    /// its copy was forgotten.
    NoCopy,
    /// Its desk has no key it could be sealed anew to.
    NoKey,
    /// Its desk is gone, and no other takes such reports.
    NoOtherDesk,
    /// Its desk is gone, and several others could take it.
    SeveralDesks,
    /// Its desk is gone, and it is confidential: another organisation gets it only when its witness says so.
    Confidential,
    /// Its desk is gone, and the others that take such reports take none as large.
    TooLarge,
    /// Its desk has the words, is gone, and lacks photos.
    Halfway,
}

/// What is to become of a report.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Verdict<'d> {
    /// Nothing: it goes, or went, as it is.
    Stays,
    /// It is to be sealed anew for its own desk.
    SealAnew(&'d Desk),
    /// It is to be sealed anew for this other desk.
    Readdress(&'d Desk),
    /// A person has to do something.
    Held(Held),
}

/// Says what is to become of a report. `has_copy`: the vault still holds what it says.
pub(crate) fn judge<'d>(
    record: &ReportRecord,
    items: &[Item],
    has_copy: bool,
    directory: Option<&'d Directory>,
) -> Verdict<'d> {
    let words = items.iter().find(|item| item.lane == Lane::Words);
    let (Some(directory), Some(words)) = (directory, words) else { return Verdict::Stays };
    match directory.desk(&record.desk).filter(|desk| !desk.closed) {
        Some(desk) if must_be_sealed_anew(words, desk) => {
            if !record.route.is_named() || !has_copy {
                Verdict::Held(Held::NoCopy)
            } else if can_seal(desk, &words.record) {
                Verdict::SealAnew(desk)
            } else {
                Verdict::Held(Held::NoKey)
            }
        }
        Some(_) => Verdict::Stays,
        None => without_desk(record, items, words, has_copy, directory),
    }
}

/// Whether words that are not safely with their desk are sealed to a key that is not to be used.
fn must_be_sealed_anew(words: &Item, desk: &Desk) -> bool {
    let sealed_to = || words.record.keys.iter().chain(&words.record.contact_keys);
    match words.state {
        ItemState::Waits => sealed_to().any(|key| desk.is_dead(key)),
        // The desk may know of a dead key before the directory does; sealing to the same keys again would not help.
        ItemState::Refused if was_refused_for_its_key(words) => {
            sealed_to().any(|key| state_of(desk, key) != Some(KeyState::Active))
        }
        ItemState::Stored => nobody_can_open(words, desk),
        ItemState::Refused | ItemState::Opened => false,
    }
}

/// The desk has lost every key that it could have opened them with. One that others hold as well still opens.
fn nobody_can_open(words: &Item, desk: &Desk) -> bool {
    let lost = |key| state_of(desk, key) == Some(KeyState::Lost);
    !words.record.keys.is_empty() && words.record.keys.iter().all(lost)
}

fn state_of(desk: &Desk, key: &KeyId) -> Option<KeyState> {
    desk.keys.iter().find(|entry| entry.id == *key).map(|entry| entry.state)
}

fn was_refused_for_its_key(words: &Item) -> bool {
    words.record.reason == Some(Reason::Refused(RefusalCode::DeadKey))
}

/// Its desk has closed, or is not listed any more.
fn without_desk<'d>(
    record: &ReportRecord,
    items: &[Item],
    words: &Item,
    has_copy: bool,
    directory: &'d Directory,
) -> Verdict<'d> {
    let closed = directory.desk(&record.desk);
    match words.state {
        ItemState::Waits => {}
        ItemState::Refused if was_refused_for_its_key(words) => {}
        ItemState::Stored if closed.is_some_and(|desk| nobody_can_open(words, desk)) => {}
        ItemState::Stored | ItemState::Opened => {
            // Where it is listed still, it may still answer, and takes what belongs to words that it has.
            let lacks = items.iter().any(|item| item.state == ItemState::Waits);
            return if lacks { Verdict::Held(Held::Halfway) } else { Verdict::Stays };
        }
        ItemState::Refused => return Verdict::Stays,
    }
    if !record.route.is_named() || !has_copy {
        return Verdict::Held(Held::NoCopy);
    }
    let willing: Vec<_> = others(record, directory)
        .filter(|desk| covers(desk, &record.areas) && can_seal(desk, &words.record))
        .collect();
    let fitting: Vec<_> = willing.iter().copied().filter(|desk| fits(items, desk)).collect();
    match (&fitting[..], record.route) {
        ([], _) if willing.is_empty() => Verdict::Held(Held::NoOtherDesk),
        ([], _) => Verdict::Held(Held::TooLarge),
        (_, Route::Confidential | Route::Anonymous) => Verdict::Held(Held::Confidential),
        ([desk], Route::Police) => Verdict::Readdress(desk),
        (_, Route::Police) => Verdict::Held(Held::SeveralDesks),
    }
}

/// The desk that a report is to be sealed for in the place of its own, because its witness says so.
pub(crate) fn other_desk<'d>(
    record: &ReportRecord,
    items: &[Item],
    chosen: Option<&DeskId>,
    directory: &'d Directory,
) -> Result<&'d Desk, NotSendable> {
    let words = items.iter().find(|item| item.lane == Lane::Words).ok_or(NotSendable::NoCopy)?;
    let open = directory.desk(&record.desk).filter(|desk| !desk.closed);
    let there = match words.state {
        ItemState::Opened => true,
        ItemState::Stored => open.is_some_and(|desk| !nobody_can_open(words, desk)),
        ItemState::Waits | ItemState::Refused => false,
    };
    if there {
        return Err(NotSendable::AlreadyThere);
    }
    if !record.route.is_named() {
        return Err(NotSendable::NoCopy);
    }
    // One that a team added goes in only where it is named.
    let offered = directory.offered().iter().filter(|desk| chosen.is_some() && takes(record, desk));
    let mut desks =
        others(record, directory).chain(offered).filter(|desk| chosen.is_none_or(|id| desk.id == *id));
    let desk = match (desks.next(), desks.next()) {
        (Some(desk), None) => desk,
        (Some(_), Some(_)) => return Err(NotSendable::SeveralDesks),
        (None, _) if chosen.is_some() => return Err(NotSendable::DeskDoesNotTake),
        (None, _) => return Err(NotSendable::NoDesk),
    };
    if !can_seal(desk, &words.record) {
        return Err(NotSendable::NoKey);
    }
    if !fits(items, desk) {
        return Err(NotSendable::TooLarge { what: "photos", limit: desk.limits.attachment_bytes });
    }
    Ok(desk)
}

/// The other desks of the directory that take such a report, wherever they are. Not those that a team added: nothing goes to them
/// by itself.
fn others<'a, 'd>(
    record: &'a ReportRecord,
    directory: &'d Directory,
) -> impl Iterator<Item = &'d Desk> + use<'a, 'd> {
    directory.desks().iter().filter(|desk| takes(record, desk))
}

fn takes(record: &ReportRecord, desk: &Desk) -> bool {
    desk.id != record.desk && desk.takes(record.scheme, record.route)
}

/// Whether a desk answers for all of the area that another one answered for. No area is everywhere.
fn covers(desk: &Desk, areas: &[String]) -> bool {
    desk.areas.is_empty() || (!areas.is_empty() && areas.iter().all(|area| desk.areas.contains(area)))
}

/// Whether a desk has the keys that words are sealed to, and those for a contact where they hold one.
fn can_seal(desk: &Desk, words: &ItemRecord) -> bool {
    let enough = |keys: usize| (1..=limits::RECIPIENTS).contains(&keys);
    let sources: Vec<RecipientKey<Source>> = desk.recipients();
    enough(desk.recipients::<Seal>().len()) && (words.contact_keys.is_empty() || enough(sources.len()))
}

/// Whether a desk takes a report with photos as many (an original and its copy are one) and as large, and words about as long: sealed to its keys, they are
/// measured again.
fn fits(items: &[Item], desk: &Desk) -> bool {
    let attachments = || items.iter().filter(|item| item.lane != Lane::Words);
    let photos: BTreeSet<_> = attachments().filter_map(|item| item.record.photo).collect();
    photos.len() <= usize::from(desk.limits.attachments)
        && attachments().all(|item| item.size <= desk.limits.attachment_bytes)
        && items.iter().all(|item| item.lane != Lane::Words || item.size <= desk.limits.report_bytes)
}
