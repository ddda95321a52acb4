//! What the guidance consists of: each item has a stable code, by which it is found in every language and pack.

use serde::{Deserialize, Serialize};
use turnstone_wire::body::{Scheme, SignCode};

use super::worded::{Source, Worded};
use crate::words::Lang;

/// A page of the guidance.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Page {
    /// Project Kraken: boats and coast.
    Kraken,
    /// Project Pegasus: aircraft and airfields.
    Pegasus,
    /// Organised immigration crime: the background of both.
    Oic,
}

impl Page {
    /// All three.
    pub const ALL: [Self; 3] = [Self::Kraken, Self::Pegasus, Self::Oic];

    /// The stable code (`kraken`, `pegasus`, `oic`).
    pub fn code(self) -> &'static str {
        match self {
            Self::Kraken => "kraken",
            Self::Pegasus => "pegasus",
            Self::Oic => "oic",
        }
    }

    /// The page of a code.
    pub fn of(code: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|page| page.code() == code)
    }

    /// The scheme, where the page is one's own.
    pub fn scheme(self) -> Option<Scheme> {
        match self {
            Self::Kraken => Some(Scheme::Kraken),
            Self::Pegasus => Some(Scheme::Pegasus),
            Self::Oic => None,
        }
    }
}

impl From<Scheme> for Page {
    fn from(scheme: Scheme) -> Self {
        match scheme {
            Scheme::Kraken => Self::Kraken,
            Scheme::Pegasus => Self::Pegasus,
        }
    }
}

/// A scheme, as it presents itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SchemePage {
    /// Which.
    pub scheme: Scheme,
    /// The word to quote.
    pub code_word: String,
    /// What it is about, in three words.
    pub title: Worded,
    /// What to say on the telephone.
    pub quote: Worded,
    /// Where it is for.
    pub place: Worded,
    /// Who runs it.
    pub run_by: Worded,
    /// Where that was read.
    pub source: Source,
}

/// How somebody is reached.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Reach {
    /// By a telephone call; digits and spaces, as printed.
    Call(String),
    /// By a text message; the same.
    Sms(String),
    /// By VHF radio: the channel.
    Radio(String),
}

impl Reach {
    /// What was given: a number or a channel.
    pub fn as_str(&self) -> &str {
        match self {
            Self::Call(text) | Self::Sms(text) | Self::Radio(text) => text,
        }
    }

    /// The stable code (`call`, `sms`, `radio`).
    pub fn code(&self) -> &'static str {
        match self {
            Self::Call(_) => "call",
            Self::Sms(_) => "sms",
            Self::Radio(_) => "radio",
        }
    }
}

/// Whom to ring, write to or call by radio, and in which case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Line {
    /// Its stable code, such as `police`.
    pub code: String,
    /// How it is reached.
    pub reach: Reach,
    /// The number or channel as it is shown, such as `999 by text`.
    pub number: Worded,
    /// In which case, and what to know before.
    pub purpose: Worded,
    /// On which pages it stands.
    pub pages: Vec<Page>,
    /// Where it was read, and how old that was.
    pub source: Source,
    /// True where a pack says that it is no longer in use: kept for what names it, and not offered.
    pub withdrawn: bool,
}

impl Line {
    /// The digits to dial; `None` where it is not a call.
    pub fn dial(&self) -> Option<String> {
        match &self.reach {
            Reach::Call(number) => Some(number.chars().filter(char::is_ascii_digit).collect()),
            Reach::Sms(_) | Reach::Radio(_) => None,
        }
    }

    /// The number or channel as it is shown in a language.
    pub fn shown(&self, lang: Lang) -> &str {
        self.number.say(lang)
    }
}

/// Something to write down, or a rule to keep to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// Its stable code, such as `who` or `no_confront`.
    pub code: String,
    /// The words.
    pub text: Worded,
    /// Where it was read.
    pub source: Source,
    /// As [`Line::withdrawn`].
    pub withdrawn: bool,
}

/// A published sign to spot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sign {
    /// Its stable code: a capital letter and two digits.
    pub code: SignCode,
    /// Who published it.
    pub page: Page,
    /// What to look out for.
    pub text: Worded,
    /// Where it was read.
    pub source: Source,
    /// As [`Line::withdrawn`].
    pub withdrawn: bool,
}

impl Sign {
    /// True where somebody who reports under `scheme` is shown this sign. Those of organised immigration crime belong to both.
    pub fn belongs_to(&self, scheme: Scheme) -> bool {
        self.page.scheme().is_none_or(|own| own == scheme)
    }
}

/// A background page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Topic {
    /// Its stable code.
    pub code: String,
    /// On which page it stands.
    pub page: Page,
    /// Its title.
    pub title: Worded,
    /// What it says, point by point.
    pub points: Vec<Worded>,
    /// Where that was read.
    pub source: Source,
    /// As [`Line::withdrawn`].
    pub withdrawn: bool,
}

/// Help for somebody: a title over lines.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Help {
    /// Its stable code.
    pub code: String,
    /// On which pages it stands.
    pub pages: Vec<Page>,
    /// For whom.
    pub title: Worded,
    /// The codes of the lines, in their order.
    pub lines: Vec<String>,
    /// Where that was read.
    pub source: Source,
    /// As [`Line::withdrawn`].
    pub withdrawn: bool,
}

/// Where to read on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Link {
    /// Its stable code.
    pub code: String,
    /// On which pages it stands.
    pub pages: Vec<Page>,
    /// Who publishes it, and its title.
    pub title: Worded,
    /// For whom.
    pub audience: Worded,
    /// The name of the site, where one is noted.
    pub site: Option<String>,
    /// Where that was read.
    pub source: Source,
    /// As [`Line::withdrawn`].
    pub withdrawn: bool,
}
