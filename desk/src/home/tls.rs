//! A private certificate authority for a desk that has no public certificate: phones learn its root from the
//! signed directory and trust it for this desk alone.

use base64::{Engine, prelude::BASE64_STANDARD};
use chrono::{DateTime, Datelike, Utc};
use rcgen::{
    BasicConstraints, CertificateParams, DnType, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair,
    KeyUsagePurpose,
};
use zeroize::Zeroizing;

use crate::failure::Failure;

/// How long the certificates last: they are replaced with the desk's keys, not by a clock nobody watches.
const YEARS: i32 = 10;

/// What `init` writes for an https address.
pub(crate) struct PrivateTls {
    /// The root, DER in base 64, for the directory.
    pub(crate) root: String,
    /// The root in PEM.
    pub(crate) root_pem: String,
    /// Secret of the root, in PEM.
    pub(crate) root_key: Zeroizing<String>,
    /// The server's certificate in PEM.
    pub(crate) server_pem: String,
    /// Secret of the server, in PEM.
    pub(crate) server_key: Zeroizing<String>,
}

/// Makes an authority and a certificate for one host name or address.
pub(crate) fn make(host: &str, now: DateTime<Utc>) -> Result<PrivateTls, Failure> {
    let root_key = KeyPair::generate()?;
    let mut root = lasting(CertificateParams::default(), now);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.distinguished_name.push(DnType::CommonName, "Turnstone desk");
    let root_certificate = root.self_signed(&root_key)?;

    let server_key = KeyPair::generate()?;
    let mut server = lasting(CertificateParams::new(vec![host.to_owned()])?, now);
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    let server_certificate = server.signed_by(&server_key, &Issuer::from_params(&root, &root_key))?;
    Ok(PrivateTls {
        root: BASE64_STANDARD.encode(root_certificate.der()),
        root_pem: root_certificate.pem(),
        root_key: Zeroizing::new(root_key.serialize_pem()),
        server_pem: server_certificate.pem(),
        server_key: Zeroizing::new(server_key.serialize_pem()),
    })
}

fn lasting(mut params: CertificateParams, now: DateTime<Utc>) -> CertificateParams {
    // From the beginning of last year: a phone's clock may be wrong, and must not be in the way (P9).
    params.not_before = rcgen::date_time_ymd(now.year() - 1, 1, 1);
    params.not_after = rcgen::date_time_ymd(now.year() + YEARS, 1, 1);
    params
}
