//! A wipe by the real program: at once, with all that lies in the folder; and once the rest is sent. After each
//! of them the phone says what one says that was never set up, and nothing of before opens.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    fs,
    process::{Command, Output},
};

use serde_json::Value;
use turnstone_cli::demo::link::CutLink;
use turnstone_tests::{
    field::{Done, Field},
    photo, seized,
};

const WHAT: &str = "Grey RIB without lights, two men lowering wrapped parcels";
const DRAFTED: &str = "The same boat again, an hour later";

/// What people and programs ask of a phone, whatever it holds.
const ASKED: [&[&str]; 14] = [
    &["list"],
    &["unlock"],
    &["lock"],
    &["draft", "list"],
    &["draft", "show", "1"],
    &["draft", "submit", "1"],
    &["preview", "1"],
    &["messages"],
    &["settings"],
    &["profile", "show"],
    &["watch", "list"],
    &["sync"],
    &["report", "kraken", "--what", "Lights on the old slipway"],
    &["wipe", "--yes"],
];

fn done(done: Done) -> Value {
    assert_eq!(done.code, Some(0), "{}", done.said);
    done.json
}

fn reference(submitted: Done) -> String {
    done(submitted)["reference"].as_str().unwrap().to_owned()
}

/// A phone whose desk is not in reach, with a report and its photo that wait, and a draft.
fn phone(link: &CutLink) -> (Field, String) {
    let phone = Field::new(&format!("http://{}", link.address()));
    let photo = phone.photo();
    let submitted =
        phone.turnstone(&["report", "kraken", "--what", WHAT, "--attach", photo.to_str().unwrap()]);
    let reference = reference(submitted);
    done(phone.turnstone(&["report", "kraken", "--what", DRAFTED, "--draft"]));
    (phone, reference)
}

/// What a program answers: its exit code, its output and its errors, with the phone's own folder by one name.
fn answer(phone: &Field, mut command: Command) -> (Option<i32>, String, String) {
    let folder = phone.path("");
    let folder = folder.to_str().unwrap().trim_end_matches('/').to_owned();
    let Output { status, stdout, stderr } = command.output().unwrap();
    let plain = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(&folder, "FOLDER");
    (status.code(), plain(stdout), plain(stderr))
}

/// That a phone answers as one that was never set up, in words and in JSON, to `more` and to all that is asked of one.
fn assert_fresh(phone: &Field, when: &str) {
    let fresh = Field::bare();
    for asked in ASKED {
        for json in [false, true] {
            let [of, by_fresh] = [phone, &fresh].map(|phone| {
                let command = if json { phone.command(asked) } else { phone.command_in_words(asked) };
                answer(phone, command)
            });
            assert_eq!(of, by_fresh, "{when}: {asked:?}");
        }
    }
    assert_eq!(fs::read_dir(phone.home()).map_or(0, Iterator::count), 0, "{when}: nothing is made by asking");
}

/// No key of the phone's is left.
fn assert_no_key(phone: &Field) {
    let keys: Value = serde_json::from_slice(&fs::read(phone.key_file()).unwrap()).unwrap();
    assert_eq!(keys["slots"].as_object().map_or(0, serde_json::Map::len), 0);
}

/// Every name in the home folder.
fn names(phone: &Field) -> Vec<String> {
    let entries = fs::read_dir(phone.home()).unwrap();
    let mut names: Vec<_> =
        entries.map(|entry| entry.unwrap().file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

/// Has the words set aside whole and carried over, as where they are damaged: all there is lies in the folder twice then.
fn set_aside(phone: &Field) {
    fs::create_dir(phone.home().join("damaged-words.part")).unwrap();
    done(phone.turnstone(&["list"]));
    assert!(phone.home().join("damaged-words-1/words.db").is_file());
}

#[test]
fn a_wipe_takes_databases_set_aside_and_bundles_and_leaves_what_is_others() {
    let link = CutLink::listen().unwrap();
    let (phone, _) = phone(&link);
    set_aside(&phone);
    done(phone.turnstone(&["report", "kraken", "--what", "after the damage"]));
    // No bundle is written there, but one may be put there; and so may one that a kill left half written.
    let (bundle, in_home) = (phone.path("stick.bundle"), phone.home().join("for the stick"));
    done(phone.turnstone(&["export", bundle.to_str().unwrap()]));
    fs::copy(&bundle, in_home).unwrap();
    let written = fs::read(&bundle).unwrap();
    fs::write(phone.home().join(".for the stick.part"), &written[..written.len() / 2]).unwrap();
    fs::write(phone.home().join("shopping.txt"), "milk, rope").unwrap();
    fs::create_dir(phone.home().join("photos")).unwrap();
    fs::write(phone.home().join("photos/dog.jpg"), photo::DEMO_PHOTO).unwrap();
    seized::seize(&phone);
    seized::assert_opened_then(&phone, None);

    let wiped = done(phone.turnstone(&["wipe", "--yes"]));
    assert_eq!(wiped["outcome"], "wiped");
    assert_eq!(names(&phone), ["photos", "shopping.txt"]);
    assert_eq!(fs::read_to_string(phone.home().join("shopping.txt")).unwrap(), "milk, rope");
    assert!(fs::read(phone.home().join("photos/dog.jpg")).unwrap() == photo::DEMO_PHOTO);
    assert_no_key(&phone);
    seized::assert_ended(&phone, &[None], "wiped");
    fs::remove_dir_all(phone.home()).unwrap();
    assert_fresh(&phone, "wiped");
}

#[test]
fn a_wiped_phone_answers_as_one_that_was_never_set_up_and_is_set_up_as_one() {
    let link = CutLink::listen().unwrap();
    let (phone, _) = phone(&link);
    seized::seize(&phone);
    done(phone.turnstone(&["wipe", "--yes"]));
    assert!(!phone.home().exists(), "not even its folder");
    assert_fresh(&phone, "wiped");
    let [directory, root] = ["desk/directory.json", "desk/root.pub"].map(|name| phone.path(name));
    let init = ["init", "--directory", directory.to_str().unwrap(), "--root-key", root.to_str().unwrap()];
    done(phone.turnstone(&init));
    let listed = done(phone.turnstone(&["list"]));
    assert_eq!(
        (&listed["counts"]["drafts"], &listed["counts"]["reports"]),
        (&0.into(), &0.into()),
        "{listed}"
    );
    seized::assert_ended(&phone, &[None], "set up again");
}

/// What lies at the desk once it was opened: words and the photo, by reference.
fn at_the_desk(phone: &Field) -> Vec<(String, String)> {
    phone.open();
    let folders = fs::read_dir(phone.path("opened")).unwrap().map(|entry| entry.unwrap().path());
    let mut found: Vec<_> = folders
        .filter(|folder| folder.join("report.json").is_file())
        .map(|folder| {
            let body: Value = serde_json::from_slice(&fs::read(folder.join("report.json")).unwrap()).unwrap();
            let text = |value: &Value| value.as_str().unwrap().to_owned();
            if body["attachments"].is_array() {
                assert!(fs::read(folder.join("1.jpg")).unwrap() == photo::DEMO_PHOTO);
            }
            (text(&body["reference"]), text(&body["sightings"][0]["what"]))
        })
        .collect();
    found.sort();
    found
}

/// A phone that is left with a report and its photo still to be sent, and one more.
fn left(link: &CutLink) -> (Field, Vec<(String, String)>) {
    let (phone, first) = phone(link);
    let second = reference(phone.turnstone(&["report", "kraken", "--what", "and one more"]));
    seized::seize(&phone);
    seized::assert_opened_then(&phone, None);
    let left = done(phone.turnstone(&["wipe", "--after-sending", "--yes"]));
    assert_eq!((&left["outcome"], &left["lost"]["drafts"]), (&"leaving".into(), &1.into()), "{left}");
    let mut expected = vec![(first, WHAT.to_owned()), (second, "and one more".to_owned())];
    expected.sort();
    (phone, expected)
}

#[test]
fn p2_p3_a_wipe_after_sending_ends_what_can_be_read_at_once_sends_all_to_a_real_desk_and_leaves_nothing() {
    let link = CutLink::listen().unwrap();
    let (phone, expected) = left(&link);
    // At once: nothing can be read here any more, not even with the folder as it was.
    let listed = done(phone.turnstone(&["list"]));
    assert_eq!(
        (&listed["locked"], &listed["reason"], &listed["counts"]["drafts"]),
        (&true.into(), &"leaving".into(), &0.into())
    );
    seized::assert_ended(&phone, &[None], "leaving");
    seized::assert_sealed_outbox(&phone, "leaving");
    // Out of reach of the desk nothing changes.
    let offline = done(phone.turnstone(&["sync"]));
    assert_eq!(
        (&offline["outcome"], &offline["leaving"]["waits"]),
        (&"offline".into(), &2.into()),
        "{offline}"
    );
    assert!(phone.home().join("words.db").is_file());

    let server = phone.serve();
    link.set_target(Some(server.address()));
    done(phone.turnstone(&["sync"]));
    assert!(!phone.home().exists(), "not even its folder");
    assert_no_key(&phone);
    assert_eq!(at_the_desk(&phone), expected);
    seized::assert_ended(&phone, &[None], "all is sent");
    assert_fresh(&phone, "all is sent");
}

#[test]
fn p9_a_note_that_is_begun_on_a_phone_that_is_left_is_kept_and_what_waits_is_sent() {
    let link = CutLink::listen().unwrap();
    let (phone, mut expected) = left(&link);
    let noted = done(phone.turnstone(&["report", "kraken", "--what", "the boat is back", "--draft"]));
    let server = phone.serve();
    link.set_target(Some(server.address()));
    done(phone.turnstone(&["sync"]));
    assert_eq!(at_the_desk(&phone), expected);
    // It is a phone like any other again, with that note and nothing of before.
    let listed = done(phone.turnstone(&["list"]));
    assert_eq!(
        (&listed["counts"]["drafts"], &listed["counts"]["reports"]),
        (&1.into(), &0.into()),
        "{listed}"
    );
    seized::assert_ended(&phone, &[None], "a note was begun");
    let submitted = phone.turnstone(&["draft", "submit", &noted["draft"].to_string()]);
    expected.push((reference(submitted), "the boat is back".to_owned()));
    expected.sort();
    done(phone.turnstone(&["sync"]));
    assert_eq!(at_the_desk(&phone), expected);
}

#[test]
fn a_phone_that_is_left_is_wiped_at_once_by_whoever_wishes() {
    let link = CutLink::listen().unwrap();
    let (phone, _) = left(&link);
    done(phone.turnstone(&["wipe", "--yes"]));
    assert!(!phone.home().exists());
    assert_no_key(&phone);
    assert_fresh(&phone, "wiped");
}
