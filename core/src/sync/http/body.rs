//! Bodies, out and in.

use std::{sync::Arc, time::Duration};

use bytes::Bytes;
use chrono::DateTime;
use futures_util::{Stream, StreamExt, stream};
use tokio::time::{Instant, timeout};

use super::{
    super::step::{Bodies, Failure},
    failed::LOCAL,
};

/// Bytes of an attachment read and handed on at a time.
const PIECE: usize = 64 * 1024;
/// Bytes of an envelope handed on at a time.
const SLICE: usize = 4 * 1024;
/// The slowest answer that is waited for, in bytes a second, beside one time of standing still: one that drips, a byte a
/// minute, would keep a sender for days.
const SLOWEST: u32 = 64;

/// Told each time something is handed to the link, with how much of the body that makes.
pub(super) type Handed = Arc<dyn Fn(u64) + Send + Sync>;

/// An envelope as a stream of small pieces, so that it shows whether it moves.
pub(super) fn slices(
    bytes: Vec<u8>,
    handed: Handed,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    let bytes = Bytes::from(bytes);
    stream::iter((0..bytes.len()).step_by(SLICE).map(move |from| {
        let to = bytes.len().min(from + SLICE);
        handed(to as u64);
        Ok(bytes.slice(from..to))
    }))
}

/// An attachment as a stream of pieces, each read from the store on a thread that may wait.
pub(super) fn pieces(
    bodies: Arc<dyn Bodies>,
    media: i64,
    from: u64,
    len: u64,
    handed: Handed,
) -> impl Stream<Item = Result<Bytes, std::io::Error>> + Send + 'static {
    stream::try_unfold(0, move |done| {
        let bodies = Arc::clone(&bodies);
        let handed = Arc::clone(&handed);
        async move {
            // What was handed over before this was asked for has gone.
            handed(done);
            let left = len.saturating_sub(done);
            if left == 0 {
                return Ok(None);
            }
            let wanted = usize::try_from(left).map_or(PIECE, |left| left.min(PIECE));
            let read = tokio::task::spawn_blocking(move || bodies.read(media, from + done, wanted)).await;
            match read {
                Ok(Ok(piece)) if !piece.is_empty() => {
                    let done = done + piece.len() as u64;
                    Ok(Some((Bytes::from(piece), done)))
                }
                _ => Err(std::io::Error::other(LOCAL)),
            }
        }
    })
}

/// Reads an answer up to a limit; a longer one is nothing a desk sends.
pub(super) async fn read_answer(
    answer: reqwest::Response,
    limit: usize,
    stalled: Duration,
) -> Result<Vec<u8>, Failure> {
    let began = Instant::now();
    let mut body = Vec::new();
    let mut pieces = answer.bytes_stream();
    while let Some(piece) = timeout(stalled, pieces.next()).await.map_err(|_| Failure::Broken)? {
        let piece = piece.map_err(|_| Failure::Broken)?;
        let seconds = u64::try_from(body.len()).unwrap_or(u64::MAX) / u64::from(SLOWEST);
        if began.elapsed() > stalled.saturating_add(Duration::from_secs(seconds)) {
            return Err(Failure::Broken);
        }
        let room = limit - body.len();
        body.extend_from_slice(&piece[..piece.len().min(room)]);
        if piece.len() > room {
            break;
        }
    }
    Ok(body)
}

/// How long to wait, in seconds, by a `Retry-After` of either form (RFC 9110 section 10.2.3). A moment counts from the one
/// that the same answer was made at: what this device's clock says has nothing to do with it.
pub(super) fn wait_s(after: &str, made: Option<&str>) -> Option<u64> {
    if let Ok(seconds) = after.parse() {
        return Some(seconds);
    }
    let until = DateTime::parse_from_rfc2822(after).ok()?;
    let made = DateTime::parse_from_rfc2822(made?).ok()?;
    Some(u64::try_from((until - made).num_seconds()).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wait_is_asked_for_in_seconds_or_by_a_moment_of_the_desks_own_clock() {
        let made = Some("Sun, 06 Nov 1994 08:49:37 GMT");
        for (after, seconds) in [
            ("120", Some(120)),
            ("0", Some(0)),
            ("Sun, 06 Nov 1994 08:51:37 GMT", Some(120)),
            ("Sun, 06 Nov 1994 08:00:00 GMT", Some(0)),
            ("Fri, 31 Dec 9999 23:59:59 GMT", Some(252_618_189_022)),
            ("99999999999999999999999999", None),
            ("-5", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(wait_s(after, made), seconds, "{after}");
        }
        assert_eq!(wait_s("Sun, 06 Nov 1994 08:51:37 GMT", None), None);
    }
}
