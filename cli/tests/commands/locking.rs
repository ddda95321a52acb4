//! `settings --auto-lock`: when apps that show this folder lock themselves.

use crate::kit::Computer;

#[test]
fn the_minutes_of_auto_lock_are_shown_set_and_kept() {
    let computer = Computer::set_up();
    let minutes = |args: &[&str]| computer.json(0, args)["auto_lock_minutes"].clone();
    assert_eq!(minutes(&["settings"]), 5);
    assert_eq!(minutes(&["settings", "--auto-lock", "1"]), 1);
    assert_eq!(minutes(&["settings", "--auto-lock", "60"]), 60);
    assert_eq!(minutes(&["settings"]), 60);
    let said = String::from_utf8(computer.run(0, &["settings"]).stdout).unwrap();
    for says in ["locks itself after 60 minutes without use", "each command is a sitting of its own"] {
        assert!(said.contains(says), "{said}");
    }
}

#[test]
fn p11_minutes_out_of_bounds_are_refused_and_not_repeated() {
    let computer = Computer::set_up();
    for wrong in ["0", "61", "256", "9999999999999999999999", "-5", "2.5", "never"] {
        let set = format!("--auto-lock={wrong}");
        let refused = computer.json(2, &["settings", &set])["error"].clone();
        assert_eq!(refused["code"], "usage");
        let message = refused["message"].as_str().unwrap();
        assert!(message.contains("from 1 to 60"), "{message}");
        assert!(wrong.len() < 3 || !message.contains(wrong), "{message}");
    }
    assert_eq!(computer.json(0, &["settings"])["auto_lock_minutes"], 5);
}

#[test]
fn changing_it_needs_the_pin() {
    let computer = Computer::set_up();
    computer.set_pin("2580");
    assert_eq!(computer.json(1, &["settings", "--auto-lock", "60"])["error"]["code"], "locked");
    let set = computer.with_pin("2580", 0, &["settings", "--auto-lock", "10"]);
    assert_eq!(set["auto_lock_minutes"], 10);
}
