use std::{fs, path::Path};

use clap::Parser;
use turnstone_wire::{
    directory::KeyState,
    key::{Courier, KeyId, Seal, Source},
};

use super::*;
use crate::{
    args::{Cli, Command},
    clock::{SystemRandom, fake::FakeClock},
    failure::Failure,
    files,
    home::{DeskConfig, Home, IntakeConfig, secrets},
    output::Output,
    testing,
};

fn desk() -> (tempfile::TempDir, Home) {
    let folder = tempfile::tempdir().unwrap();
    testing::init(folder.path(), "http://127.0.0.1:8470").unwrap();
    let home = Home::new(folder.path());
    (folder, home)
}

/// Runs a command given as its words, `DIR` standing for the desk's folder; its JSON answer.
fn run(home: &Home, command: &str) -> Result<serde_json::Value, Failure> {
    let dir = home.folder().to_str().unwrap();
    let words = command.split(' ').map(|word| if word == "DIR" { dir } else { word });
    let cli = Cli::parse_from(std::iter::once("turnstone-desk").chain(words));
    let said = testing::Said::default();
    let mut output = Output::to(true, Box::new(said.clone()));
    match cli.command {
        Command::Key(args) => {
            keys::run(&args, &FakeClock::default(), &SystemRandom::default(), &mut output)?;
        }
        Command::Directory(args) => directory::run(&args, &FakeClock::default(), &mut output)?,
        _ => panic!("{command}"),
    }
    Ok(said.json())
}

fn set(home: &Home, id: KeyId, state: &str) -> Result<serde_json::Value, Failure> {
    run(home, &format!("key DIR set {id} {state}"))
}

fn id_of(home: &Home, role: &str) -> KeyId {
    let directory = home.newest_directory().unwrap();
    directory.desks()[0].keys.iter().find(|entry| entry.role == role).unwrap().id
}

/// Every file of a desk but the lock.
fn everything(folder: &Path) -> Vec<(String, Vec<u8>)> {
    let mut all = Vec::new();
    for name in files::names_in(folder).unwrap() {
        let path = folder.join(&name);
        if path.is_dir() {
            let inner = everything(&path).into_iter();
            all.extend(inner.map(|(inner, bytes)| (format!("{name}/{inner}"), bytes)));
        } else if name != "change.lock" {
            all.push((name, fs::read(path).unwrap()));
        }
    }
    all
}

#[test]
fn p11_a_change_that_cannot_be_made_whole_changes_nothing() {
    let (_folder, home) = desk();
    let (seal, stored) = (id_of(&home, "seal"), id_of(&home, "stored"));
    let commands = [
        "directory DIR renew".to_owned(),
        "key DIR add seal".to_owned(),
        "key DIR add stored".to_owned(),
        format!("key DIR set {seal} compromised"),
        format!("key DIR set {stored} lost"),
    ];
    let read_first = ["server/intake.json", "officer/desk.json", "authority/root.key", "directory.json"];
    let read_after_a_new_key_was_written = ["server/stored.key", "officer/officer.key"];
    for broken in read_first.into_iter().chain(read_after_a_new_key_was_written) {
        let path = home.folder().join(broken);
        let good = fs::read(&path).unwrap();
        fs::write(&path, "{").unwrap();
        let before = everything(home.folder());
        // A newer stored key makes the broken one beside it of no account.
        let skipped = if broken == "server/stored.key" { "key DIR add stored" } else { "" };
        for command in commands.iter().filter(|command| *command != skipped) {
            assert!(run(&home, command).is_err(), "{command} with a broken {broken}");
            assert_eq!(everything(home.folder()), before, "{command} with a broken {broken}");
        }
        fs::write(&path, good).unwrap();
    }
    // A folder in the place of the last file to be written.
    assert_eq!(run(&home, "key DIR add stored").unwrap()["sequence"], 2);
    let before = everything(home.folder());
    let mut ahead = change::Change::begin(&home).unwrap();
    ahead.desk().unwrap().keys.clear();
    fs::rename(home.directory(), home.folder().join("kept")).unwrap();
    fs::create_dir(home.directory()).unwrap();
    assert!(ahead.publish(chrono::Utc::now(), None).is_err());
    fs::remove_dir(home.directory()).unwrap();
    fs::rename(home.folder().join("kept"), home.directory()).unwrap();
    assert_eq!(everything(home.folder()), before);
}

#[test]
fn a_change_killed_before_its_end_is_gone_on_from_and_no_number_is_used_twice() {
    let (_folder, home) = desk();
    let first = fs::read(home.directory()).unwrap();
    let added = run(&home, "key DIR add stored").unwrap();
    fs::write(home.directory(), first).unwrap();
    let renewed = run(&home, "directory DIR renew").unwrap();
    assert_eq!(renewed["sequence"], 3);
    let listed = run(&home, "key DIR list").unwrap().to_string();
    assert!(listed.contains(added["key"].as_str().unwrap()));
}

#[test]
fn without_the_server_here_the_authority_works_and_says_what_to_carry() {
    let (_folder, home) = desk();
    let stored = id_of(&home, "stored");
    for gone in [home.server(), home.officer()] {
        fs::remove_dir_all(gone).unwrap();
    }
    fs::remove_file(home.root_pub()).unwrap();
    assert_eq!(run(&home, "key DIR list").unwrap()["keys"].as_array().unwrap().len(), 6);
    let renewed = run(&home, "directory DIR renew").unwrap();
    assert_eq!(renewed["sequence"], 2);
    assert!(renewed["carry"][0].as_str().unwrap().contains("directory.json to the server"));
    let dead = set(&home, stored, "compromised").unwrap();
    assert!(dead["carry"].to_string().contains("dead_keys"), "{dead}");
    let before = everything(home.folder());
    for role in ["stored", "seal", "courier"] {
        let refused = run(&home, &format!("key DIR add {role}")).unwrap_err().to_string();
        assert!(refused.contains("is not here") || refused.contains("neither is here"), "{refused}");
    }
    assert_eq!(everything(home.folder()), before);
}

#[test]
fn the_last_key_of_a_kind_that_the_desk_can_use_does_not_retire() {
    let (_folder, home) = desk();
    for role in ["seal", "source", "stored", "officer", "courier"] {
        let first = id_of(&home, role);
        let refused = set(&home, first, "retired").unwrap_err().to_string();
        assert!(refused.contains(&format!("last active {role} key")), "{refused}");
        assert_eq!(home.newest_directory().unwrap().sequence(), 1, "nothing was published");
    }
    // A kind without any key left is no reason to keep a key of another.
    set(&home, id_of(&home, "officer"), "compromised").unwrap();
    for role in ["seal", "source", "stored", "courier"] {
        let first = id_of(&home, role);
        run(&home, &format!("key DIR add {role}")).unwrap();
        set(&home, first, "retired").unwrap();
    }
    let desk = home.newest_directory().unwrap().desks()[0].clone();
    assert_eq!((desk.recipients::<Seal>().len(), desk.recipients::<Source>().len()), (2, 1));
    // Two active seal keys, the officer's and the recovery key: that one may go, the officer's may not.
    let recovery = secrets::read_recovery(&home.authority()).unwrap().unwrap();
    set(&home, recovery, "retired").unwrap();
    set(&home, recovery, "active").unwrap();
    let own = desk.recipients::<Seal>().iter().map(|key| key.id()).find(|id| *id != recovery).unwrap();
    assert!(set(&home, own, "retired").is_err());
    fs::remove_dir_all(home.officer()).unwrap();
    assert!(set(&home, own, "retired").is_err(), "nor where the officer is elsewhere");
}

#[test]
fn declaring_the_last_key_dead_says_what_follows() {
    let (_folder, home) = desk();
    let stored = id_of(&home, "stored");
    let dead = set(&home, stored, "compromised").unwrap();
    let warning = dead["warning"].as_str().unwrap();
    assert!(warning.contains("phones believe no receipt"), "{warning}");
    assert!(warning.ends_with(&format!("key {} add stored", home.folder().display())), "{warning}");
    assert_eq!(IntakeConfig::read(&home.server()).unwrap().dead_keys, [stored]);
    assert!(run(&home, "key DIR add stored").unwrap().get("warning").is_none());
    let other = id_of(&home, "seal");
    assert!(set(&home, other, "lost").unwrap()["warning"].as_str().unwrap().contains("recovery key"));
    assert!(set(&home, other, "active").unwrap().get("warning").is_none());
    assert!(IntakeConfig::read(&home.server()).unwrap().dead_keys == [stored]);
}

#[test]
fn changes_at_the_same_time_wait_for_each_other() {
    let (_folder, home) = desk();
    std::thread::scope(|scope| {
        for role in ["stored", "officer", "stored", "officer", "seal", "source"] {
            let home = &home;
            scope.spawn(move || run(home, &format!("key DIR add {role}")).unwrap());
        }
    });
    let directory = home.newest_directory().unwrap();
    let keys = &directory.desks()[0].keys;
    assert_eq!((directory.sequence(), keys.len()), (7, 12));
    assert!(keys.iter().all(|entry| entry.state == KeyState::Active));
    assert_eq!(secrets::names::<turnstone_wire::key::Stored>(&home.server()).unwrap().len(), 3);
}

#[test]
fn a_desk_that_closes_says_so_in_its_next_directory_and_can_open_again() {
    let (_folder, home) = desk();
    let closed = run(&home, "directory DIR close").unwrap();
    assert_eq!((&closed["sequence"], &closed["closed"]), (&2.into(), &true.into()));
    assert!(closed["next"].to_string().contains("let the intake serve"), "{closed}");
    assert!(home.newest_directory().unwrap().desks()[0].closed);
    assert_eq!(run(&home, "directory DIR show").unwrap()["desks"][0]["closed"], true);
    // Any other change leaves it closed.
    run(&home, "directory DIR renew").unwrap();
    assert!(home.newest_directory().unwrap().desks()[0].closed);
    assert_eq!(run(&home, "directory DIR reopen").unwrap()["sequence"], 4);
    assert!(!home.newest_directory().unwrap().desks()[0].closed);
}

#[test]
fn a_desk_that_moves_says_so_to_phones_and_to_its_officer() {
    let (_folder, home) = desk();
    let moved =
        run(&home, "directory DIR url --set http://localhost:9001/ --set http://127.0.0.1:9002").unwrap();
    assert_eq!(moved["urls"], serde_json::json!(["http://localhost:9001", "http://127.0.0.1:9002"]));
    assert_eq!(home.newest_directory().unwrap().desks()[0].urls.len(), 2);
    assert_eq!(DeskConfig::read(&home.officer()).unwrap().url, "http://localhost:9001");
    let before = everything(home.folder());
    for bad in ["http://desk.example.org", "ftp://127.0.0.1", "http://127.0.0.1/path", "nowhere"] {
        assert!(run(&home, &format!("directory DIR url --set {bad}")).is_err(), "{bad}");
    }
    let both = run(&home, "directory DIR url --set http://127.0.0.1:1 --set https://desk.example.org");
    assert!(both.unwrap_err().to_string().contains("either in TLS or in clear"));
    assert_eq!(everything(home.folder()), before);
}

#[test]
fn a_desk_that_moves_gets_a_certificate_for_both_addresses_by_the_root_that_phones_know() {
    let folder = tempfile::tempdir().unwrap();
    testing::init(folder.path(), "https://127.0.0.1:8470").unwrap();
    let home = Home::new(folder.path());
    let (roots, key) =
        (home.newest_directory().unwrap().desks()[0].tls_roots.clone(), home.server().join("tls.key"));
    let held = fs::read(&key).unwrap();
    run(&home, "directory DIR url --set https://localhost:9001").unwrap();
    assert_eq!(home.newest_directory().unwrap().desks()[0].tls_roots, roots, "the same root");
    assert_eq!(fs::read(&key).unwrap(), held, "the same key: a kill leaves no certificate without its own");
    for name in ["127.0.0.1", "localhost"] {
        testing::verify_certificate(&home.server().join("tls.pem"), &roots[0], name).unwrap();
    }
    assert!(testing::verify_certificate(&home.server().join("tls.pem"), &roots[0], "192.0.2.1").is_err());
    let clear = run(&home, "directory DIR url --set http://127.0.0.1:1").unwrap_err().to_string();
    assert!(clear.contains("keeps it"), "{clear}");

    fs::remove_dir_all(home.server()).unwrap();
    let elsewhere = run(&home, "directory DIR url --set https://localhost:9002").unwrap_err().to_string();
    assert!(elsewhere.contains("is not here"), "{elsewhere}");
}

#[test]
fn a_desk_that_moves_from_clear_to_tls_gets_a_root_that_phones_learn_with_it() {
    let (_folder, home) = desk();
    run(&home, "directory DIR url --set https://localhost:9001").unwrap();
    let desk = home.newest_directory().unwrap().desks()[0].clone();
    assert_eq!(desk.tls_roots, DeskConfig::read(&home.officer()).unwrap().tls_roots);
    testing::verify_certificate(&home.server().join("tls.pem"), &desk.tls_roots[0], "localhost").unwrap();
    run(&home, "directory DIR url --set https://127.0.0.1:9002").unwrap();
    assert_eq!(home.newest_directory().unwrap().desks()[0].tls_roots, desk.tls_roots);
}

#[test]
fn a_courier_key_lies_with_the_server_and_with_the_officer_and_bundles_are_sealed_to_it() {
    let (_folder, home) = desk();
    let held = |folder: &Path| secrets::read_identities::<Courier>(folder).unwrap();
    let public = |folder: &Path| -> Vec<_> { held(folder).iter().map(|key| key.public().id()).collect() };
    // A desk from before there were courier keys.
    for folder in [home.server(), home.officer()] {
        fs::remove_file(folder.join("courier.key")).unwrap();
    }
    set(&home, id_of(&home, "courier"), "lost").unwrap();
    let added = run(&home, "key DIR add courier").unwrap();
    assert!(added["file"].as_str().unwrap().ends_with("server/courier.key"), "{added}");
    assert!(added["copy"].as_str().unwrap().ends_with("officer/courier.key"), "{added}");
    assert_eq!(public(&home.server()), public(&home.officer()));
    let listed = home.newest_directory().unwrap().desks()[0].recipients::<Courier>();
    assert_eq!(listed.iter().map(|key| key.id()).collect::<Vec<_>>(), public(&home.server()));
    // Where one of them is elsewhere, the key is made here and carried there.
    fs::rename(home.officer(), home.folder().join("elsewhere")).unwrap();
    let added = run(&home, "key DIR add courier").unwrap();
    assert!(added["file"].as_str().unwrap().ends_with("server/courier-2.key"), "{added}");
    assert!(
        added.get("copy").is_none() && added["carry"][0].as_str().unwrap().contains("officer's folder"),
        "{added}"
    );
    fs::rename(home.folder().join("elsewhere"), home.officer()).unwrap();
    fs::rename(home.server(), home.folder().join("elsewhere")).unwrap();
    let added = run(&home, "key DIR add courier").unwrap();
    assert!(added["file"].as_str().unwrap().ends_with("officer/courier-2.key"), "{added}");
    assert!(added["carry"].to_string().contains("server's folder"), "{added}");
    let dead = set(&home, id_of(&home, "courier"), "compromised").unwrap();
    assert!(dead.get("warning").is_none(), "{dead}");
}
