//! Guidance: there before anything is set up, for whoever cannot unlock, in both languages, and from newer packs.

use std::{collections::BTreeSet, fs, path::Path};

use assert_cmd::Command;
use serde_json::Value;

use crate::kit::{Computer, ended, with_desk};

fn said(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stdout).unwrap()
}

fn codes(guide: &Value) -> BTreeSet<String> {
    let sections = guide["sections"].as_array().unwrap().iter();
    let rows = sections.flat_map(|section| section["rows"].as_array().unwrap());
    rows.map(|row| row["code"].as_str().unwrap().to_owned()).collect()
}

fn row<'a>(guide: &'a Value, code: &str) -> &'a Value {
    let mut sections = guide["sections"].as_array().unwrap().iter();
    sections
        .find_map(|section| section["rows"].as_array().unwrap().iter().find(|row| row["code"] == code))
        .unwrap()
}

/// Makes a pack of guidance at the desk's authority, with the first sign changed.
fn make_pack(desk: &Path, folder: &Path, out: &Path) {
    let pack = |more: &[&std::ffi::OsStr]| {
        let mut command = Command::new(env!("CARGO_BIN_EXE_turnstone"));
        command.args(["desk", "pack"]).arg(desk).args(["--kind", "guidance"]).args(more);
        ended(&mut command, 0);
    };
    if !folder.exists() {
        pack(&["--begin".as_ref(), folder.as_ref()]);
        let english = fs::read_to_string(folder.join("en.ftl")).unwrap();
        fs::write(folder.join("en.ftl"), english.replacen("boats at odd", "boats at strange", 1)).unwrap();
    }
    pack(&[folder.as_ref(), "--out".as_ref(), out.as_ref()]);
}

#[test]
fn p9_whom_to_ring_is_shown_with_no_folder_no_home_and_no_network() {
    let mut bare = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    bare.env_clear().arg("guide");
    let shown = String::from_utf8(ended(&mut bare, 0).stdout).unwrap();
    for number in
        ["999", "VHF channel 16", "101", "18001 101", "0800 555 111", "0800 011 3304", "08000 121 700"]
    {
        assert!(shown.contains(&format!("\n  {number} ")), "{number}");
    }
    for number in ["01303 297320", "07900 056 435"] {
        assert!(!shown.contains(number));
    }
    assert!(shown.contains("source dated 2024-08") && shown.contains("Gathered 22 November 2026"));
}

#[test]
fn p9_a_locked_folder_and_a_damaged_one_show_it_all_the_same() {
    let computer = Computer::set_up();
    computer.set_pin("secret pin");
    assert!(said(&computer, &["guide", "kraken"]).contains("Quote Kraken"));
    fs::remove_file(computer.path("keys")).unwrap();
    assert!(said(&computer, &["guide", "kraken"]).contains("Quote Kraken"));
    let broken = Computer::new();
    fs::create_dir_all(broken.path("home/words.db")).unwrap();
    assert!(said(&broken, &["guide", "kraken"]).contains("Quote Kraken"));
}

#[test]
fn every_item_can_be_reached_and_each_says_its_source_and_age() {
    let computer = Computer::new();
    let all = computer.json(0, &["guide"]);
    let pages = ["kraken", "pegasus", "oic"].map(|page| codes(&computer.json(0, &["guide", page])));
    let together: BTreeSet<_> = pages.into_iter().flatten().collect();
    assert_eq!(codes(&all), together);
    // 9 lines, 5 things to write down, 4 rules, 30 signs, 3 points, 7 links, 4 rows of each scheme under one code; 17 outlines,
    // `other` and `?`.
    assert_eq!(together.len(), 9 + 5 + 4 + 30 + 3 + 7 + 4 + 17 + 2);
    assert_eq!(row(&all, "motor_cruiser")["text"], "motor cruiser");
    let line = row(&all, "coastal_crime");
    assert_eq!(line["dial"], "08000113304");
    assert_eq!(line["source_age"], "source dated 2024-08");
    assert!(line["source"].as_str().unwrap().starts_with("crimestoppers-uk.org"));
}

#[test]
fn welsh_says_that_no_welsh_speaker_has_reviewed_it() {
    let computer = Computer::new();
    let welsh = said(&computer, &["guide", "--lang", "cy"]);
    assert!(welsh.contains("Nid oes unrhyw siaradwr Cymraeg wedi adolygu"), "{welsh}");
    assert!(welsh.contains("Dyfynnwch Kraken"));
    assert!(!said(&computer, &["guide"]).contains("reviewed these words"));
    assert_eq!(row(&computer.json(0, &["guide", "--lang", "cy"]), "K01")["reviewed"], false);
}

#[test]
fn p11_a_page_or_language_that_there_is_not_is_wrong_usage_and_not_repeated() {
    let computer = Computer::new();
    for args in
        [&["guide", "quillwort"][..], &["guide", "--lang", "quillwort"], &["guide", "kraken", "--built-in"]]
    {
        let refused = computer.run(2, args);
        assert!(!String::from_utf8(refused.stderr).unwrap().contains("quillwort"));
    }
}

#[test]
fn a_newer_signed_pack_is_used_until_it_is_put_back() {
    let computer = with_desk();
    let (folder, pack) = (computer.path("guidance"), computer.path("new.pack"));
    make_pack(&computer.path("desk"), &folder, &pack);
    let file = pack.to_str().unwrap();
    computer.set_pin("secret pin");
    assert_eq!(computer.json(0, &["guide", "--take", file])["pack"]["sequence"], 2);
    let shown = computer.json(0, &["guide", "kraken"]);
    assert_eq!(row(&shown, "K01")["text"], "boats at strange hours or at isolated places");
    assert!(shown["notices"].as_array().unwrap().iter().any(|notice| notice["code"] == "pack"));
    assert_eq!(computer.json(0, &["guide", "--built-in"])["outcome"], "built_in");
    assert!(said(&computer, &["guide", "kraken"]).contains("boats at odd hours"));
}

#[test]
fn p11_a_pack_from_elsewhere_damaged_or_older_is_refused_and_what_was_there_stays() {
    let (computer, stranger) = (with_desk(), with_desk());
    let pack_of = |of: &Computer, name: &str| {
        let pack = of.path(name);
        make_pack(&of.path("desk"), &of.path("guidance"), &pack);
        pack
    };
    let (first, second) = (pack_of(&computer, "1.pack"), pack_of(&computer, "2.pack"));
    computer.run(0, &["guide", "--take", second.to_str().unwrap()]);
    let cut = computer.path("cut.pack");
    let bytes = fs::read(&second).unwrap();
    fs::write(&cut, &bytes[..bytes.len() / 2]).unwrap();
    for (pack, says) in [
        (pack_of(&stranger, "1.pack"), "not signed by the keys that are trusted here"),
        (first, "older than what is here"),
        (cut, "cut short or damaged"),
        (computer.path("desk/directory.json"), "in a format this program does not know"),
        (computer.path("nowhere"), "there is no such file"),
    ] {
        let refused = computer.json(1, &["guide", "--take", pack.to_str().unwrap()]);
        let message = refused["error"]["message"].as_str().unwrap();
        assert!(message.contains(says), "{message}");
        assert!(said(&computer, &["guide"]).contains("boats at strange hours"));
    }
}
