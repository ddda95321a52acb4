//! Where the simulation of sending takes hold of this crate: points at which the intake can be killed, what of a file
//! was flushed by then, a disk that is full, and bugs that can be planted. Without the feature `simulation` none of it
//! is there.

#[cfg(feature = "simulation")]
pub(crate) use crate::simulation::{Life, free_bytes, is_planted};

#[cfg(not(feature = "simulation"))]
mod nothing {
    #![expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "they do something in a simulation")]

    use std::path::Path;

    use super::Planted;
    use crate::intake::StoreError;

    /// The life of one process that serves.
    #[derive(Debug, Clone)]
    pub(crate) struct Life;

    impl Life {
        pub(crate) const fn begin() -> Self {
            Self
        }

        pub(crate) const fn point(&self) -> Result<(), StoreError> {
            Ok(())
        }

        pub(crate) const fn alive(&self) -> Result<(), StoreError> {
            Ok(())
        }

        pub(crate) const fn flushed(&self, _: &Path, _: u64) {}
    }

    pub(crate) const fn free_bytes() -> Option<u64> {
        None
    }

    pub(crate) const fn is_planted(_: Planted) -> bool {
        false
    }
}
#[cfg(not(feature = "simulation"))]
pub(crate) use nothing::{Life, free_bytes, is_planted};

/// A bug that can be planted, to see that it is found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[cfg_attr(not(feature = "simulation"), expect(unreachable_pub, reason = "who plants them is not there"))]
pub enum Planted {
    /// A repeated creation begins an upload anew, as other servers do.
    CreationResets,
    /// An offset is counted, and answered, before the bytes are flushed.
    OffsetBeforeFlush,
    /// What comes again after a restore is put into the ledger again.
    DoubleCount,
    /// A report that was cut short is taken for whole.
    HashNotChecked,
    /// A photo's receipt is written down before the file has its name.
    ReceiptBeforeFile,
}
