//! Help by voice: with nothing set up, before a report is sent, and never in its way.

use serde_json::{Value, json};

use crate::kit::{Computer, ended, with_desk};

fn said(computer: &Computer, code: i32, args: &[&str]) -> (String, String) {
    let output = computer.run(code, args);
    (String::from_utf8(output.stdout).unwrap(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn p12_help_now_needs_nothing_set_up_and_keeps_nothing() {
    let computer = Computer::new();
    for args in [
        &["help-now"][..],
        &["help-now", "pegasus", "--lang", "cy"],
        &[
            "help-now",
            "--case",
            "own-boat",
            "--boat",
            "Sea Holly",
            "--at",
            "50.6065,-1.9480",
            "--what",
            "taking on water",
        ],
    ] {
        let (shown, complained) = said(&computer, 0, args);
        assert!(shown.contains("999") && complained.is_empty(), "{shown}{complained}");
        assert_eq!(std::fs::read_dir(computer.folder.path()).unwrap().count(), 0, "{args:?}");
    }
}

#[test]
fn p12_help_now_needs_neither_a_home_nor_a_place_for_one() {
    let mut command = assert_cmd::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    command.env_clear().args(["help-now", "--json"]);
    let shown: Value = serde_json::from_slice(&ended(&mut command, 0).stdout).unwrap();
    assert_eq!(shown["cases"].as_array().unwrap().len(), 8);
    assert_eq!(shown["cases"][0]["ring"][0]["number"], "999");
}

#[test]
fn p12_words_that_speak_of_danger_choose_the_case_and_fill_the_script() {
    let computer = Computer::new();
    let shown = computer.json(0, &["help-now", "--what", "a RIB is sinking", "--target-at", "50.6,-1.9"]);
    assert_eq!(shown["cases"][0]["case"], "danger-at-sea");
    assert_eq!(shown["emergency"]["because"][0]["code"], "sinking");
    let scripts: Vec<_> =
        shown["sheets"].as_array().unwrap().iter().map(|sheet| sheet["for"].clone()).collect();
    assert_eq!(scripts, [json!("999-coastguard"), json!("mayday")]);
    let what =
        shown["sheets"][0]["rows"].as_array().unwrap().iter().find(|row| row["part"] == "what").unwrap();
    assert_eq!((&what["words"], &what["gap"]), (&json!("a RIB is sinking"), &json!(false)));
    let ashore = computer.json(0, &["help-now", "pegasus", "--what", "a man with a gun"]);
    assert_eq!(ashore["cases"][0]["case"], "crime-now");
}

#[test]
fn a_number_is_shown_large_for_whoever_dials_elsewhere() {
    let (shown, _) = said(&Computer::new(), 0, &["help-now", "--case", "not-urgent"]);
    assert!(shown.starts_with("  #   ####    #\n ##   #  #   ##\n"), "{shown}");
}

#[test]
fn p12_the_card_comes_before_a_report_is_sent_and_stops_nothing() {
    let computer = with_desk();
    let report = ["report", "kraken", "--what", "they are drowning", "--sign", "K06"];
    let (shown, complained) = said(&computer, 0, &report);
    assert!(shown.starts_with("KRAKEN-"), "{shown}");
    assert!(complained.starts_with("This may be an emergency."), "{complained}");
    assert!(complained.contains("Ring 999 and ask for the Coastguard."), "{complained}");
    let submitted = computer.json(0, &report);
    assert_eq!(submitted["outcome"], "submitted");
    let codes: Vec<_> =
        submitted["emergency"]["because"].as_array().unwrap().iter().map(|why| why["code"].clone()).collect();
    assert_eq!(codes, [json!("K06"), json!("water")]);
    assert_eq!(submitted["emergency"]["ring"][0]["number"], "999");

    let draft = computer.json(0, &[&report[..], &["--draft", "--lang", "cy"]].concat());
    assert_eq!(draft["emergency"]["ring"][0]["number"], "999");
    for args in [&["draft", "show", "3"][..], &["draft", "submit", "3"]] {
        let (_, complained) = said(&computer, 0, args);
        assert!(complained.starts_with("Gall hyn fod yn argyfwng."), "{complained}");
    }
    let calm = computer.json(0, &["report", "kraken", "--what", "a dent in the gunwale"]);
    assert!(calm["emergency"].is_null());
}

/// Whoever has nothing set up, and types what cannot wait, is told whom to ring all the same.
#[test]
fn p12_the_card_comes_with_nothing_set_up_too() {
    let (_, complained) = said(&Computer::new(), 1, &["report", "kraken", "--what", "they are drowning"]);
    let places = ["Ring 999", "nothing is set up"].map(|part| complained.find(part));
    assert!(matches!(places, [Some(card), Some(error)] if card < error), "{complained}");
}

/// Standard error goes to logs: it says that somebody should ring, and not what was written.
#[test]
fn p8_the_card_on_standard_error_repeats_no_word_and_no_reason() {
    let computer = with_desk();
    let (_, complained) = said(
        &computer,
        0,
        &["report", "kraken", "--what", "one had a gun, another bleeding", "--sign", "K02"],
    );
    for told in ["gun", "weapon", "bleeding", "hurt", "frightened", "K02"] {
        assert!(!complained.contains(told), "{told}: {complained}");
    }
}

#[test]
fn a_sheet_for_999_asks_for_the_service_of_the_scheme() {
    let computer = Computer::set_up();
    for (scheme, service) in [("kraken", "999-coastguard"), ("pegasus", "999-police")] {
        let draft = computer.json(0, &["report", scheme, "--what", "smoke and shouting", "--draft"])["draft"]
            .to_string();
        assert_eq!(computer.json(0, &["call-sheet", &draft, "--for", "999"])["for"], service);
        let own =
            computer.json(0, &["call-sheet", &draft, "--for", "vhf", "--own-boat", "--boat", "Sea Holly"]);
        assert_eq!(own["rows"][0]["words"], "MAYDAY, MAYDAY, MAYDAY");
        assert_eq!(own["rows"][1]["words"], "THIS IS Sea Holly, Sea Holly, Sea Holly");
    }
}

#[test]
fn p11_what_is_no_case_listener_draft_or_report_is_said_and_not_repeated() {
    let computer = Computer::set_up();
    for (code, args, says) in [
        (2, &["help-now", "--case", "quillwort"][..], "danger-at-sea"),
        (2, &["help-now", "--at", "quillwort"], "no position"),
        (2, &["call-sheet", "1", "--for", "quillwort"], "crimestoppers"),
        (2, &["call-sheet", "1"], "--for"),
        (2, &["call-sheet", "quillwort", "--for", "101"], "neither the number of a draft"),
        (1, &["call-sheet", "7", "--for", "101"], "draft"),
    ] {
        let (shown, complained) = said(&computer, code, args);
        assert!(complained.contains(says) && !complained.contains("quillwort"), "{shown}{complained}");
    }
}

#[test]
fn reading_a_sheet_needs_the_pin() {
    let computer = Computer::set_up();
    computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    computer.set_pin("258025");
    assert_eq!(computer.json(1, &["call-sheet", "1", "--for", "101"])["error"]["code"], "locked");
    assert!(computer.with_pin("258025", 0, &["call-sheet", "1", "--for", "101"])["text"].is_string());
}
