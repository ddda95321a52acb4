//! What is a person's own on a team's device, by the command line: `pin --as`, and what reads with `--as`.

use assert_cmd::Command;
use serde_json::{Value, json};

use crate::kit::{Computer, ended, json as parsed, with_desk};

const A: &str = "A. Lookout";
const B: &str = "B. Lookout";
const TEAM: &str = "2580";
const OF_A: &str = "137946";
const OF_B: &str = "460213";

/// A computer of a team, with two people on its list and the team's PIN.
fn of_a_team() -> Computer {
    let computer = with_desk();
    let mut make = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    make.args(["desk", "--json", "profile"]).arg(computer.path("desk")).arg("--to");
    make.arg(computer.path("team.profile")).args([
        "--team",
        "Gull Point Watch",
        "--person",
        A,
        "--person",
        B,
    ]);
    ended(&mut make, 0);
    let file = computer.path("team.profile");
    computer.run(0, &["profile", "take", file.to_str().unwrap()]);
    computer.set_pin(TEAM);
    computer
}

/// Runs with a PIN and, where it is to be set, a new one.
fn with_pins(computer: &Computer, (pin, new): (&str, &str), code: i32, args: &[&str]) -> Value {
    let mut command = computer.command(args);
    command.args(["--json", "--pin-env", "PIN", "--new-pin-env", "NEW"]).env("PIN", pin).env("NEW", new);
    parsed(&ended(&mut command, code))
}

/// Gives a person a PIN of their own.
fn give(computer: &Computer, name: &str, new: &str) {
    let set = with_pins(computer, (TEAM, new), 0, &["pin", "set", "--as", name]);
    assert_eq!((&set["outcome"], &set["pin"]), (&json!("set"), &json!(true)));
}

/// Submits, on a locked device, in somebody's name.
fn submits(computer: &Computer, who: &[&str], what: &str) -> (String, Value) {
    computer.run(0, &[&["writer"], who, &["--keep"]].concat());
    let submitted = computer.json(0, &["report", "kraken", "--what", what]);
    (submitted["reference"].as_str().unwrap().to_owned(), submitted["notices"].clone())
}

#[test]
fn p4_a_copy_is_read_with_its_writers_pin_or_by_nobody() {
    let computer = of_a_team();
    let (of_nobody, said) = submits(&computer, &["is", A], "parcels on the beach");
    assert!(said.to_string().contains("no PIN of their own"), "{said}");
    give(&computer, A, OF_A);
    give(&computer, B, OF_B);
    let (of_a, said) = submits(&computer, &["is", A], "grey RIB off the point");
    assert!(!said.to_string().contains("PIN"), "{said}");
    let (_, said) = submits(&computer, &["nobody"], "vans on the slipway");
    assert!(said.to_string().contains("no PIN of their own"), "{said}");

    let preview = |args: &[&str], pin: &str, code: i32| {
        computer.with_pin(pin, code, &[&["preview", &of_a], args].concat())
    };
    let shown = preview(&["--as", "a.  LOOKOUT"], OF_A, 0);
    assert_eq!(shown["report"]["sightings"][0]["what"], "grey RIB off the point");
    assert_eq!(preview(&[], TEAM, 1)["error"]["code"], "writers_own");
    assert_eq!(preview(&["--as", A], TEAM, 1)["error"]["code"], "wrong_pin");
    assert_eq!(preview(&["--as", B], OF_B, 1)["error"]["code"], "not_found");
    let gone = computer.with_pin(TEAM, 1, &["preview", &of_nobody]);
    assert_eq!(gone["error"]["code"], "no_copy");

    let listed = computer.with_pin(TEAM, 0, &["list"]);
    let kept_for: Vec<_> = listed["reports"].as_array().unwrap().iter().map(|row| &row["kept_for"]).collect();
    assert_eq!(kept_for, [&Value::Null, &json!(A), &Value::Null]);
    assert_eq!(listed["damaged"]["reports"], 0);
    let own = computer.with_pin(OF_A, 0, &["list", "--as", A]);
    assert_eq!(own["reports"].as_array().unwrap().len(), 1);
    assert_eq!(
        (&own["reports"][0]["reference"], &own["reports"][0]["copy_kept"]),
        (&json!(of_a), &json!(true))
    );
    let mut list = computer.command(&["list", "--pin-env", "PIN"]);
    let words = String::from_utf8(ended(list.env("PIN", TEAM), 0).stdout).unwrap();
    assert!(words.contains("A. Lookout wrote it: their own PIN shows what it says"), "{words}");

    // What becomes of it is its writer's as well.
    for args in [&["forget", &of_a][..], &["readdress", &of_a], &["draft", "rescue", &of_a]] {
        assert_eq!(computer.with_pin(TEAM, 1, args)["error"]["code"], "writers_own", "{args:?}");
    }
    let own = |code, args: &[&str]| computer.with_pin(OF_A, code, &[args, &["--as", A]].concat());
    assert_eq!(own(1, &["readdress", &of_a])["error"]["code"], "no_desk");
    assert_eq!(own(1, &["draft", "rescue", &of_a])["error"]["code"], "invalid");
    assert_eq!(own(0, &["messages"])["messages"], json!([]));
    assert_eq!(own(0, &["forget", &of_a])["still_waits"], true);
    assert_eq!(own(1, &["preview", &of_a])["error"]["code"], "no_copy");
}

#[test]
fn a_persons_pin_is_changed_removed_and_forgotten_and_the_outbox_goes_on() {
    let computer = of_a_team();
    give(&computer, A, OF_A);
    let (of_a, _) = submits(&computer, &["is", A], "grey RIB off the point");
    let taken = with_pins(&computer, (TEAM, OF_B), 1, &["pin", "set", "--as", A]);
    assert_eq!(taken["error"]["code"], "invalid");
    with_pins(&computer, (OF_A, "778899"), 0, &["pin", "change", "--as", A]);
    assert_eq!(computer.with_pin(OF_A, 1, &["list", "--as", A])["error"]["code"], "wrong_pin");
    computer.with_pin("778899", 0, &["preview", &of_a, "--as", A]);

    // What is lost is said before, and nothing is done without a yes.
    let asked = computer.json(2, &["pin", "forget", "--as", A]);
    let message = asked["error"]["message"].as_str().unwrap();
    for part in ["copy of one sent report is lost", "still sent", "needs --yes"] {
        assert!(message.contains(part), "{message}");
    }
    computer.with_pin("778899", 2, &["pin", "remove", "--as", A]);
    let forgotten = computer.json(0, &["pin", "forget", "--as", A, "--yes"]);
    assert_eq!((&forgotten["outcome"], &forgotten["lost"]["copies"]), (&json!("forgotten"), &json!(1)));
    assert_eq!(forgotten["lost"]["still_sent"], 1);
    assert_eq!(computer.json(0, &["list"])["counts"]["waiting"], 1);
    let none = computer.with_pin("778899", 1, &["list", "--as", A]);
    assert_eq!(none["error"]["code"], "no_pin_of_their_own");
    assert_eq!(computer.with_pin(TEAM, 1, &["preview", &of_a])["error"]["code"], "no_copy");
    // They may have another, and end it themselves.
    give(&computer, A, OF_A);
    submits(&computer, &["is", A], "two vans");
    let removed = computer.with_pin(OF_A, 0, &["pin", "remove", "--as", A, "--yes"]);
    assert_eq!((&removed["outcome"], &removed["lost"]["copies"]), (&json!("removed"), &json!(1)));
    assert_eq!(computer.json(0, &["list"])["counts"]["waiting"], 2);
}

#[test]
fn p8_as_is_for_what_is_a_persons_own_and_names_nobody_in_an_error() {
    let computer = of_a_team();
    for args in [&["sync"][..], &["draft", "list"], &["watch", "list"], &["report", "kraken", "--what", "x"]]
    {
        let refused = computer.json(2, &[args, &["--as", A]].concat());
        assert_eq!(refused["error"]["code"], "usage", "{args:?}");
    }
    assert_eq!(computer.json(2, &["preview", "1", "--as", A])["error"]["code"], "usage");
    let unknown = computer.with_pin(TEAM, 1, &["list", "--as", "C. Unknown"]);
    assert_eq!(unknown["error"]["code"], "not_found");
    assert!(!unknown.to_string().contains("Unknown"));
    assert_eq!(computer.json(1, &["list", "--as", A])["error"]["code"], "no_pin_of_their_own");
    give(&computer, A, OF_A);
    assert_eq!(computer.json(1, &["list", "--as", A])["error"]["code"], "locked");
}
