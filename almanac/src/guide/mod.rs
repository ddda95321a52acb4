//! The guidance: whom to ring, what to write down, what to look out for, where to read on.
//!
//! It is compiled in, and a newer signed pack may take its place at run time; both are of one format, an index and Fluent
//! texts in each language. A pack that does not read, or lacks anything that is compiled in, is refused whole: what is
//! compiled in is never taken away, though a pack may say that an item is `withdrawn` and no longer to be offered.
//!
//! ```
//! use turnstone_almanac::{guide, words::Lang};
//!
//! let police = guide::built_in().line("police").ok_or("101 is always there")?;
//! assert_eq!(police.shown(Lang::En), "101");
//! assert!(police.purpose.say(Lang::Cy).contains("gair cod"));
//! assert!(!police.purpose.reviewed(Lang::Cy));
//! # Ok::<(), &str>(())
//! ```

mod age;
mod index;
mod item;
mod read;
mod texts;
mod worded;

use std::sync::LazyLock;

use chrono::NaiveDate;
use turnstone_wire::{
    JsonError,
    body::{Scheme, SignCode},
    check_json,
};

pub use age::{OLD_MONTHS, age, day, gathered_age, is_old, source_age};
pub use item::{Advice, Help, Line, Link, Page, Reach, SchemePage, Sign, Topic};
pub use worded::{Dated, Source, Worded};

use self::{
    index::{Index, Payload},
    read::Both,
    texts::Texts,
};
use crate::words::{self, Lang};

/// Largest pack of guidance, in bytes.
pub const PACK_BYTES: usize = 256 * 1024;

/// The topics of `almanac/words` that are facts, and travel in a pack.
const TOPICS: [&str; 3] = ["guide", "signs", "lines"];

/// Why a pack of guidance is not taken. Ids and codes in it are plain words of a pack's author.
#[derive(Debug, thiserror::Error, PartialEq, Eq, Clone)]
pub enum GuideError {
    /// Larger than [`PACK_BYTES`], or more items than anybody reads.
    #[error("the guidance is too large")]
    TooLarge,
    /// Not acceptable JSON.
    #[error("the guidance is cut short or damaged: {0}")]
    Json(#[from] JsonError),
    /// JSON of another shape.
    #[error("not guidance: a field is missing or of another kind")]
    Shape,
    /// A format this program does not know.
    #[error("the guidance is in a format this program does not know; it reads {}", index::FORMAT)]
    UnknownFormat,
    /// Texts of a language do not read, or are not plain lines of text.
    #[error("the texts in {language} are not plain messages of one line each", language = .0.code())]
    Texts(Lang),
    /// A text is missing in a language.
    #[error("there is no text {1} in {language}", language = .0.code())]
    NoText(Lang, String),
    /// Something is listed or said twice.
    #[error("a code or a text stands twice")]
    Repeated,
    /// A code of no shape that is known, or of nothing.
    #[error("a code or a site does not look like one, or a code word is another")]
    Code,
    /// A number that cannot be dialled, or differs between the index and the texts.
    #[error("a number cannot be dialled, or differs from the one shown")]
    Number,
    /// A source's date cannot be read, or differs between languages.
    #[error("the source of {0} is dated in no known way, or differently by language")]
    Dated(String),
    /// 999 has to stay what it is.
    #[error("the emergency line is not 999 on each scheme's page")]
    Emergency,
    /// Something that is compiled in is missing.
    #[error("the guidance lacks {0}, which is compiled in: it may be withdrawn, and not left out")]
    Lacks(String),
    /// Gathered before what is compiled in.
    #[error("the guidance was gathered before what this program holds itself")]
    Older,
}

/// The guidance, in both languages.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Guide {
    gathered: NaiveDate,
    schemes: Vec<SchemePage>,
    lines: Vec<Line>,
    asks: Vec<Advice>,
    rules: Vec<Advice>,
    signs: Vec<Sign>,
    topics: Vec<Topic>,
    help: Vec<Help>,
    links: Vec<Link>,
}

/// What is compiled in.
pub fn built_in() -> &'static Guide {
    // That it reads is tested; were it ever not to, an empty page is better than none at all.
    static BUILT_IN: LazyLock<Guide> = LazyLock::new(|| read_built_in().unwrap_or_default());
    &BUILT_IN
}

fn built_in_index() -> Result<Index, GuideError> {
    serde_json::from_str(include_str!("../../tables/guide.json")).map_err(|_| GuideError::Shape)
}

fn read_built_in() -> Result<Guide, GuideError> {
    let texts = |lang| Texts::read(lang, &TOPICS.map(|topic| words::file(lang, topic)));
    read::guide(&built_in_index()?, &Both { en: texts(Lang::En)?, cy: texts(Lang::Cy)? })
}

/// What is compiled in, as a pack: for whoever makes the next one.
pub fn built_in_pack() -> Vec<u8> {
    let words = Lang::ALL
        .map(|lang| (lang.code().to_owned(), TOPICS.map(|topic| words::file(lang, topic)).join("\n")));
    let payload = built_in_index().map(|index| Payload { index, words: words.into() });
    payload.ok().and_then(|payload| serde_json::to_vec_pretty(&payload).ok()).unwrap_or_default()
}

impl Guide {
    /// Reads a pack's payload. All of it is good, or nothing is taken.
    ///
    /// # Errors
    /// [`GuideError`]: besides what does not read, a pack that lacks something compiled in, or is older than that.
    pub fn read(bytes: &[u8]) -> Result<Self, GuideError> {
        if bytes.len() > PACK_BYTES {
            return Err(GuideError::TooLarge);
        }
        check_json(bytes)?;
        let payload: Payload = serde_json::from_slice(bytes).map_err(|_| GuideError::Shape)?;
        let texts = |lang: Lang| {
            let file = payload.words.get(lang.code()).ok_or(GuideError::Texts(lang))?;
            Texts::read(lang, &[file])
        };
        let guide = read::guide(&payload.index, &Both { en: texts(Lang::En)?, cy: texts(Lang::Cy)? })?;
        guide.holds_all_of(built_in())?;
        Ok(guide)
    }

    /// That nothing is taken away by this one.
    fn holds_all_of(&self, other: &Self) -> Result<(), GuideError> {
        if self.gathered < other.gathered {
            return Err(GuideError::Older);
        }
        let own = self.codes();
        match other.codes().into_iter().find(|code| !own.contains(code)) {
            Some((kind, code)) => Err(GuideError::Lacks(format!("{kind} {code}"))),
            None => Ok(()),
        }
    }

    /// Every item's kind and code, in their order.
    pub fn codes(&self) -> Vec<(&'static str, String)> {
        let mut codes = Vec::new();
        codes.extend(self.schemes.iter().map(|item| ("scheme", item.scheme.code().to_owned())));
        codes.extend(self.lines.iter().map(|item| ("line", item.code.clone())));
        codes.extend(self.asks.iter().map(|item| ("ask", item.code.clone())));
        codes.extend(self.rules.iter().map(|item| ("rule", item.code.clone())));
        codes.extend(self.signs.iter().map(|item| ("sign", item.code.to_string())));
        codes.extend(self.topics.iter().map(|item| ("topic", item.code.clone())));
        codes.extend(self.help.iter().map(|item| ("help", item.code.clone())));
        codes.extend(self.links.iter().map(|item| ("link", item.code.clone())));
        codes
    }

    /// When its facts were gathered.
    pub fn gathered(&self) -> NaiveDate {
        self.gathered
    }

    /// A scheme, as it presents itself.
    pub fn scheme(&self, scheme: Scheme) -> Option<&SchemePage> {
        self.schemes.iter().find(|page| page.scheme == scheme)
    }

    /// Whom to ring, most urgent first.
    pub fn lines(&self) -> &[Line] {
        &self.lines
    }

    /// A line by its code.
    pub fn line(&self, code: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.code == code)
    }

    /// What to write down.
    pub fn asks(&self) -> &[Advice] {
        &self.asks
    }

    /// What to write down, by its code.
    pub fn ask(&self, code: &str) -> Option<&Advice> {
        self.asks.iter().find(|ask| ask.code == code)
    }

    /// What to do, and what not.
    pub fn rules(&self) -> &[Advice] {
        &self.rules
    }

    /// A rule by its code.
    pub fn rule(&self, code: &str) -> Option<&Advice> {
        self.rules.iter().find(|rule| rule.code == code)
    }

    /// Every sign, those withdrawn included.
    pub fn signs(&self) -> &[Sign] {
        &self.signs
    }

    /// A sign by its code, one withdrawn included: reports name it for years.
    pub fn sign(&self, code: SignCode) -> Option<&Sign> {
        self.signs.iter().find(|sign| sign.code == code)
    }

    /// The signs to choose from for a scheme: its own, then those of organised immigration crime. None need be chosen: what is
    /// not among them is said in words.
    pub fn picker(&self, scheme: Scheme) -> impl Iterator<Item = &Sign> {
        self.signs_on(Page::from(scheme)).chain(self.signs_on(Page::Oic))
    }

    /// The signs of a page, without those withdrawn.
    pub fn signs_on(&self, page: Page) -> impl Iterator<Item = &Sign> {
        self.signs.iter().filter(move |sign| sign.page == page && !sign.withdrawn)
    }

    /// The lines of a page, without those withdrawn.
    pub fn lines_on(&self, page: Page) -> impl Iterator<Item = &Line> {
        self.lines.iter().filter(move |line| line.pages.contains(&page) && !line.withdrawn)
    }

    /// Background pages.
    pub fn topics(&self) -> &[Topic] {
        &self.topics
    }

    /// A background page by its code.
    pub fn topic(&self, code: &str) -> Option<&Topic> {
        self.topics.iter().find(|topic| topic.code == code)
    }

    /// Help for somebody.
    pub fn help(&self) -> &[Help] {
        &self.help
    }

    /// Where to read on.
    pub fn links(&self) -> &[Link] {
        &self.links
    }

    /// A link by its code.
    pub fn link(&self, code: &str) -> Option<&Link> {
        self.links.iter().find(|link| link.code == code)
    }
}

#[cfg(test)]
mod tests;
