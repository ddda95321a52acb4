//! The guidance as sections of rows, each fact with its source and its age.

use chrono::NaiveDate;
use turnstone_almanac::{
    guide::{self, Advice, Guide, Line, Page, Source, Worded},
    silhouette::{self, Kind},
    words::{Lang, words},
};
use turnstone_wire::body::Scheme;

use crate::packs::HeldPack;

/// A screen of guidance.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideScreen {
    /// What is on it, most urgent first.
    pub sections: Vec<GuideSection>,
    /// When it was gathered, and how long ago that is.
    pub gathered: String,
    /// What there is to know about it: where it comes from, that it is old, that nobody has reviewed the words.
    pub notices: Vec<GuideNotice>,
}

/// A heading, and what stands under it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideSection {
    /// A stable code, such as `lines` or `signs-kraken`.
    pub code: String,
    /// The heading.
    pub heading: String,
    /// The rows.
    pub rows: Vec<GuideRow>,
}

/// One fact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideRow {
    /// Its stable code.
    pub code: String,
    /// The words.
    pub text: String,
    /// A number or channel, to be shown large.
    pub number: Option<String>,
    /// The digits to dial, where it is a number to call.
    pub dial: Option<String>,
    /// How it is reached (`call`, `sms`, `radio`), or the site of a link.
    pub by: Option<String>,
    /// Where it was read; empty for what is no fact, such as a silhouette.
    pub source: String,
    /// How old the source is; empty as well.
    pub source_age: String,
    /// Whether somebody who speaks the language has signed the words.
    pub reviewed: bool,
}

/// A sentence about the guidance as a whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GuideNotice {
    /// A stable code: `old`, `confirm`, `not_reviewed`, `built_in`, `pack`.
    pub code: &'static str,
    /// The sentence.
    pub text: String,
}

/// The guidance for a page, or all of it. `today` is a date by the device's clock.
pub fn guide_screen(
    guide: &Guide,
    held: Option<&HeldPack>,
    page: Option<Page>,
    lang: Lang,
    today: NaiveDate,
) -> GuideScreen {
    let screen = Screen { guide, page, lang };
    let mut sections = screen.schemes();
    sections.push(screen.lines());
    sections.push(screen.advice("rules", guide.rules()));
    sections.push(screen.advice("asks", guide.asks()));
    sections.extend(screen.signs());
    sections.extend(screen.silhouettes());
    sections.extend(screen.topics());
    sections.extend(screen.help());
    sections.push(screen.links());
    sections.retain(|section| !section.rows.is_empty());
    let notices = screen.notices(held, today, &sections);
    GuideScreen { sections, gathered: guide::gathered_age(guide.gathered(), today, lang), notices }
}

struct Screen<'a> {
    guide: &'a Guide,
    page: Option<Page>,
    lang: Lang,
}

impl Screen<'_> {
    fn shows(&self, page: Page) -> bool {
        self.page.is_none_or(|shown| shown == page)
    }

    fn shows_any(&self, pages: &[Page]) -> bool {
        pages.iter().any(|page| self.shows(*page))
    }

    /// The code of the section, after which its heading is named.
    fn section(&self, code: &str, rows: Vec<GuideRow>) -> GuideSection {
        let heading = words(self.lang).say(&format!("guidance-{code}"), &[]);
        GuideSection { code: code.to_owned(), heading, rows }
    }

    fn row(&self, code: &str, text: &Worded, source: &Source) -> GuideRow {
        GuideRow {
            code: code.to_owned(),
            text: text.say(self.lang).to_owned(),
            number: None,
            dial: None,
            by: None,
            source: source.name.say(self.lang).to_owned(),
            source_age: guide::source_age(source.dated, self.lang),
            reviewed: text.reviewed(self.lang),
        }
    }

    fn schemes(&self) -> Vec<GuideSection> {
        let pages = Scheme::ALL.into_iter().filter(|scheme| self.shows(Page::from(*scheme)));
        let pages = pages.filter_map(|scheme| self.guide.scheme(scheme));
        let section = |page: &guide::SchemePage| {
            let said = |id: &str, name: &str, text: &str| words(self.lang).say(id, &[(name, text.into())]);
            let row = |code: &str, text: &Worded, said: String| GuideRow {
                text: said,
                ..self.row(code, text, &page.source)
            };
            let (place, run_by) = (page.place.say(self.lang), page.run_by.say(self.lang));
            let rows = vec![
                row("code_word", &page.title, said("guidance-code-word", "word", &page.code_word)),
                self.row("quote", &page.quote, &page.source),
                row("place", &page.place, said("guidance-where", "place", place)),
                row("run_by", &page.run_by, said("guidance-run-by", "who", run_by)),
            ];
            let heading = format!("{}: {}", page.code_word, page.title.say(self.lang));
            GuideSection { code: page.scheme.code().to_owned(), heading, rows }
        };
        pages.map(section).collect()
    }

    fn lines(&self) -> GuideSection {
        // Life in danger is on every page (P12).
        let shown =
            |line: &&Line| !line.withdrawn && (line.code == "emergency" || self.shows_any(&line.pages));
        self.section("lines", self.guide.lines().iter().filter(shown).map(|line| self.line(line)).collect())
    }

    fn line(&self, line: &Line) -> GuideRow {
        GuideRow {
            number: Some(line.shown(self.lang).to_owned()),
            dial: line.dial(),
            by: Some(line.reach.code().to_owned()),
            ..self.row(&line.code, &line.purpose, &line.source)
        }
    }

    fn advice(&self, code: &str, advice: &[Advice]) -> GuideSection {
        let rows = advice.iter().filter(|item| !item.withdrawn);
        self.section(code, rows.map(|item| self.row(&item.code, &item.text, &item.source)).collect())
    }

    /// By who published them. Those of organised immigration crime stand on every page: somebody on a quay or a strip sees them.
    fn signs(&self) -> Vec<GuideSection> {
        let pages = Page::ALL.into_iter().filter(|page| self.shows(*page) || *page == Page::Oic);
        let section = |page: Page| {
            let signs = self.guide.signs_on(page);
            let mut rows: Vec<_> =
                signs.map(|sign| self.row(sign.code.as_str(), &sign.text, &sign.source)).collect();
            if page == Page::Oic {
                let id = "guidance-nothing-fits";
                let (text, reviewed) = (words(self.lang).say(id, &[]), words(self.lang).reviewed(id));
                rows.push(no_fact(silhouette::OTHER, text, reviewed));
            }
            self.section(&format!("signs-{}", page.code()), rows)
        };
        pages.map(section).collect()
    }

    /// To choose from, by kind of subject: codes that mean the same in every language.
    fn silhouettes(&self) -> Vec<GuideSection> {
        let shown = |kind: &Kind| match kind {
            Kind::Vessel => self.shows(Page::Kraken),
            Kind::Aircraft => self.shows(Page::Pegasus),
            Kind::Vehicle => true,
        };
        let section = |kind: Kind| {
            let row = |code: &&str| {
                let text = silhouette::say(kind, code, self.lang)?;
                Some(no_fact(code, text, silhouette::reviewed(kind, code, self.lang)))
            };
            let rows = kind.codes().iter().filter_map(row).collect();
            self.section(&format!("silhouettes-{}", kind.code()), rows)
        };
        Kind::ALL.into_iter().filter(shown).map(section).collect()
    }

    fn topics(&self) -> Vec<GuideSection> {
        let topics = self.guide.topics().iter().filter(|topic| !topic.withdrawn && self.shows(topic.page));
        let section = |topic: &guide::Topic| GuideSection {
            code: format!("topic-{}", topic.code),
            heading: topic.title.say(self.lang).to_owned(),
            rows: topic
                .points
                .iter()
                .enumerate()
                .map(|(n, point)| self.row(&format!("{}-{}", topic.code, n + 1), point, &topic.source))
                .collect(),
        };
        topics.map(section).collect()
    }

    fn help(&self) -> Vec<GuideSection> {
        let help = self.guide.help().iter().filter(|help| !help.withdrawn && self.shows_any(&help.pages));
        let section = |help: &guide::Help| {
            let lines = help.lines.iter().filter_map(|code| self.guide.line(code));
            GuideSection {
                code: format!("help-{}", help.code),
                heading: help.title.say(self.lang).to_owned(),
                rows: lines.filter(|line| !line.withdrawn).map(|line| self.line(line)).collect(),
            }
        };
        help.map(section).collect()
    }

    fn links(&self) -> GuideSection {
        let links = self.guide.links().iter().filter(|link| !link.withdrawn && self.shows_any(&link.pages));
        let row = |link: &guide::Link| {
            let audience = [("who", link.audience.say(self.lang).into())];
            let row = self.row(&link.code, &link.title, &link.source);
            let text = format!("{} ({})", row.text, words(self.lang).say("guidance-for", &audience));
            GuideRow { text, by: link.site.clone(), ..row }
        };
        self.section("links", links.map(row).collect())
    }

    fn notices(
        &self,
        held: Option<&HeldPack>,
        today: NaiveDate,
        sections: &[GuideSection],
    ) -> Vec<GuideNotice> {
        let say = |code, id: &str| GuideNotice { code, text: words(self.lang).say(id, &[]) };
        let mut notices = Vec::new();
        if guide::is_old(self.guide.gathered(), today) {
            notices.push(say("old", "guidance-old"));
        }
        notices.push(say("confirm", "guidance-confirm"));
        if sections.iter().any(|section| section.rows.iter().any(|row| !row.reviewed)) {
            notices.push(say("not_reviewed", "guidance-not-reviewed"));
        }
        notices.push(match held {
            None => say("built_in", "guidance-built-in"),
            Some(held) => GuideNotice { code: "pack", text: pack_sentence("guidance-pack", held, self.lang) },
        });
        notices
    }
}

/// A row to choose, which states nothing that was read anywhere.
fn no_fact(code: &str, text: String, reviewed: bool) -> GuideRow {
    let (code, source, source_age) = (code.to_owned(), String::new(), String::new());
    GuideRow { code, text, number: None, dial: None, by: None, source, source_age, reviewed }
}

/// That a pack was taken.
pub fn pack_taken_sentence(held: &HeldPack, lang: Lang) -> String {
    pack_sentence("guidance-taken", held, lang)
}

/// That what is compiled in is used again.
pub fn pack_dropped_sentence(lang: Lang) -> String {
    words(lang).say("guidance-dropped", &[])
}

fn pack_sentence(id: &str, held: &HeldPack, lang: Lang) -> String {
    let (number, day) = (held.sequence.to_string(), guide::day(held.issued.date_naive(), lang));
    words(lang).say(id, &[("number", number.as_str().into()), ("date", day.as_str().into())])
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn screen(page: Option<Page>, lang: Lang) -> GuideScreen {
        guide_screen(guide::built_in(), None, page, lang, "2027-02-25".parse().unwrap())
    }

    fn codes(screen: &GuideScreen) -> BTreeSet<String> {
        screen.sections.iter().flat_map(|section| section.rows.iter().map(|row| row.code.clone())).collect()
    }

    #[test]
    fn every_item_is_on_the_whole_screen_and_on_some_page() {
        let mut wanted: BTreeSet<String> = guide::built_in()
            .codes()
            .into_iter()
            .filter(|(kind, _)| !["scheme", "topic", "help"].contains(kind))
            .map(|(_, code)| code)
            .collect();
        wanted
            .extend(["oic-1", "oic-2", "oic-3", "code_word", "quote", "place", "run_by"].map(str::to_owned));
        let outlines = Kind::ALL.into_iter().flat_map(Kind::codes);
        wanted.extend(outlines.map(|code| (*code).to_owned()));
        for lang in Lang::ALL {
            assert_eq!(codes(&screen(None, lang)), wanted);
            let pages = Page::ALL.map(|page| codes(&screen(Some(page), lang)));
            assert_eq!(pages.into_iter().flatten().collect::<BTreeSet<_>>(), wanted);
        }
    }

    #[test]
    fn the_reader_finds_no_text_missing_in_either_language() {
        for lang in Lang::ALL {
            for page in [None, Some(Page::Kraken), Some(Page::Pegasus), Some(Page::Oic)] {
                let screen = screen(page, lang);
                let texts = screen.sections.iter().flat_map(|section| {
                    let rows = section.rows.iter();
                    let is_fact = !section.code.starts_with("silhouettes");
                    let rows = rows.filter(move |row| is_fact && row.code != silhouette::OTHER);
                    let rows = rows.flat_map(|row| [&row.text, &row.source, &row.source_age]);
                    let rows = rows.chain(section.rows.iter().map(|row| &row.text));
                    std::iter::once(&section.heading).chain(rows)
                });
                let notices = screen.notices.iter().map(|notice| &notice.text);
                for text in texts.chain(notices).chain([&screen.gathered]) {
                    assert!(
                        text.len() > 2 && !text.contains("guidance-") && !text.contains(['{', '}']),
                        "{text}"
                    );
                }
            }
        }
    }

    #[test]
    fn welsh_screens_say_that_nobody_has_reviewed_them_and_english_ones_do_not() {
        let has = |lang| screen(None, lang).notices.iter().any(|notice| notice.code == "not_reviewed");
        assert!(has(Lang::Cy) && !has(Lang::En));
    }

    #[test]
    fn p12_the_emergency_line_stands_first_on_every_page() {
        for page in Page::ALL {
            let screen = screen(Some(page), Lang::En);
            let lines = screen.sections.iter().find(|section| section.code == "lines").unwrap();
            assert_eq!(
                (lines.rows[0].code.as_str(), lines.rows[0].dial.as_deref()),
                ("emergency", Some("999"))
            );
        }
    }

    #[test]
    fn what_is_old_says_so_and_where_it_comes_from() {
        let held = HeldPack {
            kind: turnstone_wire::pack::PackKind::Guidance,
            sequence: 7,
            issued: "2027-03-01T00:00:00Z".parse().unwrap(),
        };
        let today = "2028-03-01".parse().unwrap();
        let screen = guide_screen(guide::built_in(), Some(&held), None, Lang::En, today);
        let codes: Vec<_> = screen.notices.iter().map(|notice| notice.code).collect();
        assert_eq!(codes, ["old", "confirm", "pack"]);
        assert!(screen.notices[2].text.contains("pack number 7, signed on 1 March 2027"));
        assert_eq!(screen.gathered, "gathered 22 November 2026, 15 months ago");
    }
}
