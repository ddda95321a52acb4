//! What happens, in order, and what must have come of it.

use std::{fs, io::Write, path::Path, time::Instant};

use serde_json::{Value, json};
use turnstone_wire::hash::Sha256;

use super::{
    PHOTO,
    programs::{Programs, Running},
    stage::{OPENED, Stage},
    telling::{Telling, bytes, check},
};
use crate::failure::Failure;

/// Invented, as everything here.
const WHAT: &str = "Grey RIB without lights, low in the water, three people aboard. It came out of the mist, took four \
                    fuel cans from a white motor cruiser and left to the south-west.";
const VESSEL: &str = r#"{"silhouette":"RIB","hull_colour":"grey","people":"3","heading":"south-west, fast"}"#;
const ANSWER: &str = "Thank you. Please ring the desk if you see that boat again.";
/// How much of the photo comes before the battery dies.
const BEFORE_DEATH: usize = 600 * 1024;
/// How much of it must lie in the open transaction by then.
const STORED_BEFORE_DEATH: u64 = 512 * 1024;
/// After so many bytes the bad line breaks.
const LINE_BREAKS_AFTER: u64 = 450_000;

/// Plays the story, and returns the report's reference.
pub(super) fn play(folder: &Path, programs: &Programs, telling: &mut Telling<'_>) -> Result<String, Failure> {
    let stage = Stage::new(folder, programs)?;
    set_up(&stage, telling)?;
    let draft = write_down(&stage, telling)?;
    battery_dies(&stage, &draft, telling)?;
    attach_whole(&stage, &draft, telling)?;
    let reference = submit(&stage, &draft, telling)?;
    send_without_network(&stage, telling)?;
    let server = send_over_bad_line(&stage, telling)?;
    send_over_good_line(&stage, telling)?;
    open_at_desk(&stage, telling)?;
    learn_that_it_was_read(&stage, telling)?;
    answer(&stage, &reference, telling)?;
    server.stop()?;
    compare(&stage, &reference, telling)?;
    Ok(reference)
}

fn set_up(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let url = format!("http://{}", stage.link.address());
    let name = "Harbour desk (invented)";
    stage.desk([&"init", &stage.path("desk"), &"--id", &"harbour", &"--name", &name, &"--url", &url])?;
    telling.step(
        "desk_set_up",
        "A desk is set up: a server that stores and cannot read, and an officer's key that reads, in another folder.",
        json!({"desk": "harbour"}),
    )?;
    stage.witness([
        &"init",
        &"--directory",
        &stage.path("desk/directory.json"),
        &"--root-key",
        &stage.path("desk/root.pub"),
    ])?;
    telling.step(
        "witness_set_up",
        "A harbour master's computer is set up with the signed list of desks.",
        json!({}),
    )
}

fn write_down(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<String, Failure> {
    let kept = stage.witness([
        &"report",
        &"kraken",
        &"--draft",
        &"--what",
        &WHAT,
        &"--vessel",
        &VESSEL,
        &"--sign",
        &"K07",
        &"--at",
        &"50.6065,-1.9480",
        &"--accuracy",
        &"25",
        &"--bearing",
        &"205",
        &"--range",
        &"1200",
        &"--why",
        &"Nobody fishes there at night",
    ])?;
    let draft = kept["draft"].to_string();
    let sentence = "No signal on the quay. What was seen is written down all the same: words, place, direction, the boat.";
    telling.step("written_down", sentence, json!({"draft": kept["draft"]}))?;
    Ok(draft)
}

/// Kills the program in the middle of storing a photo: not after a while, but when so many bytes lie in an open
/// transaction.
fn battery_dies(stage: &Stage<'_>, draft: &str, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let mut adding = stage.start_witness([&"draft", &"attach", &draft, &"/dev/stdin", &"--progress"])?;
    let complaints = adding.complaints();
    let pipe = adding.stdin();
    let mut pipe = pipe.ok_or_else(|| Failure::Demo("there is no pipe to the program".to_owned()))?;
    pipe.write_all(&PHOTO[..BEFORE_DEATH])
        .map_err(|error| Failure::file("the pipe to the program", &error))?;
    let stored = complaints.find(|line| {
        let stored: u64 = line.strip_prefix("stored ")?.parse().ok()?;
        (stored >= STORED_BEFORE_DEATH).then_some(stored)
    })?;
    let journal = open_transaction(stage);
    check(journal > 0, || "no transaction was open when the program was to be killed".to_owned())?;
    adding.kill()?;
    drop(pipe);
    telling.step(
        "killed",
        &format!(
            "The battery dies while a photo is being stored: {} of {} bytes had come, and the program is killed.",
            bytes(BEFORE_DEATH as u64),
            bytes(PHOTO.len() as u64)
        ),
        json!({"came": BEFORE_DEATH, "stored_sealed": stored, "photo": PHOTO.len(), "journal": journal}),
    )?;
    let held = stage.witness([&"draft", &"show", &draft])?;
    let photos = held["attachments"].as_array().map_or(0, Vec::len);
    check(what_of(&held["content"]) == Some(WHAT), || "the words did not survive the kill".to_owned())?;
    check(photos == 0, || "half a photo is listed after the kill".to_owned())?;
    let sentence = "Switched on again: every word is there, and no half photo.";
    telling.step("survived", sentence, json!({"words": true, "photos": photos}))
}

fn attach_whole(stage: &Stage<'_>, draft: &str, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let photo = stage.path("photo.jpg");
    fs::write(&photo, PHOTO).map_err(|error| Failure::path(&photo, &error))?;
    let held = stage.witness([&"draft", &"attach", &draft, &photo])?;
    let attached = &held["attachments"][0];
    let sha256 = Sha256::of(PHOTO).to_string();
    check(attached["sha256"] == sha256.as_str(), || "the photo was not taken in as it is".to_owned())?;
    // SQLite may leave the journal of a killed transaction that had reached no page until the next one ends.
    check(open_transaction(stage) == 0, || "the broken transaction is still about".to_owned())?;
    let photo = &held["photos"][0];
    let copy = &photo["copy"];
    let size = copy["size"].as_u64().unwrap_or_default();
    check(size > 0 && size < PHOTO.len() as u64, || "no small copy of the photo was made".to_owned())?;
    check(photo["left_out_text"].is_string(), || "nothing is said to be left out of the copy".to_owned())?;
    let sentence = format!(
        "The photo is added again, whole this time. A small copy is made beside it: {} x {}, {} bytes, {}.",
        copy["width"],
        copy["height"],
        bytes(size),
        photo["left_out_text"].as_str().unwrap_or_default()
    );
    telling.step("photo_added", &sentence, photo.clone())
}

fn submit(stage: &Stage<'_>, draft: &str, telling: &mut Telling<'_>) -> Result<String, Failure> {
    let since = Instant::now();
    let submitted = stage.witness([&"draft", &"submit", &draft])?;
    let took_ms = u64::try_from(since.elapsed().as_millis()).unwrap_or(u64::MAX);
    let reference = submitted["reference"].as_str().unwrap_or_default().to_owned();
    check(!reference.is_empty(), || "submitting gave no reference".to_owned())?;
    let sentence = format!(
        "Submitted without a network in {took_ms} ms: {reference}. What waits to be sent is sealed to the desk alone."
    );
    telling.step("submitted", &sentence, json!({"reference": reference, "took_ms": took_ms}))?;
    Ok(reference)
}

fn send_without_network(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let sent = stage.witness([&"sync"])?;
    check(sent["outcome"] == "offline" && sent["waiting"] == 3, || {
        format!("sending without a network came out as {}", sent["outcome"])
    })?;
    let sentence = "Sending is tried and no desk is in reach: nothing is lost; words, copy and photo wait.";
    telling.step("offline", sentence, sent)
}

fn send_over_bad_line(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<Running, Failure> {
    let server = stage.serve()?;
    stage.link.die_after(Some(LINE_BREAKS_AFTER));
    let sent = stage.witness([&"sync"])?;
    check(sent["stored"] == 2 && sent["waiting"] == 1, || {
        "words and copy did not get over the bad line first".to_owned()
    })?;
    check(stage.link.cuts() > 0, || "the bad line did not break".to_owned())?;
    let objects = stage.objects_at_desk();
    check(objects == (1, 1), || format!("the desk holds {} reports and {} photos", objects.0, objects.1))?;
    let part = stage.part_at_desk()?;
    let sentence = format!(
        "The desk is on, over a line that breaks after {} bytes: the words are there, the small copy, and {} bytes of the photo.",
        bytes(LINE_BREAKS_AFTER),
        bytes(part)
    );
    telling.step(
        "line_broke",
        &sentence,
        json!({"cuts": stage.link.cuts(), "part_at_desk": part, "sync": sent}),
    )?;
    Ok(server)
}

fn send_over_good_line(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<(), Failure> {
    stage.link.die_after(None);
    let before = stage.link.carried();
    let sent = stage.witness([&"sync"])?;
    check(sent["outcome"] == "delivered", || format!("sending came out as {}", sent["outcome"]))?;
    let rest = stage.link.carried() - before;
    let listed = stage.witness([&"list"])?;
    let items = items(&listed);
    let receipts: Vec<_> =
        items.iter().filter(|item| item["state"] == "stored").map(|item| &item["stored"]).collect();
    check(receipts.len() == 3, || format!("there are {} receipts instead of three", receipts.len()))?;
    let photo = items.iter().find(|item| item["lane"] == "originals").unwrap_or(&Value::Null);
    let size = photo["size"].as_u64().unwrap_or_default();
    check(rest < size, || "the photo was sent again from its beginning".to_owned())?;
    let (key, at) = (receipts[1]["key"].as_str().unwrap_or("?"), receipts[1]["at"].as_str().unwrap_or("?"));
    let sentence = format!(
        "The line holds: only the rest is sent ({} bytes), and the desk's three receipts are signed by its key {key}, at {at}.",
        bytes(rest)
    );
    telling.step("delivered", &sentence, json!({"rest": rest, "sealed_photo": size, "receipts": receipts}))
}

fn open_at_desk(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let opened = stage.desk([
        &"open",
        &"--key",
        &stage.path("desk/officer"),
        &"--from",
        &stage.path("desk/server"),
        &"--out",
        &stage.path(OPENED),
    ])?;
    let count = opened["opened"].as_array().map_or(0, Vec::len);
    check(count == 1, || format!("the officer opened {count} reports"))?;
    telling.step("opened", "An officer opens it at the desk, with a key that the server never had.", opened)
}

fn learn_that_it_was_read(stage: &Stage<'_>, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let asked = stage.witness([&"sync"])?;
    check(asked["opened"] == 3, || "the officer's receipts did not come back".to_owned())?;
    let listed = stage.witness([&"list"])?;
    let read = items(&listed).iter().filter(|item| item["state"] == "opened").count();
    check(read == 3, || format!("{read} of three things are listed as read"))?;
    let sentence =
        "The harbour master's computer learns it: words, copy and photo are read, signed by the officer.";
    telling.step("read", sentence, asked)
}

fn answer(stage: &Stage<'_>, reference: &str, telling: &mut Telling<'_>) -> Result<(), Failure> {
    stage.desk([
        &"reply",
        &reference,
        &"--key",
        &stage.path("desk/officer"),
        &"--from",
        &stage.path("desk/server"),
        &"--out",
        &stage.path(OPENED),
        &"--text",
        &ANSWER,
    ])?;
    let asked = stage.witness([&"sync"])?;
    check(asked["messages"] == 1, || "the officer's answer did not come".to_owned())?;
    let shown = stage.witness([&"messages"])?;
    let message = &shown["messages"][0];
    check(message["text"] == ANSWER, || "the answer is not the one that was written".to_owned())?;
    let sentence = format!(
        "The officer answers, and the harbour master reads it: \"{ANSWER}\" The server held it sealed, and can say neither what it says nor who wrote it."
    );
    telling.step("answered", &sentence, message.clone())
}

fn compare(stage: &Stage<'_>, reference: &str, telling: &mut Telling<'_>) -> Result<(), Failure> {
    let folder = stage.path(OPENED).join(reference);
    let read =
        |name: &str| fs::read(folder.join(name)).map_err(|error| Failure::path(&folder.join(name), &error));
    let report: Value = serde_json::from_slice(&read("report.json")?)
        .map_err(|_| Failure::Demo("the opened report is no JSON".to_owned()))?;
    check(what_of(&report) == Some(WHAT), || {
        "the words at the desk are not those that were typed".to_owned()
    })?;
    let photo = read("1.jpg")?;
    let (sent, came) = (Sha256::of(PHOTO), Sha256::of(&photo));
    check(photo == PHOTO && sent == came, || {
        "the photo at the desk is not the one that was added".to_owned()
    })?;
    let copy = read("1-copy.jpg")?;
    let has_exif = |jpeg: &[u8]| jpeg.windows(6).any(|bytes| bytes == b"Exif\0\0");
    check(has_exif(&photo) && !has_exif(&copy), || "the copy holds what the camera wrote".to_owned())?;
    let objects = stage.objects_at_desk();
    check(objects == (1, 2), || format!("the desk holds {} reports and {} files", objects.0, objects.1))?;
    let sentence = format!(
        "Compared: the words are those that were typed, the photo is the same byte for byte (SHA-256 {came}), its copy holds nothing of what the camera wrote, and the desk holds one report and one photo with its copy."
    );
    telling.step(
        "compared",
        &sentence,
        json!({"sha256": came, "copy": copy.len(), "reports": objects.0, "files": objects.1}),
    )
}

/// Bytes of the rollback journal beside the photos: none once a transaction has ended.
fn open_transaction(stage: &Stage<'_>) -> u64 {
    fs::metadata(stage.path("home/media.db-journal")).map_or(0, |journal| journal.len())
}

/// The words of the first sighting of a body or a draft.
fn what_of(body: &Value) -> Option<&str> {
    body["sightings"][0]["what"].as_str()
}

/// What the witness's list says of the one report.
fn items(listed: &Value) -> &[Value] {
    listed["reports"][0]["items"].as_array().map_or(&[], Vec::as_slice)
}
