//! Published examples of each kind, with where they were published; and what holds for any text at all.

mod any_text;
mod registers;

use super::*;
use crate::words::Lang;

/// The readings of a text: kind, normal form, country (`--` where there is none), doubts.
fn read(subject: &str, field: &str, text: &str) -> Vec<String> {
    let line = |one: Understood| {
        let country = one.country.unwrap_or_else(|| "--".to_owned());
        format!("{} {country} {} {}", one.kind, one.normal.as_str(), one.doubts.join(" "))
            .trim_end()
            .to_owned()
    };
    understand(subject, field, text).into_iter().map(line).collect()
}

/// That each text is read as this and nothing else.
fn reads(subject: &str, field: &str, table: &[(&str, &[&str])]) {
    for (text, readings) in table {
        assert_eq!(read(subject, field, text), *readings, "{text}");
    }
}

/// 9074729 is the worked example of the article "IMO number" of Wikipedia: 9x7 + 0x6 + 7x5 + 4x4 + 7x3 + 2x2 = 139. By the same
/// rule 8814275: 8x7 + 8x6 + 1x5 + 4x4 + 2x3 + 7x2 = 145.
#[test]
fn imo_numbers_are_checked_by_resolution_a_1117() {
    reads(
        "vessel",
        "imo",
        &[
            ("9074729", &["imo -- 9074729"]),
            ("IMO 8814275", &["imo -- 8814275"]),
            ("imo8814275", &["imo -- 8814275"]),
            ("9074728", &["imo -- 9074728 check-digit"]),
            ("9047729", &["imo -- 9047729 check-digit"]),
            ("907472", &["imo -- 907472 incomplete"]),
            ("90747299", &["imo -- 90747299 too-long"]),
            ("Black Pearl", &[]),
        ],
    );
}

#[test]
fn a_sign_not_seen_in_an_imo_number_is_worked_out_or_counted() {
    // A weight of 7 or 3, and the check figure, leave one figure; one of 6, 4 or 2 leaves two, and one of 5 leaves five.
    for (text, count) in [
        ("?074729", 1),
        ("9?74729", 2),
        ("90?4729", 5),
        ("907?729", 2),
        ("9074?29", 1),
        ("90747?9", 2),
        ("907472?", 1),
        ("??74729", 10),
        ("???????", 0),
        ("907????", 1_000),
        ("9??????", 100_000),
    ] {
        let readings = understand("vessel", "imo", text);
        let counted = readings.first().and_then(|reading| reading.completions).unwrap_or(0);
        assert_eq!(counted, count, "{text}");
    }
    assert_eq!(read("vessel", "imo", "?074729"), ["imo -- 9074729 worked-out"]);
    assert_eq!(read("vessel", "imo", "907472?"), ["imo -- 9074729 worked-out"]);
}

/// CSQU3054383 is the worked example of ISO 6346, annex A; MWCU6059784 that of prefixlist.com, "Check digit".
#[test]
fn containers_are_checked_by_iso_6346() {
    reads(
        "vehicle",
        "other",
        &[
            ("CSQU3054383", &["container -- CSQU 305438 3"]),
            ("CSQU 305438 3", &["container -- CSQU 305438 3"]),
            ("MWCU 605978-4", &["container -- MWCU 605978 4"]),
            ("CSQU3054384", &["container -- CSQU 305438 4 check-digit"]),
            ("CSQU305438?", &["container -- CSQU 305438 3 worked-out"]),
            ("CSQU305438", &["container -- CSQU 305438 incomplete"]),
            // The fourth letter is U, J or Z.
            ("CSQA3054383", &[]),
            ("CSQ?3054383", &["container -- CSQU 305438 3 worked-out"]),
        ],
    );
    assert_eq!(
        understand("vehicle", "other", "?SQU3054383")[0].completions.map(|count| count > 1),
        Some(true)
    );
}

/// Recommendation ITU-R M.585-9, annex 1; the first three figures from the ITU's table.
#[test]
fn the_figures_of_a_radio_identity_say_what_it_is_and_whose() {
    reads(
        "vessel",
        "mmsi",
        &[
            ("232003141", &["mmsi GB 232003141"]),
            ("MMSI 250 001 234", &["mmsi IE 250001234"]),
            ("227123456", &["mmsi FR 227123456"]),
            ("002320001", &["mmsi-coast GB 002320001"]),
            ("023200001", &["mmsi-group GB 023200001"]),
            ("111232501", &["mmsi-aircraft GB 111232501"]),
            ("823212345", &["mmsi-handheld GB 823212345"]),
            ("982321234", &["mmsi-craft GB 982321234"]),
            ("992356001", &["mmsi-aid GB 992356001"]),
            ("970123456", &["mmsi-beacon -- 970123456"]),
            ("974123456", &["mmsi-beacon -- 974123456"]),
            // Every 20? is somebody else's; of 23? there are four.
            ("20?123456", &["mmsi -- 20?123456 country-not-seen"]),
            ("?35123456", &["mmsi -- ?35123456 country-not-seen"]),
            ("23201", &["mmsi GB 23201 incomplete"]),
            ("299123456", &["mmsi -- 299123456 unknown-country"]),
            ("2320031410", &["mmsi GB 2320031410 too-long"]),
        ],
    );
}

/// Radio Regulations, appendix 42.
#[test]
fn the_first_signs_of_a_call_sign_say_whose_it_is() {
    reads(
        "vessel",
        "call_sign",
        &[
            ("MABC9", &["call-sign GB MABC9"]),
            ("2ABC3", &["call-sign GB 2ABC3"]),
            ("GXYZ", &["call-sign GB GXYZ"]),
            ("EI7890", &["call-sign IE EI7890"]),
            ("PBQW", &["call-sign NL PBQW"]),
            ("FAB1234", &["call-sign FR FAB1234"]),
            ("DA1234", &["call-sign DE DA1234"]),
            ("9HA1234", &["call-sign MT 9HA1234"]),
            // Series that are divided at their third sign.
            ("SSAB", &["call-sign EG SSAB"]),
            ("SSXB", &["call-sign SD SSXB"]),
            ("3DAB", &["call-sign SZ 3DAB"]),
            ("3DNB", &["call-sign FJ 3DNB"]),
            ("SS?B", &["call-sign -- SS?B country-not-seen"]),
            ("?ABC9", &["call-sign -- ?ABC9 country-not-seen"]),
            ("QABC", &["call-sign -- QABC unknown-country"]),
        ],
    );
}

#[test]
fn it_is_said_in_both_languages_with_its_country_and_its_doubts() {
    let port = &understand("vessel", "number", "PZ 123")[0];
    assert_eq!(sentence(port, Lang::En), "fishing boat: PZ 123, Penzance, United Kingdom");
    assert_eq!(sentence(port, Lang::Cy), "cwch pysgota: PZ 123, Penzance, Y Deyrnas Unedig");
    let wrong = &understand("vessel", "imo", "9074728")[0];
    let said = "IMO ship number: 9074728; the check digit does not fit, so a sign was misread or left out";
    assert_eq!(sentence(wrong, Lang::En), said);
    let many = &understand("vessel", "imo", "90?4729")[0];
    assert_eq!(sentence(many, Lang::En), "IMO ship number: 90?4729; any of 5 numbers fits");
}

#[test]
fn every_code_has_its_words_in_both_languages() {
    for lang in Lang::ALL {
        let has = |id: String| assert!(crate::words::words(lang).has(&id), "{id}");
        KINDS.iter().for_each(|kind| has(format!("identifier-kind-{kind}")));
        DOUBTS.iter().for_each(|doubt| has(format!("identifier-doubt-{doubt}")));
        said::codes().for_each(|code| has(format!("country-{}", code.to_lowercase())));
    }
}

#[test]
fn p11_codes_of_a_stranger_and_codes_of_a_newer_program_are_said_as_they_are_and_act_on_nothing() {
    let odd = Understood {
        country: Some("Q\u{1b}[2J".to_owned()),
        place: Some(Text::from("a\u{202e}b")),
        doubts: vec!["newer".to_owned()],
        ..Understood::new("imo", "kind\n", Text::from("9\u{7}"))
    };
    for lang in Lang::ALL {
        let said = sentence(&odd, lang);
        assert!(!said.contains(['\n', '\u{1b}', '\u{202e}', '\u{7}']) && said.contains("newer"), "{said:?}");
    }
}
