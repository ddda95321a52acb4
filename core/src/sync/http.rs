//! The carrier within this process: HTTP by reqwest, TLS by rustls and ring.

use std::{
    collections::HashMap,
    future::Future,
    pin::Pin,
    sync::{
        Arc, Mutex,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use chrono::DateTime;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout};

use super::step::{Bodies, Failure, Method, Outcome, Step, StepBody, Transport};

/// Bytes of an attachment read and handed on at a time.
const PIECE: usize = 64 * 1024;
/// Bytes of an envelope handed on at a time.
const SLICE: usize = 4 * 1024;
/// The slowest answer that is waited for, in bytes a second, beside one time of standing still: one that drips, a byte a
/// minute, would keep a sender for days.
const SLOWEST: u32 = 64;

/// How long a carrier waits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// A connection must come about within this.
    pub connect: Duration,
    /// Something must move, one way or the other, within this.
    pub stalled: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self { connect: Duration::from_secs(30), stalled: Duration::from_secs(60) }
    }
}

/// Carries steps over HTTP. Named reports to desks that are believed by the same certificates share connections; a step
/// that is to go apart gets a client, and so a connection and a TLS session, of its own.
#[derive(Default)]
pub struct Http {
    shared: Mutex<HashMap<Arc<[String]>, reqwest::Client>>,
    patience: Patience,
}

impl Http {
    /// One that waits as long as it is told.
    pub fn with_patience(patience: Patience) -> Self {
        Self { shared: Mutex::default(), patience }
    }

    fn client(&self, step: &Step) -> Result<reqwest::Client, Failure> {
        if step.apart {
            return new_client(&step.tls_roots, 0, self.patience.connect);
        }
        let mut shared = self.shared.lock().map_err(|_| Failure::Unreachable)?;
        if let Some(client) = shared.get(&step.tls_roots) {
            return Ok(client.clone());
        }
        let client = new_client(&step.tls_roots, usize::MAX, self.patience.connect)?;
        shared.insert(Arc::clone(&step.tls_roots), client.clone());
        Ok(client)
    }
}

impl Transport for Http {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            match self.try_carry(step, bodies).await {
                Ok(outcome) => outcome,
                Err(failure) => Outcome::Failed(failure),
            }
        })
    }
}

impl Http {
    async fn try_carry(&self, step: Step, bodies: Arc<dyn Bodies>) -> Result<Outcome, Failure> {
        let client = self.client(&step)?;
        let method = match step.method {
            Method::Get => reqwest::Method::GET,
            Method::Head => reqwest::Method::HEAD,
            Method::Put => reqwest::Method::PUT,
            Method::Post => reqwest::Method::POST,
            Method::Patch => reqwest::Method::PATCH,
        };
        let mut request = client.request(method, &step.url);
        let moved = Arc::new(AtomicU64::new(0));
        for (name, value) in step.headers {
            request = request.header(name, value);
        }
        request = match step.body {
            StepBody::Empty => request,
            StepBody::Bytes(bytes) => request
                .header(reqwest::header::CONTENT_LENGTH, bytes.len())
                .body(reqwest::Body::wrap_stream(slices(bytes, Arc::clone(&moved)))),
            StepBody::Media { media, from, len } => request
                .header(reqwest::header::CONTENT_LENGTH, len)
                .body(reqwest::Body::wrap_stream(pieces(bodies, media, from, len, Arc::clone(&moved)))),
        };
        let stalled = self.patience.stalled;
        let answer =
            while_it_moves(request.send(), &moved, stalled).await?.map_err(|error| failure(&error))?;
        let status = answer.status().as_u16();
        let asks = matches!(step.method, Method::Get | Method::Head);
        let header = |name: &str| Some(answer.headers().get(name)?.to_str().ok()?.trim());
        let offset = header("upload-offset").and_then(|offset| offset.parse().ok());
        let retry_after_s = header("retry-after").and_then(|after| wait_s(after, header("date")));
        if asks && header("age").is_some_and(|age| age.parse() != Ok(0_u64)) {
            return Err(Failure::Cached);
        }
        let body = read_answer(answer, step.answer_limit, stalled).await?;
        Ok(Outcome::Answer { status, offset, retry_after_s, body })
    }
}

/// How long to wait, in seconds, by a `Retry-After` of either form (RFC 9110 section 10.2.3). A moment counts from the one
/// that the same answer was made at: what this device's clock says has nothing to do with it.
fn wait_s(after: &str, made: Option<&str>) -> Option<u64> {
    if let Ok(seconds) = after.parse() {
        return Some(seconds);
    }
    let until = DateTime::parse_from_rfc2822(after).ok()?;
    let made = DateTime::parse_from_rfc2822(made?).ok()?;
    Some(u64::try_from((until - made).num_seconds()).unwrap_or(0))
}

/// Reads an answer up to a limit; a longer one is nothing a desk sends.
async fn read_answer(answer: reqwest::Response, limit: usize, stalled: Duration) -> Result<Vec<u8>, Failure> {
    let began = Instant::now();
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = timeout(stalled, pieces.next()).await.map_err(|_| Failure::Broken)? {
        let piece = piece.map_err(|_| Failure::Broken)?;
        let seconds = u64::try_from(body.len()).unwrap_or(u64::MAX) / u64::from(SLOWEST);
        if began.elapsed() > stalled.saturating_add(Duration::from_secs(seconds)) {
            return Err(Failure::Broken);
        }
        let room = limit - body.len();
        body.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            break;
        }
    }
    Ok(body)
}

/// Waits for an answer for as long as the request's body moves: a slow link is no broken one. The time a request may take
/// as a whole is nobody's to know.
async fn while_it_moves<T>(
    answer: impl Future<Output = T>,
    moved: &AtomicU64,
    stalled: Duration,
) -> Result<T, Failure> {
    let mut answer = std::pin::pin!(answer);
    let mut seen = moved.load(Ordering::Relaxed);
    loop {
        if let Ok(answer) = timeout(stalled, &mut answer).await {
            return Ok(answer);
        }
        let now = moved.load(Ordering::Relaxed);
        if now == seen {
            return Err(Failure::Broken);
        }
        seen = now;
    }
}

/// An envelope as a stream of small pieces, so that it shows whether it moves.
fn slices(
    bytes: Vec<u8>,
    moved: Arc<AtomicU64>,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let bytes = Bytes::from(bytes);
    stream::iter((0..bytes.len()).step_by(SLICE).map(move |from| {
        moved.fetch_add(1, Ordering::Relaxed);
        Ok(bytes.slice(from..bytes.len().min(from + SLICE)))
    }))
}

/// An attachment as a stream of pieces, each read from the store on a thread that may wait.
fn pieces(
    bodies: Arc<dyn Bodies>,
    media: i64,
    from: u64,
    len: u64,
    moved: Arc<AtomicU64>,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    stream::try_unfold((from, len), move |(from, left)| {
        let bodies = Arc::clone(&bodies);
        moved.fetch_add(1, Ordering::Relaxed);
        async move {
            if left == 0 {
                return Ok(None);
            }
            let wanted = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
            let read = tokio::task::spawn_blocking(move || bodies.read(media, from, wanted)).await;
            match read {
                Ok(Ok(piece)) if !piece.is_empty() => {
                    let got = piece.len() as u64;
                    Ok(Some((Bytes::from(piece), (from + got, left.saturating_sub(got)))))
                }
                _ => Err(std::io::Error::other(LOCAL)),
            }
        }
    })
}

const LOCAL: &str = "the attachment cannot be read on this device";

fn failure(error: &reqwest::Error) -> Failure {
    let mut source: Option<&dyn std::error::Error> = Some(error);
    while let Some(inner) = source {
        if inner.to_string() == LOCAL {
            return Failure::Unreadable;
        }
        let tls = inner.downcast_ref::<std::io::Error>().and_then(|error| error.get_ref()?.downcast_ref());
        if let Some(rustls::Error::InvalidCertificate(_)) = tls.or(inner.downcast_ref()) {
            return Failure::WrongCertificate;
        }
        source = inner.source();
    }
    if error.is_connect() { Failure::Unreachable } else { Failure::Broken }
}

/// A client that believes the public certificates and the desk's own, follows no redirection, keeps no cookies, uses no
/// proxy of the system's, and says nothing of itself.
fn new_client(tls_roots: &[String], idle: usize, connect: Duration) -> Result<reqwest::Client, Failure> {
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in tls_roots {
        let der = BASE64_STANDARD.decode(root).map_err(|_| Failure::Unreachable)?;
        roots.add(der.into()).map_err(|_| Failure::Unreachable)?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let tls = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|_| Failure::Unreachable)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(connect)
        .pool_max_idle_per_host(idle)
        .build()
        .map_err(|_| Failure::Unreachable)
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALLED: Duration = Duration::from_secs(60);

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_by_a_moment_of_the_desks_own_clock() {
        let made = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (after, seconds) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Sun, 06 Nov 1994 08:51:37 GMT", Some(120)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(252_618_189_022)),
            ("99999999999999999999999999", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(wait_s(after, made), seconds, "{after}");
        }
        assert_eq!(wait_s("Sun, 06 Nov 1994 08:51:37 GMT", None), None);
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_moves_may_take_as_long_as_it_takes() {
        let moved = Arc::new(AtomicU64::new(0));
        let answer = {
            let moved = Arc::clone(&moved);
            async move {
                for _ in 0..20 {
                    tokio::time::sleep(STALLED / 2).await;
                    moved.fetch_add(1, Ordering::Relaxed);
                }
                7
            }
        };
        assert_eq!(while_it_moves(answer, &moved, STALLED).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_stands_still_is_broken_off() {
        let moved = AtomicU64::new(0);
        let answer = while_it_moves(std::future::pending::<()>(), &moved, STALLED).await;
        assert_eq!(answer, Err(Failure::Broken));
    }
}
