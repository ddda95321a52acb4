//! Refusals, and the status each has.

use axum::{
    Json,
    extract::{FromRequestParts, Path, Query},
    http::{
        HeaderName, HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER},
        request::Parts,
    },
    response::{IntoResponse, Response},
};
use serde::de::DeserializeOwned;
use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    receipt::SignedReceipt,
};

use crate::intake::StoreError;

pub(super) const UPLOAD_OFFSET: HeaderName = HeaderName::from_static("upload-offset");
/// Seconds that a refused client waits where the desk cannot know better.
const RETRY_AFTER_S: HeaderValue = HeaderValue::from_static("60");

/// The status tus has for it, which RFC 9110 does not know.
fn checksum_mismatch() -> StatusCode {
    StatusCode::from_u16(460).unwrap_or(StatusCode::BAD_REQUEST)
}

/// What a handler gives.
pub(super) type Answer = Result<Response, Refused>;

/// A refusal on its way out.
#[derive(Debug)]
pub(super) struct Refused(StoreError);

impl From<StoreError> for Refused {
    fn from(error: StoreError) -> Self {
        Self(error)
    }
}

impl Refused {
    /// A request that makes no sense.
    pub(super) fn bad_request(why: &'static str) -> Self {
        Self(StoreError::BadRequest(why))
    }

    fn code(&self) -> (StatusCode, RefusalCode) {
        match self.0 {
            StoreError::HashMismatch => (StatusCode::UNPROCESSABLE_ENTITY, RefusalCode::HashMismatch),
            StoreError::TooLarge { .. } => (StatusCode::PAYLOAD_TOO_LARGE, RefusalCode::TooLarge),
            StoreError::DeadKey => (StatusCode::CONFLICT, RefusalCode::DeadKey),
            StoreError::WrongOffset { .. } => (StatusCode::CONFLICT, RefusalCode::WrongOffset),
            StoreError::WrongLength => (StatusCode::CONFLICT, RefusalCode::WrongLength),
            StoreError::TooMany { .. } | StoreError::TooFast { .. } => {
                (StatusCode::TOO_MANY_REQUESTS, RefusalCode::TooMany)
            }
            StoreError::ChecksumMismatch => (checksum_mismatch(), RefusalCode::ChecksumMismatch),
            StoreError::Complete => (StatusCode::CONFLICT, RefusalCode::Complete),
            StoreError::HeadTooLarge { .. } => {
                (StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, RefusalCode::HeadTooLarge)
            }
            StoreError::NoSpace => (StatusCode::INSUFFICIENT_STORAGE, RefusalCode::NoSpace),
            StoreError::BadRequest(_) => (StatusCode::BAD_REQUEST, RefusalCode::BadRequest),
            StoreError::NotFound => (StatusCode::NOT_FOUND, RefusalCode::NotFound),
            StoreError::NotAllowed(_) => (StatusCode::UNAUTHORIZED, RefusalCode::NotAllowed),
            StoreError::NewerSchema { .. }
            | StoreError::AlreadyServing
            | StoreError::Settings(_)
            | StoreError::Damaged
            | StoreError::ReadOnly
            | StoreError::DamagedInUse
            | StoreError::File(_)
            | StoreError::Database(_)
            | StoreError::Commit(_)
            | StoreError::Poisoned => (StatusCode::INTERNAL_SERVER_ERROR, RefusalCode::Internal),
        }
    }
}

impl IntoResponse for Refused {
    fn into_response(self) -> Response {
        let (status, error) = self.code();
        let message = match error {
            // What fails inside is the desk's own affair.
            RefusalCode::Internal => "the desk failed; try again later".to_owned(),
            _ => self.0.to_string(),
        };
        let limit = match self.0 {
            StoreError::TooLarge { limit }
            | StoreError::TooMany { limit }
            | StoreError::HeadTooLarge { limit } => Some(limit),
            _ => None,
        };
        let mut response = (status, Json(Refusal { error, message, limit })).into_response();
        let headers = response.headers_mut();
        if let StoreError::WrongOffset { offset } = self.0 {
            headers.insert(UPLOAD_OFFSET, offset.into());
        }
        if matches!(error, RefusalCode::TooMany | RefusalCode::NoSpace | RefusalCode::Internal) {
            let wait = match self.0 {
                StoreError::TooFast { wait_s } => wait_s.into(),
                _ => RETRY_AFTER_S,
            };
            headers.insert(RETRY_AFTER, wait);
        }
        response
    }
}

/// What the path names; a path that cannot be read is refused like everything else.
pub(super) struct Named<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned + Send> FromRequestParts<S> for Named<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let path = Path::from_request_parts(parts, state).await;
        path.map(|Path(named)| Self(named)).map_err(|_| Refused::bad_request("the path is not readable"))
    }
}

/// What the query asks for.
pub(super) struct Asked<T>(pub(super) T);

impl<S: Send + Sync, T: DeserializeOwned> FromRequestParts<S> for Asked<T> {
    type Rejection = Refused;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Refused> {
        let query = Query::from_request_parts(parts, state).await;
        query.map(|Query(asked)| Self(asked)).map_err(|_| Refused::bad_request("the query is not readable"))
    }
}

/// A receipt as an answer.
pub(super) fn receipt(status: StatusCode, receipt: &SignedReceipt) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], receipt.to_json()).into_response()
}
