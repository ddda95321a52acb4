//! Submitting a 2 KB report to three recipients, durable, against a bare SQLite insert with the same pragmas.

use rusqlite::TransactionBehavior;

use crate::{
    measure::{Pairs, time},
    phone::{Phone, bare_words, content},
};

pub(crate) fn run(runs: usize) {
    let phone = Phone::new("http://127.0.0.1:9");
    let mut bare = bare_words(&phone.folder.path().join("bare.db"));
    // The bytes a report comes to: its envelope to three keys.
    let bytes = vec![7_u8; 5 * 1024];
    let mut pairs = Pairs::default();
    for _ in 0..runs {
        let note = phone.client.note(content(2048)).unwrap();
        let (ours, submitted) = time(|| note.submit());
        submitted.unwrap();
        let (theirs, inserted) = time(|| {
            let tx = bare.transaction_with_behavior(TransactionBehavior::Immediate)?;
            tx.execute("INSERT INTO report (bytes) VALUES (?1)", [&bytes])?;
            tx.commit()
        });
        inserted.unwrap();
        pairs.push(ours, theirs);
    }
    pairs.print("submit, sealed to three keys", "bare SQLite insert of 5 KiB", "at most 1.5 times as long");
}
