//! Accepting connections: TLS or not, HTTP/1.1 or HTTP/2, as many at a time as the settings say, and an orderly end.

use std::{future::Future, io, net::SocketAddr, path::Path, sync::Arc, time::Duration};

use axum::{Router, http::Request};
use hyper::body::Incoming;
use hyper_util::{
    rt::{TokioExecutor, TokioIo, TokioTimer},
    server::{
        conn::auto,
        graceful::{GracefulShutdown, Watcher},
    },
    service::TowerToHyperService,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject};
use tokio::{
    io::{AsyncRead, AsyncWrite},
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::{OwnedSemaphorePermit, Semaphore},
};
use tokio_rustls::{TlsAcceptor, rustls::ServerConfig};
use tower::ServiceExt;

use super::{
    guard::{Caller, Guard, Place},
    http,
    idle::{Answered, Idle},
    store::Store,
};
use crate::{
    args::ServeArgs,
    failure::Failure,
    home::{IntakeLimits, TLS_CERT, TLS_KEY},
};

/// How long a client may take to shake hands, or to send the head of a request.
const HEAD_PATIENCE: Duration = Duration::from_secs(20);
/// Most bytes held for one HTTP/1.1 connection, its head included: thousands may be open.
const HTTP1_BUFFER: usize = 128 * 1024;
/// Most bytes of the head of an HTTP/2 request.
const HTTP2_HEAD: u32 = 64 * 1024;
/// Most connections at a time that are told that their address has too many; further ones are closed unheard.
const REFUSED_AT_ONCE: usize = 64;
/// How long such a connection may take.
const REFUSED_PATIENCE: Duration = Duration::from_secs(5);
/// Most requests side by side on one HTTP/2 connection.
const STREAMS: u32 = 256;

/// The certificate to serve with: the given one, else the one `init` made, else none.
pub(super) fn tls(args: &ServeArgs) -> Result<Option<TlsAcceptor>, Failure> {
    let (made_cert, made_key) = (args.server.join(TLS_CERT), args.server.join(TLS_KEY));
    match (&args.tls_cert, &args.tls_key) {
        (Some(cert), Some(key)) => acceptor(cert, key).map(Some),
        // Either of the two shows that `init` made them: without the other it must not serve in clear instead.
        _ if made_cert.exists() || made_key.exists() => acceptor(&made_cert, &made_key).map(Some),
        _ => Ok(None),
    }
}

fn acceptor(cert: &Path, key: &Path) -> Result<TlsAcceptor, Failure> {
    let chain: Vec<_> = CertificateDer::pem_file_iter(cert)
        .and_then(Iterator::collect)
        .map_err(|error| Failure::bad_file(cert, error))?;
    let key = PrivateKeyDer::from_pem_file(key).map_err(|error| Failure::bad_file(key, error))?;
    let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .and_then(|builder| builder.with_no_client_auth().with_single_cert(chain, key))
        .map_err(|error| Failure::Tls(error.to_string()))?;
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

/// Ends when the process is asked to stop.
pub(super) fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let (mut terminate, mut interrupt) = (signal(SignalKind::terminate())?, signal(SignalKind::interrupt())?);
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => {}
            _ = interrupt.recv() => {}
        }
    })
}

/// A bound server.
pub(super) struct Server {
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<TlsAcceptor>,
    router: Router,
    /// For those whose address has too many connections.
    full: Router,
    guard: Arc<Guard>,
    connections: Arc<Semaphore>,
    refused: Arc<Semaphore>,
    limits: IntakeLimits,
}

impl Server {
    /// Binds an address; connections are taken once it runs.
    pub(super) async fn bind(
        listen: &str,
        tls: Option<TlsAcceptor>,
        store: Arc<Store>,
    ) -> Result<Self, Failure> {
        let failed = |source| Failure::Listen { address: listen.to_owned(), source };
        let listener = TcpListener::bind(listen).await.map_err(failed)?;
        let address = listener.local_addr().map_err(failed)?;
        let limits = store.settings()?.config.limits.clone();
        let guard = Arc::new(Guard::new(&limits.rates));
        Ok(Self {
            listener,
            address,
            tls,
            connections: Arc::new(Semaphore::new(limits.connections)),
            refused: Arc::new(Semaphore::new(REFUSED_AT_ONCE)),
            router: http::router(store, Arc::clone(&guard), &limits),
            full: http::full(&limits),
            guard,
            limits,
        })
    }

    /// Who may come in how often, for whoever tidies up.
    pub(super) fn guard(&self) -> Arc<Guard> {
        Arc::clone(&self.guard)
    }

    /// Where it listens.
    pub(super) fn url(&self) -> String {
        let scheme = if self.tls.is_some() { "https" } else { "http" };
        format!("{scheme}://{}", self.address)
    }

    /// Serves until `stop`, then lets running requests end, for as long as `farewell`.
    pub(super) async fn run(self, stop: impl Future<Output = ()>, farewell: Duration) {
        let graceful = GracefulShutdown::new();
        let mut stop = std::pin::pin!(stop);
        loop {
            let accepted = tokio::select! {
                () = &mut stop => break,
                accepted = self.accept() => accepted,
            };
            let Some((stream, address, permit)) = accepted else { continue };
            // Of the address nothing is kept but a keyed hash, and that for as long as it has something under way (P5).
            let caller = self.guard.caller(address.ip());
            match self.guard.connect(caller) {
                Some(place) => self.serve(stream, caller, (permit, place), graceful.watcher()),
                None => self.refuse(stream, caller),
            }
        }
        drop(self.listener);
        // Those that do not end in time are cut: what they sent is counted as far as it was made durable.
        let _ = tokio::time::timeout(farewell, graceful.shutdown()).await;
    }

    /// Serves a connection in a task of its own.
    fn serve(
        &self,
        stream: TcpStream,
        caller: Caller,
        held: (OwnedSemaphorePermit, Place),
        watcher: Watcher,
    ) {
        let (tls, router, answered) = (self.tls.clone(), self.router.clone(), Answered::default());
        let idle = Duration::from_secs(self.limits.idle_s);
        let stream = Idle::new(stream, idle, self.limits.least_bytes_per_s, answered.clone());
        tokio::spawn(async move {
            match tls {
                None => converse(stream, router, caller, answered, Some(watcher)).await,
                Some(tls) => {
                    if let Ok(Ok(stream)) = tokio::time::timeout(HEAD_PATIENCE, tls.accept(stream)).await {
                        converse(stream, router, caller, answered, Some(watcher)).await;
                    }
                }
            }
            drop(held);
        });
    }

    /// Tells an address that has too many connections so, if there are not too many of those as well.
    fn refuse(&self, stream: TcpStream, caller: Caller) {
        let Ok(permit) = Arc::clone(&self.refused).try_acquire_owned() else { return };
        let (tls, router) = (self.tls.clone(), self.full.clone());
        tokio::spawn(async move {
            let refused = async move {
                match tls {
                    None => converse(stream, router, caller, Answered::default(), None).await,
                    Some(tls) => {
                        if let Ok(stream) = tls.accept(stream).await {
                            converse(stream, router, caller, Answered::default(), None).await;
                        }
                    }
                }
            };
            let _ = tokio::time::timeout(REFUSED_PATIENCE, refused).await;
            drop(permit);
        });
    }

    async fn accept(&self) -> Option<(TcpStream, SocketAddr, OwnedSemaphorePermit)> {
        let permit = Arc::clone(&self.connections).acquire_owned().await.ok()?;
        match self.listener.accept().await {
            Ok((stream, address)) => {
                // Answers are small and awaited: they must not wait for more (RFC 896).
                let _ = stream.set_nodelay(true);
                Some((stream, address, permit))
            }
            Err(_) => {
                // Out of file descriptors, most likely: wait for some to close.
                tokio::time::sleep(Duration::from_millis(50)).await;
                None
            }
        }
    }
}

async fn converse(
    stream: impl AsyncRead + AsyncWrite + Unpin + Send + 'static,
    router: Router,
    caller: Caller,
    answered: Answered,
    watcher: Option<Watcher>,
) {
    let mut builder = auto::Builder::new(TokioExecutor::new());
    builder.http1().timer(TokioTimer::new()).header_read_timeout(HEAD_PATIENCE).max_buf_size(HTTP1_BUFFER);
    builder.http2().timer(TokioTimer::new()).max_concurrent_streams(STREAMS).max_header_list_size(HTTP2_HEAD);
    let service = router
        .map_request(move |request: Request<Incoming>| {
            let mut request = http::tus::meant(request);
            request.extensions_mut().insert(caller);
            request
        })
        .map_response(move |response: axum::response::Response| {
            answered.note();
            response
        });
    let service = TowerToHyperService::new(service);
    let connection = builder.serve_connection(TokioIo::new(stream), service).into_owned();
    // How a connection ends is the client's affair; what it asked for has been settled by then or was not begun.
    let _ = match watcher {
        Some(watcher) => watcher.watch(connection).await,
        None => connection.await,
    };
}
