//! Secrets on their way over the border: bytes that are wiped on this side.
//!
//! uniffi's own way for `Vec<u8>` leaves the buffer that they came in unwiped; this one wipes it. Other languages see plain
//! bytes (`bytes`, `ByteArray`, `Data`), and what becomes of those is theirs.

use uniffi::{FfiConverter, MetadataBuffer, RustBuffer, TypeId};
use zeroize::{Zeroize, Zeroizing};

use crate::UniFfiTag;

/// A PIN, or a key of the key store: bytes that are wiped when dropped. Prints as `[secret]`.
pub struct Secret(Zeroizing<Vec<u8>>);

impl Secret {
    /// The bytes, for as long as they live.
    pub fn bytes(&self) -> &[u8] {
        &self.0
    }

    pub(crate) fn into_bytes(self) -> Zeroizing<Vec<u8>> {
        self.0
    }
}

impl From<&[u8]> for Secret {
    fn from(bytes: &[u8]) -> Self {
        Self(Zeroizing::new(bytes.to_vec()))
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("[secret]")
    }
}

// SAFETY: the bytes are those that `Vec<u8>` is written in, length first, and so is what other languages are told of the type.
unsafe impl FfiConverter<UniFfiTag> for Secret {
    type FfiType = RustBuffer;

    const TYPE_ID_META: MetadataBuffer = <Vec<u8> as TypeId<UniFfiTag>>::TYPE_ID_META;

    fn lower(secret: Self) -> RustBuffer {
        let mut buffer = Vec::with_capacity(secret.0.len() + 4);
        <Self as FfiConverter<UniFfiTag>>::write(secret, &mut buffer);
        RustBuffer::from_vec(buffer)
    }

    fn try_lift(buffer: RustBuffer) -> uniffi::Result<Self> {
        let bytes = Zeroizing::new(buffer.destroy_into_vec());
        let mut rest = bytes.as_slice();
        let secret = <Self as FfiConverter<UniFfiTag>>::try_read(&mut rest)?;
        if rest.is_empty() { Ok(secret) } else { Err(uniffi::deps::anyhow::anyhow!("bytes left over")) }
    }

    fn write(secret: Self, buffer: &mut Vec<u8>) {
        // None is as long as 2 GiB; one that were would be cut, and refused as wrong.
        let length = i32::try_from(secret.0.len()).unwrap_or(0);
        buffer.extend_from_slice(&length.to_be_bytes());
        buffer.extend_from_slice(secret.0.get(..usize::try_from(length).unwrap_or(0)).unwrap_or_default());
    }

    fn try_read(buffer: &mut &[u8]) -> uniffi::Result<Self> {
        let short = || uniffi::deps::anyhow::anyhow!("a buffer is too short");
        let (length, rest) = buffer.split_first_chunk::<4>().ok_or_else(short)?;
        let length = usize::try_from(i32::from_be_bytes(*length))?;
        let (bytes, rest) = rest.split_at_checked(length).ok_or_else(short)?;
        *buffer = rest;
        Ok(Self::from(bytes))
    }
}

uniffi::derive_ffi_traits!(local Secret);

impl Zeroize for Secret {
    fn zeroize(&mut self) {
        self.0.zeroize();
    }
}
