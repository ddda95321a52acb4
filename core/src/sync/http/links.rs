//! Connections: which requests share one, and whom it is believed to lead to.

use std::{
    collections::HashMap,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use rustls::client::Resumption;

use super::{
    super::{
        proxy::Proxy,
        step::{Failure, Step, StepBody},
    },
    Patience,
    failed::unusable,
    gate::Gate,
};

/// A connection that nobody used for so long is closed.
const IDLE: Duration = Duration::from_secs(60);

/// Largest TLS record of an upload, in bytes. A record counts at the desk once all of it is there: where a link is cut every
/// 64 KB, those of 16 KB lose a quarter of what was sent.
const UPLOAD_RECORD: usize = 2 * 1024;

/// What requests must have in common to share a connection.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Towards {
    roots: Arc<[String]>,
    /// Scheme, host and port.
    origin: String,
    proxy: Option<Proxy>,
}

/// The way to one desk for named reports.
#[derive(Clone)]
pub(super) struct Link {
    /// Small requests, side by side over one HTTP/2 connection.
    pub(super) words: reqwest::Client,
    /// Attachments, over HTTP/1.1: a connection of their own, which ends with an upload that is broken off, and on which
    /// what has left this device can be told from what waits in a window (HTTP/2 takes a megabyte at once).
    pub(super) uploads: reqwest::Client,
    pub(super) gate: Arc<Gate>,
    pub(super) traffic: Arc<Traffic>,
}

/// What moves on a link.
#[derive(Default)]
pub(super) struct Traffic {
    /// Grows with each sign of life.
    moved: AtomicU64,
    /// Bytes of requests that wait for their answer, and may all have been taken at once.
    pub(super) under_way: AtomicU64,
}

impl Traffic {
    pub(super) fn moves(&self) {
        self.moved.fetch_add(1, Ordering::Relaxed);
    }

    pub(super) fn moved(&self) -> u64 {
        self.moved.load(Ordering::Relaxed)
    }
}

/// The links there are.
#[derive(Default)]
pub(super) struct Links {
    open: Mutex<HashMap<Towards, (Link, Tls)>>,
}

impl Links {
    /// The link of a named report.
    pub(super) fn shared(&self, step: &Step, patience: Patience) -> Result<Link, Failure> {
        let towards = towards(step)?;
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((link, _)) = open.get(&towards) {
            return Ok(link.clone());
        }
        let tls = Tls::new(&step.tls_roots)?;
        let link = tls.link(step, patience)?;
        open.insert(towards, (link.clone(), tls));
        Ok(link)
    }

    /// Lets go of a link's connections, where it is still this one: nothing came back on them. The next request opens others,
    /// and resumes the session.
    pub(super) fn renew(&self, step: &Step, stale: &Link, patience: Patience) {
        let Ok(towards) = towards(step) else { return };
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((link, tls)) = open.get_mut(&towards)
            && Arc::ptr_eq(&link.gate, &stale.gate)
            && let Ok(fresh) = tls.link(step, patience)
        {
            *link = fresh;
        }
    }

    /// Lets go of all connections; sessions are kept.
    pub(super) fn renew_all(&self, patience: Patience) {
        let mut open = self.open.lock().unwrap_or_else(PoisonError::into_inner);
        open.retain(|towards, (link, tls)| {
            tls.link_by(towards.proxy.as_ref(), patience).map(|fresh| *link = fresh).is_some()
        });
    }
}

/// A client for this one step: its connection and its TLS session are nobody else's.
pub(super) fn alone(step: &Step, patience: Patience) -> Result<reqwest::Client, Failure> {
    let mut tls = Tls::new(&step.tls_roots)?;
    tls.words.resumption = Resumption::disabled();
    tls.uploads.resumption = Resumption::disabled();
    let config = if matches!(step.body, StepBody::Media { .. }) { tls.uploads } else { tls.words };
    client(config, step.proxy.as_ref(), patience, 0).ok_or_else(|| unusable(step))
}

fn towards(step: &Step) -> Result<Towards, Failure> {
    let url = reqwest::Url::parse(&step.url).map_err(|_| Failure::Unreachable)?;
    Ok(Towards {
        roots: Arc::clone(&step.tls_roots),
        origin: url.origin().ascii_serialization(),
        proxy: step.proxy.clone(),
    })
}

/// Whom a link believes, and the sessions it can resume.
struct Tls {
    words: rustls::ClientConfig,
    uploads: rustls::ClientConfig,
}

impl Tls {
    /// Believes the public certificates and the desk's own. Both configurations resume each other's sessions.
    fn new(tls_roots: &[String]) -> Result<Self, Failure> {
        let mut roots = rustls::RootCertStore { roots: webpki_roots::TLS_SERVER_ROOTS.to_vec() };
        for root in tls_roots {
            let der = BASE64_STANDARD.decode(root).map_err(|_| Failure::Unreachable)?;
            roots.add(der.into()).map_err(|_| Failure::Unreachable)?;
        }
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let mut words = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|_| Failure::Unreachable)?
            .with_root_certificates(roots)
            .with_no_client_auth();
        let mut uploads = words.clone();
        uploads.max_fragment_size = Some(UPLOAD_RECORD);
        words.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
        uploads.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(Self { words, uploads })
    }

    fn link(&self, step: &Step, patience: Patience) -> Result<Link, Failure> {
        self.link_by(step.proxy.as_ref(), patience).ok_or_else(|| unusable(step))
    }

    fn link_by(&self, proxy: Option<&Proxy>, patience: Patience) -> Option<Link> {
        Some(Link {
            words: client(self.words.clone(), proxy, patience, usize::MAX)?,
            uploads: client(self.uploads.clone(), proxy, patience, usize::MAX)?,
            gate: Arc::default(),
            traffic: Arc::default(),
        })
    }
}

/// A client that follows no redirection, keeps no cookies, uses no proxy of the system's, and says nothing of itself. With
/// a proxy it goes nowhere but there, and leaves names to be looked up there.
fn client(
    tls: rustls::ClientConfig,
    proxy: Option<&Proxy>,
    patience: Patience,
    idle: usize,
) -> Option<reqwest::Client> {
    let mut builder = reqwest::Client::builder()
        .tls_backend_preconfigured(tls)
        .redirect(reqwest::redirect::Policy::none())
        .no_proxy()
        .connect_timeout(patience.connect)
        .pool_idle_timeout(IDLE)
        .pool_max_idle_per_host(idle);
    // Where the system can tell, a connection whose bytes nobody acknowledges ends by itself.
    #[cfg(any(target_os = "linux", target_os = "android"))]
    {
        builder = builder.tcp_user_timeout(patience.stalled);
    }
    if let Some(proxy) = proxy {
        builder = builder.proxy(reqwest::Proxy::all(proxy.address()).ok()?);
    }
    builder.build().ok()
}
