//! The remnant test after each way in which something ends: with and without a PIN, on an open and on a locked phone. After each,
//! nothing that was ended opens with any PIN, the key store and every byte from before and after; a copied folder opens nothing
//! without its key store; and an older folder put back opens nothing shredded since and sends nothing twice.

use std::sync::Arc;

use turnstone_wire::{reference::Reference, text::Text};

use super::*;
use crate::{Client, DraftContent, Error, KeyStoreError, Note, Notebook, Ports, Unusable, media::Cover};

const READ: &str = "two boats were met at the quay";

/// How the phone is kept while something ends.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Kept {
    WithoutPin,
    Unlocked,
    /// The shred waits for the next unlock.
    Locked,
}

/// What is to end, and what of it an attacker could read before.
struct Held {
    note: Option<Note>,
    reference: Option<Reference>,
    needles: Vec<Vec<u8>>,
}

impl Held {
    fn of(note: Note, needles: Vec<Vec<u8>>) -> Self {
        Self { note: Some(note), reference: None, needles }
    }

    fn note(self) -> Note {
        self.note.unwrap()
    }
}

struct Ending {
    name: &'static str,
    begin: fn(&mut Stage) -> Held,
    end: fn(&mut Stage, Held),
    /// The ways to keep the phone in which it can be done.
    kept: &'static [Kept],
    /// Another report waits all the while, and is delivered after the folder was seized.
    beside: bool,
    /// Not one sealed byte of what ended is left in any file.
    bytes_go: bool,
}

/// A phone, its desk, and the PINs it ever had.
struct Stage {
    phone: Phone,
    client: Client,
    intake: Arc<PlayedIntake>,
    kept: Kept,
    pin: Option<&'static str>,
}

const ANY: &[Kept] = &[Kept::WithoutPin, Kept::Unlocked, Kept::Locked];
const OPEN: &[Kept] = &[Kept::WithoutPin, Kept::Unlocked];
const PINS: [&str; 2] = ["2580", "a longer one"];

const ENDINGS: &[Ending] = &[
    Ending { name: "submit", begin: anonymous, end: submit, kept: ANY, beside: true, bytes_go: true },
    Ending {
        name: "submit of a picture",
        begin: anonymous_picture,
        end: submit,
        kept: ANY,
        beside: true,
        bytes_go: false,
    },
    Ending { name: "discard", begin: with_photo, end: discard, kept: ANY, beside: true, bytes_go: true },
    Ending { name: "expiry", begin: delivered, end: expire, kept: ANY, beside: false, bytes_go: true },
    Ending { name: "blur", begin: with_copy, end: blur, kept: ANY, beside: true, bytes_go: false },
    Ending { name: "forget", begin: answered, end: forget, kept: OPEN, beside: false, bytes_go: true },
    Ending {
        name: "change of PIN",
        begin: with_photo,
        end: change_pin,
        kept: OPEN,
        beside: true,
        bytes_go: false,
    },
    Ending {
        name: "removal of the PIN",
        begin: with_photo,
        end: remove_pin,
        kept: &[Kept::Unlocked],
        beside: true,
        bytes_go: false,
    },
];

fn anonymous(stage: &mut Stage) -> Held {
    Held::of(stage.client.note(content(Route::Anonymous)).unwrap(), vec![WHAT.into()])
}

fn anonymous_picture(stage: &mut Stage) -> Held {
    picture(stage, Route::Anonymous, true)
}

fn with_copy(stage: &mut Stage) -> Held {
    picture(stage, Route::Police, false)
}

fn picture(stage: &mut Stage, route: Route, original: bool) -> Held {
    let mut note = stage.client.note(content(route)).unwrap();
    note.makers = pictures::PLAYED;
    note.attach(&mut &pictures::photo(0xa7, 400_000)[..], &mut |_| {}).unwrap();
    let mut needles = vec![note.picture(1).unwrap()[..1000].to_vec()];
    if original {
        needles.push(pictures::photo(0xa7, 1000));
    }
    Held::of(note, needles)
}

fn with_photo(stage: &mut Stage) -> Held {
    let mut note = stage.client.note(content(Route::Police)).unwrap();
    note.attach(&mut &PHOTO[..], &mut |_| {}).unwrap();
    Held::of(note, vec![WHAT.into(), PHOTO[..1000].to_vec()])
}

/// A police report that was sent and read, of which the phone has not heard yet.
fn delivered(stage: &mut Stage) -> Held {
    let Held { note, needles, .. } = with_photo(stage);
    let reference = note.unwrap().submit().unwrap().reference;
    sync(&stage.client, &stage.intake);
    leave_opened_receipts(&stage.phone, &stage.intake);
    stage.unlock();
    Held { note: None, reference: Some(reference), needles }
}

/// A police report to which its desk has answered.
fn answered(stage: &mut Stage) -> Held {
    let desk = Answering::to(&stage.phone, &stage.client, Route::Police);
    desk.reply(1, READ);
    sync(&stage.client, &desk.intake);
    let (intake, reference) = (Arc::clone(&desk.intake), desk.report.reference);
    stage.intake = intake;
    assert_eq!(stage.unlock().messages(None).unwrap().messages.len(), 1);
    Held { note: None, reference: Some(reference), needles: vec![WHAT.into(), READ.into()] }
}

fn submit(stage: &mut Stage, held: Held) {
    held.note().submit().unwrap();
    stage.tidy();
}

fn discard(stage: &mut Stage, held: Held) {
    match stage.kept {
        Kept::Locked => held.note().discard().unwrap(),
        _ => stage.unlock().discard(held.note().row()).unwrap(),
    }
    stage.tidy();
}

fn expire(stage: &mut Stage, _: Held) {
    sync(&stage.client, &stage.intake);
    stage.phone.clock.advance(TimeDelta::days(31));
    match stage.kept {
        Kept::Locked => drop(stage.phone.open()),
        _ => drop(stage.unlock()),
    }
}

fn blur(stage: &mut Stage, held: Held) {
    let notebook = (stage.kept != Kept::Locked).then(|| stage.unlock());
    let mut note = held.note();
    if let Some(notebook) = &notebook {
        note = notebook.draft(note.row()).unwrap();
    }
    note.makers = pictures::PLAYED;
    note.makers.cover = |_, _, _| Ok(pictures::copied(b"nobody is to be seen".to_vec()));
    note.cover(1, &[pictures::FACE], Cover::Blur).unwrap();
}

fn forget(stage: &mut Stage, held: Held) {
    stage.unlock().forget(&held.reference.unwrap()).unwrap();
}

fn change_pin(stage: &mut Stage, _: Held) {
    stage.unlock().change_pin(Some(&Pin::new(PINS[1]).unwrap())).unwrap();
    stage.pin = Some(PINS[1]);
}

fn remove_pin(stage: &mut Stage, _: Held) {
    stage.unlock().change_pin(None).unwrap();
    stage.pin = None;
}

impl Stage {
    fn new(kept: Kept) -> Self {
        let phone = Phone::new();
        let pin = (kept != Kept::WithoutPin).then_some(PINS[0]);
        if let Some(pin) = pin {
            phone.open().unlock(None).unwrap().change_pin(Some(&Pin::new(pin).unwrap())).unwrap();
        }
        Self { client: phone.open(), intake: PlayedIntake::of(&phone.desk), phone, kept, pin }
    }

    fn unlock(&self) -> Notebook {
        self.client.unlock(self.pin.map(|pin| Pin::new(pin).unwrap()).as_ref()).unwrap()
    }

    /// As a shell does after a submission.
    fn tidy(&self) {
        let notebook = (self.kept != Kept::Locked).then(|| self.unlock());
        self.client.tidy(notebook.as_ref()).unwrap();
    }

    /// Everything at the desk: which objects, and their bytes.
    fn at_the_desk(&self) -> Vec<Vec<u8>> {
        self.intake.objects.lock().unwrap().values().map(|(_, bytes)| bytes.clone()).collect()
    }

    /// Every plain text that the key store gives with any PIN that the phone ever had.
    fn open_all(loot: &Loot, keys: &Path) -> Vec<Vec<u8>> {
        PINS.iter().flat_map(|pin| loot.open_all(keys, Some(pin))).collect()
    }

    /// Puts an older folder in the place of the one that is there. The key store stays as it is.
    fn put_back(&mut self, older: &Seized) {
        std::fs::remove_dir_all(self.phone.home()).unwrap();
        copy_folder(&older.home, &self.phone.home());
        self.client = self.phone.open();
    }
}

/// Words of somebody else, in a report that waits.
fn beside() -> DraftContent {
    let mut content = content(Route::Police);
    content.sightings[0].what = Text::from("a buoy is adrift off the north pier");
    content
}

fn no_keys(reason: KeyStoreError) -> Error {
    Error::Unusable(Unusable::KeyStore(reason))
}

/// Each ending that can be had so.
fn play_all(kept: Kept) {
    let endings = ENDINGS.iter().filter(|ending| ending.kept.contains(&kept));
    assert!(endings.clone().count() >= 5);
    endings.for_each(|ending| play(ending, &mut Stage::new(kept)));
}

#[test]
fn p4_without_a_pin_what_was_ended_opens_no_more_and_an_older_folder_put_back_sends_nothing_twice() {
    play_all(Kept::WithoutPin);
}

#[test]
fn p4_unlocked_what_was_ended_opens_no_more_and_an_older_folder_put_back_sends_nothing_twice() {
    play_all(Kept::Unlocked);
}

#[test]
fn p4_locked_what_was_ended_opens_no_more_and_an_older_folder_put_back_sends_nothing_twice() {
    play_all(Kept::Locked);
}

fn play(ending: &Ending, stage: &mut Stage) {
    let name = format!("{} ({:?})", ending.name, stage.kept);
    if ending.beside {
        stage.client.note(beside()).unwrap().submit().unwrap();
    }
    let stays = slices(&stage.phone.home());
    let held = (ending.begin)(stage);
    let needles = held.needles.clone();
    let before = seize(&stage.phone, "before");
    (ending.end)(stage, held);
    let locked = stage.kept == Kept::Locked;
    assert_eq!(stage.client.overview().unwrap().shred_due, locked, "{name}: due until the next unlock");
    drop(stage.unlock());
    assert!(!stage.client.overview().unwrap().shred_due, "{name}");

    let mut loot = Loot::default();
    loot.take(&before.home);
    let capable = Stage::open_all(&loot, &before.keys);
    // A change of PIN ends what older folders open, and nothing else.
    if !ending.name.contains("PIN") {
        loot.take(&stage.phone.home());
    }
    let opened = Stage::open_all(&loot, &stage.phone.key_file());
    for needle in &needles {
        assert!(holds(&capable, needle), "{name}: the attacker is capable");
        assert!(!holds(&opened, needle), "{name}: no remnant opens");
    }
    if ending.bytes_go {
        let gone: Vec<_> = slices(&before.home).into_iter().filter(|slice| !stays.contains(slice)).collect();
        assert!(!gone.is_empty());
        assert_eq!(found_in(&stage.phone.files(), &gone), Vec::<String>::new(), "{name}: bytes from before");
    }
    without_its_key_store(&name, stage, &before);
    put_back(&name, stage, &before);
}

/// No PIN that the phone ever had opens it: where it asks for one, or for none, the key is gone.
fn opens_with_nothing(name: &str, client: &Client) {
    let has_pin = client.has_pin().unwrap();
    for pin in [None, Some(PINS[0]), Some(PINS[1])] {
        let refused = client.unlock(pin.map(|pin| Pin::new(pin).unwrap()).as_ref()).unwrap_err();
        match pin.is_some() == has_pin {
            true => assert_eq!(refused, no_keys(KeyStoreError::NoSuchSlot), "{name}"),
            false => assert!(matches!(refused, Error::Locked | Error::Invalid(_)), "{name}: {refused}"),
        }
    }
}

/// The folder alone, on somebody's own computer.
fn without_its_key_store(name: &str, stage: &Stage, before: &Seized) {
    for home in [&before.home, &stage.phone.home()] {
        let keys = stage.phone.folder.path().join("not the phone's");
        let other = Ports { key_store: Arc::new(KeyFile::new(keys).creating()), ..stage.phone.ports() };
        other.key_store.seal("a slot", b"of another phone", b"").unwrap();
        let copied = stage.phone.folder.path().join("copied");
        copy_folder(home, &copied);
        let client = Client::open(&copied, other).unwrap();
        opens_with_nothing(name, &client);
        let none = no_keys(KeyStoreError::NoSuchSlot);
        assert_eq!(client.directory().unwrap_err(), none, "{name}: not even which desks there are");
        assert!(client.parcels().is_err(), "{name}: nor what waits");
        std::fs::remove_dir_all(copied).unwrap();
    }
}

/// The older folder on the phone itself, whose key store went on.
fn put_back(name: &str, stage: &mut Stage, before: &Seized) {
    sync(&stage.client, &stage.intake);
    let at_the_desk = stage.at_the_desk();
    stage.put_back(before);
    opens_with_nothing(name, &stage.client);
    sync(&stage.client, &stage.intake);
    assert_eq!(
        stage.client.overview().unwrap().waiting,
        0,
        "{name}: what it still holds is known to be there"
    );
    assert!(stage.at_the_desk() == at_the_desk, "{name}: nothing twice");
    // Writing and sending go on there (P6, P9).
    stage.client.note(content(Route::Police)).unwrap().submit().unwrap();
    sync(&stage.client, &stage.intake);
    assert_eq!(stage.at_the_desk().len(), at_the_desk.len() + 1, "{name}");
}
