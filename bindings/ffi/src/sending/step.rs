//! What is to be carried, and what came of it, as plain values.

use std::{fs::File, sync::Arc};

use turnstone_core::{
    Error,
    sync::{self, Failure, Method, Sender},
};

use super::files;

/// A header of a request.
#[derive(uniffi::Record)]
pub struct Header {
    /// Its name, in lower case.
    pub name: String,
    /// Its value. It may be a bearer's token: keep it out of logs.
    pub value: String,
}

/// The body of a request.
#[derive(uniffi::Enum)]
pub enum StepBody {
    /// None.
    Empty,
    /// These bytes: sealed words.
    Inline {
        /// The bytes.
        bytes: Vec<u8>,
    },
    /// So many sealed bytes of an attachment, from an offset; written to a file by `Sender.write_body`, read by `Bodies.read`.
    Media {
        /// Which attachment.
        media: i64,
        /// First byte.
        offset: u64,
        /// How many.
        len: u64,
    },
}

/// One request. Whoever carries it decides nothing, repeats nothing and follows no redirection.
#[derive(uniffi::Record)]
pub struct Step {
    /// `GET`, `HEAD`, `PUT`, `POST` or `PATCH`.
    pub method: String,
    /// Absolute address.
    pub url: String,
    /// Headers, to be sent as they are.
    pub headers: Vec<Header>,
    /// Body.
    pub body: StepBody,
    /// It belongs to an anonymous report: a connection of its own, nothing resumed, nothing shared.
    pub apart: bool,
    /// The SOCKS proxy that it goes by; where it cannot be reached, it does not go.
    pub proxy: Option<String>,
    /// Certificates (DER, base 64) that the desk is believed by, beside the public ones.
    pub tls_roots: Vec<String>,
    /// Largest answer that is read, in bytes.
    pub answer_limit: u64,
}

/// What came of a request.
#[derive(uniffi::Enum)]
pub enum Outcome {
    /// An answer, from whomever.
    Answer {
        /// HTTP status.
        status: u16,
        /// `Upload-Offset` (tus 1.0), in bytes.
        offset: Option<u64>,
        /// `Retry-After`, in seconds.
        retry_after_s: Option<u64>,
        /// The body, cut at the step's limit.
        body: Vec<u8>,
    },
    /// No answer.
    Failed {
        /// Why.
        why: Failure,
    },
}

/// Why there was no answer.
#[uniffi::remote(Enum)]
pub enum Failure {
    /// No connection came about.
    Unreachable,
    /// No connection came about by the proxy.
    NoProxy,
    /// What answered does not prove to be the desk; nothing was sent.
    NotTrusted,
    /// The connection broke, or nothing moved for too long.
    Broken,
    /// The answer came out of a cache on the way.
    Cached,
    /// The body could not be read on this device.
    Unreadable,
}

impl From<sync::Step> for Step {
    fn from(step: sync::Step) -> Self {
        let sync::Step { method, url, headers, body, apart, proxy, tls_roots, answer_limit } = step;
        Self {
            method: method.name().to_owned(),
            url,
            headers: headers
                .into_iter()
                .map(|(name, value)| Header { name: name.to_owned(), value })
                .collect(),
            body: body.into(),
            apart,
            proxy: proxy.map(|proxy| proxy.address().to_owned()),
            tls_roots: tls_roots.to_vec(),
            answer_limit: u64::try_from(answer_limit).unwrap_or(u64::MAX),
        }
    }
}

impl From<sync::StepBody> for StepBody {
    fn from(body: sync::StepBody) -> Self {
        match body {
            sync::StepBody::Empty => Self::Empty,
            sync::StepBody::Bytes(bytes) => Self::Inline { bytes },
            sync::StepBody::Media { media, from, len } => Self::Media { media, offset: from, len },
        }
    }
}

impl From<StepBody> for sync::StepBody {
    fn from(body: StepBody) -> Self {
        match body {
            StepBody::Empty => Self::Empty,
            StepBody::Inline { bytes } => Self::Bytes(bytes),
            StepBody::Media { media, offset, len } => Self::Media { media, from: offset, len },
        }
    }
}

impl From<Outcome> for sync::Outcome {
    fn from(outcome: Outcome) -> Self {
        match outcome {
            Outcome::Answer { status, offset, retry_after_s, body } => {
                Self::Answer { status, offset, retry_after_s, body }
            }
            Outcome::Failed { why } => Self::Failed(why),
        }
    }
}

/// Writes a body into a file that is not there yet.
pub(super) fn write_body(sender: &Sender, body: StepBody, path: &str) -> Result<(), Error> {
    let step = sync::Step {
        method: Method::Put,
        url: String::new(),
        headers: Vec::new(),
        body: body.into(),
        apart: false,
        proxy: None,
        tls_roots: Arc::new([]),
        answer_limit: 0,
    };
    let mut file = File::create_new(path).map_err(files)?;
    sender.write_body(&step, &mut file).and_then(|()| file.sync_all()).map_err(files)
}
