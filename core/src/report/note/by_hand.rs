//! Attachments of any role and any bytes, for tests and the simulation of sending: no picture is decoded for them.

use std::sync::Arc;

use turnstone_wire::{attachment::AttachmentKey, body::Role};

use super::{Note, attach};
use crate::{
    error::Fault,
    report::DraftAttachment,
    vault::{Uid, keep_new_key, read_door},
};

impl Note {
    /// Takes bytes in as the copy of a photo: of the one with this number, or one of its own.
    ///
    /// # Errors
    /// As [`Note::attach`], whatever the route.
    pub(crate) fn attach_copy_by_hand(
        &mut self,
        of: Option<u16>,
        mut bytes: &[u8],
    ) -> Result<DraftAttachment, Fault> {
        let (uid, key) = (Uid::generate(self.core.random())?, AttachmentKey::generate());
        let next = self.body.attachments.iter().map(|a| a.number).max().unwrap_or(0) + 1;
        let core = Arc::clone(&self.core);
        let before = self.body.clone();
        let taken = attach::take_in(&core.media, &key, &mut bytes, &mut |_| {}, |media, taken| {
            let number = of.unwrap_or(next);
            let mut copy = DraftAttachment::new(number, taken.media_type, &taken.sealed, media, uid);
            copy.role = Role::Copy;
            if let (None, Some(sighting)) = (of, self.body.content.sightings.last_mut()) {
                sighting.attachments.push(number);
            }
            self.body.attachments.push(copy.clone());
            let (row, sending) = (self.place.row.0, core.sending_if_reached()?);
            self.save(|tx| {
                let door = read_door(tx, &core.home, sending)?;
                keep_new_key(tx, &door, &uid, key.to_secret_text().as_bytes())?;
                let name = "INSERT INTO draft_media (media, draft, uid) VALUES (?1, ?2, ?3)";
                tx.execute(name, (media, row, uid))?;
                Ok(())
            })?;
            Ok(copy)
        });
        match taken {
            Ok(copy) => {
                self.attachment_keys.insert(uid, key);
                Ok(copy)
            }
            Err(fault) => {
                self.body = before;
                core.media.sweep(&core.words).unwrap_or_default();
                Err(fault)
            }
        }
    }
}
