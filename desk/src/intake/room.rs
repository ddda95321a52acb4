//! Whether there is room: on the disk, in files, in what the desk is willing to hold.
//!
//! Attachments stop first, so that words still find room where photos no longer do (P10).

use turnstone_wire::receipt::ObjectKind;

use super::{error::StoreError, store::Store};

impl Store {
    /// Whether so many more bytes of a kind may come in.
    ///
    /// # Errors
    /// [`StoreError::NoSpace`] where the disk is near its end in bytes or files, or a quota is reached.
    pub(super) fn room(&self, kind: ObjectKind, bytes: u64) -> Result<(), StoreError> {
        let settings = self.settings()?;
        let limits = &settings.config.limits;
        let free = self.shelf.free()?;
        let held = self.ledger.held()?;
        // Words go on until an eighth of what photos leave free, and the last sixteenth of a quota, is used up.
        let (spare_bytes, spare_files, quota_bytes, quota_objects) = match kind {
            ObjectKind::Report => (
                limits.spare_disk_bytes / 8,
                limits.spare_disk_files / 8,
                limits.quota_bytes,
                limits.quota_objects,
            ),
            ObjectKind::Attachment => (
                limits.spare_disk_bytes.saturating_add(bytes),
                limits.spare_disk_files,
                limits.quota_bytes - limits.quota_bytes / 16,
                limits.quota_objects - limits.quota_objects / 16,
            ),
        };
        let stored = held.bytes.saturating_add(self.uploads.bytes()).saturating_add(bytes);
        if free.bytes < spare_bytes
            || free.files.is_some_and(|files| files < spare_files)
            || stored > quota_bytes
            || held.objects >= quota_objects
        {
            return Err(StoreError::NoSpace);
        }
        Ok(())
    }
}
