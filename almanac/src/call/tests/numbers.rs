//! Whom to ring in which case.

use std::collections::BTreeSet;

use super::*;

fn numbers(case: Case) -> Vec<String> {
    let advice = advise(case, None, guide::built_in(), Lang::En);
    advice.ring.into_iter().map(|ring| ring.number).collect()
}

#[test]
fn p12_each_case_says_whom_to_ring_best_one_first() {
    let expected: [(Case, &[&str]); 8] = [
        (Case::DangerAtSea, &["999", "VHF 16", "999"]),
        (Case::OwnBoat, &["VHF 16", "999", "999"]),
        (Case::CrimeNow, &["999", "999"]),
        (Case::CannotSpeak, &["999", "18001 101"]),
        (Case::NotUrgent, &["101", "18001 101"]),
        (Case::Anonymous, &["0800 555 111", "0800 011 3304"]),
        (Case::Terrorism, &["0800 789 321", "999"]),
        (Case::Slavery, &["08000 121 700", "999"]),
    ];
    assert_eq!(expected.map(|(case, _)| case), Case::ALL);
    for (case, lines) in expected {
        assert_eq!(numbers(case), lines, "{}", case.code());
    }
}

#[test]
fn every_line_of_the_guidance_is_rung_in_some_case() {
    let rung: BTreeSet<_> = Case::ALL
        .into_iter()
        .flat_map(|case| advise(case, None, guide::built_in(), Lang::En).ring)
        .map(|ring| ring.line.to_owned())
        .collect();
    let published: BTreeSet<_> = guide::built_in().lines().iter().map(|line| line.code.clone()).collect();
    assert_eq!(rung, published);
}

#[test]
fn every_number_has_a_source_and_says_how_old_it_is() {
    for lang in Lang::ALL {
        for ring in help_now(None, guide::built_in(), lang).into_iter().flat_map(|advice| advice.ring) {
            assert!(!ring.source.is_empty() && !ring.seen.is_empty(), "{}", ring.line);
            assert!(ring.words.contains(&ring.number), "{}", ring.words);
            // A channel and a text message cannot be dialled.
            assert_eq!(ring.dials, !["vhf16", "emergency_sms"].contains(&ring.line), "{}", ring.line);
        }
    }
}

#[test]
fn a_scheme_s_help_names_its_own_code_word_and_lines_only() {
    let of = |scheme| help_now(Some(scheme), guide::built_in(), Lang::En);
    let words: String =
        of(Scheme::Pegasus).iter().flat_map(|advice| &advice.ring).map(|ring| ring.words.as_str()).collect();
    assert!(words.contains("PEGASUS") && !words.contains("KRAKEN") && !words.contains("VHF"), "{words}");
    assert!(!words.contains("0800 011 3304"), "the coast has no airfields");
    assert_eq!(of(Scheme::Kraken).len(), Case::ALL.len());
    assert_eq!(of(Scheme::Pegasus)[0].case, Case::CrimeNow);
}

#[test]
fn a_newer_pack_s_number_is_the_one_that_is_rung() {
    let pack = String::from_utf8(guide::built_in_pack()).unwrap().replace("0800 555 111", "0800 555 112");
    let newer = guide::Guide::read(pack.as_bytes()).unwrap();
    let shown = sheet(SheetFor::Crimestoppers, &full(), &newer, Lang::En).unwrap();
    assert_eq!(shown.ring[0].number, "0800 555 112");
    assert_eq!(advise(Case::Anonymous, None, &newer, Lang::Cy).ring[0].number, "0800 555 112");
}

#[test]
fn codes_are_stable_and_found_again() {
    assert_eq!(
        SheetFor::ALL.map(SheetFor::code),
        ["999-coastguard", "999-police", "mayday", "pan-pan", "101", "crimestoppers", "online"]
    );
    for scheme in Scheme::ALL {
        for one in SheetFor::ALL {
            assert_eq!(SheetFor::of(one.code(), scheme), Some(one));
        }
        assert_eq!(SheetFor::of("vhf", scheme), Some(SheetFor::Mayday));
        assert_eq!(SheetFor::of("tannoy", scheme), None);
    }
    assert_eq!(SheetFor::of("999", Scheme::Kraken), Some(SheetFor::Coastguard));
    assert_eq!(SheetFor::of("999", Scheme::Pegasus), Some(SheetFor::PoliceNow));
}
