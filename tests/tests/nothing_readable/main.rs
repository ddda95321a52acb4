//! Nothing of a report is readable (P8): after each command of the real program, and after a kill midway, every byte it
//! left on the disk or printed is searched for what was planted in its reports.
//!
//! `planted` says what is looked for, `files` which files there may be, `printing` which command may print what.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

mod columns;
mod files;
mod killed;
mod phone;
mod planted;
mod printing;

use std::{
    fs,
    io::{BufRead, BufReader, Write},
    process::{Command, Stdio},
};

use phone::{Call, Phone};
use planted::{
    ACCURACY, ANSWER, AT, BEARING, CONTACT, NEW_PIN, ON_WATCH, PIN, RANGE, SEA, STATION, TARGET_AT, TOLD,
    TOLD_AT, UNTIL, WHAT, WHEN, WHY, WRONG_PIN, subject,
};

const WITH_PIN: [&str; 2] = ["--pin-env", "PIN_IN_USE"];

/// A report with every field filled in, but for what its route does not carry.
fn report<'a>(place: &[&'a str], more: &[&'a str]) -> Vec<String> {
    let mut arguments: Vec<String> =
        ["report", "kraken", "--what", "-", "--why", WHY, "--sign", "K09", "--at", AT]
            .into_iter()
            .chain(["--accuracy", ACCURACY, "--when", WHEN, "--until", UNTIL, "--urgent", "--lang", "cy"])
            .chain(planted::VIEW)
            .chain(place.iter().copied())
            .chain(more.iter().copied())
            .map(str::to_owned)
            .collect();
    for (kind, _) in planted::subjects() {
        arguments.extend([format!("--{kind}"), subject(kind)]);
    }
    arguments
}

const BY_BEARING: [&str; 9] = [
    "--bearing",
    BEARING,
    "--magnetic",
    "--range",
    RANGE,
    "--give-or-take-deg",
    "7.5",
    "--give-or-take-m",
    ACCURACY,
];
const AT_A_POINT: [&str; 4] = ["--target-at", TARGET_AT, "--target-accuracy", ACCURACY];
const BY_CROSS: [&str; 6] = ["--bearing", BEARING, "--cross-from", TARGET_AT, "--cross-bearing", "251"];

/// Writes a report; gives back what was printed.
fn write(phone: &Phone, arguments: &[String]) -> String {
    let arguments: Vec<_> = arguments.iter().map(String::as_str).collect();
    phone.call(0, &Call { stdin: WHAT, ..Call::of(&arguments) })
}

/// The reference in what a command printed; it is looked for from now on.
fn reference(phone: &mut Phone, shown: &str) -> String {
    let begins = shown.find("KRAKEN-").unwrap();
    let reference: String =
        shown[begins..].chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '-').collect();
    phone.planted.reference(&reference);
    reference
}

/// A watch of a witness, from setting up to wiping, every command in it.
fn a_whole_story(json: bool) {
    let mut phone = Phone::bare(json);
    let photo = phone.path("photo.jpg");
    let (directory, root) = (phone.path("desk/directory.json"), phone.path("desk/root.pub"));
    let init = ["init", "--directory", &directory, "--root-key", &root];
    phone.ends(0, &init);
    phone.ends(0, &init);
    phone.ends(1, &["init"]);

    let named = ["--attach", &photo, "--contact", CONTACT];
    let police = write(&phone, &report(&BY_BEARING, &[&named[..], &["--desk", "harbour-desk"]].concat()));
    let police = reference(&mut phone, &police);
    let adds = ["--route", "confidential", "--adds-to", &police];
    let confidential = write(&phone, &report(&AT_A_POINT, &[&named[..], &adds].concat()));
    reference(&mut phone, &confidential);
    let anonymous =
        write(&phone, &report(&BY_BEARING, &["--route", "anonymous", "--send-fix", "--exercise"]));
    let anonymous = reference(&mut phone, &anonymous);
    drafts(&mut phone, &photo);
    phone.ends(0, &["place", AT]);
    phone.ends(0, &["place", "Swanage", "--near", TARGET_AT]);
    phone.ends(0, &["place", "--about"]);
    sending(&phone, &police, &anonymous);
    pins(&phone);
    by_hand(&mut phone, &photo);
    guidance(&phone, &photo);
    watches(&mut phone);
    profiles(&phone);
    phone.ends(0, &["forget", &police]);
    phone.ends(1, &["messages", &police]);
    phone.ends(0, &["messages"]);
    phone.ends(0, &["list"]);
    phone.ends(2, &["wipe"]);
    phone.ends(0, &["wipe", "--yes"]);
    phone.ends(1, &["list"]);
}

/// Drafts, from the first word to the end of them.
fn drafts(phone: &mut Phone, photo: &str) {
    write(phone, &report(&AT_A_POINT, &["--draft", "--attach", photo, "--contact", CONTACT]));
    phone.ends(0, &["draft", "list"]);
    phone.ends(0, &["draft", "show", "4"]);
    phone.ends(
        0,
        &[
            "draft",
            "change",
            "4",
            "--why",
            WHY,
            "--desk",
            "harbour-desk",
            "--range",
            RANGE,
            "--bearing",
            BEARING,
        ],
    );
    phone.ends(0, &["settings", "--station", &format!("{TOLD}, {AT}")]);
    phone.ends(0, &["settings"]);
    phone.ends(0, &["draft", "change", "4", "--at", "station"]);
    phone.ends(0, &[&["draft", "change", "4"][..], &BY_CROSS].concat());
    phone.ends(0, &["draft", "show", "4"]);
    phone.ends(0, &["draft", "change", "4", "--target-name", WHY]);
    phone.ends(0, &["draft", "show", "4"]);
    phone.ends(0, &["draft", "change", "4", "--same-place"]);
    phone.ends(0, &["draft", "attach", "4", photo]);
    pictures(phone);
    phone.ends(0, &["draft", "detach", "4", "1"]);
    phone.ends(0, &["told", "4", "--channel", "101", "--number", TOLD, "--at", TOLD_AT]);
    phone.ends(0, &["preview", "4"]);
    for listener in ["101", "crimestoppers", "999", "vhf", "pan-pan", "online"] {
        phone.ends(0, &["call-sheet", "4", "--for", listener]);
    }
    phone.call(
        0,
        &Call { stdin: WHAT, ..Call::of(&["help-now", "--what", "-", "--at", AT, "--case", "own-boat"]) },
    );
    let submitted = phone.ends(0, &["draft", "submit", "4"]);
    reference(phone, &submitted);
    write(phone, &report(&BY_BEARING, &["--draft", "--attach", photo]));
    phone.ends(0, &["draft", "discard", "5"]);
    phone.ends(0, &["draft", "list"]);
}

/// The two photos of a draft: looked at outside the phone, covered, taken over of.
fn pictures(phone: &Phone) {
    let look = phone.path(if phone.is_json() { "look-1.jpg" } else { "look-2.jpg" });
    phone.ends(0, &["draft", "copy", "4", "1", "-o", &look]);
    phone.ends(1, &["draft", "copy", "4", "1", "-o", &look]);
    phone.ends(0, &["draft", "copy-again", "4", "1"]);
    phone.ends(0, &["draft", "change", "4", "--from-photo", "1", "--range", RANGE]);
    phone.ends(1, &["draft", "change", "4", "--from-photo", "9"]);
    phone.ends(0, &["draft", "blur", "4", "1", "--region", "840,310,220,260"]);
    phone.ends(
        0,
        &["draft", "blur", "4", "2", "--region", "0,0,9999,9999", "--cut-out", "--without-original"],
    );
    phone.ends(2, &["draft", "blur", "4", "1", "--region", AT]);
    phone.ends(0, &["draft", "show", "4"]);
}

/// A watch with a draft of the log, which is seen again before and after it is sent, and its hand-over.
fn watches(phone: &mut Phone) {
    let start = ["watch", "start", "--station", STATION, "--person", ON_WATCH, "--sea", SEA, "--at", WHEN];
    phone.ends(0, &start);
    phone.ends(0, &["watch", "add", "--wind", SEA, "--at", UNTIL]);
    write(phone, &report(&BY_BEARING, &["--draft"]));
    let drafts = phone.ends(0, &["draft", "list"]);
    assert!(drafts.contains('9'), "the numbers that follow: {drafts}");
    phone.ends(0, &["draft", "keep", "9"]);
    phone.ends(0, &["draft", "list", "--log"]);
    phone.ends(0, &["told", "9", "--channel", "coastguard", "--number", TOLD, "--at", TOLD_AT]);
    phone.ends(0, &["seen-again", "9", "--at", AT]);
    phone.ends(0, &["draft", "change", "9", "--sighting", "1", "--why", WHY]);
    phone.ends(0, &["draft", "show", "9"]);
    let sent = phone.ends(0, &["draft", "submit", "9"]);
    let sent = reference(phone, &sent);
    phone.ends(0, &["seen-again", &sent, "--why", WHY]);
    phone.ends(0, &["preview", "10"]);
    phone.ends(0, &["watch", "show"]);
    phone.ends(0, &["draft", "change", "10", "--no-watch"]);
    write(phone, &report(&AT_A_POINT, &["--no-watch", "--draft"]));
    phone.ends(0, &["watch", "stop", "--at", UNTIL]);
    phone.ends(0, &["watch", "list"]);
    phone.ends(0, &["watch", "hand-over", "1"]);
    phone.ends(0, &["watch", "discard", "1"]);
    phone.ends(1, &["watch", "show"]);
    phone.ends(0, &["draft", "discard", "10"]);
    phone.ends(0, &["draft", "discard", "11"]);
}

/// The usual route, and a team's set-up by the desk's key. The file it came in is the team's own, and is removed first.
fn profiles(phone: &Phone) {
    phone.ends(0, &["settings", "--route", "confidential"]);
    phone.ends(2, &["settings", "--route", "anonymous"]);
    let file = phone.path("team.profile");
    let make = ["profile", &phone.path("desk"), "--to", &file, "--team", WHY, "--station", WHY, "--at", AT];
    let made = phone
        .field
        .desk_command(&[&make[..], &["--person", CONTACT, "--desk", "harbour-desk"]].concat())
        .output();
    assert!(made.unwrap().status.success());
    let text = fs::read_to_string(&file).unwrap();
    fs::remove_file(&file).unwrap();
    phone.call(1, &Call { stdin: &text[1..], ..Call::of(&["profile", "take", "-"]) });
    phone.call(0, &Call { stdin: &text, ..Call::of(&["profile", "take", "-"]) });
    phone.ends(0, &["profile", "show"]);
    writers(phone);
    phone.ends(0, &["profile", "leave"]);
    phone.ends(0, &["writer", "show"]);
    phone.ends(0, &["settings", "--route", "ask"]);
}

/// Who writes on a team's device, by names of its list and typed ones, and notes that are handed over.
fn writers(phone: &Phone) {
    phone.ends(0, &["writer", "show"]);
    phone.ends(0, &["writer", "is", ON_WATCH]);
    write(phone, &report(&AT_A_POINT, &["--draft"]));
    phone.ends(0, &["draft", "list"]);
    phone.ends(0, &["writer", "is", CONTACT, "--keep"]);
    write(phone, &report(&AT_A_POINT, &["--writer", ON_WATCH]));
    phone.ends(0, &["writer", "nobody"]);
    phone.ends(1, &["writer", "forget", WHY]);
    phone.ends(1, &["writer", "is", " "]);
    phone.ends(0, &["writer", "forget", ON_WATCH]);
}

/// Bundles on a stick, and the answer to one of them. The stick is searched whole after each command, for whoever finds it.
fn by_hand(phone: &mut Phone, photo: &str) {
    let named = write(phone, &report(&BY_BEARING, &["--attach", photo, "--contact", CONTACT]));
    reference(phone, &named);
    let anonymous = write(phone, &report(&BY_BEARING, &["--route", "anonymous"]));
    reference(phone, &anonymous);
    let (bundle, answer) = (phone.path("stick/reports.bundle"), phone.path("stick/reports.answer"));
    phone.ends(0, &["export", &bundle]);
    phone.ends(1, &["export", &bundle]);
    phone.ends(0, &["export", "--anonymous", &phone.path("stick/apart.bundle")]);
    phone.ends(1, &["import", &bundle]);
    desk_imports(phone, &bundle, &answer);
    phone.ends(0, &["import", &answer]);
    for file in fs::read_dir(phone.path("stick")).unwrap().map(|file| fs::read(file.unwrap().path()).unwrap())
    {
        for name in [b"turnstone".as_slice(), b"report", b"receipt", b"quay", b"bundle", b"answer"] {
            assert!(!file.windows(name.len()).any(|window| window.eq_ignore_ascii_case(name)), "{name:?}");
        }
    }
}

/// Guidance, what came with the program and a newer pack of it.
fn guidance(phone: &Phone, photo: &str) {
    let (desk, folder, pack) = (phone.path("desk"), phone.path("guidance"), phone.path("newer.pack"));
    for arguments in [&["--begin", &folder][..], &[&folder, "-o", &pack]] {
        let arguments = [&["pack", &desk, "--kind", "guidance"], arguments].concat();
        assert!(phone.field.desk_command(&arguments).output().unwrap().status.success());
    }
    phone.ends(0, &["guide"]);
    phone.ends(0, &["guide", "--take", &pack]);
    phone.ends(1, &["guide", "--take", photo]);
    phone.ends(0, &["guide", "kraken", "--lang", "cy"]);
    phone.ends(2, &["guide", WHY]);
    phone.ends(2, &["guide", "--lang", WHY]);
    phone.ends(0, &["guide", "--built-in"]);
}

/// The desk takes a bundle in, and writes its answer.
fn desk_imports(phone: &Phone, bundle: &str, answer: &str) {
    let server = phone.path("desk/server");
    let mut import = phone.field.desk_command(&["import", bundle, "--to", &server, "--answer", answer]);
    assert!(import.output().unwrap().status.success());
}

/// Sending, with and without a desk in reach. The anonymous report goes on a stick: by the network it would wait for minutes.
fn sending(phone: &Phone, reference: &str, anonymous: &str) {
    phone.ends(0, &["sync"]);
    phone.ends(0, &["list"]);
    let server = phone.field.serve();
    phone.link.set_target(Some(server.address()));
    phone.link.cut_after(Some(300_000));
    phone.ends(0, &["sync"]);
    phone.ends(0, &["list"]);
    phone.link.cut_after(None);
    phone.ends(0, &["sync", "--network", "metered"]);
    phone.ends(0, &["sync"]);
    phone.ends(0, &["told", reference, "--channel", "coastguard", "--number", TOLD, "--at", TOLD_AT]);
    fs::create_dir(phone.path("stick")).unwrap();
    let (bundle, answer) = (phone.path("stick/first.bundle"), phone.path("stick/first.answer"));
    phone.ends(0, &["export", "--anonymous", &bundle]);
    desk_imports(phone, &bundle, &answer);
    phone.ends(0, &["import", &answer]);
    phone.field.open();
    phone.ends(0, &["sync"]);
    phone.ends(0, &["list"]);
    answers(phone, reference, anonymous);
}

/// What the desk answers: fetched, kept unread through other commands, read, and read again.
fn answers(phone: &Phone, reference: &str, anonymous: &str) {
    phone.field.reply(reference, ANSWER);
    phone.field.reply(anonymous, ANSWER);
    phone.ends(0, &["messages"]);
    phone.ends(0, &["sync"]);
    phone.ends(0, &["list"]);
    phone.field.reply(reference, ANSWER);
    phone.ends(0, &["sync"]);
    for arguments in
        [&["messages", reference][..], &["messages", "--check"], &["messages", "--check", anonymous]]
    {
        let shown = phone.ends(0, arguments);
        assert!(shown.contains("Sandpiper"), "{shown}");
    }
}

/// A PIN's life, and what is said without it.
fn pins(phone: &Phone) {
    let with = |code: i32, pins: [&str; 2], arguments: &[&str]| {
        phone.call(code, &Call { pins, ..Call::of(arguments) });
    };
    with(1, ["", ""], &["lock"]);
    with(1, ["", PIN], &["pin", "change", "--new-pin-env", "PIN_TO_COME"]);
    with(1, ["", "1"], &["pin", "set", "--new-pin-env", "PIN_TO_COME"]);
    with(0, ["", PIN], &["pin", "set", "--new-pin-env", "PIN_TO_COME"]);
    with(0, ["", ""], &["lock"]);
    write(phone, &report(&BY_BEARING, &["--draft"]));
    with(0, ["", ""], &["list"]);
    with(1, ["", ""], &["draft", "list"]);
    for arguments in [&["unlock"][..], &["list"], &["draft", "show", "6"], &["preview", "6"]] {
        with(1, [WRONG_PIN, ""], &[arguments, &WITH_PIN].concat());
        with(0, [PIN, ""], &[arguments, &WITH_PIN].concat());
    }
    let to_come = ["--new-pin-env", "PIN_TO_COME"];
    with(1, [WRONG_PIN, NEW_PIN], &[&["pin", "change"][..], &WITH_PIN, &to_come].concat());
    with(0, [PIN, NEW_PIN], &[&["pin", "change"][..], &WITH_PIN, &to_come].concat());
    with(1, [PIN, ""], &[&["draft", "discard", "6"][..], &WITH_PIN].concat());
    with(0, [NEW_PIN, ""], &[&["draft", "discard", "6"][..], &WITH_PIN].concat());
    with(0, [NEW_PIN, ""], &[&["pin", "remove"][..], &WITH_PIN].concat());
}

#[test]
fn p8_no_command_that_answers_in_json_leaves_anything_readable() {
    a_whole_story(true);
}

#[test]
fn p8_no_command_that_answers_in_words_leaves_anything_readable() {
    a_whole_story(false);
}

#[test]
fn p8_a_slip_of_the_keyboard_is_not_repeated_to_whoever_reads_the_log() {
    for json in [true, false] {
        let phone = Phone::new(json);
        let no_place = format!("{}7,0", AT.split(',').next().unwrap());
        let no_json = subject("vessel").replace("}", "");
        let what = ["report", "kraken", "--what", WHAT];
        for (code, more) in [
            (2, &["--at", &format!("9{AT}")][..]),
            (2, &["--at", AT.split(',').next().unwrap()]),
            (2, &["--at", &format!("{no_place};{TARGET_AT}")]),
            (2, &["--at", &format!("{WHY} {AT}")]),
            (2, &["--fix", &format!(r#"{{"at":"{AT}","source":"{WHY}"}}"#)]),
            (2, &["--at", AT, "--bearing", &format!("{BEARING}°"), "--range", RANGE]),
            (2, &["--at", AT, "--bearing", BEARING, "--range", &format!("{RANGE} metres")]),
            (
                2,
                &[
                    "--at",
                    AT,
                    "--bearing",
                    BEARING,
                    "--range",
                    RANGE,
                    "--give-or-take-deg",
                    &format!("9{BEARING}"),
                ],
            ),
            (
                2,
                &[
                    "--at",
                    AT,
                    "--bearing",
                    BEARING,
                    "--range",
                    RANGE,
                    "--give-or-take-m",
                    &format!("-{RANGE}"),
                ],
            ),
            (2, &["--bearing", BEARING, "--cross-from", &format!("9{AT}"), "--cross-bearing", "251"]),
            (2, &["--bearing", BEARING, "--cross-from", AT]),
            (2, &["--target-name", WHY, "--target-at", TARGET_AT]),
            (2, &["--when", &WHEN.replace('T', " at ")]),
            (2, &["--when", "2026-05-03T20:10"]),
            (2, &["--vessel", &no_json]),
            (2, &["--seen-for", &format!("{RANGE} seconds")]),
            (2, &["--seen-from", &format!("{RANGE} metres")]),
            (2, &["--person", WHY]),
            (2, &["--person", &format!(r#"{{"{WHY}":"did"}}"#)]),
            (2, &["--sign", WHY]),
            (2, &["--route", WHY]),
            (2, &["--lang", WHY]),
            (2, &["--desk", planted::DESK_NAME]),
            (2, &["--adds-to", CONTACT]),
            (2, &[WHY]),
            (2, &["--contect", CONTACT]),
            (2, &[&format!("--contect={CONTACT}")]),
            (2, &[&format!("--urgent={WHY}")]),
            (2, &["--contact", CONTACT, "--contact", CONTACT]),
            (2, &["--why"]),
            (1, &["--attach", "/nowhere/1.jpg"]),
            (1, &["--pin-env", PIN, "--contact", CONTACT, "--route", "anonymous"]),
        ] {
            phone.ends(code, &[&what[..], more].concat());
        }
        phone.ends(2, &["report", WHY, "--what", WHAT]);
        phone.ends(2, &["told", CONTACT, "--channel", "101"]);
        phone.ends(2, &["told", "1", "--channel", TOLD]);
        phone.ends(2, &["told", "1", "--channel", "101", "--at", &WHEN[..16]]);
        phone.ends(2, &["draft", "show", WHAT]);
        phone.ends(2, &["draft", "change", "1"]);
        phone.ends(2, &["draft", "keep", WHAT]);
        phone.ends(2, &["draft", "change", "1", "--sighting", WHY]);
        phone.ends(2, &["seen-again", CONTACT]);
        phone.ends(2, &["watch", "show", ON_WATCH]);
        phone.ends(2, &["watch", "start", "--at", &WHEN[..16]]);
        phone.ends(2, &["watch", "start", "--persons", ON_WATCH]);
        phone.ends(2, &["watch", STATION]);
        phone.ends(2, &["draft", WHY]);
        phone.ends(2, &[WHY]);
        phone.ends(2, &["forget", CONTACT]);
        phone.ends(1, &["preview", "77"]);
        phone.ends(2, &["pin", "set", "--new-pin-env", PIN]);
        phone.ends(2, &["pin", PIN]);
        phone.ends(2, &["call-sheet", CONTACT, "--for", "101"]);
        phone.ends(2, &["call-sheet", "1", "--for", WHY]);
        phone.ends(2, &["help-now", "--case", WHY]);
        phone.ends(2, &["help-now", "--at", &format!("9{AT}")]);
        phone.ends(2, &["sync", "--network", WHY]);
        let long = "y tŵr gwyn ".repeat(60_000);
        phone.call(1, &Call { stdin: &long, ..Call::of(&["report", "kraken", "--what", "-"]) });
    }
}

#[test]
fn p8_the_scan_finds_everything_that_is_planted_in_every_spelling_and_place() {
    let mut phone = Phone::new(true);
    phone.planted.reference("KRAKEN-7F3Q-2MXD-9K");
    let scan = phone.planted.scan();
    for (name, needle) in phone.planted.all() {
        for (spelling, spelled) in spelled(needle) {
            let found = scan.bytes("here", &[b"\0\xff", &spelled[..], b"\xff\0"].concat());
            assert!(found.iter().any(|finding| finding.needle == name), "{name} {spelling}");
        }
    }
    for place in [
        "phone/words.db",
        "phone/words.db-wal",
        "phone/media.db-journal",
        "phone/reserve",
        "tmp/x",
        "user/.log",
    ] {
        fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(phone.field.path(place))
            .and_then(|mut file| file.write_all(WHY.as_bytes()))
            .unwrap();
        let folder = phone.field.path(place.split('/').next().unwrap());
        let found = scan.folder(&folder).unwrap();
        assert!(found.iter().any(|finding| finding.place == phone.field.path(place)), "{place}: {found:?}");
    }
}

/// Ways to write bytes down, made by other code than the scan's own.
fn spelled(needle: &[u8]) -> Vec<(String, Vec<u8>)> {
    use base64::{Engine, prelude::*};
    let mut all = vec![
        ("as it is".to_owned(), needle.to_vec()),
        ("hex".to_owned(), needle.iter().flat_map(|byte| format!("{byte:02x}").into_bytes()).collect()),
        (
            "capital hex".to_owned(),
            needle.iter().flat_map(|byte| format!("{byte:02X}").into_bytes()).collect(),
        ),
    ];
    if let Ok(text) = std::str::from_utf8(needle) {
        all.push(("UTF-16LE".to_owned(), text.encode_utf16().flat_map(u16::to_le_bytes).collect()));
        all.push(("UTF-16BE".to_owned(), text.encode_utf16().flat_map(u16::to_be_bytes).collect()));
    }
    for before in 0..3 {
        let stream = [&b"xyz"[..before], needle, b"end"].concat();
        all.push((format!("base 64 after {before}"), BASE64_STANDARD.encode(&stream).into_bytes()));
        all.push((format!("base 64 for URLs after {before}"), BASE64_URL_SAFE.encode(&stream).into_bytes()));
    }
    all
}

/// A phone that holds a draft with a photo, and a report that waits.
fn phone_in_use() -> Phone {
    let mut phone = Phone::new(false);
    phone.ends(0, &["watch", "start", "--station", STATION, "--person", ON_WATCH, "--sea", SEA]);
    let photo = phone.path("photo.jpg");
    write(&phone, &report(&AT_A_POINT, &["--draft", "--attach", &photo, "--contact", CONTACT]));
    let waits = write(&phone, &report(&BY_BEARING, &["--attach", &photo]));
    reference(&mut phone, &waits);
    phone
}

#[test]
fn p8_outputs_that_take_nothing_make_no_program_crash_or_talk() {
    let phone = phone_in_use();
    let full = || Stdio::from(fs::OpenOptions::new().write(true).open("/dev/full").unwrap());
    let scan = phone.planted.scan();
    for arguments in
        [&["draft", "show", "1"][..], &["list"], &["preview", "1"], &["draft", "show", WHAT], &["sync"]]
    {
        for in_json in [true, false] {
            let command = || {
                let mut command = if in_json {
                    phone.field.command(arguments)
                } else {
                    phone.field.command_in_words(arguments)
                };
                command.env("RUST_BACKTRACE", "full").stdout(Stdio::piped()).stderr(Stdio::piped());
                command
            };
            let to_full = command().stdout(full()).output().unwrap();
            let both_full = command().stdout(full()).stderr(full()).output().unwrap();
            let mut broken = command().spawn().unwrap();
            drop(broken.stdout.take());
            let broken = broken.wait_with_output().unwrap();
            for output in [to_full, both_full, broken] {
                let said = String::from_utf8_lossy(&output.stderr);
                assert!(!said.contains("panicked"), "{arguments:?}: {said}");
                assert!(
                    output.status.code().is_some_and(|code| code <= 2),
                    "{arguments:?}: {:?}",
                    output.status
                );
                assert!(scan.bytes("standard error", &output.stderr).is_empty(), "{arguments:?}: {said}");
            }
        }
    }
}

#[test]
#[cfg(target_os = "linux")]
fn p8_a_crash_leaves_no_image_of_the_memory() {
    let phone = phone_in_use();
    let called = phone.field.command(&["draft", "attach", "1", "/dev/stdin", "--progress"]);
    let mut shell = Command::new("sh");
    shell
        .args(["-c", "ulimit -S -c unlimited; exec \"$@\"", "sh"])
        .arg(called.get_program())
        .args(called.get_args());
    shell.envs(called.get_envs().filter_map(|(name, value)| Some((name, value?))));
    shell
        .current_dir(phone.field.path(""))
        .stdin(Stdio::piped())
        .stdout(Stdio::null())
        .stderr(Stdio::piped());
    let before = fs::read_dir(phone.field.path("")).unwrap().count();
    let mut child = shell.spawn().unwrap();
    let mut pipe = child.stdin.take().unwrap();
    pipe.write_all(&turnstone_tests::photo::DEMO_PHOTO[..700_000]).unwrap();
    // It has stored some of it, and waits for more with the report in its memory.
    let said = BufReader::new(child.stderr.take().unwrap()).lines().map(Result::unwrap);
    assert!(said.take_while(|line| line.starts_with("stored ")).any(|line| line != "stored 0"));
    let limits = fs::read_to_string(format!("/proc/{}/limits", child.id())).unwrap();
    let core: Vec<_> =
        limits.lines().find(|line| line.contains("core file")).unwrap().split_whitespace().collect();
    assert_eq!(core, ["Max", "core", "file", "size", "0", "0", "bytes"]);
    assert!(Command::new("kill").args(["-ABRT", &child.id().to_string()]).status().unwrap().success());
    assert!(child.wait().unwrap().code().is_none());
    drop(pipe);
    assert_eq!(fs::read_dir(phone.field.path("")).unwrap().count(), before, "no file came");
}
