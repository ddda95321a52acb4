//! What was typed that asks for a call at once: the signs K02 and K06, and words that speak of danger to life.
//!
//! It shows a card and stops nothing. So it rather shows one too many: "nobody is drowning" raises it too, since whoever
//! reads the card knows better, and no list of words understands a denial. What it looks for stands in `alarm_words`.

use std::fmt;

use turnstone_wire::body::{Scheme, SignCode};

use super::{
    alarm_words::{ENTRIES, Entry},
    ring::{self, Ring},
    said::Said,
    sheet::Writer,
    telling,
};
use crate::{guide::Guide, words::Lang};

/// The published signs that speak of people in danger: being landed frightened, and an overloaded boat.
const SIGNS: [&str; 2] = ["K02", "K06"];

/// What a word speaks of.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Danger {
    /// Somebody is in the water, or drowning.
    Water,
    /// A vessel is sinking, or has capsized.
    Sinking,
    /// A call for help, a flare.
    Distress,
    /// A weapon.
    Weapon,
    /// A bomb.
    Explosive,
    /// A fire.
    Fire,
    /// Somebody is hurt, ill or dying, or cannot breathe.
    Hurt,
    /// Somebody is held, or attacked.
    Attacked,
}

impl Danger {
    /// All of them.
    pub const ALL: [Self; 8] = [
        Self::Water,
        Self::Sinking,
        Self::Distress,
        Self::Weapon,
        Self::Explosive,
        Self::Fire,
        Self::Hurt,
        Self::Attacked,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::Water => "water",
            Self::Sinking => "sinking",
            Self::Distress => "distress",
            Self::Weapon => "weapon",
            Self::Explosive => "explosive",
            Self::Fire => "fire",
            Self::Hurt => "hurt",
            Self::Attacked => "attacked",
        }
    }

    pub(super) fn message(self) -> &'static str {
        match self {
            Self::Water => "alarm-water",
            Self::Sinking => "alarm-sinking",
            Self::Distress => "alarm-distress",
            Self::Weapon => "alarm-weapon",
            Self::Explosive => "alarm-explosive",
            Self::Fire => "alarm-fire",
            Self::Hurt => "alarm-hurt",
            Self::Attacked => "alarm-attacked",
        }
    }
}

/// Why a card is shown. `Debug` says which kind of reason it is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Reason {
    /// A sign was ticked.
    Sign(SignCode),
    /// A word of the list was typed.
    Word {
        /// As it stands in the list.
        word: &'static str,
        /// What it speaks of.
        danger: Danger,
    },
}

impl Reason {
    /// A stable code: the sign's, or what the word speaks of.
    pub fn code(&self) -> &str {
        match self {
            Self::Sign(code) => code.as_str(),
            Self::Word { danger, .. } => danger.code(),
        }
    }
}

impl fmt::Debug for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Sign(_) => "[a sign]",
            Self::Word { .. } => "[a word]",
        })
    }
}

/// What was typed may be an emergency. `Debug` shows how many reasons there are.
#[derive(Clone, PartialEq, Eq)]
pub struct Alarm {
    /// Why: ticked signs first, then what words speak of, each once.
    pub reasons: Vec<Reason>,
    scheme: Scheme,
    exercise: bool,
}

impl fmt::Debug for Alarm {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[alarm for {} reasons]", self.reasons.len())
    }
}

/// Looks through what was typed; none where nothing in it speaks of danger to life.
pub fn alarm(said: &Said) -> Option<Alarm> {
    let mut reasons: Vec<Reason> = Vec::new();
    let ticked = said.sightings.iter().flat_map(|sighting| &sighting.signs);
    for sign in ticked.filter(|sign| is_danger(**sign)) {
        if !reasons.contains(&Reason::Sign(*sign)) {
            reasons.push(Reason::Sign(*sign));
        }
    }
    for text in said.words() {
        let typed = tokens(text.as_str());
        for Entry { word, danger, unless_next } in ENTRIES {
            let known =
                reasons.iter().any(|reason| matches!(reason, Reason::Word { danger: d, .. } if d == danger));
            if !known && holds(&typed, &tokens(word), unless_next) {
                reasons.push(Reason::Word { word, danger: *danger });
            }
        }
    }
    (!reasons.is_empty()).then_some(Alarm { reasons, scheme: said.scheme, exercise: said.exercise })
}

/// Whether a ticked sign speaks of danger.
pub(super) fn is_danger(sign: SignCode) -> bool {
    SIGNS.contains(&sign.as_str())
}

/// The words of a text in small letters; whatever is neither a letter, a digit nor an apostrophe between letters parts them.
fn tokens(text: &str) -> Vec<String> {
    let text = text.to_lowercase().replace(['\u{2019}', '\u{2bc}', '`'], "'");
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '\'');
    words.map(|word| word.trim_matches('\'').to_owned()).filter(|word| !word.is_empty()).collect()
}

/// Whether the words of an entry stand in a text one after the other, and nothing behind them that gives them another sense.
fn holds(typed: &[String], entry: &[String], unless_next: &[&str]) -> bool {
    let found = |(at, window): (usize, &[String])| {
        let next = typed.get(at + entry.len()).map(String::as_str);
        window == entry && !next.is_some_and(|next| unless_next.contains(&next))
    };
    typed.windows(entry.len().max(1)).enumerate().any(found)
}

/// The card that is shown before sending, and can be passed by. `Debug` shows how long it is.
#[derive(Clone, PartialEq, Eq)]
pub struct Card {
    /// What it may be.
    pub title: String,
    /// Why it is shown: a code and a sentence each.
    pub because: Vec<(String, String)>,
    /// Whom to ring, the best one first.
    pub ring: Vec<Ring>,
    /// What else to heed: a rehearsal, words nobody has reviewed.
    pub notes: Vec<String>,
    /// That it stops nothing.
    pub pass: String,
}

impl fmt::Debug for Card {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "[card for {} reasons]", self.because.len())
    }
}

impl Alarm {
    /// The card in a language, with the numbers of a guidance.
    pub fn card(&self, guide: &Guide, lang: Lang) -> Card {
        let desk = Writer::new(guide, lang);
        let mut notes = Vec::new();
        if self.exercise {
            notes.push(desk.say("call-note-exercise"));
        }
        if lang == Lang::Cy {
            notes.push(desk.say("call-note-unreviewed"));
        }
        let because =
            self.reasons.iter().map(|reason| (reason.code().to_owned(), telling::why(*reason, &desk)));
        Card {
            title: desk.say("alarm-title"),
            because: because.collect(),
            ring: ring::of_emergency(self.scheme, &desk),
            notes,
            pass: desk.say("alarm-pass"),
        }
    }
}
