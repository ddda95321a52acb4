//! Waits after wrong PINs, by the real program with the wall clock set back and forth: Debian's `faketime` (absent, the suite
//! fails) gives a program another one than the machine's, and leaves alone what counts from the machine's start.
#![cfg(target_os = "linux")]
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::process::{Command, Output};

use chrono::{DateTime, Datelike, Utc};
use serde_json::Value;
use turnstone_tests::field::Field;

/// Runs `turnstone` with a PIN and a wall clock so far from the machine's.
fn with_clock(field: &Field, moved: &str, pin: &str, arguments: &[&str]) -> Value {
    let plain = field.command(arguments);
    let mut faked = Command::new("faketime");
    faked.arg("-f").arg(moved).arg(plain.get_program()).args(plain.get_args());
    for (name, value) in plain.get_envs() {
        match value {
            Some(value) => faked.env(name, value),
            None => faked.env_remove(name),
        };
    }
    document(&faked.args(["--pin-env", "PIN"]).env("PIN", pin).output().unwrap())
}

fn with_pin(field: &Field, pin: &str, arguments: &[&str]) -> Value {
    document(&field.command(arguments).args(["--pin-env", "PIN"]).env("PIN", pin).output().unwrap())
}

fn document(output: &Output) -> Value {
    serde_json::from_slice(&output.stdout)
        .unwrap_or_else(|_| panic!("{}", String::from_utf8_lossy(&output.stderr)))
}

fn sql(field: &Field, sql: &str) {
    let conn = rusqlite::Connection::open(field.home().join("words.db")).unwrap();
    assert_eq!(conn.execute(sql, []).unwrap(), 1);
}

fn wait_ms(refused: &Value) -> u64 {
    assert_eq!(refused["error"]["code"], "pin_delayed", "{refused}");
    refused["error"]["wait_ms"].as_u64().unwrap()
}

/// A phone with a PIN, a draft, and five wrong PINs in a row.
fn guessed_at() -> Field {
    let field = Field::new("http://127.0.0.1:9");
    let set = field.command(&["pin", "set", "--new-pin-env", "NEW"]).env("NEW", "2580").output().unwrap();
    assert!(set.status.success());
    for attempts in 1..=5 {
        let wrong = with_pin(&field, "0000", &["unlock"]);
        assert_eq!(
            (&wrong["error"]["code"], &wrong["error"]["attempts"]),
            (&"wrong_pin".into(), &attempts.into())
        );
    }
    assert!(
        (1..=30_000).contains(&wait_ms(&with_pin(&field, "2580", &["unlock"]))),
        "another program at once"
    );
    field
}

#[test]
fn the_wall_clock_set_back_and_forth_a_year_changes_no_wait() {
    let field = guessed_at();
    // An hour, so that no slow machine gets to its end.
    sql(&field, "UPDATE pin_try SET wrong = 12, wait_ms = 3600000");
    let mut before_ms = 3_600_000;
    for moved in ["+365d", "-365d", "+3650d", "-3650d", "+0d"] {
        for pin in ["2580", "0000"] {
            let left_ms = wait_ms(&with_clock(&field, moved, pin, &["draft", "list"]));
            // What has really passed meanwhile, and no more.
            assert!(
                left_ms <= before_ms && before_ms - left_ms < 600_000,
                "{moved}: {before_ms}, then {left_ms}"
            );
            before_ms = left_ms;
        }
        let left_ms = wait_ms(&with_pin(&field, "2580", &["unlock"]));
        assert!(left_ms <= before_ms && before_ms - left_ms < 600_000, "after {moved}: {left_ms}");
        before_ms = left_ms;
    }
}

#[test]
fn a_wait_that_is_noted_under_another_clock_is_as_long() {
    let field = guessed_at();
    for moved in ["+365d", "-365d"] {
        // Over, so that the sixth and seventh may be tried.
        sql(&field, "UPDATE pin_try SET wait_ms = 0");
        let wrong = with_clock(&field, moved, "0000", &["unlock"]);
        let said_ms = wrong["error"]["wait_ms"].as_u64().unwrap();
        assert!((30_000..=120_000).contains(&said_ms), "{moved}: {wrong}");
        assert!((1..=said_ms).contains(&wait_ms(&with_pin(&field, "2580", &["unlock"]))), "{moved}");
    }
}

#[test]
fn the_clocks_of_these_tests_are_really_others() {
    let field = Field::new("http://127.0.0.1:9");
    for (moved, years) in [("+3650d", 9..=10), ("-3650d", -10..=-9)] {
        let (draft, unlocked) = (["report", "kraken", "--what", "Grey RIB", "--draft"], ["draft", "list"]);
        let written = with_clock(&field, moved, "none is set", &draft);
        assert_eq!(written["outcome"], "draft", "{written}");
        let listed: Value =
            serde_json::from_slice(&field.command(&unlocked).output().unwrap().stdout).unwrap();
        let begun = listed["drafts"][0]["begun"].as_str().unwrap();
        let begun: DateTime<Utc> = begun.parse().unwrap();
        let apart = begun.year() - Utc::now().year();
        assert!(years.contains(&apart), "{moved}: {begun}");
    }
}
