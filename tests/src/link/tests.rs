use std::{
    io::{Read, Write},
    sync::atomic::AtomicU64,
    time::Instant,
};

use super::*;

struct Ends {
    link: Link,
    server: TcpListener,
}

impl Ends {
    fn new(terms: Terms) -> Self {
        let (server, link) = (TcpListener::bind("127.0.0.1:0").unwrap(), Link::listen(1));
        link.set_target(Some(server.local_addr().unwrap()));
        link.set_terms(terms);
        Self { link, server }
    }

    /// Sends so many bytes, and returns how many the server got, and whether it got an orderly end.
    fn send(&self, bytes: usize) -> (usize, bool) {
        let mut client = TcpStream::connect(self.link.address()).unwrap();
        let sending = thread::spawn(move || {
            // A link that is cut refuses the rest.
            let _ = client.write_all(&vec![7; bytes]);
        });
        let (mut end, mut got) = (self.server.accept().unwrap().0, Vec::new());
        let ended = end.read_to_end(&mut got).is_ok();
        sending.join().unwrap();
        (got.len(), ended)
    }
}

#[test]
fn every_connection_is_cut_at_the_byte() {
    let ends = Ends::new(Terms { cut_after: Some(100_001), ..Terms::default() });
    for (sent, got) in [(300_000, 100_001), (100_002, 100_001), (100_000, 100_000)] {
        assert_eq!(ends.send(sent).0, got);
    }
    assert_eq!((ends.link.carried().up, ends.link.carried().cuts), (300_002, 2));
}

#[test]
fn so_many_of_a_hundred_connections_are_reset_by_the_seed() {
    let ends = Ends::new(Terms { reset_percent: 50, reset_within: 1000, ..Terms::default() });
    let got: Vec<_> = (0..40).map(|_| ends.send(5000)).collect();
    let resets = ends.link.carried().resets;
    assert!((10..=30).contains(&resets), "{resets} of 40");
    assert_eq!(got.iter().filter(|(_, ended)| !ended).count() as u64, resets, "a reset is no orderly end");
    assert!(got.iter().all(|(bytes, ended)| if *ended { *bytes == 5000 } else { *bytes <= 1000 }));
    let again = Ends::new(Terms { reset_percent: 50, reset_within: 1000, ..Terms::default() });
    let ended = |ends: &Ends| (0..10).map(|_| ends.send(5000).1).collect::<Vec<_>>();
    assert_eq!(ended(&again), got[..10].iter().map(|(_, ended)| *ended).collect::<Vec<_>>());
}

#[test]
fn a_strike_is_made_at_its_byte_and_before_the_next_one() {
    let ends = Ends::new(Terms::default());
    let out = Arc::new(AtomicU64::new(0));
    let (seen, shared) = (Arc::clone(&out), Arc::clone(&ends.link.shared));
    ends.link.strike_after(Way::Up, 70_001, move || {
        seen.store(shared.up.passed.load(Ordering::SeqCst), Ordering::SeqCst);
    });
    assert_eq!(ends.link.in_flight_at_strike(), None);
    assert_eq!(ends.send(200_000).0, 200_000);
    assert_eq!(out.load(Ordering::SeqCst), 70_001);
    assert!(ends.link.in_flight_at_strike().unwrap() > 0);
    // Bytes that a cut kept from arriving are on no way any more.
    ends.link.set_terms(Terms { cut_after: Some(10), ..Terms::default() });
    assert_eq!(ends.send(200_000).0, 10);
    ends.link.set_terms(Terms::default());
    ends.link.strike_after(Way::Up, 2, || {});
    assert_eq!((ends.send(2).0, ends.link.in_flight_at_strike()), (2, Some(0)));
    ends.link.strike_after(Way::Up, 5, || panic!("called off"));
    assert_eq!((ends.send(2).0, ends.link.in_flight_at_strike()), (2, None), "it was not reached");
    ends.link.call_off();
    assert_eq!(ends.send(20).0, 20);
}

#[test]
fn a_hole_swallows_both_ways_and_keeps_the_connection() {
    let ends = Ends::new(Terms { hole: Some((Way::Up, 10)), ..Terms::default() });
    let mut client = TcpStream::connect(ends.link.address()).unwrap();
    let mut end = ends.server.accept().unwrap().0;
    client.write_all(&[1; 10]).unwrap();
    end.read_exact(&mut [0; 10]).unwrap();
    end.write_all(b"yes").unwrap();
    client.read_exact(&mut [0; 3]).unwrap();
    let swallowed = std::sync::mpsc::channel();
    ends.link.strike_after(Way::Up, 5, move || swallowed.0.send(()).unwrap());
    client.write_all(&[1; 5]).unwrap();
    swallowed.1.recv().unwrap();
    end.write_all(b"lost").unwrap();
    client.set_read_timeout(Some(Duration::from_millis(50))).unwrap();
    assert!(client.read(&mut [0; 1]).is_err(), "no answer and no end");
    ends.link.set_terms(Terms::default());
    assert_eq!(ends.send(100), (100, true), "a new connection after it");
}

#[test]
fn a_narrow_and_far_link_takes_its_time() {
    let one_way = Duration::from_millis(50);
    let ends = Ends::new(Terms { one_way, bytes_per_s: Some(10_000), ..Terms::default() });
    let began = Instant::now();
    assert_eq!(ends.send(2000).0, 2000);
    // The handshake's round trip, the bytes, and their way; more on a busy machine, never less.
    assert!(began.elapsed() >= one_way * 3 + Duration::from_millis(200), "{:?}", began.elapsed());
}
