//! Who is let in: before anything else of a request is looked at.

use axum::{
    Extension,
    extract::{Request, State},
    http::{HeaderValue, StatusCode, header::CONNECTION},
    middleware::Next as Handler,
    response::{IntoResponse, Response},
};

use super::{Intake, answer::Refused, blocks::Blocks};
use crate::intake::{StoreError, guard::Caller};

/// Most bytes of a request's head that are read, of the 128 KiB that HTTP/1.1 is let send: a phone's has a few hundred.
const HEAD_BYTES: u64 = 16 * 1024;
/// Longest path with its query; the longest there is has a hundred.
const PATH_BYTES: usize = 1024;
/// Seconds after which an address that had too many connections may try again.
const FULL_S: u64 = 5;

/// Lets a request in, or refuses it without having read more than its head.
pub(super) async fn admit(
    State(intake): State<Intake>,
    Extension(caller): Extension<Caller>,
    request: Request,
    handler: Handler,
) -> Response {
    let refused = match too_large(&request) {
        Some(refused) => refused,
        None => match intake.guard.enter(caller) {
            // Held until the answer is there.
            Ok(_place) => return handler.run(request).await,
            Err(error) => Refused::from(error).into_response(),
        },
    };
    intake.blocks(request.into_body()).drain();
    refused
}

/// The answer to a request whose head is too large to be looked at.
fn too_large(request: &Request) -> Option<Response> {
    let path = request.uri().path_and_query().map_or(0, |path| path.as_str().len());
    if path > PATH_BYTES {
        let mut refused = Refused::bad_request("there is no path as long as this").into_response();
        *refused.status_mut() = StatusCode::URI_TOO_LONG;
        return Some(refused);
    }
    // As HTTP/2 counts them (RFC 9113 §6.5.2), more or less.
    let size = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let too_large = size.sum::<usize>() as u64 > HEAD_BYTES;
    too_large.then(|| Refused::from(StoreError::HeadTooLarge { limit: HEAD_BYTES }).into_response())
}

/// The answer to whoever has too many connections; this one ends with it.
pub(super) fn full(blocks: Blocks) -> Response {
    blocks.drain();
    let mut refused = Refused::from(StoreError::TooFast { wait_s: FULL_S }).into_response();
    refused.headers_mut().insert(CONNECTION, HeaderValue::from_static("close"));
    refused
}
