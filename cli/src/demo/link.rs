//! A bad line: a relay on this machine that forwards to wherever it is told, and cuts when it is told.

use std::{
    collections::HashMap,
    io::{self, Read, Write},
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread::{self, JoinHandle},
};

/// Bytes forwarded at a time.
const PIECE: usize = 16 * 1024;

/// A relay between a client and a server, both on this machine. It listens from the start, on a port of its own, and
/// refuses every connection until it has a target. Gone, with all its connections, when dropped.
///
/// ```
/// use std::{io::Read, net::{TcpListener, TcpStream}, io::Write};
/// use turnstone_cli::demo::link::CutLink;
///
/// let (server, link) = (TcpListener::bind("127.0.0.1:0")?, CutLink::listen()?);
/// link.set_target(Some(server.local_addr()?));
/// link.cut_after(Some(3));
/// TcpStream::connect(link.address())?.write_all(b"hello")?;
/// let mut came = Vec::new();
/// server.accept()?.0.read_to_end(&mut came)?;
/// assert_eq!(came, b"hel");
/// # Ok::<(), std::io::Error>(())
/// ```
#[derive(Debug)]
pub struct CutLink {
    shared: Arc<Shared>,
    address: SocketAddr,
    accepting: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Shared {
    rules: Mutex<Rules>,
    /// Both ends of every open connection, so that they can be cut from outside.
    open: Mutex<HashMap<u64, (TcpStream, TcpStream)>>,
    carried: AtomicU64,
    cuts: AtomicU64,
    stopped: AtomicBool,
}

#[derive(Debug, Default, Clone, Copy)]
struct Rules {
    target: Option<SocketAddr>,
    cut_after: Option<u64>,
    /// How many more bytes it carries in all.
    left: Option<u64>,
}

impl CutLink {
    /// Listens on a free port of 127.0.0.1, with no target and without cutting.
    ///
    /// # Errors
    /// Where the system gives no port.
    pub fn listen() -> io::Result<Self> {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0))?;
        let address = listener.local_addr()?;
        let shared = Arc::new(Shared::default());
        let accepting = {
            let shared = Arc::clone(&shared);
            thread::spawn(move || accept(&listener, &shared))
        };
        Ok(Self { shared, address, accepting: Some(accepting) })
    }

    /// Where clients connect.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Forwards new connections to `target`; to none refuses them. Open ones stay as they are.
    pub fn set_target(&self, target: Option<SocketAddr>) {
        lock(&self.shared.rules).target = target;
    }

    /// Cuts every connection, open ones included, once so many bytes went from client to server in it; `None` never.
    pub fn cut_after(&self, bytes: Option<u64>) {
        lock(&self.shared.rules).cut_after = bytes;
    }

    /// Goes dead once so many bytes more went from clients to the server, in all connections together: every connection is
    /// refused from then on. `None` never, and wakes a dead one.
    pub fn die_after(&self, bytes: Option<u64>) {
        lock(&self.shared.rules).left = bytes;
    }

    /// How many bytes went from clients to the server so far, in all connections.
    pub fn carried(&self) -> u64 {
        self.shared.carried.load(Ordering::SeqCst)
    }

    /// How many connections were cut so far.
    pub fn cuts(&self) -> u64 {
        self.shared.cuts.load(Ordering::SeqCst)
    }
}

impl Drop for CutLink {
    fn drop(&mut self) {
        self.shared.stopped.store(true, Ordering::SeqCst);
        for (client, server) in lock(&self.shared.open).values() {
            close(client, server);
        }
        // Wakes the accepting thread, which then sees that it is over.
        let woken = TcpStream::connect(self.address);
        if let (Ok(_), Some(accepting)) = (woken, self.accepting.take()) {
            accepting.join().unwrap_or_default();
        }
    }
}

fn accept(listener: &TcpListener, shared: &Arc<Shared>) {
    for (number, client) in (0..).zip(listener.incoming()) {
        if shared.stopped.load(Ordering::SeqCst) {
            return;
        }
        let Ok(client) = client else { continue };
        let shared = Arc::clone(shared);
        thread::spawn(move || {
            // However a connection ends, the client finds out by itself.
            let _ = carry(number, client, &shared);
            lock(&shared.open).remove(&number);
        });
    }
}

fn carry(number: u64, mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    let Rules { target: Some(target), left: None | Some(1..), .. } = *lock(&shared.rules) else {
        return Ok(());
    };
    let mut server = TcpStream::connect(target)?;
    for stream in [&client, &server] {
        stream.set_nodelay(true)?;
    }
    lock(&shared.open).insert(number, (client.try_clone()?, server.try_clone()?));
    let (mut from_server, mut to_client) = (server.try_clone()?, client.try_clone()?);
    let answers = thread::spawn(move || {
        let _ = io::copy(&mut from_server, &mut to_client);
        let _ = to_client.shutdown(Shutdown::Write);
    });
    if forward(&mut client, &mut server, shared)? {
        shared.cuts.fetch_add(1, Ordering::SeqCst);
        close(&client, &server);
    } else {
        server.shutdown(Shutdown::Write)?;
    }
    answers.join().unwrap_or_default();
    Ok(())
}

/// Forwards until the client has no more or the connection has to be cut; true for the latter.
fn forward(client: &mut TcpStream, server: &mut TcpStream, shared: &Shared) -> io::Result<bool> {
    let mut buffer = [0; PIECE];
    let mut in_this = 0_u64;
    loop {
        let read = client.read(&mut buffer)?;
        if read == 0 {
            return Ok(false);
        }
        let mut rules = lock(&shared.rules);
        let of_this = rules.cut_after.map_or(u64::MAX, |limit| limit.saturating_sub(in_this));
        let may = usize::try_from(of_this.min(rules.left.unwrap_or(u64::MAX))).unwrap_or(usize::MAX);
        let piece = &buffer[..read.min(may)];
        rules.left = rules.left.map(|left| left - piece.len() as u64);
        let is_over = rules.left == Some(0) || piece.len() as u64 == of_this;
        drop(rules);
        server.write_all(piece)?;
        in_this += piece.len() as u64;
        shared.carried.fetch_add(piece.len() as u64, Ordering::SeqCst);
        if is_over {
            return Ok(true);
        }
    }
}

fn close(client: &TcpStream, server: &TcpStream) {
    for stream in [client, server] {
        // Closed already is closed.
        let _ = stream.shutdown(Shutdown::Both);
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    // What is guarded is whole after every statement: a thread that died left nothing half changed.
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Sends so many bytes, and returns how many the server got before the end.
    fn send(link: &CutLink, server: &TcpListener, bytes: usize) -> usize {
        let mut client = TcpStream::connect(link.address()).unwrap();
        let sending = thread::spawn(move || {
            // A link that is cut refuses the rest.
            let _ = client.write_all(&vec![7; bytes]);
        });
        let mut got = Vec::new();
        server.accept().unwrap().0.read_to_end(&mut got).unwrap();
        sending.join().unwrap();
        got.len()
    }

    #[test]
    fn each_connection_is_cut_exactly_after_so_many_bytes() {
        let (server, link) = (TcpListener::bind("127.0.0.1:0").unwrap(), CutLink::listen().unwrap());
        link.set_target(Some(server.local_addr().unwrap()));
        link.cut_after(Some(100_001));
        assert_eq!(send(&link, &server, 300_000), 100_001);
        assert_eq!(send(&link, &server, 100_002), 100_001);
        assert_eq!(send(&link, &server, 100_000), 100_000);
        assert_eq!((link.carried(), link.cuts()), (300_002, 2));
        link.cut_after(None);
        assert_eq!(send(&link, &server, 300_000), 300_000);
        assert_eq!(link.cuts(), 2);
    }

    #[test]
    fn a_link_that_dies_carries_so_many_bytes_in_all_and_wakes_when_told() {
        let (server, link) = (TcpListener::bind("127.0.0.1:0").unwrap(), CutLink::listen().unwrap());
        link.set_target(Some(server.local_addr().unwrap()));
        link.die_after(Some(150_000));
        assert_eq!(send(&link, &server, 100_000), 100_000);
        assert_eq!(send(&link, &server, 100_000), 50_000);
        let mut answer = Vec::new();
        let refused = TcpStream::connect(link.address()).unwrap().read_to_end(&mut answer);
        assert!(refused.is_err() || answer.is_empty());
        link.die_after(None);
        assert_eq!(send(&link, &server, 300_000), 300_000);
        assert_eq!((link.carried(), link.cuts()), (450_000, 1));
    }

    #[test]
    fn answers_come_back_and_without_a_target_nothing_does() {
        let (server, link) = (TcpListener::bind("127.0.0.1:0").unwrap(), CutLink::listen().unwrap());
        let mut answer = String::new();
        let refused = TcpStream::connect(link.address()).unwrap().read_to_string(&mut answer);
        assert!(refused.is_err() || answer.is_empty());
        link.set_target(Some(server.local_addr().unwrap()));
        let mut client = TcpStream::connect(link.address()).unwrap();
        client.write_all(b"?").unwrap();
        let (mut end, _) = server.accept().unwrap();
        end.write_all(b"yes").unwrap();
        drop(end);
        client.read_to_string(&mut answer).unwrap();
        assert_eq!(answer, "yes");
    }
}
