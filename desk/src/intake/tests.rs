//! The intake over real connections, on loopback.

use std::{sync::Arc, time::Duration};

use reqwest::{Client, Method, RequestBuilder, StatusCode, header::AUTHORIZATION};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    sync::oneshot,
    task::JoinHandle,
};
use turnstone_wire::{
    answer::{KEYS_HEADER, Refusal, RefusalCode, TUS_CHUNK_TYPE, attachment_path, mailbox_path, report_path},
    desk_call::{Proof, Request},
    hash::Sha256,
    key::{Caller, Seal, Stored},
    mailbox::MailboxAnswer,
    receipt::{Object, ObjectKind, SignedReceipt},
};

mod tus;

use super::listen::Server;
use crate::{
    clock::Clock,
    home::{IntakeConfig, secrets},
    testing::{TestDesk, token},
};

struct Running {
    desk: TestDesk,
    url: String,
    client: Client,
    stop: Option<oneshot::Sender<()>>,
    server: JoinHandle<()>,
}

impl Running {
    async fn new() -> Self {
        let desk = TestDesk::new();
        let server = Server::bind("127.0.0.1:0", None, Arc::clone(&desk.store)).await.unwrap();
        let (stop, stopped) = oneshot::channel::<()>();
        let url = server.url();
        let stopped = async move { drop(stopped.await) };
        let server = tokio::spawn(server.run(stopped, Duration::from_secs(5)));
        let tls =
            rustls::ClientConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
                .with_safe_default_protocol_versions()
                .unwrap()
                .with_root_certificates(rustls::RootCertStore::empty())
                .with_no_client_auth();
        let client = Client::builder().tls_backend_preconfigured(tls).no_proxy().build().unwrap();
        Self { desk, url, client, stop: Some(stop), server }
    }

    fn call(&self, method: &str, path: &str) -> RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        self.client.request(method, format!("{}{path}", self.url))
    }

    fn chunk(&self, method: &str, name: &Sha256, bytes: &[u8]) -> RequestBuilder {
        let call = self.call(method, &attachment_path(name)).header("tus-resumable", "1.0.0");
        call.header("content-type", TUS_CHUNK_TYPE).body(bytes.to_vec())
    }

    /// A raw connection, to break in the middle.
    async fn raw(&self, text: &str) -> TcpStream {
        let mut stream = TcpStream::connect(self.url.strip_prefix("http://").unwrap()).await.unwrap();
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    async fn offset(&self, name: &Sha256) -> u64 {
        let head = self.call("HEAD", &attachment_path(name)).send().await.unwrap();
        assert_eq!(head.headers()["cache-control"], "no-store");
        header(&head, "upload-offset")
    }
}

fn header(response: &reqwest::Response, name: &str) -> u64 {
    response.headers()[name].to_str().unwrap().parse().unwrap()
}

async fn refusal(response: reqwest::Response) -> (StatusCode, RefusalCode) {
    let status = response.status();
    (status, Refusal::parse(&response.bytes().await.unwrap()).unwrap().error)
}

#[tokio::test]
async fn p3_a_report_put_twice_over_http_gives_one_receipt() {
    let running = Running::new().await;
    let name = Sha256::of(b"sealed");
    let path = report_path(&name);
    let first = running.call("PUT", &path).body("sealed").send().await.unwrap();
    assert_eq!(first.status(), StatusCode::CREATED);
    let first = first.bytes().await.unwrap();
    let second = running.call("PUT", &path).body("sealed").send().await.unwrap();
    assert_eq!(second.status(), StatusCode::OK);
    assert_eq!(second.bytes().await.unwrap(), first);
    let object = Object { kind: ObjectKind::Report, sha256: name, size: 6 };
    SignedReceipt::parse(&first).unwrap().verify::<Stored>(&object, &running.desk.desk()).unwrap();
    assert_eq!(running.call("HEAD", &path).send().await.unwrap().status(), StatusCode::OK);
    let unknown = report_path(&Sha256::of(b"unknown"));
    assert_eq!(running.call("HEAD", &unknown).send().await.unwrap().status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn p11_every_refusal_says_its_code() {
    let running = Running::new().await;
    let name = Sha256::of(b"sealed");
    let put = |body: &'static str| running.call("PUT", &report_path(&name)).body(body);
    let expect = |status, code| (StatusCode::from_u16(status).unwrap(), code);
    let wrong = put("other").send().await.unwrap();
    assert_eq!(refusal(wrong).await, expect(422, RefusalCode::HashMismatch));
    let large = running.call("PUT", &report_path(&name)).body(vec![0; 2_000_000]).send().await.unwrap();
    assert_eq!(refusal(large).await, expect(413, RefusalCode::TooLarge));
    let badly_named = running.call("PUT", "/v1/reports/..%2f..%2fetc").body("x").send().await.unwrap();
    assert_eq!(refusal(badly_named).await, expect(400, RefusalCode::BadRequest));
    let server = running.desk.home().server();
    let mut config = IntakeConfig::read(&server).unwrap();
    config.dead_keys.push(running.desk.desk().recipients::<Seal>()[0].id());
    config.write(&server).unwrap();
    let keys = format!("0011223344556677,{}", config.dead_keys[0]);
    let dead = put("sealed").header(KEYS_HEADER, keys).send().await.unwrap();
    assert_eq!(refusal(dead).await, expect(409, RefusalCode::DeadKey));
    let nothing = running.call("GET", "/v2/anything").send().await.unwrap();
    assert_eq!(refusal(nothing).await, expect(404, RefusalCode::NotFound));
    let unreadable = [
        ("PUT", "/v1/reports/%ff"),
        ("HEAD", "/v1/reports/%ff"),
        ("PATCH", "/v1/attachments/%ff"),
        ("GET", "/v1/mailbox/%ff"),
        ("GET", "/v1/desk/objects?after=x"),
        ("GET", "/v1/desk/objects/%ff/x"),
        ("POST", "/v1/desk/mailbox/%ff"),
    ];
    for (method, path) in unreadable {
        let answer = running.call(method, path).send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::BAD_REQUEST, "{method} {path}");
        if method != "HEAD" {
            assert_eq!(refusal(answer).await, expect(400, RefusalCode::BadRequest), "{method} {path}");
        }
    }
    for (method, path) in
        [("GET", "/"), ("DELETE", "/v1/reports/x"), ("PUT", "/healthz"), ("GET", "/v1/reports")]
    {
        let answer = running.call(method, path).send().await.unwrap();
        assert_eq!(refusal(answer).await, expect(404, RefusalCode::NotFound), "{method} {path}");
    }
    let other_tus = running.call("POST", &attachment_path(&name)).header("tus-resumable", "0.2.2");
    assert_eq!(other_tus.send().await.unwrap().status(), StatusCode::PRECONDITION_FAILED);
    assert!(running.desk.store.objects_after(0).unwrap().is_empty());
}

#[tokio::test]
async fn p3_an_attachment_goes_on_after_each_break_and_loses_nothing_that_arrived() {
    let running = Running::new().await;
    let sealed: Vec<u8> = (0..300_000_u32).map(|n| u8::try_from(n % 251).unwrap()).collect();
    let name = Sha256::of(&sealed);
    let path = attachment_path(&name);
    let head = format!(
        "POST {path} HTTP/1.1\r\nhost: x\r\ntus-resumable: 1.0.0\r\nupload-length: 300000\r\n\
         content-type: {TUS_CHUNK_TYPE}\r\ncontent-length: 300000\r\n\r\n"
    );
    let mut broken = running.raw(&head).await;
    broken.write_all(&sealed[..100_000]).await.unwrap();
    broken.flush().await.unwrap();
    // The desk reads what arrived, and then sees the connection go.
    while running.offset_or_nothing(&name).await != Some(100_000) {}
    drop(broken);

    let again = running.call("POST", &path).header("upload-length", 300_000).send().await.unwrap();
    assert_eq!((again.status(), header(&again, "upload-offset")), (StatusCode::OK, 100_000));
    let wrong = running.chunk("PATCH", &name, &sealed).header("upload-offset", 0).send().await.unwrap();
    assert_eq!(header(&wrong, "upload-offset"), 100_000);
    assert_eq!(refusal(wrong).await, (StatusCode::CONFLICT, RefusalCode::WrongOffset));
    let other_length = running.call("POST", &path).header("upload-length", 5).send().await.unwrap();
    assert_eq!(other_length.status(), StatusCode::CONFLICT);

    let part = running.chunk("PATCH", &name, &sealed[100_000..200_000]).header("upload-offset", 100_000);
    let part = part.send().await.unwrap();
    assert_eq!((part.status(), header(&part, "upload-offset")), (StatusCode::NO_CONTENT, 200_000));
    let rest = running.chunk("PATCH", &name, &sealed[200_000..]).header("upload-offset", 200_000);
    let rest = rest.send().await.unwrap();
    assert_eq!(
        (rest.status(), &rest.headers()["tus-resumable"]),
        (StatusCode::OK, &"1.0.0".parse().unwrap())
    );
    let object = Object { kind: ObjectKind::Attachment, sha256: name, size: 300_000 };
    let receipt = rest.bytes().await.unwrap();
    SignedReceipt::parse(&receipt).unwrap().verify::<Stored>(&object, &running.desk.desk()).unwrap();

    let complete =
        running.chunk("POST", &name, &sealed).header("upload-length", 300_000).send().await.unwrap();
    assert_eq!((complete.status(), header(&complete, "upload-offset")), (StatusCode::OK, 300_000));
    assert_eq!(complete.bytes().await.unwrap(), receipt);
    assert_eq!(running.offset(&name).await, 300_000);
}

impl Running {
    async fn offset_or_nothing(&self, name: &Sha256) -> Option<u64> {
        let head = self.call("HEAD", &attachment_path(name)).send().await.unwrap();
        head.status().is_success().then(|| header(&head, "upload-offset"))
    }
}

#[tokio::test]
async fn a_client_that_comes_back_before_its_old_connection_is_gone_gets_the_turn() {
    let running = Running::new().await;
    let sealed = [7; 1000];
    let name = Sha256::of(&sealed);
    let head = format!(
        "POST {} HTTP/1.1\r\nhost: x\r\nupload-length: 1000\r\ncontent-type: {TUS_CHUNK_TYPE}\r\n\
         content-length: 1000\r\n\r\n",
        attachment_path(&name)
    );
    let mut stale = running.raw(&head).await;
    stale.write_all(&sealed[..400]).await.unwrap();
    while running.offset_or_nothing(&name).await != Some(400) {}
    let rest =
        running.chunk("PATCH", &name, &sealed[400..]).header("upload-offset", 400).send().await.unwrap();
    assert_eq!(rest.status(), StatusCode::OK);
    let mut told = [0; 12];
    tokio::time::timeout(Duration::from_secs(5), stale.read_exact(&mut told)).await.unwrap().unwrap();
    assert_eq!(&told, b"HTTP/1.1 409");
}

#[tokio::test]
async fn p5_a_mailbox_answers_a_stranger_like_an_empty_one() {
    let running = Running::new().await;
    let address = token().address();
    running.desk.store.leave(&address, br#"{"kind":"song"}"#).unwrap();
    let read = async |token: Option<&str>| {
        let call = running.call("GET", &mailbox_path(&address));
        let call = token.iter().fold(call, |call, token| call.bearer_auth(token));
        let answer = call.send().await.unwrap();
        assert_eq!(answer.status(), StatusCode::OK);
        MailboxAnswer::parse(&answer.bytes().await.unwrap()).unwrap().items.len()
    };
    assert_eq!(read(Some(token().to_secret_text().as_str())).await, 1);
    assert_eq!(read(Some(&"0".repeat(64))).await, 0);
    assert_eq!(read(Some("nonsense")).await, 0);
    assert_eq!(read(None).await, 0);
    let unknown = running.call("GET", "/v1/mailbox/nonsense").send().await.unwrap();
    assert_eq!(unknown.text().await.unwrap(), r#"{"items":[]}"#);
}

#[tokio::test]
async fn desk_calls_list_and_read_what_is_stored_for_listed_keys_only() {
    let running = Running::new().await;
    let object = running.desk.deliver(b"sealed");
    let key = secrets::read_signing_key::<Caller>(&running.desk.home().officer().join("caller.key")).unwrap();
    let sign = |nonce: u8, method: &str, path: &str, body: &[u8]| {
        let request = Request { method, path, body: Sha256::of(body) };
        Proof::sign(&request, [nonce; 16], running.desk.clock.now(), &key).to_header()
    };
    let list = "/v1/desk/objects?after=0";
    let unsigned = running.call("GET", list).send().await.unwrap();
    assert_eq!(refusal(unsigned).await, (StatusCode::UNAUTHORIZED, RefusalCode::NotAllowed));
    let proof = sign(1, "GET", list, b"");
    let listed = running.call("GET", list).header(AUTHORIZATION, &proof).send().await.unwrap();
    let listed: serde_json::Value = serde_json::from_slice(&listed.bytes().await.unwrap()).unwrap();
    assert_eq!(listed["objects"][0]["sha256"], object.sha256.to_string());
    assert_eq!(
        (&listed["objects"][0]["number"], &listed["objects"][0]["kind"]),
        (&1.into(), &"report".into())
    );
    let replayed = running.call("GET", list).header(AUTHORIZATION, &proof).send().await.unwrap();
    assert_eq!(replayed.status(), StatusCode::UNAUTHORIZED);
    let path = format!("/v1/desk/objects/report/{}", object.sha256);
    let bytes =
        running.call("GET", &path).header(AUTHORIZATION, sign(2, "GET", &path, b"")).send().await.unwrap();
    assert_eq!(bytes.bytes().await.unwrap().as_ref(), b"sealed");
    let (path, item) = (format!("/v1/desk/mailbox/{}", token().address()), br#"{"kind":"song"}"#);
    let forged = running.call("POST", &path).header(AUTHORIZATION, sign(3, "POST", &path, b"{}"));
    assert_eq!(forged.body(item.to_vec()).send().await.unwrap().status(), StatusCode::UNAUTHORIZED);
    let left = running.call("POST", &path).header(AUTHORIZATION, sign(4, "POST", &path, item));
    assert_eq!(left.body(item.to_vec()).send().await.unwrap().status(), StatusCode::NO_CONTENT);
    let again = running.call("POST", &path).header(AUTHORIZATION, sign(5, "POST", &path, item));
    assert_eq!(again.body(item.to_vec()).send().await.unwrap().status(), StatusCode::OK, "it was there");
}

#[tokio::test]
async fn the_server_stops_when_told_and_answers_health_and_directory_until_then() {
    let mut running = Running::new().await;
    assert_eq!(running.call("GET", "/healthz").send().await.unwrap().status(), StatusCode::OK);
    let directory = running.call("GET", "/v1/directory").send().await.unwrap();
    let file = std::fs::read(running.desk.home().directory()).unwrap();
    assert_eq!(directory.bytes().await.unwrap(), file);
    running.stop.take().unwrap().send(()).unwrap();
    tokio::time::timeout(Duration::from_secs(5), running.server).await.unwrap().unwrap();
    let gone = running.client.get(format!("{}/healthz", running.url)).send().await;
    assert!(gone.is_err());
}
