//! A home whose database is damaged, and one whose keys cannot be reached: what is said, and that a report is kept all
//! the same (P9).

use std::fs;

use crate::kit::{Computer, make_desk, with_desk};

fn cut(computer: &Computer, file: &str, bytes: u64) {
    let file = fs::OpenOptions::new().write(true).open(computer.path("home").join(file)).unwrap();
    file.set_len(file.metadata().unwrap().len() - bytes).unwrap();
}

fn said(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stderr).unwrap()
}

#[test]
fn p9_a_report_is_submitted_on_a_home_whose_database_is_damaged_and_what_was_done_about_it_is_said() {
    let computer = with_desk();
    let first = computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    cut(&computer, "words.db", 8192);
    let said = said(&computer, &["report", "kraken", "--what", "Red yacht"]);
    assert!(said.contains("The file of reports was damaged."), "{said}");
    assert!(said.contains("kept whole in damaged-words-1"), "{said}");
    let listed = computer.json(0, &["list"]);
    let references: Vec<_> = listed["reports"].as_array().unwrap().iter().map(|r| &r["reference"]).collect();
    assert!(references.contains(&&first["reference"]), "{listed}");
    let aside = listed["set_aside"][0].as_str().unwrap();
    assert!(aside.ends_with("damaged-words-1") && fs::metadata(aside).unwrap().is_dir(), "{listed}");
    // Said once, and shown by `list` for as long as it is there.
    assert_eq!(String::from_utf8(computer.run(0, &["list"]).stderr).unwrap(), "");
}

#[test]
fn p9_photos_that_are_damaged_keep_no_words_from_going_and_are_told_of() {
    let computer = with_desk();
    fs::write(computer.path("photo.bin"), vec![7; 400_000]).unwrap();
    let photo = computer.path("photo.bin");
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()]);
    fs::write(computer.path("home").join("media.db"), vec![0x55; 9000]).unwrap();
    let said = said(&computer, &["report", "kraken", "--what", "Red", "--attach", photo.to_str().unwrap()]);
    assert!(said.contains("The file of photos was damaged."), "{said}");
    assert_eq!(computer.json(0, &["list"])["counts"]["reports"], 2);
}

#[test]
fn p9_without_its_key_file_a_report_is_kept_and_goes_out_once_the_file_is_back() {
    let computer = with_desk();
    fs::rename(computer.path("keys"), computer.path("pulled")).unwrap();
    let kept = computer.json(1, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!((&kept["outcome"], &kept["draft"]), (&"kept".into(), &1.into()));
    assert_eq!(kept["error"]["code"], "key_store");
    let listed = computer.json(0, &["list"]);
    assert_eq!((&listed["locked"], &listed["reason"]), (&true.into(), &"key_store".into()));
    assert_eq!(listed["counts"]["drafts"], 1);
    assert!(!computer.path("keys").exists(), "none is made in its place");
    fs::rename(computer.path("pulled"), computer.path("keys")).unwrap();
    assert_eq!(computer.json(0, &["draft", "show", "1"])["content"]["sightings"][0]["what"], "Grey RIB");
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p9_a_damaged_key_file_is_told_from_a_missing_one_and_a_report_is_kept() {
    let computer = with_desk();
    fs::write(computer.path("keys"), "no keys").unwrap();
    let kept = computer.json(1, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!((&kept["outcome"], &kept["error"]["code"]), (&"kept".into(), &"key_store".into()));
    assert_eq!(fs::read(computer.path("keys")).unwrap(), b"no keys");
}

#[test]
fn p9_with_its_keys_gone_for_good_a_home_is_begun_anew_and_the_old_one_kept() {
    let computer = with_desk();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    // While the keys are there, nobody begins anew by a slip.
    let refused = computer.json(2, &["init", "--anew"])["error"]["message"].to_string();
    assert!(refused.contains("1 words and photos that wait would not be sent"), "{refused}");
    fs::rename(computer.path("keys"), computer.path("lost")).unwrap();
    // What cannot be set up moves nothing.
    fs::write(computer.path("none.json"), "{}").unwrap();
    let (none, root) = (computer.path("none.json"), computer.path("desk/root.pub"));
    let bad = ["--directory", none.to_str().unwrap(), "--root-key", root.to_str().unwrap()];
    computer.json(1, &[&["init", "--anew"], &bad[..]].concat());
    assert!(!computer.path("home/set-aside-1").exists() && !computer.path("home/set-aside.part").exists());
    // A damaged key file is kept beside the new one.
    fs::write(computer.path("keys"), "no keys").unwrap();
    assert_eq!(computer.json(0, &["init", "--anew"])["outcome"], "set_up_anew");
    assert_eq!(fs::read(computer.path("keys.damaged-1")).unwrap(), b"no keys");
    let desk = computer.path("desk");
    make_desk(&desk.join("other"), "other");
    assert_eq!(computer.init_with(0, &desk)["outcome"], "updated");
    let submitted = computer.json(0, &["report", "kraken", "--what", "Grey RIB, once more"]);
    assert_eq!(submitted["outcome"], "submitted");
    assert!(computer.path("home").join("set-aside-1/words.db").is_file());
    // A wipe takes it along.
    computer.json(0, &["wipe", "--yes"]);
    assert!(!computer.path("home").exists());
}

#[test]
fn p11_beginning_anew_where_nothing_is_set_up_changes_nothing() {
    let computer = Computer::new();
    assert_eq!(computer.json(1, &["init", "--anew"])["error"]["code"], "not_set_up");
    assert!(!computer.path("keys").exists());
}
