//! `preview`: what the desk will see, made from the very body that would be sealed (P7).

use std::fmt::Write as _;

use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{DRAWN, DraftAttachment, Error, Invalid, Missing, Notice, Prepared, view};
use turnstone_wire::{body::Report, reference::Reference, shown};

use crate::{
    args::Common,
    failure::Failure,
    home,
    output::Output,
    own::{self, Copies},
    parse::Named,
    show::{self, photo},
};

/// Runs the command.
pub(crate) fn run(common: &Common, of: Named, output: &Output) -> Result<(), Failure> {
    let client = home::open(common, output)?;
    match of {
        Named::Draft(_) if common.person.is_some() => Err(own::not_for_drafts()),
        Named::Draft(draft) => {
            let notebook = home::unlock(&client, common, output)?;
            let note = notebook.draft(draft)?;
            let (shown, useful) = (note.prepare()?, show::useful(&note));
            let (report, mark, desk) = (shown.report(), shown.mark(), shown.desk());
            let (lang, is_listed) = (Lang::of(&report.language), shown.desk_is_listed());
            let photos = photo::of_report(&report.attachments, note.attachments());
            let json = with_report(
                report,
                json!({
                    "photos": photos.iter().map(photo::Photo::json).collect::<Vec<_>>(),
                    "draft": draft,
                    "reference": null,
                    "useful": show::seen::useful_json(&useful, &report.language),
                    "shown": mark,
                    "desk": {"id": desk.id, "name": desk.name("en"), "in_national_list": is_listed},
                }),
            );
            let unlisted = view::notice_sentence(Notice::UnlistedDesk, lang);
            let mark_of_desk = if is_listed { String::new() } else { format!("\n          {unlisted}") };
            let head = format!(
                "This is what the desk will see; its reference is made when it is submitted.\nTo:       {}{mark_of_desk}",
                shown::line(desk.name(lang.code()))
            );
            let submit = common.typed(format_args!("draft submit {draft} --shown {mark}"));
            let words = words(head, report, note.attachments());
            let missing = show::seen::missing_words(&useful, &report.language, usize::MAX);
            output.answer(
                &json,
                format_args!("{words}\n{missing}\nTo submit this and nothing else: `{submit}`"),
            )
        }
        Named::Report(reference) => {
            let report = sent(&own::unlock(&client, common, output)?, &reference)?;
            let head = format!("This is what {reference} says to its desk, by this device's copy.");
            // Of what is sent already nothing can be asked any more.
            let photos = photo::of_report(&report.attachments, &[]);
            let photos: Vec<_> = photos.iter().map(photo::Photo::json).collect();
            let json = with_report(
                &report,
                json!({"photos": photos, "draft": null, "reference": reference, "useful": null}),
            );
            output.answer(&json, words(head, &report, &[]))
        }
    }
}

/// What is told of a report, whether it is sent or not, beside `more`.
fn with_report(report: &Report, mut more: Value) -> Value {
    more["report"] = without_keys(report);
    more["located"] = json!(show::located(&report.sightings, report.scheme, &report.language));
    more["seen"] = show::seen::seen_json(&report.sightings, &report.language);
    more
}

/// What would be sent, where that is what was shown under a mark.
pub(crate) fn as_shown(shown: Prepared, mark: &str) -> Result<Prepared, Error> {
    if shown.mark() == mark { Ok(shown) } else { Err(Error::Invalid(Invalid::ShownIsOld)) }
}

/// What a report says, while this device keeps a copy of it.
pub(crate) fn sent(notebook: &impl Copies, reference: &Reference) -> Result<Report, Failure> {
    match notebook.copy(reference) {
        Err(Error::NotFound(Missing::Report)) => {
            let there = notebook.reports(u32::MAX)?.iter().any(|report| report.reference == *reference);
            let error = if there { Failure::NoCopy } else { Error::NotFound(Missing::Report).into() };
            Err(error)
        }
        copy => Ok(copy?),
    }
}

fn without_keys(report: &Report) -> Value {
    let mut body = serde_json::to_value(report).unwrap_or_default();
    if let Some(fields) = body.as_object_mut() {
        // Made anew at submission; whether a contact is sealed in it and what the clock says is worth knowing.
        for name in DRAWN.iter().filter(|name| !["contact", "clocks"].contains(name)) {
            fields.remove(*name);
        }
        for attachment in fields.get_mut("attachments").and_then(Value::as_array_mut).into_iter().flatten() {
            attachment.as_object_mut().map(|part| part.remove("key"));
        }
    }
    body
}

fn words(head: String, report: &Report, known: &[DraftAttachment]) -> String {
    let mut words = head;
    words.push('\n');
    let _ = writeln!(words, "Scheme:   {}, route {}", report.code_word, report.route.code());
    if report.exercise {
        words.push_str("EXERCISE: nothing happened\n");
    }
    if report.urgent {
        words.push_str("URGENT\n");
    }
    show::watch_words(&mut words, report.watch.as_ref());
    show::sightings_words(&mut words, &report.sightings, report.scheme, &report.language);
    for relation in &report.relates {
        show::relation_words(&mut words, relation);
    }
    for photo in photo::of_report(&report.attachments, known) {
        let _ = writeln!(words, "{}", photo::line(&photo, photo::Shown::AtTheDesk));
    }
    show::told_words(&mut words, &report.told);
    words.push_str(match (&report.contact, report.route.is_named()) {
        (Some(_), _) => "Contact:  given; sealed so that only those who may know their sources can read it\n",
        (None, true) => "Contact:  none\n",
        (None, false) => "Contact:  none; nothing in it says who you are\n",
    });
    if let Some(clocks) = &report.clocks {
        let _ =
            writeln!(words, "Clock:    {} when it is submitted, by this device", clocks.wall.to_rfc3339());
    }
    match &report.app {
        Some(app) => {
            let (name, version) = (shown::line(app.name.as_str()), shown::line(app.version.as_str()));
            let _ = write!(words, "Written with {name} {version}");
        }
        None => words.push_str("Nothing says with which program it was written."),
    }
    words
}
