//! What raises a card, and what does not.

use turnstone_wire::body::SignCode;

use super::{super::alarm_words::ENTRIES, *};

/// Sentences that must raise one, and what they speak of.
const RAISES: &[(&str, Danger)] = &[
    ("somebody is drowning off the slip", Danger::Water),
    ("Man overboard!", Danger::Water),
    ("there are two people in the water", Danger::Water),
    ("a child fell into the water by the steps", Danger::Water),
    ("the RIB is SINKING", Danger::Sinking),
    ("it capsized in the race", Danger::Sinking),
    ("they are taking on water fast", Danger::Sinking),
    ("a red flare over the bay", Danger::Distress),
    ("we heard someone calling for help", Danger::Distress),
    ("one of them had a gun", Danger::Weapon),
    ("He pulled a gun.", Danger::Weapon),
    ("two armed men at the hangar", Danger::Weapon),
    ("shots fired from the trawler", Danger::Weapon),
    ("a man with a knife", Danger::Weapon),
    ("they said there was a bomb on board", Danger::Explosive),
    ("the yacht is on fire", Danger::Fire),
    ("he is bleeding badly and not breathing", Danger::Hurt),
    ("people in the lorry can’t breathe", Danger::Hurt),
    ("they are held as hostages", Danger::Attacked),
    // A denial is not understood: whoever reads the card knows better.
    ("nobody is drowning", Danger::Water),
    ("I saw no gun", Danger::Weapon),
    // Welsh, with mutations.
    ("mae rhywun yn boddi ger y cei", Danger::Water),
    ("cafodd ei foddi", Danger::Water),
    ("mae pobl yn y dŵr", Danger::Water),
    ("mae'r cwch yn suddo", Danger::Sinking),
    ("roedd gwn gan y dyn", Danger::Weapon),
    ("dyn â chyllell", Danger::Weapon),
    ("mae’r cwch ar dân", Danger::Fire),
    ("mae hi’n gwaedu ac yn anymwybodol", Danger::Hurt),
    ("roedden nhw’n gweiddi am help", Danger::Distress),
];

/// Sentences that must raise none.
const LEAVES: &[&str] = &[
    "",
    "Grey RIB without lights, two men lowering wrapped parcels",
    "a dent in the gunwale",
    "it had begun to rain",
    "a gunmetal grey hull",
    "gun metal fittings on deck",
    "the dog was alarmed",
    "the engine fired up at once",
    "a fire extinguisher by the pontoon",
    "fireworks over the town",
    "threw packages overboard",
    "objects put in the water near the quay",
    "a kitchen sink on the pontoon",
    "took a shot of it with my camera",
    "they were shooting video from the pier",
    "it shot past the mole",
    "going under the bridge without lights",
    "they killed the engine and drifted",
    "armed forces day at the harbour",
    "parcels of tobacco and a body board",
    "Smoke from a barbecue",
    "flared trousers and a red hat",
    "the wind was dying down",
    // "I know": gwn i, gwn fod. "Just now": gynnau. Help with the ropes.
    "Hyd y gwn i, cwch pysgota oedd o",
    "Gwn fod y cwch yn perthyn i rywun arall",
    "gwelais y cwch gynnau",
    "cawsant help gyda'r rhaffau",
    "lladd gwair wrth y llain lanio",
];

fn raised(what: &str) -> Option<Alarm> {
    alarm(&said(vec![sighting(what)]))
}

#[test]
fn p12_sentences_that_speak_of_danger_raise_a_card() {
    for (what, danger) in RAISES {
        let alarm = raised(what).unwrap_or_else(|| panic!("nothing raised by {what:?}"));
        let codes: Vec<_> = alarm.reasons.iter().map(Reason::code).collect();
        assert!(codes.contains(&danger.code()), "{what:?} raised {codes:?}");
    }
}

#[test]
fn sentences_that_do_not_raise_none() {
    for what in LEAVES {
        let why = raised(what)
            .map(|alarm| alarm.reasons.iter().map(|reason| reason.code().to_owned()).collect::<Vec<_>>());
        assert_eq!(why, None, "{what:?}");
    }
}

#[test]
fn p12_the_signs_k02_and_k06_raise_a_card_and_no_other_does() {
    for sign in guide::built_in().signs() {
        let one = Sighting { signs: vec![sign.code], ..sighting("a boat") };
        let raised = alarm(&said(vec![one]));
        let expected = ["K02", "K06"].contains(&sign.code.as_str());
        assert_eq!(raised.is_some(), expected, "{}", sign.code);
        if let Some(alarm) = raised {
            assert!(alarm.reasons == [Reason::Sign(sign.code)]);
        }
    }
}

#[test]
fn p12_every_field_of_words_is_looked_through() {
    let word = || Some(Text::from("a gun"));
    let person = Subject::Person(Person { said: word(), ..Person::default() });
    let vessel = Subject::Vessel(Vessel { marks: word(), ..Vessel::default() });
    let place = Target::Named { name: "where she drowned".into(), unknown: Default::default() };
    for seen in [
        Sighting { why: word(), ..sighting("a boat") },
        Sighting { subjects: vec![person], ..sighting("a boat") },
        Sighting { subjects: vec![vessel], ..sighting("a boat") },
        Sighting { target: Some(place), ..sighting("a boat") },
    ] {
        assert!(alarm(&said(vec![sighting("a quay"), seen])).is_some());
    }
}

#[test]
fn every_word_of_the_list_raises_what_it_is_listed_for_whatever_stands_around_it() {
    for entry in ENTRIES {
        for what in [
            entry.word.to_owned(),
            format!("Look: {}!", entry.word.to_uppercase()),
            format!("({})", entry.word.replace(' ', "\n")),
        ] {
            let alarm = raised(&what).unwrap_or_else(|| panic!("{what:?}"));
            let codes: Vec<_> = alarm.reasons.iter().map(Reason::code).collect();
            assert!(codes.contains(&entry.danger.code()), "{what:?}: {codes:?}");
        }
        for inside in [format!("x{}", entry.word), format!("{}x", entry.word), format!("7{}", entry.word)] {
            // Another entry may stand in what is left of it.
            let rest: Vec<_> = entry.word.split(' ').collect();
            if rest.len() == 1 {
                assert_eq!(raised(&inside), None, "{inside:?} is another word");
            }
        }
    }
}

#[test]
fn no_word_stands_twice_in_the_list() {
    let mut words: Vec<_> = ENTRIES.iter().map(|entry| entry.word).collect();
    words.sort_unstable();
    let twice: Vec<_> = words.windows(2).filter(|pair| pair[0] == pair[1]).map(|pair| pair[0]).collect();
    assert!(twice.is_empty(), "{twice:?}");
}

#[test]
fn a_reason_is_given_once_and_signs_come_first() {
    let sign: SignCode = "K06".parse().unwrap();
    let one = |what| Sighting { signs: vec![sign], ..sighting(what) };
    let alarm = alarm(&said(vec![one("a gun, two guns"), one("a rifle; it is sinking")])).unwrap();
    let codes: Vec<_> = alarm.reasons.iter().map(|reason| reason.code().to_owned()).collect();
    assert_eq!(codes, ["K06", "weapon", "sinking"]);
}

#[test]
fn p12_the_card_begins_with_999_in_both_languages_and_says_that_it_stops_nothing() {
    for scheme in Scheme::ALL {
        for lang in Lang::ALL {
            let said = Said::new(scheme, Route::Anonymous, vec![sighting("they are drowning")]);
            let card = alarm(&said).unwrap().card(guide::built_in(), lang);
            assert_eq!((card.ring[0].number.as_str(), card.ring[0].dials), ("999", true));
            assert!(!card.pass.is_empty() && card.because.len() == 1);
            assert_eq!(card.notes.is_empty(), lang == Lang::En, "nobody has reviewed the Welsh");
        }
    }
    let numbers = |scheme| {
        let said = Said::new(scheme, Route::Police, vec![sighting("they are drowning")]);
        let card = alarm(&said).unwrap().card(guide::built_in(), Lang::En);
        card.ring.into_iter().map(|ring| ring.number).collect::<Vec<_>>()
    };
    assert_eq!(numbers(Scheme::Kraken), ["999", "999", "VHF 16", "999"]);
    assert_eq!(numbers(Scheme::Pegasus), ["999", "999", "999"]);
}

#[test]
fn a_rehearsal_s_card_says_that_nothing_happened() {
    let said = Said { exercise: true, ..said(vec![sighting("they are drowning")]) };
    let card = alarm(&said).unwrap().card(guide::built_in(), Lang::En);
    assert!(card.notes[0].starts_with("EXERCISE"));
}

/// Standard error and crash messages go to logs.
#[test]
fn p8_an_alarm_and_its_card_print_nothing_of_what_was_typed() {
    let alarm = raised("one had a gun").unwrap();
    let printed = format!("{alarm:?} {:?} {:?}", alarm.reasons, alarm.card(guide::built_in(), Lang::En));
    assert!(!printed.contains("gun") && !printed.contains("weapon"), "{printed}");
}
