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

/// Makes an authority and a certificate for host names or addresses.
pub(crate) fn make(hosts: Vec<String>, now: DateTime<Utc>) -> Result<PrivateTls, Failure> {
    let (root_key, server_key) = (KeyPair::generate()?, KeyPair::generate()?);
    let root_certificate = root(now).self_signed(&root_key)?;
    Ok(PrivateTls {
        root: BASE64_STANDARD.encode(root_certificate.der()),
        root_pem: root_certificate.pem(),
        server_pem: signed(hosts, &root_key, &server_key, now)?,
        root_key: Zeroizing::new(root_key.serialize_pem()),
        server_key: Zeroizing::new(server_key.serialize_pem()),
    })
}

/// Makes another certificate by the authority that [`make`] made, for the server's key: PEM, from both secrets in PEM.
pub(crate) fn certify(
    hosts: Vec<String>,
    root_key: &str,
    server_key: &str,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    signed(hosts, &KeyPair::from_pem(root_key)?, &KeyPair::from_pem(server_key)?, now)
}

/// The authority. What it signs names it and its key, so that it can be made again from its key.
fn root(now: DateTime<Utc>) -> CertificateParams {
    let mut root = lasting(CertificateParams::default(), now);
    root.is_ca = IsCa::Ca(BasicConstraints::Constrained(0));
    root.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    root.distinguished_name.push(DnType::CommonName, "Turnstone desk");
    root
}

fn signed(
    hosts: Vec<String>,
    root_key: &KeyPair,
    server_key: &KeyPair,
    now: DateTime<Utc>,
) -> Result<String, Failure> {
    let mut server = lasting(CertificateParams::new(hosts)?, now);
    server.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    server.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
    server.use_authority_key_identifier_extension = true;
    Ok(server.signed_by(server_key, &Issuer::from_params(&root(now), root_key))?.pem())
}

fn lasting(mut params: CertificateParams, now: DateTime<Utc>) -> CertificateParams {
    // From the beginning of last year: a phone's clock may be wrong, and must not be in the way (P9).
    params.not_before = rcgen::date_time_ymd(now.year() - 1, 1, 1);
    params.not_after = rcgen::date_time_ymd(now.year() + YEARS, 1, 1);
    params
}
