//! A request's body in blocks worth a system call each, with an eye on clients that fall silent.

use std::time::Duration;

use axum::body::{Body, BodyDataStream};
use bytes::Bytes;
use futures_util::{FutureExt, StreamExt};
use tokio::time::Instant;

use crate::intake::pace::Pace;

/// Bytes gathered before they are handed on, where they are there without waiting.
const BLOCK: usize = 256 * 1024;
/// Bytes read and thrown away behind an early answer, so that the client gets to read it.
const DRAINED: usize = 8 * 1024 * 1024;

/// A body, block by block.
pub(super) struct Blocks {
    body: BodyDataStream,
    idle: Duration,
    pace: Pace,
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
    /// The connection broke, or the client fell silent or drips.
    Broken,
}

impl Blocks {
    pub(super) fn new(body: Body, idle: Duration, least_bytes_per_s: u64) -> Self {
        Self { body: body.into_data_stream(), idle, pace: Pace::new(least_bytes_per_s), broken: false }
    }

    /// The next block. Where nothing comes within `patience`, says so once; waits on otherwise.
    ///
    /// Loses nothing when dropped before it is ready.
    pub(super) async fn next(&mut self, patience: Option<Duration>) -> Next {
        if self.broken {
            return Next::Broken;
        }
        let asked = Instant::now();
        let until = asked + patience.unwrap_or(self.idle);
        loop {
            let watched = until.min(self.pace.ends(asked));
            match tokio::time::timeout_at(watched, self.body.next()).await {
                Err(_) if !self.pace.keeps(watched, 0) => return self.broken(),
                Err(_) if watched < until => {}
                Err(_) if patience.is_some() => return Next::Pause,
                Err(_) | Ok(Some(Err(_))) => return self.broken(),
                Ok(None) => return Next::End,
                Ok(Some(Ok(first))) => {
                    let block = self.gather(first);
                    // What has come counts, whoever it came from.
                    self.broken |= !self.pace.keeps(Instant::now(), block.len() as u64);
                    return Next::Block(block);
                }
            }
        }
    }

    fn broken(&mut self) -> Next {
        self.broken = true;
        Next::Broken
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

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use super::*;

    const IDLE: Duration = Duration::from_secs(60);

    /// A body of so many bytes every so often.
    fn drip(bytes: usize, every: Duration) -> Blocks {
        let stream = futures_util::stream::unfold((), move |()| async move {
            tokio::time::sleep(every).await;
            Some((Ok::<_, Infallible>(Bytes::from(vec![0; bytes])), ()))
        });
        Blocks::new(Body::from_stream(stream), IDLE, 16)
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_that_drips_is_cut_and_what_came_of_it_counts() {
        let begun = Instant::now();
        let mut drip = drip(1, Duration::from_secs(50));
        let mut came = 0;
        while let Next::Block(block) = drip.next(None).await {
            came += block.len();
        }
        assert!((1..=3).contains(&came), "{came}");
        assert!(begun.elapsed() <= crate::intake::pace::WINDOW + IDLE, "{:?}", begun.elapsed());
    }

    #[tokio::test(start_paused = true)]
    async fn a_body_over_the_slowest_link_is_taken_to_its_end() {
        let mut slow = drip(1200, Duration::from_secs(40));
        for _ in 0..50 {
            assert!(matches!(slow.next(None).await, Next::Block(_)));
        }
    }

    #[tokio::test(start_paused = true)]
    async fn a_silent_body_is_cut_and_a_pause_is_told() {
        let mut silent = drip(1, Duration::from_secs(1000));
        assert!(matches!(silent.next(Some(Duration::from_secs(1))).await, Next::Pause));
        let begun = Instant::now();
        assert!(matches!(silent.next(None).await, Next::Broken));
        assert_eq!(begun.elapsed(), IDLE);
    }
}
