//! What a new home starts with.

use turnstone_core as core;
use turnstone_core::{Error, Invalid};
use turnstone_wire::directory::{DirectoryError, Roots};

/// What a new home starts with. Both may be empty where there is no desk anywhere yet.
#[derive(uniffi::Record)]
pub struct SetUp {
    /// The texts of the `root.pub` files whose signatures a directory needs: one to three.
    #[uniffi(default)]
    pub root_keys: Vec<String>,
    /// The first directory's bytes.
    #[uniffi(default = None)]
    pub directory: Option<Vec<u8>>,
}

impl SetUp {
    /// Does something with it as the core takes it.
    pub(crate) fn with<T>(self, work: impl FnOnce(&core::SetUp<'_>) -> Result<T, Error>) -> Result<T, Error> {
        let Self { root_keys, directory } = self;
        let roots = if root_keys.is_empty() { None } else { Some(roots(&root_keys)?) };
        work(&core::SetUp { roots, directory: directory.as_deref() })
    }
}

/// Root keys out of the texts of their files.
pub(crate) fn roots(texts: &[String]) -> Result<Roots, Error> {
    // The keys are those of a directory; what is wrong with them is wrong with its signatures.
    let keys = texts.iter().map(|text| Roots::parse_key_line(text)).collect::<Result<_, _>>();
    let not_keys = || Error::Invalid(Invalid::Directory(DirectoryError::Shape));
    Roots::new(keys.map_err(|_| not_keys())?).map_err(|_| not_keys())
}
