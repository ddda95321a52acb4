//! The folders a world plays in: a phone and two desks, made once a thread and copied for each world, in memory where
//! there is a folder that lies there.

use std::{
    fs, io,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde_json::Value;
use tempfile::TempDir;
use turnstone_core::{Client, Ports, SetUp};
use turnstone_desk::simulation as desk;
use turnstone_wire::{
    directory::{Desk, DeskId, Payload, Roots, SignedDirectory},
    key::{DeskIdentity, Root, Seal, SigningKey},
};

use crate::ports::{Clocks, Keys, Seeded, beginning};

/// How many desks there are.
pub(crate) const DESKS: usize = 2;
/// What a desk of these worlds takes of words, in bytes: less than its directory says, so that some are refused.
const REPORT_BYTES: u64 = 8 * 1024;

/// What all worlds of a thread begin with.
pub(crate) struct Ground {
    folder: TempDir,
    pub(crate) keys: Arc<Keys>,
    pub(crate) desks: Vec<Desk>,
    /// What opens the reports of each desk.
    pub(crate) identities: Vec<DeskIdentity<Seal>>,
}

impl Ground {
    /// Makes a phone and two desks. To be called inside a runtime.
    pub(crate) fn make() -> Self {
        let memory = Path::new("/dev/shm");
        let folder = if memory.is_dir() { tempfile::tempdir_in(memory) } else { tempfile::tempdir() };
        let folder = folder.unwrap();
        let (mut desks, mut identities) = (Vec::new(), Vec::new());
        for n in 0..DESKS {
            let (dir, id) =
                (folder.path().join(format!("made/desk-{n}")), DeskId::parse(&format!("desk-{n}")));
            desk::init(&dir, &id.unwrap(), &format!("http://127.0.0.1:{}", 8470 + n), beginning()).unwrap();
            let signed = SignedDirectory::parse(&fs::read(dir.join("directory.json")).unwrap()).unwrap();
            let directory = signed.verify(&Roots::new(vec![root_of(&dir).public()]).unwrap()).unwrap();
            desks.push(directory.desks()[0].clone());
            let secret = fs::read_to_string(dir.join("officer/seal.key")).unwrap();
            identities.push(DeskIdentity::parse(&secret).unwrap());
            limit(&dir.join("server/intake.json"));
        }
        let ground = Self { folder, keys: Arc::default(), desks, identities };
        ground.make_phone();
        ground
    }

    /// A phone that believes one directory with both desks, which both serve.
    fn make_phone(&self) {
        let root = root_of(&self.path("made/desk-0"));
        let at = beginning();
        let payload = Payload {
            format: turnstone_wire::directory::FORMAT.into(),
            root_generation: 1,
            sequence: 2,
            issued: at,
            expires: at + chrono::TimeDelta::days(365),
            desks: self.desks.clone(),
        };
        let directory = SignedDirectory::sign(&payload, &[&root]).unwrap().to_json();
        for n in 0..DESKS {
            fs::write(self.path(&format!("made/desk-{n}/server/directory.json")), &directory).unwrap();
            let server = self.path(&format!("made/desk-{n}/server"));
            // Started once, so that no world has to make the tables.
            drop(desk::Intake::start(&server, Arc::new(beginning)).unwrap());
        }
        let roots = Roots::new(vec![root.public()]).unwrap();
        let set_up = SetUp { roots: Some(roots), directory: Some(&directory) };
        let ports = self.ports(Arc::new(Clocks::start()), 0);
        drop(Client::create(&self.path("made/phone"), ports, &set_up).unwrap());
    }

    pub(crate) fn ports(&self, clocks: Arc<Clocks>, seed: u64) -> Ports {
        Ports { key_store: self.keys.clone(), clock: clocks, random: Arc::new(Seeded::new(seed)) }
    }

    /// Clears what the last world left, and lays everything out as it was made.
    pub(crate) fn lay_out(&self) -> PathBuf {
        let world = self.path("world");
        if world.exists() {
            fs::remove_dir_all(&world).unwrap();
        }
        for n in 0..DESKS {
            copy(&self.path(&format!("made/desk-{n}/server")), &world.join(format!("desk-{n}"))).unwrap();
        }
        copy(&self.path("made/phone"), &world.join("phone")).unwrap();
        world
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn root_of(desk: &Path) -> SigningKey<Root> {
    SigningKey::parse(&fs::read_to_string(desk.join("authority/root.key")).unwrap()).unwrap()
}

/// Lets a desk take shorter words than it says, as fast as they come.
fn limit(config: &Path) {
    let mut value: Value = serde_json::from_slice(&fs::read(config).unwrap()).unwrap();
    value["limits"]["report_bytes"] = REPORT_BYTES.into();
    // Kept by the machine's clock, which no world may depend on.
    value["limits"]["rates"]["desk_requests_per_s"] = 0.into();
    fs::write(config, value.to_string()).unwrap();
}

/// Copies a folder, over what is there. What is only ever deleted, the phone's reserve, is linked.
pub(crate) fn copy(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (from, to) = entry.map(|entry| (entry.path(), to.join(entry.file_name())))?;
        if from.is_dir() {
            copy(&from, &to)?;
        } else if from.file_name().is_some_and(|name| name == "reserve") {
            fs::hard_link(&from, &to)?;
        } else if !from.to_string_lossy().ends_with("-shm") {
            fs::copy(&from, &to)?;
        }
    }
    Ok(())
}

/// Puts one folder in the place of another.
pub(crate) fn replace(from: &Path, to: &Path) {
    if to.exists() {
        fs::remove_dir_all(to).unwrap();
    }
    copy(from, to).unwrap();
}
