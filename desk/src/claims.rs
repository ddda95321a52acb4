//! What a receipt claims, before or beside its verification: whom and what it names.

use turnstone_wire::{
    key::KeyId,
    receipt::{Object, ObjectKind, SignedReceipt},
};

/// A field of a receipt's text.
pub(crate) fn field<'a>(receipt: &'a SignedReceipt, name: &str) -> Option<&'a str> {
    receipt.text().lines().find_map(|line| line.strip_prefix(name)?.strip_prefix(' '))
}

/// The key it claims to be signed with.
pub(crate) fn key(receipt: &SignedReceipt) -> Option<KeyId> {
    field(receipt, "key")?.parse().ok()
}

/// The object it claims to be for.
pub(crate) fn object(receipt: &SignedReceipt) -> Option<Object> {
    let named = field(receipt, "object")?;
    Some(Object {
        kind: [ObjectKind::Report, ObjectKind::Attachment].into_iter().find(|kind| kind.name() == named)?,
        sha256: receipt.claimed_object().ok()?,
        size: field(receipt, "size")?.parse().ok()?,
    })
}
