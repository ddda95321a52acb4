//! What a picture suggests, what its copy comes without, what is covered, and what an anonymous report does not take.

use std::{fs, path::PathBuf};

use serde_json::{Value, json};
use turnstone_wire::hash::Sha256;

use crate::kit::{Computer, with_desk};

/// A photo of no phone, with a place at sea, a time and a direction in it.
const PHOTO: &[u8] = include_bytes!("../../src/demo/photo.jpg");

/// One that knows a desk, and a photo, film or anything else of a name.
fn with_file(name: &str, bytes: &[u8]) -> (Computer, String) {
    let computer = with_desk();
    let path = computer.path(name);
    fs::write(&path, bytes).unwrap();
    (computer, path.to_str().unwrap().to_owned())
}

/// A draft with the photo.
fn with_photo(more: &[&str]) -> Computer {
    let (computer, photo) = with_file("photo.jpg", PHOTO);
    let report = ["report", "kraken", "--what", "Grey RIB", "--draft", "--attach", &photo];
    computer.run(0, &[&report[..], more].concat());
    computer
}

fn said(computer: &Computer, args: &[&str]) -> String {
    String::from_utf8(computer.run(0, args).stdout).unwrap()
}

/// The line on the first photo.
fn photo_line(text: &str) -> &str {
    text.lines().find(|line| line.starts_with("Photo 1:")).unwrap_or_else(|| panic!("no photo in {text}"))
}

fn message(refused: &Value) -> &str {
    refused["error"]["message"].as_str().unwrap()
}

/// Degrees, minutes and seconds of a file are degrees to within a rounding.
fn is_about(found: &Value, expected: f64) -> bool {
    found.as_f64().is_some_and(|found| (found - expected).abs() < 1e-9)
}

/// The beginning of a film, as phones write it.
fn film() -> Vec<u8> {
    [b"\0\0\0\x18ftypisom\0\0\x02\0isommp42".as_slice(), &[7; 5000]].concat()
}

#[test]
fn p7_attach_report_show_and_preview_say_what_the_copy_comes_without_and_what_becomes_of_the_original() {
    let (computer, photo) = with_file("photo.jpg", PHOTO);
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft"]);
    let without = ", without place, time and camera; ";
    let attached = said(&computer, &["draft", "attach", "1", &photo]);
    let line = photo_line(&attached);
    assert!(line.starts_with("Photo 1:  copy 2048 x 1152, ") && line.contains(without), "{attached}");
    assert!(line.ends_with("with all of that, goes too once there is Wi-Fi"), "{attached}");
    assert!(
        attached.contains("at 50.60650, -1.94800") && attached.contains("3 May 2026 at 20:10"),
        "{attached}"
    );
    assert!(
        attached.contains(" draft change 1 --from-photo 1`") && attached.contains("holds 1 photo."),
        "{attached}"
    );
    assert_eq!(photo_line(&said(&computer, &["draft", "show", "1"])), line);
    let preview = said(&computer, &["preview", "1"]);
    assert!(photo_line(&preview).contains(without), "{preview}");
    assert!(photo_line(&preview).ends_with("and the original, 818.01 KiB with all of that"), "{preview}");
    let sent = said(&computer, &["report", "kraken", "--what", "Grey RIB", "--attach", &photo]);
    assert_eq!(photo_line(&sent), line);
    assert!(sent.contains("at 50.60650, -1.94800") && sent.contains("not taken over"), "{sent}");
}

#[test]
fn p7_an_anonymous_report_shows_and_sends_the_copy_alone() {
    let computer = with_photo(&["--route", "anonymous"]);
    let shown = said(&computer, &["draft", "show", "1"]);
    assert!(photo_line(&shown).ends_with("stays here, and is shredded when this is submitted"), "{shown}");
    let preview = said(&computer, &["preview", "1"]);
    assert!(photo_line(&preview).ends_with("without place, time and camera; no original goes"), "{preview}");
    let listed = computer.json(0, &["preview", "1"]);
    let parts = listed["report"]["attachments"].as_array().unwrap();
    assert_eq!(parts.len(), 1);
    assert_eq!((&parts[0]["role"], &parts[0]["number"]), (&json!("copy"), &json!(1)));
    assert!(!listed.to_string().contains(&Sha256::of(PHOTO).to_string()));
    computer.run(0, &["draft", "submit", "1"]);
    let listed = computer.json(0, &["list"]);
    let lanes: Vec<_> =
        listed["reports"][0]["items"].as_array().unwrap().iter().map(|item| item["lane"].clone()).collect();
    assert_eq!(lanes, ["words", "copies"]);
}

#[test]
fn a_script_reads_the_same() {
    let computer = with_photo(&[]);
    let shown = computer.json(0, &["draft", "show", "1"]);
    let photo = &shown["photos"][0];
    assert_eq!((&photo["copy"]["width"], &photo["copy"]["height"]), (&json!(2048), &json!(1152)));
    assert_eq!(photo["original"]["size"], PHOTO.len());
    assert_eq!(photo["left_out"], json!(["place", "time", "camera"]));
    assert_eq!((&photo["no_copy"], &photo["number"]), (&Value::Null, &json!(1)));
    assert!(photo["suggestion"].as_str().unwrap().contains("142.5 degrees true"), "{photo}");
    assert!(is_about(&photo["suggests"]["position"]["lat"], 50.6065), "{photo}");
    assert_eq!(shown["attachments"].as_array().unwrap().len(), 2, "an original and its copy");
    assert_eq!(computer.json(0, &["draft", "list"])["drafts"][0]["attachments"], 1, "which are one photo");
    assert!(said(&computer, &["draft", "list"]).contains("1 photo"));
}

#[test]
fn what_a_photo_says_is_taken_over_when_asked_and_changed_back_by_changing_again() {
    let computer = with_photo(&["--at", "50.7,-1.9", "--when", "2026-05-03T21:00:00+01:00"]);
    let before = computer.json(0, &["draft", "show", "1"])["content"].clone();
    assert_eq!(before["sightings"][0]["observer"]["source"], "hand", "nothing is taken over unasked");
    let took = computer.json(0, &["draft", "change", "1", "--from-photo", "1", "--range", "800"]);
    let sighting = &took["content"]["sightings"][0];
    assert_eq!(sighting["observer"]["source"], "photo");
    assert!(is_about(&sighting["observer"]["lat"], 50.6065), "{sighting}");
    assert_eq!(sighting["when"]["from"], "2026-05-03T20:10:00+01:00");
    assert_eq!(
        (&sighting["target"]["bearing"]["deg"], &sighting["target"]["range_m"]),
        (&json!(142.5), &json!(800.0))
    );
    assert_eq!(took["taken_over"]["place"], "taken");
    assert_eq!(took["taken_over"]["text"].as_array().unwrap().len(), 3);
    computer.run(0, &["draft", "change", "1", "--at", "50.7,-1.9", "--when", "2026-05-03T21:00:00+01:00"]);
    let after = computer.json(0, &["draft", "show", "1"])["content"].clone();
    for what in ["observer", "when"] {
        assert_eq!(after["sightings"][0][what], before["sightings"][0][what]);
    }
    assert_eq!(after["sightings"][0]["fixes"], Value::Null);
}

#[test]
fn only_what_is_named_is_taken_over() {
    let computer = with_photo(&["--when", "2026-05-03T21:00:00+01:00"]);
    let took = computer.json(0, &["draft", "change", "1", "--from-photo", "1", "--take", "place"]);
    assert_eq!(took["content"]["sightings"][0]["when"]["from"], "2026-05-03T21:00:00+01:00");
    assert_eq!((&took["taken_over"]["place"], &took["taken_over"]["time"]), (&json!("taken"), &Value::Null));
    // A direction without a distance leads nowhere.
    let refused =
        computer.json(1, &["draft", "change", "1", "--from-photo", "1", "--take", "bearing", "--why", "x"]);
    assert_eq!(refused["error"]["code"], "nothing_taken");
    assert!(message(&refused).contains("distance"), "{refused}");
    assert_eq!(computer.json(0, &["draft", "show", "1"])["content"]["sightings"][0]["why"], Value::Null);
    assert_eq!(
        computer.json(1, &["draft", "change", "1", "--from-photo", "2"])["error"]["code"],
        "not_found"
    );
    for wrong in [&["--take", "place"][..], &["--from-photo", "1", "--take", "place", "--at", "50,1"]] {
        computer.json(2, &[&["draft", "change", "1"], wrong].concat());
    }
}

#[test]
fn a_report_takes_over_what_its_photo_says_and_what_is_typed_goes_before() {
    let (computer, photo) = with_file("photo.jpg", PHOTO);
    let report = ["report", "kraken", "--what", "Grey RIB", "--attach", &photo, "--from-photo"];
    let sent =
        computer.json(0, &[&report[..], &["--at", "50.7,-1.9", "--bearing", "9", "--range", "70"]].concat());
    assert_eq!(sent["taken_over"]["place"], Value::Null);
    let reference = sent["reference"].as_str().unwrap();
    let sighting = computer.json(0, &["preview", reference])["report"]["sightings"][0].clone();
    assert_eq!(
        (&sighting["observer"]["lat"], &sighting["target"]["bearing"]["deg"]),
        (&json!(50.7), &json!(9.0))
    );
    assert_eq!(sighting["when"]["from"], "2026-05-03T20:10:00+01:00");
    let words = said(&computer, &report);
    assert!(words.contains("Where you stood is where the camera was."), "{words}");
    assert!(!words.contains("50.6"), "what was taken over is in the report: {words}");
}

#[test]
fn p9_a_photo_that_does_not_say_it_keeps_the_words_as_a_draft() {
    let (computer, photo) = with_file("photo.jpg", b"\xff\xd8\xff\xe0 not much of a photo");
    let report = ["report", "kraken", "--what", "Grey RIB", "--attach", &photo, "--from-photo"];
    let kept = computer.json(1, &report);
    assert_eq!((&kept["outcome"], &kept["draft"]), (&json!("kept"), &json!(1)));
    assert_eq!(kept["error"]["code"], "nothing_taken");
    assert!(message(&kept).contains(" draft change 1 --at POSITION"), "{kept}");
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn a_part_of_the_copy_is_covered_and_the_original_is_said_to_go_too() {
    let computer = with_photo(&[]);
    let look = |name: &str| {
        let path = computer.path(name);
        computer.run(0, &["draft", "copy", "1", "1", "-o", path.to_str().unwrap()]);
        fs::read(path).unwrap()
    };
    let before = look("before.jpg");
    let blur = ["draft", "blur", "1", "1", "--region", "100,100,300,200", "--region", "900,20,80,80"];
    let words = said(&computer, &blur);
    assert!(words.contains("2 parts of its copy blurred") && words.contains("2048 x 1152"), "{words}");
    assert!(words.contains("NOT covered") && words.contains(" draft detach 1 1 --original`"), "{words}");
    let after = look("after.jpg");
    assert!(before.starts_with(&[0xff, 0xd8]) && after.starts_with(&[0xff, 0xd8]) && before != after);
    let shown = computer.json(0, &["draft", "show", "1"]);
    let original =
        shown["attachments"].as_array().unwrap().iter().find(|one| one["role"] == "original").unwrap();
    assert_eq!(original["sha256"], Sha256::of(PHOTO).to_string());
    let cut = [&blur[..], &["--cut-out", "--without-original"]].concat();
    let words = said(&computer, &cut);
    assert!(words.contains("painted over") && !words.contains("NOT"), "{words}");
    let shown = computer.json(0, &["draft", "show", "1"]);
    assert_eq!(shown["photos"][0]["original"], Value::Null);
    assert!(said(&computer, &["preview", "1"]).contains("no original goes"));
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p11_a_part_that_misses_the_picture_covers_nothing_and_says_so() {
    let computer = with_photo(&[]);
    let sha256 = |shown: Value| shown["attachments"][1]["sha256"].clone();
    let before = sha256(computer.json(0, &["draft", "show", "1"]));
    let blur = ["draft", "blur", "1", "1", "--region", "10,10,50,50", "--region", "2048,0,9,9"];
    let refused = computer.json(2, &blur);
    assert!(
        message(&refused).contains("part 2") && message(&refused).contains("2048 points wide"),
        "{refused}"
    );
    for wrong in ["1,2,3", "0,0,0,9", "50.6065,-1.9480"] {
        let refused = computer.json(2, &["draft", "blur", "1", "1", "--region", wrong]);
        assert!(!message(&refused).contains(wrong), "{refused}");
    }
    assert_eq!(sha256(computer.json(0, &["draft", "show", "1"])), before);
    assert_eq!(
        computer.json(1, &["draft", "blur", "1", "2", "--region", "1,1,9,9"])["error"]["code"],
        "not_found"
    );
}

#[test]
fn p8_a_copy_is_written_only_where_it_was_asked_for() {
    let computer = with_photo(&[]);
    let path = computer.path("look.jpg");
    let copy = |path: &PathBuf| ["draft", "copy", "1", "1", "-o", path.to_str().unwrap()].map(str::to_owned);
    let run = |code, path: &PathBuf| computer.json(code, &copy(path).each_ref().map(String::as_str));
    fs::write(&path, b"mine").unwrap();
    assert_eq!(run(1, &path)["error"]["code"], "exists");
    assert_eq!(fs::read(&path).unwrap(), b"mine");
    assert_eq!(run(2, &computer.path("home/look.jpg"))["error"]["code"], "usage");
    let written =
        said(&computer, &["draft", "copy", "1", "1", "-o", computer.path("new.jpg").to_str().unwrap()]);
    assert!(written.contains("not sealed"), "{written}");
    let exif = |bytes: &[u8]| bytes.windows(6).any(|bytes| bytes == b"Exif\0\0");
    assert!(exif(PHOTO) && !exif(&fs::read(computer.path("new.jpg")).unwrap()));
}

#[test]
fn p7_a_film_is_refused_on_the_anonymous_route_and_a_still_is_offered() {
    let (computer, film) = with_file("film.mp4", &film());
    let kept = computer
        .json(1, &["report", "kraken", "--what", "Grey RIB", "--route", "anonymous", "--attach", &film]);
    assert_eq!((&kept["outcome"], &kept["draft"]), (&json!("kept"), &json!(1)));
    let why = message(&kept);
    assert!(why.contains("takes no film") && why.contains(" draft attach 1 STILL.jpg`"), "{why}");
    assert!(why.contains(" --route confidential`"), "{why}");
    assert_eq!(computer.json(0, &["draft", "show", "1"])["attachments"], json!([]));
    // A still, saved by another program, is a picture like any other.
    fs::write(computer.path("still.jpg"), PHOTO).unwrap();
    computer.run(0, &["draft", "attach", "1", computer.path("still.jpg").to_str().unwrap()]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p7_a_draft_with_a_film_that_becomes_anonymous_is_kept_and_not_sent_until_it_is_out() {
    let (computer, film) = with_file("film.mp4", &film());
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft", "--attach", &film]);
    let shown = said(&computer, &["draft", "show", "1"]);
    assert!(photo_line(&shown).ends_with("as the camera gave it, with all that it wrote into it"), "{shown}");
    computer.run(0, &["draft", "change", "1", "--route", "anonymous"]);
    let shown = said(&computer, &["draft", "show", "1"]);
    assert!(photo_line(&shown).ends_with("and cannot go in an anonymous report"), "{shown}");
    let refused = computer.json(1, &["draft", "submit", "1"]);
    assert_eq!(refused["error"]["code"], "not_anonymously");
    let why = message(&refused);
    assert!(
        why.contains("photo 1") && why.contains(" draft detach 1 1`") && why.contains("STILL.jpg"),
        "{why}"
    );
    computer.run(0, &["draft", "detach", "1", "1"]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn p9_a_picture_that_is_not_read_here_is_kept_and_its_missing_copy_is_told() {
    let heic = [b"\0\0\0\x18ftypheic\0\0\0\0mif1heic".as_slice(), &[7; 5000]].concat();
    let (computer, photo) = with_file("photo.heic", &heic);
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--draft", "--attach", &photo]);
    let shown = said(&computer, &["draft", "show", "1"]);
    assert!(photo_line(&shown).contains("no copy, for pictures of its kind are not read here"), "{shown}");
    assert_eq!(computer.json(0, &["draft", "show", "1"])["photos"][0]["no_copy"], "no_decoder");
    assert_eq!(computer.json(1, &["draft", "copy-again", "1", "1"])["error"]["code"], "invalid");
    assert_eq!(computer.json(1, &["draft", "copy", "1", "1", "-o", "x.jpg"])["error"]["code"], "not_found");
    computer.run(0, &["draft", "change", "1", "--route", "anonymous"]);
    let refused = computer.json(1, &["draft", "submit", "1"]);
    assert_eq!(refused["error"]["code"], "photo_without_copy");
    assert!(message(&refused).contains("saved as a JPEG"), "{refused}");
    computer.run(0, &["draft", "change", "1", "--route", "police"]);
    assert_eq!(computer.json(0, &["draft", "submit", "1"])["outcome"], "submitted");
}

#[test]
fn a_copy_that_is_there_is_not_made_again() {
    let computer = with_photo(&[]);
    computer.run(0, &["draft", "blur", "1", "1", "--region", "100,100,300,200"]);
    let before = computer.json(0, &["draft", "show", "1"])["attachments"].clone();
    let after = computer.json(0, &["draft", "copy-again", "1", "1"])["attachments"].clone();
    assert_eq!(before, after, "what was covered stays covered");
}
