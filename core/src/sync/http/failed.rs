//! Why a request got no answer.

use super::super::step::{Failure, Step};

/// What a stream says where the attachment behind it cannot be read.
pub(super) const LOCAL: &str = "the attachment cannot be read on this device";

/// What an error of the library means here.
pub(super) fn failure(error: &reqwest::Error, by_proxy: bool) -> Failure {
    let mut source: Option<&(dyn std::error::Error + 'static)> = Some(error);
    while let Some(inner) = source {
        if inner.to_string() == LOCAL {
            return Failure::Unreadable;
        }
        if is_distrust(inner) {
            return Failure::NotTrusted;
        }
        source = inner.source();
    }
    match (error.is_connect(), by_proxy) {
        (true, true) => Failure::NoProxy,
        (true, false) => Failure::Unreachable,
        (false, _) => Failure::Broken,
    }
}

/// A step that cannot be carried as its desk or its proxy is written down.
pub(super) fn unusable(step: &Step) -> Failure {
    if step.proxy.is_some() { Failure::NoProxy } else { Failure::Unreachable }
}

/// Whether TLS found that what answers is not the desk: no certificate that it is believed by, or no TLS at all.
fn is_distrust(mut error: &(dyn std::error::Error + 'static)) -> bool {
    use rustls::Error as E;
    // An I/O error that wraps another gives that one's source as its own, and never the wrapped error itself.
    while let Some(wrapped) = error.downcast_ref::<std::io::Error>().and_then(std::io::Error::get_ref) {
        error = wrapped;
    }
    error.downcast_ref::<E>().is_some_and(|tls| {
        matches!(
            tls,
            E::InvalidCertificate(_)
                | E::NoCertificatesPresented
                | E::UnsupportedNameType
                | E::InvalidMessage(_)
                | E::PeerIncompatible(_)
                | E::PeerMisbehaved(_)
        )
    })
}
