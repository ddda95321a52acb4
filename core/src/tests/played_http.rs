//! A desk behind a real socket that answers each request as a test wants it: well, badly, slowly, without an end. The real
//! carrier speaks to it, so that everything between a step and its outcome takes part.

use std::{
    collections::BTreeMap,
    io::{BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    hash::Sha256,
    key::{SigningKey, Stored},
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::kit::{Phone, PlayedDesk, signed_at};
use crate::{
    Client,
    sync::{Http, Network, Patience, Summary},
};

/// One request as it came.
#[derive(Debug, Clone)]
pub(super) struct Request {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) body: Vec<u8>,
    headers: BTreeMap<String, String>,
}

impl Request {
    /// What a `PUT` or an upload is for.
    pub(super) fn object(&self) -> Object {
        let kind = if self.path.contains("/reports/") { ObjectKind::Report } else { ObjectKind::Attachment };
        let size = self.header("upload-length").unwrap_or(self.body.len() as u64);
        Object { kind, sha256: self.path.rsplit_once('/').unwrap().1.parse().unwrap(), size }
    }

    pub(super) fn header_text(&self, name: &str) -> Option<String> {
        self.headers.get(name).cloned()
    }

    fn header(&self, name: &str) -> Option<u64> {
        self.headers.get(name)?.parse().ok()
    }
}

/// What becomes of one request.
#[derive(Clone)]
pub(super) enum Reply {
    /// The desk does its work.
    Good,
    /// The desk does its work on so many bytes of the body: the rest was lost on the way, unseen.
    GoodOf(usize),
    /// The desk does its work, and these headers are put into its answer.
    GoodWith(&'static str),
    /// These bytes, and the end of the connection.
    Bytes(Vec<u8>),
    /// These bytes, and then nothing more, with the connection open.
    Stalls(Vec<u8>),
    /// These bytes, and after them one now and then, without an end.
    Drips(Vec<u8>),
    /// These bytes, and after them others, for as long as somebody reads.
    Endless(Vec<u8>),
}

impl Reply {
    /// A whole answer with a body.
    pub(super) fn with(status: &str, headers: &str, body: impl AsRef<[u8]>) -> Self {
        let body = body.as_ref();
        let head = format!(
            "HTTP/1.1 {status}\r\nconnection: close\r\ncontent-length: {}\r\n{headers}\r\n",
            body.len()
        );
        Self::Bytes([head.as_bytes(), body].concat())
    }

    /// A refusal in the desk's own form.
    pub(super) fn refusal(status: &str, headers: &str, error: RefusalCode) -> Self {
        let refusal = Refusal { error, message: "no".into(), limit: None };
        Self::with(status, headers, serde_json::to_vec(&refusal).unwrap())
    }
}

type Script = Box<dyn FnMut(&Request) -> Reply + Send>;

/// What the desk holds.
#[derive(Debug, Default)]
pub(super) struct Held {
    /// Whole objects, and how many bytes each has.
    pub(super) objects: Vec<Object>,
    /// Uploads that are not whole.
    pub(super) uploads: BTreeMap<Sha256, (u64, Vec<u8>)>,
    /// Requests for objects, in order.
    pub(super) requests: Vec<(String, String)>,
}

/// The desk. Ends with the test.
pub(super) struct ScriptedDesk {
    address: SocketAddr,
    shared: Arc<Shared>,
}

struct Shared {
    stored: SigningKey<Stored>,
    desk: turnstone_wire::directory::DeskId,
    script: Mutex<Script>,
    held: Mutex<Held>,
    open: Mutex<Vec<TcpStream>>,
    ended: AtomicBool,
}

impl ScriptedDesk {
    /// Listens in the place of a desk, and makes a phone go there.
    pub(super) fn of(phone: &mut Phone) -> Self {
        let scripted = Self::listen(&phone.desk);
        phone.desk.desk.urls = vec![scripted.url()];
        phone.open().take_directory(&phone.desk.directory(2)).unwrap();
        scripted
    }

    /// Listens in the place of a desk.
    pub(super) fn listen(desk: &PlayedDesk) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            stored: SigningKey::parse(&desk.stored.to_secret_text()).unwrap(),
            desk: desk.desk.id.clone(),
            script: Mutex::new(Box::new(|_| Reply::Good)),
            held: Mutex::default(),
            open: Mutex::default(),
            ended: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || {
            for link in listener.incoming() {
                if accepting.ended.load(Ordering::SeqCst) {
                    return;
                }
                let (shared, link) = (Arc::clone(&accepting), link.unwrap());
                thread::spawn(move || shared.serve(&link));
            }
        });
        Self { address, shared }
    }

    pub(super) fn url(&self) -> String {
        format!("http://{}", self.address)
    }

    /// Answers by a script from now on; stalled connections end, and what was asked is forgotten.
    pub(super) fn answers(&self, script: impl FnMut(&Request) -> Reply + Send + 'static) {
        *self.shared.script.lock().unwrap() = Box::new(script);
        self.shared.open.lock().unwrap().clear();
        self.shared.held.lock().unwrap().requests.clear();
    }

    pub(super) fn held<T>(&self, look: impl FnOnce(&Held) -> T) -> T {
        look(&self.shared.held.lock().unwrap())
    }

    /// How many requests for reports and attachments came since the script was set.
    pub(super) fn asked(&self) -> usize {
        self.held(|held| held.requests.len())
    }
}

impl Drop for ScriptedDesk {
    fn drop(&mut self) {
        self.shared.ended.store(true, Ordering::SeqCst);
        self.shared.open.lock().unwrap().clear();
        // Wakes whoever accepts.
        TcpStream::connect(self.address).map(drop).unwrap_or_default();
    }
}

impl Shared {
    fn serve(&self, link: &TcpStream) {
        // Nobody waits for a client that is gone.
        link.set_read_timeout(Some(Duration::from_secs(30))).unwrap();
        link.set_write_timeout(Some(Duration::from_secs(30))).unwrap();
        let Some(mut request) = read_request(link) else { return };
        if request.path.contains("/reports/") || request.path.contains("/attachments/") {
            let asked = (request.method.clone(), request.path.clone());
            self.held.lock().unwrap().requests.push(asked);
        }
        let reply = (self.script.lock().unwrap())(&request);
        let mut writer = link;
        match reply {
            Reply::Good => drop(writer.write_all(&self.good(&request))),
            Reply::GoodOf(most) => {
                request.body.truncate(most);
                drop(writer.write_all(&self.good(&request)));
            }
            Reply::GoodWith(headers) => {
                let answer = self.good(&request);
                let end = answer.iter().position(|byte| *byte == b'\n').map_or(0, |end| end + 1);
                drop(writer.write_all(&[&answer[..end], headers.as_bytes(), &answer[end..]].concat()));
            }
            Reply::Bytes(bytes) => drop(writer.write_all(&bytes)),
            Reply::Stalls(bytes) => {
                drop(writer.write_all(&bytes));
                self.open.lock().unwrap().push(link.try_clone().unwrap());
            }
            Reply::Drips(bytes) => self.goes_on(writer, &bytes, 1, Duration::from_millis(20)),
            Reply::Endless(bytes) => self.goes_on(writer, &bytes, 4096, Duration::ZERO),
        }
    }

    fn goes_on(&self, mut writer: &TcpStream, begin: &[u8], piece: usize, pause: Duration) {
        let mut sent = writer.write_all(begin);
        while sent.is_ok() && !self.ended.load(Ordering::SeqCst) {
            thread::sleep(pause);
            sent = writer.write_all(&b"x".repeat(piece));
        }
    }

    fn good(&self, request: &Request) -> Vec<u8> {
        let mut held = self.held.lock().unwrap();
        if request.method == "GET" {
            let mail = Reply::with("200 OK", "", r#"{"items":[]}"#);
            return bytes(if request.path.contains("mailbox") {
                mail
            } else {
                Reply::with("404 No", "", "")
            });
        }
        let mut object = request.object();
        if request.path.contains("/reports/") {
            // A body that was cut on the way says nothing of the size.
            object.size = request.body.len() as u64;
        }
        if request.method == "PUT" {
            if Sha256::of(&request.body) != object.sha256 {
                return bytes(Reply::refusal("422 No", "", RefusalCode::HashMismatch));
            }
            held.store(object);
            return self.receipt("201 Created", &object);
        }
        let whole = held.objects.iter().find(|whole| whole.sha256 == object.sha256);
        if request.method == "HEAD" {
            let offset = whole.map(|whole| whole.size);
            let offset = offset.or(held.uploads.get(&object.sha256).map(|(_, there)| there.len() as u64));
            return bytes(match offset {
                Some(offset) => Reply::with("200 OK", &format!("upload-offset: {offset}\r\n"), ""),
                None => Reply::with("404 Not Found", "", ""),
            });
        }
        if let Some(whole) = whole {
            return self.receipt("200 OK", whole);
        }
        let known = held.uploads.contains_key(&object.sha256);
        if request.method == "POST" {
            held.uploads.entry(object.sha256).or_insert((object.size, Vec::new()));
        }
        let Some((length, there)) = held.uploads.get_mut(&object.sha256) else {
            return bytes(Reply::refusal("404 Not Found", "", RefusalCode::NotFound));
        };
        if request.header("upload-offset").is_some_and(|offset| offset != there.len() as u64) {
            let offset = format!("upload-offset: {}\r\n", there.len());
            return bytes(Reply::refusal("409 Conflict", &offset, RefusalCode::WrongOffset));
        }
        if request.method == "PATCH" || !known {
            there.extend_from_slice(&request.body);
        }
        if there.len() as u64 == *length {
            assert_eq!(Sha256::of(there), object.sha256, "bytes match their name");
            let whole = Object { size: *length, ..object };
            held.uploads.remove(&object.sha256);
            held.store(whole);
            return self.receipt("200 OK", &whole);
        }
        bytes(Reply::with("201 Created", &format!("upload-offset: {}\r\n", there.len()), ""))
    }

    fn receipt(&self, status: &str, object: &Object) -> Vec<u8> {
        let receipt = SignedReceipt::sign(object, &self.desk, signed_at(), &self.stored).to_json();
        bytes(Reply::with(status, &format!("upload-offset: {}\r\n", object.size), receipt))
    }
}

impl Held {
    fn store(&mut self, object: Object) {
        if !self.objects.contains(&object) {
            self.objects.push(object);
        }
    }
}

fn bytes(reply: Reply) -> Vec<u8> {
    match reply {
        Reply::Bytes(bytes) => bytes,
        _ => Vec::new(),
    }
}

/// Reads a request with a body of known length, or in chunks.
fn read_request(link: &TcpStream) -> Option<Request> {
    let mut reader = BufReader::new(link);
    let mut line = String::new();
    reader.read_line(&mut line).ok()?;
    let mut words = line.split_whitespace();
    let (method, path) = (words.next()?.to_owned(), words.next()?.to_owned());
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        reader.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else { break };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length").and_then(|length| length.parse().ok()).unwrap_or(0);
    let mut body = Vec::new();
    reader.take(length).read_to_end(&mut body).ok()?;
    (body.len() as u64 == length).then_some(Request { method, path, body, headers })
}

/// Sends once by the real carrier, which waits for a desk that stands still as long as it is told.
pub(super) fn sync_over_http(client: &Client, stalled: Duration) -> Summary {
    let patience = Patience { connect: Duration::from_secs(30), stalled };
    let sender = client.sender(Arc::new(Http::with_patience(patience))).unwrap();
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
    let run = sender.run(Network::Unmetered, true, &|_| {});
    let run = runtime.block_on(async { tokio::time::timeout(Duration::from_secs(120), run).await });
    runtime.shutdown_background();
    run.expect("a run of the sender ends").unwrap()
}
