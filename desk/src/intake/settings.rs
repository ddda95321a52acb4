//! The configuration in force: read again when the file changes, so that a key declared lost is refused at once and
//! not after a restart.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::{Arc, Mutex},
    time::SystemTime,
};

use turnstone_wire::{
    key::{Caller, KeyId, SigningKey, Stored, VerifyKey},
    receipt::{Object, SignedReceipt},
};

use super::{error::StoreError, ledger::lock};
use crate::{
    clock::Clock,
    failure::Failure,
    home::{INTAKE, IntakeConfig, secrets},
};

/// What the intake goes by at one moment.
pub(crate) struct Settings {
    pub(crate) config: IntakeConfig,
    callers: Vec<VerifyKey<Caller>>,
    signer: SigningKey<Stored>,
    /// Keys that signed before, as far as they are still here.
    own: Vec<SigningKey<Stored>>,
}

impl Settings {
    fn read(server: &Path) -> Result<Self, Failure> {
        let config = IntakeConfig::read(server)?;
        let callers = config.callers.iter().map(|public| VerifyKey::parse(public)).collect::<Result<_, _>>();
        let callers = callers.map_err(|error| Failure::bad_file(server.join(INTAKE), error))?;
        // A name, never a path that leads elsewhere.
        if config.stored_key.contains('/') {
            return Err(Failure::bad_file(server.join(INTAKE), "stored_key names no file of this folder"));
        }
        let signer = secrets::read_signing_key(&server.join(&config.stored_key))?;
        let own = secrets::names::<Stored>(server)?.into_iter();
        let own = own.filter_map(|name| secrets::read_signing_key(&server.join(name)).ok()).collect();
        Ok(Self { config, callers, signer, own })
    }

    /// A listed desk tool's key.
    pub(crate) fn caller(&self, id: KeyId) -> Option<&VerifyKey<Caller>> {
        self.callers.iter().find(|key| key.id() == id)
    }

    /// Whether a receipt for an object is the very one that a key of this intake signed, and there is no better one to
    /// be had: the key is not dead, or the one in use is dead as well.
    pub(crate) fn stands(&self, object: &Object, receipt: &SignedReceipt) -> bool {
        let dead = |key: &KeyId| self.config.dead_keys.contains(key);
        let Ok(claims) = receipt.claims() else { return false };
        if dead(&claims.key) && !dead(&self.signer.public().id()) {
            return false;
        }
        // Signatures are made without chance (RFC 8032): what is not damaged can be made again.
        let key = self.own.iter().chain([&self.signer]).find(|key| key.public().id() == claims.key);
        key.is_some_and(|key| SignedReceipt::sign(object, &self.config.desk, claims.at, key) == *receipt)
    }

    /// Signs that an object is stored.
    pub(crate) fn receipt(
        &self,
        object: &Object,
        clock: &dyn Clock,
    ) -> (chrono::DateTime<chrono::Utc>, SignedReceipt) {
        let at = clock.now();
        (at, SignedReceipt::sign(object, &self.config.desk, at, &self.signer))
    }
}

impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Settings")
    }
}

/// The settings, and the file they come from.
#[derive(Debug)]
pub(crate) struct Watched {
    server: PathBuf,
    current: Mutex<(Stamp, Arc<Settings>)>,
}

/// What shows that a file was replaced: its number and time of change.
type Stamp = (u64, Option<SystemTime>);

impl Watched {
    /// Reads the settings of a server folder.
    pub(crate) fn open(server: &Path) -> Result<Self, Failure> {
        let stamp = stamp(server).unwrap_or_default();
        let settings = Arc::new(Settings::read(server)?);
        Ok(Self { server: server.to_owned(), current: Mutex::new((stamp, settings)) })
    }

    /// The settings in force. Where the file has become unreadable, those from before stay in force.
    pub(crate) fn now(&self) -> Result<Arc<Settings>, StoreError> {
        let mut current = lock(&self.current)?;
        if let Ok(stamp) = stamp(&self.server)
            && stamp != current.0
            && let Ok(settings) = Settings::read(&self.server)
        {
            *current = (stamp, Arc::new(settings));
        }
        Ok(Arc::clone(&current.1))
    }
}

fn stamp(server: &Path) -> io::Result<Stamp> {
    use std::os::unix::fs::MetadataExt;
    let metadata = fs::metadata(server.join(INTAKE))?;
    Ok((metadata.ino(), metadata.modified().ok()))
}
