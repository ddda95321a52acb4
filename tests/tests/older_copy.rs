//! A copied home folder, by the real programs and a real desk: without its key store it opens nothing; an older copy put back on
//! the phone opens nothing shredded since, and sends nothing twice.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{collections::BTreeSet, fs, path::Path};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::field::{Done, Field, Server};

const PIN: &str = "2580";
const WHAT: &str = "two men lowered parcels from the grey RIB";

/// A phone with a PIN, and a desk in reach.
fn phone() -> (Field, Server, CutLink) {
    let link = CutLink::listen().unwrap();
    let phone = Field::new(&format!("http://{}", link.address()));
    let server = phone.serve();
    link.set_target(Some(server.address()));
    done(&phone.turnstone_with_pin(PIN, &["pin", "set"]));
    (phone, server, link)
}

fn done(done: &Done) -> &Value {
    assert_eq!(done.code, Some(0), "{}", done.said);
    &done.json
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir_all(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        fs::copy(&path, to.join(path.file_name().unwrap())).unwrap();
    }
}

/// Takes the folder as it is, without the key file.
fn copied(phone: &Field) -> std::path::PathBuf {
    let older = phone.path("older");
    copy(&phone.home(), &older);
    older
}

/// Puts it in the place of the phone's own; the key file stays as it is.
fn put_back(phone: &Field, older: &Path) {
    fs::remove_dir_all(phone.home()).unwrap();
    copy(older, &phone.home());
}

/// What lies at the desk's intake: its names are hashes of what they name.
fn stored(phone: &Field) -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    for kind in ["reports", "attachments"] {
        let Ok(shelves) = fs::read_dir(phone.path("desk/server/objects").join(kind)) else { continue };
        for shelf in shelves {
            let objects = fs::read_dir(shelf.unwrap().path()).unwrap();
            names.extend(objects.map(|object| object.unwrap().file_name().to_string_lossy().into_owned()));
        }
    }
    names
}

/// That no command reads anything there with the right PIN, and that the reason is the missing key.
fn opens_nothing(phone: &Field, more: &[&str]) {
    for args in [
        &["list"][..],
        &["draft", "list"],
        &["draft", "show", "1"],
        &["messages"],
        &["settings"],
        &["unlock"],
    ] {
        let asked = phone.turnstone_with_pin(PIN, &[args, more].concat());
        let said = format!("{args:?}: {} {}", asked.json, asked.said);
        match args {
            ["list"] => {
                assert_eq!(
                    (&asked.json["locked"], &asked.json["reason"]),
                    (&true.into(), &"keys_missing".into())
                );
            }
            _ => assert_eq!(
                (asked.code, &asked.json["error"]["code"]),
                (Some(1), &"keys_missing".into()),
                "{said}"
            ),
        }
        assert!(!said.contains("RIB") && !said.contains("KRAKEN-"), "{said}");
    }
}

#[test]
fn p4_a_copied_folder_opens_nothing_without_its_key_store_not_even_with_the_pin() {
    let (phone, _server, _link) = phone();
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]));
    done(&phone.turnstone(&[
        "report",
        "kraken",
        "--what",
        WHAT,
        "--attach",
        phone.photo().to_str().unwrap(),
    ]));
    // Somebody's own computer, with Turnstone and a key file of its own.
    let other = Field::bare();
    done(&other.turnstone(&["init"]));
    let keys = other.path("user/.local/state/turnstone/keys");
    let other = keys.to_str().unwrap();
    opens_nothing(&phone, &["--key-file", other]);
    let sent = phone.turnstone(&["sync", "--key-file", other]);
    assert_ne!(sent.code, Some(0), "{}", sent.json);
    assert!(stored(&phone).is_empty(), "nor does it send what waits there");
    // And here nothing was lost by it.
    let drafts = phone.turnstone_with_pin(PIN, &["draft", "list"]);
    assert_eq!(done(&drafts)["drafts"].as_array().unwrap().len(), 1);
}

#[test]
fn p3_p4_an_older_copy_put_back_opens_nothing_shredded_since_and_sends_nothing_twice() {
    let (phone, _server, _link) = phone();
    let photo = phone.photo();
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]));
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]));
    // One waits with its photo, one is delivered.
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT]));
    done(&phone.turnstone(&["sync"]));
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--attach", photo.to_str().unwrap()]));
    done(&phone.turnstone_with_pin(PIN, &["unlock"]));
    let older = copied(&phone);

    done(&phone.turnstone_with_pin(PIN, &["draft", "submit", "1"]));
    done(&phone.turnstone_with_pin(PIN, &["draft", "discard", "2"]));
    done(&phone.turnstone_with_pin(PIN, &["unlock"]));
    assert_eq!(done(&phone.turnstone(&["sync"]))["waiting"], 0);
    let at_the_desk = stored(&phone);
    assert_eq!(at_the_desk.len(), 5, "three reports, a photo and its copy");

    put_back(&phone, &older);
    opens_nothing(&phone, &[]);
    for draft in ["1", "2"] {
        let submitted = phone.turnstone_with_pin(PIN, &["draft", "submit", draft]);
        assert_eq!(submitted.json["error"]["code"], "keys_missing", "{}", submitted.json);
    }
    // What waited in it goes out once more, and is there already: the same names, the same bytes.
    assert_eq!(done(&phone.turnstone(&["sync"]))["waiting"], 0);
    assert_eq!(stored(&phone), at_the_desk);
    phone.open();
    let opened = fs::read_dir(phone.path("opened")).unwrap();
    let opened = opened.filter(|entry| entry.as_ref().unwrap().path().join("report.json").is_file());
    assert_eq!(opened.count(), 3);
    // Writing and sending go on there, and a new beginning is offered.
    done(&phone.turnstone(&["report", "kraken", "--what", "A buoy adrift"]));
    assert_eq!(done(&phone.turnstone(&["sync"]))["waiting"], 0);
    assert_eq!(stored(&phone).len(), 6);
}

#[test]
fn p4_after_a_change_of_pin_an_older_copy_opens_with_neither_pin() {
    let (phone, _server, _link) = phone();
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]));
    let older = copied(&phone);
    let mut change = phone.command(&["pin", "change", "--pin-env", "OLD", "--new-pin-env", "NEW"]);
    let changed = change.env("OLD", PIN).env("NEW", "a longer one").output().unwrap();
    done(&phone.done(changed));
    put_back(&phone, &older);
    opens_nothing(&phone, &[]);
    let other = phone.turnstone_with_pin("a longer one", &["draft", "list"]);
    assert_eq!(other.json["error"]["code"], "keys_missing", "{}", other.json);
}
