//! Connections that neither bring nor take a byte for long are cut, whatever state they are in: a thousand silent
//! ones must not keep a phone with words to say waiting. So are those that drip, unless something was answered on them
//! meanwhile.

use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    time::{Instant, Sleep},
};

use super::pace::Pace;

/// Whether something was answered on a connection since this was last asked.
#[derive(Debug, Clone, Default)]
pub(super) struct Answered(Arc<AtomicBool>);

impl Answered {
    /// Something was.
    pub(super) fn note(&self) {
        self.0.store(true, Ordering::Relaxed);
    }

    fn take(&self) -> bool {
        self.0.swap(false, Ordering::Relaxed)
    }
}

/// A stream that fails once nothing, or next to nothing, has moved for a while.
pub(super) struct Idle<S> {
    stream: S,
    patience: Duration,
    deadline: Pin<Box<Sleep>>,
    pace: Pace,
    answered: Answered,
}

impl<S> Idle<S> {
    pub(super) fn new(stream: S, patience: Duration, least_bytes_per_s: u64, answered: Answered) -> Self {
        let deadline = Box::pin(tokio::time::sleep(patience));
        Self { stream, patience, deadline, pace: Pace::new(least_bytes_per_s), answered }
    }

    /// Lets an answer through and counts anew; a stream that waits is asked how long it has.
    fn watch<T>(
        &mut self,
        polled: Poll<io::Result<T>>,
        moved: usize,
        context: &mut Context<'_>,
    ) -> Poll<io::Result<T>> {
        if polled.is_ready() {
            let now = Instant::now();
            self.deadline.as_mut().reset(now + self.patience);
            if !self.pace.keeps(now, moved as u64) && !self.answered.take() {
                return Poll::Ready(Err(io::ErrorKind::TimedOut.into()));
            }
            return polled;
        }
        match self.deadline.as_mut().poll(context) {
            Poll::Ready(()) => Poll::Ready(Err(io::ErrorKind::TimedOut.into())),
            Poll::Pending => Poll::Pending,
        }
    }
}

impl<S: AsyncRead + Unpin> AsyncRead for Idle<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let polled = Pin::new(&mut self.stream).poll_read(context, buffer);
        self.watch(polled, buffer.filled().len() - before, context)
    }
}

impl<S: AsyncWrite + Unpin> AsyncWrite for Idle<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        context: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        let polled = Pin::new(&mut self.stream).poll_write(context, bytes);
        let moved = match &polled {
            Poll::Ready(Ok(moved)) => *moved,
            _ => 0,
        };
        self.watch(polled, moved, context)
    }

    fn poll_flush(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(context)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(context)
    }
}

#[cfg(test)]
mod tests {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};

    use super::*;

    #[tokio::test(start_paused = true)]
    async fn a_silent_connection_is_cut_and_a_slow_one_is_not() {
        let (mut far, near) = tokio::io::duplex(8);
        let mut near = Idle::new(near, Duration::from_secs(60), 0, Answered::default());
        for _ in 0..5 {
            tokio::time::sleep(Duration::from_secs(50)).await;
            far.write_all(b"x").await.unwrap();
            assert_eq!(near.read_u8().await.unwrap(), b'x');
        }
        assert_eq!(near.read_u8().await.unwrap_err().kind(), io::ErrorKind::TimedOut);
    }

    #[tokio::test(start_paused = true)]
    async fn a_connection_that_drips_is_cut_unless_something_is_answered_on_it() {
        for answers in [false, true] {
            let (mut far, near) = tokio::io::duplex(8);
            let answered = Answered::default();
            let mut near = Idle::new(near, Duration::from_secs(60), 16, answered.clone());
            let mut cut = None;
            for n in 0..20 {
                tokio::time::sleep(Duration::from_secs(50)).await;
                far.write_all(b"x").await.unwrap();
                if answers && n % 2 == 0 {
                    answered.note();
                }
                if let Err(error) = near.read_u8().await {
                    cut = Some((n, error.kind()));
                    break;
                }
            }
            let expected = (!answers).then_some((3, io::ErrorKind::TimedOut));
            assert_eq!(cut, expected, "answers: {answers}");
        }
    }
}
