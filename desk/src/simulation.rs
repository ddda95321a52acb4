//! For the simulation of sending (`tests/tests/simulation`): the intake as it answers HTTP, without a socket; killed at
//! any point, with what was flushed by then; a full disk, and planted bugs.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
    fs::File,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
    time::Duration,
};

use axum::{
    Router,
    body::{Body, to_bytes},
    http::{HeaderMap, Request, header::RETRY_AFTER},
};
use chrono::{DateTime, Utc};
use futures_util::{StreamExt, stream};
use tokio::sync::mpsc;
use tower::ServiceExt;
use turnstone_wire::{directory::DeskId, receipt::Object};

pub use crate::seam::Planted;
use crate::{
    args::InitArgs,
    clock::{Clock, SystemRandom},
    home,
    intake::{Store, StoreError, router},
    output::Output,
};

/// In every build with this feature, and in no other: whoever ships a program can look for it.
const MARK: &str = "turnstone-desk: this build can be made to fail on purpose";

thread_local! {
    static PLANTED: RefCell<Option<Planted>> = const { RefCell::new(None) };
    static FREE_BYTES: Cell<u64> = const { Cell::new(PLENTY_BYTES) };
}

/// What a disk with room has free.
const PLENTY_BYTES: u64 = 1 << 40;
/// Most bytes of an answer.
const ANSWER_BYTES: usize = 1024 * 1024;
/// Points that are never reached.
const NEVER: u32 = u32::MAX;

/// Plants a bug in this thread, or takes it out.
pub fn plant(bug: Option<Planted>) {
    PLANTED.replace(bug);
}

/// Says whether the disk of this thread's desks is full.
pub fn fill_disk(full: bool) {
    FREE_BYTES.set(if full { 0 } else { PLENTY_BYTES });
}

pub(crate) fn is_planted(bug: Planted) -> bool {
    std::hint::black_box(MARK);
    PLANTED.with_borrow(|planted| *planted == Some(bug))
}

#[expect(clippy::unnecessary_wraps, reason = "outside of a simulation the system is asked")]
pub(crate) fn free_bytes() -> Option<u64> {
    Some(FREE_BYTES.get())
}

/// The life of one process that serves.
#[derive(Debug, Clone)]
pub(crate) struct Life(Arc<Inner>);

#[derive(Debug)]
struct Inner {
    dead: AtomicBool,
    points_left: AtomicU32,
    /// How much of each file was flushed.
    flushed: Mutex<BTreeMap<PathBuf, u64>>,
}

impl Life {
    pub(crate) fn begin() -> Self {
        let flushed = Mutex::default();
        Self(Arc::new(Inner { dead: AtomicBool::new(false), points_left: AtomicU32::new(NEVER), flushed }))
    }

    /// A point at which the process can be killed.
    pub(crate) fn point(&self) -> Result<(), StoreError> {
        match self.0.points_left.load(Ordering::Relaxed) {
            NEVER => {}
            0 => self.end(),
            left => self.0.points_left.store(left - 1, Ordering::Relaxed),
        }
        self.alive()
    }

    /// Nothing that a killed process does has any effect.
    pub(crate) fn alive(&self) -> Result<(), StoreError> {
        if self.0.dead.load(Ordering::Relaxed) { Err(StoreError::Poisoned) } else { Ok(()) }
    }

    /// So much of a file is on the disk for good.
    pub(crate) fn flushed(&self, path: &Path, len: u64) {
        let mut flushed = self.0.flushed.lock().unwrap_or_else(PoisonError::into_inner);
        flushed.insert(path.to_owned(), len);
    }

    fn end(&self) {
        self.0.dead.store(true, Ordering::Relaxed);
    }
}

/// A clock that the simulation sets.
struct PlayedClock(Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>);

impl Clock for PlayedClock {
    fn now(&self) -> DateTime<Utc> {
        (self.0)()
    }
}

/// Makes a desk's folder, as `turnstone-desk init` does at a moment.
///
/// # Errors
/// Why it cannot be made.
pub fn init(dir: &Path, id: &DeskId, url: &str, at: DateTime<Utc>) -> Result<(), String> {
    let args = InitArgs {
        dir: dir.to_owned(),
        id: id.clone(),
        name: "Simulated desk".to_owned(),
        url: url.to_owned(),
        routes: turnstone_wire::body::Route::ALL.to_vec(),
    };
    let clock = PlayedClock(Arc::new(move || at));
    home::init::run(&args, &clock, &SystemRandom::default(), &mut Output::silent())
        .map_err(|failure| failure.to_string())
}

/// A request on its way.
#[derive(Debug)]
pub struct Asked {
    /// Method.
    pub method: &'static str,
    /// Path.
    pub path: String,
    /// Headers, names in lower case.
    pub headers: Vec<(&'static str, String)>,
    /// The body, as it comes. A channel that closes without [`Piece::End`] is a connection that broke.
    pub body: mpsc::UnboundedReceiver<Piece>,
}

/// A piece of a body.
#[derive(Debug)]
pub enum Piece {
    /// Bytes.
    Bytes(Vec<u8>),
    /// The end, or what looks like it.
    End,
}

/// An answer.
#[derive(Debug, Clone)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// Headers with a text for a value, names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Body.
    pub body: Vec<u8>,
}

impl Answer {
    /// A header that is a number.
    pub fn number(&self, name: &str) -> Option<u64> {
        self.headers.get(name)?.parse().ok()
    }

    /// `Retry-After` in seconds.
    pub fn retry_after_s(&self) -> Option<u64> {
        self.number(RETRY_AFTER.as_str())
    }
}

/// A process that serves a folder.
#[derive(Debug)]
pub struct Intake {
    store: Arc<Store>,
    router: Router,
    life: Life,
    _lock: File,
}

impl Intake {
    /// Starts it.
    ///
    /// # Errors
    /// Why it does not start.
    pub fn start(server: &Path, clock: Arc<dyn Fn() -> DateTime<Utc> + Send + Sync>) -> Result<Self, String> {
        let start = || {
            let store = Arc::new(Store::open(server, Arc::new(PlayedClock(clock)))?);
            let lock = store.serve()?;
            Ok((router(&store)?, store, lock))
        };
        let (router, store, lock) = start().map_err(|error: StoreError| error.to_string())?;
        Ok(Self { life: store.life.clone(), router, store, _lock: lock })
    }

    /// What it answers; nothing, where it was killed before it had answered.
    pub fn answer(&self, asked: Asked) -> impl Future<Output = Option<Answer>> + Send + 'static {
        let (router, life) = (self.router.clone(), self.life.clone());
        async move {
            let mut request = Request::builder().method(asked.method).uri(asked.path);
            for (name, value) in asked.headers {
                request = request.header(name, value);
            }
            let pieces = stream::unfold(Some(asked.body), |body| async move {
                let mut body = body?;
                match body.recv().await {
                    Some(Piece::Bytes(bytes)) => Some((Ok(bytes), Some(body))),
                    Some(Piece::End) => None,
                    None => Some((Err(std::io::Error::from(std::io::ErrorKind::ConnectionReset)), None)),
                }
            });
            let request = request.body(Body::from_stream(pieces.fuse())).ok()?;
            let response = router.oneshot(request).await.ok()?;
            let (status, headers) = (response.status().as_u16(), texts(response.headers()));
            let body = to_bytes(response.into_body(), ANSWER_BYTES).await.ok()?;
            life.alive().ok()?;
            Some(Answer { status, headers, body: body.to_vec() })
        }
    }

    /// Kills it after so many more points.
    pub fn kill_after(&self, points: u32) {
        self.life.0.points_left.store(points.min(NEVER - 1), Ordering::Relaxed);
    }

    /// Whether it was killed.
    pub fn is_dead(&self) -> bool {
        self.life.alive().is_err()
    }

    /// Kills it, and returns once nothing of it is left, with how much of each file was flushed by then.
    pub async fn kill(self) -> BTreeMap<PathBuf, u64> {
        self.life.end();
        drop(self.router);
        // What still waits for a body that will not come, or for its turn.
        while Arc::strong_count(&self.store) > 1 {
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        let mut flushed = self.life.0.flushed.lock().unwrap_or_else(PoisonError::into_inner);
        std::mem::take(&mut *flushed)
    }

    /// Every object in the ledger, with its number in the order of arrival.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn objects(&self) -> Result<Vec<(i64, Object)>, String> {
        let entries = self.store.objects_after(0).map_err(|error| error.to_string())?;
        Ok(entries.into_iter().map(|entry| (entry.number, entry.object)).collect())
    }

    /// Where an object's file lies, or would.
    pub fn path(&self, object: &Object) -> PathBuf {
        self.store.shelf_path(object)
    }
}

fn texts(headers: &HeaderMap) -> BTreeMap<String, String> {
    let texts =
        headers.iter().filter_map(|(name, value)| Some((name.to_string(), value.to_str().ok()?.to_owned())));
    texts.collect()
}
