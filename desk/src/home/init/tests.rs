use std::os::unix::fs::PermissionsExt;

use turnstone_wire::body::{Route, Scheme};

use super::*;
use crate::{
    clock::{SystemRandom, fake::FakeClock},
    testing::{init, init_args as args},
};

#[test]
fn a_new_desk_is_whole_and_its_directory_is_signed_by_its_root() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().join("desk");
    init(&dir, "https://desk.example.org").unwrap();
    let home = Home::new(&dir);
    let directory = home.newest_directory().unwrap();
    let desk = directory.desk(&"quay".parse().unwrap()).unwrap();
    assert_eq!(
        (directory.sequence(), desk.recipients::<Seal>().len(), desk.recipients::<Source>().len()),
        (1, 2, 1)
    );
    assert!(Route::ALL.into_iter().all(|route| desk.takes(Scheme::Kraken, route)));
    assert_eq!(desk.tls_roots, DeskConfig::read(&home.officer()).unwrap().tls_roots);
    assert_eq!(
        files::names_in(&dir).unwrap(),
        ["authority", "directory.json", "officer", "root.pub", "server"]
    );
    assert_eq!(
        files::read_text(&home.server().join("directory.json")).unwrap(),
        files::read_text(&home.directory()).unwrap()
    );
}

#[test]
fn every_secret_is_for_its_owner_only() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path(), "https://127.0.0.1:8470").unwrap();
    let mut secrets = 0;
    for folder in ["server", "officer", "authority"].map(|name| dir.path().join(name)) {
        assert_eq!(fs::metadata(&folder).unwrap().permissions().mode() & 0o777, 0o700);
        for name in files::names_in(&folder).unwrap() {
            let mode = fs::metadata(folder.join(&name)).unwrap().permissions().mode() & 0o777;
            if name.ends_with(".key") || name == "intake.json" || name == "desk.json" {
                assert_eq!(mode, 0o600, "{name}");
                secrets += 1;
            }
        }
    }
    assert_eq!(secrets, 13);
}

#[test]
fn a_desk_that_is_there_is_never_written_over() {
    let dir = tempfile::tempdir().unwrap();
    init(dir.path(), "http://127.0.0.1:1").unwrap();
    let before = files::read_text(&dir.path().join("officer/seal.key")).unwrap();
    assert!(matches!(init(dir.path(), "http://127.0.0.1:1"), Err(Failure::Exists(_))));
    assert_eq!(files::read_text(&dir.path().join("officer/seal.key")).unwrap(), before);
}

#[test]
fn an_init_killed_before_its_end_leaves_nothing_and_one_killed_after_it_is_carried_on() {
    let dir = tempfile::tempdir().unwrap();
    let keys = Keys::make(&SystemRandom::default()).unwrap();
    let args = args(dir.path(), "http://127.0.0.1:1");
    let staged = dir.path().join(NEW);
    stage(&Home::new(&staged), &args, &keys, None, &FakeClock::default()).unwrap();
    fs::remove_file(staged.join("root.pub")).unwrap();
    settle(dir.path()).unwrap();
    assert!(files::names_in(dir.path()).unwrap().is_empty());

    stage(&Home::new(&staged), &args, &keys, None, &FakeClock::default()).unwrap();
    fs::rename(&staged, dir.path().join(DONE)).unwrap();
    fs::rename(dir.path().join(DONE).join("authority"), dir.path().join("authority")).unwrap();
    assert!(matches!(init(dir.path(), "http://127.0.0.1:1"), Err(Failure::Exists(_))));
    assert_eq!(files::names_in(dir.path()).unwrap().len(), PARTS.len());
    Home::new(dir.path()).newest_directory().unwrap();
}

#[test]
fn addresses_that_no_phone_could_use_are_refused() {
    let dir = tempfile::tempdir().unwrap();
    let odd = ["", "desk.example.org", "ftp://desk", "http://localhost/path", "https://desk?x=1", "http://"];
    let in_clear =
        ["http://desk.example.org", "http://192.0.2.1:80", "http://[2001:db8::1]", "http://localhost.org"];
    let with_secrets =
        ["https://ann@desk.example.org", "https://ann:pin@desk.example.org", "http://:pin@localhost"];
    for url in odd.into_iter().chain(in_clear).chain(with_secrets) {
        assert!(matches!(init(dir.path(), url), Err(Failure::Usage(_))), "{url}");
    }
    assert!(files::names_in(dir.path()).unwrap().is_empty());
    assert!(init(dir.path(), in_clear[0]).unwrap_err().to_string().contains("use https://"));
    assert_eq!(Host::of("https://[::1]:8470").unwrap().name, "::1");
}

#[test]
fn the_next_step_listens_where_phones_are_sent() {
    for (url, listen) in [
        ("http://127.0.0.1:8471", "127.0.0.1:8471"),
        ("http://localhost", "127.0.0.1:80"),
        ("http://[::1]:8470", "[::1]:8470"),
        ("https://desk.example.org", "0.0.0.0:443"),
        ("https://192.0.2.1:8443/", "0.0.0.0:8443"),
    ] {
        assert_eq!(Host::of(url).unwrap().listen.to_string(), listen, "{url}");
    }
}
