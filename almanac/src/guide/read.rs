//! From an index and texts to the guidance: everything is there in both languages, or nothing is taken.

use std::collections::HashSet;

use turnstone_wire::body::Scheme;

use super::{
    Guide, GuideError,
    index::{Entry, FORMAT, Index, LineEntry, LinkEntry, TopicEntry},
    item::{Advice, Help, Line, Link, Page, Reach, SchemePage, Sign, Topic},
    texts::Texts,
    worded::{Dated, Source, Worded},
};
use crate::words::Lang;

/// Most items of a kind.
const ITEMS: usize = 256;
/// Longest code, in bytes.
const CODE_BYTES: usize = 32;
/// Longest number, in digits and spaces.
const NUMBER_BYTES: usize = 20;

/// The texts of both languages.
pub(super) struct Both {
    pub(super) en: Texts,
    pub(super) cy: Texts,
}

/// Puts the guidance together.
pub(super) fn guide(index: &Index, texts: &Both) -> Result<Guide, GuideError> {
    if index.format != FORMAT {
        return Err(GuideError::UnknownFormat);
    }
    check_codes(index)?;
    let guide = Guide {
        gathered: index.gathered,
        schemes: all(&index.schemes, |entry| texts.scheme(&entry.code, &entry.code_word))?,
        lines: all(&index.lines, |entry| texts.line(entry))?,
        asks: all(&index.asks, |entry| texts.advice("ask", entry))?,
        rules: all(&index.rules, |entry| texts.advice("rule", entry))?,
        signs: all(&index.signs, |entry| {
            let id = format!("sign-{}", entry.code);
            Ok(Sign {
                code: entry.code.parse().map_err(|_| GuideError::Code)?,
                page: entry.page,
                text: texts.worded(&id)?,
                source: texts.source(&id)?,
                withdrawn: entry.withdrawn,
            })
        })?,
        topics: all(&index.topics, |entry| texts.topic(entry))?,
        help: all(&index.help, |entry| {
            let id = format!("help-{}", entry.code);
            Ok(Help {
                code: entry.code.clone(),
                pages: entry.pages.clone(),
                title: texts.worded(&id)?,
                lines: entry.lines.clone(),
                source: texts.source(&id)?,
                withdrawn: entry.withdrawn,
            })
        })?,
        links: all(&index.links, |entry| texts.link(entry))?,
    };
    check_emergency(&guide)?;
    let knows = |code: &String| guide.lines.iter().any(|line| line.code == *code);
    if !guide.help.iter().all(|help| help.lines.iter().all(knows)) {
        return Err(GuideError::Code);
    }
    Ok(guide)
}

fn all<E, T>(entries: &[E], read: impl Fn(&E) -> Result<T, GuideError>) -> Result<Vec<T>, GuideError> {
    if entries.len() > ITEMS {
        return Err(GuideError::TooLarge);
    }
    entries.iter().map(read).collect()
}

/// Codes are short and plain, for they stand in errors and in reports; and none stands for two things.
fn check_codes(index: &Index) -> Result<(), GuideError> {
    fn distinct<'a>(codes: impl Iterator<Item = &'a String>) -> Result<(), GuideError> {
        let mut seen = HashSet::new();
        for code in codes {
            let plain = code.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_');
            if code.is_empty() || code.len() > CODE_BYTES || !plain {
                return Err(GuideError::Code);
            }
            if !seen.insert(code) {
                return Err(GuideError::Repeated);
            }
        }
        Ok(())
    }
    distinct(index.schemes.iter().map(|entry| &entry.code))?;
    distinct(index.lines.iter().map(|entry| &entry.code))?;
    distinct(index.asks.iter().map(|entry| &entry.code))?;
    distinct(index.rules.iter().map(|entry| &entry.code))?;
    distinct(index.signs.iter().map(|entry| &entry.code))?;
    distinct(index.topics.iter().map(|entry| &entry.code))?;
    distinct(index.help.iter().map(|entry| &entry.code))?;
    distinct(index.links.iter().map(|entry| &entry.code))
}

/// Whatever else a pack says: life in danger is rung in under 999, everywhere (P12).
fn check_emergency(guide: &Guide) -> Result<(), GuideError> {
    let good = guide.line("emergency").is_some_and(|line| {
        let pages = [Page::Kraken, Page::Pegasus].iter().all(|page| line.pages.contains(page));
        line.reach == Reach::Call("999".to_owned()) && pages && !line.withdrawn
    });
    if good { Ok(()) } else { Err(GuideError::Emergency) }
}

fn reach(entry: &LineEntry) -> Result<Reach, GuideError> {
    let reach = match (&entry.call, &entry.sms, &entry.radio) {
        (Some(number), None, None) => Reach::Call(number.clone()),
        (None, Some(number), None) => Reach::Sms(number.clone()),
        (None, None, Some(channel)) => Reach::Radio(channel.clone()),
        _ => return Err(GuideError::Number),
    };
    let number = reach.as_str();
    let digits = number.bytes().all(|b| b.is_ascii_digit() || b == b' ');
    if !digits || number.trim().is_empty() || number.len() > NUMBER_BYTES {
        return Err(GuideError::Number);
    }
    Ok(reach)
}

impl Both {
    fn worded(&self, id: &str) -> Result<Worded, GuideError> {
        Ok(Worded {
            en: self.en.message(id)?.to_owned(),
            cy: self.cy.message(id)?.to_owned(),
            en_reviewed: self.en.reviewed(id)?,
            cy_reviewed: self.cy.reviewed(id)?,
        })
    }

    fn attribute(&self, id: &str, name: &str) -> Result<Worded, GuideError> {
        Ok(Worded {
            en: self.en.attribute(id, name)?.to_owned(),
            cy: self.cy.attribute(id, name)?.to_owned(),
            en_reviewed: self.en.reviewed(id)?,
            cy_reviewed: self.cy.reviewed(id)?,
        })
    }

    /// A fact without a source is no fact.
    fn source(&self, id: &str) -> Result<Source, GuideError> {
        let dated = |texts: &Texts| match texts.optional(id, "seen")? {
            Some(seen) => Dated::read(seen).ok_or_else(|| GuideError::Dated(id.to_owned())),
            None => Ok(Dated::NotNoted),
        };
        let (dated, in_welsh) = (dated(&self.en)?, dated(&self.cy)?);
        if dated != in_welsh {
            return Err(GuideError::Dated(id.to_owned()));
        }
        Ok(Source { name: self.attribute(id, "source")?, dated })
    }

    fn scheme(&self, code: &str, code_word: &str) -> Result<SchemePage, GuideError> {
        let scheme = Scheme::ALL.into_iter().find(|scheme| scheme.code() == code).ok_or(GuideError::Code)?;
        // References begin with it, and every report carries it.
        if code_word != scheme.code_word() {
            return Err(GuideError::Code);
        }
        let id = format!("scheme-{code}");
        Ok(SchemePage {
            scheme,
            code_word: code_word.to_owned(),
            title: self.attribute(&id, "title")?,
            quote: self.worded(&id)?,
            place: self.attribute(&id, "where")?,
            run_by: self.attribute(&id, "run-by")?,
            source: self.source(&id)?,
        })
    }

    fn line(&self, entry: &LineEntry) -> Result<Line, GuideError> {
        let id = format!("line-{}", entry.code);
        let (reach, number) = (reach(entry)?, self.attribute(&id, "number")?);
        // A number that is shown and another that is dialled would be two numbers; so would one a language.
        let digits = |text: &str| text.chars().filter(char::is_ascii_digit).collect::<String>();
        if Lang::ALL.iter().any(|lang| digits(number.say(*lang)) != digits(reach.as_str())) {
            return Err(GuideError::Number);
        }
        Ok(Line {
            code: entry.code.clone(),
            reach,
            number,
            purpose: self.worded(&id)?,
            pages: entry.pages.clone(),
            source: self.source(&id)?,
            withdrawn: entry.withdrawn,
        })
    }

    fn advice(&self, kind: &str, entry: &Entry) -> Result<Advice, GuideError> {
        let id = format!("{kind}-{}", entry.code);
        Ok(Advice {
            code: entry.code.clone(),
            text: self.worded(&id)?,
            source: self.source(&id)?,
            withdrawn: entry.withdrawn,
        })
    }

    fn topic(&self, entry: &TopicEntry) -> Result<Topic, GuideError> {
        let id = format!("topic-{}", entry.code);
        let points = (1..=entry.points).map(|n| self.attribute(&id, &format!("point-{n}")));
        Ok(Topic {
            code: entry.code.clone(),
            page: entry.page,
            title: self.worded(&id)?,
            points: points.collect::<Result<_, _>>()?,
            source: self.source(&id)?,
            withdrawn: entry.withdrawn,
        })
    }

    fn link(&self, entry: &LinkEntry) -> Result<Link, GuideError> {
        let id = format!("link-{}", entry.code);
        let host = |site: &String| {
            site.len() <= 253 && site.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'.' || b == b'-')
        };
        if !entry.site.iter().all(host) {
            return Err(GuideError::Code);
        }
        Ok(Link {
            code: entry.code.clone(),
            pages: entry.pages.clone(),
            title: self.worded(&id)?,
            audience: self.attribute(&id, "for")?,
            site: entry.site.clone(),
            source: self.source(&id)?,
            withdrawn: entry.withdrawn,
        })
    }
}
