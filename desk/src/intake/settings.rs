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
    claims,
    clock::Clock,
    failure::Failure,
    home::{INTAKE, IntakeConfig, secrets},
};

/// What the intake goes by at one moment.
pub(crate) struct Settings {
    pub(crate) config: IntakeConfig,
    callers: Vec<VerifyKey<Caller>>,
    signer: SigningKey<Stored>,
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
        Ok(Self { config, callers, signer })
    }

    /// A listed desk tool's key.
    pub(crate) fn caller(&self, id: KeyId) -> Option<&VerifyKey<Caller>> {
        self.callers.iter().find(|key| key.id() == id)
    }

    /// Whether a receipt is worthless to phones, and the key in use can sign a better one.
    pub(crate) fn must_sign_anew(&self, receipt: &SignedReceipt) -> bool {
        let dead = |key: &KeyId| self.config.dead_keys.contains(key);
        claims::key(receipt).is_some_and(|key| dead(&key)) && !dead(&self.signer.public().id())
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
