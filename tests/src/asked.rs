//! An intake asked by hand: one request, one connection, nothing beside it.

use std::{
    io::{Read, Write},
    net::{Shutdown, SocketAddr, TcpStream},
    time::Duration,
};

use turnstone_wire::hash::Sha256;

/// Longest wait for an answer.
const PATIENCE: Duration = Duration::from_secs(120);

/// What an intake answered.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// How far the upload is, where that is said.
    pub offset: Option<u64>,
    /// The body.
    pub body: Vec<u8>,
}

/// One request about the upload of `bytes`; nothing where no whole answer comes back.
pub fn ask(address: SocketAddr, method: &str, bytes: &[u8], headers: &str, body: &[u8]) -> Option<Answer> {
    let mut stream = connected(address)?;
    let head = head(method, bytes, headers, body.len());
    stream.write_all(&[head.as_bytes(), body].concat()).ok()?;
    let mut said = Vec::new();
    stream.read_to_end(&mut said).ok()?;
    let end = said.windows(4).position(|four| four == b"\r\n\r\n")?;
    let head = String::from_utf8(said[..end].to_vec()).ok()?.to_lowercase();
    let offset = head.lines().find_map(|line| line.strip_prefix("upload-offset: ")?.parse().ok());
    Some(Answer { status: head.split(' ').nth(1)?.parse().ok()?, offset, body: said.split_off(end + 4) })
}

/// Sends `sent` bytes of a chunk that ends with `bytes`, from the beginning, once the intake has asked for them, and hangs up.
pub fn break_off(address: SocketAddr, bytes: &[u8], sent: usize) -> Option<()> {
    let mut stream = connected(address)?;
    let head = head("PATCH", bytes, "upload-offset: 0\r\nexpect: 100-continue\r\n", bytes.len());
    stream.write_all(head.as_bytes()).ok()?;
    let mut asked_for = [0; 12];
    stream.read_exact(&mut asked_for).ok()?;
    assert_eq!(&asked_for, b"HTTP/1.1 100");
    stream.write_all(&bytes[..sent]).ok()?;
    stream.shutdown(Shutdown::Write).ok()
}

fn connected(address: SocketAddr) -> Option<TcpStream> {
    let stream = TcpStream::connect(address).ok()?;
    stream.set_read_timeout(Some(PATIENCE)).ok()?;
    Some(stream)
}

fn head(method: &str, bytes: &[u8], headers: &str, length: usize) -> String {
    format!(
        "{method} /v1/attachments/{} HTTP/1.1\r\nhost: x\r\nconnection: close\r\ntus-resumable: 1.0.0\r\n\
         content-type: application/offset+octet-stream\r\n{headers}content-length: {length}\r\n\r\n",
        Sha256::of(bytes),
    )
}
