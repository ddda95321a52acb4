//! The facts that were gathered, item by item and word for word, are in the guidance and nowhere else is more.
//!
//! `tables/guidance.toml` is a copy of the gathered facts; `cargo xtask guidance` says when those have gone on.

#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::collections::BTreeSet;

use toml::{Value, value::Table};
use turnstone_almanac::{
    guide::{self, Dated, Page, Reach, Source},
    words::Lang,
};
use turnstone_wire::body::Scheme;

fn facts() -> Table {
    toml::from_str(include_str!("../tables/guidance.toml")).unwrap()
}

fn items<'a>(facts: &'a Table, kind: &str) -> Vec<&'a Table> {
    facts[kind].as_array().unwrap().iter().map(|item| item.as_table().unwrap()).collect()
}

fn text<'a>(item: &'a Table, field: &str) -> &'a str {
    item[field].as_str().unwrap()
}

fn texts(item: &Table, field: &str) -> Vec<String> {
    item[field].as_array().unwrap().iter().map(|value| value.as_str().unwrap().to_owned()).collect()
}

/// The source as gathered; "seed page" is a name among those who gathered it, and says nothing to a reader.
fn assert_source(source: &Source, item: &Table) {
    assert_eq!(source.name.en, text(item, "source").replace("seed page", "background page"));
    let seen = item.get("seen").map(|seen| seen.as_str().unwrap());
    assert_eq!(source.dated, seen.map_or(Dated::NotNoted, |seen| Dated::read(seen).unwrap()));
}

#[test]
fn every_item_is_there_in_its_order_and_no_other() {
    let facts = facts();
    let mut wanted = Vec::new();
    for kind in ["scheme", "line", "ask", "rule", "sign", "topic", "help", "link"] {
        wanted.extend(items(&facts, kind).iter().map(|item| (kind, text(item, "code").to_owned())));
    }
    assert_eq!(guide::built_in().codes(), wanted);
    let kinds: BTreeSet<_> =
        facts.iter().filter(|(_, value)| value.is_array()).map(|(kind, _)| kind.as_str()).collect();
    let known = ["scheme", "line", "ask", "rule", "sign", "topic", "help", "link"];
    assert_eq!(kinds, known.into(), "a kind of item that the guidance does not know");
    assert_eq!(facts["gathered"], Value::String(guide::built_in().gathered().to_string()));
}

#[test]
fn schemes_say_word_for_word_what_was_gathered() {
    for item in items(&facts(), "scheme") {
        let scheme = Scheme::ALL.into_iter().find(|scheme| scheme.code() == text(item, "code")).unwrap();
        let page = guide::built_in().scheme(scheme).unwrap();
        let said = [page.code_word.as_str(), &page.place.en, &page.run_by.en, &page.quote.en];
        assert_eq!(said, ["code_word", "where", "run_by", "quote"].map(|field| text(item, field)));
        assert_source(&page.source, item);
    }
}

#[test]
fn lines_say_word_for_word_what_was_gathered() {
    for item in items(&facts(), "line") {
        let line = guide::built_in().line(text(item, "code")).unwrap();
        assert_eq!(line.purpose.en, text(item, "for"));
        let channel = item.get("channel").map(|channel| channel.as_str().unwrap());
        assert_eq!(line.shown(Lang::En), channel.unwrap_or_else(|| text(item, "number")));
        assert_eq!(matches!(line.reach, Reach::Radio(_)), channel.is_some());
        assert_eq!(
            line.pages.iter().map(|page| page.code().to_owned()).collect::<Vec<_>>(),
            texts(item, "schemes")
        );
        assert_source(&line.source, item);
    }
}

#[test]
fn asks_rules_and_signs_say_word_for_word_what_was_gathered() {
    let (facts, guide) = (facts(), guide::built_in());
    for (kind, advice) in [("ask", guide.asks()), ("rule", guide.rules())] {
        for (item, advice) in items(&facts, kind).iter().zip(advice) {
            assert_eq!(
                (advice.code.as_str(), advice.text.en.as_str()),
                (text(item, "code"), text(item, "text"))
            );
        }
    }
    for (item, sign) in items(&facts, "sign").iter().zip(guide.signs()) {
        assert_eq!((sign.code.as_str(), sign.text.en.as_str()), (text(item, "code"), text(item, "text")));
        assert_eq!(Some(sign.page), Page::of(text(item, "scheme")));
    }
}

#[test]
fn background_help_and_links_say_word_for_word_what_was_gathered() {
    let (facts, guide) = (facts(), guide::built_in());
    for item in items(&facts, "topic") {
        let topic = guide.topic(text(item, "code")).unwrap();
        assert_eq!(topic.title.en, text(item, "title"));
        assert_eq!(
            topic.points.iter().map(|point| point.en.clone()).collect::<Vec<_>>(),
            texts(item, "points")
        );
        assert_source(&topic.source, item);
    }
    for (item, help) in items(&facts, "help").iter().zip(guide.help()) {
        assert_eq!((&help.title.en, &help.lines), (&text(item, "title").to_owned(), &texts(item, "lines")));
    }
    for item in items(&facts, "link") {
        let link = guide.link(text(item, "code")).unwrap();
        assert_eq!([&link.title.en, &link.audience.en], [text(item, "title"), text(item, "for")]);
        assert_eq!(link.site.as_deref(), item.get("site").map(|site| site.as_str().unwrap()));
    }
}
