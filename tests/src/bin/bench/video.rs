//! A video of 200 MB, added, submitted and sent: how much memory that takes above a program that has the home open.

use std::{
    fs,
    io::{self, Read},
    path::Path,
    process::Command,
    sync::Arc,
};

use turnstone_core::{
    Client,
    sync::{Http, Network},
};
use turnstone_tests::{draw::Draw, field::Server};

use crate::phone::{Phone, content, ports};

pub(crate) fn run(options: &crate::Options) {
    let bytes = options.size(200_000_000);
    // The desk's address is in its directory before it listens: it is asked to listen there.
    let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
    let phone = Phone::new(&format!("http://127.0.0.1:{port}"));
    let desk = phone.folder.path().join("desk/server");
    let _server = Server::start_at(&desk, &format!("127.0.0.1:{port}"));
    drop(phone.client);
    let me = std::env::current_exe().unwrap();
    // A process of its own, so that nothing of this one's counts.
    let child =
        Command::new(me).arg("video-once").arg(phone.folder.path()).arg(bytes.to_string()).output().unwrap();
    assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
    print!("{}", String::from_utf8_lossy(&child.stdout));
    println!("  goal: 16 MB above idle");
}

/// Adds, submits and sends, and prints the most memory that each took.
pub(crate) fn once(folder: &str, bytes: &str) {
    let folder = Path::new(folder);
    let client = Client::open(&folder.join("home"), ports(folder)).unwrap();
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    let runtime = crate::runtime();
    let idle_kb = resident_kb("VmRSS:");
    println!("  idle, with the home open: {:.1} MB", mb(idle_kb));
    let above = |what: &str| {
        let peak_kb = resident_kb("VmHWM:");
        println!("  {what}: {:.1} MB above idle at most", mb(peak_kb.saturating_sub(idle_kb)));
        forget_peak();
    };
    forget_peak();
    let mut note = client.note(content(300)).unwrap();
    note.attach(&mut Video { left: bytes.parse().unwrap(), drawn: Draw::of(1).bytes(1 << 16) }, &mut |_| {})
        .unwrap();
    above("add");
    note.submit().unwrap();
    above("submit");
    let mut runs = 0;
    while runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap().waiting > 0 {
        runs += 1;
        assert!(runs < 50, "a video is delivered");
    }
    above("send");
}

/// Bytes without an order, as a video has them, made as they are read.
struct Video {
    left: usize,
    drawn: Vec<u8>,
}

impl Read for Video {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let read = buffer.len().min(self.left).min(self.drawn.len());
        buffer[..read].copy_from_slice(&self.drawn[..read]);
        self.left -= read;
        Ok(read)
    }
}

/// A line of this process's own status (proc(5)), in kB.
pub(crate) fn resident_kb(name: &str) -> u64 {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
    line.trim().trim_end_matches("kB").trim().parse().unwrap()
}

/// Begins a new peak (proc(5), `clear_refs`).
pub(crate) fn forget_peak() {
    fs::write("/proc/self/clear_refs", "5").unwrap();
}

#[expect(clippy::cast_precision_loss, reason = "megabytes to a decimal")]
pub(crate) fn mb(kb: u64) -> f64 {
    kb as f64 / 1000.0
}
