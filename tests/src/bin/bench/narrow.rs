//! The words of a report on a link of 9.6 kbit/s with a round trip of one second, with nothing known beforehand: no connection,
//! no TLS session.

use std::{sync::Arc, time::Duration};

use turnstone_core::sync::{Http, Network};
use turnstone_tests::{
    field::Server,
    link::{Link, Terms},
};

use crate::{
    measure::time,
    phone::{Phone, content},
};

const ONE_WAY: Duration = Duration::from_millis(500);
const BYTES_PER_S: u64 = 9_600 / 8;

pub(crate) fn run(options: &crate::Options) {
    for scheme in ["http", "https"] {
        let link = Link::listen(1);
        let host = if scheme == "https" { "localhost" } else { "127.0.0.1" };
        let phone = Phone::new(&format!("{scheme}://{host}:{}", link.address().port()));
        let server = Server::start(&phone.folder.path().join("desk/server"));
        link.set_target(Some(server.address()));
        link.set_terms(Terms { one_way: ONE_WAY, bytes_per_s: Some(BYTES_PER_S), ..Terms::default() });
        let runtime = crate::runtime();
        let mut taken = Vec::new();
        for _ in 0..options.runs.min(3) {
            phone.client.note(content(300)).unwrap().submit().unwrap();
            let before = link.carried();
            // A new carrier knows no session; the time is that until the receipt is settled.
            let sender = phone.client.sender(Arc::new(Http::default())).unwrap();
            let settled = std::sync::Mutex::new(None);
            let (whole, summary) = time(|| {
                let began = std::time::Instant::now();
                let note = |_| {
                    settled.lock().unwrap().get_or_insert_with(|| began.elapsed());
                };
                runtime.block_on(sender.run(Network::Metered, true, &note)).unwrap()
            });
            assert_eq!((summary.stored, summary.waiting), (1, 0));
            let took = settled.into_inner().unwrap().unwrap_or(whole);
            let after = link.carried();
            let wire = (after.up - before.up, after.down - before.down);
            taken.push((took, wire));
        }
        taken.sort();
        let (took, (up, down)) = taken[taken.len() / 2];
        // Words and answer follow one another: neither way's bytes can hide behind the other's.
        let least = ONE_WAY * 6 + Duration::from_secs_f64(seconds(up + down));
        println!(
            "  {scheme}: receipt after {:.2} s (median of {}); {up} bytes up, {down} down; 3 round trips and those bytes: {:.2} s",
            took.as_secs_f64(),
            taken.len(),
            least.as_secs_f64()
        );
        println!(
            "  {scheme}: {:.2} times; goal: at most 1.2 times",
            took.as_secs_f64() / least.as_secs_f64()
        );
    }
}

#[expect(clippy::cast_precision_loss, reason = "seconds to two decimals")]
fn seconds(bytes: u64) -> f64 {
    bytes as f64 / BYTES_PER_S as f64
}
