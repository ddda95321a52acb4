//! The headers of tus 1.0 (tus.io/protocols/resumable-upload), read and written.

use axum::{
    extract::Request,
    http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header::CONTENT_TYPE},
    middleware::Next as Handler,
    response::{IntoResponse, Response},
};
use base64::{Engine, prelude::BASE64_STANDARD};
use turnstone_wire::{
    answer::{ATTACHMENTS_PATH, TUS_CHUNK_TYPE, TUS_VERSION},
    hash::Sha256,
};

use super::{
    answer::{Refused, UPLOAD_OFFSET},
    reports::parse,
};
use crate::intake::{
    checksum::{ALGORITHMS, Checksum},
    uploads::Progress,
};

const TUS_RESUMABLE: HeaderName = HeaderName::from_static("tus-resumable");
const VERSION: HeaderValue = HeaderValue::from_static(TUS_VERSION);
const EXTENSIONS: &str =
    "creation,creation-with-upload,creation-defer-length,checksum,expiration,termination";
const UPLOAD_LENGTH: HeaderName = HeaderName::from_static("upload-length");
const UPLOAD_DEFER_LENGTH: HeaderName = HeaderName::from_static("upload-defer-length");
const UPLOAD_EXPIRES: HeaderName = HeaderName::from_static("upload-expires");
const UPLOAD_CHECKSUM: &str = "upload-checksum";
const UPLOAD_METADATA: &str = "upload-metadata";
const METHOD_OVERRIDE: &str = "x-http-method-override";
/// The key in `Upload-Metadata` under which a client that knows tus only says what the bytes hash to.
const NAME_KEY: &str = "sha256";

/// Names the version in every answer, and refuses clients of another; a question for what is spoken is always answered.
pub(super) async fn speak(request: Request, handler: Handler) -> Response {
    let spoken = request.headers().get(TUS_RESUMABLE).is_none_or(|version| version == VERSION);
    let mut response = if spoken || request.method() == Method::OPTIONS {
        handler.run(request).await
    } else {
        let mut refused = Refused::bad_request("this intake speaks tus 1.0.0").into_response();
        *refused.status_mut() = StatusCode::PRECONDITION_FAILED;
        refused.headers_mut().insert("tus-version", VERSION);
        refused
    };
    response.headers_mut().insert(TUS_RESUMABLE, VERSION);
    response
}

/// What is spoken, as the answer to `OPTIONS`.
pub(super) fn spoken(max_size: u64) -> Response {
    let mut response = StatusCode::NO_CONTENT.into_response();
    let headers = response.headers_mut();
    headers.insert("tus-version", VERSION);
    headers.insert("tus-extension", HeaderValue::from_static(EXTENSIONS));
    headers.insert("tus-max-size", max_size.into());
    headers.insert("tus-checksum-algorithm", HeaderValue::from_static(ALGORITHMS));
    response
}

/// Clients behind a network that knows no `PATCH` or `DELETE` send a `POST` and say what they mean.
pub(in crate::intake) fn meant<B>(mut request: axum::http::Request<B>) -> axum::http::Request<B> {
    if request.method() == Method::POST && request.uri().path().starts_with(ATTACHMENTS_PATH) {
        let method = request.headers().get(METHOD_OVERRIDE).map(HeaderValue::as_bytes);
        let method = match method {
            Some(b"PATCH") => Method::PATCH,
            Some(b"DELETE") => Method::DELETE,
            Some(b"HEAD") => Method::HEAD,
            _ => Method::POST,
        };
        *request.method_mut() = method;
    }
    request
}

/// The length a creation announces; none where it is told later.
pub(super) fn announced(headers: &HeaderMap) -> Result<Option<u64>, Refused> {
    match (length(headers)?, headers.get(UPLOAD_DEFER_LENGTH)) {
        (Some(length), None) => Ok(Some(length)),
        (None, Some(deferred)) if deferred == "1" => Ok(None),
        (None, None) => Err(Refused::bad_request("Upload-Length is missing")),
        (None, Some(_)) => Err(Refused::bad_request("Upload-Defer-Length is 1 or nothing")),
        (Some(_), Some(_)) => {
            Err(Refused::bad_request("Upload-Length and Upload-Defer-Length exclude each other"))
        }
    }
}

/// `Upload-Length`, where it is told.
pub(super) fn length(headers: &HeaderMap) -> Result<Option<u64>, Refused> {
    headers
        .get(UPLOAD_LENGTH)
        .map(number)
        .transpose()
        .map_err(|()| Refused::bad_request("Upload-Length is no number of bytes"))
}

/// `Upload-Offset`.
pub(super) fn offset(headers: &HeaderMap) -> Result<u64, Refused> {
    headers
        .get(UPLOAD_OFFSET)
        .and_then(|value| number(value).ok())
        .ok_or(Refused::bad_request("Upload-Offset is missing, or no number of bytes"))
}

fn number(value: &HeaderValue) -> Result<u64, ()> {
    let digits = value.to_str().ok().filter(|digits| digits.bytes().all(|byte| byte.is_ascii_digit()));
    digits.and_then(|digits| digits.parse().ok()).ok_or(())
}

/// `Upload-Checksum`, where the chunk comes with one.
pub(super) fn checksum(headers: &HeaderMap) -> Result<Option<Checksum>, Refused> {
    let Some(value) = headers.get(UPLOAD_CHECKSUM) else { return Ok(None) };
    Ok(Some(Checksum::parse(value.to_str().unwrap_or_default())?))
}

/// The name in `Upload-Metadata`: pairs of a key and its value in base 64, separated by commas.
pub(super) fn named(headers: &HeaderMap) -> Result<Sha256, Refused> {
    let refused = || {
        Refused::bad_request(
            "an upload is named by its content: say its SHA-256 in Upload-Metadata as sha256",
        )
    };
    let metadata = headers.get(UPLOAD_METADATA).and_then(|value| value.to_str().ok()).ok_or_else(refused)?;
    let mut pairs = metadata.split(',').filter_map(|pair| pair.trim().split_once(' '));
    let (_, value) = pairs.find(|(key, _)| *key == NAME_KEY).ok_or_else(refused)?;
    let name = BASE64_STANDARD.decode(value.trim()).ok().and_then(|name| String::from_utf8(name).ok());
    parse(&name.ok_or_else(refused)?)
}

/// Whether the body is bytes of the upload.
pub(super) fn is_chunk(headers: &HeaderMap) -> bool {
    headers.get(CONTENT_TYPE).is_some_and(|value| value == TUS_CHUNK_TYPE)
}

/// How far it is, and until when that is kept.
pub(super) fn with_progress(mut response: Response, progress: &Progress) -> Response {
    let headers = response.headers_mut();
    headers.insert(UPLOAD_OFFSET, progress.offset.into());
    if let Some(expires) = progress.expires
        // RFC 9110 §5.6.7.
        && let Ok(date) = HeaderValue::from_str(&expires.format("%a, %d %b %Y %H:%M:%S GMT").to_string())
    {
        headers.insert(UPLOAD_EXPIRES, date);
    }
    response
}

/// The length, or that it is not told yet.
pub(super) fn with_length(mut response: Response, progress: &Progress) -> Response {
    match progress.length {
        Some(length) => response.headers_mut().insert(UPLOAD_LENGTH, length.into()),
        None => response.headers_mut().insert(UPLOAD_DEFER_LENGTH, HeaderValue::from_static("1")),
    };
    response
}
