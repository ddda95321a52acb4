//! Wrong PINs and the waits they cost, as a script sees them.

use crate::kit::{Computer, with_desk};

/// A computer with the PIN 2580, of which five wrong ones were given.
fn guessed_at() -> Computer {
    let computer = with_desk();
    computer.set_pin("2580");
    for attempts in 1..=5 {
        let wrong = computer.with_pin("0000", 1, &["unlock"]);
        let error = &wrong["error"];
        assert_eq!((&error["code"], &error["attempts"]), (&"wrong_pin".into(), &attempts.into()), "{wrong}");
        let wait_ms = error["wait_ms"].as_u64().unwrap();
        assert!(if attempts < 5 { wait_ms == 0 } else { (1..=30_000).contains(&wait_ms) }, "{wrong}");
    }
    computer
}

/// Gives the wait a length that no slow machine gets to the end of.
fn lengthen(computer: &Computer) {
    let changed = sql(computer, "UPDATE pin_try SET wrong = 12, wait_ms = 3600000");
    assert_eq!(changed, 1);
}

fn sql(computer: &Computer, sql: &str) -> usize {
    rusqlite::Connection::open(computer.path("home").join("words.db")).unwrap().execute(sql, []).unwrap()
}

#[test]
fn after_five_wrong_pins_every_command_that_reads_is_refused_the_right_pin_too() {
    let computer = guessed_at();
    lengthen(&computer);
    for command in [&["unlock"][..], &["list"], &["draft", "list"], &["messages"], &["pin", "remove"]] {
        for pin in ["2580", "0000"] {
            let refused = computer.with_pin(pin, 1, command);
            assert_eq!(refused["error"]["code"], "pin_delayed", "{refused}");
            assert!((1..=3_600_000).contains(&refused["error"]["wait_ms"].as_u64().unwrap()), "{refused}");
            assert!(refused["error"].get("attempts").is_none(), "none was made: {refused}");
        }
    }
    assert!(computer.json(0, &["lock"])["wait_ms"].as_u64().unwrap() > 0);
    assert_eq!(computer.with_pin("2580", 1, &["unlock"])["error"]["code"], "pin_delayed");
    // Once it is over the right one opens, and ends the count.
    assert_eq!(sql(&computer, "UPDATE pin_try SET wait_ms = 0"), 1);
    assert_eq!(computer.with_pin("2580", 0, &["unlock"])["outcome"], "unlocked");
    assert_eq!(computer.json(0, &["lock"])["wait_ms"], 0);
    assert_eq!(computer.with_pin("0000", 1, &["unlock"])["error"]["attempts"], 1);
}

#[test]
fn the_wait_is_said_in_words() {
    let computer = guessed_at();
    lengthen(&computer);
    let mut unlock = computer.command(&["unlock", "--pin-env", "PIN"]);
    let refused = crate::kit::ended(unlock.env("PIN", "2580"), 1);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert!(refused.stdout.is_empty());
    assert!(said.contains("none is tried for now, not even the right one: the next try in "), "{said}");
    assert!(said.contains(" min. Writing and sending go on"), "{said}");
    let locked = String::from_utf8(computer.run(0, &["lock"]).stdout).unwrap();
    assert!(locked.contains("After too many wrong PINs the next is tried in "), "{locked}");
}

#[test]
fn p6_during_a_wait_reports_are_written_and_go_on_being_sent() {
    let computer = guessed_at();
    lengthen(&computer);
    assert_eq!(computer.json(0, &["report", "kraken", "--what", "Grey RIB"])["outcome"], "submitted");
    assert_eq!(computer.json(0, &["sync"])["waiting"], 1);
    assert_eq!(computer.json(0, &["list"])["counts"]["reports"], 1);
}
