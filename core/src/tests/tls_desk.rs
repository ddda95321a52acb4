//! A desk behind TLS on loopback, with a private root certificate, that notes how each connection came about and what was asked on
//! it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex},
    time::Duration,
};

use base64::{Engine, prelude::BASE64_STANDARD};
use hyper::{Request, Response, StatusCode, body::Incoming, service::service_fn};
use hyper_util::{
    rt::{TokioExecutor, TokioIo},
    server::conn::auto,
};
use rustls::HandshakeKind;
use rustls_pki_types::PrivatePkcs8KeyDer;
use tokio::{net::TcpListener, runtime::Runtime};
use tokio_rustls::TlsAcceptor;
use turnstone_wire::{
    directory::DeskId,
    key::{SigningKey, Stored},
    receipt::{Object, ObjectKind, SignedReceipt},
};

use super::kit::{Phone, PlayedDesk, signed_at};

/// A connection as the desk saw it begin.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Connection {
    /// Full, or resumed from an earlier one.
    pub(super) handshake: HandshakeKind,
    /// Speaks HTTP/2.
    pub(super) h2: bool,
    /// Whom it came from.
    pub(super) peer: SocketAddr,
}

/// A request, and on which connection it came.
#[derive(Debug, Clone)]
pub(super) struct Asked {
    pub(super) connection: usize,
    pub(super) method: String,
    pub(super) path: String,
    pub(super) headers: Vec<(String, String)>,
}

/// The desk. Ends with the test.
pub(super) struct TlsDesk {
    pub(super) address: SocketAddr,
    shared: Arc<Shared>,
    /// Certificate of its private authority, as a directory lists it.
    pub(super) root: String,
    runtime: Option<Runtime>,
}

struct Shared {
    stored: SigningKey<Stored>,
    desk: DeskId,
    connections: Mutex<Vec<Connection>>,
    asked: Mutex<Vec<Asked>>,
    /// How much later each handshake begins.
    far: Mutex<Duration>,
    /// How much later each request is answered.
    slow: Mutex<Duration>,
}

impl TlsDesk {
    /// Listens with a certificate for a name, by an authority of its own.
    pub(super) fn listen(desk: &PlayedDesk, name: &str) -> Self {
        let (root, config) = certified(name);
        let shared = Arc::new(Shared {
            stored: SigningKey::parse(&desk.stored.to_secret_text()).unwrap(),
            desk: desk.desk.id.clone(),
            connections: Mutex::default(),
            asked: Mutex::default(),
            far: Mutex::default(),
            slow: Mutex::default(),
        });
        let runtime =
            tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().unwrap();
        let listener = runtime.block_on(TcpListener::bind("127.0.0.1:0")).unwrap();
        let address = listener.local_addr().unwrap();
        runtime.spawn(accept(listener, TlsAcceptor::from(Arc::new(config)), Arc::clone(&shared)));
        Self { address, shared, root, runtime: Some(runtime) }
    }

    /// The same in the place of a phone's desk, under a URL with a name.
    pub(super) fn of(phone: &mut Phone, name: &str) -> Self {
        let desk = Self::listen(&phone.desk, name);
        desk.is_listed_by(phone, name);
        desk
    }

    /// Has a phone's directory list it.
    pub(super) fn is_listed_by(&self, phone: &mut Phone, name: &str) {
        phone.desk.desk.urls = vec![format!("https://{name}:{}", self.address.port())];
        phone.desk.desk.tls_roots = vec![self.root.clone()];
        phone.open().take_directory(&phone.desk.directory(2)).unwrap();
    }

    pub(super) fn begins_after(&self, far: Duration) {
        *self.shared.far.lock().unwrap() = far;
    }

    pub(super) fn answers_after(&self, slow: Duration) {
        *self.shared.slow.lock().unwrap() = slow;
    }

    pub(super) fn connections(&self) -> Vec<Connection> {
        self.shared.connections.lock().unwrap().clone()
    }

    pub(super) fn asked(&self) -> Vec<Asked> {
        self.shared.asked.lock().unwrap().clone()
    }
}

impl Drop for TlsDesk {
    fn drop(&mut self) {
        if let Some(runtime) = self.runtime.take() {
            runtime.shutdown_background();
        }
    }
}

fn certified(name: &str) -> (String, rustls::ServerConfig) {
    use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};
    let root_key = KeyPair::generate().unwrap();
    let mut root = CertificateParams::new(Vec::new()).unwrap();
    root.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let root_certificate = root.self_signed(&root_key).unwrap();
    let key = KeyPair::generate().unwrap();
    let server = CertificateParams::new(vec![name.to_owned()]).unwrap();
    let certificate = server.signed_by(&key, &Issuer::from_params(&root, &root_key)).unwrap();
    let secret = PrivatePkcs8KeyDer::from(key.serialize_der());
    let mut config =
        rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(vec![certificate.der().clone()], secret.into())
            .unwrap();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    (BASE64_STANDARD.encode(root_certificate.der()), config)
}

async fn accept(listener: TcpListener, tls: TlsAcceptor, shared: Arc<Shared>) {
    while let Ok((tcp, peer)) = listener.accept().await {
        let (tls, shared) = (tls.clone(), Arc::clone(&shared));
        tokio::spawn(async move {
            let far = *shared.far.lock().unwrap();
            tokio::time::sleep(far).await;
            let Ok(stream) = tls.accept(tcp).await else { return };
            let session = stream.get_ref().1;
            let connection = Connection {
                handshake: session.handshake_kind().unwrap(),
                h2: session.alpn_protocol() == Some(b"h2"),
                peer,
            };
            let number = {
                let mut connections = shared.connections.lock().unwrap();
                connections.push(connection);
                connections.len() - 1
            };
            let service = service_fn(move |request| {
                let shared = Arc::clone(&shared);
                async move { Ok::<_, std::convert::Infallible>(shared.answer(number, request).await) }
            });
            let builder = auto::Builder::new(TokioExecutor::new());
            drop(builder.serve_connection(TokioIo::new(stream), service).await);
        });
    }
}

impl Shared {
    async fn answer(&self, connection: usize, request: Request<Incoming>) -> Response<String> {
        let header = |name: &str| -> Option<u64> { request.headers().get(name)?.to_str().ok()?.parse().ok() };
        let (length, whole) = (header("content-length"), header("upload-length"));
        let asked = Asked {
            connection,
            method: request.method().to_string(),
            path: request.uri().path().to_owned(),
            headers: request
                .headers()
                .iter()
                .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
                .collect(),
        };
        self.asked.lock().unwrap().push(asked.clone());
        let mut body = request.into_body();
        while let Some(frame) = futures_util::future::poll_fn(|cx| {
            hyper::body::Body::poll_frame(std::pin::Pin::new(&mut body), cx)
        })
        .await
        {
            if frame.is_err() {
                return Response::new(String::new());
            }
        }
        let slow = *self.slow.lock().unwrap();
        tokio::time::sleep(slow).await;
        if asked.method == "GET" {
            return Response::new(r#"{"items":[]}"#.to_owned());
        }
        let kind = if asked.path.contains("/reports/") { ObjectKind::Report } else { ObjectKind::Attachment };
        let sha256 = asked.path.rsplit_once('/').unwrap().1.parse().unwrap();
        let object = Object { kind, sha256, size: whole.or(length).unwrap() };
        let receipt = SignedReceipt::sign(&object, &self.desk, signed_at(), &self.stored).to_json();
        let mut answer = Response::new(String::from_utf8(receipt).unwrap());
        *answer.status_mut() = StatusCode::CREATED;
        answer
    }
}
