//! A loopback link with a delay: what goes in comes out so much later, each way, at full rate.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpListener, TcpStream},
    sync::mpsc::channel,
    thread,
    time::{Duration, Instant},
};

/// Listens on `listener` and carries every connection to `target`, `one_way` later. Its threads end with the process.
pub(crate) fn start(listener: TcpListener, target: SocketAddr, one_way: Duration) {
    thread::spawn(move || {
        for near in listener.incoming().flatten() {
            // The handshake crosses the link as well: one round trip before the first byte can.
            thread::spawn(move || {
                thread::sleep(one_way * 2);
                let Ok(far) = TcpStream::connect(target) else { return };
                let (Ok(near_back), Ok(far_back)) = (near.try_clone(), far.try_clone()) else { return };
                thread::spawn(move || carry(far_back, near_back, one_way));
                carry(near, far, one_way);
            });
        }
    });
}

fn carry(mut from: TcpStream, mut to: TcpStream, one_way: Duration) {
    let (send, receive) = channel::<(Instant, Vec<u8>)>();
    let _ = to.set_nodelay(true);
    thread::spawn(move || {
        for (arrived, bytes) in receive {
            thread::sleep((arrived + one_way).saturating_duration_since(Instant::now()));
            if to.write_all(&bytes).is_err() {
                return;
            }
        }
        let _ = to.shutdown(Shutdown::Write);
    });
    let mut buffer = vec![0; 64 * 1024];
    while let Ok(read) = from.read(&mut buffer) {
        if read == 0 || send.send((Instant::now(), buffer[..read].to_vec())).is_err() {
            return;
        }
    }
}
