//! Networks that are not what they seem, by the real carrier: sign-in pages, proxies that cut and remember, other servers in the
//! desk's place. Nothing leaves the queue, why is said, and everything goes once the world is right, each byte about once.

use std::{
    io::Read,
    net::TcpListener,
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use turnstone_wire::{body::Route, directory::DeskId, receipt::ObjectKind};

use super::{
    kit::{Phone, PlayedIntake, content, sync},
    played_http::{Reply, ScriptedDesk, sync_over_http},
};
use crate::{
    Client, ItemState, Reason,
    sync::{Network, Transport, Wishes},
    view,
};

const PATIENT: Duration = Duration::from_secs(60);

fn submitted(client: &Client) {
    let mut note = client.note(content(Route::Police)).unwrap();
    note.attach(&mut &[5_u8; 300_000][..], &mut |_| {}).unwrap();
    note.submit().unwrap();
}

/// State, reason and its sentence of the newest report's words or photo.
fn item(client: &Client, kind: ObjectKind) -> (ItemState, Option<Reason>, String) {
    let report = client.unlock(None).unwrap().reports(1).unwrap().remove(0);
    let item = report.items.into_iter().find(|item| item.kind == kind).unwrap();
    let sentence = item.reason.as_ref().map(view::reason_sentence).unwrap_or_default();
    (item.state, item.reason, sentence)
}

fn goes_once(phone: &Phone, desk: &ScriptedDesk, client: &Client, before: usize, name: &str) {
    for _ in 0..4 {
        phone.clock.advance(chrono::TimeDelta::minutes(61));
        sync_over_http(client, PATIENT);
    }
    for kind in [ObjectKind::Report, ObjectKind::Attachment] {
        let (state, reason, _) = item(client, kind);
        assert_eq!((state, reason), (ItemState::Stored, None), "{name}");
    }
    assert_eq!(desk.held(|held| held.objects.len()), before + 2, "{name}: once");
}

/// How many bytes of attachments came, beside what the script took.
fn counted(
    desk: &ScriptedDesk,
    reply: impl Fn(&super::played_http::Request) -> Reply + Send + 'static,
) -> Arc<Mutex<u64>> {
    let bytes = Arc::new(Mutex::new(0));
    let count = Arc::clone(&bytes);
    desk.answers(move |request| {
        if request.path.contains("/attachments/") {
            *count.lock().unwrap() += request.body.len() as u64;
        }
        reply(request)
    });
    bytes
}

#[test]
fn p2_whatever_answers_the_question_how_far_an_upload_is_it_goes_on_where_the_desk_is() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    let html = "content-type: text/html\r\n";
    let at = |offset: u64| Reply::with("200 OK", &format!("upload-offset: {offset}\r\n"), "");
    let old = |age: u32| Reply::with("200 OK", &format!("upload-offset: 7\r\nage: {age}\r\n"), "");
    // What answers, and how many bytes it may cost to find out: a chunk at most.
    for (name, reply, wasted) in [
        ("a redirection", Reply::with("302 Found", "location: http://127.0.0.1:9/\r\n", ""), 0),
        ("a page", Reply::with("200 OK", html, ""), 0),
        ("sign in", Reply::with("511 Network Authentication Required", html, ""), 0),
        ("unknown to a proxy", Reply::with("404 Not Found", html, ""), 400_000),
        ("gone", Reply::with("410 Gone", html, ""), 400_000),
        ("not allowed", Reply::with("405 Method Not Allowed", html, ""), 0),
        ("too little", at(10), 400_000),
        ("too much", at(250_000), 400_000),
        ("all of it", at(301_000), 400_000),
        ("more than there is", at(u64::MAX), 0),
        ("a cache", old(60), 0),
        ("an old cache", old(4_000_000), 0),
        ("ends at once", Reply::Bytes(Vec::new()), 0),
    ] {
        let before = desk.held(|held| held.objects.len());
        submitted(&client);
        // The first chunk arrives, and the second is cut: the desk has 65,536 bytes.
        let bytes = counted(&desk, move |request| match request.method.as_str() {
            "PATCH" => Reply::Bytes(Vec::new()),
            "HEAD" => reply.clone(),
            _ => Reply::Good,
        });
        sync_over_http(&client, PATIENT);
        let (state, reason, sentence) = item(&client, ObjectKind::Attachment);
        assert_eq!(state, ItemState::Waits, "{name}");
        assert!(reason.is_some() && !sentence.is_empty(), "{name}");
        assert!(desk.asked() <= 12, "{name}: {} requests", desk.asked());
        drop(bytes);
        let bytes = counted(&desk, |_| Reply::Good);
        goes_once(&phone, &desk, &client, before, name);
        let bytes = *bytes.lock().unwrap();
        assert!(bytes <= 310_000 - 65_536 + wasted, "{name}: {bytes} bytes more");
    }
}

#[test]
fn p3_a_proxy_that_loses_the_end_of_every_body_unseen_costs_no_byte_twice() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    submitted(&client);
    let bytes = counted(&desk, |request| match request.method.as_str() {
        "PATCH" | "POST" => Reply::GoodOf(30_000),
        "PUT" => Reply::GoodOf(1000),
        _ => Reply::Good,
    });
    for _ in 0..4 {
        sync_over_http(&client, PATIENT);
        let (state, _, sentence) = item(&client, ObjectKind::Report);
        assert_eq!(state, ItemState::Waits);
        assert!(sentence.contains("it was changed on the way"), "{sentence}");
        phone.clock.advance(chrono::TimeDelta::minutes(61));
    }
    // Words that do not come through do not keep the photo, of which at least something does.
    assert_eq!(item(&client, ObjectKind::Attachment).0, ItemState::Stored);
    drop(bytes);
    desk.answers(|_| Reply::Good);
    goes_once(&phone, &desk, &client, 0, "cut bodies");
}

#[test]
fn what_comes_out_of_a_cache_is_asked_for_past_it_and_never_believed() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    submitted(&client);
    let asked = Arc::new(Mutex::new(Vec::new()));
    let seen = Arc::clone(&asked);
    desk.answers(move |request| {
        if request.method == "HEAD" || request.method == "GET" {
            seen.lock().unwrap().push(request.header_text("cache-control"));
        }
        Reply::Good
    });
    sync_over_http(&client, PATIENT);
    phone.clock.advance(chrono::TimeDelta::hours(26));
    sync_over_http(&client, PATIENT);
    assert!(asked.lock().unwrap().len() >= 3);
    assert!(asked.lock().unwrap().iter().all(|control| control.as_deref() == Some("no-cache")));
    // An answer that was made this moment is the desk's own, though it came through a cache.
    desk.answers(
        |request| if request.method == "HEAD" { Reply::GoodWith("age: 0\r\n") } else { Reply::Good },
    );
    phone.clock.advance(chrono::TimeDelta::hours(26));
    sync_over_http(&client, PATIENT);
    assert_eq!(desk.asked(), 2);
    sync_over_http(&client, PATIENT);
    assert_eq!(desk.asked(), 2, "it was learnt, for a day");
}

#[test]
fn an_upload_goes_on_where_a_newer_directory_says_that_the_desk_is() {
    let mut phone = Phone::new();
    let old = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    submitted(&client);
    old.answers(|request| match request.method.as_str() {
        "PATCH" => Reply::Bytes(Vec::new()),
        _ => Reply::Good,
    });
    sync_over_http(&client, PATIENT);
    assert_eq!(old.held(|held| (held.objects.len(), held.uploads.len())), (1, 1));
    let new = ScriptedDesk::listen(&phone.desk);
    phone.desk.desk.urls = vec![new.url()];
    client.take_directory(&phone.desk.directory(3)).unwrap();
    old.answers(|_| Reply::Good);
    phone.clock.advance(chrono::TimeDelta::minutes(1));
    sync_over_http(&client, PATIENT);
    assert_eq!(item(&client, ObjectKind::Attachment).0, ItemState::Stored);
    assert_eq!((old.asked(), new.held(|held| held.objects.len())), (0, 1), "begun anew there");
    // What the old place had, the new one is asked after a day later; it was not carried over.
    phone.clock.advance(chrono::TimeDelta::hours(26));
    sync_over_http(&client, PATIENT);
    assert_eq!((old.asked(), new.held(|held| held.objects.len())), (0, 2));
}

#[test]
fn p2_a_receipt_that_a_cache_kept_for_other_bytes_is_not_believed() {
    let mut phone = Phone::new();
    let desk = ScriptedDesk::of(&mut phone);
    let client = phone.open();
    submitted(&client);
    let kept = Arc::new(Mutex::new(None));
    let keeps = Arc::clone(&kept);
    desk.answers(move |request| {
        if request.method == "PUT" {
            *keeps.lock().unwrap() = Some(request.object());
        }
        Reply::Good
    });
    sync_over_http(&client, PATIENT);
    let first = kept.lock().unwrap().unwrap();
    let (id, key) = (phone.desk.desk.id.clone(), phone.desk.stored.to_secret_text());
    submitted(&client);
    desk.answers(move |request| {
        let key = turnstone_wire::key::SigningKey::<turnstone_wire::key::Stored>::parse(&key).unwrap();
        let receipt =
            turnstone_wire::receipt::SignedReceipt::sign(&first, &id, super::kit::signed_at(), &key);
        if request.method == "GET" {
            Reply::Good
        } else {
            Reply::with("200 OK", "age: 90\r\n", receipt.to_json())
        }
    });
    sync_over_http(&client, PATIENT);
    for kind in [ObjectKind::Report, ObjectKind::Attachment] {
        assert_eq!(item(&client, kind).0, ItemState::Waits);
    }
    let (_, reason, _) = item(&client, ObjectKind::Report);
    assert!(matches!(reason, Some(Reason::ReceiptNotBelieved(_))), "{reason:?}");
    desk.answers(|_| Reply::Good);
    goes_once(&phone, &desk, &client, 2, "an old receipt");
}

/// A TLS server with a certificate of its own for a name; returns its address and the certificate.
fn tls_server(name: &str) -> (u16, String) {
    use base64::{Engine, prelude::BASE64_STANDARD};
    let made = rcgen::generate_simple_self_signed([name.to_owned()]).unwrap();
    let key = rustls::pki_types::PrivateKeyDer::try_from(made.signing_key.serialize_der()).unwrap();
    let der = made.cert.der().clone();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .unwrap()
        .with_no_client_auth()
        .with_single_cert(vec![der.clone()], key)
        .unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let config = Arc::new(config);
    // Three runs, one connection each; it ends with them.
    thread::spawn(move || {
        for link in listener.incoming().take(3) {
            let mut link = link.unwrap();
            link.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
            let mut tls = rustls::ServerConnection::new(Arc::clone(&config)).unwrap();
            while tls.is_handshaking() && tls.complete_io(&mut link).is_ok() {}
            link.read(&mut [0]).map(drop).unwrap_or_default();
        }
    });
    (port, BASE64_STANDARD.encode(&der))
}

#[test]
fn p2_another_server_with_a_certificate_of_its_own_is_known_for_what_it_is_and_told_nothing() {
    // One that nobody vouches for, and one of the desk's own that stands for another name.
    for (name, trusted) in [("localhost", false), ("elsewhere.example", true)] {
        let mut phone = Phone::new();
        let (port, certificate) = tls_server(name);
        phone.desk.desk.urls = vec![format!("https://localhost:{port}")];
        if trusted {
            phone.desk.desk.tls_roots = vec![certificate];
        }
        let client = phone.open();
        client.take_directory(&phone.desk.directory(2)).unwrap();
        client.note(content(Route::Police)).unwrap().submit().unwrap();
        sync_over_http(&client, PATIENT);
        let (state, reason, sentence) = item(&client, ObjectKind::Report);
        assert_eq!((state, reason), (ItemState::Waits, Some(Reason::NotTrusted)), "{name}");
        assert!(sentence.starts_with("what answers cannot prove to be the desk"), "{sentence}");
    }
}

#[test]
fn nothing_is_sent_in_clear_to_another_machine_unless_that_is_wished_and_the_reason_says_how() {
    let mut phone = Phone::new();
    phone.desk.desk.urls = vec!["http://desk.example".into()];
    phone.desk.desk.id = DeskId::parse("harbour-desk").unwrap();
    let client = phone.open();
    client.take_directory(&phone.desk.directory(2)).unwrap();
    client.note(content(Route::Police)).unwrap().submit().unwrap();
    let intake = PlayedIntake::of(&phone.desk);
    assert_eq!(sync(&client, &intake).stored, 0);
    assert_eq!(intake.requests.lock().unwrap().len(), 0);
    let (_, reason, sentence) = item(&client, ObjectKind::Report);
    assert_eq!(reason, Some(Reason::NotEncrypted));
    assert!(sentence.contains("`sync --allow-clear`"), "{sentence}");
    let mut sender = client.sender(Arc::clone(&intake) as Arc<dyn Transport>).unwrap();
    sender.wish(Wishes { allow_clear: true, ..Wishes::default() });
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let summary = runtime.block_on(sender.run(Network::Metered, true, &|_| {})).unwrap();
    assert_eq!(summary.stored, 1);
}

#[test]
fn a_photo_that_waits_for_an_unmetered_network_goes_when_it_is_asked_for_at_once() {
    let phone = Phone::new();
    let client = phone.open();
    submitted(&client);
    let intake = PlayedIntake::of(&phone.desk);
    let mut sender = client.sender(Arc::clone(&intake) as Arc<dyn Transport>).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let metered = |sender: &crate::sync::Sender| {
        runtime.block_on(sender.run(Network::Metered, true, &|_| {})).unwrap().stored
    };
    assert_eq!(metered(&sender), 1, "the words");
    assert_eq!(metered(&sender), 0);
    sender.wish(Wishes { originals_now: true, ..Wishes::default() });
    assert_eq!(metered(&sender), 1, "the photo");
}
