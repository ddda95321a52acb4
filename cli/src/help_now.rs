//! `help-now`: whom to ring, and what to say. Nothing is kept or sent; it needs no home folder, and takes newer numbers from one that
//! is there.

use clap::Args;
use serde_json::{Value, json};
use turnstone_almanac::{
    call::{self, Advice, Case, Own, Said, Sheet},
    guide::{self, Guide},
    words::{Lang, words},
};
use turnstone_core::SystemClock;
use turnstone_wire::{
    body::{Fix, FixSource, Position, Route, Scheme, Sighting, Target},
    text::Text,
};

use crate::{
    args::Common, call_sheet, emergency, failure::Failure, fields, guide::open_if_there, large::large,
    output::Output, parse, stdin::Stdin,
};

/// Say whom to ring in which case, and what to read out to them
///
/// Needs nothing set up, no PIN and no network, and keeps nothing. With --case it shows the number large and what to say,
/// with what you type filled in. What stands in [brackets] is for you to say.
///
/// Example: turnstone help-now --case own-boat --boat "Sea Holly" --at 50.6065,-1.9480 --what "taking on water" --aboard 3
#[derive(Debug, Args)]
pub(crate) struct HelpNowArgs {
    /// kraken (boats and coast) or pegasus (aircraft and airfields) [default: both]
    #[arg(value_parser = parse::scheme, value_name = "kraken|pegasus")]
    scheme: Option<Scheme>,
    /// What it is: danger-at-sea, own-boat, crime-now, cannot-speak, not-urgent, anonymous, terrorism or slavery
    #[arg(long, value_parser = case, value_name = "CASE")]
    case: Option<Case>,
    /// What is happening; `-` reads it from standard input
    #[arg(long, value_parser = parse::text(), value_name = "TEXT|-")]
    what: Option<Text>,
    /// Where you are, such as 50.6065,-1.9480 or SZ 036 786
    #[arg(long, value_parser = parse::position, value_name = "POSITION", allow_hyphen_values = true)]
    at: Option<Position>,
    /// Where it is, if that is somewhere else
    #[arg(long, value_parser = parse::position, value_name = "POSITION", allow_hyphen_values = true)]
    target_at: Option<Position>,
    #[command(flatten)]
    own: OwnFields,
    /// Language: en [default] or cy
    #[arg(long, value_parser = parse::language, value_name = "en|cy")]
    lang: Option<String>,
}

/// The witness's own boat, for the radio.
#[derive(Debug, Clone, Args)]
pub(crate) struct OwnFields {
    /// Name of your own boat or station, for the radio
    #[arg(long, value_parser = parse::text(), value_name = "NAME")]
    boat: Option<Text>,
    /// Its call sign or MMSI
    #[arg(long, value_parser = parse::text(), value_name = "TEXT")]
    call_sign: Option<Text>,
    /// How many are on board
    #[arg(long, value_parser = parse::text(), value_name = "COUNT")]
    aboard: Option<Text>,
}

impl OwnFields {
    pub(crate) fn own(&self, in_danger: bool) -> Own {
        let (name, call_sign) = (self.boat.clone(), self.call_sign.clone());
        Own { in_danger, name, call_sign, aboard: self.aboard.clone() }
    }
}

fn case(code: &str) -> Result<Case, String> {
    let found = Case::ALL.into_iter().find(|case| case.code().eq_ignore_ascii_case(code.trim()));
    found.ok_or_else(|| format!("it is one of {}", Case::ALL.map(Case::code).join(", ")))
}

/// Runs the command.
pub(crate) fn run(common: &Common, mut args: HelpNowArgs, output: &Output) -> Result<(), Failure> {
    if args.what.as_ref().is_some_and(|what| what.as_str() == "-") {
        args.what = Some(Stdin::default().text()?);
    }
    let lang = args.lang.as_deref().map_or(Lang::En, Lang::of);
    let (scheme, asked) = (args.scheme, args.case);
    let said = said(args);
    let alarm = call::alarm(&said);
    // What was typed says it: nobody in need has to know a name for it.
    let urgent = if said.scheme == Scheme::Kraken { Case::DangerAtSea } else { Case::CrimeNow };
    let case = asked.or(alarm.as_ref().map(|_| urgent));
    // A newer pack may bring newer numbers; a home folder is not needed.
    let client = open_if_there(common, output);
    let held = client.map(|client| client.guide());
    let guide = held.as_deref().unwrap_or(guide::built_in());
    let shown = match case {
        Some(case) => vec![call::advise(case, scheme, guide, lang)],
        None => call::help_now(scheme, guide, lang),
    };
    let sheets: Vec<Sheet> = case.map(|case| sheets(case, &said, guide, lang)).unwrap_or_default();
    let json = json!({
        "lang": lang.code(),
        "cases": shown.iter().map(advice_json).collect::<Vec<_>>(),
        "sheets": sheets.iter().map(call_sheet::sheet_json).collect::<Vec<_>>(),
        "emergency": alarm.map(|alarm| emergency::card_json(&alarm.card(guide, lang))),
    });
    output.answer(&json, in_words(&shown, &sheets, lang))
}

/// What was typed, as one sighting of now.
fn said(args: HelpNowArgs) -> Said {
    let what = args.what.unwrap_or_default();
    let now = fields::now(&SystemClock::default());
    let sighting = Sighting {
        observer: args.at.map(|at| Fix::new(at, FixSource::Hand)),
        target: args.target_at.map(|position| Target::Point { position, accuracy_m: None }),
        ..Sighting::new(now, what)
    };
    let scheme = args.scheme.unwrap_or(Scheme::Kraken);
    let own = args.own.own(args.case == Some(Case::OwnBoat));
    Said { own, ..Said::new(scheme, Route::Police, vec![sighting]) }
}

fn sheets(case: Case, said: &Said, guide: &Guide, lang: Lang) -> Vec<Sheet> {
    case.sheets().iter().filter_map(|listener| call::sheet(*listener, said, guide, lang).ok()).collect()
}

fn in_words(shown: &[Advice], sheets: &[Sheet], lang: Lang) -> String {
    let first = shown.first().and_then(|advice| advice.ring.first());
    let mut parts: Vec<String> = first.map(|ring| format!("{}\n", large(&ring.number))).into_iter().collect();
    for advice in shown {
        parts.push(format!("{} ({})", advice.title, advice.case.code()));
        for ring in &advice.ring {
            let published = [("source", ring.source.as_str().into()), ("seen", ring.seen.as_str().into())];
            parts.push(format!("  * {} [{}]", ring.words, words(lang).say("call-published", &published)));
        }
    }
    parts.extend(sheets.iter().map(|sheet| format!("\n{}", sheet.to_text().trim_end())));
    if sheets.is_empty() {
        let command = [("command", "turnstone help-now --case CASE".into())];
        parts.push(words(lang).say("call-more-sheets", &command));
        if lang == Lang::Cy {
            parts.push(words(lang).say("call-note-unreviewed", &[]));
        }
    }
    parts.join("\n")
}

fn advice_json(advice: &Advice) -> Value {
    json!({
        "case": advice.case.code(),
        "title": advice.title,
        "ring": advice.ring.iter().map(emergency::ring_json).collect::<Vec<_>>(),
        "sheets": advice.case.sheets().iter().map(|sheet| sheet.code()).collect::<Vec<_>>(),
    })
}
