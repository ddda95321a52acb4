//! A 20 MB photo over a link that is cut every 64 KB: how many bytes go over the wire for it.

use std::sync::Arc;

use turnstone_core::sync::{Http, Network, Sender};
use turnstone_tests::{
    draw::Draw,
    field::Server,
    link::{Link, Terms},
};

use crate::phone::{Phone, content};

const CUT_AFTER: u64 = 64 * 1024;
/// Most runs of the sender: some more than there are cuts.
const RUNS: u64 = 2_000;

pub(crate) fn run(options: &crate::Options) {
    let bytes = options.size(20_000_000);
    for (scheme, goal) in [("http", "1.05"), ("https", "1.10")] {
        let link = Link::listen(1);
        let host = if scheme == "https" { "localhost" } else { "127.0.0.1" };
        let phone = Phone::new(&format!("{scheme}://{host}:{}", link.address().port()));
        let server = Server::start(&phone.folder.path().join("desk/server"));
        link.set_target(Some(server.address()));
        let mut note = phone.client.note(content(300)).unwrap();
        note.attach(&mut Draw::of(1).bytes(bytes).as_slice(), &mut |_| {}).unwrap();
        note.submit().unwrap();
        let runtime = crate::runtime();
        // The words go before, by a connection of their own: the photo is what is measured.
        let words = phone.client.sender(Arc::new(Http::default())).unwrap();
        let sent = runtime.block_on(words.run(Network::Metered, true, &|_| {})).unwrap();
        assert_eq!((sent.stored, sent.waiting), (1, 1));
        drop(words);
        let before = link.carried();
        let sender = phone.client.sender(Arc::new(Http::default())).unwrap();
        link.set_terms(Terms { cut_after: Some(CUT_AFTER), ..Terms::default() });
        let runs = runtime.block_on(deliver(&sender));
        let after = link.carried();
        let (up, down) = (after.up - before.up, after.down - before.down);
        let sealed = sealed_bytes(&phone);
        println!(
            "  {scheme}: {:.1} MB up and {:.2} MB down for a photo of {:.1} MB, {:.1} MB sealed; {} cuts, {} connections, \
             {runs} runs",
            mb(up),
            mb(down),
            mb(bytes as u64),
            mb(sealed),
            after.cuts,
            after.connections - before.connections,
        );
        println!(
            "  {scheme}: {:.3} times the sealed bytes, {:.3} times the photo's; goal: at most {goal} times",
            ratio(up + down, sealed),
            ratio(up + down, bytes as u64)
        );
    }
}

/// Sends until nothing waits; how many runs of the sender that took.
async fn deliver(sender: &Sender) -> u64 {
    for run in 1..=RUNS {
        if sender.run(Network::Unmetered, true, &|_| {}).await.unwrap().waiting == 0 {
            return run;
        }
    }
    panic!("not delivered in {RUNS} runs");
}

/// How many bytes the photo has as it is sent.
fn sealed_bytes(phone: &Phone) -> u64 {
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let bytes: i64 = words.query_row("SELECT size FROM item WHERE lane > 0", [], |row| row.get(0)).unwrap();
    u64::try_from(bytes).unwrap()
}

#[expect(clippy::cast_precision_loss, reason = "megabytes to a decimal")]
fn mb(bytes: u64) -> f64 {
    bytes as f64 / 1e6
}

#[expect(clippy::cast_precision_loss, reason = "a ratio to three decimals")]
fn ratio(of: u64, to: u64) -> f64 {
    of as f64 / to as f64
}
