//! From the outbox into a bundle.

use std::{
    collections::{BTreeMap, btree_map::Entry},
    fs::File,
    io::{self, Write},
};

use rusqlite::Connection;
use turnstone_wire::{
    bundle::{AnswerKey, BundleWriteError, BundleWriter, Head, ObjectHead, Salt},
    hash::Sha256,
    key::Courier,
    limits,
    receipt::Object,
};

use super::{Exported, Parcel, Parcels};
use crate::{
    error::{Error, Fault, NotSendable, Unusable, readable_if_there},
    outbox::{self, Item, Reason, ReportRecord, ReportRow},
    random,
    shared::Core,
    vault::SealingKey,
};

/// Bytes of an attachment that are held at a time.
const PIECE_BYTES: usize = 1024 * 1024;

/// What could be carried by hand, of all that waits.
pub(crate) fn parcels(core: &Core) -> Result<Parcels, Fault> {
    let sending = core.sending()?;
    let mut parcels = Parcels::default();
    core.words.read(|conn| {
        let mut known = Records::default();
        for item in waiting(conn, sending)? {
            let Some(record) = known.of(conn, item.report, sending)? else {
                parcels.damaged += 1;
                continue;
            };
            let named = record.route.is_named();
            let report = (!named).then_some(item.report);
            let all = if named { &mut parcels.named } else { &mut parcels.anonymous };
            let mine = |parcel: &&mut Parcel| parcel.desk == record.desk && parcel.report == report;
            match all.iter_mut().find(mine) {
                Some(parcel) => {
                    parcel.objects += 1;
                    parcel.bytes += item.size;
                }
                None => {
                    all.push(Parcel { desk: record.desk.clone(), report, objects: 1, bytes: item.size });
                }
            }
        }
        Ok(())
    })?;
    Ok(parcels)
}

/// Writes a bundle of all that waits of a parcel by now. `on_progress` hears how many bytes of how many are written.
///
/// What cannot go by any link (a dead key, sealed bytes that are damaged) is left out and named. Changes nothing.
pub(crate) fn export(
    core: &Core,
    parcel: &Parcel,
    output: &mut dyn Write,
    on_progress: &mut dyn FnMut(u64, u64),
) -> Result<Exported, Fault> {
    let sending = core.sending()?;
    let directory = core.directory()?;
    let desk = directory.as_deref().and_then(|directory| directory.desk(&parcel.desk));
    let desk = desk.ok_or(NotSendable::DeskDoesNotTake)?;
    let keys = desk.recipients::<Courier>();
    if !keys.iter().any(|key| key.is_known_kind()) {
        return Err(NotSendable::NoCourierKey.into());
    }
    let (mut items, more) = due_of(core, parcel, sending)?;
    let mut left_out = Vec::new();
    items.retain(|item| match item.record.keys.iter().any(|key| desk.is_dead(key)) {
        true => {
            left_out.push((item.row, Reason::KeyDead));
            false
        }
        false => true,
    });
    let salt = Salt::from_bytes(random::bytes(core.random())?);
    let head = Head { desk: desk.id.clone(), salt, answer_to: answer_key(sending, &salt)?.recipient() };
    let writer = BundleWriter::new(output, &keys, &head).map_err(not_written)?;
    // What is named now stays readable: nobody sweeps it away under this.
    let swept_by_nobody = core.media.hold()?;
    let total = items.iter().map(|item| item.size).sum();
    let mut filling = Filling { core, writer, exported: Exported { left_out, more, ..Exported::default() } };
    for item in &items {
        filling.add(item, &mut |done| on_progress(done, total))?;
    }
    drop::<File>(swept_by_nobody);
    filling.writer.finish().map_err(not_written)?;
    Ok(filling.exported)
}

/// The key to an answer, made of the sending key and of what the answer begins with.
pub(super) fn answer_key(sending: &SealingKey, salt: &Salt) -> Result<AnswerKey, Fault> {
    let made = AnswerKey::from_secret(*sending.answer_secret(salt.as_bytes())?);
    made.map_err(|_| Error::Unusable(Unusable::Inner("making a key failed")).into())
}

/// A bundle that is being filled.
struct Filling<'a, 'o> {
    core: &'a Core,
    writer: BundleWriter<&'o mut dyn Write>,
    exported: Exported,
}

impl Filling<'_, '_> {
    fn add(&mut self, item: &Item, on_progress: &mut dyn FnMut(u64)) -> Result<(), Fault> {
        let head = ObjectHead {
            object: Object { kind: item.record.kind, sha256: item.record.sha256, size: item.size },
            keys: item.record.keys.clone(),
        };
        let before = self.exported.bytes;
        match sealed_bytes(self.core, item)? {
            Sealed::Gone => return Ok(()),
            Sealed::Damaged => {
                self.exported.left_out.push((item.row, Reason::Unreadable));
                return Ok(());
            }
            Sealed::Words(envelope) => {
                self.writer.begin(&head).map_err(not_written)?;
                self.writer.write(&envelope).map_err(not_written)?;
            }
            Sealed::Media(media) => {
                self.writer.begin(&head).map_err(not_written)?;
                let mut done = 0;
                while done < item.size {
                    let left = usize::try_from(item.size - done).unwrap_or(PIECE_BYTES);
                    let piece = self.core.media.read(media, done, left.min(PIECE_BYTES))?;
                    if piece.is_empty() {
                        // It was whole a moment ago. Where it stays so, the next bundle leaves it out.
                        return Err(Fault::Sealed("an attachment"));
                    }
                    self.writer.write(&piece).map_err(not_written)?;
                    done += piece.len() as u64;
                    on_progress(before + done);
                }
            }
        }
        self.exported.objects += 1;
        self.exported.bytes = before + item.size;
        on_progress(self.exported.bytes);
        Ok(())
    }
}

/// The sealed bytes of an item.
enum Sealed {
    Words(Vec<u8>),
    Media(i64),
    /// Opened at the desk while this was being written: nothing to carry any more.
    Gone,
    Damaged,
}

/// The sealed bytes of an item, if they are still those it is called by.
fn sealed_bytes(core: &Core, item: &Item) -> Result<Sealed, Fault> {
    let found = match item.media {
        Some(media) => core.media.sha256(media).map(|hash| (hash, Sealed::Media(media))),
        None => match core.words.read(|conn| Ok((item.envelope(conn)?, item.still_waits(conn)?))) {
            Ok((None, false)) => return Ok(Sealed::Gone),
            Ok((None, true)) => return Ok(Sealed::Damaged),
            Ok((Some(envelope), _)) if envelope.len() as u64 != item.size => return Ok(Sealed::Damaged),
            Ok((Some(envelope), _)) => Ok((Sha256::of(&envelope), Sealed::Words(envelope))),
            Err(fault) => Err(fault),
        },
    };
    match found {
        Ok((hash, sealed)) if hash == item.record.sha256 => Ok(sealed),
        // Damaged: it must not keep the others from going.
        Ok(_) | Err(Fault::Sealed(_)) => Ok(Sealed::Damaged),
        Err(fault) if fault.is_damage() => Ok(Sealed::Damaged),
        Err(fault) => Err(fault),
    }
}

/// Every item that waits, words first, then copies, then originals, oldest first.
fn waiting(conn: &Connection, sending: &SealingKey) -> Result<Vec<Item>, Fault> {
    let mut items = outbox::waiting(conn, sending)?;
    items.sort_by_key(|item| (item.lane, item.row));
    Ok(items)
}

/// The items of a parcel, as many as a bundle holds, and how many more there are.
fn due_of(core: &Core, parcel: &Parcel, sending: &SealingKey) -> Result<(Vec<Item>, u32), Fault> {
    let mut items = core.words.read(|conn| {
        let mut known = Records::default();
        let mut items = Vec::new();
        for item in waiting(conn, sending)? {
            let mine = known.of(conn, item.report, sending)?.is_some_and(|record| match parcel.report {
                Some(report) => item.report == report,
                None => record.route.is_named() && record.desk == parcel.desk,
            });
            if mine {
                items.push(item);
            }
        }
        Ok(items)
    })?;
    let held = usize::try_from(limits::BUNDLE_OBJECTS).unwrap_or(usize::MAX).min(items.len());
    let more = u32::try_from(items.len() - held).unwrap_or(u32::MAX);
    items.truncate(held);
    Ok((items, more))
}

/// What is known of reports, each opened once.
#[derive(Default)]
struct Records(BTreeMap<ReportRow, Option<ReportRecord>>);

impl Records {
    /// None where it is damaged, or gone.
    fn of(
        &mut self,
        conn: &Connection,
        report: ReportRow,
        sending: &SealingKey,
    ) -> Result<Option<&ReportRecord>, Fault> {
        let record = match self.0.entry(report) {
            Entry::Occupied(known) => known.into_mut(),
            Entry::Vacant(new) => {
                let found = outbox::report(conn, report, sending, None);
                new.insert(readable_if_there(found)?.map(|outgoing| outgoing.record))
            }
        };
        Ok(record.as_ref())
    }
}

fn not_written(error: BundleWriteError) -> Fault {
    match error {
        BundleWriteError::Seal(_) => NotSendable::NoCourierKey.into(),
        BundleWriteError::Io(error) => Fault::Files("the bundle", error),
        // Sizes are those of the bytes that were just read, and the number was bounded before.
        BundleWriteError::Size | BundleWriteError::TooMany => {
            Fault::Files("the bundle", io::ErrorKind::InvalidData.into())
        }
    }
}
