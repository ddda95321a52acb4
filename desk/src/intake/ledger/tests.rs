use turnstone_wire::key::{SigningKey, Stored};

use super::*;
use crate::intake::{place, settings::Watched, shelf::Shelf};

fn receipt_for(object: &Object, second: i64) -> (DateTime<Utc>, SignedReceipt) {
    let key = SigningKey::<Stored>::from_seed([1; 32]).unwrap();
    let at = DateTime::from_timestamp(second, 0).unwrap();
    (at, SignedReceipt::sign(object, &"quay".parse().unwrap(), at, &key))
}

fn object(n: u8) -> Object {
    Object { kind: ObjectKind::Report, sha256: Sha256::of(&[n]), size: 1 }
}

#[test]
fn a_newer_schema_is_refused_by_name_and_left_alone() {
    let folder = Server::new();
    drop(ledger(&folder.path()).unwrap());
    let raw = Connection::open(folder.path().join("intake.db")).unwrap();
    raw.pragma_update(None, "user_version", 7).unwrap();
    let error = ledger(&folder.path()).unwrap_err();
    assert!(matches!(error, StoreError::NewerSchema { found: 7, known: place::SCHEMA }));
    assert!(error.to_string().contains("newer turnstone-desk"));
    assert_eq!(raw.pragma_query_value(None, "user_version", |row| row.get::<_, i64>(0)).unwrap(), 7);
}

#[test]
fn p3_many_threads_record_each_object_once_and_all_get_the_receipt_that_stands() {
    let folder = Server::new();
    let ledger = ledger(&folder.path()).unwrap();
    let receipts: Vec<Recorded> = std::thread::scope(|scope| {
        let threads: Vec<_> = (0..32_u8)
            .map(|n| {
                let (ledger, object) = (&ledger, object(n % 4));
                let (at, receipt) = receipt_for(&object, i64::from(n));
                scope.spawn(move || ledger.record(object, at, receipt).unwrap())
            })
            .collect();
        threads.into_iter().map(|thread| thread.join().unwrap()).collect()
    });
    assert_eq!(receipts.iter().filter(|recorded| recorded.fresh).count(), 4);
    for (n, recorded) in (0..32_u8).zip(&receipts) {
        let Standing { receipt: stands, .. } =
            ledger.row(ObjectKind::Report, &object(n % 4).sha256).unwrap().unwrap();
        assert_eq!(stands, recorded.receipt.to_json());
    }
    let numbers: Vec<_> = ledger.objects_after(0, 500).unwrap().iter().map(|entry| entry.number).collect();
    assert!(numbers.len() == 4 && numbers.is_sorted_by(|a, b| a < b), "{numbers:?}");
    assert_eq!(ledger.objects_after(numbers[1], 1).unwrap()[0].number, numbers[2]);
}

#[test]
fn a_full_mailbox_takes_what_it_holds_already_and_nothing_more() {
    let folder = Server::new();
    let ledger = ledger(&folder.path()).unwrap();
    let address = MailboxAddress(Sha256::of(b"box"));
    for n in 0..limits::MAILBOX_ITEMS {
        assert_eq!(ledger.leave(&address, &n.to_string()).unwrap(), Left::New);
    }
    assert_eq!(ledger.leave(&address, "one more").unwrap(), Left::Full);
    assert_eq!(ledger.leave(&address, "0").unwrap(), Left::WasThere);
    assert_eq!(ledger.mailbox(&address).unwrap().len(), limits::MAILBOX_ITEMS);
    let other = MailboxAddress(Sha256::of(b"other"));
    assert_eq!(ledger.leave(&other, &"x".repeat(limits::MAILBOX_BYTES)).unwrap(), Left::Full);
}

fn ledger(server: &std::path::Path) -> Result<Ledger, StoreError> {
    let clock = Arc::new(crate::clock::fake::FakeClock::default());
    let settings = Arc::new(Watched::open(server)?);
    Ledger::open(Place::new(server, Shelf::open(server)?, settings, clock)?)
}

/// A server's folder as `init` makes it.
struct Server(tempfile::TempDir);

impl Server {
    fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        crate::testing::init(folder.path(), "http://127.0.0.1:8470").unwrap();
        Self(folder)
    }

    fn path(&self) -> std::path::PathBuf {
        self.0.path().join("server")
    }
}
