//! `guide`: whom to ring, what to do and to write down, what to look out for. Works before anything is set up, and locked.

use std::{fmt::Write as _, path::PathBuf};

use clap::Args;
use serde_json::{Value, json};
use turnstone_almanac::{
    guide::{self, Page},
    words::Lang,
};
use turnstone_core::{
    Client, Clock as _, HeldPack, SystemClock,
    view::{self, GuideRow, GuideScreen, GuideSection},
};
use turnstone_wire::{limits, pack::PackKind, shown};

use crate::{
    args::Common,
    failure::Failure,
    home::{self, Places},
    init,
    output::Output,
};

/// Whom to ring, what to write down, what to look out for
///
/// Needs nothing: no folder set up, no PIN, no network. Each fact says where it was read and how old that is. What came with
/// the program can be replaced by a newer signed pack: --take takes one, --built-in goes back.
///
/// Danger to life, or a crime going on now: ring 999, or at sea call the Coastguard on VHF 16.
///
/// Example: turnstone guide kraken --lang cy
#[derive(Debug, Args)]
pub(crate) struct GuideArgs {
    /// kraken (boats and coast), pegasus (aircraft and airfields) or oic (organised immigration crime) [default: all]
    #[arg(value_parser = page, value_name = "kraken|pegasus|oic")]
    page: Option<Page>,
    /// en or cy
    #[arg(long, value_parser = language, default_value = "en", value_name = "en|cy")]
    lang: Lang,
    /// Use this newer pack from now on; it must be signed by the keys that lists of desks are signed by
    #[arg(long, value_name = "FILE", conflicts_with_all = ["page", "built_in"])]
    take: Option<PathBuf>,
    /// Use what came with the program again
    #[arg(long, conflicts_with = "page")]
    built_in: bool,
}

fn page(text: &str) -> Result<Page, String> {
    Page::of(text).ok_or_else(|| "kraken, pegasus or oic".to_owned())
}

fn language(text: &str) -> Result<Lang, String> {
    Lang::ALL.into_iter().find(|lang| lang.code() == text).ok_or_else(|| "en or cy".to_owned())
}

/// Runs the command.
pub(crate) fn run(common: &Common, args: &GuideArgs, output: &Output) -> Result<(), Failure> {
    if let Some(path) = &args.take {
        let bytes = init::read(path, limits::PACK_BYTES * 2)?;
        let held = home::open(common, output)?.take_pack(&bytes)?;
        let json = json!({"outcome": "taken", "pack": pack_json(&held)});
        return output.answer(&json, view::pack_taken_sentence(&held, args.lang));
    }
    if args.built_in {
        let client = home::open(common, output)?;
        PackKind::ALL.into_iter().try_for_each(|kind| client.drop_pack(kind))?;
        return output.answer(&json!({"outcome": "built_in"}), view::pack_dropped_sentence(args.lang));
    }
    let today = SystemClock::default().wall().date_naive();
    let screen = match open_if_there(common, output) {
        Some(client) => {
            let packs = client.packs().unwrap_or_default();
            let held = packs.iter().find(|held| held.kind == PackKind::Guidance);
            view::guide_screen(&client.guide(), held, args.page, args.lang, today)
        }
        None => view::guide_screen(guide::built_in(), None, args.page, args.lang, today),
    };
    output.answer(&json(&screen, args), words(&screen))
}

/// The home folder, where one is set up and opens. Nothing that is wrong with it keeps anybody from reading whom to ring.
pub(crate) fn open_if_there(common: &Common, output: &Output) -> Option<Client> {
    let places = Places::of(common).ok()?;
    if !places.home.join("words.db").exists() {
        return None;
    }
    match home::open(common, output) {
        Ok(client) => Some(client),
        Err(failure) => {
            output.advice(&format!("turnstone: {failure}"));
            None
        }
    }
}

fn words(screen: &GuideScreen) -> String {
    let mut words = String::new();
    for section in &screen.sections {
        let _ = writeln!(words, "{}", shown::line(&section.heading));
        section_words(&mut words, section);
        words.push('\n');
    }
    let _ = write!(words, "{}", capitalised(&screen.gathered));
    words.push('.');
    for notice in &screen.notices {
        let _ = write!(words, "\n{}", shown::line(&notice.text));
    }
    words
}

/// The rows, and under them where they were read: once, where they all come from one place.
fn section_words(words: &mut String, section: &GuideSection) {
    let numbers = section.rows.iter().filter_map(|row| row.number.as_ref());
    let width = numbers.map(|number| number.chars().count()).max().unwrap_or(0);
    let facts = || section.rows.iter().filter(|row| !row.source.is_empty());
    let first = facts().next().map(source);
    let shared = facts().all(|row| Some(source(row)) == first);
    let to_choose = section.rows.iter().filter(|row| is_to_choose(row));
    let code_width = to_choose.map(|row| row.code.len()).max().unwrap_or(0);
    for row in &section.rows {
        let (text, site) = (shown::line(&row.text), row.by.as_ref().filter(|_| row.number.is_none()));
        let site = site.map(|site| format!(": {}", shown::line(site))).unwrap_or_default();
        let _ = match &row.number {
            Some(number) => writeln!(words, "  {:width$}  {text}", shown::line(number)),
            None if is_to_choose(row) => writeln!(words, "  {:code_width$}  {text}", row.code),
            None => writeln!(words, "  {text}{site}"),
        };
        if !shared && !row.source.is_empty() {
            let _ = writeln!(words, "  {:width$}    [{}]", "", source(row));
        }
    }
    if let (true, Some(source)) = (shared, first) {
        let _ = writeln!(words, "    [{source}]");
    }
}

/// Signs, and what states nothing that was read anywhere: their codes are what a report takes.
fn is_to_choose(row: &GuideRow) -> bool {
    row.source.is_empty() || row.code.parse::<turnstone_wire::body::SignCode>().is_ok()
}

fn source(row: &GuideRow) -> String {
    shown::line(&format!("{}; {}", row.source, row.source_age))
}

fn capitalised(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map(|first| first.to_uppercase().chain(letters).collect()).unwrap_or_default()
}

fn json(screen: &GuideScreen, args: &GuideArgs) -> Value {
    let row = |row: &GuideRow| {
        json!({
            "code": row.code, "text": row.text, "number": row.number, "dial": row.dial, "by": row.by,
            "source": row.source, "source_age": row.source_age, "reviewed": row.reviewed,
        })
    };
    let section = |section: &GuideSection| {
        let rows: Vec<_> = section.rows.iter().map(row).collect();
        json!({"code": section.code, "heading": section.heading, "rows": rows})
    };
    let notices = screen.notices.iter().map(|notice| json!({"code": notice.code, "text": notice.text}));
    json!({
        "page": args.page.map(Page::code),
        "lang": args.lang.code(),
        "sections": screen.sections.iter().map(section).collect::<Vec<_>>(),
        "gathered": screen.gathered,
        "notices": notices.collect::<Vec<_>>(),
    })
}

fn pack_json(held: &HeldPack) -> Value {
    json!({"kind": held.kind.code(), "sequence": held.sequence, "issued": held.issued})
}
