//! A request's body in blocks worth a system call each, with an eye on clients that fall silent.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};

/// Bytes gathered before they are handed on, where they are there without waiting.
const BLOCK: usize = 256 * 1024;
/// Bytes read and thrown away behind an early answer, so that the client gets to read it.
const DRAINED: usize = 8 * 1024 * 1024;

/// A body, block by block.
pub(super) struct Blocks {
    body: BodyDataStream,
    idle: Duration,
    broken: bool,
}

/// What comes next of a body.
pub(super) enum Next {
    /// Bytes; more may follow.
    Block(Vec<u8>),
    /// Nothing has come for the time given; more may follow.
    Pause,
    /// The end, as far as can be known: a cut HTTP/1.1 body may look like one.
    End,
    /// The connection broke, or the client fell silent.
    Broken,
}

impl Blocks {
    pub(super) fn new(body: Body, idle: Duration) -> Self {
        Self { body: body.into_data_stream(), idle, broken: false }
    }

    /// The next block. Where nothing comes within `patience`, says so once; waits on otherwise.
    ///
    /// Loses nothing when dropped before it is ready.
    pub(super) async fn next(&mut self, patience: Option<Duration>) -> Next {
        if self.broken {
            return Next::Broken;
        }
        let wait = patience.unwrap_or(self.idle);
        match tokio::time::timeout(wait, self.body.next()).await {
            Err(_) if patience.is_some() => Next::Pause,
            Err(_) | Ok(Some(Err(_))) => Next::Broken,
            Ok(None) => Next::End,
            Ok(Some(Ok(first))) => Next::Block(self.gather(first)),
        }
    }

    /// Adds what is there already, without waiting.
    fn gather(&mut self, first: Bytes) -> Vec<u8> {
        let mut block = Vec::from(first);
        while block.len() < BLOCK {
            match self.body.next().now_or_never() {
                Some(Some(Ok(more))) => block.extend_from_slice(&more),
                Some(Some(Err(_))) => {
                    self.broken = true;
                    break;
                }
                Some(None) | None => break,
            }
        }
        block
    }

    /// Throws the rest away, behind an answer that does not need it.
    pub(super) fn drain(mut self) {
        tokio::spawn(async move {
            let mut drained = 0;
            while let Next::Block(block) = self.next(None).await {
                drained += block.len();
                if drained > DRAINED {
                    break;
                }
            }
        });
    }
}
