//! Places by their names.

use proptest::prelude::*;

use super::{super::*, at};

fn first(text: &str) -> String {
    built_in().search(text, None, 1).into_iter().map(|found| found.place.name).next().unwrap_or_default()
}

#[test]
fn real_places_are_found_however_their_name_is_typed() {
    for (typed, name) in [
        ("Swanage", "Swanage"),
        ("swanage", "Swanage"),
        ("SWANA", "Swanage"),
        ("GBSWE", "Swanage"),
        ("St Abbs", "Saint Abbs"),
        ("St. Abbs", "Saint Abbs"),
        ("saint abbs", "Saint Abbs"),
        ("Aber Soch", "Aber Sôch (Abersoch)"),
        ("Aber Sôch", "Aber Sôch (Abersoch)"),
        ("abersoch", "Aber Sôch (Abersoch)"),
        ("Port Phadruig", "Port Phàdruig"),
        ("PORT PHA\u{300}DRUIG", "Port Phàdruig"),
        ("havre des pas", "Hâvre des Pas"),
        ("Aberdovey", "Aberdovey Harbour"),
        ("Aberdyfi", "Aberdyfi (Aberdovey)"),
        ("Abertawe", "Swansea"),
        ("Caerdydd", "Cardiff"),
        ("Caergybi", "Holyhead"),
        ("Aberdaugleddau", "Milford Haven"),
        ("Abergwaun", "Fishguard"),
        ("dinbych y pysgod", "Tenby"),
        ("Dinbych-y-Pysgod", "Tenby"),
        ("Aberteifi", "Cardigan"),
        ("Biwmares", "Beaumaris"),
        ("Porthmadog", "Portmadoc"),
        ("Solfach", "Solva (Solfach)"),
        ("y barri", "Barry Harbour"),
        ("EGBB", "Birmingham Airport"),
        ("egll", "London Heathrow Airport"),
        ("Heathrow", "London Heathrow Airport"),
        ("Bruntingthorpe", "Bruntingthorpe Aerodrome"),
        ("Lerwick", "Lerwick"),
        ("milford hav", "Milford Haven"),
        ("chapmans pool", "Chapmans Pool"),
        ("Chapman's Pool", "Chapmans Pool"),
        ("Chapman\u{2019}s Pool", "Chapmans Pool"),
    ] {
        assert_eq!(first(typed), name, "{typed}");
    }
}

#[test]
fn the_same_name_seven_times_is_told_apart_by_distance() {
    // Hungerford.
    let near = at(51.4150, -1.5150);
    let found = built_in().search("Manor Farm Airstrip", Some(&near), 20);
    let same: Vec<_> = found.iter().filter(|found| found.place.name == "Manor Farm Airstrip").collect();
    assert_eq!(same.len(), 7);
    let metres: Vec<f64> = same.iter().map(|found| found.leg.unwrap().metres).collect();
    assert!(metres.windows(2).all(|pair| pair[0] + 1_000.0 < pair[1]), "{metres:?}");
    assert_eq!(same[0].place.locality, "Hungerford, Berkshire");
    let codes: std::collections::BTreeSet<_> = same.iter().map(|found| &found.place.code).collect();
    assert_eq!(codes.len(), 7);
}

#[test]
fn the_very_name_comes_before_one_that_begins_so_and_words_come_last() {
    let names: Vec<_> =
        built_in().search("Newport", None, 9).into_iter().map(|found| found.place.name).collect();
    assert_eq!(names[0], "Newport");
    let whole = names.iter().filter(|name| *name == "Newport").count();
    assert!(names[..whole].iter().all(|name| name == "Newport"), "{names:?}");
}

#[test]
fn nothing_is_found_for_nothing() {
    for text in ["", "  ", "--", "qqqq", "\u{300}"] {
        assert!(built_in().search(text, None, 5).is_empty(), "{text:?}");
    }
    assert!(built_in().search("a", None, 0).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn p11_no_text_makes_it_panic(text in ".{0,400}") {
        built_in().search(&text, None, 3);
    }

    /// Of its own name, without its accents or in capitals, a place is among what is found.
    #[test]
    fn every_place_is_found_by_its_name(at in 0..1_151_usize) {
        let place = &built_in().listed(Kind::Harbour)[at].place;
        for typed in [place.name.clone(), place.name.to_uppercase(), format!(" {} ", place.name)] {
            let found = built_in().search(&typed, Some(&place.position), 3);
            prop_assert!(found.iter().any(|found| found.place == *place), "{}", place.name);
        }
    }
}
