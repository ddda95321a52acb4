//! `directory DIR close | reopen | url`: whether the desk takes anything new, and where phones reach it.

use base64::{Engine, prelude::BASE64_STANDARD};
use rustls_pki_types::{CertificateDer, pem::PemObject};
use serde::Serialize;
use zeroize::Zeroizing;

use super::change::{Change, Published};
use crate::{
    clock::Clock,
    failure::Failure,
    files::{self, Access, Replacement},
    home::{Home, TLS_CERT, TLS_KEY, init::Host, tls},
    output::Output,
};

const CA_CERT: &str = "tls-ca.pem";
const CA_KEY: &str = "tls-ca.key";

#[derive(Serialize)]
struct Answer {
    sequence: u64,
    closed: bool,
    urls: Vec<String>,
    /// What follows, and what to do next.
    next: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    carry: Vec<String>,
}

impl Answer {
    fn say(self, head: &str, output: &mut Output) -> Result<(), Failure> {
        let head = format!("{head} in directory number {}.", self.sequence);
        let words = [&[head], &self.next[..], &self.carry[..]].concat().join("\n");
        output.answer(&self, words)
    }
}

/// Closes a desk, or opens it again.
pub(super) fn close(
    home: &Home,
    closed: bool,
    clock: &dyn Clock,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut change = Change::begin(home)?;
    let desk = change.desk()?;
    desk.closed = closed;
    let urls = desk.urls.clone();
    let Published { sequence, carry } = change.publish(clock.now(), None)?;
    let (head, next) = if closed {
        ("The desk is closed", vec![
            "Phones that have this directory begin nothing new here, and bring what belongs to words that are here. A police report that waits goes to the other desk of its area, where the directory lists one; of a confidential one its witness is asked.".to_owned(),
            "Phones that do not have it yet still send here: let the intake serve, and officers open what comes, until nothing more does.".to_owned(),
        ])
    } else {
        ("The desk is open", Vec::new())
    };
    Answer { sequence, closed, urls, next, carry }.say(head, output)
}

/// Moves a desk to other addresses. A desk with an authority of its own gets a certificate for the old and the new ones, by the
/// same root and for the same key, so that it can be reached at both for a while.
pub(super) fn set_urls(
    home: &Home,
    urls: &[String],
    clock: &dyn Clock,
    output: &mut Output,
) -> Result<(), Failure> {
    let mut urls: Vec<_> = urls.iter().map(|url| url.trim_end_matches('/').to_owned()).collect();
    urls.dedup();
    let hosts = urls.iter().map(|url| Host::of(url)).collect::<Result<Vec<_>, _>>()?;
    let mut change = Change::begin(home)?;
    let https = hosts.iter().any(|host| host.https);
    if (https && hosts.iter().any(|host| !host.https)) || (!https && has_certificate(home)) {
        return Err(Failure::Usage(
            "one intake answers either in TLS or in clear: name https addresses only; a desk that has a certificate keeps it"
                .into(),
        ));
    }
    let mut next = Vec::new();
    if https {
        let mut names: Vec<_> = hosts.into_iter().map(|host| host.name).collect();
        let before = change.desk()?.urls.clone();
        names.extend(before.iter().filter_map(|url| Host::of(url).ok()).map(|host| host.name));
        names.sort();
        names.dedup();
        let root = certify(home, &mut change, names, clock)?;
        let desk = change.desk()?;
        if !desk.tls_roots.contains(&root) {
            desk.tls_roots.push(root.clone());
        }
        if let Some(officer) = change.officer_config()
            && !officer.tls_roots.contains(&root)
        {
            officer.tls_roots.push(root);
        }
        next.push(
            "Start the intake anew: it has a new certificate, for the old addresses and the new.".to_owned(),
        );
    }
    next.push(
        "Let it answer at the old addresses too, if you can: phones find the new directory there.".to_owned(),
    );
    change.desk()?.urls.clone_from(&urls);
    let closed = change.desk()?.closed;
    let mut by_hand = Vec::new();
    match (change.officer_config(), urls.first()) {
        (Some(officer), Some(url)) => officer.url.clone_from(url),
        _ => by_hand.push("Let url in the officer's desk.json be the first of them.".to_owned()),
    }
    let Published { sequence, mut carry } = change.publish(clock.now(), None)?;
    carry.extend(by_hand);
    let head = format!("The desk is at {}", urls.join(", "));
    Answer { sequence, closed, urls, next, carry }.say(&head, output)
}

fn has_certificate(home: &Home) -> bool {
    home.server().join(TLS_CERT).exists() || home.authority().join(CA_KEY).exists()
}

/// Makes the intake's certificate, by the desk's own root and for the key it has; both are made where there are none. Returns
/// the root, DER in base 64.
fn certify(
    home: &Home,
    change: &mut Change,
    names: Vec<String>,
    clock: &dyn Clock,
) -> Result<String, Failure> {
    if !change.server_is_here() {
        return Err(Failure::KeyChange(format!(
            "the new certificate would lie in {}, which is not here: bring its configuration, {TLS_CERT} and {TLS_KEY}, and carry them back after the change",
            home.server().display()
        )));
    }
    let (ca_cert, ca_key) = (home.authority().join(CA_CERT), home.authority().join(CA_KEY));
    let key = home.server().join(TLS_KEY);
    let write = |path, bytes: &[u8], access| Replacement { path, bytes: bytes.to_vec(), access };
    if ca_key.exists() && ca_cert.exists() && key.exists() {
        let read = |path| files::read_text(path).map(Zeroizing::new);
        let (root_key, server_key) = (read(&ca_key)?, read(&key)?);
        let pem = tls::certify(names, &root_key, &server_key, clock.now())?;
        change.also(write(home.server().join(TLS_CERT), pem.as_bytes(), Access::Public));
        let root =
            CertificateDer::from_pem_file(&ca_cert).map_err(|error| Failure::bad_file(&ca_cert, error))?;
        return Ok(BASE64_STANDARD.encode(root));
    }
    let made = tls::make(names, clock.now())?;
    change.also(write(ca_key, made.root_key.as_bytes(), Access::Secret));
    change.also(write(ca_cert, made.root_pem.as_bytes(), Access::Public));
    change.also(write(key, made.server_key.as_bytes(), Access::Secret));
    change.also(write(home.server().join(TLS_CERT), made.server_pem.as_bytes(), Access::Public));
    Ok(made.root)
}
