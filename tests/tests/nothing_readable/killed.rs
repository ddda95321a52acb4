//! What a kill leaves: each command is killed at its first write, and at ever later ones.

use crate::{
    BY_BEARING,
    phone::{Call, Phone},
    phone_in_use,
    planted::{CONTACT, PIN, WHAT, WHY},
    report,
};

/// Kills a command at its 1st write, and then at ever later ones, until one run ends by itself.
#[expect(clippy::print_stdout, reason = "how often is worth seeing with `--nocapture`")]
fn kill_at_many_writes(phone: &Phone, call: &Call<'_>) -> u32 {
    phone.keep();
    let (mut nth, mut kills) = (1, 0);
    while phone.killed_at(nth, call) {
        kills += 1;
        // What a kill left is taken up by the next command, and nothing comes to light.
        phone.call(0, &Call { pins: call.pins, ..Call::of(&["list"]) });
        phone.restore();
        nth += 1 + nth / 5;
        assert!(nth < 20_000, "{:?} never ends", call.arguments);
    }
    println!("{:?}: killed {kills} times", call.arguments[0]);
    kills
}

#[test]
fn p8_a_report_killed_at_any_moment_leaves_nothing_readable() {
    let phone = phone_in_use();
    let arguments = report(&BY_BEARING, &["--attach", &phone.path("photo.jpg"), "--contact", CONTACT]);
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    let kills = kill_at_many_writes(&phone, &Call { stdin: WHAT, ..Call::of(&arguments) });
    assert!(kills >= 10, "{kills} kills");
}

#[test]
fn p8_a_photo_a_submission_and_a_change_killed_at_any_moment_leave_nothing_readable() {
    let phone = phone_in_use();
    let photo = phone.path("photo.jpg");
    for arguments in [
        &["draft", "attach", "1", &photo][..],
        &["draft", "submit", "1"],
        &["draft", "change", "1", "--why", WHY],
    ] {
        let kills = kill_at_many_writes(&phone, &Call::of(arguments));
        assert!(kills >= 5, "{kills} kills of {arguments:?}");
        phone.restore();
    }
}

#[test]
fn p8_a_sync_killed_at_any_moment_leaves_nothing_readable() {
    let phone = phone_in_use();
    let server = phone.field.serve();
    phone.link.set_target(Some(server.address()));
    let kills = kill_at_many_writes(&phone, &Call::of(&["sync"]));
    assert!(kills >= 5, "{kills} kills");
}

#[test]
fn p8_a_new_pin_killed_at_any_moment_leaves_nothing_readable() {
    let phone = phone_in_use();
    phone.keep();
    let set = ["pin", "set", "--new-pin-env", "PIN_TO_COME"];
    let kills = kill_at_many_writes(&phone, &Call { pins: ["", PIN], ..Call::of(&set) });
    assert!(kills >= 5, "{kills} kills");
}
