//! `init`: makes a desk, all of it or nothing.
//!
//! Everything is written and made durable in `DIR/.init-new`; renaming that to `DIR/.init-done` is the one moment
//! at which the desk begins to exist; then its parts are moved to their places. A kill before that moment leaves a
//! folder that the next `init` removes; a kill after it, one whose parts the next `init` moves on.

use std::{
    fs,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    path::Path,
};

use chrono::TimeDelta;
use serde::Serialize;
use turnstone_wire::{
    directory::{Desk, FORMAT, KeyEntry, Payload, Roots, SignedDirectory},
    key::{Caller, Courier, DeskIdentity, Officer, Root, Seal, SigningKey, Source, Stored},
};
use zeroize::Zeroizing;

use super::{DeskConfig, Home, IntakeConfig, TLS_CERT, TLS_KEY, secrets, tls, tls::PrivateTls};
use crate::{
    args::InitArgs,
    clock::{Clock, Random},
    failure::Failure,
    files::{self, Access, At},
    output::Output,
};

const NEW: &str = ".init-new";
const DONE: &str = ".init-done";
/// What a desk consists of, in the order in which it is moved to its place.
const PARTS: [&str; 5] = ["authority", "officer", "root.pub", "directory.json", "server"];

const LOCALHOST: IpAddr = IpAddr::V4(Ipv4Addr::LOCALHOST);
const EVERYWHERE: IpAddr = IpAddr::V4(Ipv4Addr::UNSPECIFIED);
const EVERYWHERE_V6: IpAddr = IpAddr::V6(Ipv6Addr::UNSPECIFIED);

/// How long a directory lasts before it asks to be replaced, in days.
pub(crate) const DIRECTORY_DAYS: i64 = 365;

#[derive(Serialize)]
struct Answer<'a> {
    desk: &'a str,
    url: &'a str,
    server: String,
    officer: String,
    authority: String,
    directory: String,
    root_key: String,
}

/// Runs the command.
pub(crate) fn run(
    args: &InitArgs,
    clock: &dyn Clock,
    random: &dyn Random,
    output: &mut Output,
) -> Result<(), Failure> {
    let host = Host::of(&args.url)?;
    if args.name.trim().is_empty() {
        return Err(Failure::Usage("a desk needs a name that people know it by".into()));
    }
    let home = Home::new(&args.dir);
    files::make_folder(home.folder())?;
    settle(home.folder())?;
    if let Some(part) = PARTS.iter().find(|part| home.folder().join(part).exists()) {
        return Err(Failure::Exists(home.folder().join(part)));
    }
    let staged = home.folder().join(NEW);
    let keys = Keys::make(random)?;
    let tls = if host.https { Some(tls::make(vec![host.name.clone()], clock.now())?) } else { None };
    stage(&Home::new(&staged), args, &keys, tls.as_ref(), clock)?;
    fs::rename(&staged, home.folder().join(DONE)).at(&staged, "named")?;
    files::sync_folder(home.folder())?;
    settle(home.folder())?;
    let shown = |path: std::path::PathBuf| path.display().to_string();
    let answer = Answer {
        desk: args.id.as_str(),
        url: &args.url,
        server: shown(home.server()),
        officer: shown(home.officer()),
        authority: shown(home.authority()),
        directory: shown(home.directory()),
        root_key: shown(home.root_pub()),
    };
    let words = format!(
        "The desk {} is ready in {dir}.\n\
         Phones need {directory} and {root_key}.\n\
         Move {authority} to a machine without a network; keep {officer} away from the server.\n\
         Next: turnstone-desk serve {server} --listen {listen}",
        answer.desk,
        dir = home.folder().display(),
        directory = answer.directory,
        root_key = answer.root_key,
        authority = answer.authority,
        officer = answer.officer,
        server = answer.server,
        listen = host.listen,
    );
    output.answer(&answer, words)
}

/// Ends what a killed `init` left: removes what was not finished, moves on what was.
fn settle(folder: &Path) -> Result<(), Failure> {
    let unfinished = folder.join(NEW);
    if unfinished.exists() {
        fs::remove_dir_all(&unfinished).at(&unfinished, "removed")?;
    }
    let done = folder.join(DONE);
    if !done.exists() {
        return Ok(());
    }
    for part in PARTS.map(|part| (done.join(part), folder.join(part))) {
        if part.0.exists() {
            fs::rename(&part.0, &part.1).at(&part.1, "named")?;
        }
    }
    files::sync_folder(folder)?;
    fs::remove_dir(&done).at(&done, "removed")?;
    Ok(files::sync_folder(folder)?)
}

/// Where phones reach the desk.
pub(crate) struct Host {
    /// Its name or address, without brackets.
    pub(crate) name: String,
    /// In TLS.
    pub(crate) https: bool,
    /// Where the intake has to listen for them.
    listen: SocketAddr,
}

impl Host {
    /// Reads an address, and refuses one that phones would not use.
    pub(crate) fn of(url: &str) -> Result<Self, Failure> {
        let refused = |why: &str| Failure::Usage(format!("{url:?} is no address for an intake: {why}"));
        let parsed = reqwest::Url::parse(url).map_err(|error| refused(&error.to_string()))?;
        let https = match parsed.scheme() {
            "https" => true,
            "http" => false,
            _ => return Err(refused("it begins with http:// or https://")),
        };
        if !matches!(parsed.path(), "" | "/") || parsed.query().is_some() || parsed.fragment().is_some() {
            return Err(refused("it names a host and perhaps a port, and no path"));
        }
        if !parsed.username().is_empty() || parsed.password().is_some() {
            return Err(refused("it would be published, and names a user or a password"));
        }
        let name = parsed.host_str().ok_or_else(|| refused("it names no host"))?;
        // Brackets of an IPv6 address belong to the URL, not to the certificate.
        let name = name.trim_matches(['[', ']']).to_owned();
        let address = name.parse::<IpAddr>().ok();
        // The very names that phones take for this machine.
        let loopback = address.filter(IpAddr::is_loopback).or((name == "localhost").then_some(LOCALHOST));
        if !https && loopback.is_none() {
            return Err(refused("phones send nothing in clear; use https://..."));
        }
        let everywhere =
            if address.is_some_and(|address| address.is_ipv6()) { EVERYWHERE_V6 } else { EVERYWHERE };
        let port = parsed.port_or_known_default().ok_or_else(|| refused("it names no port"))?;
        Ok(Self { name, https, listen: SocketAddr::new(loopback.unwrap_or(everywhere), port) })
    }
}

/// The secrets of a new desk.
struct Keys {
    root: SigningKey<Root>,
    stored: SigningKey<Stored>,
    officer: SigningKey<Officer>,
    caller: SigningKey<Caller>,
    seal: DeskIdentity<Seal>,
    recovery: DeskIdentity<Seal>,
    source: DeskIdentity<Source>,
    courier: DeskIdentity<Courier>,
}

impl Keys {
    fn make(random: &dyn Random) -> Result<Self, Failure> {
        Ok(Self {
            root: secrets::signing_key(random)?,
            stored: secrets::signing_key(random)?,
            officer: secrets::signing_key(random)?,
            caller: secrets::signing_key(random)?,
            seal: DeskIdentity::generate(),
            recovery: DeskIdentity::generate(),
            source: DeskIdentity::generate(),
            courier: DeskIdentity::generate(),
        })
    }

    fn entries(&self) -> Vec<KeyEntry> {
        vec![
            KeyEntry::recipient(&self.seal.public()),
            KeyEntry::recipient(&self.recovery.public()),
            KeyEntry::recipient(&self.source.public()),
            KeyEntry::recipient(&self.courier.public()),
            KeyEntry::verify(&self.stored.public()),
            KeyEntry::verify(&self.officer.public()),
        ]
    }
}

/// Writes a whole desk into an empty folder, durably.
fn stage(
    home: &Home,
    args: &InitArgs,
    keys: &Keys,
    tls: Option<&PrivateTls>,
    clock: &dyn Clock,
) -> Result<(), Failure> {
    for folder in [home.folder(), &home.server(), &home.officer(), &home.authority()] {
        files::make_folder(folder)?;
    }
    let tls_roots: Vec<_> = tls.iter().map(|tls| tls.root.clone()).collect();
    let directory = sign_first(args, keys, tls_roots.clone(), clock)?.to_json();
    stage_server(&home.server(), args, keys, &directory)?;
    stage_officer(&home.officer(), args, keys, tls_roots)?;
    secrets::write_signing_key(&home.authority().join("root.key"), &keys.root)?;
    secrets::write_identity(&home.authority().join("recovery.key"), &keys.recovery)?;
    if let Some(tls) = tls {
        stage_tls(home, tls)?;
    }
    files::write_new(&home.directory(), &directory, Access::Public)?;
    files::write_new(&home.root_pub(), Roots::key_line(&keys.root.public()).as_bytes(), Access::Public)?;
    for folder in [&home.server(), &home.officer(), &home.authority(), home.folder()] {
        files::sync_folder(folder)?;
    }
    Ok(())
}

fn stage_server(server: &Path, args: &InitArgs, keys: &Keys, directory: &[u8]) -> Result<(), Failure> {
    secrets::write_signing_key(&server.join("stored.key"), &keys.stored)?;
    // On both sides: bundles are imported here, and opened there. It opens their wrapping only (ADR 13).
    secrets::write_identity(&server.join("courier.key"), &keys.courier)?;
    files::write_new(&server.join(super::DIRECTORY), directory, Access::Public)?;
    let config = IntakeConfig {
        desk: args.id.clone(),
        stored_key: "stored.key".into(),
        callers: vec![keys.caller.public().to_public_text()],
        dead_keys: Vec::new(),
        limits: Default::default(),
    };
    config.write(server)
}

fn stage_officer(
    officer: &Path,
    args: &InitArgs,
    keys: &Keys,
    tls_roots: Vec<String>,
) -> Result<(), Failure> {
    secrets::write_identity(&officer.join("seal.key"), &keys.seal)?;
    secrets::write_identity(&officer.join("source.key"), &keys.source)?;
    secrets::write_identity(&officer.join("courier.key"), &keys.courier)?;
    secrets::write_signing_key(&officer.join("officer.key"), &keys.officer)?;
    secrets::write_signing_key(&officer.join("caller.key"), &keys.caller)?;
    let config = DeskConfig {
        id: args.id.clone(),
        url: args.url.clone(),
        tls_roots,
        officer_key: "officer.key".into(),
    };
    config.write(officer)
}

fn stage_tls(home: &Home, tls: &PrivateTls) -> Result<(), Failure> {
    let secret =
        |path: &Path, text: &Zeroizing<String>| files::write_new(path, text.as_bytes(), Access::Secret);
    files::write_new(&home.server().join(TLS_CERT), tls.server_pem.as_bytes(), Access::Public)?;
    secret(&home.server().join(TLS_KEY), &tls.server_key)?;
    files::write_new(&home.authority().join("tls-ca.pem"), tls.root_pem.as_bytes(), Access::Public)?;
    secret(&home.authority().join("tls-ca.key"), &tls.root_key)?;
    Ok(())
}

fn sign_first(
    args: &InitArgs,
    keys: &Keys,
    tls_roots: Vec<String>,
    clock: &dyn Clock,
) -> Result<SignedDirectory, Failure> {
    let desk = Desk {
        id: args.id.clone(),
        names: [("en".to_owned(), args.name.clone())].into(),
        areas: Vec::new(),
        schemes: Vec::new(),
        routes: args.routes.clone(),
        urls: vec![args.url.trim_end_matches('/').to_owned()],
        tls_roots,
        limits: Default::default(),
        keys: keys.entries(),
        hours: Default::default(),
        privacy: None,
        phones: Vec::new(),
        closed: false,
    };
    let now = clock.now();
    let payload = Payload {
        format: FORMAT.into(),
        root_generation: 1,
        sequence: 1,
        issued: now,
        expires: now + TimeDelta::days(DIRECTORY_DAYS),
        desks: vec![desk],
    };
    Ok(SignedDirectory::sign(&payload, &[&keys.root])?)
}

#[cfg(test)]
mod tests;
