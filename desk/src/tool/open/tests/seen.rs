//! What was understood of identifiers and how well it was seen, as the desk shows it.

use turnstone_wire::body::{Light, Subject, Understood, Vehicle, Vessel, View};

use super::*;

/// The words and the table of a report, as officers have them.
fn shown(subjects: Vec<Subject>, view: Option<View>) -> [String; 2] {
    let officers = Officers::new();
    let mut report = report(1, "black RIB off the pier");
    report.sightings[0].subjects = subjects;
    report.sightings[0].view = view;
    officers.desk.deliver_report(&report);
    officers.open();
    let words = officers.text(&format!("{}/report.txt", report.reference));
    [words, table::text(&[("folder".into(), report)]).unwrap()]
}

fn vessel(understood: Vec<Understood>) -> Subject {
    Subject::Vessel(Vessel { number: Some(Text::from("pz 12?")), understood, ..Vessel::default() })
}

#[test]
fn the_desk_reads_what_was_typed_and_beneath_it_what_was_understood() {
    let fishing = Understood {
        country: Some("GB".to_owned()),
        place: Some(Text::from("Penzance")),
        ..Understood::new("number", "fishing", Text::from("PZ 12?"))
    };
    let light = Light { phase: "night".to_owned(), sun_deg: -21, morning: false, into_the_sun: false };
    let view = View { lasted_s: Some(90), light: Some(light), ..View::default() };
    let [words, table] = shown(vec![vessel(vec![fishing])], Some(view));
    let beneath = "    number: pz 12?\n      read as fishing boat: PZ 12?, Penzance, United Kingdom\n";
    assert!(words.contains(beneath), "{words}");
    assert!(
        words.contains(
            "HOW WELL IT WAS SEEN\n  | in view for 90 seconds\n  | night; the sun 21 degrees below"
        ),
        "{words}"
    );
    assert!(table.contains("fishing boat: PZ 12?") && table.contains("in view for 90 seconds"), "{table}");
}

#[test]
fn where_the_witness_s_program_understood_nothing_the_desk_works_it_out() {
    let plate = Vehicle { registration: Some(Text::from("bd51smr")), ..Vehicle::default() };
    let [words, _] = shown(vec![vessel(Vec::new()), Subject::Vehicle(plate)], None);
    for line in ["read as fishing boat: PZ 12?, Penzance", "read as UK plate, since 2001: BD51 SMR"] {
        assert!(words.contains(line), "{words}");
    }
}

#[test]
fn p11_what_a_stranger_claims_to_have_understood_cannot_pass_for_a_line_of_ours() {
    let odd = Understood {
        country: Some("G\nB".to_owned()),
        doubts: vec!["a\nTOLD\n  999".to_owned()],
        ..Understood::new("number", "kind\n", Text::from("=1+1\nTOLD"))
    };
    let [words, table] = shown(vec![vessel(vec![odd])], None);
    assert_eq!(words.matches("\nTOLD").count(), 1, "{words}");
    assert!(!table.contains("\n=1+1"), "{table}");
}
