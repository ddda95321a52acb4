//! Sails, fishing boats, small ships, aircraft and plates, by what their registers publish.

use super::{read, reads};

/// World Sailing, Racing Rules of Sailing, appendix G; RYA sail numbers carry a letter behind (GBR 1234L).
#[test]
fn sail_numbers_carry_national_letters() {
    reads(
        "vessel",
        "number",
        &[
            ("GBR 1234L", &["sail GB GBR 1234L"]),
            ("GBR1234", &["sail GB GBR 1234"]),
            ("IRL 21", &["sail IE IRL 21"]),
            ("NED-8000", &["sail NL NED 8000"]),
            // Two nations fit, and both are told.
            ("G?R 1234", &["sail GB GBR 1234", "sail DE GER 1234"]),
            ("?RA 38000", &["sail FR FRA 38000", "sail BR BRA 38000"]),
            ("??R 12", &["sail -- ??R 12 country-not-seen"]),
            ("4721", &["sail -- 4721 looks-like"]),
            ("XXX 12", &[]),
        ],
    );
}

/// The Merchant Shipping (Registration of Ships) Regulations 1993, schedule 2.
#[test]
fn port_letters_name_the_port_and_two_ports_are_both_told() {
    reads(
        "vessel",
        "number",
        &[
            ("PZ 123", &["fishing GB PZ 123"]),
            ("bm16", &["fishing GB BM 16"]),
            ("SSS 5", &["fishing GB SSS 5"]),
            ("J 96", &["fishing JE J 96"]),
            ("GU 12", &["fishing GG GU 12"]),
            ("PL 7", &["fishing IM PL 7"]),
            ("P? 45", &["fishing -- P? 45 port-not-seen"]),
            ("?Z 45", &["fishing GB PZ 45"]),
            ("F? 1?", &["fishing -- F? 1? port-not-seen"]),
            ("U? 9", &["fishing GB UL 9"]),
            ("W? 9", &["fishing -- W? 9 port-not-seen"]),
            ("PZ 12345", &[]),
            ("QQ 12", &[]),
        ],
    );
    let place = |text| {
        let readings = super::understand("vessel", "registration", text);
        readings
            .into_iter()
            .filter_map(|one| one.place.map(|place| place.as_str().to_owned()))
            .collect::<Vec<_>>()
    };
    assert_eq!(place("FH 22"), ["Falmouth"]);
    assert_eq!(place("I? 3"), ["Irvine", "Ipswich"]);
}

#[test]
fn small_ships_and_hulls_are_read() {
    reads(
        "vessel",
        "registration",
        &[
            ("SSR 123456", &["small-ship GB SSR 123456"]),
            ("SSR 12", &["small-ship GB SSR 12 incomplete"]),
            // ISO 10087: the example of the standard's own pages has this shape.
            ("GB-ABC12345D404", &["hull GB GB-ABC12345D404"]),
            ("FR-ABCD1234K?23", &["hull FR FR-ABCD1234K?23"]),
            ("GB-ABC12345X404", &[]),
            ("IMO 9074729", &["imo -- 9074729"]),
        ],
    );
}

/// CAP 523 (`G-` and four letters), 14 CFR 47.15 (N numbers), Annex 7's supplement for the marks.
#[test]
fn aircraft_are_read_by_their_nationality_marks() {
    reads(
        "aircraft",
        "registration",
        &[
            ("G-ABCD", &["aircraft GB G-ABCD"]),
            ("gabcd", &["aircraft GB G-ABCD"]),
            ("G-A??B", &["aircraft GB G-A??B"]),
            ("M-ABCD", &["aircraft IM M-ABCD"]),
            ("2-ABCD", &["aircraft GG 2-ABCD"]),
            ("ZJ-ABC", &["aircraft JE ZJ-ABC"]),
            ("EI-ABC", &["aircraft IE EI-ABC"]),
            ("PH-ABC", &["aircraft NL PH-ABC"]),
            ("PH-1234", &["aircraft NL PH-1234"]),
            ("OO-G12", &["aircraft BE OO-G12"]),
            ("D-EABC", &["aircraft DE D-EABC"]),
            ("D-1234", &["aircraft DE D-1234"]),
            ("D2-ABC", &["aircraft AO D2-ABC"]),
            ("F-GABC", &["aircraft FR F-GABC"]),
            ("N123AB", &["aircraft US N123AB"]),
            ("N1", &["aircraft US N1"]),
            ("VP-BAB", &["aircraft BM VP-BAB"]),
            ("VPCAB", &["aircraft KY VP-CAB"]),
            ("59ABC", &["aircraft FR 59ABC looks-like"]),
            ("GBR-OP-123456789ABC", &["drone-operator GB GBR-OP-123456789ABC"]),
            ("GBR-OP-12345", &["drone-operator GB GBR-OP-12345 incomplete"]),
            // Help, and no gate: what is short or odd is read with its doubt.
            ("G-AB", &["aircraft GB G-AB incomplete"]),
            ("G-AB12", &["aircraft GB G-AB12 unusual"]),
            ("G-ABC0", &["aircraft GB G-ABCO mixed-up"]),
            ("?-ABCD", &["aircraft -- ?-ABCD country-not-seen"]),
            ("QQ-ABC", &["aircraft -- QQ-ABC unknown-country"]),
        ],
    );
    // N numbers begin with no zero and hold neither I nor O.
    for text in ["N0123", "N123IO"] {
        assert!(
            read("aircraft", "registration", text).iter().all(|one| one != &format!("aircraft US {text}")),
            "{text}"
        );
    }
}

#[test]
fn a_mark_that_fits_two_states_is_told_as_both() {
    // O? is Belgium, Austria, Denmark, Finland, the Czech Republic, Slovakia, Lebanon or Peru.
    assert_eq!(read("aircraft", "registration", "O?-ABC"), ["aircraft -- O?-ABC country-not-seen"]);
    // 7T Algeria, 7P Lesotho, 7Q Malawi, 7O Yemen.
    let four = ["DZ 7T", "LS 7P", "MW 7Q", "YE 7O"].map(|mark| format!("aircraft {mark}-ABC"));
    assert_eq!(read("aircraft", "registration", "7?-ABC"), four);
}

/// DVLA, INF104, whose editions show BD51 SMR and SR60 BMD; the others have the shapes that it names.
#[test]
fn plates_of_the_united_kingdom_and_the_islands() {
    reads(
        "vehicle",
        "registration",
        &[
            ("BD51 SMR", &["plate-uk-2001 GB BD51 SMR"]),
            ("bd51smr", &["plate-uk-2001 GB BD51 SMR"]),
            ("SR60 BMD", &["plate-uk-2001 GB SR60 BMD"]),
            ("BD5? SMR", &["plate-uk-2001 GB BD5? SMR"]),
            ("A123 BCD", &["plate-uk-1983 GB A123 BCD"]),
            ("Y1 ABC", &["plate-uk-1983 GB Y1 ABC"]),
            ("Q123 ABC", &["plate-uk-q GB Q123 ABC"]),
            ("VBC 123Y", &["plate-uk-1963 GB VBC 123Y"]),
            ("123 X 456", &["plate-uk-diplomatic GB 123 X456"]),
            ("J 12345", &["plate-islands JE J 12345"]),
            ("12345", &["plate-islands GG 12345"]),
            // No plate has I, O, Q, U or Z for its year, I or Q in its last three letters, or 01 for its age.
            ("U123 BCD", &[]),
            ("BD51 SMQ", &[]),
            ("AD01 SMR", &[]),
            // O typed for 0, I for 1: read so, and said so.
            ("BDO2 SMR", &["plate-uk-2001 GB BD02 SMR mixed-up"]),
            ("BD5I SMR", &["plate-uk-2001 GB BD51 SMR mixed-up"]),
        ],
    );
    let first = |text| read("vehicle", "registration", text).remove(0);
    assert_eq!(first("AIZ 1234"), "plate-uk-ni GB AIZ 1234");
    assert_eq!(first("ABC 123"), "plate-uk-dateless GB ABC 123");
    assert_eq!(first("MAN 123A"), "plate-uk-1963 GB MAN 123A");
    assert_eq!(read("vehicle", "registration", "MAN 123A")[1], "plate-islands IM MAN 123A");
}

#[test]
fn plates_of_other_countries_only_look_like_it_and_all_that_fit_are_told() {
    reads(
        "vehicle",
        "registration",
        &[
            (
                "AB-123-CD",
                &[
                    "plate-abroad FR AB-123-CD looks-like",
                    "plate-abroad IT AB-123-CD looks-like",
                    "plate-abroad PL AB-123CD looks-like",
                ],
            ),
            ("131-D-1234", &["plate-abroad IE 131-D-1234 looks-like"]),
            ("1234 BBB", &["plate-abroad ES 1234-BBB looks-like"]),
            ("1-ABC-234", &["plate-abroad BE 1-ABC-234 looks-like"]),
            ("VW-123-X", &["plate-abroad NL VW-123-X looks-like"]),
            ("B-AB 1234", &["plate-abroad DE B-AB-1234 looks-like"]),
            ("CJ 12 ABC", &["plate-uk-2001 GB CJ12 ABC", "plate-abroad RO CJ-12-ABC looks-like"]),
        ],
    );
}

#[test]
fn the_country_that_was_seen_on_a_plate_goes_first_and_the_others_stay() {
    use turnstone_wire::{
        body::{Sighting, Subject, Vehicle},
        text::{Moment, Text},
    };
    for (country, first) in
        [("I", "IT"), ("Italy", "IT"), ("yr eidal", "IT"), ("F", "FR"), ("pl", "PL"), ("Mars", "FR")]
    {
        let vehicle = Vehicle {
            registration: Some(Text::from("AB-123-CD")),
            country: Some(Text::from(country)),
            ..Vehicle::default()
        };
        let now = Moment::parse("2026-05-03T20:41:17Z").unwrap();
        let mut sighting =
            Sighting { subjects: vec![Subject::Vehicle(vehicle)], ..Sighting::new(now, Text::from("a van")) };
        super::fill(&mut sighting);
        let read = sighting.subjects[0].understood();
        assert_eq!((read.len(), read[0].country.as_deref()), (3, Some(first)), "{country}");
    }
}
