//! The folder of a desk: what lies where, and the two configuration files.
//!
//! ```text
//! directory.json   the signed directory             root.pub      whom phones believe it by
//! server/          intake.json stored.key courier.key directory.json [tls.pem tls.key], and what arrives
//! officer/         desk.json seal.key source.key courier.key officer.key caller.key
//! authority/       root.key recovery.key [tls-ca.key tls-ca.pem]
//! ```

pub(crate) mod init;
pub(crate) mod secrets;
pub(crate) mod tls;

use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use turnstone_wire::{
    directory::{DeskId, DeskLimits, Directory, Roots, SignedDirectory},
    key::{KeyId, Root},
    limits,
};

use crate::{
    failure::Failure,
    files::{self, Access, Replacement},
};

/// Name of the directory, both in the desk's folder and in the server's.
pub(crate) const DIRECTORY: &str = "directory.json";
/// Name of the intake's configuration.
pub(crate) const INTAKE: &str = "intake.json";
/// Name of the officer's configuration.
pub(crate) const DESK: &str = "desk.json";
/// Name of the root's public key.
pub(crate) const ROOT_PUB: &str = "root.pub";
/// Name of the intake's certificate, where `init` made one.
pub(crate) const TLS_CERT: &str = "tls.pem";
/// Name of its key.
pub(crate) const TLS_KEY: &str = "tls.key";

/// The paths of a desk's folder.
#[derive(Debug, Clone)]
pub(crate) struct Home(PathBuf);

impl Home {
    pub(crate) fn new(folder: impl Into<PathBuf>) -> Self {
        Self(folder.into())
    }

    pub(crate) fn folder(&self) -> &Path {
        &self.0
    }

    pub(crate) fn server(&self) -> PathBuf {
        self.0.join("server")
    }

    pub(crate) fn officer(&self) -> PathBuf {
        self.0.join("officer")
    }

    pub(crate) fn authority(&self) -> PathBuf {
        self.0.join("authority")
    }

    pub(crate) fn directory(&self) -> PathBuf {
        self.0.join(DIRECTORY)
    }

    pub(crate) fn root_pub(&self) -> PathBuf {
        self.0.join(ROOT_PUB)
    }

    /// Whom phones believe the directory by: `root.pub`, or the root key itself where that alone is here.
    fn roots(&self) -> Result<Roots, Failure> {
        let (public, secret) = (self.root_pub(), self.authority().join("root.key"));
        let root = if !public.exists() && secret.exists() {
            secrets::read_signing_key::<Root>(&secret)?.public()
        } else {
            Roots::parse_key_line(&files::read_text(&public)?)
                .map_err(|error| Failure::bad_file(public, error))?
        };
        Ok(Roots::new(vec![root])?)
    }

    /// The directory, verified against this desk's own root; the server's, where a change was killed after it had
    /// been published there.
    pub(crate) fn newest_directory(&self) -> Result<Directory, Failure> {
        let roots = self.roots()?;
        let own = verified_directory(&self.directory(), &roots)?;
        match verified_directory(&self.server().join(DIRECTORY), &roots) {
            Ok(ahead) if ahead.sequence() > own.sequence() => Ok(ahead),
            _ => Ok(own),
        }
    }
}

/// Reads a directory and verifies it.
pub(crate) fn verified_directory(path: &Path, roots: &Roots) -> Result<Directory, Failure> {
    let signed = SignedDirectory::parse(&files::read(path, limits::DIRECTORY_BYTES)?);
    signed.and_then(|signed| signed.verify(roots)).map_err(|error| Failure::bad_file(path, error))
}

/// `server/intake.json`: what the intake goes by. It is read again when it changes.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct IntakeConfig {
    /// The desk that receipts name.
    pub(crate) desk: DeskId,
    /// The file, beside this one, of the key that signs receipts.
    pub(crate) stored_key: String,
    /// Public keys of the desk tools that may fetch and reply.
    pub(crate) callers: Vec<String>,
    /// Keys that nothing may be sealed to any more.
    #[serde(default)]
    pub(crate) dead_keys: Vec<KeyId>,
    /// The largest of everything.
    #[serde(default)]
    pub(crate) limits: IntakeLimits,
}

/// The largest of everything an intake takes. What is said of connections and rates is read when the server starts, the
/// rest again when the file changes. Nought means no limit where it says so.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct IntakeLimits {
    /// Largest envelope in bytes.
    pub(crate) report_bytes: u64,
    /// Largest sealed attachment in bytes.
    pub(crate) attachment_bytes: u64,
    /// Most uploads begun and not finished.
    pub(crate) unfinished_uploads: u64,
    /// Days after which an upload that nobody went on with is dropped.
    pub(crate) unfinished_days: u32,
    /// Hours after which one is dropped that holds less than 64 KiB: else few bytes would keep many places for long.
    pub(crate) hardly_begun_hours: u32,
    /// Space in bytes that attachments leave free on the disk. Words may use all but an eighth of it.
    pub(crate) spare_disk_bytes: u64,
    /// Files that attachments leave free on the disk, where it counts them. Words may use all but an eighth of them.
    pub(crate) spare_disk_files: u64,
    /// Most bytes stored, unfinished uploads included. Attachments stop at fifteen sixteenths of it.
    pub(crate) quota_bytes: u64,
    /// Most objects stored. Attachments stop at fifteen sixteenths of it.
    pub(crate) quota_objects: u64,
    /// Most connections at a time; further ones wait.
    pub(crate) connections: usize,
    /// Most requests at a time; further ones wait.
    pub(crate) requests: usize,
    /// Seconds without a byte after which a connection or an upload is cut.
    pub(crate) idle_s: u64,
    /// Bytes a second, over two minutes, below which a body is cut, and a connection on which nothing was answered in
    /// that time. Nought: no limit.
    pub(crate) least_bytes_per_s: u64,
    /// Of one address and of all together.
    pub(crate) rates: Rates,
}

/// How fast requests may come. An address is an IPv4 address or the first 64 bits of an IPv6 address; many phones may share
/// one (a harbour's network, a mobile operator, an exit of Tor), so these are for floods, not for crowds.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(default)]
pub(crate) struct Rates {
    /// Most connections of one address at a time; further ones are refused. Nought: no limit.
    pub(crate) address_connections: usize,
    /// Most requests of one address at a time; further ones are refused. Nought: no limit.
    pub(crate) address_requests: usize,
    /// Requests of one address a minute, in the long run. Nought: no limit.
    pub(crate) address_requests_per_min: u32,
    /// Requests one address may be ahead of that.
    pub(crate) address_burst: u32,
    /// Uploads one address may begin in an hour, in the long run. Nought: no limit.
    pub(crate) address_uploads_per_h: u32,
    /// Uploads one address may be ahead of that.
    pub(crate) address_uploads_burst: u32,
    /// Requests of all together a minute, in the long run. Nought: no limit.
    pub(crate) desk_requests_per_min: u32,
    /// Requests all together may be ahead of that.
    pub(crate) desk_burst: u32,
    /// Whether loopback counts as an address. By default it does not: what comes from there comes through a proxy or an
    /// onion service of this machine, and is many people's.
    pub(crate) loopback_counts: bool,
}

impl Default for IntakeLimits {
    fn default() -> Self {
        let desk = DeskLimits::default();
        Self {
            report_bytes: desk.report_bytes,
            attachment_bytes: desk.attachment_bytes,
            unfinished_uploads: 10_000,
            unfinished_days: 30,
            hardly_begun_hours: 24,
            spare_disk_bytes: 256 * 1024 * 1024,
            spare_disk_files: 10_000,
            quota_bytes: 1 << 40,
            quota_objects: 10_000_000,
            connections: 4096,
            requests: 1024,
            idle_s: 60,
            least_bytes_per_s: 16,
            rates: Rates::default(),
        }
    }
}

impl Default for Rates {
    fn default() -> Self {
        Self {
            address_connections: 512,
            address_requests: 256,
            address_requests_per_min: 20 * 60,
            address_burst: 2000,
            address_uploads_per_h: 120,
            address_uploads_burst: 1000,
            desk_requests_per_min: 20_000 * 60,
            desk_burst: 100_000,
            loopback_counts: false,
        }
    }
}

impl IntakeConfig {
    /// Reads the configuration of a server folder.
    pub(crate) fn read(server: &Path) -> Result<Self, Failure> {
        read_json(&server.join(INTAKE))
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, server: &Path) -> Result<(), Failure> {
        Ok(files::replace_all(&[self.replacement(server)?])?)
    }

    /// What the file of a server folder is to hold.
    pub(crate) fn replacement(&self, server: &Path) -> Result<Replacement, Failure> {
        Ok(Replacement { path: server.join(INTAKE), bytes: to_json(self)?, access: Access::Secret })
    }
}

/// `officer/desk.json`: what the desk tool goes by.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct DeskConfig {
    /// The desk.
    pub(crate) id: DeskId,
    /// Address of its intake.
    pub(crate) url: String,
    /// Certificates (DER, base 64) the address is believed by, beside the public ones.
    #[serde(default)]
    pub(crate) tls_roots: Vec<String>,
    /// The file, beside this one, of the key that signs `opened` receipts.
    pub(crate) officer_key: String,
}

impl DeskConfig {
    /// Reads the configuration of an officer folder.
    pub(crate) fn read(officer: &Path) -> Result<Self, Failure> {
        read_json(&officer.join(DESK))
    }

    /// Writes it, whole or not at all.
    pub(crate) fn write(&self, officer: &Path) -> Result<(), Failure> {
        Ok(files::replace_all(&[self.replacement(officer)?])?)
    }

    /// What the file of an officer folder is to hold.
    pub(crate) fn replacement(&self, officer: &Path) -> Result<Replacement, Failure> {
        Ok(Replacement { path: officer.join(DESK), bytes: to_json(self)?, access: Access::Secret })
    }
}

fn read_json<T: DeserializeOwned>(path: &Path) -> Result<T, Failure> {
    serde_json::from_str(&files::read_text(path)?).map_err(|error| Failure::bad_file(path, error))
}

/// JSON for people's eyes, ended by a line feed.
pub(crate) fn to_json(value: &impl Serialize) -> Result<Vec<u8>, Failure> {
    let mut json = serde_json::to_vec_pretty(value).map_err(|_| Failure::Unwritable)?;
    json.push(b'\n');
    Ok(json)
}
