//! What is to be carried, and what came of it, as plain values.

use std::{future::Future, pin::Pin, sync::Arc};

use turnstone_wire::{
    answer, directory::Desk, hash::Sha256, key::KeyId, mailbox::MailboxToken, receipt::ObjectKind,
};

use super::proxy::Proxy;
use crate::outbox::{Item, ItemRecord, ItemState, Reason, Upload};

/// An HTTP method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Method {
    /// Fetches.
    Get,
    /// Asks what there is.
    Head,
    /// Stores under a name.
    Put,
    /// Begins an upload.
    Post,
    /// Goes on with one.
    Patch,
}

impl Method {
    /// How it is called in a request (RFC 9110 section 9, RFC 5789).
    pub const fn name(self) -> &'static str {
        match self {
            Self::Get => "GET",
            Self::Head => "HEAD",
            Self::Put => "PUT",
            Self::Post => "POST",
            Self::Patch => "PATCH",
        }
    }
}

/// The body of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum StepBody {
    /// None.
    Empty,
    /// These bytes: sealed words.
    Bytes(Vec<u8>),
    /// So many sealed bytes of an attachment, from an offset; read through [`Bodies`].
    Media {
        /// Row in `media.db`.
        media: i64,
        /// First byte.
        from: u64,
        /// How many.
        len: u64,
    },
}

impl StepBody {
    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        match self {
            Self::Empty => 0,
            Self::Bytes(bytes) => bytes.len() as u64,
            Self::Media { len, .. } => *len,
        }
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl std::fmt::Debug for StepBody {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Empty => f.write_str("[no body]"),
            Self::Bytes(bytes) => write!(f, "[{} bytes]", bytes.len()),
            Self::Media { from, len, .. } => write!(f, "[{len} bytes from {from}]"),
        }
    }
}

/// One request.
#[derive(Clone, PartialEq, Eq)]
pub struct Step {
    /// Method.
    pub method: Method,
    /// Absolute address.
    pub url: String,
    /// Names in lower case, and values.
    pub headers: Vec<(&'static str, String)>,
    /// Body.
    pub body: StepBody,
    /// It belongs to an anonymous report: a connection of its own, nothing resumed, nothing shared.
    pub apart: bool,
    /// The SOCKS proxy that it goes by; where it cannot be reached, it does not go.
    pub proxy: Option<Proxy>,
    /// Certificates (DER, base 64) that the desk is believed by, beside the public ones.
    pub tls_roots: Arc<[String]>,
    /// Largest answer that is read, in bytes.
    pub answer_limit: usize,
}

impl Step {
    /// The same without what it carries.
    pub(super) fn without_body(&self) -> Self {
        Self {
            url: self.url.clone(),
            headers: Vec::new(),
            body: StepBody::Empty,
            proxy: self.proxy.clone(),
            tls_roots: Arc::clone(&self.tls_roots),
            ..*self
        }
    }
}

impl std::fmt::Debug for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{:?} {:?}", self.method, self.body)
    }
}

/// What came of a request.
#[derive(Clone, PartialEq, Eq)]
pub enum Outcome {
    /// An answer, from whomever.
    Answer {
        /// HTTP status.
        status: u16,
        /// `Upload-Offset` (tus 1.0), in bytes.
        offset: Option<u64>,
        /// `Retry-After`, in seconds (RFC 9110 section 10.2.3).
        retry_after_s: Option<u64>,
        /// The body, cut at the step's limit.
        body: Vec<u8>,
    },
    /// No answer.
    Failed(Failure),
}

impl std::fmt::Debug for Outcome {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Answer { status, body, .. } => write!(f, "{status} [{} bytes]", body.len()),
            Self::Failed(failure) => write!(f, "{failure:?}"),
        }
    }
}

/// Why there was no answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Failure {
    /// No connection came about.
    Unreachable,
    /// No connection came about by the proxy: it is not there, or it reaches nothing.
    NoProxy,
    /// A connection came about with something that does not prove to be the desk; nothing was sent.
    NotTrusted,
    /// The connection broke, or nothing moved for too long.
    Broken,
    /// The answer came out of a cache on the way (`Age`, RFC 9111 section 5.1): it says what once was.
    Cached,
    /// The body could not be read on this device.
    Unreadable,
}

/// Where a carrier reads attachments from.
pub trait Bodies: Send + Sync {
    /// At most `len` bytes from an offset; fewer only at the end.
    ///
    /// # Errors
    /// [`Failure::Unreadable`].
    fn read(&self, media: i64, from: u64, len: usize) -> Result<Vec<u8>, Failure>;

    /// Told by a carrier that can: so many bytes of the step's body were handed to the link so far. They need not have
    /// arrived; what the desk then says counts.
    fn handed(&self, _bytes: u64) {}
}

/// Something that carries requests: HTTP in this process, a system's background transfer, a simulated link. It decides
/// nothing, repeats nothing and follows no redirection: one step, one outcome.
pub trait Transport: Send + Sync {
    /// Carries a step.
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>>;

    /// The device is on another network: connections made on the last one lead nowhere.
    fn network_changed(&self) {}
}

/// Largest answer to an upload that is read.
const ANSWER_BYTES: usize = 16 * 1024;

/// What an item's next request is made from.
pub(super) struct Sending<'a> {
    pub(super) item: &'a Item,
    pub(super) desk: &'a Desk,
    pub(super) envelope: Option<Vec<u8>>,
    pub(super) apart: bool,
    /// The words of its report are not with the desk.
    pub(super) words_wait: bool,
    /// How many bytes of an attachment go in one request.
    pub(super) chunk: u64,
    pub(super) allow_clear: bool,
}

impl Sending<'_> {
    /// The next request of an item. What is stored is asked after. An upload that was never begun is begun and sent the first
    /// chunk of in one; one that was broken off is first asked after; one that the desk has all bytes of is gone on with
    /// without any, which is the question for its receipt.
    pub(super) fn step(mut self) -> Result<Step, Reason> {
        // A desk that closes gets what belongs to words that it has, and nothing else.
        if self.desk.closed && self.words_wait {
            return Err(Reason::DeskClosed);
        }
        let base = usable_url(self.desk, self.item.attempts, self.allow_clear)?;
        let sha256 = &self.item.record.sha256;
        let mut headers = Vec::new();
        let (method, path, body) = match self.item.record.kind {
            ObjectKind::Report if self.item.state == ItemState::Stored => {
                headers.push(no_cache());
                (Method::Head, answer::report_path(sha256), StepBody::Empty)
            }
            ObjectKind::Report => {
                let ItemRecord { keys, contact_keys, .. } = &self.item.record;
                if keys.iter().chain(contact_keys).any(|key| self.desk.is_dead(key)) {
                    return Err(Reason::KeyDead);
                }
                headers.push(("content-type", "application/octet-stream".to_owned()));
                headers.push((answer::KEYS_HEADER, key_list(&self.item.record.keys)));
                let envelope = self.envelope.take().filter(|bytes| Sha256::of(bytes) == *sha256);
                let envelope = envelope.ok_or(Reason::Unreadable)?;
                (Method::Put, answer::report_path(sha256), StepBody::Bytes(envelope))
            }
            ObjectKind::Attachment => {
                let (method, body) = upload(self.item, self.chunk, &mut headers)?;
                (method, answer::attachment_path(sha256), body)
            }
        };
        Ok(self.request(method, &format!("{base}{path}"), headers, body))
    }

    fn request(
        self,
        method: Method,
        url: &str,
        headers: Vec<(&'static str, String)>,
        body: StepBody,
    ) -> Step {
        Step {
            method,
            url: url.to_owned(),
            headers,
            body,
            apart: self.apart,
            proxy: None,
            tls_roots: self.desk.tls_roots.clone().into(),
            answer_limit: ANSWER_BYTES,
        }
    }
}

/// What a request is begun with whose answer a cache might think it knows (RFC 9111 section 5.2.1.4).
fn no_cache() -> (&'static str, String) {
    ("cache-control", "no-cache".to_owned())
}

fn upload(
    item: &Item,
    chunk: u64,
    headers: &mut Vec<(&'static str, String)>,
) -> Result<(Method, StepBody), Reason> {
    let (media, size) = (item.media.ok_or(Reason::Unreadable)?, item.size);
    headers.push(("tus-resumable", answer::TUS_VERSION.to_owned()));
    let bytes = ("content-type", answer::TUS_CHUNK_TYPE.to_owned());
    let part = |from: u64| StepBody::Media { media, from, len: size.saturating_sub(from).min(chunk.max(1)) };
    Ok(match item.upload {
        _ if item.state == ItemState::Stored => {
            headers.push(no_cache());
            (Method::Head, StepBody::Empty)
        }
        Upload::Fresh => {
            headers.push(("upload-length", size.to_string()));
            headers.push(bytes);
            (Method::Post, part(0))
        }
        Upload::Unknown(_) => {
            headers.push(no_cache());
            (Method::Head, StepBody::Empty)
        }
        Upload::At(offset) => {
            headers.push(("upload-offset", offset.to_string()));
            headers.push(bytes);
            // Without bytes at the end: a desk that was killed before it made the receipt ends the upload now.
            (Method::Patch, if offset < size { part(offset) } else { StepBody::Empty })
        }
    })
}

/// Asks a report's mailbox.
pub(super) fn mailbox_step(
    desk: &Desk,
    token: &MailboxToken,
    apart: bool,
    allow_clear: bool,
) -> Result<Step, Reason> {
    let path = answer::mailbox_path(&token.address());
    Ok(Step {
        method: Method::Get,
        url: format!("{}{path}", usable_url(desk, 0, allow_clear)?),
        headers: vec![("authorization", format!("Bearer {}", *token.to_secret_text())), no_cache()],
        body: StepBody::Empty,
        apart,
        proxy: None,
        tls_roots: desk.tls_roots.clone().into(),
        answer_limit: turnstone_wire::limits::MAILBOX_BYTES,
    })
}

/// Asks a desk for the directory it serves.
pub(super) fn directory_step(desk: &Desk, apart: bool, allow_clear: bool) -> Result<Step, Reason> {
    Ok(Step {
        method: Method::Get,
        url: format!("{}{}", usable_url(desk, 0, allow_clear)?, answer::DIRECTORY_PATH),
        headers: vec![no_cache()],
        body: StepBody::Empty,
        apart,
        proxy: None,
        tls_roots: desk.tls_roots.clone().into(),
        answer_limit: turnstone_wire::limits::DIRECTORY_BYTES,
    })
}

fn key_list(keys: &[KeyId]) -> String {
    keys.iter().map(KeyId::to_string).collect::<Vec<_>>().join(",")
}

/// One of the desk's addresses, each failed attempt the next of them, if something may be sent there: in clear only within
/// this machine, unless that is wished.
fn usable_url(desk: &Desk, attempts: u32, allow_clear: bool) -> Result<&str, Reason> {
    let turn = usize::try_from(attempts).unwrap_or(0) % desk.urls.len().max(1);
    let url = desk.urls.get(turn).ok_or(Reason::DeskUnlisted)?.trim_end_matches('/');
    let parsed = reqwest::Url::parse(url).map_err(|_| Reason::DeskUnlisted)?;
    let loopback = match parsed.host_str() {
        Some("localhost") => true,
        Some(host) => host
            .trim_matches(['[', ']'])
            .parse::<std::net::IpAddr>()
            .is_ok_and(|address| address.is_loopback()),
        None => false,
    };
    match parsed.scheme() {
        "https" => Ok(url),
        "http" if loopback || allow_clear => Ok(url),
        _ => Err(Reason::NotEncrypted),
    }
}
