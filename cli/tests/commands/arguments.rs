//! P11 at the command line: what is typed wrong, in one sentence each; and what only looks wrong.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use serde_json::Value;

use crate::kit::{Computer, ended, json, with_desk};

/// The message of a command that ends with a code, and the code for programs; whatever it is, a person reads one line.
fn refused(computer: &Computer, code: i32, args: &[&str]) -> (String, String) {
    let output = ended(computer.command(args).arg("--json"), code);
    let document = json(&output);
    let message = document["error"]["message"].as_str().unwrap().to_owned();
    let said = String::from_utf8(output.stderr).unwrap();
    if code == 1 {
        let last = said.lines().filter(|line| line.starts_with("turnstone: ")).collect::<Vec<_>>();
        assert_eq!(last, [format!("turnstone: {message}")], "{args:?}");
    } else {
        assert!(said.starts_with("error: "), "{args:?}: {said}");
    }
    assert!(!said.contains(['\u{1b}', '\u{202e}']), "{args:?}: {said:?}");
    assert!(!message.is_empty() && !message.contains('\n'), "{args:?}: {message}");
    (document["error"]["code"].as_str().unwrap().to_owned(), message)
}

fn report<'a>(more: &[&'a str]) -> Vec<&'a str> {
    [&["report", "kraken", "--what", "Grey RIB"], more].concat()
}

#[test]
fn p11_what_is_no_place_bearing_or_length_is_wrong_usage_and_says_what_would_be_right() {
    let computer = with_desk();
    for (args, says) in [
        (&["--at", "91,0"][..], "a latitude of more than 90 degrees"),
        (&["--at", "0,181"], "a longitude of more than 180 degrees"),
        (&["--at", "NaN,0"], "belongs to no position"),
        (&["--at", "0,inf"], "belongs to no position"),
        (&["--at", ""], "nothing was written"),
        (&["--at", "50.6065"], "only one number"),
        (&["--at", "50 36,39 N 1 56,38 W"], "read in more than one way"),
        (&["--at", "50 36.39 N, 1 56.88"], "on which side of Greenwich"),
        (&["--at", "-1.948, 50.6065"], "far from these islands"),
        (&["--at", "SI 036 786"], "no square"),
        (&["--at", "SZ 0367 86"], "as many figures for east as for north"),
        (&["--at", "-91,0"], "a latitude of more than"),
        (&["--target-at", "50,6,7"], "a latitude and a longitude"),
        (&["--bearing", "400", "--range", "5"], "between 0 and 360"),
        (&["--bearing", "-1", "--range", "5"], "between 0 and 360"),
        (&["--bearing", "NaN", "--range", "5"], "between 0 and 360"),
        (&["--bearing", "", "--range", "5"], "between 0 and 360"),
        (&["--bearing", "5", "--range", "-5"], "from 0 to 40,000,000"),
        (&["--bearing", "5", "--range", "NaN"], "from 0 to 40,000,000"),
        (&["--bearing", "5", "--range", "inf"], "from 0 to 40,000,000"),
        (&["--bearing", "5", "--range", "1e9"], "from 0 to 40,000,000"),
        (&["--bearing", "5", "--range", "far"], "a number of metres"),
        (&["--at", "50,-1", "--accuracy", "-4"], "from 0 to 40,000,000"),
        (&["--at", "50,-1", "--accuracy", "NaN"], "from 0 to 40,000,000"),
    ] {
        let (code, message) = refused(&computer, 2, &report(args));
        assert!(code == "usage" && message.contains(says), "{args:?}: {message}");
    }
    let counts = &computer.json(0, &["list"])["counts"];
    assert_eq!((&counts["drafts"], &counts["reports"]), (&0.into(), &0.into()));
}

#[test]
fn p11_a_comma_where_a_point_belongs_is_seen_for_what_it_is_or_shown_before_it_goes() {
    // `50,6` is a place, in Germany: nobody can tell. It is read back before it is sent.
    let computer = with_desk();
    computer.run(0, &report(&["--at", "50,6", "--draft"]));
    let shown = String::from_utf8(computer.run(0, &["draft", "show", "1"]).stdout).unwrap();
    assert!(shown.contains("Stood at: 50, 6"), "{shown}");
}

#[test]
fn p11_what_is_no_time_sign_scheme_or_reference_is_wrong_usage() {
    let computer = with_desk();
    let long = "9".repeat(30);
    for (args, says) in [
        (report(&["--when", "yesterday"]), "with its date and offset"),
        (report(&["--when", "2026-05-03T21:40:00"]), "with its date and offset"),
        (report(&["--when", "2026-02-30T21:40:00Z"]), "with its date and offset"),
        (report(&["--when", ""]), "with its date and offset"),
        (report(&["--until", "2026-05-03T21:40:00Z"]), "--when"),
        (report(&["--sign", "K99"]), "there are K01"),
        (report(&["--sign", "rib"]), "such as K01"),
        (report(&["--adds-to", "KRAKEN"]), "ten symbols"),
        (report(&["--adds-to", "\u{202e}"]), "begins with KRAKEN or PEGASUS"),
        (report(&["--adds-to", "\u{1b}[2J"]), "begins with KRAKEN or PEGASUS"),
        (report(&["--route", "secret"]), "confidential"),
        (report(&["--desk", "No Such/Desk"]), "desk"),
        (vec!["report", "dragon", "--what", "x"], "kraken, pegasus"),
        (vec!["told", "garbage", "--channel", "101"], "neither the number of a draft nor the reference"),
        (vec!["told", "", "--channel", "101"], "neither the number of a draft nor the reference"),
        (vec!["told", &long, "--channel", "101"], "a draft has a number"),
        (vec!["told", "1", "--channel", "mother"], "coastguard"),
        (vec!["told", "1", "--channel", "101", "--at", "noon"], "with its date and offset"),
        (vec!["forget", "1"], "begins with KRAKEN or PEGASUS"),
        (vec!["forget", "KRAKEN-7F3Q-2MXD-9K"], "the check symbol does not fit"),
        (vec!["draft", "show", "0"], "a draft has a number"),
    ] {
        let (code, message) = refused(&computer, 2, &args);
        assert!(code == "usage" && message.contains(says), "{args:?}: {message}");
    }
}

#[test]
fn p11_what_is_not_here_is_said_and_nothing_is_made_up() {
    let computer = with_desk();
    let elsewhere = with_desk().json(0, &report(&[]))["reference"].as_str().unwrap().to_owned();
    for args in [
        &["told", "77", "--channel", "101"][..],
        &["told", &elsewhere, "--channel", "101"],
        &["forget", &elsewhere],
        &["draft", "show", "77"],
        &["draft", "submit", "77"],
        &["preview", "77"],
    ] {
        assert_eq!(refused(&computer, 1, args).0, "not_found", "{args:?}");
    }
}

#[test]
fn p11_a_subject_that_is_not_as_it_should_be_is_wrong_usage() {
    let computer = with_desk();
    let deep = format!(r#"{{"people":{}}}"#, "[".repeat(5000));
    for (json, says) in [
        ("grey", "not well-formed JSON"),
        ("", "not well-formed JSON"),
        (r#"{"people":"3""#, "not well-formed JSON"),
        (r#"{"people":"1","people":"2"}"#, "a field is named twice"),
        (&deep, "not well-formed JSON"),
        (r#"{"colour":"grey"}"#, "there is no field \"colour\""),
        (r#"{"people":3}"#, "any of the fields silhouette"),
        (r#"["RIB"]"#, "any of the fields silhouette"),
    ] {
        let (code, message) = refused(&computer, 2, &report(&["--vessel", json]));
        assert!(code == "usage" && message.contains(says), "{says}: {message:.200}");
    }
}

/// What is kept though it cannot be sent, with what puts it right.
fn kept(computer: &Computer, args: &[&str], remedy: &str) -> Value {
    let (code, message) = refused(computer, 1, args);
    assert_eq!(code, "invalid", "{message}");
    assert!(message.contains("What you wrote is kept as draft 1; "), "{message}");
    assert!(message.contains(remedy), "{message}");
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], "Grey RIB");
    assert_eq!((&shown["sendable"], &shown["reason"]), (&false.into(), &"invalid".into()));
    shown
}

#[test]
fn p11_what_no_desk_takes_is_kept_with_the_very_words_that_put_it_right() {
    let contact = "x".repeat(10 * 1024);
    let vessels = ["--vessel", r#"{"people":"3"}"#].repeat(40);
    let backwards = ["--when", "2026-05-03T21:40:00Z", "--until", "2026-05-03T20:40:00Z"];
    for (args, remedy, right) in [
        (
            &["--when", "1970-01-01T00:00:00Z"][..],
            " draft change 1 --when 2026-05-03T21:40:00+01:00`",
            "--when",
        ),
        (&["--when", "2090-01-01T00:00:00Z"], " draft change 1 --when 2026-05-03T21:40:00+01:00`", "--when"),
        (
            &backwards,
            " draft change 1 --when 2026-05-03T21:40:00+01:00 --until 2026-05-03T21:50:00+01:00`",
            "--when",
        ),
        (&["--contact", &contact], " draft change 1 --contact TEXT`", "--contact"),
        (&vessels, " draft change --help` says how", "--vessel"),
    ] {
        let computer = with_desk();
        kept(&computer, &report(args), remedy);
        let good = match right {
            "--when" => "2026-05-03T21:40:00Z",
            "--vessel" => r#"{"people":"3"}"#,
            _ => "Ann",
        };
        computer.run(0, &["draft", "change", "1", right, good]);
        assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted", "{remedy}");
    }
}

#[test]
fn p9_a_leap_second_a_moment_ago_and_the_other_side_of_the_world_are_times_like_others() {
    let computer = with_desk();
    for when in ["2016-12-31T23:59:60Z", "2026-05-03T21:40:00.123456789+14:00", "2026-05-03t21:40:00z"] {
        let sent = computer.json(0, &report(&["--when", when]));
        assert_eq!(sent["outcome"], "submitted", "{when}");
    }
}

#[test]
fn p11_no_words_are_no_report_and_take_nothing_from_a_draft() {
    let computer = with_desk();
    for what in ["", "  ", "\n\t\u{a0}\u{2003}"] {
        let (code, message) = refused(&computer, 1, &["report", "kraken", "--what", what]);
        assert_eq!((code.as_str(), message.starts_with("say in a few words")), ("invalid", true));
    }
    assert_eq!(computer.json(0, &["list"])["counts"]["drafts"], 0);
    computer.run(0, &report(&["--draft"]));
    for change in [
        &["--what", ""][..],
        &["--what", " \n"],
        &["--when", "2026-05-03T21:40:00Z", "--until", "2026-05-03T20:40:00Z"],
    ] {
        let before = computer.json(0, &["draft", "show", "1"]);
        assert_eq!(refused(&computer, 1, &[&["draft", "change", "1"], change].concat()).0, "invalid");
        assert_eq!(computer.json(0, &["draft", "show", "1"]), before, "{change:?}");
    }
}

#[test]
fn p11_a_megabyte_of_words_is_kept_and_more_than_anybody_writes_is_refused_before_it_is_read() {
    let computer = with_desk();
    let begin = ["report", "kraken", "--what", "-", "--json"];
    let megabyte = "Grey RIB\n".repeat(120_000);
    let answer = json(&ended(computer.command(&begin).write_stdin(megabyte.clone()), 1));
    let message = answer["error"]["message"].as_str().unwrap();
    assert!(
        message.starts_with("a text of 1079999 bytes is too long: a desk takes at most 65536"),
        "{message}"
    );
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"].as_str().unwrap(), megabyte.trim_end());
    let mut endless = std::process::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    endless.args(begin).arg("--home").arg(computer.path("home")).arg("--key-file").arg(computer.path("keys"));
    let output = endless.stdin(std::fs::File::open("/dev/zero").unwrap()).output().unwrap();
    assert_eq!((output.status.code(), &json(&output)["error"]["code"]), (Some(1), &"invalid".into()));
    assert_eq!(computer.json(0, &["list"])["counts"]["drafts"], 1);
}

#[test]
fn p11_as_many_words_as_an_argument_holds_are_kept() {
    let computer = with_desk();
    // The system takes no argument of 128 KiB (MAX_ARG_STRLEN).
    let words = "x".repeat(128 * 1024 - 1);
    let answer = computer.json(1, &["report", "kraken", "--what", &words]);
    assert_eq!((&answer["outcome"], &answer["error"]["code"]), (&"kept".into(), &"invalid".into()));
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["content"]["sightings"][0]["what"], words);
}

#[test]
fn p9_words_in_another_spelling_than_utf_8_are_kept_as_far_as_they_can_be_read() {
    let computer = with_desk();
    let latin = b"Ynys M\xf4n";
    let mut typed = computer.command(&["report", "kraken", "--draft", "--why", "-"]);
    ended(typed.arg("--what").arg(OsStr::from_bytes(latin)), 0);
    ended(computer.command(&["report", "kraken", "--draft", "--what", "-"]).write_stdin(latin.as_slice()), 0);
    for draft in ["1", "2"] {
        let shown = computer.json(0, &["draft", "show", draft]);
        assert_eq!(shown["content"]["sightings"][0]["what"], "Ynys M\u{fffd}n", "{draft}");
    }
    let mut wrong = computer.command(&["report", "kraken", "--what", "x", "--json"]);
    let refused = json(&ended(wrong.arg("--sign").arg(OsStr::from_bytes(b"K\xff7")), 2));
    assert_eq!(refused["error"]["code"], "usage");
}

#[test]
fn p11_emoji_right_to_left_text_and_characters_that_act_arrive_as_typed_and_act_nowhere() {
    let computer = with_desk();
    let words = "قارب 🚤 \u{202e}gnp.exe\u{202c} a\u{0}b \u{7}\u{1b}]0;x\u{7}\u{200f}\r\n\u{feff}end";
    let mut begin = computer.command(&["report", "kraken", "--what", "-", "--draft"]);
    ended(begin.write_stdin(words), 0);
    let shown = computer.run(0, &["draft", "show", "1", "--json"]).stdout;
    let shown = String::from_utf8(shown).unwrap();
    let value: Value = serde_json::from_str(&shown).unwrap();
    assert_eq!(value["content"]["sightings"][0]["what"], words);
    for args in [&["draft", "show", "1"][..], &["draft", "list"], &["preview", "1"]] {
        let said = String::from_utf8(computer.run(0, args).stdout).unwrap();
        let acts = ['\u{202e}', '\u{202c}', '\0', '\u{7}', '\u{1b}', '\u{200f}', '\r', '\u{feff}'];
        assert!(!said.contains(acts) && !shown.contains(acts), "{args:?}: {said:?}");
        assert!(said.contains("قارب 🚤"), "{args:?}: {said:?}");
    }
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p11_a_pin_is_asked_for_by_name_counted_and_never_needed_to_write() {
    let computer = with_desk();
    computer.set_pin("258025");
    let mut unset = computer.command(&["draft", "list", "--json", "--pin-env", "NO_SUCH_VARIABLE"]);
    let answer = json(&ended(unset.env_remove("NO_SUCH_VARIABLE"), 2));
    assert_eq!(
        answer["error"]["message"],
        "the environment variable that was named for the PIN is not set: give its name, and never the PIN itself"
    );
    let mut garbled = computer.command(&["draft", "list", "--json", "--pin-env", "PIN"]);
    ended(garbled.env("PIN", OsStr::from_bytes(b"25\xff80")), 2);
    assert_eq!(refused(&computer, 1, &["draft", "list"]).0, "locked");
    for (attempt, pin) in [(1, "000000"), (2, "2580250"), (3, "\u{202e}258025")] {
        let wrong = computer.with_pin(pin, 1, &["draft", "list"]);
        assert_eq!(wrong["error"]["code"], "wrong_pin");
        assert_eq!(wrong["error"]["message"], format!("wrong PIN; {attempt} wrong in a row"));
    }
    assert_eq!(computer.json(0, &report(&[]))["outcome"], "submitted");
    computer.with_pin("258025", 0, &["draft", "list"]);
    assert_eq!(
        computer.with_pin("1111", 1, &["draft", "list"])["error"]["message"],
        "wrong PIN; 1 wrong in a row"
    );
    // Too short a PIN, and none to change to, change nothing.
    let mut short =
        computer.command(&["pin", "change", "--json", "--pin-env", "PIN", "--new-pin-env", "NEW"]);
    let answer = json(&ended(short.env("PIN", "258025").env("NEW", "12"), 1));
    assert_eq!(answer["error"]["code"], "invalid");
    computer.with_pin("258025", 0, &["unlock"]);
}
