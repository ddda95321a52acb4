//! Newer guidance and places from signed packs: taken when it is newer and reads, used while it is, and put back to what is compiled in
//! at any time. Kept as the directory is: sealed under the sending key, so that a locked phone reads it.

use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use chrono::{DateTime, Utc};
use rusqlite::OptionalExtension;
use turnstone_almanac::{
    COMPILED_IN,
    guide::{self, Guide},
    places::{self, Places},
};
use turnstone_wire::pack::{Pack, PackError, PackKind, SignedPack};

use crate::{
    error::{Error, Fault, Invalid},
    settings,
    shared::Core,
    vault::Uid,
};

/// A pack that is held, and in use. Public content: there is nothing in it of the witness.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HeldPack {
    /// What it brings.
    pub kind: PackKind,
    /// Its number.
    pub sequence: u64,
    /// When it was signed.
    pub issued: DateTime<Utc>,
}

impl HeldPack {
    fn of(pack: &Pack) -> Self {
        Self { kind: pack.kind(), sequence: pack.sequence(), issued: pack.issued() }
    }
}

/// What was read of the packs last, with the names of the rows it was read from: each new one has a name of its own.
#[derive(Debug, Default)]
pub(crate) struct Packs {
    guide: Read<Guide>,
    places: Read<Places>,
}

#[derive(Debug)]
struct Read<T>(Mutex<Option<(Uid, InUse<T>)>>);

type InUse<T> = Option<(HeldPack, Arc<T>)>;

impl<T> Default for Read<T> {
    fn default() -> Self {
        Self(Mutex::new(None))
    }
}

impl<T> Read<T> {
    /// What the pack held says, where it is newer than what is compiled in and reads.
    fn get(&self, core: &Core, kind: PackKind, read: impl Fn(&[u8]) -> Option<T>) -> Result<InUse<T>, Fault> {
        let sending = core.sending()?;
        let mut last = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        core.words.read(|conn| {
            let uid: Option<Uid> = conn
                .query_row("SELECT uid FROM setting WHERE name = ?1", [settings::pack_name(kind)], |row| {
                    row.get(0)
                })
                .optional()?;
            let Some(uid) = uid else { return Ok(None) };
            if let Some((name, in_use)) = &*last
                && *name == uid
            {
                return Ok(in_use.clone());
            }
            let pack = settings::pack(conn, kind, sending)?;
            let newer = pack.filter(|pack| pack.sequence() > COMPILED_IN);
            let in_use = newer.and_then(|pack| Some((HeldPack::of(&pack), Arc::new(read(pack.content())?))));
            *last = Some((uid, in_use.clone()));
            Ok(in_use)
        })
    }
}

impl Core {
    /// The guidance to show: of the newest pack that reads, else what is compiled in. Whatever is wrong here keeps nobody from
    /// reading whom to ring (P9).
    pub(crate) fn guide(&self) -> Arc<Guide> {
        match self.held_guide() {
            Ok(Some((_, guide))) => guide,
            Ok(None) | Err(_) => {
                static BUILT_IN: LazyLock<Arc<Guide>> = LazyLock::new(|| Arc::new(guide::built_in().clone()));
                Arc::clone(&BUILT_IN)
            }
        }
    }

    fn held_guide(&self) -> Result<InUse<Guide>, Fault> {
        self.packs.guide.get(self, PackKind::Guidance, |content| Guide::read(content).ok())
    }

    /// The table of places to ask, chosen as the guidance is.
    pub(crate) fn places(&self) -> Arc<Places> {
        match self.held_places() {
            Ok(Some((_, places))) => places,
            Ok(None) | Err(_) => Arc::clone(places::built_in()),
        }
    }

    fn held_places(&self) -> Result<InUse<Places>, Fault> {
        self.packs.places.get(self, PackKind::Places, |content| Places::read(content).ok())
    }

    /// The packs in use.
    pub(crate) fn packs(&self) -> Result<Vec<HeldPack>, Fault> {
        let held = [self.held_guide()?.map(|(held, _)| held), self.held_places()?.map(|(held, _)| held)];
        Ok(held.into_iter().flatten().collect())
    }

    /// Takes a newer pack that reads; what was there stays where this fails.
    pub(crate) fn take_pack(&self, bytes: &[u8]) -> Result<HeldPack, Fault> {
        let refused = |error: PackError| Fault::from(Invalid::Pack(error));
        let sending = self.sending()?;
        let signed = SignedPack::parse(bytes).map_err(refused)?;
        let roots = self.words.read(|conn| settings::roots(conn, sending))?;
        let roots = roots.ok_or_else(|| refused(PackError::Signatures { good: 0, needed: 1 }))?;
        let pack = signed.verify(&roots).map_err(refused)?;
        check(&pack)?;
        self.words.write(|tx| {
            let held = settings::pack(tx, pack.kind(), sending)?;
            pack.may_replace(held.as_ref(), COMPILED_IN).map_err(refused)?;
            settings::set_pack(tx, pack.kind(), Some(bytes), sending, self.random())?;
            Ok(HeldPack::of(&pack))
        })
    }

    /// Goes back to what is compiled in.
    pub(crate) fn drop_pack(&self, kind: PackKind) -> Result<(), Fault> {
        let sending = self.sending()?;
        self.words.write(|tx| settings::set_pack(tx, kind, None, sending, self.random()))
    }
}

/// That what is inside reads: signed is not the same as whole.
fn check(pack: &Pack) -> Result<(), Error> {
    match pack.kind() {
        PackKind::Guidance => {
            Guide::read(pack.content()).map(drop).map_err(|error| Invalid::Guidance(error).into())
        }
        PackKind::Places => {
            Places::read(pack.content()).map(drop).map_err(|error| Invalid::Places(error).into())
        }
    }
}
