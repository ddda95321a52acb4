//! A carrier without a network: the far end is called. It does what a carrier must (`tests/tests/conformance`), so that what a
//! simulation finds is not its own link's fault.

use std::{
    collections::BTreeMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use chrono::DateTime;
use tokio::sync::mpsc;
use turnstone_core::sync::{Bodies, Failure, Method, Outcome, Patience, Step, StepBody, Transport};

/// Bytes of a body handed over at a time.
const PIECE: u64 = 64 * 1024;

/// A request, as it reaches the far end.
#[derive(Debug)]
pub struct Request {
    /// `GET`, `PUT`, ...
    pub method: &'static str,
    /// Path and query.
    pub path: String,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The connection it comes by.
    pub connection: u64,
    /// How long its body is, in bytes.
    pub length: u64,
    /// Its body; ends before `length` where the request is broken off.
    pub body: mpsc::Receiver<Vec<u8>>,
}

/// An answer, as the far end gives it.
#[derive(Debug, Clone, Default)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Names in lower case.
    pub headers: BTreeMap<String, String>,
    /// The body, whole.
    pub body: Vec<u8>,
}

/// An answer on its way; none where the connection breaks.
pub type Answering<'a> = Pin<Box<dyn Future<Output = Option<Answer>> + Send + 'a>>;

/// Whatever is called.
pub trait FarEnd: Send + Sync {
    /// Whether anybody is at a host and port.
    fn is_at(&self, authority: &str) -> bool;

    /// Answers a request. Dropped where nobody waits for it any more.
    fn answer(&self, request: Request) -> Answering<'_>;
}

/// The carrier.
#[derive(Debug)]
pub struct Simulated<F> {
    far: Arc<F>,
    stalled: Duration,
    /// The connection of all that may share one, and the number of the next one that may not.
    apart: AtomicU64,
}

impl<F: FarEnd> Simulated<F> {
    /// One that calls `far`, and waits as long as it is told, by tokio's clock.
    pub fn new(far: Arc<F>, patience: Patience) -> Self {
        Self { far, stalled: patience.stalled, apart: AtomicU64::new(1) }
    }

    async fn try_carry(&self, step: Step, bodies: Arc<dyn Bodies>) -> Result<Outcome, Failure> {
        let rest = step.url.split_once("://").ok_or(Failure::Unreachable)?.1;
        let (authority, path) = rest.split_once('/').ok_or(Failure::Unreachable)?;
        if !self.far.is_at(authority) {
            return Err(Failure::Unreachable);
        }
        let (limit, is_head) = (step.answer_limit, step.method == Method::Head);
        let asks = is_head || step.method == Method::Get;
        let (send, body) = mpsc::channel(1);
        let length = length(&step.body);
        let mut headers: BTreeMap<String, String> =
            step.headers.iter().map(|(name, value)| ((*name).to_owned(), value.clone())).collect();
        headers.insert("host".to_owned(), authority.to_owned());
        if step.body != StepBody::Empty {
            headers.insert("content-length".to_owned(), length.to_string());
        }
        let connection = if step.apart { self.apart.fetch_add(1, Ordering::SeqCst) } else { 0 };
        let request = Request {
            method: step.method.name(),
            path: format!("/{path}"),
            headers,
            connection,
            length,
            body,
        };
        let answer = tokio::time::timeout(self.stalled, self.far.answer(request));
        // Both at once: an answer may come before the body is through.
        let (sent, answer) = tokio::join!(hand_over(&step.body, bodies.as_ref(), send), answer);
        sent?;
        let answer = answer.ok().flatten().ok_or(Failure::Broken)?;
        if asks && answer.headers.get("age").is_some_and(|age| age.trim().parse() != Ok(0_u64)) {
            return Err(Failure::Cached);
        }
        Ok(outcome(answer, limit, is_head))
    }
}

impl<F: FarEnd> Transport for Simulated<F> {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move { self.try_carry(step, bodies).await.unwrap_or_else(Outcome::Failed) })
    }
}

fn length(body: &StepBody) -> u64 {
    match body {
        StepBody::Empty => 0,
        StepBody::Bytes(bytes) => bytes.len() as u64,
        StepBody::Media { len, .. } => *len,
    }
}

/// Hands a body over piece by piece; where the far end wants no more, that is for its answer to say.
async fn hand_over(body: &StepBody, bodies: &dyn Bodies, to: mpsc::Sender<Vec<u8>>) -> Result<(), Failure> {
    match body {
        StepBody::Empty => {}
        StepBody::Bytes(bytes) => drop(to.send(bytes.clone()).await),
        StepBody::Media { media, from, len } => {
            let (mut at, end) = (*from, from + len);
            while at < end {
                let wanted = usize::try_from((end - at).min(PIECE)).map_err(|_| Failure::Unreadable)?;
                let piece = bodies.read(*media, at, wanted)?;
                if piece.is_empty() {
                    return Err(Failure::Unreadable);
                }
                at += piece.len() as u64;
                if to.send(piece).await.is_err() {
                    break;
                }
            }
        }
    }
    Ok(())
}

/// What an answer is to a carrier: its status, what its headers say, and as much of its body as is read.
pub fn outcome(mut answer: Answer, limit: usize, is_head: bool) -> Outcome {
    let header = |name: &str| answer.headers.get(name).map(|value| value.trim());
    let offset = header("upload-offset").and_then(|offset| offset.parse().ok());
    let retry_after_s = header("retry-after").and_then(|after| {
        // RFC 9110 section 10.2.3: seconds, or a moment, which counts from the answer's own.
        after.parse().ok().or_else(|| {
            let until = DateTime::parse_from_rfc2822(after).ok()?;
            let made = DateTime::parse_from_rfc2822(header("date")?).ok()?;
            Some(u64::try_from((until - made).num_seconds()).unwrap_or(0))
        })
    });
    answer.body.truncate(if is_head { 0 } else { limit });
    Outcome::Answer { status: answer.status, offset, retry_after_s, body: answer.body }
}
