//! The link between a phone and its desks, and all that it does to what it carries.

use std::{future::Future, pin::Pin, sync::Arc, time::Duration};

use tokio::sync::mpsc;
use turnstone_core::{
    ItemState, Lane, simulation as phone,
    sync::{Bodies, Failure, Outcome, Step, StepBody, Transport},
};
use turnstone_desk::simulation::{Answer, Asked, Piece};
use turnstone_wire::hash::Sha256;

use crate::world::World;

/// How long a photo may go on once words wait for its desk: until the next look at the outbox, and one chunk.
const GRACE: Duration = Duration::from_secs(10);

/// Simulated time in which requests are counted, in milliseconds.
const SPAN_MS: i64 = 10 * 60 * 1000;
/// Most requests for one item in that time.
const MOST_IN_SPAN: u32 = 60;

/// The link of a world.
pub(crate) struct Link(pub(crate) Arc<World>);

impl Transport for Link {
    fn carry(
        &self,
        step: Step,
        bodies: Arc<dyn Bodies>,
    ) -> Pin<Box<dyn Future<Output = Outcome> + Send + '_>> {
        let world = Arc::clone(&self.0);
        Box::pin(async move {
            match Request::of(&step, bodies.as_ref()) {
                Ok(request) => world.carry(request).await,
                Err(failure) => Outcome::Failed(failure),
            }
        })
    }
}

/// A request as the link sees it.
#[derive(Debug, Clone)]
pub(crate) struct Request {
    pub(crate) desk: usize,
    method: &'static str,
    path: String,
    headers: Vec<(&'static str, String)>,
    body: Vec<u8>,
    /// What its path names.
    pub(crate) name: Sha256,
    /// That is a report or a photo.
    pub(crate) is_object: bool,
    /// It brings bytes of a photo, and its sender still sends them.
    is_photo: bool,
    /// It goes over a connection of its own.
    pub(crate) apart: bool,
}

impl Request {
    fn of(step: &Step, bodies: &dyn Bodies) -> Result<Self, Failure> {
        let rest = step.url.strip_prefix("http://127.0.0.1:").ok_or(Failure::Unreachable)?;
        let (port, path) = rest.split_once('/').ok_or(Failure::Unreachable)?;
        let is_photo = matches!(step.body, StepBody::Media { .. });
        let body = match &step.body {
            StepBody::Empty => Vec::new(),
            StepBody::Bytes(bytes) => bytes.clone(),
            StepBody::Media { media, from, len } => {
                bodies.read(*media, *from, usize::try_from(*len).unwrap_or(usize::MAX))?
            }
        };
        let mut headers = step.headers.clone();
        headers.push(("content-length", body.len().to_string()));
        let name = path.rsplit('/').next().unwrap_or_default();
        Ok(Self {
            desk: port.parse::<usize>().map_err(|_| Failure::Unreachable)? - 8470,
            method: step.method.name(),
            path: format!("/{path}"),
            headers,
            body,
            name: name.parse().unwrap_or_else(|_| Sha256::of(b"")),
            is_object: path.starts_with("v1/reports/") || path.starts_with("v1/attachments/"),
            is_photo,
            apart: step.apart,
        })
    }

    /// So that two runs of a seed read alike: no hashes, and no sizes, which `age` varies.
    fn described(&self, world: &World) -> String {
        let what = if self.is_object {
            world.lock().label(&self.name)
        } else {
            self.path.split('/').nth(2).unwrap_or_default().to_owned()
        };
        format!("{} {what} at desk {}", self.method, self.desk)
    }

    fn asked(&self, body: mpsc::UnboundedReceiver<Piece>) -> Asked {
        Asked { method: self.method, path: self.path.clone(), headers: self.headers.clone(), body }
    }
}

/// What becomes of a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Fate {
    Arrives,
    NoConnection,
    /// Cut after so many of 2^32 parts of its body.
    Cut(u32, Ending),
    AnswerLost,
    Duplicated,
    /// It comes again, so many milliseconds later.
    Late(u64),
    /// The connection times out, and the request arrives after that.
    Reordered(u64),
    /// The answer to another request comes.
    MixedUp,
    /// A sign-in page answers.
    Portal,
    /// A front door answers for a desk that is down.
    Gateway,
    /// Another server answers, and is known by its certificate.
    WrongServer,
    /// A cache answers.
    Cached,
    /// The desk dies after so many of its steps.
    DeskDies(u32),
    /// The phone dies after so many of its steps.
    PhoneDies(u32),
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Ending {
    /// Noticed at once.
    Broken,
    /// A proxy makes it look like the end.
    Whole,
    /// The desk hears nothing more for a while.
    Silent,
}

impl Fate {
    /// Mailboxes are asked often, and mostly in vain: mostly they are let through.
    fn draw(world: &World, request: &Request) -> Self {
        let state = &mut *world.lock();
        if !state.rough || (!request.is_object && state.rng.u8(..8) > 0) {
            return Self::Arrives;
        }
        let rng = &mut state.rng;
        let ending = |rng: &mut fastrand::Rng| match rng.u8(..4) {
            0 => Ending::Whole,
            1 => Ending::Silent,
            _ => Ending::Broken,
        };
        match rng.u8(..100) {
            0..8 => Self::NoConnection,
            8..22 => Self::Cut(rng.u32(..), ending(rng)),
            22..28 => Self::AnswerLost,
            28..32 => Self::Duplicated,
            32..35 => Self::Late(1 << rng.u32(6..18)),
            35..38 => Self::Reordered(1 << rng.u32(6..16)),
            38..42 => Self::MixedUp,
            42..45 => Self::Portal,
            45 => Self::WrongServer,
            46 => Self::Cached,
            47 => Self::Gateway,
            48..51 => Self::DeskDies(rng.u32(..10)),
            51..54 => Self::PhoneDies(rng.u32(..6)),
            _ => Self::Arrives,
        }
    }

    fn name(self) -> Option<&'static str> {
        Some(match self {
            Self::Arrives => return None,
            Self::NoConnection => "fault: dropped",
            Self::Cut(..) => "fault: cut",
            Self::AnswerLost => "fault: answer lost",
            Self::Duplicated | Self::Late(_) => "fault: duplicated",
            Self::Reordered(_) => "fault: reordered",
            Self::MixedUp => "fault: answer of another",
            Self::Portal => "fault: sign-in page",
            Self::Gateway => "fault: bad gateway",
            Self::WrongServer => "fault: wrong server",
            Self::Cached => "fault: cached answer",
            // Counted where they happen.
            Self::DeskDies(_) | Self::PhoneDies(_) => return None,
        })
    }
}

impl World {
    async fn carry(self: Arc<Self>, request: Request) -> Outcome {
        self.begins(&request);
        let fate = Fate::draw(&self, &request);
        let reaches = !matches!(fate, Fate::NoConnection | Fate::WrongServer);
        let _under_way = self.goes(&request, reaches);
        let described = request.described(&self);
        match fate.name() {
            Some(name) => self.fault(name, || format!("{described}: {fate:?}")),
            None => self.note(|| format!("{described}: {fate:?}")),
        }
        let latency_ms = self.dice(|rng| rng.u64(5..400));
        tokio::time::sleep(Duration::from_millis(latency_ms)).await;
        let outcome = self.befall(fate, request).await;
        self.note(|| format!("{described} -> {}", shown(&outcome)));
        outcome
    }

    async fn befall(self: &Arc<Self>, fate: Fate, request: Request) -> Outcome {
        let broken = Outcome::Failed(Failure::Broken);
        match fate {
            Fate::NoConnection => Outcome::Failed(Failure::Unreachable),
            Fate::Portal => outcome(Some(page(200))),
            Fate::Gateway => outcome(Some(page(502))),
            Fate::WrongServer => Outcome::Failed(Failure::NotTrusted),
            Fate::Cached => Outcome::Failed(Failure::Cached),
            Fate::MixedUp => {
                let state = &mut *self.lock();
                let earlier = &state.desks[request.desk].earlier;
                let answer = earlier.get(state.rng.usize(..earlier.len().max(1))).cloned();
                outcome(answer)
            }
            Fate::Arrives => outcome(self.deliver(&request, None).await),
            Fate::Cut(parts, ending) => {
                let answer = self.deliver(&request, Some((parts, ending))).await;
                // Who truncates a request passes the answer on.
                if ending == Ending::Whole { outcome(answer) } else { broken }
            }
            Fate::AnswerLost => {
                self.deliver(&request, None).await;
                broken
            }
            Fate::Duplicated => {
                let second = request.clone();
                let (first, second) = tokio::join!(self.deliver(&request, None), self.deliver(&second, None));
                outcome(if self.dice(fastrand::Rng::bool) { first } else { second })
            }
            Fate::Late(after_ms) => {
                let answer = self.deliver(&request, None).await;
                self.deliver_later(request, after_ms);
                outcome(answer)
            }
            Fate::Reordered(after_ms) => {
                self.deliver_later(request, after_ms);
                broken
            }
            Fate::DeskDies(points) => {
                if let Some(intake) = &self.lock().desks[request.desk].intake {
                    intake.kill_after(points);
                }
                outcome(self.deliver(&request, None).await)
            }
            Fate::PhoneDies(points) => {
                phone::kill_after(Some(points));
                outcome(self.deliver(&request, None).await)
            }
        }
    }

    fn deliver_later(self: &Arc<Self>, mut request: Request, after_ms: u64) {
        request.is_photo = false;
        let world = Arc::clone(self);
        tokio::spawn(async move {
            tokio::time::sleep(Duration::from_millis(after_ms)).await;
            world.note(|| format!("{} arrives late", request.described(&world)));
            world.deliver(&request, None).await;
        });
    }

    /// Brings a request to its desk, perhaps not all of it; the answer, where the desk lives to give one.
    async fn deliver(self: &Arc<Self>, request: &Request, cut: Option<(u32, Ending)>) -> Option<Answer> {
        let (pieces, end) = mpsc::unbounded_channel();
        let answer = self.lock().desks[request.desk]
            .intake
            .as_ref()
            .map(|intake| intake.answer(request.asked(end)))?;
        let (world, asked) = (Arc::clone(self), request.clone());
        // Looked at when it is given, and not when all of the request is there.
        let answer = tokio::spawn(async move {
            let answer = answer.await;
            answer.inspect(|answer| world.answered(&asked, answer))
        });
        let ending = cut.map(|(_, ending)| ending);
        let arrives = cut.map_or(request.body.len(), |(parts, _)| part(request.body.len(), parts));
        for piece in self.pieces(&request.body[..arrives]) {
            self.hands_over(request);
            if !piece.is_empty() {
                pieces.send(Piece::Bytes(piece.to_vec())).unwrap_or_default();
            }
            let pause_ms = self.dice(|rng| 1_u64 << rng.u32(..13));
            tokio::time::sleep(Duration::from_millis(pause_ms)).await;
        }
        match ending {
            None | Some(Ending::Whole) => pieces.send(Piece::End).unwrap_or_default(),
            Some(Ending::Broken) => drop(pieces),
            Some(Ending::Silent) => {
                tokio::spawn(async move {
                    tokio::time::sleep(Duration::from_secs(20)).await;
                    drop(pieces);
                });
                return None;
            }
        }
        let answer = answer.await.ok()?;
        let is_dead = self.lock().desks[request.desk].intake.as_ref().is_some_and(|intake| intake.is_dead());
        if is_dead {
            self.kill_desk(request.desk, None);
            return None;
        }
        answer
    }

    /// A body in up to four pieces. How many does not depend on its length, which `age` varies.
    fn pieces<'a>(&self, body: &'a [u8]) -> Vec<&'a [u8]> {
        let state = &mut *self.lock();
        let pieces = if body.is_empty() {
            0
        } else if state.rough {
            state.rng.usize(1..5)
        } else {
            1
        };
        let at = |n: usize| body.len() * n / pieces;
        (0..pieces).map(|n| &body[at(n)..at(n + 1)]).collect()
    }

    /// P10: no photo begins while words wait for its desk, and no original while copies of named reports do.
    fn begins(&self, request: &Request) {
        let mut state = self.lock();
        state.tally.count("requests");
        if !state.rough {
            state.calm_steps += 1;
        }
        let waits =
            request.is_photo && state.items.values().any(|item| item.are_words_that_wait(request.desk));
        let is_original = state.items.get(&request.name).is_some_and(|item| item.lane == Lane::Originals);
        let copies_wait = request.is_photo
            && is_original
            && state.items.values().any(|item| item.is_copy_that_waits(request.desk));
        let label = state.label(&request.name);
        let now = self.clocks.elapsed_ms() / SPAN_MS;
        let spins = state.items.get_mut(&request.name).is_some_and(|item| {
            let (then, times) = item.sent;
            item.sent = (now, if then == now { times + 1 } else { 1 });
            item.sent.1 > MOST_IN_SPAN
        });
        drop(state);
        if spins {
            self.broken(format!("it spins: {label} goes again and again"));
        }
        if waits && !phone::is_dead() {
            self.broken(format!("P10: bytes of {label} go while words wait for its desk"));
        }
        if copies_wait && !phone::is_dead() {
            self.broken(format!("P10: bytes of {label} go while copies wait for its desk"));
        }
    }

    /// P10: and none goes on for longer than a chunk.
    fn hands_over(&self, request: &Request) {
        let state = self.lock();
        let waits = request.is_photo
            && state
                .items
                .values()
                .any(|item| item.are_words_that_wait(request.desk) && item.waits_since.elapsed() > GRACE);
        let label = state.label(&request.name);
        drop(state);
        if waits && !phone::is_dead() {
            self.broken(format!("P10: {label} goes on and on while words wait for its desk"));
        }
    }
}

impl crate::world::Expected {
    fn are_words_that_wait(&self, desk: usize) -> bool {
        self.lane == Lane::Words && self.waits_for(desk)
    }

    /// Copies of anonymous reports go when it is quiet, and hold nobody's photos back.
    fn is_copy_that_waits(&self, desk: usize) -> bool {
        self.lane == Lane::Copies && self.named && self.waits_for(desk)
    }

    fn waits_for(&self, desk: usize) -> bool {
        // What a desk does not take however often it comes holds nothing back.
        let may_go = !self.gone && !self.objected;
        may_go && self.desk == desk && self.state == ItemState::Waits
    }
}

/// Something for people to read.
fn page(status: u16) -> Answer {
    let headers = [("content-type".to_owned(), "text/html".to_owned())].into();
    Answer { status, headers, body: b"<html>Sorry</html>".to_vec() }
}

/// How many bytes of a body arrive: none, or some and not all.
fn part(len: usize, parts: u32) -> usize {
    const NONE: u32 = 1 << 29;
    let some = usize::try_from((len as u64 * u64::from(parts)) >> 32).unwrap_or(0);
    if parts < NONE { 0 } else { some.clamp(1, len.saturating_sub(1).max(1)).min(len) }
}

/// The one place where answers become outcomes.
fn outcome(answer: Option<Answer>) -> Outcome {
    match answer {
        None => Outcome::Failed(Failure::Broken),
        Some(answer) => Outcome::Answer {
            status: answer.status,
            offset: answer.number("upload-offset"),
            retry_after_s: answer.retry_after_s(),
            body: answer.body,
        },
    }
}

fn shown(outcome: &Outcome) -> String {
    match outcome {
        Outcome::Answer { status, .. } => status.to_string(),
        Outcome::Failed(failure) => format!("{failure:?}"),
    }
}
