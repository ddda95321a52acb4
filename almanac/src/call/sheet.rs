//! A sheet: rows to read out, one after the other, to one kind of listener.

use std::fmt;

use turnstone_wire::{body::Scheme, shown, text::Text};

use super::{
    emergency,
    ring::{self, Ring},
    said::Said,
    tell, vhf,
};
use crate::{
    guide::Guide,
    words::{Lang, Words, words},
};

/// How far the lines of a text of several lines are set in.
const INDENT: &str = "    ";

/// Who listens, or reads.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SheetFor {
    /// 999, asking for the Coastguard.
    Coastguard,
    /// 999, asking for the police.
    PoliceNow,
    /// VHF channel 16: Mayday, or Mayday Relay where the witness is not on board what is in danger.
    Mayday,
    /// VHF channel 16: Pan-Pan.
    PanPan,
    /// 101.
    Police,
    /// Crimestoppers, who hear nothing of the witness.
    Crimestoppers,
    /// A force's form on the web; named routes only.
    Online,
}

impl SheetFor {
    /// All of them, most urgent first.
    pub const ALL: [Self; 7] = [
        Self::Coastguard,
        Self::PoliceNow,
        Self::Mayday,
        Self::PanPan,
        Self::Police,
        Self::Crimestoppers,
        Self::Online,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Coastguard => "999-coastguard",
            Self::PoliceNow => "999-police",
            Self::Mayday => "mayday",
            Self::PanPan => "pan-pan",
            Self::Police => "101",
            Self::Crimestoppers => "crimestoppers",
            Self::Online => "online",
        }
    }

    /// By its code, or by a short one: `999` is the Coastguard for boats and the police for aircraft, `vhf` is Mayday.
    pub fn of(code: &str, scheme: Scheme) -> Option<Self> {
        match (code, scheme) {
            ("999", Scheme::Kraken) | ("coastguard", _) => Some(Self::Coastguard),
            ("999", Scheme::Pegasus) => Some(Self::PoliceNow),
            ("vhf", _) => Some(Self::Mayday),
            (code, _) => Self::ALL.into_iter().find(|one| one.code() == code),
        }
    }
}

/// Who is anonymous has no text for a force's form, which asks for a name: Crimestoppers has a form that does not.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone, Copy)]
#[error("an anonymous report has no text for a police form, which asks who you are; Crimestoppers' does not")]
pub struct NotOnThisRoute;

/// One thing to say. `Debug` shows what it is about.
#[derive(Clone, PartialEq, Eq)]
pub struct Row {
    /// What it is about, as a stable code (`where`, `what`, `danger`).
    pub part: &'static str,
    /// The same, to read.
    pub label: String,
    /// What to say: made safe to show.
    pub words: String,
    /// Nobody typed it: the words say what to say there.
    pub is_gap: bool,
}

impl fmt::Debug for Row {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[row {}]", self.part)
    }
}

/// What to read out, from the first row to the last. `Debug` shows how long it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Sheet {
    /// Who listens.
    pub listener: SheetFor,
    /// Its language; what is said by radio is English in both.
    pub lang: Lang,
    /// What it is.
    pub title: String,
    /// The numbers or the channel, the best one first.
    pub ring: Vec<Ring>,
    /// What to heed before the first word.
    pub notes: Vec<String>,
    /// What to say.
    pub rows: Vec<Row>,
    /// Where the form and its order come from, and of when that is.
    pub source: String,
}

impl fmt::Debug for Sheet {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[sheet of {} rows]", self.rows.len())
    }
}

/// Makes what is read out to a listener, or copied into a form, with the numbers of a guidance.
///
/// # Errors
/// [`NotOnThisRoute`] for a form's text of an anonymous report, and for nothing else: whoever is in need is told what to say.
pub fn sheet(listener: SheetFor, said: &Said, guide: &Guide, lang: Lang) -> Result<Sheet, NotOnThisRoute> {
    let desk = Writer::new(guide, lang);
    let rows = match listener {
        SheetFor::Coastguard | SheetFor::PoliceNow => emergency::rows(listener, said, &desk),
        SheetFor::Mayday => vhf::mayday(said, &desk),
        SheetFor::PanPan => vhf::pan_pan(said, &desk),
        SheetFor::Police => tell::to_police(said, &desk),
        SheetFor::Crimestoppers => tell::to_crimestoppers(said, &desk),
        SheetFor::Online if said.is_named() => tell::to_form(said, &desk),
        SheetFor::Online => return Err(NotOnThisRoute),
    };
    let code = listener.code();
    let relayed = listener == SheetFor::Mayday && !said.own.in_danger;
    let title = if relayed { "call-title-mayday-relay".to_owned() } else { format!("call-title-{code}") };
    let mut notes = Vec::new();
    if said.exercise {
        notes.push(desk.say("call-note-exercise"));
    }
    notes.extend(notes_of(listener, relayed).iter().map(|id| desk.say(id)));
    if lang == Lang::Cy {
        notes.push(desk.say("call-note-unreviewed"));
    }
    Ok(Sheet {
        listener,
        lang,
        source: desk.source(&title),
        title: desk.say(&title),
        ring: ring::of_sheet(listener, said.scheme, &desk),
        notes,
        rows,
    })
}

/// What to heed, by the ids of its messages.
fn notes_of(listener: SheetFor, relayed: bool) -> &'static [&'static str] {
    match listener {
        SheetFor::Coastguard | SheetFor::PoliceNow => &["call-note-999"],
        SheetFor::Mayday if relayed => {
            &["call-note-relay", "call-note-radio-heard", "call-note-radio-english"]
        }
        SheetFor::Mayday => &["call-note-mayday", "call-note-radio-heard", "call-note-radio-english"],
        SheetFor::PanPan => &["call-note-pan-pan", "call-note-radio-heard", "call-note-radio-english"],
        SheetFor::Police => &["call-note-101"],
        SheetFor::Crimestoppers => &["call-note-crimestoppers"],
        SheetFor::Online => &["call-note-online"],
    }
}

impl Sheet {
    /// The sheet as plain text: a line for each row, gaps in square brackets. The text for a form is the rows alone.
    pub fn to_text(&self) -> String {
        let mut text = String::new();
        if self.listener != SheetFor::Online {
            text.push_str(&self.title);
            text.push('\n');
            for ring in &self.ring {
                text.push_str(&format!("* {}\n", ring.words));
            }
            for note in &self.notes {
                text.push_str(&format!("! {note}\n"));
            }
            text.push('\n');
        }
        for row in &self.rows {
            let words = if row.is_gap { format!("[{}]", row.words) } else { row.words.clone() };
            text.push_str(&format!("{}: {}\n", row.label, words.replace('\n', &format!("\n{INDENT}"))));
        }
        if self.listener != SheetFor::Online && !self.source.is_empty() {
            text.push_str(&format!("\n{}\n", self.source));
        }
        text
    }
}

/// Writes rows in one language.
pub(super) struct Writer<'a> {
    words: &'static Words,
    guide: &'a Guide,
}

impl<'a> Writer<'a> {
    pub(super) fn new(guide: &'a Guide, lang: Lang) -> Self {
        Self { words: words(lang), guide }
    }

    pub(super) fn lang(&self) -> Lang {
        self.words.lang()
    }

    pub(super) fn guide(&self) -> &'a Guide {
        self.guide
    }

    pub(super) fn say(&self, id: &str) -> String {
        self.words.say(id, &[])
    }

    /// A message with texts for its variables.
    pub(super) fn fill(&self, id: &str, texts: &[(&str, &str)]) -> String {
        let args: Vec<_> = texts.iter().map(|(name, text)| (*name, (*text).into())).collect();
        self.words.say(id, &args)
    }

    /// A message about a number of things.
    pub(super) fn count(&self, id: &str, n: u32) -> String {
        self.words.say(id, &[("n", n.into())])
    }

    /// A row that was typed.
    pub(super) fn row(&self, part: &'static str, words: String) -> Row {
        Row { part, label: self.label(part), words, is_gap: false }
    }

    /// A row that nobody typed: what to say there, and nothing made up.
    pub(super) fn gap(&self, part: &'static str, id: &str) -> Row {
        Row { part, label: self.label(part), words: self.say(id), is_gap: true }
    }

    /// What was typed, or the gap where nothing was.
    pub(super) fn text(&self, part: &'static str, typed: Option<&Text>, gap: &str) -> Row {
        match typed.filter(|text| !text.is_blank()) {
            Some(text) => self.row(part, safe(text)),
            None => self.gap(part, gap),
        }
    }

    /// Where a message's fact comes from, and of when that is.
    pub(super) fn source(&self, id: &str) -> String {
        let of = |name: &str| words(Lang::En).attribute(id, name);
        match (of("source"), of("seen")) {
            (Some(source), Some(seen)) => {
                self.fill("call-source", &[("source", source.as_str()), ("seen", seen.as_str())])
            }
            _ => String::new(),
        }
    }

    /// The name of a field or a kind of subject; one that a newer version has brought, by its own name.
    pub(super) fn name_of(&self, prefix: &str, name: &str) -> String {
        let id = format!("call-{prefix}-{}", name.replace('_', "-"));
        if self.words.has(&id) { self.say(&id) } else { name.replace('_', " ") }
    }

    fn label(&self, part: &str) -> String {
        self.say(&format!("call-part-{part}"))
    }
}

/// A witness's words, made safe to show.
pub(super) fn safe(text: &Text) -> String {
    shown::lines(text.as_str().trim(), "")
}
