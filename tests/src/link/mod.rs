//! A bad link between two programs on this machine: slow, far, cut, reset, or a hole that swallows everything. What happens
//! to which byte is decided by counts and a seed, never by the time, so that a round is the same on every machine.
//!
//! It knows nothing of what it carries: clear text and TLS are bytes to it.
#![expect(clippy::unwrap_used, reason = "a kit that cannot do its work ends the suite")]

mod pipe;
#[cfg(test)]
mod tests;

use std::{
    collections::HashMap,
    fmt,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::Duration,
};

use crate::draw::Draw;

/// What a link does to what it carries.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Terms {
    /// How long every byte takes, each way. A connection's first bytes wait for a round trip more: its own handshake.
    pub one_way: Duration,
    /// How many bytes a second go, each way; none: as many as come.
    pub bytes_per_s: Option<u64>,
    /// Every connection is cut after so many bytes from client to server.
    pub cut_after: Option<u64>,
    /// So many of a hundred connections are reset, ...
    pub reset_percent: u64,
    /// ... each after a drawn number of bytes from client to server, at most so many.
    pub reset_within: u64,
    /// After so many bytes on this way, in all connections, nothing passes any more, either way; what comes is swallowed.
    pub hole: Option<(Way, u64)>,
}

/// Which way bytes go.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Way {
    /// From client to server.
    Up,
    /// From server to client.
    Down,
}

/// What a link has carried.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Carried {
    /// Bytes that came out at the server.
    pub up: u64,
    /// Bytes that came out at the client.
    pub down: u64,
    /// Bytes that came from clients, whatever became of them.
    pub entered: u64,
    /// Connections that were opened.
    pub connections: u64,
    /// Connections that were cut.
    pub cuts: u64,
    /// Connections that were reset.
    pub resets: u64,
}

/// What is done when so many bytes have passed.
type Hook = Box<dyn FnOnce() + Send>;

/// A link, on a port of its own from the start; it refuses every connection until it has a target. Gone, with its
/// connections, when dropped.
pub struct Link {
    shared: Arc<Shared>,
    address: SocketAddr,
}

struct Shared {
    terms: Mutex<Terms>,
    target: Mutex<Option<SocketAddr>>,
    seed: u64,
    up: Count,
    down: Count,
    strike: Mutex<Option<Strike>>,
    struck: Mutex<Option<u64>>,
    hole: AtomicBool,
    open: Mutex<HashMap<u64, (TcpStream, TcpStream)>>,
    connections: AtomicU64,
    cuts: AtomicU64,
    resets: AtomicU64,
    stopped: AtomicBool,
}

/// Bytes of one way, of all connections together.
#[derive(Default)]
struct Count {
    entered: AtomicU64,
    passed: AtomicU64,
}

/// Something to be done at a byte.
struct Strike {
    way: Way,
    at: u64,
    hook: Hook,
}

impl Link {
    /// Listens on a free port of this machine. The seed decides which connections are reset, and where.
    ///
    /// # Panics
    /// Where the system gives no port.
    pub fn listen(seed: u64) -> Self {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let address = listener.local_addr().unwrap();
        let shared = Arc::new(Shared {
            terms: Mutex::default(),
            target: Mutex::default(),
            seed,
            up: Count::default(),
            down: Count::default(),
            strike: Mutex::default(),
            struck: Mutex::default(),
            hole: AtomicBool::new(false),
            open: Mutex::default(),
            connections: AtomicU64::new(0),
            cuts: AtomicU64::new(0),
            resets: AtomicU64::new(0),
            stopped: AtomicBool::new(false),
        });
        let accepting = Arc::clone(&shared);
        thread::spawn(move || accept(&listener, &accepting));
        Self { shared, address }
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Carries new connections to `target`; to none refuses them.
    pub fn set_target(&self, target: Option<SocketAddr>) {
        *lock(&self.shared.target) = target;
    }

    /// Goes by other terms from now on. A hole counts from the link's first byte.
    pub fn set_terms(&self, terms: Terms) {
        *lock(&self.shared.terms) = terms;
        self.shared.hole.store(false, Ordering::SeqCst);
    }

    /// Has something done once so many more bytes have come out on a way, before any further one does. One at a time.
    pub fn strike_after(&self, way: Way, bytes: u64, hook: impl FnOnce() + Send + 'static) {
        let at = self.shared.count(way).passed.load(Ordering::SeqCst) + bytes;
        *lock(&self.shared.struck) = None;
        *lock(&self.shared.strike) = Some(Strike { way, at, hook: Box::new(hook) });
    }

    /// Where the last strike was made: how many bytes had come in by then, on its way of its connection, and not out; none
    /// where it was not made.
    pub fn in_flight_at_strike(&self) -> Option<u64> {
        *lock(&self.shared.struck)
    }

    /// Forgets a strike that was not made.
    pub fn call_off(&self) {
        *lock(&self.shared.strike) = None;
    }

    /// Whether no connection is open: all that came in has come out, and both ends have closed.
    pub fn is_idle(&self) -> bool {
        lock(&self.shared.open).is_empty()
    }

    /// What it has carried so far.
    pub fn carried(&self) -> Carried {
        let shared = &self.shared;
        Carried {
            up: shared.up.passed.load(Ordering::SeqCst),
            down: shared.down.passed.load(Ordering::SeqCst),
            entered: shared.up.entered.load(Ordering::SeqCst),
            connections: shared.connections.load(Ordering::SeqCst),
            cuts: shared.cuts.load(Ordering::SeqCst),
            resets: shared.resets.load(Ordering::SeqCst),
        }
    }
}

impl fmt::Debug for Link {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "link at {}: {:?}", self.address, self.carried())
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        for (client, server) in lock(&self.shared.open).values() {
            close(client, server);
        }
        // Wakes the accepting thread, which then sees that it is over.
        drop(TcpStream::connect(self.address));
    }
}

impl Shared {
    fn count(&self, way: Way) -> &Count {
        match way {
            Way::Up => &self.up,
            Way::Down => &self.down,
        }
    }

    fn terms(&self) -> Terms {
        *lock(&self.terms)
    }

    /// After how many bytes the link breaks a connection off, and whether by a reset.
    fn end_of(&self, number: u64) -> Option<(u64, bool)> {
        let (terms, mut draw) = (self.terms(), Draw::nth(self.seed, number));
        let reset = draw.percent(terms.reset_percent).then(|| draw.between(0, terms.reset_within));
        match (reset, terms.cut_after) {
            (Some(reset), Some(cut)) if cut < reset => Some((cut, false)),
            (Some(reset), _) => Some((reset, true)),
            (None, cut) => cut.map(|cut| (cut, false)),
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for client in listener.incoming() {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let (Ok(client), Some(target)) = (client, *lock(&shared.target)) else { continue };
        let number = shared.connections.fetch_add(1, Ordering::SeqCst);
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // The handshake crosses the link as well.
            thread::sleep(shared.terms().one_way * 2);
            // A server that is not there is what a client finds out by itself.
            if let Ok(server) = TcpStream::connect(target) {
                pipe::carry(number, &client, &server, &shared);
                lock(&shared.open).remove(&number);
            }
        });
    }
}

fn close(client: &TcpStream, server: &TcpStream) {
    for stream in [client, server] {
        // Closed already is closed.
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded is whole after every statement.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
