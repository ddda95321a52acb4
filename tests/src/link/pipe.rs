//! One connection: two ways, each read by one thread and written by another, so that what is on its way is held in between.

use std::{
    io::{Read, Write},
    net::{Shutdown, TcpStream},
    sync::{
        atomic::{AtomicU64, Ordering},
        mpsc::{Receiver, sync_channel},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::net::connect_unspec;

use super::{Shared, Way, close, lock};

/// Bytes that are carried at a time; on a narrow link fewer, or it would not look narrow.
const PIECE: usize = 16 * 1024;
const NARROW_PIECE: usize = 240;
/// Pieces on their way at a time: what comes before they are through waits at its sender.
const ON_THE_WAY: usize = 64;

/// Carries a connection until it ends, or its terms end it.
pub(super) fn carry(number: u64, client: &TcpStream, server: &TcpStream, shared: &Shared) {
    for stream in [client, server] {
        stream.set_nodelay(true).unwrap_or_default();
    }
    let (Ok(near), Ok(far)) = (client.try_clone(), server.try_clone()) else { return };
    lock(&shared.open).insert(number, (near, far));
    let (end, entered) = (shared.end_of(number), [AtomicU64::new(0), AtomicU64::new(0)]);
    let connection = Connection { shared, client, server, end, entered };
    thread::scope(|scope| {
        scope.spawn(|| connection.one_way(Way::Down));
        connection.one_way(Way::Up);
    });
}

struct Connection<'a> {
    shared: &'a Shared,
    client: &'a TcpStream,
    server: &'a TcpStream,
    end: Option<(u64, bool)>,
    /// Bytes that came in at either end: up, down.
    entered: [AtomicU64; 2],
}

/// What goes on with a connection after a piece.
#[derive(PartialEq, Eq)]
enum After {
    GoesOn,
    Over,
}

impl Connection<'_> {
    fn one_way(&self, way: Way) {
        let (mut from, to) = match way {
            Way::Up => (self.client, self.server),
            Way::Down => (self.server, self.client),
        };
        let (send, receive) = sync_channel::<(Instant, Vec<u8>)>(ON_THE_WAY);
        thread::scope(|scope| {
            scope.spawn(|| self.write(way, to, receive));
            let narrow = self.shared.terms().bytes_per_s.is_some();
            let mut buffer = vec![0; if narrow { NARROW_PIECE } else { PIECE }];
            while let Ok(read) = from.read(&mut buffer) {
                self.shared.count(way).entered.fetch_add(read as u64, Ordering::SeqCst);
                self.entered(way).fetch_add(read as u64, Ordering::SeqCst);
                if read == 0 || send.send((Instant::now(), buffer[..read].to_vec())).is_err() {
                    break;
                }
            }
            drop(send);
        });
    }

    fn entered(&self, way: Way) -> &AtomicU64 {
        &self.entered[usize::from(way == Way::Down)]
    }

    fn write(&self, way: Way, to: &TcpStream, receive: Receiver<(Instant, Vec<u8>)>) {
        // Of this connection; and when the line has carried what was put onto it so far.
        let (mut in_this, mut free_at) = (0, None);
        for (came, piece) in receive {
            let terms = self.shared.terms();
            let on_line = free_at.map_or(came, |free: Instant| free.max(came));
            let micros = terms.bytes_per_s.map_or(0, |rate| piece.len() as u64 * 1_000_000 / rate.max(1));
            let through = on_line + Duration::from_micros(micros);
            free_at = Some(through);
            thread::sleep((through + terms.one_way).saturating_duration_since(Instant::now()));
            if self.pass(way, to, &piece, &mut in_this) == After::Over {
                return;
            }
        }
        // The sender has no more to say; the other way may still go on.
        if !self.shared.hole.load(Ordering::SeqCst) {
            let _ = to.shutdown(Shutdown::Write);
        }
    }

    /// Lets a piece out: up to a strike, which is made, then on; up to the connection's end, which comes then.
    fn pass(&self, way: Way, to: &TcpStream, mut piece: &[u8], in_this: &mut u64) -> After {
        let limit = self.end.filter(|_| way == Way::Up);
        loop {
            let left = limit.map_or(u64::MAX, |(at, _)| at.saturating_sub(*in_this));
            let (now, struck) = self.reserve(way, left.min(piece.len() as u64), *in_this);
            let (out, rest) = piece.split_at(usize::try_from(now).unwrap_or(piece.len()));
            *in_this += now;
            let lost = self.in_hole(way);
            let written = lost || { to }.write_all(out).is_ok();
            if let Some(strike) = struck {
                (strike.hook)();
            }
            if !written {
                return After::Over;
            }
            if let Some((at, reset)) = limit
                && *in_this >= at
            {
                self.break_off(reset);
                return After::Over;
            }
            if rest.is_empty() {
                return After::GoesOn;
            }
            piece = rest;
        }
    }

    /// Counts bytes as passed, no more than up to the strike; gives back how many, and the strike where it is due.
    fn reserve(&self, way: Way, bytes: u64, in_this: u64) -> (u64, Option<super::Strike>) {
        let shared = self.shared;
        let mut strike = lock(&shared.strike);
        let passed = &shared.count(way).passed;
        let before = passed.load(Ordering::SeqCst);
        let due = strike.as_ref().filter(|strike| strike.way == way).map(|strike| strike.at);
        let now = due.map_or(bytes, |at| bytes.min(at.saturating_sub(before)));
        passed.fetch_add(now, Ordering::SeqCst);
        if due.is_none_or(|at| before + now < at) {
            return (now, None);
        }
        let entered = self.entered(way).load(Ordering::SeqCst);
        *lock(&shared.struck) = Some(entered.saturating_sub(in_this + now));
        (now, strike.take())
    }

    /// Whether nothing passes any more.
    fn in_hole(&self, way: Way) -> bool {
        let shared = self.shared;
        if let Some((of, after)) = shared.terms().hole
            && of == way
            && shared.count(way).passed.load(Ordering::SeqCst) > after
        {
            shared.hole.store(true, Ordering::SeqCst);
        }
        shared.hole.load(Ordering::SeqCst)
    }

    fn break_off(&self, reset: bool) {
        if reset {
            self.shared.resets.fetch_add(1, Ordering::SeqCst);
            for stream in [self.client, self.server] {
                // On Linux this sends RST at once (tcp_disconnect), and wakes whoever reads.
                let _ = connect_unspec(stream);
            }
        } else {
            self.shared.cuts.fetch_add(1, Ordering::SeqCst);
        }
        close(self.client, self.server);
    }
}
