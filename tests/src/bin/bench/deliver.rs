//! Delivering 1,000 words-only reports over https with a round trip of 200 ms, against one curl after another.

use std::{fs, path::Path, process::Command, sync::Arc, time::Duration};

use turnstone_core::sync::{Http, Network};
use turnstone_tests::{
    field::Server,
    link::{Link, Terms},
};
use turnstone_wire::hash::Sha256;

use crate::{
    measure::time,
    phone::{Phone, content},
};

const REPORTS: usize = 1000;
/// One after another takes minutes; so many are timed and their mean is multiplied.
const CURLS: u32 = 20;
const ONE_WAY: Duration = Duration::from_millis(100);

pub(crate) fn run(options: &crate::Options) {
    let reports = u32::try_from(options.size(REPORTS)).unwrap();
    let curls = CURLS.min(reports);
    let link = Link::listen(1);
    let url = format!("https://localhost:{}", link.address().port());
    let phone = Phone::new(&url);
    let server = Server::start(&phone.folder.path().join("desk/server"));
    link.set_target(Some(server.address()));
    link.set_terms(Terms { one_way: ONE_WAY, ..Terms::default() });
    for _ in 0..reports {
        phone.client.note(content(300)).unwrap().submit().unwrap();
    }
    let envelopes = envelopes(&phone, curls);
    let sender = phone.client.sender(Arc::new(Http::default())).unwrap();
    let runtime = crate::runtime();
    let (ours, summary) = time(|| runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap());
    assert_eq!((summary.stored, summary.waiting), (reports, 0));
    let (theirs, ()) = time(|| envelopes.iter().for_each(|envelope| curl(&url, envelope)));
    let theirs = theirs * reports / curls;
    println!("  {reports} reports sent, receipts verified and settled: {:.1} s", ours.as_secs_f64());
    println!(
        "  one curl after another: {:.0} s ({curls} timed, times {})",
        theirs.as_secs_f64(),
        reports / curls
    );
    println!("  {:.0} times as fast; goal: at least 50 times", theirs.as_secs_f64() / ours.as_secs_f64());
}

/// Writes so many queued envelopes out as files.
fn envelopes(phone: &Phone, count: u32) -> Vec<std::path::PathBuf> {
    let words = rusqlite::Connection::open(phone.home().join("words.db")).unwrap();
    let mut select = words.prepare("SELECT envelope FROM item LIMIT ?1").unwrap();
    let rows = select.query_map([count], |row| row.get::<_, Vec<u8>>(0)).unwrap();
    rows.map(|bytes| {
        let bytes = bytes.unwrap();
        let path = phone.folder.path().join(Sha256::of(&bytes).to_string());
        fs::write(&path, bytes).unwrap();
        path
    })
    .collect()
}

fn curl(url: &str, envelope: &Path) {
    let name = envelope.file_name().unwrap().to_string_lossy();
    let sent = Command::new("curl")
        .args(["--silent", "--fail", "--insecure", "--output", "/dev/null", "--upload-file"])
        .arg(envelope)
        .arg(format!("{url}/v1/reports/{name}"))
        .status()
        .unwrap();
    assert!(sent.success(), "curl");
}
