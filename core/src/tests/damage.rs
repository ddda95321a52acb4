//! Databases that are damaged: set aside whole, what can be read carried over, and a report can still be written, kept and
//! sent (P9). Nothing that can be read is lost (P1, P2).

use std::{collections::BTreeSet, fs, path::Path};

use turnstone_wire::{body::Route, hash::Sha256, receipt::ObjectKind};

use super::kit::{Phone, PlayedIntake, content, copy_folder, sync};
use crate::{Client, Error, KeyFile, Mended, Pin, Ports, Unusable, WatchNote};

/// A phone with a draft that has a photo, and reports that wait, one of them with a photo.
fn busy_phone() -> Phone {
    let phone = Phone::new();
    let client = phone.open();
    for n in 0..4_u8 {
        let mut note = client.note(content(Route::Police)).unwrap();
        if n == 1 {
            note.attach(&mut &[n; 700_000][..], &mut |_| {}).unwrap();
        }
        note.submit().unwrap();
    }
    let mut draft = client.note(content(Route::Confidential)).unwrap();
    draft.attach(&mut &[7; 300_000][..], &mut |_| {}).unwrap();
    let on_watch = WatchNote { people: vec!["A. Lookout".into()], ..WatchNote::default() };
    let at = turnstone_wire::text::Moment::parse("2026-05-03T20:00:00Z").unwrap();
    client.start_watch(&on_watch, at).unwrap();
    client.tidy(Some(&client.unlock(None).unwrap())).unwrap();
    phone
}

/// Opens a home as a program does: what an opening mends, and what met damage later is opened again, once.
fn open_and_write(home: &Path, ports: &Ports) -> (Client, Vec<Mended>) {
    let client = Client::open(home, ports.clone()).unwrap();
    match client.note(content(Route::Police)) {
        Ok(_) => {
            let mended = client.mended().to_vec();
            (client, mended)
        }
        Err(Error::Unusable(Unusable::Damaged(_))) => {
            drop(client);
            let client = Client::open(home, ports.clone()).unwrap();
            client.note(content(Route::Police)).unwrap();
            let mended = client.mended().to_vec();
            (client, mended)
        }
        Err(error) => panic!("a note can always be written, not: {error}"),
    }
}

fn ports_on(phone: &Phone, keys: &Path) -> Ports {
    Ports { key_store: std::sync::Arc::new(KeyFile::new(keys)), ..phone.ports() }
}

/// A copy of a phone's home and keys in a folder of its own.
fn copy_of(phone: &Phone) -> (tempfile::TempDir, std::path::PathBuf, Ports) {
    let folder = tempfile::tempdir().unwrap();
    let home = folder.path().join("home");
    copy_folder(&phone.home(), &home);
    let keys = folder.path().join("keys");
    fs::copy(phone.key_file(), &keys).unwrap();
    let ports = ports_on(phone, &keys);
    (folder, home, ports)
}

/// What became of a home: delivered objects, drafts that can be read, and what the device itself says is damaged.
#[derive(Debug)]
struct Fate {
    delivered: usize,
    drafts: usize,
    /// People who are known to be on a watch.
    on_watch: usize,
    told_damaged: bool,
}

/// Writes, sends and lists, and sees that what was written now arrives.
fn live_on(phone: &Phone, home: &Path, ports: &Ports) -> Fate {
    let (mut client, mut mended) = open_and_write(home, ports);
    let intake = PlayedIntake::of(&phone.desk);
    let directory = client.directory().unwrap_or_else(|error| {
        assert!(matches!(error, Error::Unusable(Unusable::Damaged(_))), "{error}");
        client = Client::open(home, ports.clone()).unwrap();
        mended.extend(client.mended().to_vec());
        client.directory().unwrap()
    });
    if directory.is_none() {
        client.take_roots(&phone.desk.roots()).unwrap();
        client.take_directory(&phone.desk.directory(1)).unwrap();
    }
    let submit = |client: &Client| client.note(content(Route::Police)).unwrap().submit();
    if let Err((_, error)) = submit(&client) {
        assert!(matches!(error, Error::Unusable(Unusable::Damaged(_))), "{error}");
        client = Client::open(home, ports.clone()).unwrap();
        mended.extend(client.mended().to_vec());
        submit(&client).unwrap();
    }
    let run = |client: &Client| {
        let sender = client.sender(std::sync::Arc::clone(&intake) as _).unwrap();
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(sender.run(crate::sync::Network::Unmetered, true, &|_| {}))
    };
    if let Err(error) = run(&client) {
        assert!(matches!(error, Error::Unusable(Unusable::Damaged(_))), "{error}");
        client = Client::open(home, ports.clone()).unwrap();
        mended.extend(client.mended().to_vec());
        run(&client).unwrap();
    }
    let look = |client: &Client| -> Result<_, Error> {
        let notebook = client.unlock(None)?;
        Ok((notebook.drafts(100)?, notebook.damaged()?, notebook.reports(100)?, notebook.watches(10)?))
    };
    let (drafts, damaged, reports, watches) = look(&client).unwrap_or_else(|error| {
        assert!(matches!(error, Error::Unusable(Unusable::Damaged(_))), "{error}");
        client = Client::open(home, ports.clone()).unwrap();
        mended.extend(client.mended().to_vec());
        look(&client).unwrap()
    });
    let waits = client.overview().unwrap();
    let delivered = intake.objects.lock().unwrap().len();
    Fate {
        delivered,
        drafts: drafts.len(),
        on_watch: watches.iter().map(|watch| watch.watch.people.len()).sum(),
        told_damaged: !mended.is_empty()
            || !damaged.drafts.is_empty()
            || damaged.reports > 0
            || waits.waiting > 0
            || waits.refused > 0
            || reports.iter().any(|report| report.damaged > 0)
            || watches.iter().any(|watch| watch.damaged > 0),
    }
}

/// With the words of the four reports, one photo, and the one written now.
const DELIVERED: usize = 6;
/// One from before, and the one written to try.
const DRAFTS: usize = 2;

#[test]
fn p9_a_flipped_byte_anywhere_keeps_nobody_from_writing_and_loses_nothing_unsaid() {
    let phone = busy_phone();
    for file in ["words.db", "media.db"] {
        let whole = fs::read(phone.home().join(file)).unwrap();
        // Every part of the first page, which says what the rest is; of the others one byte in a few hundred.
        let stride = if file == "words.db" { 1_201 } else { 40_013 };
        let places: BTreeSet<usize> = (0..100)
            .step_by(3)
            .chain((100..4096).step_by(197))
            .chain((0..whole.len()).step_by(stride))
            .collect();
        let (mut mended, mut unharmed) = (0, 0);
        for &place in &places {
            let (_folder, home, ports) = copy_of(&phone);
            let mut bytes = whole.clone();
            bytes[place] ^= 0xff;
            fs::write(home.join(file), &bytes).unwrap();
            let fate = live_on(&phone, &home, &ports);
            if fate.delivered < DELIVERED || fate.drafts < DRAFTS || fate.on_watch < 1 {
                assert!(fate.told_damaged, "byte {place} of {file}: {fate:?}");
            } else {
                unharmed += 1;
            }
            let aside: Vec<_> = fs::read_dir(&home)
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .filter(|p| p.is_dir())
                .collect();
            mended += aside.len();
        }
        println!(
            "{file}: {} bytes flipped, {mended} set aside, {unharmed} times all was there",
            places.len()
        );
        assert!(mended > 0 && unharmed > places.len() / 2, "{file}: {mended} {unharmed} of {}", places.len());
    }
}

#[test]
fn p9_a_database_cut_short_is_set_aside_whole_and_what_is_left_carried_over() {
    let phone = busy_phone();
    for file in ["words.db", "media.db"] {
        let whole = fs::read(phone.home().join(file)).unwrap();
        for keep in [0, 50, 100, 5_000, whole.len() / 2, whole.len() - 1, whole.len() - 16_384] {
            let (_folder, home, ports) = copy_of(&phone);
            fs::write(home.join(file), &whole[..keep]).unwrap();
            let fate = live_on(&phone, &home, &ports);
            let all_there = fate.delivered == DELIVERED && fate.drafts == DRAFTS && fate.on_watch == 1;
            assert!(fate.told_damaged || all_there, "{file} cut to {keep}: {fate:?}");
            assert!(fate.delivered >= 1, "{file} cut to {keep}: {fate:?}");
            if keep == whole.len() - 1 {
                // SQLite reads such a page as if it ended in a zero: a damaged value, and no damaged file.
                continue;
            }
            let stem = file.strip_suffix(".db").unwrap();
            let aside = home.join(format!("damaged-{stem}-1")).join(file);
            let kept = fs::read(&aside).unwrap_or_else(|error| panic!("{file} cut to {keep}: {error}"));
            assert!(kept == whole[..keep], "{file} cut to {keep}: kept as it was");
            if keep == whole.len() - 16_384 {
                // Whatever lay on other pages than those cut off: drafts, and at least one report from before.
                let said = format!("{file} cut to {keep}: {fate:?}");
                assert!(fate.delivered >= 2 && fate.drafts == DRAFTS, "{said}");
            }
            if file == "media.db" {
                assert!(fate.delivered >= 5, "words go whatever became of photos: {fate:?}");
            }
        }
    }
}

#[test]
fn p9_a_mending_killed_after_any_step_is_finished_at_the_next_opening() {
    let phone = busy_phone();
    let file = "words.db";
    let cut = fs::read(phone.home().join(file)).unwrap().len() - 4096;
    // What each step leaves, made by hand: the folder; the database in it; half a new file; the new file with its name.
    for step in 0..5 {
        let (_folder, home, ports) = copy_of(&phone);
        fs::OpenOptions::new().write(true).open(home.join(file)).unwrap().set_len(cut as u64).unwrap();
        let part = home.join("damaged-words.part");
        if step >= 1 {
            fs::create_dir(&part).unwrap();
        }
        if step >= 2 {
            fs::rename(home.join(file), part.join(file)).unwrap();
        }
        if step == 3 {
            fs::write(home.join("words.db.new"), [0x55; 9000]).unwrap();
            fs::write(part.join("reading.db"), [0x55; 9000]).unwrap();
        }
        if step == 4 {
            // A whole mending elsewhere gives the file that this one was about to finish with.
            let (_other, donor, donor_ports) = copy_of(&phone);
            fs::OpenOptions::new().write(true).open(donor.join(file)).unwrap().set_len(cut as u64).unwrap();
            drop(Client::open(&donor, donor_ports).unwrap());
            fs::copy(donor.join(file), home.join(file)).unwrap();
        }
        let client = Client::open(&home, ports.clone()).unwrap();
        assert_eq!(client.mended().len(), 1, "step {step}");
        assert!(!part.exists() && !home.join("words.db.new").exists(), "step {step}");
        assert!(home.join("damaged-words-1").join(file).exists(), "step {step}");
        drop(client);
        let fate = live_on(&phone, &home, &ports);
        assert!(fate.delivered >= 1, "step {step}: {fate:?}");
    }
}

#[test]
fn p1_who_has_a_home_open_while_it_is_mended_writes_nothing_into_what_is_set_aside() {
    let phone = busy_phone();
    let open = phone.open();
    fs::write(phone.home().join("words.damaged"), []).unwrap();
    // Nothing is damaged: a false alarm, and nothing is set aside.
    assert!(phone.open().mended().is_empty());
    open.note(content(Route::Police)).unwrap();
    fs::create_dir(phone.home().join("damaged-words.part")).unwrap();
    assert_eq!(phone.open().mended().len(), 1);
    assert_eq!(open.note(content(Route::Police)).unwrap_err(), Error::Unusable(Unusable::SetAside));
    let client = phone.open();
    assert_eq!(client.unlock(None).unwrap().drafts(10).unwrap().len(), 2, "both from before are there");
    assert_eq!(sync(&client, &PlayedIntake::of(&phone.desk)).stored, 5);
}

#[test]
fn p4_what_was_set_aside_opens_nothing_that_was_shredded_since() {
    let phone = busy_phone();
    let file = phone.home().join("words.db");
    let len = fs::metadata(&file).unwrap().len();
    fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(len - 4096).unwrap();
    let client = phone.open();
    assert_eq!(client.mended().len(), 1);
    client.unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    let aside = phone.home().join("damaged-words-1");
    fs::write(aside.join("media.db"), fs::read(phone.home().join("media.db")).unwrap()).unwrap();
    let put_back = Client::open(&aside, phone.ports()).unwrap();
    assert!(put_back.unlock(None).is_err() && put_back.unlock(Some(&Pin::new("2580").unwrap())).is_err());
}

#[test]
fn a_wipe_takes_what_was_set_aside_with_it() {
    let phone = busy_phone();
    let file = phone.home().join("words.db");
    let len = fs::metadata(&file).unwrap().len();
    fs::OpenOptions::new().write(true).open(&file).unwrap().set_len(len - 4096).unwrap();
    drop(phone.open());
    Client::wipe_at(&phone.home(), phone.ports()).unwrap();
    assert!(!phone.home().exists());
    assert!(!fs::read_to_string(phone.key_file()).unwrap().contains("vault"));
}

#[test]
fn p2_an_item_whose_state_no_receipt_vouches_for_waits_again() {
    let phone = busy_phone();
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("UPDATE item SET state = 1 WHERE id = 1", []).unwrap();
    words.execute("UPDATE item SET state = 2 WHERE id = 2", []).unwrap();
    drop(words);
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    sync(&client, &intake);
    sync(&client, &intake);
    assert_eq!(intake.of_kind(ObjectKind::Report).len(), 4);
}

#[test]
fn p3_an_envelope_that_is_damaged_on_the_device_is_not_sent_and_says_so() {
    let phone = busy_phone();
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let mut envelope: Vec<u8> =
        words.query_row("SELECT envelope FROM item WHERE id = 1", [], |row| row.get(0)).unwrap();
    let sent = Sha256::of(&envelope);
    envelope[900] ^= 1;
    words.execute("UPDATE item SET envelope = ?1 WHERE id = 1", [envelope]).unwrap();
    drop(words);
    let client = phone.open();
    let intake = PlayedIntake::of(&phone.desk);
    let summary = sync(&client, &intake);
    assert_eq!((summary.stored, summary.waiting), (4, 1));
    assert!(!intake.objects.lock().unwrap().contains_key(&sent));
    let reports = client.unlock(None).unwrap().reports(10).unwrap();
    let reason = reports.last().unwrap().items[0].reason.clone();
    assert_eq!(reason, Some(crate::Reason::Unreadable));
}
