//! Wiping a home with 1 GB in it, half of that in a database that was set aside, by the program: against `rm -rf` of the
//! same folder, which ends no keys and flushes nothing.

use std::{
    fs::{self, File},
    io::{self, Read},
    path::Path,
    process::{Command, Stdio},
};

use turnstone_core::{Client, SetUp};
use turnstone_tests::programs;

use crate::{
    Options,
    measure::{Pairs, time},
    phone::{Phone, content, ports},
};

/// Bytes of a photo, and how many lie in each of the two databases.
const PHOTO: usize = 50_000_000;
const PHOTOS: usize = 10;
/// Pairs that are timed, at most: each fills the disk twice.
const RUNS: usize = 7;

pub(crate) fn run(options: &Options) {
    let photo = options.size(PHOTO);
    let (mut said, mut ended) = (Pairs::default(), Pairs::default());
    for _ in 0..options.runs.min(RUNS) {
        let phone = filled(photo);
        let folder = phone.folder.path().to_owned();
        let twin = folder.join("twin");
        copy(&phone.home(), &twin);
        drop(phone.client);
        // What is still on its way to the disk would be counted for whoever comes first.
        flush(&folder);
        let mut wipe = Command::new(programs::turnstone());
        wipe.args(["wipe", "--yes", "--home"]).arg(folder.join("home"));
        wipe.arg("--key-file").arg(folder.join("keys"));
        let (until_end, until_said) = time(|| {
            let mut child = wipe.stdout(Stdio::piped()).spawn().unwrap();
            let (until_said, said) = time(|| child.stdout.take().unwrap().read(&mut [0; 64]).unwrap());
            assert!(said > 0 && !folder.join("home").exists());
            assert!(child.wait().unwrap().success());
            until_said
        });
        let (theirs, ()) = time(|| {
            assert!(Command::new("rm").arg("-rf").arg(&twin).status().unwrap().success());
        });
        said.push(until_said, theirs);
        ended.push(until_end, theirs);
    }
    let stored = 2 * PHOTOS * photo / 1_000_000;
    let theirs = "rm -rf of the same folder";
    said.print(&format!("wipe {stored} MB, until it says so"), theirs, "under 1 s, however much is stored");
    ended.print(&format!("wipe {stored} MB, until the disk has its room back"), theirs, "none");
}

/// A phone with half of its photos in a database that was set aside.
fn filled(photo: usize) -> Phone {
    let phone = Phone::new("http://127.0.0.1:9");
    fill(&phone.client, photo);
    let none = SetUp { roots: None, directory: None };
    let client = Client::start_anew(&phone.home(), ports(phone.folder.path()), &none).unwrap();
    fill(&client, photo);
    Phone { folder: phone.folder, client }
}

fn fill(client: &Client, photo: usize) {
    let mut note = client.note(content(100)).unwrap();
    for _ in 0..PHOTOS {
        let mut bytes = io::repeat(7).take(photo as u64);
        note.attach(&mut bytes, &mut |_| {}).unwrap();
    }
}

fn copy(from: &Path, to: &Path) {
    fs::create_dir(to).unwrap();
    for entry in fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let to = to.join(path.file_name().unwrap());
        if path.is_dir() { copy(&path, &to) } else { assert!(fs::copy(&path, &to).is_ok()) }
    }
}

fn flush(folder: &Path) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() { flush(&path) } else { File::open(&path).unwrap().sync_all().unwrap() }
    }
}
