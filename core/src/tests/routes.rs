//! Connections: which reports share one, which are resumed, whom they are believed to lead to.

use std::{collections::BTreeSet, sync::Arc, time::Duration};

use chrono::TimeDelta;
use rustls::HandshakeKind;
use turnstone_wire::body::Route;

use super::{
    kit::{Phone, content},
    tls_desk::{Asked, TlsDesk},
};
use crate::{
    Client, Reason,
    sync::{Http, Network, Patience, Sender, Summary},
};

const QUIET: TimeDelta = TimeDelta::minutes(15);

fn runtime() -> tokio::runtime::Runtime {
    tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap()
}

fn run(sender: &Sender) -> Summary {
    runtime().block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap()
}

fn submit(client: &Client, route: Route, count: usize) {
    for _ in 0..count {
        client.note(content(route)).unwrap().submit().unwrap();
    }
}

fn waits_for(client: &Client) -> Option<Reason> {
    client.unlock(None).unwrap().reports(1).unwrap()[0].items[0].reason.clone()
}

#[test]
fn many_named_reports_go_side_by_side_over_one_http2_connection() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    submit(&client, Route::Police, 40);
    // Far away: whoever begins while nobody has got through yet would open a connection too.
    desk.begins_after(Duration::from_millis(100));
    desk.answers_after(Duration::from_millis(20));
    assert_eq!(run(&client.sender(Arc::new(Http::default())).unwrap()).stored, 40);
    let connections = desk.connections();
    assert_eq!((connections.len(), connections[0].h2), (1, true), "{connections:?}");
    assert_eq!(desk.asked().iter().filter(|asked| asked.method == "PUT").count(), 40);
}

#[test]
fn a_later_connection_of_a_sender_resumes_the_session_and_an_upload_does_too() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    submit(&client, Route::Police, 1);
    // Each run has a runtime of its own, which ends its connections.
    assert_eq!(run(&sender).stored, 1);
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[7_u8; 100_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
    assert_eq!(run(&sender).stored, 2);
    let connections: Vec<_> = desk.connections().iter().map(|seen| (seen.handshake, seen.h2)).collect();
    let expected = [
        (HandshakeKind::Full, true),
        (HandshakeKind::Resumed, true),
        (HandshakeKind::Resumed, false), // the photo
    ];
    assert_eq!(connections, expected);
}

#[test]
fn p7_each_anonymous_report_has_a_connection_of_its_own_and_resumes_nothing() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    submit(&client, Route::Police, 1);
    submit(&client, Route::Anonymous, 2);
    for run_number in 0..3 {
        assert_eq!(run(&sender).stored, 1, "run {run_number}");
        phone.clock.advance(QUIET);
    }
    submit(&client, Route::Police, 1);
    assert_eq!(run(&sender).stored, 1);
    let kinds: Vec<_> = desk.connections().iter().map(|seen| seen.handshake).collect();
    let full = HandshakeKind::Full;
    assert_eq!(kinds, [full, full, full, HandshakeKind::Resumed]);
    let puts: Vec<_> = desk.asked().into_iter().filter(|asked| asked.method == "PUT").collect();
    let over: BTreeSet<_> = puts.iter().map(|asked| asked.connection).collect();
    assert_eq!(over.len(), 4, "no two of them share one");
}

#[test]
fn p7_each_copy_of_an_anonymous_report_has_a_connection_of_its_own_and_says_nothing_of_its_phone() {
    let mut seen = Vec::new();
    for _ in 0..2 {
        let mut phone = Phone::new();
        let desk = TlsDesk::of(&mut phone, "localhost");
        let client = phone.open();
        let sender = client.sender(Arc::new(Http::default())).unwrap();
        let mut named = client.note(content(Route::Police)).unwrap();
        named.attach(&mut &[7_u8; 100_000][..], &mut |_| {}).unwrap();
        named.submit().unwrap();
        assert_eq!(run(&sender).stored, 2);
        let mut anonymous = client.note(content(Route::Anonymous)).unwrap();
        for copy in [1_u8, 2] {
            anonymous.attach_copy_by_hand(None, &[copy; 50_000]).unwrap();
        }
        anonymous.submit().unwrap();
        let before = desk.connections().len();
        for part in ["words", "a copy", "the other"] {
            phone.clock.advance(QUIET);
            assert_eq!(run(&sender).stored, 1, "{part}");
        }
        let kinds: Vec<_> = desk.connections()[before..].iter().map(|seen| seen.handshake).collect();
        assert_eq!(kinds, [HandshakeKind::Full; 3]);
        let asked = desk.asked();
        let over: Vec<_> = asked.iter().filter(|asked| asked.connection >= before).collect();
        assert_eq!(over.len(), 3, "one request each, and nothing beside them");
        seen.push(over.into_iter().find(|asked| asked.method == "POST").unwrap().headers.clone());
    }
    let names: Vec<_> = seen[0].iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["tus-resumable", "upload-length", "content-type", "content-length", "accept", "host"]);
    // Sizes differ by what `age` adds at random, and each desk has its own port.
    let without_size = |headers: &[(String, String)]| {
        let rest = headers.iter().filter(|(name, _)| !name.ends_with("-length") && name != "host");
        rest.cloned().collect::<Vec<_>>()
    };
    assert_eq!(without_size(&seen[0]), without_size(&seen[1]), "two phones");
}

#[test]
fn p7_two_phones_and_the_two_routes_ask_with_the_same_headers_in_the_same_order() {
    let mut seen = Vec::new();
    for route in [Route::Police, Route::Anonymous, Route::Anonymous] {
        let mut phone = Phone::new();
        let desk = TlsDesk::of(&mut phone, "localhost");
        let client = phone.open();
        submit(&client, route, 1);
        assert_eq!(run(&client.sender(Arc::new(Http::default())).unwrap()).stored, 1);
        let Asked { method, headers, .. } = desk.asked().remove(0);
        let keys = phone.desk.desk.recipients::<turnstone_wire::key::Seal>();
        let keys: Vec<_> = keys.iter().map(|key| key.id().to_string()).collect();
        // The one value that is this desk's own.
        let headers: Vec<_> = headers
            .into_iter()
            .map(|(name, value)| if value == keys.join(",") { (name, "KEYS".into()) } else { (name, value) })
            .collect();
        seen.push((method, headers));
    }
    // Nothing of the device or the program is said.
    let names: Vec<_> = seen[1].1.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["content-type", "turnstone-keys", "content-length", "accept"]);
    // Sizes differ by what `age` adds at random.
    let without_size = |(method, headers): &(String, Vec<(String, String)>)| {
        let rest: Vec<_> = headers.iter().filter(|(name, _)| name != "content-length").cloned().collect();
        (method.clone(), rest)
    };
    assert_eq!(without_size(&seen[1]), without_size(&seen[2]), "two phones, one route");
    assert_eq!(without_size(&seen[0]), without_size(&seen[1]), "a named one and an anonymous one");
}

#[test]
fn a_desks_own_root_certificate_vouches_for_it_and_another_desks_does_not() {
    let mut phone = Phone::new();
    let other = TlsDesk::listen(&phone.desk, "localhost");
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    submit(&client, Route::Police, 1);
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    assert_eq!(run(&sender).stored, 1, "believed by the directory");
    // Somebody else stands where the desk stood, with a certificate that another desk's authority gave.
    phone.desk.desk.urls = vec![format!("https://localhost:{}", other.address.port())];
    client.take_directory(&phone.desk.directory(3)).unwrap();
    submit(&client, Route::Police, 1);
    let summary = run(&sender);
    assert_eq!((summary.stored, summary.reached), (0, false));
    assert_eq!(waits_for(&client), Some(Reason::NotTrusted));
    assert_eq!((desk.asked().len(), other.asked().len()), (1, 0), "and it was told nothing");
}

#[test]
fn a_wrong_hosts_certificate_is_told_from_no_connection() {
    let mut phone = Phone::new();
    let desk = TlsDesk::listen(&phone.desk, "another.example");
    desk.is_listed_by(&mut phone, "localhost");
    let client = phone.open();
    submit(&client, Route::Police, 1);
    let sender = client.sender(Arc::new(Http::default())).unwrap();
    assert!(!run(&sender).reached);
    assert_eq!(waits_for(&client), Some(Reason::NotTrusted), "a certificate for another name");
    drop(desk);
    assert!(!run(&sender).reached);
    assert_eq!(waits_for(&client), Some(Reason::NoConnection), "nobody there");
    // A sign-in page that speaks no TLS.
    let page = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    phone.desk.desk.urls = vec![format!("https://localhost:{}", page.local_addr().unwrap().port())];
    client.take_directory(&phone.desk.directory(3)).unwrap();
    let page = std::thread::spawn(move || {
        use std::io::Write;
        let (mut link, _) = page.accept().unwrap();
        link.write_all(b"HTTP/1.1 400 Bad Request\r\ncontent-length: 0\r\n\r\n").unwrap();
        link
    });
    assert!(!run(&sender).reached);
    assert_eq!(waits_for(&client), Some(Reason::NotTrusted), "no TLS at all");
    page.join().unwrap();
}

#[test]
fn a_connection_on_which_nothing_comes_back_is_not_used_again() {
    let mut phone = Phone::new();
    let desk = TlsDesk::of(&mut phone, "localhost");
    let client = phone.open();
    let patience = Patience { connect: Duration::from_secs(30), stalled: Duration::from_millis(300) };
    let sender = client.sender(Arc::new(Http::with_patience(patience))).unwrap();
    submit(&client, Route::Police, 1);
    desk.answers_after(Duration::from_secs(3600));
    let runtime = runtime();
    let once = || runtime.block_on(sender.run(Network::Unmetered, true, &|_| {})).unwrap();
    assert_eq!((once().stored, waits_for(&client)), (0, Some(Reason::NoConnection)));
    desk.answers_after(Duration::ZERO);
    assert_eq!(once().stored, 1);
    let kinds: Vec<_> = desk.connections().iter().map(|seen| seen.handshake).collect();
    assert_eq!(kinds, [HandshakeKind::Full, HandshakeKind::Resumed], "though the first was still open");
}
