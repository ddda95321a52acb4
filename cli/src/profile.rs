//! `profile`: the set-up of a team's device.

use std::path::PathBuf;

use clap::{Args, Subcommand};
use serde_json::{Value, json};
use turnstone_almanac::words::Lang;
use turnstone_core::{
    Client, Notebook, OfferedProfile, ProfileView,
    view::{self, ProfileStep},
};
use turnstone_wire::limits;

use crate::{args::Common, failure::Failure, home, output::Output, parse, stdin::Stdin};

/// Set this device up for a team, show how it is set up, or make it a personal one again
///
/// A team's set-up comes from whoever runs the team, as a file or as the text of a QR code. One that the keys of the list of
/// desks have signed is taken as it is. Any other is not in the national list: it is taken only with its four words, which
/// whoever made it reads out. It never replaces a desk that is listed, and never touches what waits to be sent.
///
/// On a team's device nothing is sent anonymously: others know who was on watch. Needs the PIN where there is one.
#[derive(Debug, Args)]
pub(crate) struct ProfileArgs {
    #[command(subcommand)]
    action: ProfileAction,
    /// Language of the answer
    #[arg(long, global = true, value_parser = parse::language, value_name = "en|cy", default_value = "en")]
    lang: String,
}

#[derive(Debug, Subcommand)]
enum ProfileAction {
    /// Take a team's set-up in the place of the one in force
    ///
    /// Example: turnstone profile take team.profile
    Take {
        /// The file, or the text of its QR code; `-` reads it from standard input
        #[arg(value_name = "FILE|-")]
        file: PathBuf,
        /// The four words as whoever made it read them out; without them a terminal is asked
        #[arg(long, value_name = "WORDS")]
        words: Option<String>,
    },
    /// Show the set-up in force
    ///
    /// Example: turnstone profile show --lang cy
    Show,
    /// Make this a personal device again; what waits to be sent goes on as it is
    Leave,
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: &ProfileArgs, output: &Output) -> Result<(), Failure> {
    let lang = Lang::of(&args.lang);
    let client = home::open(common, output)?;
    let notebook = home::unlock(&client, common, output)?;
    match &args.action {
        ProfileAction::Take { file, words } => {
            let bytes = Stdin::default().bytes_or_file(file, limits::PROFILE_BYTES)?;
            take(&notebook, &bytes, words.as_deref(), lang, output)?;
            show(&client, &notebook, Some(ProfileStep::Taken), lang, output)
        }
        ProfileAction::Show => show(&client, &notebook, None, lang, output),
        ProfileAction::Leave => {
            let step = if notebook.leave_profile()? { ProfileStep::Left } else { ProfileStep::None };
            let json =
                json!({"outcome": if step == ProfileStep::Left { "left" } else { "none" }, "profile": null});
            output.answer(&json, view::profile_sentence(step, lang))
        }
    }
}

fn take(
    notebook: &Notebook,
    bytes: &[u8],
    words: Option<&str>,
    lang: Lang,
    output: &Output,
) -> Result<(), Failure> {
    let outside = match notebook.offered_profile(bytes)? {
        OfferedProfile::Listed(believed) => return Ok(notebook.take_profile(&believed)?),
        OfferedProfile::Outside(outside) => outside,
    };
    let compare = format!(
        "{} {}",
        view::signer_sentence(false, lang),
        view::profile_sentence(ProfileStep::Compare, lang)
    );
    let typed = match words {
        Some(words) => words.to_owned(),
        None if output.can_ask() => {
            output.advice(&compare);
            output.ask("Four words:")?
        }
        None => return Err(Failure::FourWordsNeeded(compare)),
    };
    let believed = outside.compare(&typed).map_err(|(_, error)| error)?;
    Ok(notebook.take_profile(&believed)?)
}

fn show(
    client: &Client,
    notebook: &Notebook,
    step: Option<ProfileStep>,
    lang: Lang,
    output: &Output,
) -> Result<(), Failure> {
    let directory = client.directory()?;
    let held = notebook.profile()?;
    let mut lines: Vec<_> = step.into_iter().map(|step| view::profile_sentence(step, lang)).collect();
    match &held {
        Some(held) => lines.extend(view::profile_lines(held, directory.as_deref(), lang)),
        None => lines.push(view::profile_sentence(ProfileStep::None, lang)),
    }
    let outcome = if step.is_some() { "taken" } else { "shown" };
    let json = json!({"outcome": outcome, "profile": held.as_ref().map(held_json), "sentences": lines});
    output.answer(&json, lines.join("\n"))
}

fn held_json(held: &ProfileView) -> Value {
    let profile = &held.profile;
    json!({
        "team": profile.team,
        "station": profile.station,
        "people": profile.people,
        "desks": profile.desks,
        "unlisted_desks": profile.unlisted.iter().map(|desk| json!({"id": desk.id, "name": desk.name("en")})).collect::<Vec<_>>(),
        "listed_anyway": held.listed_anyway,
        "language": profile.language,
        "routes": profile.routes(),
        "issued": profile.issued,
        "expires": profile.expires,
        "expired": held.expired,
        "in_national_list": held.in_national_list,
    })
}
