//! P4 and DESIGN 4's *shred*: given the PIN, the key store and every byte of the folder as it is afterwards, and every
//! byte as it was before, nothing that was shredded opens.
//!
//! The attacker here tries every key it can derive on every sealed value it has. That it is a capable one is shown each
//! time: with the key store as it was before, it opens everything.

mod forgotten;
mod matrix;
mod wiped;

use std::{
    collections::BTreeMap,
    io::Read,
    path::{Path, PathBuf},
};

use aho_corasick::AhoCorasick;
use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::TimeDelta;
use rusqlite::Connection;
use turnstone_wire::{
    body::Route,
    mailbox::MailboxItem,
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::{
    kit::{Phone, PlayedIntake, WHAT, content, copy_folder, found_in, sync},
    messages::Answering,
    pictures,
};
use crate::{
    KeyFile, KeyStore, Pin,
    vault::{Kdf, Purpose, SealingKey, Slots, Uid, attack},
};

static PHOTO: [u8; 400_000] = [0xa7; 400_000];

/// A folder and a key file, as somebody seized them.
struct Seized {
    home: PathBuf,
    keys: PathBuf,
}

/// Every sealed value of a folder.
#[derive(Default)]
struct Loot {
    homes: Vec<Uid>,
    rings: Vec<(i64, Kdf, Vec<u8>)>,
    new_keys: Vec<Vec<u8>>,
    values: Vec<(Purpose, Uid, Vec<u8>)>,
    files: Vec<Vec<u8>>,
    mail: Vec<(Uid, Vec<u8>)>,
}

impl Loot {
    fn take(&mut self, home: &Path) {
        let words = Connection::open(home.join("words.db")).unwrap();
        let media = Connection::open(home.join("media.db")).unwrap();
        self.homes.extend(rows(&words, "SELECT uid, uid FROM home").into_iter().map(|(uid, _)| uid));
        let mut rings = words
            .prepare("SELECT epoch, kdf, ring FROM vault UNION SELECT epoch, kdf, ring FROM vault_spare")
            .unwrap();
        let found = rings.query_map([], |r| Ok((r.get(0)?, r.get::<_, Vec<u8>>(1)?, r.get(2)?))).unwrap();
        self.rings.extend(found.map(|ring| {
            let (epoch, kdf, sealed) = ring.unwrap();
            (epoch, Kdf::from_bytes(&kdf).unwrap(), sealed)
        }));
        self.new_keys
            .extend(rows(&words, "SELECT uid, sealed FROM new_key").into_iter().map(|(_, sealed)| sealed));
        for (purpose, sql) in [
            (Purpose::DraftBody, "SELECT uid, sealed FROM draft"),
            (Purpose::Copy, "SELECT uid, sealed FROM copy"),
            (Purpose::CopyContact, "SELECT uid, contact FROM copy WHERE contact IS NOT NULL"),
            (Purpose::Told, "SELECT uid, sealed FROM told"),
            (Purpose::Watch, "SELECT uid, sealed FROM watch_entry"),
        ] {
            self.values.extend(rows(&words, sql).into_iter().map(|(uid, sealed)| (purpose, uid, sealed)));
        }
        self.mail.extend(rows(&words, "SELECT uid, sealed FROM mail WHERE sealed IS NOT NULL"));
        let mut ids = media.prepare("SELECT id FROM media").unwrap();
        for id in ids.query_map([], |row| row.get::<_, i64>(0)).unwrap() {
            let mut chunks = media.prepare("SELECT bytes FROM chunk WHERE media = ?1 ORDER BY n").unwrap();
            let file = chunks.query_map([id.unwrap()], |row| row.get::<_, Vec<u8>>(0)).unwrap();
            self.files.push(file.flat_map(Result::unwrap).collect());
        }
    }

    /// Every plain text that the key store and the PIN give.
    fn open_all(&self, keys: &Path, pin: Option<&str>) -> Vec<Vec<u8>> {
        let store = KeyFile::new(keys);
        let pin = pin.map(|pin| Pin::new(pin).unwrap());
        let mut secrets: Vec<Vec<u8>> = Vec::new();
        let mut doors = Vec::new();
        for home in &self.homes {
            for (epoch, kdf, sealed) in &self.rings {
                let factors = [kdf.factor(pin.as_ref()).ok(), Some(Vec::new().into())];
                for (slot, factor) in
                    (1..60).flat_map(|slot| factors.iter().flatten().map(move |factor| (slot, factor)))
                {
                    let Ok(secret) = store.open(&Slots::of(*home).vault(slot), factor) else { continue };
                    let vault_key = SealingKey::from_slice(&secret).unwrap();
                    if let Some((door, keys)) = attack::open_ring(home, *epoch, kdf, &vault_key, sealed) {
                        doors.push(door);
                        secrets.extend(keys);
                    }
                }
            }
        }
        for sealed in &self.new_keys {
            secrets.extend(doors.iter().filter_map(|door| age::decrypt(door, sealed).ok()));
        }
        let mut plain = Vec::new();
        for secret in &secrets {
            if let Some(key) = SealingKey::from_slice(secret) {
                for (purpose, uid, sealed) in &self.values {
                    plain.extend(key.open(*purpose, uid, &[], sealed).ok().map(|text| text.to_vec()));
                }
            }
            if let Ok(identity) =
                String::from_utf8(secret.clone()).unwrap_or_default().parse::<age::x25519::Identity>()
            {
                plain.extend(self.files.iter().filter_map(|file| age::decrypt(&identity, file).ok()));
                plain.extend(
                    self.replies(&store).iter().filter_map(|file| age::decrypt(&identity, file).ok()),
                );
                let messages = SealingKey::of_messages(secret).unwrap();
                let open = |(uid, sealed): &(Uid, Vec<u8>)| {
                    messages.open(Purpose::Message, uid, &[], sealed).ok().map(|text| text.to_vec())
                };
                plain.extend(self.mail.iter().filter_map(open));
            }
        }
        // Attachment keys also lie in opened bodies.
        for text in plain.clone() {
            for word in
                String::from_utf8_lossy(&text).split('"').filter(|word| word.starts_with("AGE-SECRET-KEY-"))
            {
                let identity: age::x25519::Identity = word.parse().unwrap();
                plain.extend(self.files.iter().filter_map(|file| age::decrypt(&identity, file).ok()));
            }
        }
        plain
    }
}

impl Loot {
    /// The sending keys that the key store gives.
    fn sending_keys(&self, keys: &Path) -> Vec<SealingKey> {
        let store = KeyFile::new(keys);
        let slots = self.homes.iter().filter_map(|home| {
            SealingKey::from_slot(&store.open(&Slots::of(*home).sending(), &[]).ok()?, home)
        });
        slots.collect()
    }

    /// Replies as they came, which the sending key gives, still sealed to their reports' reply keys.
    fn replies(&self, store: &KeyFile) -> Vec<Vec<u8>> {
        let slots = self.homes.iter().filter_map(|home| {
            SealingKey::from_slot(&store.open(&Slots::of(*home).sending(), &[]).ok()?, home)
        });
        let open = |key: SealingKey| {
            let opened = self.mail.iter().filter_map(move |(uid, sealed)| {
                let plain = key.open(Purpose::Mail, uid, &[], sealed).ok()?;
                let came: serde_json::Value = serde_json::from_slice(&plain).unwrap();
                Some(BASE64_STANDARD.decode(came["reply"].as_str().unwrap()).unwrap())
            });
            opened.collect::<Vec<_>>()
        };
        slots.flat_map(open).collect()
    }
}

fn rows(conn: &Connection, sql: &str) -> Vec<(Uid, Vec<u8>)> {
    let mut select = conn.prepare(sql).unwrap();
    let rows = select.query_map([], |row| Ok((row.get(0)?, row.get(1)?))).unwrap();
    rows.map(Result::unwrap).collect()
}

/// Takes the phone as it lies there.
fn seize(phone: &Phone, name: &str) -> Seized {
    let seized = Seized {
        home: phone.folder.path().join(name),
        keys: phone.folder.path().join(format!("{name}.keys")),
    };
    copy_folder(&phone.home(), &seized.home);
    std::fs::copy(phone.key_file(), &seized.keys).unwrap();
    seized
}

fn holds(plain: &[Vec<u8>], needle: &[u8]) -> bool {
    let search = AhoCorasick::new([needle]).unwrap();
    plain.iter().any(|text| search.is_match(text))
}

/// The sealed bytes of every draft and copy, cut as SQLite's pages might.
fn slices(home: &Path) -> Vec<Vec<u8>> {
    let mut loot = Loot::default();
    loot.take(home);
    let sealed = loot.values.into_iter().map(|(_, _, sealed)| sealed).chain(loot.files).chain(loot.new_keys);
    sealed
        .flat_map(|sealed| sealed.chunks_exact(48).step_by(7).map(<[u8]>::to_vec).collect::<Vec<_>>())
        .collect()
}

/// What must hold after a shred of the words `WHAT` and the photo.
fn assert_shredded(phone: &Phone, before: &Seized, pin: Option<&str>, photo: bool) {
    let after = seize(phone, "after");
    let mut loot = Loot::default();
    loot.take(&before.home);
    let capable = loot.open_all(&before.keys, pin);
    assert!(holds(&capable, WHAT.as_bytes()), "the attacker opens all that was, with the keys that were");
    assert!(!photo || holds(&capable, &PHOTO[..1000]));

    loot.take(&after.home);
    let opened = loot.open_all(&after.keys, pin);
    assert!(!holds(&opened, WHAT.as_bytes()), "no remnant of the words opens");
    assert!(!holds(&opened, &PHOTO[..1000]), "no remnant of the photo opens");
    let files: BTreeMap<_, _> = phone.files();
    assert_eq!(found_in(&files, &slices(&before.home)), Vec::<String>::new(), "sealed bytes from before");
}

#[test]
fn p4_after_an_anonymous_submit_nothing_opens_what_was_written() {
    let phone = Phone::new();
    let client = phone.open();
    let note = client.note(content(Route::Anonymous)).unwrap();
    let before = seize(&phone, "before");
    note.submit().unwrap();
    client.tidy(Some(&client.unlock(None).unwrap())).unwrap();
    assert_shredded(&phone, &before, None, false);
}

#[test]
fn p4_after_an_anonymous_submit_on_a_locked_phone_and_the_next_unlock_nothing_opens_it() {
    let phone = Phone::new();
    phone.open().unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    let client = phone.open();
    let note = client.note(content(Route::Anonymous)).unwrap();
    let before = seize(&phone, "before");
    note.submit().unwrap();
    client.tidy(None).unwrap();
    // Nothing live opens it even before that unlock: its key went with the draft.
    let mut loot = Loot::default();
    loot.take(&phone.home());
    assert!(!holds(&loot.open_all(&phone.key_file(), Some("2580")), WHAT.as_bytes()));
    assert_eq!(loot.new_keys.len(), 1, "the key that opens replies, and no other");
    assert!(client.overview().unwrap().shred_due);
    phone.open().unlock(Some(&Pin::new("2580").unwrap())).unwrap();
    assert!(!client.overview().unwrap().shred_due);
    assert_shredded(&phone, &before, Some("2580"), false);
}

#[test]
fn p4_after_a_discard_nothing_opens_the_draft_or_its_photo() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &PHOTO[..], &mut |_| {}).unwrap();
    let row = note.row();
    let notebook = client.unlock(None).unwrap();
    let before = seize(&phone, "before");
    notebook.draft(row).unwrap().discard().unwrap();
    assert_shredded(&phone, &before, None, true);
}

#[test]
fn p4_after_a_vault_copys_time_is_up_nothing_opens_it() {
    for (route, days) in [(Route::Confidential, 0), (Route::Police, 31)] {
        let phone = Phone::new();
        let client = phone.open();
        let mut note = client.note(content(route)).unwrap();
        note.attach(&mut &PHOTO[..], &mut |_| {}).unwrap();
        let submitted = note.submit().unwrap();
        let intake = PlayedIntake::of(&phone.desk);
        sync(&client, &intake);
        client.unlock(None).unwrap();
        let before = seize(&phone, "before");
        leave_opened_receipts(&phone, &intake);
        sync(&client, &intake);
        if days > 0 {
            assert!(client.unlock(None).unwrap().copy(&submitted.reference).is_ok(), "kept until then");
        }
        phone.clock.advance(TimeDelta::days(days));
        let notebook = client.unlock(None).unwrap();
        assert!(notebook.copy(&submitted.reference).is_err(), "{route:?}");
        assert_eq!(notebook.reports(10).unwrap().len(), 1, "its record stays");
        assert_shredded(&phone, &before, None, true);
    }
}

#[test]
fn p4_after_a_change_of_pin_an_older_copy_of_the_folder_opens_with_neither() {
    let phone = Phone::new();
    let client = phone.open();
    client.unlock(None).unwrap().change_pin(Some(&Pin::new("2580").unwrap())).unwrap();
    client.note(content(Route::Police)).unwrap();
    let old = Pin::new("2580").unwrap();
    client.unlock(Some(&old)).unwrap();
    let before = seize(&phone, "before");
    client.unlock(Some(&old)).unwrap().change_pin(Some(&Pin::new("1379").unwrap())).unwrap();
    let mut loot = Loot::default();
    loot.take(&before.home);
    assert!(holds(&loot.open_all(&before.keys, Some("2580")), WHAT.as_bytes()), "capable");
    assert!(!holds(&loot.open_all(&phone.key_file(), Some("2580")), WHAT.as_bytes()));
    assert!(!holds(&loot.open_all(&phone.key_file(), Some("1379")), WHAT.as_bytes()));
}

#[test]
fn p4_a_shred_killed_between_any_two_steps_is_finished_at_the_next_opening() {
    // As a kill after the transaction leaves it: the old slot not yet deleted.
    let phone = Phone::new();
    let client = phone.open();
    let note = client.note(content(Route::Anonymous)).unwrap();
    let before = seize(&phone, "before");
    note.submit().unwrap();
    let kept_slot = phone.folder.path().join("kept.keys");
    std::fs::copy(phone.key_file(), &kept_slot).unwrap();
    client.tidy(Some(&client.unlock(None).unwrap())).unwrap();
    let words = Connection::open(phone.home().join("words.db")).unwrap();
    words.execute("INSERT INTO dead_slot (owner, epoch) SELECT uid, 1 FROM home", []).unwrap();
    let uid: Uid = words.query_row("SELECT uid FROM home", [], |row| row.get(0)).unwrap();
    let secret = KeyFile::new(&kept_slot).open(&Slots::of(uid).vault(1), &[]).unwrap();
    KeyFile::new(phone.key_file()).seal(&Slots::of(uid).vault(1), &secret, &[]).unwrap();
    drop(words);
    phone.open();
    assert!(KeyFile::new(phone.key_file()).open(&Slots::of(uid).vault(1), &[]).is_err());
    assert_shredded(&phone, &before, None, false);
}

#[test]
fn p4_a_copied_home_without_its_key_store_opens_nothing() {
    let phone = Phone::new();
    phone.open().note(content(Route::Police)).unwrap();
    let mut ports = phone.ports();
    ports.key_store = std::sync::Arc::new(KeyFile::new(phone.folder.path().join("other.keys")));
    let copied = crate::Client::open(&phone.home(), ports).unwrap();
    let no_keys = crate::Error::Unusable(crate::Unusable::KeyStore(crate::KeyStoreError::Unavailable));
    assert_eq!(copied.unlock(None).unwrap_err(), no_keys);
    assert_eq!(copied.reach_key_store().unwrap_err(), no_keys);
    assert_eq!(copied.directory().unwrap_err(), no_keys);
}

#[test]
fn p4_the_queue_holds_nothing_that_opens_a_report() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &PHOTO[..], &mut |_| {}).unwrap();
    let submitted = note.submit().unwrap();
    client.unlock(None).unwrap().forget(&submitted.reference).unwrap();
    // Still queued, and nothing on the phone opens it any more.
    let mut loot = Loot::default();
    loot.take(&phone.home());
    let envelopes: Vec<Vec<u8>> = Connection::open(phone.home().join("words.db"))
        .unwrap()
        .prepare("SELECT envelope FROM item WHERE envelope IS NOT NULL")
        .unwrap()
        .query_map([], |row| row.get(0))
        .unwrap()
        .map(Result::unwrap)
        .collect();
    assert_eq!((envelopes.len(), loot.files.len()), (1, 1));
    loot.files.extend(envelopes.clone());
    let plain = loot.open_all(&phone.key_file(), None);
    assert!(!holds(&plain, WHAT.as_bytes()) && !holds(&plain, &PHOTO[..1000]));
    // And it is still a report to its desk.
    let mut text = Vec::new();
    let identity: age::x25519::Identity = phone.desk.seal.to_secret_text().parse().unwrap();
    let decryptor = age::Decryptor::new_buffered(&envelopes[0][..]).unwrap();
    decryptor.decrypt(std::iter::once(&identity as _)).unwrap().read_to_end(&mut text).unwrap();
    assert!(holds(&[text], WHAT.as_bytes()));
}

#[test]
fn p4_after_a_report_is_forgotten_nothing_opens_what_its_desk_answered() {
    const READ: &str = "two boats were met at the quay";
    const CAME: &str = "ring the station before you go";
    let phone = Phone::new();
    let client = phone.open();
    let desk = Answering::to(&phone, &client, Route::Police);
    desk.reply(1, READ);
    sync(&client, &desk.intake);
    let notebook = client.unlock(None).unwrap();
    assert_eq!(notebook.messages(None).unwrap().messages.len(), 1);
    // The other one is only fetched.
    desk.reply(2, CAME);
    sync(&client, &desk.intake);
    let before = seize(&phone, "before");
    notebook.forget(&desk.report.reference).unwrap();

    let mut loot = Loot::default();
    loot.take(&before.home);
    assert_eq!(loot.mail.len(), 2);
    let capable = loot.open_all(&before.keys, None);
    assert!(holds(&capable, READ.as_bytes()) && holds(&capable, CAME.as_bytes()), "the attacker is capable");
    let sealed: Vec<Vec<u8>> =
        loot.mail.iter().flat_map(|(_, sealed)| sealed.chunks_exact(48).map(<[u8]>::to_vec)).collect();
    loot.take(&seize(&phone, "after").home);
    let opened = loot.open_all(&phone.key_file(), None);
    assert!(!holds(&opened, READ.as_bytes()) && !holds(&opened, CAME.as_bytes()));
    assert_eq!(found_in(&phone.files(), &sealed), Vec::<String>::new(), "sealed bytes from before");
}

/// An officer opens everything the intake holds.
pub(super) fn leave_opened_receipts(phone: &Phone, intake: &PlayedIntake) {
    let objects = intake.objects.lock().unwrap();
    let envelope = objects.values().find(|(kind, _)| *kind == ObjectKind::Report).unwrap();
    let report =
        turnstone_wire::envelope::open(&envelope.1, std::slice::from_ref(&phone.desk.seal)).unwrap().report;
    let items = objects
        .iter()
        .map(|(sha256, (kind, bytes))| {
            let object = Object { kind: *kind, sha256: *sha256, size: bytes.len() as u64 };
            let desk = &phone.desk.desk.id;
            MailboxItem::Receipt {
                receipt: SignedReceipt::sign(&object, desk, super::kit::signed_at(), &phone.desk.officer),
            }
        })
        .collect();
    intake.mail.lock().unwrap().insert(report.mailbox.unwrap().address.to_string(), items);
}

#[test]
fn p4_after_a_watch_is_discarded_or_has_had_its_time_nothing_opens_who_was_on_it() {
    let people = "A. Lookout, of the late watch";
    for expires in [false, true] {
        let phone = Phone::new();
        let client = phone.open();
        let now = || turnstone_wire::text::Moment::utc(*phone.clock.0.lock().unwrap());
        let note = crate::WatchNote { people: vec![people.into()], ..crate::WatchNote::default() };
        let row = client.start_watch(&note, now()).unwrap();
        let notebook = client.unlock(None).unwrap();
        client.stop_watch(now()).unwrap();
        notebook.hand_over(row, now()).unwrap();
        let before = seize(&phone, "before");
        if expires {
            phone.clock.advance(TimeDelta::days(31));
            client.unlock(None).unwrap();
        } else {
            notebook.discard_watch(row).unwrap();
        }
        let mut loot = Loot::default();
        loot.take(&before.home);
        assert!(holds(&loot.open_all(&before.keys, None), people.as_bytes()), "capable");
        loot.take(&phone.home());
        assert!(!holds(&loot.open_all(&phone.key_file(), None), people.as_bytes()), "expires: {expires}");
        assert_eq!(found_in(&phone.files(), &slices(&before.home)), Vec::<String>::new());
    }
}

/// That nothing on the phone opens some bytes, which the attacker could open before.
fn assert_ended(phone: &Phone, before: &Seized, needle: &[u8]) {
    let mut loot = Loot::default();
    loot.take(&before.home);
    assert!(holds(&loot.open_all(&before.keys, None), needle), "the attacker is capable");
    loot.take(&phone.home());
    assert!(!holds(&loot.open_all(&phone.key_file(), None), needle), "no remnant opens");
}

#[test]
fn p4_after_an_anonymous_submit_nothing_opens_the_picture_or_its_copy() {
    let phone = Phone::new();
    let client = phone.open();
    let mut note = client.note(content(Route::Anonymous)).unwrap();
    note.makers = pictures::PLAYED;
    note.attach(&mut &pictures::photo(0xa7, 400_000)[..], &mut |_| {}).unwrap();
    let (original, copy) = (pictures::photo(0xa7, 1000), note.picture(1).unwrap()[..1000].to_vec());
    let before = seize(&phone, "before");
    note.submit().unwrap();
    client.tidy(Some(&client.unlock(None).unwrap())).unwrap();
    assert_ended(&phone, &before, &original);
    assert_ended(&phone, &before, &copy);
    assert_ended(&phone, &before, WHAT.as_bytes());
    // The original's sealed bytes are gone as well; the copy's wait to be sent.
    let mut loot = Loot::default();
    loot.take(&phone.home());
    assert_eq!(loot.files.len(), 1);
}

#[test]
fn p4_after_a_copy_is_covered_nothing_opens_the_old_one() {
    for unlocked in [false, true] {
        let phone = Phone::new();
        let client = phone.open();
        let mut note = client.note(content(Route::Police)).unwrap();
        let notebook = unlocked.then(|| client.unlock(None).unwrap());
        if let Some(notebook) = &notebook {
            note = notebook.draft(note.row()).unwrap();
        }
        note.makers = pictures::PLAYED;
        note.attach(&mut &pictures::photo(0xa7, 400_000)[..], &mut |_| {}).unwrap();
        let (original, copy) = (pictures::photo(0xa7, 1000), note.picture(1).unwrap()[..1000].to_vec());
        let before = seize(&phone, "before");
        note.makers.cover = |_, _, _| Ok(pictures::copied(b"nobody is to be seen".to_vec()));
        note.cover(1, &[pictures::FACE], crate::media::Cover::Blur).unwrap();
        // On a locked phone the next unlock shreds.
        assert_eq!(client.overview().unwrap().shred_due, !unlocked);
        client.unlock(None).unwrap();
        assert!(!client.overview().unwrap().shred_due);
        assert_ended(&phone, &before, &copy);
        let mut loot = Loot::default();
        loot.take(&phone.home());
        let opened = loot.open_all(&phone.key_file(), None);
        assert!(holds(&opened, b"nobody is to be seen") && holds(&opened, &original));
        note.leave_out_original(1).unwrap();
        client.unlock(None).unwrap();
        assert_ended(&phone, &before, &original);
        assert_eq!(found_in(&phone.files(), &slices(&before.home)), Vec::<String>::new());
    }
}
