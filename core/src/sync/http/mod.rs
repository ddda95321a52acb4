//! The carrier within this process: HTTP by reqwest, TLS by rustls and ring.

mod body;
mod failed;
mod gate;
mod links;

use std::{
    future::Future,
    pin::Pin,
    sync::{Arc, atomic::Ordering},
    time::Duration,
};

use tokio::time::timeout;

use self::{
    body::{Handed, pieces, read_answer, slices, wait_s},
    gate::Pass,
    links::{Link, Links, Traffic},
};
use super::step::{Bodies, Failure, Method, Outcome, Step, StepBody, Transport};

/// The slowest link that words are waited for on, in bytes a second: half of the slowest telephone there is. What is under
/// way side by side may all lie in one connection's window, where it shows no movement.
const SLOWEST_LINK: u64 = 600;

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

/// Carries steps over HTTP.
///
/// Steps of named reports to one desk go side by side over one HTTP/2 connection, where the desk speaks it, and what is sent
/// later resumes the TLS session. A step that is to go apart gets a client, and so a connection and a session, of its
/// own. A step that is to go by a proxy goes there or nowhere.
#[derive(Default)]
pub struct Http {
    links: Links,
    patience: Patience,
}

impl Http {
    /// One that waits as long as it is told.
    pub fn with_patience(patience: Patience) -> Self {
        Self { links: Links::default(), patience }
    }
}

impl Transport for Http {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        Box::pin(async move {
            let carried = if step.apart {
                self.carry_apart(step, bodies).await
            } else {
                self.carry_shared(step, bodies).await
            };
            carried.unwrap_or_else(Outcome::Failed)
        })
    }

    fn network_changed(&self) {
        self.links.renew_all(self.patience);
    }
}

impl Http {
    async fn carry_apart(&self, step: Step, bodies: Arc<dyn Bodies>) -> Result<Outcome, Failure> {
        let client = links::alone(&step, self.patience)?;
        self.ask(&client, step, bodies, Arc::default(), None).await
    }

    async fn carry_shared(&self, step: Step, bodies: Arc<dyn Bodies>) -> Result<Outcome, Failure> {
        let link = self.links.shared(&step, self.patience)?;
        let Link { words, uploads, gate, traffic } = &link;
        if matches!(step.body, StepBody::Media { .. }) {
            // Its own: what it hands over says nothing about the words beside it.
            return self.ask(uploads, step, bodies, Arc::default(), None).await;
        }
        let pass = Arc::new(gate.enter().await?);
        let asked = step.without_body();
        let done = self.ask(words, step, bodies, Arc::clone(traffic), Some(&pass)).await;
        if let Err(failure) = done {
            pass.failed(failure);
            if failure == Failure::Broken {
                // A stream that is given up leaves its connection open, though the network it was made on may be gone.
                self.links.renew(&asked, &link, self.patience);
            }
        }
        done
    }

    async fn ask(
        &self,
        client: &reqwest::Client,
        step: Step,
        bodies: Arc<dyn Bodies>,
        traffic: Arc<Traffic>,
        pass: Option<&Arc<Pass>>,
    ) -> Result<Outcome, Failure> {
        let by_proxy = step.proxy.is_some();
        let asks = matches!(step.method, Method::Get | Method::Head);
        let mut request = client.request(method(step.method), &step.url);
        for (name, value) in step.headers {
            request = request.header(name, value);
        }
        let handed = handed(&traffic, pass.cloned(), Arc::clone(&bodies));
        let mut under_way = UnderWay { traffic: Arc::clone(&traffic), bytes: 0 };
        request = match step.body {
            StepBody::Empty => request,
            StepBody::Bytes(bytes) => {
                under_way.add(bytes.len() as u64);
                request
                    .header(reqwest::header::CONTENT_LENGTH, bytes.len())
                    .body(reqwest::Body::wrap_stream(slices(bytes, handed)))
            }
            StepBody::Media { media, from, len } => request
                .header(reqwest::header::CONTENT_LENGTH, len)
                .body(reqwest::Body::wrap_stream(pieces(bodies, media, from, len, handed))),
        };
        let stalled = self.patience.stalled;
        let answer = while_it_moves(request.send(), &traffic, stalled).await?;
        let answer = answer.map_err(|error| failed::failure(&error, by_proxy))?;
        traffic.moves();
        if let Some(pass) = pass {
            pass.opened();
        }
        let status = answer.status().as_u16();
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

fn method(method: Method) -> reqwest::Method {
    match method {
        Method::Get => reqwest::Method::GET,
        Method::Head => reqwest::Method::HEAD,
        Method::Put => reqwest::Method::PUT,
        Method::Post => reqwest::Method::POST,
        Method::Patch => reqwest::Method::PATCH,
    }
}

/// What is done each time bytes are handed to the link: a body is only asked for once there is a connection.
fn handed(traffic: &Arc<Traffic>, pass: Option<Arc<Pass>>, bodies: Arc<dyn Bodies>) -> Handed {
    let traffic = Arc::clone(traffic);
    Arc::new(move |bytes| {
        traffic.moves();
        if let Some(pass) = &pass {
            pass.opened();
        }
        bodies.handed(bytes);
    })
}

/// Bytes that wait for an answer, for as long as somebody waits for it.
struct UnderWay {
    traffic: Arc<Traffic>,
    bytes: u64,
}

impl UnderWay {
    fn add(&mut self, bytes: u64) {
        self.bytes += bytes;
        self.traffic.under_way.fetch_add(bytes, Ordering::Relaxed);
    }
}

impl Drop for UnderWay {
    fn drop(&mut self) {
        self.traffic.under_way.fetch_sub(self.bytes, Ordering::Relaxed);
    }
}

/// Waits for an answer for as long as something moves on its link: a slow link is no broken one. The time a request may
/// take as a whole is nobody's to know.
async fn while_it_moves<T>(
    answer: impl Future<Output = T>,
    traffic: &Traffic,
    stalled: Duration,
) -> Result<T, Failure> {
    let mut answer = std::pin::pin!(answer);
    let mut seen = traffic.moved();
    loop {
        let unseen = Duration::from_secs(traffic.under_way.load(Ordering::Relaxed) / SLOWEST_LINK);
        if let Ok(answer) = timeout(stalled.saturating_add(unseen), &mut answer).await {
            return Ok(answer);
        }
        let now = traffic.moved();
        if now == seen {
            return Err(Failure::Broken);
        }
        seen = now;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const STALLED: Duration = Duration::from_secs(60);

    #[tokio::test(start_paused = true)]
    async fn a_request_that_moves_may_take_as_long_as_it_takes() {
        let traffic = Arc::new(Traffic::default());
        let answer = {
            let traffic = Arc::clone(&traffic);
            async move {
                for _ in 0..20 {
                    tokio::time::sleep(STALLED / 2).await;
                    traffic.moves();
                }
                7
            }
        };
        assert_eq!(while_it_moves(answer, &traffic, STALLED).await, Ok(7));
    }

    #[tokio::test(start_paused = true)]
    async fn a_request_that_stands_still_is_broken_off() {
        let traffic = Traffic::default();
        let answer = while_it_moves(std::future::pending::<()>(), &traffic, STALLED).await;
        assert_eq!(answer, Err(Failure::Broken));
    }

    #[tokio::test(start_paused = true)]
    async fn words_that_a_slow_link_is_still_carrying_are_not_taken_for_broken() {
        let traffic = Arc::new(Traffic::default());
        let mut words = UnderWay { traffic: Arc::clone(&traffic), bytes: 0 };
        words.add(32 * 4096);
        // 9.6 kbit/s, and not a sign of it before the end.
        let answer = tokio::time::sleep(Duration::from_secs(32 * 4096 / 1200 + 1));
        assert_eq!(while_it_moves(answer, &traffic, STALLED).await, Ok(()));
        let answer = while_it_moves(std::future::pending::<()>(), &traffic, STALLED).await;
        assert_eq!(answer, Err(Failure::Broken), "and yet not for ever");
    }
}
