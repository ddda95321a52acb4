//! `report`: from one line of arguments to a report that is safe on this device.

use serde_json::json;
use turnstone_almanac::guide;
use turnstone_core::{
    Client, DraftContent, Error, Invalid, Missing, Note, SystemClock, Usual, Writer, media::MediaKind,
};

use crate::{
    args::{Common, ReportArgs},
    attach::{self, Attaching},
    emergency,
    failure::Failure,
    fields::{
        fix,
        from_photo::{self, FromPhoto, Said},
    },
    home,
    output::Output,
    seen::Unasked,
    show::{
        self,
        photo::{self, Photo},
    },
    stdin::Stdin,
    submit::{self, Submitting},
    watch,
};

/// Runs the command. The words are kept before the first photo is looked at: whatever happens to a photo, they are not
/// lost.
pub(crate) fn run(common: &Common, mut args: ReportArgs, output: &Output) -> Result<(), Failure> {
    if args.fields.what.is_none() {
        return Err(Failure::Usage(
            "say what you saw with --what TEXT, or with --what - from standard input".to_owned(),
        ));
    }
    let mut stdin = Stdin::default();
    args.fields.read_stdin(&mut stdin)?;
    attach::check(&args.attach, stdin.is_taken())?;
    args.fields.fix.check()?;
    let from_photo = FromPhoto::beside(&args.fields, &args.take)?;
    let at_station = args.fields.fix.is_at_station();
    // Said before anything else, and where nothing is set up, too (P12).
    let typed = args.fields.clone().into_content(args.scheme, &Usual::default(), &SystemClock::default())?;
    let opened = home::open(common, output);
    match &opened {
        Ok(client) => emergency::warn(&typed, &client.guide(), output),
        Err(_) => emergency::warn(&typed, guide::built_in(), output),
    }
    let client = opened.map_err(not_kept)?;
    // Before anything is said of a report: whoever gave the wipe PIN must not be told that it is safe here.
    let named = named(&client, common)?;
    // What is usual is a convenience: where it cannot be read, the words are kept all the same (P9).
    let usual = client.usual().unwrap_or_default();
    let content = args.fields.into_content(args.scheme, &usual, &SystemClock::default())?;
    if content.sightings.iter().all(|sighting| sighting.what.is_blank()) {
        return Err(Error::Invalid(Invalid::NothingSeen).into());
    }
    let is_anonymous = !content.route.is_named();
    if args.delay.is_some() && !is_anonymous {
        return Err(Failure::Usage(
            "only an anonymous report is sent later than it could be: add --route anonymous, or leave out --delay"
                .to_owned(),
        ));
    }
    let Begun { client, unlocked, mut note } =
        begin(common, (client, named), content, args.no_watch, output)?;
    let draft = note.row();
    let submit = common.typed(match args.delay {
        Some(delay) => format!("draft submit {draft} --delay {}m", delay.num_minutes()),
        None => format!("draft submit {draft}"),
    });
    let kept = |cause, next: String| Failure::Kept { draft, cause: Box::new(cause), next };
    if at_station {
        let change = common.typed(format_args!("draft change {draft} --at POSITION"));
        let next = format!("say where you stood with `{change}`, then `{submit}`");
        stand_at_station(&client, &mut note).map_err(|cause| kept(cause, next))?;
    }
    if let Some(name) = args.writer {
        let next = format!("go without: `{submit}`");
        note.set_writer(Some(&Writer::Named(name))).map_err(|error| kept(error.into(), next))?;
    }
    if args.no_watch {
        let next = format!("try again with `{submit}`");
        note.leave_watch().map_err(|error| kept(error.into(), next))?;
    }
    let mut attaching = Attaching { stdin: &mut stdin, output, progress: args.progress };
    attaching.add(&mut note, &args.attach).map_err(|cause| {
        let attach = common.typed(format_args!("draft attach {draft} FILE"));
        let route = common.typed(format_args!("draft change {draft} --route confidential"));
        let next = match not_anonymous(&cause) {
            None => format!("add the photo with `{attach}`"),
            Some(kind) => {
                let still = (kind == MediaKind::Video).then(|| photo::still(common, draft) + ", or ");
                let still = still.unwrap_or_default();
                format!("{still}choose another route with `{route}`, then add it with `{attach}`")
            }
        };
        kept(cause, format!("{next}, or go without: `{submit}`"))
    })?;
    let taken_over = match args.from_photo {
        true => take_over(&mut note, from_photo).map_err(|cause| {
            let change = common.typed(format_args!("draft change {draft} --at POSITION --when RFC3339"));
            kept(cause, format!("say it with `{change}`, then `{submit}`"))
        })?,
        false => None,
    };
    if args.draft {
        if client.reach_key_store().is_err() {
            output.advice("The keys of this folder cannot be reached now: what you wrote is kept, and can be read and sent once they can.");
        }
        return keep_as_draft(common, &note, taken_over, &submit, output);
    }
    let how = Submitting { delay: args.delay, mark: None, taken_over, photos_are_new: true };
    submit::run(&client, common, unlocked, note, how, output)
}

/// Takes over what the first photo that says anything says of itself.
fn take_over(note: &mut Note, from_photo: FromPhoto) -> Result<Option<Said>, Failure> {
    let Some(photo) = from_photo::first_that_says(note.attachments()) else { return Ok(None) };
    let mut content = note.content().clone();
    let said = from_photo.apply(&mut content, photo)?;
    note.change(content)?;
    Ok(Some(said))
}

/// Says under which number it is kept, and what its photos say.
fn keep_as_draft(
    common: &Common,
    note: &Note,
    taken_over: Option<Said>,
    submit: &str,
    output: &Output,
) -> Result<(), Failure> {
    let draft = note.row();
    let photos = photo::of_draft(note.attachments());
    let json = json!({
        "outcome": "draft",
        "draft": draft,
        "reference": null,
        "photos": photos.iter().map(Photo::json).collect::<Vec<_>>(),
        "taken_over": taken_over.as_ref().map(Said::json),
        "emergency": emergency::json(note.content(), &note.guide()),
    });
    let mut words = format!("Kept as draft {draft}; `{submit}` submits it.\n");
    let shown = show::photo_shown(note.content());
    photos.iter().for_each(|photo| photo::draft_words(&mut words, common, draft, photo, shown));
    for sentence in taken_over.iter().flat_map(|said| &said.sentences) {
        words.push_str(sentence);
        words.push('\n');
    }
    output.answer(&json, words.trim_end())
}

/// The vault, where a PIN was named. A wrong one keeps nobody from writing; the wipe PIN leaves nothing to write into.
fn named(client: &Client, common: &Common) -> Result<Unasked, Failure> {
    if common.pin_env.is_none() {
        return Ok(None);
    }
    match home::unlock_unasked(client, common) {
        Err(failure @ Failure::Core(Error::NotFound(Missing::Home))) => Err(failure),
        unlocked => Ok(Some(unlocked)),
    }
}

/// A report that is kept as a draft, and with what it goes on.
struct Begun {
    client: Client,
    unlocked: Unasked,
    note: Note,
}

/// Keeps the words: with the vault open where that takes no question, so that the note knows of the watch that runs.
fn begin(
    common: &Common,
    (client, named): (Client, Unasked),
    content: DraftContent,
    no_watch: bool,
    output: &Output,
) -> Result<Begun, Failure> {
    let on_watch = content.route.is_named() && !no_watch;
    let unlocked = named.or_else(|| if on_watch { watch::unasked(&client, common) } else { None });
    let begun = match &unlocked {
        Some(Ok(Some(notebook))) if on_watch => notebook.note(content.clone()),
        _ => client.note(content.clone()),
    };
    match begun {
        Ok(note) => Ok(Begun { client, unlocked, note }),
        // Met just now: opening again mends it, and the words are not lost for it.
        Err(error) if home::needs_opening(&error) => {
            drop((client, unlocked));
            let client = home::open(common, output).map_err(not_kept)?;
            let note = client.note(content).map_err(|error| not_kept(error.into()))?;
            Ok(Begun { client, unlocked: None, note })
        }
        Err(error) => Err(not_kept(error.into())),
    }
}

/// What was given that an anonymous report does not take, where that is why it failed.
fn not_anonymous(cause: &Failure) -> Option<MediaKind> {
    match cause {
        Failure::Attachment { cause, .. } => not_anonymous(cause),
        Failure::Core(Error::Invalid(Invalid::AnonymousMedia { kind })) => Some(*kind),
        _ => None,
    }
}

/// Puts the place of the station into a note.
fn stand_at_station(client: &Client, note: &mut Note) -> Result<(), Failure> {
    let mut content = note.content().clone();
    for sighting in &mut content.sightings {
        fix::stand_at_station(client, sighting)?;
    }
    Ok(note.change(content)?)
}

/// Says that what was just written is nowhere: a person must not walk away from it.
fn not_kept(cause: Failure) -> Failure {
    match cause {
        // There is nothing to write into, which says it already.
        cause @ Failure::NotSetUp { .. } => cause,
        cause => Failure::NotKept { cause: Box::new(cause) },
    }
}
