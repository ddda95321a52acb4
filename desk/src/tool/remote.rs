//! The intake over the network as a source: every call is signed, every answer bounded.

use std::{
    io::{self, Read},
    sync::Arc,
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::{Buf, Bytes};
use reqwest::{Client, Method, Response, StatusCode, Url, header::AUTHORIZATION, redirect};
use rustls_pki_types::CertificateDer;
use serde::Deserialize;
use tokio::runtime::Runtime;
use turnstone_wire::{
    answer::{Refusal, RefusalCode},
    desk_call::{Proof, Request},
    hash::Sha256,
    key::{Caller, SigningKey},
    limits,
    mailbox::MailboxAddress,
    receipt::Object,
};

use super::source::{Listed, Source, SourceError};
use crate::{
    clock::{Clock, Random},
    failure::Failure,
    intake::PAGE,
};

const CONNECT: Duration = Duration::from_secs(20);
const SILENCE: Duration = Duration::from_secs(60);
/// Largest page of the list of objects, in bytes.
const PAGE_BYTES: usize = 256 * 1024;

/// An intake over the network.
pub(super) struct Remote {
    runtime: Runtime,
    client: Client,
    base: Url,
    key: SigningKey<Caller>,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
}

#[derive(Deserialize)]
struct Page {
    objects: Vec<Listed>,
}

impl Remote {
    /// Prepares calls to an address, believed by the public certificates and the desk's own.
    pub(super) fn new(
        url: &str,
        tls_roots: &[String],
        key: SigningKey<Caller>,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
    ) -> Result<Self, Failure> {
        let base =
            Url::parse(url).map_err(|error| Failure::Usage(format!("{url:?} is no address: {error}")))?;
        let client = Client::builder()
            .tls_backend_preconfigured(tls(tls_roots)?)
            .connect_timeout(CONNECT)
            .read_timeout(SILENCE)
            // A redirected call would carry its proof elsewhere.
            .redirect(redirect::Policy::none())
            .build()
            .map_err(|error| Failure::Tls(error.to_string()))?;
        let runtime =
            tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Failure::Runtime)?;
        Ok(Self { runtime, client, base, key, clock, random })
    }

    /// Signs a call and sends it.
    fn call(&self, method: Method, path: &str, body: Vec<u8>) -> Result<Response, SourceError> {
        let url = self.base.join(path).map_err(|_| SourceError::BadAnswer)?;
        let request = Request { method: method.as_str(), path, body: Sha256::of(&body) };
        let mut nonce = [0; 16];
        self.random.fill(&mut nonce).map_err(|error| SourceError::Unreachable(error.to_string()))?;
        let proof = Proof::sign(&request, nonce, self.clock.now(), &self.key).to_header();
        let prepared = self.client.request(method, url).header(AUTHORIZATION, proof).body(body);
        // Sending starts a timer at once, and so only inside the runtime.
        let sent = self.runtime.block_on(async { prepared.send().await });
        let response = sent.map_err(|error| unreachable(&error))?;
        match response.status() {
            status if status.is_success() => Ok(response),
            StatusCode::NOT_FOUND => Err(SourceError::Gone),
            status => {
                let body = self.whole(response, 4096).unwrap_or_default();
                let refusal = Refusal::parse(&body);
                if refusal.as_ref().is_some_and(is_full) {
                    return Err(SourceError::Full);
                }
                let refused = refusal.map_or_else(|| status.to_string(), |refusal| refusal.message);
                Err(SourceError::Refused(refused))
            }
        }
    }

    fn whole(&self, mut response: Response, limit: usize) -> Result<Vec<u8>, SourceError> {
        self.runtime.block_on(async {
            let mut bytes = Vec::new();
            while let Some(chunk) = response.chunk().await.map_err(|error| unreachable(&error))? {
                bytes.extend_from_slice(&chunk);
                if bytes.len() > limit {
                    return Err(SourceError::BadAnswer);
                }
            }
            Ok(bytes)
        })
    }
}

/// Of all that there can be too much of, only a mailbox has this limit.
fn is_full(refusal: &Refusal) -> bool {
    refusal.error == RefusalCode::TooMany && refusal.limit == Some(limits::MAILBOX_ITEMS as u64)
}

fn unreachable(error: &reqwest::Error) -> SourceError {
    // reqwest's own words name the address; its causes say why.
    let mut why = error.to_string();
    let mut cause = std::error::Error::source(error);
    while let Some(inner) = cause {
        why = inner.to_string();
        cause = inner.source();
    }
    SourceError::Unreachable(why)
}

fn tls(own_roots: &[String]) -> Result<rustls::ClientConfig, Failure> {
    let bad = |why: String| Failure::Tls(format!("a certificate in desk.json is not usable: {why}"));
    let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
    for root in own_roots {
        let der = BASE64_STANDARD.decode(root).map_err(|error| bad(error.to_string()))?;
        roots.add(CertificateDer::from(der)).map_err(|error| bad(error.to_string()))?;
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let builder = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(|error| Failure::Tls(error.to_string()))?;
    Ok(builder.with_root_certificates(roots).with_no_client_auth())
}

impl Source for Remote {
    fn objects(&mut self) -> Result<Vec<Listed>, SourceError> {
        let mut objects: Vec<Listed> = Vec::new();
        loop {
            let after = objects.last().map_or(0, |last| last.number);
            let response = self.call(Method::GET, &format!("/v1/desk/objects?after={after}"), Vec::new())?;
            let page: Page = serde_json::from_slice(&self.whole(response, PAGE_BYTES)?)
                .map_err(|_| SourceError::BadAnswer)?;
            // Numbers only grow; an intake that repeats itself would keep this loop for ever.
            let grows =
                page.objects.iter().try_fold(after, |last, next| (next.number > last).then_some(next.number));
            if grows.is_none() {
                return Err(SourceError::BadAnswer);
            }
            let last = page.objects.len() < PAGE;
            objects.extend(page.objects);
            if last {
                return Ok(objects);
            }
        }
    }

    fn read(&mut self, object: &Object) -> Result<Box<dyn Read + '_>, SourceError> {
        let path = format!("/v1/desk/objects/{}/{}", object.kind.name(), object.sha256);
        let response = self.call(Method::GET, &path, Vec::new())?;
        Ok(Box::new(RemoteBody { runtime: &self.runtime, response, chunk: Bytes::new() }))
    }

    fn leave(&mut self, address: &MailboxAddress, item: &[u8]) -> Result<bool, SourceError> {
        let left = self.call(Method::POST, &format!("/v1/desk/mailbox/{address}"), item.to_vec())?;
        Ok(left.status() != StatusCode::OK)
    }
}

/// The body of an answer, read as it comes.
struct RemoteBody<'a> {
    runtime: &'a Runtime,
    response: Response,
    chunk: Bytes,
}

impl Read for RemoteBody<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.chunk.is_empty() {
            match self.runtime.block_on(self.response.chunk()).map_err(io::Error::other)? {
                Some(chunk) => self.chunk = chunk,
                None => return Ok(0),
            }
        }
        let step = buffer.len().min(self.chunk.len());
        self.chunk.split_to(step).copy_to_slice(&mut buffer[..step]);
        Ok(step)
    }
}
