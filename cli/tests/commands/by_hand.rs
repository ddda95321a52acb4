//! `export` and `import` as a script sees them.

use std::{fs, path::Path};

use serde_json::Value;

use crate::kit::{Computer, ended, json, make_desk, merge_directories, sign_directory, with_desk};

fn names(folder: &Path) -> Vec<String> {
    let mut names: Vec<_> = fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().file_name().into_string().unwrap())
        .collect();
    names.sort();
    names
}

/// A computer with a stick, and a path on it.
fn stick(computer: &Computer) -> String {
    fs::create_dir(computer.path("stick")).unwrap();
    computer.path("stick/reports.bundle").to_str().unwrap().to_owned()
}

fn report(computer: &Computer, more: &[&str]) {
    computer.json(0, &[&["report", "kraken", "--what", "Grey RIB"], more].concat());
}

/// The code and the message of a failure.
fn refused(document: &Value) -> (&str, &str) {
    (document["error"]["code"].as_str().unwrap(), document["error"]["message"].as_str().unwrap())
}

/// Has the desk of the computer take a bundle in.
fn carry_in(computer: &Computer, bundle: &str, answer: &str) -> Value {
    let mut import = assert_cmd::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    import.args(["desk", "import", bundle, "--answer", answer, "--json", "--to"]);
    json(&ended(import.arg(computer.path("desk/server")), 0))
}

#[test]
fn nothing_to_carry_is_no_error_and_leaves_no_file() {
    let computer = with_desk();
    let bundle = stick(&computer);
    assert_eq!(computer.json(0, &["export", &bundle])["outcome"], "nothing");
    assert!(names(&computer.path("stick")).is_empty());
    let said = computer.run(0, &["export", &bundle]).stdout;
    assert_eq!(String::from_utf8(said).unwrap(), "Nothing waits that could be carried.\n");
}

#[test]
fn a_bundle_is_written_and_nothing_is_written_over_unless_that_is_asked_for() {
    let computer = with_desk();
    let bundle = stick(&computer);
    report(&computer, &[]);
    let exported = computer.json(0, &["export", &bundle]);
    assert_eq!(
        (&exported["outcome"], &exported["bundles"][0]["file"]),
        (&"exported".into(), &bundle.as_str().into())
    );
    let first = fs::read(&bundle).unwrap();
    let again = computer.json(1, &["export", &bundle]);
    let (code, message) = refused(&again);
    assert!(code == "exists" && message.contains("--force"), "{message}");
    assert_eq!(fs::read(&bundle).unwrap(), first);
    computer.json(0, &["export", &bundle, "--force"]);
    assert_ne!(fs::read(&bundle).unwrap(), first);
    assert_eq!(names(&computer.path("stick")), ["reports.bundle"]);
    let said = String::from_utf8(computer.run(0, &["export", &bundle, "--force"]).stdout).unwrap();
    assert!(said.contains("1 words and photos") && said.contains("for Harbour"), "{said}");
    assert!(said.contains("import FILE`"), "{said}");
}

#[test]
fn several_desks_get_a_file_each_whose_name_says_nothing_of_them() {
    let computer = Computer::new();
    let desks = ["harbour", "airfield"].map(|id| computer.path(id));
    desks.iter().zip(["harbour", "airfield"]).for_each(|(folder, id)| make_desk(folder, id));
    merge_directories(&desks, &computer.path("merged"));
    computer.init_with(0, &computer.path("merged"));
    let bundle = stick(&computer);
    report(&computer, &["--desk", "harbour"]);
    report(&computer, &["--desk", "airfield"]);
    report(&computer, &["--desk", "harbour"]);
    let exported = computer.json(0, &["export", &bundle]);
    assert_eq!(names(&computer.path("stick")), ["reports-1.bundle", "reports-2.bundle"]);
    let objects: Vec<_> =
        exported["bundles"].as_array().unwrap().iter().map(|bundle| &bundle["objects"]).collect();
    assert_eq!(objects, [&Value::from(2), &Value::from(1)]);
    let one = computer.path("stick/one").to_str().unwrap().to_owned();
    let exported = computer.json(0, &["export", &one, "--desk", "airfield"]);
    assert_eq!(
        (exported["bundles"].as_array().unwrap().len(), &exported["bundles"][0]["objects"]),
        (1, &1.into())
    );
    let computer_with_pin = || {
        computer.set_pin("258025");
        String::from_utf8(computer.run(0, &["export", &bundle, "--force"]).stdout).unwrap()
    };
    let said = computer_with_pin();
    assert!(said.contains("is said with the PIN") && !said.contains("Harbour"), "{said}");
    let locked = computer.json(0, &["export", &bundle, "--force"]);
    assert_eq!((&locked["bundles"][0]["desk"], &locked["anonymous_waiting"]), (&Value::Null, &Value::Null));
    let asked = computer.json(1, &["export", &bundle, "--force", "--desk", "airfield"]);
    assert_eq!(refused(&asked).0, "locked", "whether something waits for a desk is not for everybody");
    let one = computer.with_pin("258025", 0, &["export", &bundle, "--force", "--desk", "airfield"]);
    assert_eq!(one["bundles"].as_array().unwrap().len(), 1);
    let named = computer.with_pin("258025", 0, &["export", &bundle, "--force"]);
    assert_eq!(named["bundles"][0]["desk"], "Harbour");
}

#[test]
fn a_desk_that_takes_nothing_by_hand_is_said_and_keeps_no_other_from_its_bundle() {
    let computer = Computer::new();
    let desks = ["harbour", "airfield"].map(|id| computer.path(id));
    desks.iter().zip(["harbour", "airfield"]).for_each(|(folder, id)| make_desk(folder, id));
    // The first is from before there were courier keys.
    sign_directory(&desks, &computer.path("merged"), |payload| {
        payload.desks[0].keys.retain(|entry| entry.role != "courier");
    });
    computer.init_with(0, &computer.path("merged"));
    let bundle = stick(&computer);
    report(&computer, &["--desk", "harbour"]);
    let alone = computer.json(1, &["export", &bundle]);
    let (code, message) = refused(&alone);
    assert!(code == "no_courier_key" && message.contains("takes nothing by hand"), "{message}");
    assert!(names(&computer.path("stick")).is_empty());
    report(&computer, &["--desk", "airfield"]);
    let both = computer.json(1, &["export", &bundle]);
    assert_eq!((refused(&both).0, both["bundles"].as_array().unwrap().len()), ("no_courier_key", 1));
    assert_eq!(names(&computer.path("stick")), ["reports-2.bundle"]);
}

#[test]
fn p7_anonymous_reports_are_left_out_unless_they_are_asked_for_and_then_go_alone() {
    let computer = with_desk();
    let bundle = stick(&computer);
    report(&computer, &["--route", "anonymous"]);
    let exported = computer.json(0, &["export", &bundle]);
    assert_eq!((&exported["outcome"], &exported["anonymous_waiting"]), (&"nothing".into(), &1.into()));
    let said = String::from_utf8(computer.run(0, &["export", &bundle]).stdout).unwrap();
    assert!(said.contains("--anonymous FILE` writes them"), "{said}");
    report(&computer, &["--route", "anonymous"]);
    report(&computer, &["--route", "police"]);
    assert_eq!(computer.json(0, &["export", &bundle])["bundles"][0]["objects"], 1);
    let apart = computer.path("stick/apart").to_str().unwrap().to_owned();
    let exported = computer.json(0, &["export", &apart, "--anonymous"]);
    let objects: Vec<_> =
        exported["bundles"].as_array().unwrap().iter().map(|bundle| &bundle["objects"]).collect();
    assert_eq!(objects, [&Value::from(1), &Value::from(1)]);
    assert_eq!(names(&computer.path("stick")), ["apart-1", "apart-2", "reports.bundle"]);
}

#[test]
fn p11_what_is_no_place_for_a_bundle_and_what_is_no_answer_are_said_in_words() {
    let computer = with_desk();
    let bundle = stick(&computer);
    report(&computer, &[]);
    for (file, code, says) in [
        (computer.path("stick"), "file", "it is a folder"),
        (computer.path("nowhere/bundle"), "file", "there is no such folder"),
        (computer.path("stick/deep/bundle"), "file", "there is no such folder"),
    ] {
        let document = computer.json(1, &["export", file.to_str().unwrap()]);
        assert_eq!(refused(&document).0, code);
        assert!(refused(&document).1.contains(says), "{document}");
    }
    let inside = computer.path("home/bundle");
    let document = computer.json(2, &["export", inside.to_str().unwrap()]);
    assert!(refused(&document).1.contains("inside the home folder"), "{document}");
    assert!(!inside.exists());

    computer.json(0, &["export", &bundle]);
    let before = computer.json(0, &["list"]);
    fs::write(computer.path("photo.jpg"), "a photo").unwrap();
    for (file, code, says) in [
        (bundle.as_str(), "invalid", "it is no answer of a desk"),
        (computer.path("photo.jpg").to_str().unwrap(), "invalid", "it is no answer of a desk"),
        (computer.path("nothing").to_str().unwrap(), "file", "there is no such file"),
        (computer.path("stick").to_str().unwrap(), "file", "it is a folder"),
    ] {
        let document = computer.json(1, &["import", file]);
        assert_eq!(refused(&document).0, code);
        assert!(refused(&document).1.contains(says), "{document}");
    }
    assert_eq!(computer.json(0, &["list"]), before);
}

#[test]
fn an_answer_is_told_in_words_and_one_by_a_key_that_is_not_listed_asks_for_a_newer_list() {
    let computer = with_desk();
    let bundle = stick(&computer);
    let answer = computer.path("stick/answer").to_str().unwrap().to_owned();
    report(&computer, &[]);
    computer.json(0, &["export", &bundle]);
    // The desk signs with a new key, which the list held here does not have yet.
    let mut key = assert_cmd::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    ended(key.args(["desk", "key"]).arg(computer.path("desk")).args(["add", "stored"]), 0);
    assert_eq!(carry_in(&computer, &bundle, &answer)["receipts"], 1);
    let document = computer.json(1, &["import", &answer]);
    assert_eq!((refused(&document).0, &document["outcome"]), ("answer", &"not_believed".into()));
    assert!(refused(&document).1.contains("newer list of desks"), "{document}");
    assert_eq!((&document["stored"], &document["waiting"]), (&0.into(), &1.into()));
    computer.init_with(0, &computer.path("desk"));
    let said = String::from_utf8(computer.run(0, &["import", &answer]).stdout).unwrap();
    assert_eq!(said, "Words and photos: 1 now safe at the desk.\n");
    let said = String::from_utf8(computer.run(0, &["import", &answer]).stdout).unwrap();
    assert_eq!(said, "Words and photos: 1 known before.\n");
}
