//! Sentences in the witness's language, by Project Fluent's messages.
//!
//! Every sentence that states a fact, a rule, a state or a reason stands in `almanac/words/<language>/<topic>.ftl`, by an id
//! that means the same in each language. A message carries attributes about itself: `reviewed` (`no` until somebody who
//! speaks the language has signed it), and, where it restates a published fact, `source` and `seen`.
//!
//! ```
//! use turnstone_almanac::words::{Lang, words};
//!
//! assert_eq!(words(Lang::En).say("compass-ne", &[]), "north-east");
//! assert!(!words(Lang::Cy).reviewed("compass-ne"));
//! ```

use std::sync::LazyLock;

use fluent::{FluentArgs, FluentResource, FluentValue, concurrent::FluentBundle};
use unic_langid::{LanguageIdentifier, langid};

/// A language that the product speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Welsh.
    Cy,
}

impl Lang {
    /// Both.
    pub const ALL: [Self; 2] = [Self::En, Self::Cy];

    /// The BCP 47 code (`en`, `cy`).
    pub fn code(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Cy => "cy",
        }
    }

    /// The language of a BCP 47 code; English for one that the product does not speak.
    pub fn of(code: &str) -> Self {
        if code.split('-').next().is_some_and(|language| language.eq_ignore_ascii_case("cy")) {
            Self::Cy
        } else {
            Self::En
        }
    }

    fn id(self) -> LanguageIdentifier {
        match self {
            Self::En => langid!("en"),
            Self::Cy => langid!("cy"),
        }
    }

    fn files(self) -> &'static [&'static str] {
        match self {
            Self::En => EN,
            Self::Cy => CY,
        }
    }
}

/// What stands for a variable of a message. Texts go in as they are: who shows a stranger's words makes them safe first.
/// `Debug` hides it.
#[derive(Clone, Copy, PartialEq)]
pub enum Arg<'a> {
    /// A text.
    Text(&'a str),
    /// A number, which also chooses among plural forms.
    Number(f64),
}

impl std::fmt::Debug for Arg<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[variable]")
    }
}

impl<'a> From<&'a str> for Arg<'a> {
    fn from(text: &'a str) -> Self {
        Self::Text(text)
    }
}

impl From<u32> for Arg<'_> {
    fn from(number: u32) -> Self {
        Self::Number(number.into())
    }
}

impl From<f64> for Arg<'_> {
    fn from(number: f64) -> Self {
        Self::Number(number)
    }
}

/// The messages of one language.
pub struct Words {
    lang: Lang,
    bundle: FluentBundle<FluentResource>,
}

impl std::fmt::Debug for Words {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "[words, {}]", self.lang.code())
    }
}

/// The messages compiled in, of one language.
pub fn words(lang: Lang) -> &'static Words {
    static ENGLISH: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::En, Lang::En.files()));
    static WELSH: LazyLock<Words> = LazyLock::new(|| Words::new(Lang::Cy, Lang::Cy.files()));
    match lang {
        Lang::En => &ENGLISH,
        Lang::Cy => &WELSH,
    }
}

impl Words {
    /// Messages of Fluent texts. What cannot be read of them is left out: that nothing is, tests of the texts make sure.
    fn new(lang: Lang, files: &[&str]) -> Self {
        let mut bundle = FluentBundle::new_concurrent(vec![lang.id()]);
        // Marks around each variable would be read out by a screen reader, and end up in texts that are pasted.
        bundle.set_use_isolating(false);
        for file in files {
            let resource = FluentResource::try_new((*file).to_owned()).unwrap_or_else(|(part, _)| part);
            bundle.add_resource_overriding(resource);
        }
        Self { lang, bundle }
    }

    /// The language.
    pub fn lang(&self) -> Lang {
        self.lang
    }

    /// Whether there is such a message.
    pub fn has(&self, id: &str) -> bool {
        self.bundle.get_message(id).is_some_and(|message| message.value().is_some())
    }

    /// A message with its variables filled in. One that this language lacks is said in English; one that no language has is
    /// its id, which no release has: the readers' test renders every one.
    pub fn say(&self, id: &str, args: &[(&str, Arg<'_>)]) -> String {
        let said = self.bundle.get_message(id).and_then(|message| {
            let mut filled = FluentArgs::new();
            for (name, arg) in args {
                let value = match arg {
                    Arg::Text(text) => FluentValue::from(*text),
                    Arg::Number(number) => FluentValue::from(*number),
                };
                filled.set(*name, value);
            }
            let pattern = message.value()?;
            Some(self.bundle.format_pattern(pattern, Some(&filled), &mut Vec::new()).into_owned())
        });
        match (said, self.lang) {
            (Some(said), _) => said,
            (None, Lang::Cy) => words(Lang::En).say(id, args),
            (None, Lang::En) => id.to_owned(),
        }
    }

    /// An attribute of a message, such as `source` or `seen`.
    pub fn attribute(&self, id: &str, name: &str) -> Option<String> {
        let message = self.bundle.get_message(id)?;
        let attribute = message.get_attribute(name)?;
        Some(self.bundle.format_pattern(attribute.value(), None, &mut Vec::new()).into_owned())
    }

    /// Whether somebody who speaks the language has signed the message as it stands. False for one that is missing and
    /// therefore said in English.
    pub fn reviewed(&self, id: &str) -> bool {
        self.has(id) && self.attribute(id, "reviewed").as_deref() != Some("no")
    }
}

/// The Fluent text of a topic in a language; empty for one that is not in the list below.
pub(crate) fn file(lang: Lang, topic: &str) -> &'static str {
    let files = TOPICS.iter().zip(lang.files());
    files.into_iter().find(|(name, _)| **name == topic).map_or("", |(_, file)| file)
}

/// One line a topic, the same in each language.
macro_rules! topics {
    ($($topic:literal)*) => {
        const TOPICS: &[&str] = &[$($topic),*];
        const EN: &[&str] = &[$(include_str!(concat!("../words/en/", $topic, ".ftl"))),*];
        const CY: &[&str] = &[$(include_str!(concat!("../words/cy/", $topic, ".ftl"))),*];
    };
}

topics! {
    "compass"
    "guidance"
    "guide"
    "lines"
    "lock"
    "places"
    "signs"
    "call"
    "alarm"
    "position"
    "fix"
    "target"
    "silhouette"
    "complete"
    "country"
    "identifier"
    "view"
    "log"
    "watch"
    "route"
    "pin"
    "losing"
    "people"
    "own"
    "wipe-pin"
}

#[cfg(test)]
mod tests;
