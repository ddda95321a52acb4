//! What `sync` says of what does not go.

use std::{
    fs,
    io::{BufRead, BufReader, Read, Write},
    net::{TcpListener, TcpStream},
    path::{Path, PathBuf},
    process::Stdio,
    thread,
    time::{Duration, Instant},
};

use crate::kit::{Computer, json, make_desk, merge_directories, sign_directory, with_desk};

/// One whose desk is at an address, with a directory that is signed anew.
pub(crate) fn with_desk_at(url: &str) -> Computer {
    let computer = Computer::new();
    let made = computer.path("made");
    make_desk(&made, "harbour");
    sign_directory(&[made], &computer.path("desk"), |all| all.desks[0].urls = vec![url.to_owned()]);
    computer.init_with(0, &computer.path("desk"));
    computer
}

/// A desk that refuses whatever comes, at its address.
pub(crate) fn refusing_desk() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || listener.incoming().for_each(|link| refuse(link.unwrap())));
    url
}

fn read_request(link: &TcpStream) {
    let mut lines = BufReader::new(link.try_clone().unwrap());
    let (mut line, mut length) = (String::new(), 0);
    while lines.read_line(&mut line).unwrap_or(0) > 2 {
        if let Some(value) = line.to_lowercase().strip_prefix("content-length:") {
            length = value.trim().parse().unwrap();
        }
        line.clear();
    }
    std::io::copy(&mut lines.take(length), &mut std::io::sink()).unwrap();
}

fn refuse(mut link: TcpStream) {
    read_request(&link);
    let body = r#"{"error":"too_large","message":"too large"}"#;
    let head = "HTTP/1.1 413 Payload Too Large\r\nconnection: close\r\ncontent-type: application/json";
    let answer = format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len());
    link.write_all(answer.as_bytes()).unwrap();
}

fn sync_words(computer: &Computer, code: i32, args: &[&str]) -> String {
    let output = computer.run(code, &[&["sync"], args].concat());
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn what_a_desk_refuses_is_said_on_every_run_until_it_is_forgotten() {
    let computer = with_desk_at(&refusing_desk());
    let sent = computer.json(0, &["report", "kraken", "--what", "Grey RIB"]);
    for run in 1..=2 {
        let refused = computer.json(1, &["sync"]);
        assert_eq!((&refused["outcome"], &refused["refused"]), (&"refused".into(), &1.into()), "run {run}");
        assert_eq!(refused["error"]["code"], "refused");
    }
    let said = sync_words(&computer, 1, &[]);
    assert!(said.contains("ring 101 quoting KRAKEN or PEGASUS, or put it right"), "{said}");
    computer.run(0, &["forget", sent["reference"].as_str().unwrap()]);
    assert_eq!(computer.json(0, &["sync"])["outcome"], "nothing");
}

#[test]
fn what_no_connection_would_send_is_not_put_down_to_the_connection() {
    let computer = with_desk_at("http://198.51.100.1");
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let sent = computer.json(0, &["sync"]);
    assert_eq!((&sent["outcome"], &sent["items"][0]["reason"]), (&"waiting".into(), &"not_encrypted".into()));
    let said = sync_words(&computer, 0, &[]);
    assert!(said.contains("`sync --allow-clear` does"), "{said}");
    assert!(said.contains("neither encrypted") && !said.contains("in reach"), "{said}");
}

#[test]
fn a_desk_that_is_listed_no_more_is_not_put_down_to_the_connection() {
    let computer = Computer::new();
    let desks = ["east", "west"].map(|id| computer.path(id));
    make_desk(&desks[0], "east");
    make_desk(&desks[1], "west");
    let folder: &Path = computer.folder.path();
    merge_directories(&desks, folder);
    computer.init_with(0, folder);
    // A police report would go to the other desk by itself.
    let report = ["report", "kraken", "--what", "Grey RIB", "--desk", "east", "--route", "confidential"];
    computer.run(0, &report);
    let west: &[PathBuf] = &desks[1..];
    sign_directory(west, folder, |all| all.sequence += 1);
    assert_eq!(computer.init_with(0, folder)["outcome"], "updated");
    let said = sync_words(&computer, 0, &[]);
    assert!(said.contains("no longer listed") && !said.contains("in reach"), "{said}");
}

#[test]
fn on_a_metered_network_photos_are_said_to_wait_for_another() {
    let computer = with_desk();
    let photo = computer.path("photo.jpg");
    fs::write(&photo, b"\xff\xd8\xff\xe0 not much of a photo").unwrap();
    computer.run(0, &["report", "kraken", "--what", "Grey RIB", "--attach", photo.to_str().unwrap()]);
    let said = sync_words(&computer, 0, &["--network", "metered"]);
    assert!(said.contains("Photos wait for a network that is not metered"), "{said}");
    let sent = computer.json(0, &["sync", "--network", "metered"]);
    assert_eq!((&sent["outcome"], &sent["photos_wait_for_unmetered"]), (&"offline".into(), &true.into()));
    assert!(!sync_words(&computer, 0, &[]).contains("Photos wait"));
}

#[test]
fn a_watch_that_is_terminated_still_gives_its_document() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let computer = with_desk_at(&format!("http://{}", listener.local_addr().unwrap()));
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    let mut watch = std::process::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    watch.args(["sync", "--watch", "--json", "--home"]).arg(computer.path("home"));
    watch.arg("--key-file").arg(computer.path("keys"));
    let mut watch = watch.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    // It is at it once it asks the desk, which never answers.
    let _link = listener.accept().unwrap();
    let pid = rustix::process::Pid::from_raw(i32::try_from(watch.id()).unwrap()).unwrap();
    rustix::process::kill_process(pid, rustix::process::Signal::TERM).unwrap();
    let since = Instant::now();
    while watch.try_wait().unwrap().is_none() {
        if since.elapsed() > Duration::from_secs(20) {
            watch.kill().unwrap();
        }
        thread::sleep(Duration::from_millis(20));
    }
    let output = watch.wait_with_output().unwrap();
    assert_eq!(output.status.code(), Some(0));
    let sent = json(&output);
    assert_eq!((&sent["outcome"], &sent["waiting"]), (&"waiting".into(), &1.into()));
}

/// A desk that gives the same answer to whatever comes.
fn answering_desk(head: &'static str, body: &'static str) -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    thread::spawn(move || {
        for link in listener.incoming() {
            let mut link = link.unwrap();
            read_request(&link);
            let length = body.len();
            write!(link, "HTTP/1.1 {head}\r\nconnection: close\r\ncontent-length: {length}\r\n\r\n{body}")
                .unwrap();
        }
    });
    url
}

#[test]
fn p2_why_something_waits_is_a_code_for_programs_and_one_sentence_for_people() {
    let json = |code: &str| -> &'static str { format!(r#"{{"error":"{code}","message":"no"}}"#).leak() };
    for (head, body, code, says) in [
        ("200 OK", "<html>Sign in</html>", "not_the_desk", "what answers is not the desk"),
        ("507 Full", json("no_space"), "desk_trouble", "the desk has trouble; it goes with a later try"),
        ("500 Oh", "", "desk_trouble", "the desk has trouble; it goes with a later try"),
        (
            "422 No",
            json("hash_mismatch"),
            "desk_objects",
            "the desk could not take it as it came (it was changed on the way); it is tried again",
        ),
        (
            "429 Slow\r\nretry-after: 90",
            json("too_many"),
            "desk_asks_to_wait",
            "the desk asks to wait until ",
        ),
        (
            "200 OK",
            r#"{"text":"turnstone receipt 1\n","signature":"AAAA"}"#,
            "receipt_not_believed",
            "the desk's answer is not believed (not a receipt); it is tried again",
        ),
    ] {
        let computer = with_desk_at(&answering_desk(head, body));
        computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
        let sent = computer.json(0, &["sync"]);
        assert_eq!((&sent["outcome"], &sent["waiting"]), (&"waiting".into(), &1.into()), "{head}: {sent}");
        let item = computer.json(0, &["list"])["reports"][0]["items"][0].clone();
        let reason = item["reason"].as_str().or_else(|| Some(item["reason"].as_object()?.keys().next()?));
        assert_eq!(reason, Some(code), "{head}: {item}");
        assert!(item["reason_text"].as_str().unwrap().starts_with(says), "{head}: {item}");
        let shown = String::from_utf8(computer.run(0, &["list"]).stdout).unwrap();
        let line = shown.lines().find(|line| line.contains("waits to be sent")).unwrap();
        assert!(line.contains(says), "{head}: {shown}");
    }
}

#[test]
fn an_address_in_clear_is_sent_to_only_where_that_is_asked_for() {
    // Not of this machine by its name, though by its number: an address that nothing routes leads nowhere else.
    let computer = with_desk_at("http://0.0.0.0:9");
    computer.run(0, &["report", "kraken", "--what", "Grey RIB"]);
    assert_eq!(computer.json(0, &["sync"])["items"][0]["reason"], "not_encrypted");
    assert_eq!(computer.json(0, &["sync", "--allow-clear"])["items"][0]["reason"], "no_connection");
    assert_eq!(computer.json(0, &["sync"])["items"][0]["reason"], "not_encrypted", "for that run alone");
}
