//! The door to a home folder that needs no unlock: writing, the outbox, sending, the directory, wiping (P6).

use std::{
    io::{Read, Write},
    path::Path,
    sync::Arc,
};

use rusqlite::Transaction;
use turnstone_almanac::{guide::Guide, places::Places};
use turnstone_wire::{
    body::{Position, Route, Scheme, Told},
    directory::{Directory, Roots},
    pack::PackKind,
    reference::Reference,
    text::Moment,
};

use crate::{
    carry::{self, Exported, Imported, Parcel, Parcels},
    error::{Error, Fault, Missing},
    home::{self, SetUp},
    notebook::{Notebook, VaultCell},
    outbox,
    packs::HeldPack,
    people::copies,
    report::{ChosenDesk, DraftContent, DraftRow, Note, add_told, desk_at},
    settings,
    shared::{Core, Ports},
    station::Station,
    store::Mended,
    sync::{Observer, Progress, Sender, Subscription, Transport},
    vault::{self, Door, Pin, VaultId},
    view::Overview,
    watch::{self, Entry, Step, WatchNote, WatchRow},
};

/// A home folder, opened. Cheap to clone; may be used from many threads.
#[derive(Debug, Clone)]
pub struct Client {
    core: Arc<Core>,
    mended: Arc<[Mended]>,
}

impl Client {
    /// Sets a home folder up and opens it. Killed halfway, it can be called again.
    ///
    /// # Errors
    /// [`crate::Unusable::AlreadySetUp`], [`Error::Invalid`] for a directory that is not signed as it should be.
    pub fn create(home: &Path, ports: Ports, set_up: &SetUp<'_>) -> Result<Self, Error> {
        Ok(Self::of(home::create(home, ports, set_up)?))
    }

    /// Opens a home folder. Needs no unlock, and does not wait for the key store unless something may have had its time. Finishes what a
    /// kill left half done; vault copies and sealed bytes that have had their time end, though nobody unlocks; a damaged database is set aside whole, and what can be read of it carried over: [`Client::mended`].
    ///
    /// Where a later call answers [`crate::Unusable::Damaged`], the home is to be opened anew: that mends it.
    ///
    /// # Errors
    /// [`Missing::Home`] where none is set up, [`Error::Unusable`] where it cannot be used.
    pub fn open(home: &Path, ports: Ports) -> Result<Self, Error> {
        let client = Self::of(home::open(home, ports)?);
        // What is due stays due where this fails: without the key store, say, or on a full disk.
        outbox::tidy_once_a_day(&client.core).unwrap_or_default();
        Ok(client)
    }

    /// Sets a home folder aside whole and sets up a new one in its place: for when its keys are gone for good. Nothing is
    /// deleted; should the keys turn up again, so does what they open.
    ///
    /// # Errors
    /// [`Missing::Home`] where none is set up; as [`Client::create`].
    pub fn start_anew(home: &Path, ports: Ports, set_up: &SetUp<'_>) -> Result<Self, Error> {
        Ok(Self::of(home::start_anew(home, ports, set_up)?))
    }

    fn of(opened: home::Opened) -> Self {
        Self { core: Arc::new(opened.core), mended: opened.mended.into() }
    }

    pub(crate) fn core(&self) -> Arc<Core> {
        Arc::clone(&self.core)
    }

    /// What this opening found damaged and set aside; nothing, as a rule.
    pub fn mended(&self) -> &[Mended] {
        &self.mended
    }

    /// Whether the key store gives the key that submitting and sending need. Writing goes on without.
    ///
    /// # Errors
    /// [`crate::Unusable::KeyStore`] with what is wrong.
    pub fn reach_key_store(&self) -> Result<(), Error> {
        self.core.sending()?;
        Ok(())
    }

    /// Whether reading asks for a PIN.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn has_pin(&self) -> Result<bool, Error> {
        Ok(self.core.words.read(|conn| vault::has_pin(conn, VaultId::DEVICE))?)
    }

    /// How many milliseconds no PIN is tried for, after wrong ones, as time passes on this device, asleep or not; `None` where
    /// one is tried at once. Needs no unlock.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn pin_wait(&self) -> Result<Option<u64>, Error> {
        Ok(vault::pin_wait(&self.core.words, self.core.clock(), VaultId::DEVICE)?)
    }

    /// The surveyed place that notes are written at. Needs no unlock: writing at it needs none either.
    ///
    /// # Errors
    /// [`crate::Unusable::KeyStore`], and where the home cannot be read.
    pub fn station(&self) -> Result<Option<Station>, Error> {
        Ok(self.core.station()?)
    }

    /// Begins a report. It is a draft, kept, when this returns.
    ///
    /// # Errors
    /// [`Error::StorageFull`], [`Error::Busy`].
    pub fn note(&self, content: DraftContent) -> Result<Note, Error> {
        Ok(Note::begin(Arc::clone(&self.core), content, None)?)
    }

    /// Opens the vault. Without a PIN set, `pin` is `None`. Given the wipe PIN, where one was set
    /// ([`Notebook::set_wipe_pin`]), it wipes this home.
    ///
    /// What waited for an unlock is done before this returns: shreds that are due, keys made while locked taken into the
    /// ring, records of finished reports moved into the vault, and reports whose key was declared lost or compromised, or whose
    /// desk has closed, sealed anew where that can be done without asking.
    ///
    /// # Errors
    /// [`Error::WrongPin`], [`Error::PinDelayed`] where no PIN is tried for now after wrong ones, [`Error::Locked`] where there
    /// is a PIN and none was given, [`Missing::Home`] once the wipe PIN was.
    pub fn unlock(&self, pin: Option<&Pin>) -> Result<Notebook, Error> {
        let core = &self.core;
        let unlocked = match core.unlock_device(pin) {
            Err(Fault::WipePin) => {
                // Whatever of it cannot be done now is done at the next opening. Nobody is told more than of a device that
                // was never set up.
                home::wipe(core.words.home(), &core.ports).unwrap_or_default();
                return Err(Error::NotFound(Missing::Home));
            }
            unlocked => unlocked?,
        };
        let cell = VaultCell::new(Arc::clone(core), unlocked);
        // The vault is open whatever becomes of this; what is due stays due.
        cell.after_unlock().unwrap_or_default();
        Ok(Notebook::new(cell))
    }

    /// Shreds what a submission left due, and seals anew what a newer directory asks for, where the vault is open; else ends
    /// what has had its time and empties the write-ahead log, so that what is gone from the tables is gone from the files, and
    /// leaves the rest to the next unlock. It is no use of the notebook: it keeps none open.
    ///
    /// # Errors
    /// Where the key store or the disk fails; what is due stays due.
    pub fn tidy(&self, notebook: Option<&Notebook>) -> Result<(), Error> {
        match notebook.map(Notebook::catch_up) {
            None | Some(Err(Fault::Error(Error::Locked))) => {
                let ended = outbox::tidy_now(&self.core);
                self.core.words.empty_log()?;
                Ok(ended?)
            }
            Some(done) => Ok(done?),
        }
    }

    /// How much there is of everything; no more, for the device may be locked.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn overview(&self) -> Result<Overview, Error> {
        Ok(self.core.words.read(Overview::read)?)
    }

    /// Notes whom the witness has told by voice. For a report it is kept beside it; for a draft it travels in the report.
    ///
    /// # Errors
    /// [`Error::NotFound`]. A report that is finished is only found in the notebook.
    pub fn tell(&self, about: About, told: &Told) -> Result<(), Error> {
        let core = &self.core;
        let sending = match about {
            About::Draft(_) => core.sending_if_reached()?,
            About::Report(_) => Some(core.sending()?),
        };
        Ok(core.words.write(|tx| {
            let (draft, report, door) = match about {
                About::Draft(row) => {
                    tx.query_row("SELECT 1 FROM draft WHERE id = ?1", [row.0], |_| Ok(())).map_err(
                        |error| match error {
                            rusqlite::Error::QueryReturnedNoRows => Missing::Draft.into(),
                            other => Fault::Sqlite(other),
                        },
                    )?;
                    (Some(row), None, vault::read_door(tx, &core.home, sending)?)
                }
                About::Report(reference) => {
                    // Asked for above: never while the store is held.
                    let sending = sending.ok_or(Fault::Sealed("the outbox"))?;
                    let row = outbox::find_report(tx, &reference, sending, None)?.row;
                    (None, Some(row), copies::door_of_report(tx, core, row, sending)?)
                }
            };
            add_told(tx, draft, report, told, &door, core.random())
        })?)
    }

    /// Begins a watch, and ends one that still runs. New drafts are grouped under it. Needs no unlock.
    ///
    /// # Errors
    /// [`crate::Invalid::WatchTooLong`], [`Error::StorageFull`].
    pub fn start_watch(&self, note: &WatchNote, at: Moment) -> Result<WatchRow, Error> {
        note.check()?;
        let began = Entry { note: note.clone(), ..Entry::new(Step::Began, at) };
        Ok(self.write_with_door(|tx, door| watch::start(tx, &began, door, self.core.random()))?)
    }

    /// Adds people or conditions to the watch that runs. Needs no unlock.
    ///
    /// # Errors
    /// [`Missing::Watch`] where none runs; as [`Client::start_watch`].
    pub fn add_to_watch(&self, note: &WatchNote, at: Moment) -> Result<WatchRow, Error> {
        note.check()?;
        self.enter(&Entry { note: note.clone(), ..Entry::new(Step::Noted, at) })
    }

    /// Ends the watch that runs. Needs no unlock.
    ///
    /// # Errors
    /// [`Missing::Watch`] where none runs.
    pub fn stop_watch(&self, at: Moment) -> Result<WatchRow, Error> {
        self.enter(&Entry::new(Step::Ended, at))
    }

    /// Whether a watch runs, and its number: no more, for the device may be locked.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn running_watch(&self) -> Result<Option<WatchRow>, Error> {
        Ok(self.core.words.read(watch::running)?.map(|(_, row)| row))
    }

    fn enter(&self, entry: &Entry) -> Result<WatchRow, Error> {
        Ok(self.write_with_door(|tx, door| {
            let (_, row) = watch::running(tx)?.ok_or(Missing::Watch)?;
            watch::add(tx, row, entry, door, self.core.random())?;
            Ok(row)
        })?)
    }

    fn write_with_door<T>(
        &self,
        write: impl Fn(&Transaction<'_>, &Door) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let sending = self.core.sending_if_reached()?;
        self.core.words.write(|tx| write(tx, &vault::read_door(tx, &self.core.home, sending)?))
    }

    /// The directory held, if any.
    ///
    /// # Errors
    /// Where it cannot be read.
    pub fn directory(&self) -> Result<Option<Arc<Directory>>, Error> {
        Ok(self.core.directory()?)
    }

    /// Takes a newer directory; the one held stays where this fails.
    ///
    /// # Errors
    /// [`Error::Invalid`] with the reason.
    pub fn take_directory(&self, bytes: &[u8]) -> Result<Directory, Error> {
        Ok(self.core.take_directory(bytes)?)
    }

    /// The guidance to show: of the newest pack held, where that reads, else what is compiled in. Needs no unlock, and always
    /// answers.
    pub fn guide(&self) -> Arc<Guide> {
        self.core.guide()
    }

    /// Harbours, airfields and police areas: of the newest pack that reads, else what is compiled in. Needs no unlock.
    pub fn places(&self) -> Arc<Places> {
        self.core.places()
    }

    /// The desk that a report of something seen at a position would go to, named in a language.
    ///
    /// # Errors
    /// [`Error::NotSendable`] where none takes it, or several do alike.
    pub fn desk_at(
        &self,
        position: Position,
        scheme: Scheme,
        route: Route,
        language: &str,
    ) -> Result<ChosenDesk, Error> {
        let directory = self.core.directory()?;
        let by = (&*self.core.places(), language);
        desk_at(position, (scheme, route), directory.as_deref(), by).map_err(Error::NotSendable)
    }

    /// The packs in use instead of what is compiled in.
    ///
    /// # Errors
    /// Where the home or the key store cannot be read.
    pub fn packs(&self) -> Result<Vec<HeldPack>, Error> {
        Ok(self.core.packs()?)
    }

    /// Takes a newer pack of guidance or places, signed by the roots of directories. Durable when this returns; needs no
    /// unlock. What was there stays where this fails.
    ///
    /// # Errors
    /// [`crate::Invalid::Pack`] for one that is not signed, newer, or whole; [`crate::Invalid::Guidance`] for one whose
    /// content does not read, or lacks something that is compiled in; [`crate::Invalid::Places`] for a table that does not read.
    pub fn take_pack(&self, bytes: &[u8]) -> Result<HeldPack, Error> {
        Ok(self.core.take_pack(bytes)?)
    }

    /// Goes back to what is compiled in.
    ///
    /// # Errors
    /// [`Error::StorageFull`], [`Error::Busy`].
    pub fn drop_pack(&self, kind: PackKind) -> Result<(), Error> {
        Ok(self.core.drop_pack(kind)?)
    }

    /// Wipes this home: the keys first, after which nothing there opens, then the files, what was set aside and bundles in
    /// the folder included. What waits to be sent is not sent any more. Needs no unlock, and takes as long for much as for
    /// little. Whoever has this home open, here or in another program, hears [`Missing::Home`] from then on; killed halfway,
    /// the next opening goes through with it.
    ///
    /// # Errors
    /// The first step that failed; all were tried. [`crate::Unusable::KeyStore`] where the keys could not be ended:
    /// the next opening tries again.
    pub fn wipe(&self) -> Result<(), Error> {
        Ok(home::wipe(self.core.words.home(), &self.core.ports)?)
    }

    /// The same for a home folder in whatever state it is, opened or not, damaged or half gone. Nothing is mended for it, and
    /// what is not this program's stays.
    ///
    /// # Errors
    /// As [`Client::wipe`]; [`Missing::Home`] where nothing is set up; [`crate::Unusable::KeysUnknown`] where the files went
    /// and nothing in them named their keys.
    pub fn wipe_at(home: &Path, ports: Ports) -> Result<(), Error> {
        Ok(home::wipe(home, &ports)?)
    }

    /// The right to send from this home, with something that carries.
    ///
    /// # Errors
    /// [`crate::error::Busy::AlreadySending`] where another program has it.
    pub fn sender(&self, transport: Arc<dyn Transport>) -> Result<Sender, Error> {
        Ok(Sender::new(Arc::clone(&self.core), transport)?)
    }

    /// What could be carried by hand of all that waits. Needs no unlock.
    ///
    /// # Errors
    /// Where the home or the key store cannot be read.
    pub fn parcels(&self) -> Result<Parcels, Error> {
        Ok(carry::parcels(&self.core)?)
    }

    /// Writes a bundle for a desk, to be carried there by hand: all that waits of a parcel by now, what is being sent at this
    /// moment included. Needs no unlock, and changes nothing here. `on_progress` hears how many bytes of how many are
    /// written. What cannot go is left out and named in the answer.
    ///
    /// The bundle is whole when this returns; making it durable, and giving it its name only then, is the caller's part.
    ///
    /// # Errors
    /// [`crate::NotSendable::NoCourierKey`] for a desk that takes nothing by hand, [`Error::StorageFull`] where `output`
    /// has no room. What was written by then is no bundle.
    pub fn export(
        &self,
        parcel: &Parcel,
        output: &mut dyn Write,
        on_progress: &mut dyn FnMut(u64, u64),
    ) -> Result<Exported, Error> {
        Ok(carry::export(&self.core, parcel, output, on_progress)?)
    }

    /// Takes the receipts that a desk gave for a bundle, each as if the network had brought it. Needs no unlock; the same
    /// again changes nothing. Receipts for other things, and such as are not believed, are counted and change nothing.
    ///
    /// # Errors
    /// [`crate::Invalid::NotAnAnswer`], [`crate::Invalid::AnswerForAnother`], [`crate::Invalid::AnswerDamaged`] where
    /// nothing can be read of it. One that breaks off later is no error: see [`Imported::broken_off`].
    pub fn import(&self, source: &mut dyn Read) -> Result<Imported, Error> {
        Ok(carry::import(&self.core, source)?)
    }

    /// Has a watch of this process send now, as when a person asks for it: waits that a desk did not ask for end. What keeps
    /// anonymous reports apart from others does not.
    pub fn wake(&self) {
        self.core.bell.ring();
    }

    /// Follows what is sent from this opened home, until the subscription is dropped.
    pub fn subscribe(&self, observer: Arc<dyn Observer>) -> Subscription {
        self.core.observers.subscribe(observer)
    }

    /// What waits to be sent, oldest report first, its words first: for whoever shows how far it is. Needs no unlock, and names
    /// no report.
    ///
    /// # Errors
    /// Where the home cannot be read.
    pub fn waiting(&self) -> Result<Vec<Progress>, Error> {
        let sending = self.core.sending()?;
        let waiting = self.core.words.read(|conn| outbox::waiting(conn, sending))?;
        Ok(waiting.iter().map(Progress::of).collect())
    }

    /// Sets whose signatures directories need, where that was not set when the home was made. The same again is fine.
    ///
    /// # Errors
    /// [`crate::Invalid::OtherRoots`] where others are held: whoever could change them could change every desk.
    pub fn take_roots(&self, roots: &Roots) -> Result<(), Error> {
        let core = &self.core;
        let sending = core.sending()?;
        Ok(core.words.write(|tx| settings::take_roots(tx, roots, sending, core.random()))?)
    }
}

/// What a call was about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum About {
    /// A draft.
    Draft(DraftRow),
    /// A submitted report.
    Report(Reference),
}
