//! `list`: what waits, what was delivered, with receipts. Locked, only numbers.

use std::fmt::Write as _;

use indicatif::HumanBytes;
use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, Error, Held, ItemState, Lane, PersonView, Unusable,
    view::{self, Damaged, ItemView, MovedView, Overview, Reading, ReportView},
};
use turnstone_wire::{receipt::SignedReceipt, shown};

use crate::{
    args::Common,
    failure::Failure,
    home::{self, Places},
    output::Output,
    own::{self, Copies as _},
    show,
};

/// Most reports that are listed.
const LISTED: u32 = 10_000;

/// Runs the command.
pub(crate) fn run(common: &Common, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    let leaving = client.leaving().unwrap_or_default();
    if let Some(leaving) = leaving.filter(|leaving| !leaving.called_off) {
        // What can be read here has ended; how much waits is all there is to say.
        let why = format!("{} `{}` sends.", view::leaving_sentence(leaving, Lang::En), common.typed("sync"));
        return numbers(common, &client, &why, "leaving".into(), output);
    }
    match own::unlock_unasked(&client, common, output) {
        Ok(None) => numbers(
            common,
            &client,
            "More is shown with the PIN: `unlock` on a terminal, or --pin-env VAR.",
            Value::Null,
            output,
        ),
        // How much there is needs no key, and is worth knowing all the more.
        Err(failure @ Failure::Core(Error::Unusable(Unusable::KeyStore(_)))) => {
            let code = failure.code();
            numbers(common, &client, &format!("More cannot be shown: {failure}."), code.into(), output)
        }
        Err(failure) => Err(failure),
        Ok(Some(notebook)) => {
            let (counts, reports) = (client.overview()?, notebook.reports(LISTED)?);
            let people = writers(&client, &reports)?;
            let (damaged, set_aside) = (notebook.damaged()?, set_aside(common)?);
            let json = json!({
                "locked": false,
                "counts": counts_json(&counts),
                "damaged": {"drafts": damaged.drafts, "reports": damaged.reports},
                "set_aside": set_aside,
                "reports": reports.iter().map(|report| listed_json(report, &people)).collect::<Vec<_>>(),
            });
            let mut words = String::new();
            reports.iter().for_each(|report| report_words(&mut words, common, report, &people));
            words.push_str(&counts_words(&counts));
            damaged_words(&mut words, &damaged, &set_aside);
            if let Some(leaving) = leaving {
                let _ = write!(words, "\n{}", view::leaving_sentence(leaving, Lang::En));
            }
            output.answer(&json, words)
        }
    }
}

/// Says how much there is, and why no more is shown.
fn numbers(
    common: &Common,
    client: &Client,
    why: &str,
    reason: Value,
    output: &Output,
) -> Result<(), Failure> {
    let (counts, set_aside) = (client.overview()?, set_aside(common)?);
    let json = json!({
        "locked": true, "reason": reason, "counts": counts_json(&counts), "reports": null, "set_aside": set_aside,
    });
    let mut words = format!("{}\n{why}", counts_words(&counts));
    damaged_words(&mut words, &Damaged { drafts: Vec::new(), reports: 0 }, &set_aside);
    output.answer(&json, words)
}

/// The folders with what was damaged, or set aside to start anew.
fn set_aside(common: &Common) -> Result<Vec<String>, Failure> {
    let folders = turnstone_core::set_aside(&Places::of(common)?.home);
    Ok(folders.iter().map(|folder| folder.display().to_string()).collect())
}

fn damaged_words(words: &mut String, damaged: &Damaged, set_aside: &[String]) {
    let (drafts, reports) = (damaged.drafts.len(), damaged.reports);
    if drafts > 0 || reports > 0 {
        let _ = write!(
            words,
            "\nDamaged on this device, and cannot be read any more: {drafts} drafts, {reports} reports. Write again what was in them, or ring 101."
        );
    }
    for folder in set_aside {
        let _ = write!(
            words,
            "\nSet aside whole: {}. Keep it until you are sure that nothing is missing.",
            shown::line(folder)
        );
    }
}

fn counts_json(counts: &Overview) -> Value {
    json!({
        "drafts": counts.drafts,
        "reports": counts.reports,
        "waiting": counts.waiting,
        "stored": counts.stored,
        "opened": counts.opened,
        "refused": counts.refused,
        "unread": counts.unread,
    })
}

fn counts_words(counts: &Overview) -> String {
    let Overview { drafts, reports, waiting, stored, opened, refused, unread, .. } = counts;
    let unread = match unread {
        0 => String::new(),
        1 => " 1 answer not read yet: `messages` shows it.".to_owned(),
        unread => format!(" {unread} answers not read yet: `messages` shows them."),
    };
    let refused = if *refused > 0 { format!(", {refused} refused") } else { String::new() };
    format!(
        "Drafts: {drafts}. Reports: {reports}. Words and photos: {waiting} waiting, {stored} safe at a desk, {opened} read{refused}.{unread}"
    )
}

pub(crate) fn report_json(report: &ReportView) -> Value {
    json!({
        "reference": report.reference,
        "scheme": report.scheme,
        "route": report.route,
        "exercise": report.exercise,
        "desk": report.desk,
        "desk_name": report.desk_name,
        "desk_hours": report.desk_hours,
        "submitted": report.submitted,
        "not_before": report.not_before,
        "reading": reading_json(report),
        "unread": report.unread,
        "told": report.told,
        "copy_kept": report.has_copy,
        "held": report.held.map(|held| json!({"code": held_code(held), "text": view::held_sentence(held)})),
        "moved": report.moved.iter().map(moved_json).collect::<Vec<_>>(),
        "damaged": report.damaged,
        "items": report.items.iter().map(item_json).collect::<Vec<_>>(),
    })
}

/// A report of the list, and whose own it is.
fn listed_json(report: &ReportView, people: &[PersonView]) -> Value {
    let mut json = report_json(report);
    json["kept_for"] = json!(kept_for(report, people));
    json
}

/// The people of a team, where a report is one's own and the list is not theirs.
fn writers(client: &Client, reports: &[ReportView]) -> Result<Vec<PersonView>, Failure> {
    if reports.iter().all(|report| report.kept_by.is_none()) {
        return Ok(Vec::new());
    }
    Ok(client.people()?)
}

/// The name of whoever has the PIN that shows what a report says, where it is not the one that was given.
fn kept_for<'a>(report: &ReportView, people: &'a [PersonView]) -> Option<&'a str> {
    let row = report.kept_by?;
    people.iter().find(|person| person.row == row).map(|person| person.name.as_str())
}

/// Whether the desk has read it: a code, when, and the sentence.
fn reading_json(report: &ReportView) -> Value {
    let (state, at) = match report.reading {
        Reading::NotThere => ("not_there", None),
        Reading::NotYet => ("not_yet", None),
        Reading::NotAsked => ("not_asked", None),
        Reading::Read(at) => ("read", Some(at)),
    };
    json!({"state": state, "at": at, "text": view::reading_sentence(report)})
}

fn item_json(item: &ItemView) -> Value {
    json!({
        "lane": lane_code(item.lane),
        "state": state_code(item.state),
        "state_text": view::state_phrase(item.state),
        "size": item.size,
        "sent": item.sent,
        "sha256": item.sha256,
        "stored_at": item.stored_at,
        "stored": item.stored_receipt.as_ref().map(receipt_json),
        "opened_at": item.opened_at,
        "opened": item.opened_receipt.as_ref().map(receipt_json),
        "resealed_at": item.resealed_at,
        "reason": item.reason,
        "reason_text": item.reason.as_ref().map(view::reason_sentence),
    })
}

fn moved_json(moved: &MovedView) -> Value {
    json!({
        "from": moved.from,
        "from_name": moved.from_name,
        "at": moved.at,
        "stored": moved.stored.iter().map(receipt_json).collect::<Vec<_>>(),
    })
}

/// A receipt whole, so that it can be verified elsewhere, and what people ask of it: who signed, and when.
fn receipt_json(receipt: &SignedReceipt) -> Value {
    let claims = receipt.claims().ok();
    let (key, at) = (claims.map(|claims| claims.key), claims.map(|claims| claims.at));
    json!({"key": key, "at": at, "receipt": receipt})
}

fn report_words(words: &mut String, common: &Common, report: &ReportView, people: &[PersonView]) {
    let exercise = if report.exercise { ", EXERCISE" } else { "" };
    let desk = shown::line(report.desk_name.as_deref().unwrap_or(report.desk.as_str()));
    let _ = writeln!(words, "{}{exercise}", report.reference);
    let _ = writeln!(words, "  to {desk}, submitted {}", report.submitted.to_rfc3339());
    if let Some(at) = report.not_before {
        let _ = writeln!(words, "  not sent before {}, as you chose", at.to_rfc3339());
    }
    match (view::reading_sentence(report), &report.desk_hours) {
        (Some(sentence), _) => {
            let _ = writeln!(words, "  {}", shown::line(&sentence));
        }
        (None, Some(hours)) => {
            let _ = writeln!(words, "  read there {}", shown::line(hours));
        }
        (None, None) => {}
    }
    if report.unread > 0 {
        let _ = writeln!(words, "  answers not read yet: {}", report.unread);
    }
    for moved in &report.moved {
        let (from, at) = (moved.from_name.as_deref().unwrap_or(moved.from.as_str()), moved.at.to_rfc3339());
        let _ = write!(words, "  was for {} until {at}", shown::line(from));
        words.push_str(if moved.stored.is_empty() {
            "\n"
        } else {
            ", which has a part of it and keeps it\n"
        });
    }
    if report.kept_by.is_some() {
        let _ = writeln!(words, "  {}", view::own_copy_sentence(kept_for(report, people), Lang::En));
    }
    report.items.iter().for_each(|item| item_words(words, item));
    held_words(words, common, report);
    if report.damaged > 0 {
        let _ = writeln!(
            words,
            "  {} of it is damaged on this device and is not sent: write it again, or ring 101",
            report.damaged
        );
    }
    show::told_words(words, &report.told);
    words.push('\n');
}

/// Why it stays here, and what to type.
fn held_words(words: &mut String, common: &Common, report: &ReportView) {
    let refused = |item: &ItemView| item.lane == Lane::Words && item.state == ItemState::Refused;
    let typed = |command: &str| common.typed_as(format_args!("{command} {}", report.reference));
    if let Some(held) = report.held {
        let _ = writeln!(words, "  {}", view::held_sentence(held));
        let command = match held {
            Held::NoCopy => Some("forget"),
            Held::SeveralDesks | Held::Confidential | Held::Halfway => Some("readdress"),
            Held::NoKey | Held::NoOtherDesk | Held::TooLarge => None,
        };
        if let Some(command) = command {
            let _ = writeln!(words, "  to do so: {}", typed(command));
        }
    } else if report.has_copy && report.items.iter().any(refused) {
        let _ = writeln!(words, "  to read it: {}", typed("preview"));
        let _ = writeln!(words, "  to put it right, and submit it as another: {}", typed("draft rescue"));
    }
}

fn item_words(words: &mut String, item: &ItemView) {
    let (name, state) = (view::lane_name(item.lane), view::state_phrase(item.state));
    let _ = write!(words, "  {name}, {}: {state}", HumanBytes(item.size));
    if item.state == ItemState::Waits && item.sent > 0 {
        let _ = write!(words, ", {} of it there", HumanBytes(item.sent));
    }
    if let (Some(at), ItemState::Waits) = (item.resealed_at, item.state) {
        let _ = write!(words, ", sealed anew {}", at.to_rfc3339());
    }
    if let Some(reason) = &item.reason {
        let _ = write!(words, "; {}", shown::line(&view::reason_sentence(reason)));
    }
    let receipts =
        [("stored", item.stored_at, &item.stored_receipt), ("opened", item.opened_at, &item.opened_receipt)];
    for (kind, at, receipt) in receipts {
        if let (Some(at), Some(receipt)) = (at, receipt) {
            let _ = write!(words, "\n    receipt `{kind}` came {}", at.to_rfc3339());
            if let Ok(claims) = receipt.claims() {
                let _ = write!(words, ", signed by key {}", claims.key);
            }
        }
    }
    words.push('\n');
}

/// The stable code of why a report stays here.
fn held_code(held: Held) -> &'static str {
    match held {
        Held::NoCopy => "no_copy",
        Held::NoKey => "no_key",
        Held::NoOtherDesk => "no_other_desk",
        Held::SeveralDesks => "several_desks",
        Held::Confidential => "confidential",
        Held::TooLarge => "too_large",
        Held::Halfway => "halfway",
    }
}

/// The stable code of a lane.
pub(crate) fn lane_code(lane: Lane) -> &'static str {
    match lane {
        Lane::Words => "words",
        Lane::Copies => "copies",
        Lane::Originals => "originals",
    }
}

/// The stable code of a state.
pub(crate) fn state_code(state: ItemState) -> &'static str {
    match state {
        ItemState::Waits => "waits",
        ItemState::Stored => "stored",
        ItemState::Opened => "opened",
        ItemState::Refused => "refused",
    }
}
