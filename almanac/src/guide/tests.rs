//! What is compiled in, and what a pack may and may not change.

use serde_json::{Value, json};

use super::*;

fn pack() -> Value {
    serde_json::from_slice(&built_in_pack()).unwrap()
}

fn read(pack: &Value) -> Result<Guide, GuideError> {
    Guide::read(&serde_json::to_vec(pack).unwrap())
}

/// The pack with one text changed in a language.
fn with_text(lang: &str, from: &str, to: &str) -> Value {
    let mut pack = pack();
    let text = pack["words"][lang].as_str().unwrap();
    assert!(text.contains(from), "{from}");
    pack["words"][lang] = json!(text.replacen(from, to, 1));
    pack
}

#[test]
fn what_is_compiled_in_reads_and_is_a_pack_itself() {
    let built_in = read_built_in().unwrap();
    assert_eq!(&built_in, super::built_in());
    assert_eq!(Guide::read(&built_in_pack()).unwrap(), built_in);
}

/// As many of each kind as `guidance.toml` of 2026-11-22 has; `cargo xtask guidance` compares every word.
#[test]
fn every_item_of_the_content_is_reachable_by_its_code() {
    let guide = built_in();
    let count = |kind| guide.codes().iter().filter(|(of, _)| *of == kind).count();
    let kinds = ["scheme", "line", "ask", "rule", "sign", "topic", "help", "link"];
    assert_eq!(kinds.map(count), [2, 9, 5, 4, 30, 1, 1, 7]);
    for (kind, code) in guide.codes() {
        let found = match kind {
            "scheme" => Scheme::ALL.iter().any(|s| s.code() == code && guide.scheme(*s).is_some()),
            "line" => guide.line(&code).is_some(),
            "ask" => guide.ask(&code).is_some(),
            "rule" => guide.rule(&code).is_some(),
            "sign" => guide.sign(code.parse().unwrap()).is_some(),
            "topic" => guide.topic(&code).is_some_and(|topic| topic.points.len() == 3),
            "help" => guide.help().iter().any(|help| help.code == code && help.lines.len() == 4),
            _ => guide.link(&code).is_some(),
        };
        assert!(found, "{kind} {code}");
    }
}

/// content/README.md: single undated local pages name them, and nobody confirms them.
#[test]
fn the_two_numbers_that_are_never_shipped_are_not_there() {
    let digits: String =
        String::from_utf8(built_in_pack()).unwrap().chars().filter(char::is_ascii_digit).collect();
    for number in ["01303297320", "1303297320", "07900056435", "7900056435"] {
        assert!(!digits.contains(number), "{number}");
    }
}

#[test]
fn numbers_are_dialled_as_they_are_shown() {
    let dial = |code| built_in().line(code).unwrap().dial();
    assert_eq!(dial("police_text").as_deref(), Some("18001101"));
    assert_eq!(dial("crimestoppers").as_deref(), Some("0800555111"));
    assert_eq!((dial("vhf16"), dial("emergency_sms")), (None, None));
    assert_eq!(built_in().line("emergency_sms").unwrap().shown(Lang::En), "999 by text");
}

#[test]
fn p12_the_emergency_line_comes_first_and_no_pack_changes_it() {
    assert_eq!(built_in().lines()[0].code, "emergency");
    for change in [
        json!({"code": "emergency", "call": "101", "pages": ["kraken", "pegasus"]}),
        json!({"code": "emergency", "call": "999", "pages": ["kraken"]}),
        json!({"code": "emergency", "sms": "999", "pages": ["kraken", "pegasus"]}),
        json!({"code": "emergency", "call": "999", "pages": ["kraken", "pegasus"], "withdrawn": true}),
    ] {
        let mut changed = pack();
        changed["lines"][0] = change;
        let words = changed["words"].to_string().replace(".number = 999\\n", ".number = 101\\n");
        if changed["lines"][0]["call"] == "101" {
            changed["words"] = serde_json::from_str(&words).unwrap();
        }
        assert_eq!(read(&changed), Err(GuideError::Emergency));
    }
}

#[test]
fn a_newer_pack_changes_words_and_adds_items() {
    let mut newer = with_text("en", "boats at odd hours", "boats at strange hours");
    newer["gathered"] = json!("2027-03-01");
    newer["signs"].as_array_mut().unwrap().push(json!({"code": "K15", "page": "kraken"}));
    for lang in ["en", "cy"] {
        let text =
            format!("{}\nsign-K15 = new\n    .source = page\n", newer["words"][lang].as_str().unwrap());
        newer["words"][lang] = json!(text);
    }
    let guide = read(&newer).unwrap();
    let said = |code: &str| guide.sign(code.parse().unwrap()).unwrap().text.en.clone();
    assert_eq!(
        (said("K01").as_str(), said("K15").as_str()),
        ("boats at strange hours or at isolated places", "new")
    );
    assert!(guide.sign("K15".parse().unwrap()).unwrap().text.reviewed(Lang::Cy));
}

#[test]
fn what_is_withdrawn_is_described_and_no_longer_offered() {
    let mut newer = pack();
    newer["signs"][0]["withdrawn"] = json!(true);
    newer["lines"][6]["withdrawn"] = json!(true);
    let guide = read(&newer).unwrap();
    assert!(guide.sign("K01".parse().unwrap()).is_some());
    assert!(guide.picker(Scheme::Kraken).all(|sign| sign.code.as_str() != "K01"));
    assert!(guide.lines_on(Page::Kraken).all(|line| line.code != "coastal_crime"));
}

#[test]
fn a_pack_that_lacks_anything_compiled_in_is_refused_by_its_name() {
    for (list, kind, code) in [
        ("lines", "line", "police"),
        ("asks", "ask", "why"),
        ("rules", "rule", "no_touch"),
        ("signs", "sign", "O04"),
        ("links", "link", "gar"),
        ("schemes", "scheme", "pegasus"),
    ] {
        let mut lacking = pack();
        lacking[list].as_array_mut().unwrap().retain(|item| item["code"] != code);
        for help in lacking["help"].as_array_mut().unwrap() {
            help["lines"].as_array_mut().unwrap().retain(|line| line != code);
        }
        assert_eq!(read(&lacking), Err(GuideError::Lacks(format!("{kind} {code}"))));
    }
}

#[test]
fn a_pack_without_a_text_in_either_language_is_refused() {
    for (lang, code) in [(Lang::En, "en"), (Lang::Cy, "cy")] {
        let pack = with_text(code, "sign-P07 = ", "sign-X07 = ");
        assert_eq!(read(&pack), Err(GuideError::NoText(lang, "sign-P07".into())));
    }
    let mut pack = pack();
    pack["words"].as_object_mut().unwrap().remove("cy");
    assert_eq!(read(&pack), Err(GuideError::Texts(Lang::Cy)));
}

#[test]
fn a_fact_without_a_source_or_with_two_dates_is_refused() {
    let pack = with_text("en", "    .source = crimestoppers-uk.org\n", "");
    assert_eq!(read(&pack), Err(GuideError::NoText(Lang::En, "line-crimestoppers.source".into())));
    let pack = with_text("cy", ".seen = 2025-01", ".seen = 2025-02");
    assert_eq!(read(&pack), Err(GuideError::Dated("line-crimestoppers".into())));
}

#[test]
fn a_number_that_differs_from_the_one_dialled_is_refused() {
    for lang in ["en", "cy"] {
        let pack = with_text(lang, ".number = 0800 555 111", ".number = 0800 555 112");
        assert_eq!(read(&pack), Err(GuideError::Number), "{lang}");
    }
}

#[test]
fn texts_that_compute_act_or_break_off_are_refused() {
    for (from, to) in [
        ("boats at odd", "{ $name } at odd"),
        ("boats at odd", "{ sign-K02 } at odd"),
        ("boats at odd", "boats\u{202e} at odd"),
        ("boats at odd", "boats\u{7} at odd"),
        ("sign-K01 = boats at", "sign-K01 = boats\n    at"),
        ("sign-K01 = ", "-sign-K01 = "),
        ("sign-K01 = ", "sign-K01 "),
    ] {
        assert_eq!(read(&with_text("en", from, to)), Err(GuideError::Texts(Lang::En)), "{to}");
    }
    let nested = format!("boats {}", "{".repeat(100_000));
    assert_eq!(read(&with_text("en", "boats", &nested)), Err(GuideError::Texts(Lang::En)));
    assert_eq!(read(&with_text("en", "sign-K01 = ", "sign-K01 = a\nsign-K01 = ")), Err(GuideError::Repeated));
}

#[test]
fn what_is_no_pack_is_refused_in_words() {
    let built_in = built_in_pack();
    assert!(matches!(Guide::read(&built_in[..built_in.len() / 2]), Err(GuideError::Json(_))));
    assert_eq!(Guide::read(b"{}"), Err(GuideError::Shape));
    assert_eq!(Guide::read(&vec![b' '; PACK_BYTES + 1]), Err(GuideError::TooLarge));
    let mut other = pack();
    other["format"] = json!("turnstone.guidance/2");
    assert_eq!(read(&other), Err(GuideError::UnknownFormat));
    let mut older = pack();
    older["gathered"] = json!("2026-11-21");
    assert_eq!(read(&older), Err(GuideError::Older));
    for (list, code) in [("signs", json!("K1")), ("lines", json!("../x")), ("links", json!("a b"))] {
        let mut odd = pack();
        odd[list][1]["code"] = code;
        assert!(matches!(read(&odd), Err(GuideError::Code | GuideError::NoText(..))), "{list}");
    }
    let mut twice = pack();
    let first = twice["signs"][0].clone();
    twice["signs"].as_array_mut().unwrap().push(first);
    assert_eq!(read(&twice), Err(GuideError::Repeated));
}

#[test]
fn every_text_is_there_in_both_languages_with_a_source() {
    let guide = built_in();
    let mut texts: Vec<&Worded> = Vec::new();
    let mut sources = Vec::new();
    for line in guide.lines() {
        texts.extend([&line.number, &line.purpose]);
        sources.push(&line.source);
        assert_ne!(line.source.dated, Dated::NotNoted, "{}", line.code);
    }
    for item in guide.asks().iter().chain(guide.rules()) {
        texts.push(&item.text);
        sources.push(&item.source);
    }
    for sign in guide.signs() {
        texts.push(&sign.text);
        sources.push(&sign.source);
    }
    for topic in guide.topics() {
        texts.push(&topic.title);
        texts.extend(&topic.points);
        sources.push(&topic.source);
    }
    for link in guide.links() {
        texts.extend([&link.title, &link.audience]);
    }
    assert!(
        texts.iter().chain(&sources.iter().map(|source| &source.name).collect::<Vec<_>>()).all(|text| {
            !text.en.is_empty() && !text.cy.is_empty() && text.en_reviewed && !text.cy_reviewed
        })
    );
}
