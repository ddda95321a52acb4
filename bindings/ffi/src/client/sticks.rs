//! Carried by hand: bundles go out as files, and answers come in as files.

use std::{fs::File, io};

use turnstone_core::{Error, Exported, Imported, Parcel, Unusable};
use turnstone_wire::directory::DeskId;

use super::Client;
use crate::CoreError;

/// What could go into one bundle.
#[derive(uniffi::Record)]
pub struct ParcelRow {
    /// Its number: the position in this list, for `export_parcel`.
    pub number: u32,
    /// The desk.
    pub desk: DeskId,
    /// One anonymous report that travels alone, so that a stick links nothing.
    pub anonymous: bool,
    /// How many words and photos wait.
    pub objects: u32,
    /// Their size in bytes, padding included.
    pub bytes: u64,
}

/// What went into a bundle.
#[derive(uniffi::Record)]
pub struct ExportedRow {
    /// Words and photos in it.
    pub objects: u32,
    /// Their size in bytes, padding included.
    pub bytes: u64,
    /// How many were left out; they wait as before.
    pub left_out: u32,
    /// How many more wait than one bundle holds.
    pub more: u32,
}

impl From<Exported> for ExportedRow {
    fn from(exported: Exported) -> Self {
        let Exported { objects, bytes, left_out, more } = exported;
        Self { objects, bytes, left_out: u32::try_from(left_out.len()).unwrap_or(u32::MAX), more }
    }
}

/// What came of an answer.
#[uniffi::remote(Record)]
pub struct Imported {
    /// Words and photos that the desk now vouches for having stored.
    pub stored: u32,
    /// Those that an officer now vouches for having opened.
    pub opened: u32,
    /// Receipts for what was vouched for before.
    pub known: u32,
    /// Receipts for what does not wait here.
    pub others: u32,
    /// Receipts that are not believed; what they are for waits as before.
    pub not_believed: u32,
    /// Why not, each reason once.
    pub why_not: Vec<String>,
    /// One of them is by a key that the list of desks held here does not have: a newer list may.
    pub list_is_old: bool,
    /// Why the answer could not be read to its end; what came before counts.
    pub broken_off: Option<String>,
    /// The home was being left, the last of it is gone, and it is wiped.
    pub wiped: bool,
}

fn files(error: io::Error) -> Error {
    Error::Unusable(Unusable::Files { what: "the file", kind: error.kind() })
}

fn all(core: &turnstone_core::Client) -> Result<Vec<(Parcel, bool)>, Error> {
    let parcels = core.parcels()?;
    let named = parcels.named.into_iter().map(|parcel| (parcel, false));
    Ok(named.chain(parcels.anonymous.into_iter().map(|parcel| (parcel, true))).collect())
}

#[uniffi::export]
impl Client {
    /// What could be carried by hand of all that waits.
    pub async fn parcels(&self) -> Result<Vec<ParcelRow>, CoreError> {
        let parcels = self.core.work(all).await?;
        let row = |(number, (parcel, anonymous)): (u32, (Parcel, bool))| ParcelRow {
            number,
            desk: parcel.desk,
            anonymous,
            objects: parcel.objects,
            bytes: parcel.bytes,
        };
        Ok((0..).zip(parcels).map(row).collect())
    }

    /// Writes a bundle for a desk into a new file, whole and durable when this returns; where it fails, the file is gone.
    pub async fn export_parcel(&self, parcel: ParcelRow, path: String) -> Result<ExportedRow, CoreError> {
        let ParcelRow { number, desk, anonymous, objects: _, bytes: _ } = parcel;
        self.core
            .work(move |core| {
                let parcel = (0..).zip(all(core)?).find_map(|(n, held)| (n == number).then_some(held));
                // What was listed may have gone meanwhile, and another be in its place.
                let parcel = parcel.filter(|(held, alone)| held.desk == desk && *alone == anonymous);
                let (parcel, _) = parcel.ok_or(Error::NotFound(turnstone_core::Missing::Report))?;
                let mut file = File::create_new(&path).map_err(files)?;
                let written = core.export(&parcel, &mut file, &mut |_, _| ());
                let durable = written.and_then(|written| file.sync_all().map(|()| written).map_err(files));
                if durable.is_err() {
                    std::fs::remove_file(&path).unwrap_or_default();
                }
                durable
            })
            .await
            .map(ExportedRow::from)
    }

    /// Takes the receipts that a desk gave for a bundle. The same again changes nothing.
    pub async fn import_answer(&self, path: String) -> Result<Imported, CoreError> {
        self.core.work(move |core| core.import(&mut File::open(path).map_err(files)?)).await
    }
}
