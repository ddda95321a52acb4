//! What is read out: everything to the police, nothing of the witness to Crimestoppers, nothing made up to anybody.

use super::*;

fn parts(sheet: &Sheet) -> Vec<&'static str> {
    sheet.rows.iter().map(|row| row.part).collect()
}

fn row<'a>(sheet: &'a Sheet, part: &str) -> &'a Row {
    sheet.rows.iter().find(|row| row.part == part).unwrap_or_else(|| panic!("no row {part}"))
}

/// All that `full` typed of what was seen.
const SEEN: &[&str] = &[
    "Two men lowering parcels",
    "They doused the lamp",
    "RIB",
    "Quillwort",
    "GBR 1?7",
    "grey",
    "nine",
    "south-west, fast",
    "orange oilskins",
    "two",
    "dusk",
    "slight",
    "fast inflatables with extra fuel (K07)",
    "21:40 on 3 May 2026",
    "KRAKEN",
];
/// All that it typed of the witness.
const WITNESS: &[&str] = &[
    "Jo Wagtail",
    "07700",
    "900417",
    "143.728",
    "913.25",
    "17.375",
    "CG Plover 4471",
    "22:05",
    "Lookout Tern",
    "Sam Dunlin",
    "KRAKEN-",
];

#[test]
fn the_sheet_for_101_holds_everything_that_was_typed() {
    for listener in [SheetFor::Police, SheetFor::Online] {
        let text = of(listener, &full()).to_text();
        for typed in SEEN.iter().chain(WITNESS) {
            assert!(text.contains(typed), "{typed} is missing for {}:\n{text}", listener.code());
        }
    }
}

#[test]
fn the_sheet_for_101_asks_in_the_order_of_a_call_handler() {
    let sheet = of(SheetFor::Police, &full());
    let order = [
        "open",
        "where",
        "stood",
        "what",
        "why",
        "signs",
        "danger",
        "people",
        "when",
        "seen",
        "seen",
        "direction",
        "conditions",
        "photos",
        "earlier",
        "watch",
        "told",
        "you",
    ];
    assert_eq!(parts(&sheet), order);
}

#[test]
fn p7_crimestoppers_hear_nothing_of_the_witness_on_any_route() {
    for route in Route::ALL {
        for lang in Lang::ALL {
            let said = Said { route, ..full() };
            let sheet = sheet(SheetFor::Crimestoppers, &said, guide::built_in(), lang).unwrap();
            let text = format!("{} {:?}", sheet.to_text(), parts(&sheet));
            for own in WITNESS {
                assert!(!text.contains(own), "{own} is in it:\n{text}");
            }
            for own in spellings_of_the_fix() {
                assert!(!text.contains(&own), "{own} is in it:\n{text}");
            }
            for part in ["stood", "you", "told", "watch", "earlier", "photos"] {
                assert!(!parts(&sheet).contains(&part), "{part}");
            }
        }
    }
    let text = of(SheetFor::Crimestoppers, &full()).to_text();
    SEEN.iter().for_each(|typed| assert!(text.contains(typed), "{typed} is missing:\n{text}"));
}

/// Where the witness of `full` stood, in every form in which a sheet says a place.
fn spellings_of_the_fix() -> Vec<String> {
    use crate::position::{Form, Listener, spoken, write};
    let fix = full().sightings[0].observer.as_ref().unwrap().position;
    let forms =
        [Form::Decimal, Form::DegreesMinutes, Form::OsGrid { figures: 8 }, Form::OsGrid { figures: 6 }];
    let written = forms.into_iter().filter_map(|form| write(&fix, form));
    let said = [Listener::Coastguard, Listener::Police]
        .into_iter()
        .flat_map(|listener| Lang::ALL.map(|lang| spoken(&fix, listener, lang)));
    written.chain(said).collect()
}

#[test]
fn each_listener_hears_a_place_in_their_own_way() {
    use crate::position::{Form, Listener, spoken, write};
    let place = Position::new(50.59, -1.95).unwrap();
    let mut said = full();
    said.sightings[0].target = Some(Target::Point { position: place, accuracy_m: None });
    let grid = write(&place, Form::OsGrid { figures: 8 }).unwrap();
    for (listener, part, words) in [
        (SheetFor::Coastguard, "where", spoken(&place, Listener::Coastguard, Lang::En)),
        (SheetFor::PoliceNow, "where", spoken(&place, Listener::Police, Lang::En)),
        (SheetFor::Mayday, "position", spoken(&place, Listener::Coastguard, Lang::En)),
        (SheetFor::Police, "where", spoken(&place, Listener::Police, Lang::En)),
        (SheetFor::Police, "where", grid.clone()),
        (SheetFor::Crimestoppers, "where", spoken(&place, Listener::Police, Lang::En)),
        (SheetFor::Online, "where", grid),
        (SheetFor::Online, "where", "50.59000, -1.95000".to_owned()),
    ] {
        let sheet = of(listener, &said);
        let row = row(&sheet, part);
        assert!(row.words.contains(&words), "{}: {} lacks {words}", listener.code(), row.words);
    }
}

#[test]
fn a_bearing_and_a_range_are_worked_out_and_say_how_far_off_they_may_be() {
    let sheet = of(SheetFor::Online, &full());
    let words = &row(&sheet, "where").words;
    assert!(words.starts_with("50.565") && words.contains("likely within"), "{words}");
    assert!(row(&sheet, "stood").words.contains("bearing 143.728 degrees true, 913.25 metres away"));
}

#[test]
fn what_else_is_noted_of_a_view_is_told_to_the_police_and_not_to_crimestoppers() {
    let seen = r#"{"when":{"from":"2026-05-03T21:40:00+01:00"},"what":"a boat","later":"Redshank",
        "view":{"lasted_s":120,"in_the_way":"spray","known_before":"from my own mooring"}}"#;
    let said = said(vec![serde_json::from_str(seen).unwrap()]);
    let police = of(SheetFor::Police, &said).to_text();
    for part in [
        "seen for, in seconds: 120",
        "in the way: spray",
        "known before: from my own mooring",
        "later: Redshank",
    ] {
        assert!(police.contains(part), "{part} is missing:\n{police}");
    }
    let crimestoppers = of(SheetFor::Crimestoppers, &said).to_text();
    for own in ["mooring", "120", "spray", "Redshank"] {
        assert!(!crimestoppers.contains(own), "{own} is in it:\n{crimestoppers}");
    }
}

#[test]
fn p7_the_same_place_is_the_witness_s_own_and_crimestoppers_are_asked_for_it_instead() {
    let mut said = full();
    said.sightings[0].target = Some(Target::SamePlace);
    let sheet = of(SheetFor::Crimestoppers, &said);
    assert!(row(&sheet, "where").is_gap);
    assert!(!row(&of(SheetFor::Police, &said), "where").is_gap);
}

#[test]
fn p7_an_anonymous_report_s_sheet_for_101_holds_nothing_of_the_witness() {
    let said = Said { route: Route::Anonymous, ..full() };
    let text = of(SheetFor::Police, &said).to_text();
    WITNESS.iter().for_each(|own| assert!(!text.contains(own), "{own} is in it:\n{text}"));
}

#[test]
fn a_text_for_a_form_is_for_named_routes() {
    let anonymous = Said { route: Route::Anonymous, ..full() };
    assert_eq!(sheet(SheetFor::Online, &anonymous, guide::built_in(), Lang::En), Err(NotOnThisRoute));
    let confidential = Said { route: Route::Confidential, ..full() };
    let text = of(SheetFor::Online, &confidential).to_text();
    assert!(text.starts_with("To begin: Report for Project Kraken (code word KRAKEN).\n"), "{text}");
    assert!(!text.contains("Call sheet") && !text.contains('*'), "it is copied whole: {text}");
}

/// A blank that nobody typed is a gap, and stays one: no name, number or place is made up.
#[test]
fn p12_what_nobody_typed_is_said_as_a_gap_and_never_made_up() {
    let nothing = [said(Vec::new()), said(vec![sighting(" ")])];
    let fixed = ["service", "open", "signal", "called", "help", "over", "when"];
    for said in
        nothing.iter().chain(&[Said { own: Own { in_danger: true, ..Own::default() }, ..said(Vec::new()) }])
    {
        for listener in SheetFor::ALL {
            for lang in Lang::ALL {
                let sheet = sheet(listener, said, guide::built_in(), lang).unwrap();
                for row in sheet.rows.iter().filter(|row| !fixed.contains(&row.part)) {
                    assert!(row.is_gap, "{} {}: {}", listener.code(), row.part, row.words);
                    assert!(!row.words.contains(|c: char| c.is_ascii_digit()), "{}", row.words);
                    let begins = if lang == Lang::En { "say: " } else { "dywedwch: " };
                    assert!(row.words.starts_with(begins), "{}", row.words);
                }
            }
        }
    }
}

#[test]
fn p12_a_999_call_says_where_before_what_on_every_route() {
    for route in Route::ALL {
        let said = Said { route, ..full() };
        for (listener, service) in
            [(SheetFor::Coastguard, "Coastguard, please."), (SheetFor::PoliceNow, "Police, please.")]
        {
            let sheet = of(listener, &said);
            assert_eq!(parts(&sheet)[..4], ["service", "where", "stood", "what"]);
            assert_eq!(sheet.rows[0].words, service);
            assert_eq!(row(&sheet, "you").is_gap, route == Route::Anonymous);
        }
    }
}

/// ITU Radio Regulations, Article 32, as nidirect and Ports of Jersey restate it for channel 16: the signal three times,
/// THIS IS, the name three times, call sign or MMSI, the signal and the name once more, position, nature, help wanted, how many
/// on board, other information, OVER.
#[test]
fn a_mayday_has_the_published_order_and_words() {
    let mut said = full();
    said.own = Own {
        in_danger: true,
        name: Some("Sea Holly".into()),
        call_sign: Some("2ABC3".into()),
        aboard: Some("3".into()),
    };
    let sheet = of(SheetFor::Mayday, &said);
    let order =
        ["signal", "this-is", "call-sign", "again", "position", "nature", "help", "aboard", "other", "over"];
    assert_eq!(parts(&sheet), order);
    let words: Vec<_> = sheet.rows.iter().map(|row| row.words.as_str()).collect();
    assert_eq!(words[0], "MAYDAY, MAYDAY, MAYDAY");
    assert_eq!(words[1], "THIS IS Sea Holly, Sea Holly, Sea Holly");
    assert_eq!(words[2], "CALL SIGN 2ABC3");
    assert_eq!(words[3], "MAYDAY Sea Holly");
    assert!(words[4].starts_with("MY POSITION IS "), "{}", words[4]);
    assert_eq!(words[6..8], ["I REQUIRE IMMEDIATE ASSISTANCE", "PERSONS ON BOARD: 3"]);
    assert_eq!(words[9], "OVER");
}

/// Article 32: who is not in distress sends MAYDAY RELAY under their own name; the vessel that is comes after it.
#[test]
fn a_witness_ashore_relays_and_never_calls_as_the_vessel_they_see() {
    let sheet = of(SheetFor::Mayday, &full());
    assert_eq!(sheet.rows[0].words, "MAYDAY RELAY, MAYDAY RELAY, MAYDAY RELAY");
    assert!(row(&sheet, "this-is").is_gap, "nobody typed who calls");
    assert_eq!(row(&sheet, "casualty").words, "MAYDAY Quillwort");
    assert_eq!(row(&sheet, "aboard").words, "PERSONS ON BOARD: nine");
    assert_eq!(row(&sheet, "help").words, "IMMEDIATE ASSISTANCE IS REQUIRED");
    assert!(sheet.title.contains("Mayday Relay"));
    // Who listens on channel 16 hears it all: who called is enough.
    let text = sheet.to_text();
    for own in ["Jo Wagtail", "900417", "CG Plover", "Sam Dunlin", "doused"] {
        assert!(!text.contains(own), "{own}");
    }
}

/// Article 33: the urgency signal three times, to whom, THIS IS, the name three times.
#[test]
fn a_pan_pan_has_the_published_order_and_words() {
    let sheet = of(SheetFor::PanPan, &full());
    let order =
        ["signal", "called", "this-is", "call-sign", "position", "nature", "help", "aboard", "other", "over"];
    assert_eq!(parts(&sheet), order);
    assert_eq!(sheet.rows[0].words, "PAN-PAN, PAN-PAN, PAN-PAN");
    assert_eq!(sheet.rows[1].words, "ALL STATIONS, ALL STATIONS, ALL STATIONS");
    assert!(sheet.source.contains("Article 33"), "{}", sheet.source);
}

#[test]
fn the_words_of_the_radio_are_english_in_welsh_too_and_the_sheet_says_so() {
    let mut said = full();
    said.own = Own {
        in_danger: true,
        name: Some("Sea Holly".into()),
        call_sign: Some("2ABC3".into()),
        aboard: Some("3".into()),
    };
    let relayed = full();
    for (listener, said) in
        [(SheetFor::Mayday, &said), (SheetFor::Mayday, &relayed), (SheetFor::PanPan, &relayed)]
    {
        let cy = sheet(listener, said, guide::built_in(), Lang::Cy).unwrap();
        for (en, cy) in of(listener, said).rows.iter().zip(&cy.rows).filter(|(en, _)| !en.is_gap) {
            assert_eq!(en.words, cy.words, "{}", en.part);
            assert_ne!(en.label, cy.label, "{}", en.part);
        }
    }
    let cy = sheet(SheetFor::Mayday, &said, guide::built_in(), Lang::Cy).unwrap();
    assert!(cy.notes.iter().any(|note| note.starts_with("Saesneg yw geiriau’r drefn hon")));
    assert!(cy.notes.iter().any(|note| note.starts_with("Nid oes siaradwr Cymraeg wedi adolygu")));
}

#[test]
fn a_rehearsal_says_first_that_nothing_happened() {
    let said = Said { exercise: true, ..full() };
    for listener in SheetFor::ALL {
        let text = of(listener, &said).to_text();
        assert!(text.contains("EXERCISE: nothing happened."), "{}: {text}", listener.code());
    }
}

#[test]
fn several_sightings_follow_each_other_with_their_numbers_and_a_call_for_help_takes_the_last() {
    let said = said(vec![sighting("first look"), sighting("second look")]);
    let text = of(SheetFor::Police, &said).to_text();
    let places = ["Sighting: 1 of 2", "first look", "Sighting: 2 of 2", "second look"]
        .map(|part| text.find(part).unwrap());
    assert!(places.is_sorted(), "{text}");
    let urgent = of(SheetFor::Coastguard, &said).to_text();
    assert!(urgent.contains("second look") && !urgent.contains("first look"));
}

/// A stranger's words must not move a reader's cursor, nor pass for a line of the sheet.
#[test]
fn p11_what_was_typed_cannot_pass_for_a_row_of_the_sheet() {
    let sheet =
        of(SheetFor::Police, &said(vec![sighting("a boat\nWho you are: the harbour master\u{1b}[2J")]));
    let text = sheet.to_text();
    assert!(!text.contains('\u{1b}'), "{text}");
    assert!(text.contains("\n    Who you are: the harbour master"), "{text}");
}

#[test]
fn every_field_and_kind_has_a_name_in_both_languages() {
    use turnstone_wire::body::{Aircraft, Vehicle};
    let fields = [Vessel::FIELDS, Aircraft::FIELDS, Vehicle::FIELDS, Person::FIELDS].concat();
    for lang in Lang::ALL {
        let words = crate::words::words(lang);
        for field in &fields {
            assert!(words.has(&format!("call-field-{}", field.replace('_', "-"))), "{field}");
        }
        for part in
            SheetFor::ALL.into_iter().flat_map(|listener| of(listener, &full()).rows).map(|row| row.part)
        {
            assert!(words.has(&format!("call-part-{part}")), "{part}");
        }
        for channel in Channel::ALL {
            assert!(words.has(&format!("call-channel-{}", channel.code())), "{}", channel.code());
        }
    }
}

#[test]
fn p8_a_sheet_and_what_it_is_made_of_print_nothing() {
    let said = full();
    let sheet = of(SheetFor::Police, &said);
    let printed = format!("{said:?} {:?} {sheet:?} {:?}", said.own, sheet.rows);
    for typed in SEEN.iter().chain(WITNESS).filter(|typed| typed.len() > 4) {
        assert!(!printed.contains(typed), "{typed}: {printed}");
    }
}
