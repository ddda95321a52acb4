use std::collections::BTreeSet;

use turnstone_wire::{key::Stored, mailbox::MailboxAddress};

use super::*;
use crate::{
    intake::Store,
    testing::{TestDesk, token},
};

const HALF: usize = 30_000;

/// A desk that has received much, and stands still.
struct Full {
    desk: TestDesk,
    objects: BTreeSet<(&'static str, Sha256, u64)>,
    half: Vec<u8>,
    pristine: Vec<u8>,
}

impl Full {
    fn new() -> Self {
        let mut desk = TestDesk::new();
        for n in 0..40_u8 {
            desk.deliver(&vec![n; 50 + usize::from(n)]);
        }
        for n in 0..4_u8 {
            desk.deliver_attachment(&vec![n; 300 + usize::from(n)]);
        }
        desk.store.leave(&token().address(), br#"{"kind":"song"}"#).unwrap();
        let half = vec![9; 2 * HALF];
        desk.store.begin_upload(&Sha256::of(&half), half.len() as u64).unwrap();
        let mut appender = desk.store.append(&Sha256::of(&half), 0).unwrap();
        appender.write(&half[..HALF]).unwrap();
        drop(appender);
        let objects = listed(&desk.store);
        assert_eq!(objects.len(), 44);
        // The last to close a database takes its log into it.
        desk.store = TestDesk::new().store;
        let pristine = fs::read(desk.home().server().join(NAME)).unwrap();
        assert!(
            pristine.len() >= 10 * 4096,
            "{} bytes are too few to be damaged in many ways",
            pristine.len()
        );
        Self { desk, objects, half, pristine }
    }

    fn server(&self) -> PathBuf {
        self.desk.home().server()
    }

    /// Puts these bytes in the place of the database, and nothing beside it.
    fn damage(&self, bytes: &[u8]) {
        for suffix in ["-wal", "-shm"] {
            let _ = fs::remove_file(beside(&self.server().join(NAME), suffix));
        }
        fs::write(self.server().join(NAME), bytes).unwrap();
    }

    fn open(&self) -> Result<Arc<Store>, StoreError> {
        Store::open(&self.server(), self.desk.clock.clone()).map(Arc::new)
    }

    /// Everything that was acknowledged is there, once, with a receipt that phones believe; and work goes on.
    fn check(&self, store: &Arc<Store>, what: &str) {
        assert_eq!(listed(store), self.objects, "{what}");
        assert_eq!(store.objects_after(0).unwrap().len(), self.objects.len(), "{what}");
        for &(kind, sha256, size) in &self.objects {
            let kind = if kind == "report" { ObjectKind::Report } else { ObjectKind::Attachment };
            let (_, recorded) = store.heal(kind, &sha256).unwrap().expect(what);
            let object = Object { kind, sha256, size };
            assert!(recorded.receipt.verify::<Stored>(&object, &self.desk.desk()).is_ok(), "{what}");
        }
        store.mailbox(&token().address(), Some(&token())).expect(what);
        // A length that was damaged cannot be told from a true one; every other upload goes on from what is there.
        match store.begin_upload(&Sha256::of(&self.half), self.half.len() as u64) {
            Ok(progress) => assert_eq!(progress.offset, HALF as u64, "{what}"),
            Err(error) => assert!(matches!(error, StoreError::WrongLength), "{what}: {error}"),
        }
        store.leave(&MailboxAddress(Sha256::of(b"another")), br#"{"kind":"song"}"#).expect(what);
    }

    /// The databases set aside since the last call.
    fn set_aside(&self) -> Vec<Vec<u8>> {
        let names = files::names_in(&self.server()).unwrap().into_iter();
        let folders = names.filter(|name| name.starts_with("damaged-")).map(|name| self.server().join(name));
        let read = |folder: PathBuf| {
            let bytes = fs::read(folder.join(NAME)).unwrap_or_default();
            fs::remove_dir_all(folder).unwrap();
            bytes
        };
        folders.map(read).collect()
    }
}

fn listed(store: &Store) -> BTreeSet<(&'static str, Sha256, u64)> {
    let entries = store.objects_after(0).unwrap().into_iter();
    entries.map(|entry| (entry.object.kind.name(), entry.object.sha256, entry.object.size)).collect()
}

#[test]
fn p2_whatever_byte_of_the_database_is_flipped_every_receipt_given_still_stands() {
    let full = Full::new();
    // Of the first hundred bytes those that mean something (sqlite.org/fileformat), then some of every page.
    let header = [0, 16, 18, 19, 20, 21, 24, 28, 31, 36, 40, 44, 47, 52, 56, 59, 60, 63, 64, 68, 92, 96];
    let pages = (0..full.pristine.len() / 4096)
        .flat_map(|page| [0, 3, 8, 1000, 3000, 4095].map(|at| page * 4096 + at));
    let mut mended = 0;
    for at in header.into_iter().chain(pages) {
        let mut bytes = full.pristine.clone();
        bytes[at] ^= 0xff;
        full.damage(&bytes);
        let what = format!("byte {at} of {}", bytes.len());
        let store = full.open().unwrap_or_else(|error| panic!("{what}: {error}"));
        full.check(&store, &what);
        for aside in full.set_aside() {
            assert!(aside == bytes, "{what}: what was set aside is not what was there");
            mended += 1;
        }
    }
    assert!(mended > 30, "only {mended} were damage at all");
}

#[test]
fn p2_a_database_cut_short_or_gone_is_made_anew_from_the_folder() {
    let full = Full::new();
    let whole = full.pristine.len();
    for len in [0, 1, 99, 100, 4095, 4096, 4097, whole / 2, whole - 4096, whole - 1] {
        full.damage(&full.pristine[..len]);
        let store = full.open().unwrap();
        full.check(&store, &format!("cut to {len} bytes"));
        drop(store);
        let aside = full.set_aside();
        // Nothing was lost with the last byte, which holds nothing.
        let nothing_lost = len == 0 || len == whole - 1;
        assert!(nothing_lost && aside.is_empty() || aside == [&full.pristine[..len]], "cut to {len} bytes");
    }
    full.damage(&[]);
    fs::remove_file(full.server().join(NAME)).unwrap();
    full.check(&full.open().unwrap(), "gone");
}

#[test]
fn p2_what_only_the_lost_log_held_is_found_in_the_folder() {
    let full = Full::new();
    let store = full.open().unwrap();
    full.desk.clock.advance(60);
    let log = beside(&full.server().join(NAME), "-wal");
    let late = Sha256::of(b"late");
    let mut incoming = store.begin_report(late, &[], None).unwrap();
    incoming.write(b"late").unwrap();
    store.finish_report(incoming).unwrap();
    // As a power cut finds them: the log is not taken into the database.
    let (database, mut bytes) = (fs::read(full.server().join(NAME)).unwrap(), fs::read(&log).unwrap());
    assert!(!bytes.is_empty());
    drop(store);
    bytes[40] ^= 0xff;
    full.damage(&database);
    fs::write(&log, &bytes).unwrap();
    assert!(listed(&full.open().unwrap()).contains(&("report", late, 4)), "damaged log");
    full.damage(&[]);
    fs::write(&log, &bytes).unwrap();
    assert!(listed(&full.open().unwrap()).contains(&("report", late, 4)), "a log and no database");
    let folders = files::names_in(&full.server()).unwrap();
    let aside = folders.iter().find(|name| name.starts_with("damaged-")).expect("the log was kept");
    assert!(fs::read(full.server().join(aside).join("intake.db-wal")).unwrap() == bytes);
}

#[test]
fn a_database_damaged_under_a_running_intake_is_mended_by_the_request_that_meets_it() {
    let full = Full::new();
    full.damage(&full.pristine);
    let store = full.open().unwrap();
    let mut bytes = full.pristine.clone();
    bytes[4096..].fill(0x5a);
    let file = File::options().write(true).open(full.server().join(NAME)).unwrap();
    std::os::unix::fs::FileExt::write_all_at(&file, &bytes, 0).unwrap();
    let mut incoming = store.begin_report(Sha256::of(b"new"), &[], None).unwrap();
    incoming.write(b"new").unwrap();
    store.finish_report(incoming).unwrap();
    let mut expected = full.objects.clone();
    expected.insert(("report", Sha256::of(b"new"), 3));
    assert_eq!(listed(&store), expected);
    assert_eq!(full.set_aside().len(), 1, "told and set aside once");
    full.open().unwrap();
    assert!(full.set_aside().is_empty());
}

#[test]
fn a_damaged_database_that_another_program_has_open_is_left_alone() {
    let full = Full::new();
    full.damage(&full.pristine);
    let other = full.open().unwrap();
    let mut bytes = fs::read(full.server().join(NAME)).unwrap();
    bytes[4096..].fill(0x5a);
    fs::write(full.server().join(NAME), &bytes).unwrap();
    assert!(matches!(full.open(), Err(StoreError::DamagedInUse)));
    assert!(fs::read(full.server().join(NAME)).unwrap() == bytes && full.set_aside().is_empty());
    drop(other);
    full.check(&full.open().unwrap(), "after the other has ended");
}

#[test]
fn a_kill_while_the_new_database_is_put_in_its_place_loses_nothing() {
    let full = Full::new();
    full.damage(&full.pristine);
    fs::rename(full.server().join(NAME), full.server().join(READY)).unwrap();
    full.check(&full.open().unwrap(), "complete and not yet named");
    fs::write(full.server().join(MAKING), b"half of it").unwrap();
    full.damage(&full.pristine[..5000]);
    full.check(&full.open().unwrap(), "half of a new one");
    assert!(!full.server().join(MAKING).exists());
}

#[test]
fn numbers_are_not_used_twice_after_all_rows_were_lost() {
    let full = Full::new();
    full.damage(b"not a database at all, though long enough");
    let store = full.open().unwrap();
    assert!(
        store.objects_after(44).unwrap().len() == 44,
        "whoever asked for what came after the last finds all"
    );
}

#[test]
fn p2_a_receipt_or_size_that_was_damaged_in_its_row_is_made_good() {
    let full = Full::new();
    full.damage(&full.pristine);
    let raw = Connection::open(full.server().join(NAME)).unwrap();
    for (arrival, change) in [
        "receipt = replace(receipt, 'kind', 'kine')",
        "receipt = replace(receipt, 'size', 'sise')",
        "receipt = replace(receipt, '\"signature\":\"', '\"signature\":\"AA')",
        "receipt = '{'",
        "receipt = (SELECT receipt FROM object WHERE arrival = 20)",
        "size = size + 1",
    ]
    .iter()
    .enumerate()
    {
        raw.execute(&format!("UPDATE object SET {change} WHERE arrival = {}", arrival + 1), []).unwrap();
    }
    raw.execute("UPDATE mailbox_item SET item = 'no JSON at all'", []).unwrap();
    drop(raw);
    let store = full.open().unwrap();
    full.check(&store, "rows changed one by one");
    assert!(store.mailbox(&token().address(), Some(&token())).unwrap().is_empty());
}

#[test]
fn p2_an_object_whose_file_was_cut_short_is_taken_again() {
    let desk = TestDesk::new();
    let report = desk.deliver(b"sealed words");
    desk.deliver_attachment(b"sealed photo");
    let photo = Sha256::of(b"sealed photo");
    for (kind, name) in [(ObjectKind::Report, report.sha256), (ObjectKind::Attachment, photo)] {
        fs::write(desk.store.shelf.path(kind, &name), b"sealed").unwrap();
        assert!(
            desk.store.heal(kind, &name).unwrap().is_none(),
            "a phone that asks must hear that it is gone"
        );
    }
    desk.deliver(b"sealed words");
    desk.deliver_attachment(b"sealed photo");
    for (kind, name, bytes) in [
        (ObjectKind::Report, report.sha256, b"sealed words"),
        (ObjectKind::Attachment, photo, b"sealed photo"),
    ] {
        assert_eq!(fs::read(desk.store.shelf.path(kind, &name)).unwrap(), bytes);
        assert!(desk.store.heal(kind, &name).unwrap().is_some());
    }
    assert_eq!(desk.store.objects_after(0).unwrap().len(), 2);
}
