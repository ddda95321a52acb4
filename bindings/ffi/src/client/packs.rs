//! Newer guidance and places, from signed packs.

use turnstone_almanac::words::Lang;
use turnstone_core::{Client as Core, HeldPack, view};
use turnstone_wire::{pack::PackKind, text::Moment};

use super::Client;
use crate::CoreError;

/// What a pack brings.
#[uniffi::remote(Enum)]
pub enum PackKind {
    /// Whom to ring, what to look out for.
    Guidance,
    /// Harbours, airfields, police areas.
    Places,
}

/// A pack that is held, and in use.
#[derive(uniffi::Record)]
pub struct HeldPackRow {
    /// What it brings.
    pub kind: PackKind,
    /// Its number.
    pub sequence: u64,
    /// When it was signed.
    pub issued: Moment,
    /// That it is in use, in a sentence.
    pub sentence: String,
}

impl HeldPackRow {
    fn of(held: &HeldPack, lang: Lang) -> Self {
        let sentence = view::pack_taken_sentence(held, lang);
        let HeldPack { kind, sequence, issued } = *held;
        Self { kind, sequence, issued: Moment::new(issued.fixed_offset()), sentence }
    }
}

#[uniffi::export]
impl Client {
    /// The packs in use.
    pub async fn packs(&self, lang: Lang) -> Result<Vec<HeldPackRow>, CoreError> {
        let packs = self.core.work(Core::packs).await?;
        Ok(packs.iter().map(|held| HeldPackRow::of(held, lang)).collect())
    }

    /// Takes a newer pack out of its file's bytes; what is in use stays where this fails.
    pub async fn take_pack(&self, bytes: Vec<u8>, lang: Lang) -> Result<HeldPackRow, CoreError> {
        self.core.work(move |core| core.take_pack(&bytes)).await.map(|held| HeldPackRow::of(&held, lang))
    }

    /// Goes back to what is compiled in.
    pub async fn drop_pack(&self, kind: PackKind) -> Result<(), CoreError> {
        self.core.work(move |core| core.drop_pack(kind)).await
    }
}
