//! `verify`: who vouches for what, in words.

use std::{fmt, path::Path};

use chrono::{DateTime, Utc};
use serde::Serialize;
use turnstone_wire::{
    directory::{Desk, Roots, SignedDirectory},
    key::{KeyId, Officer, Stored},
    limits,
    receipt::{Object, ReceiptError, ReceiptRole, SignedReceipt},
    shown,
};

use super::directory::Shown;
use crate::{
    args::VerifyArgs,
    clock::{Clock, SystemClock},
    failure::Failure,
    files, home,
    output::Output,
};

/// Runs the command.
pub(crate) fn run(args: &VerifyArgs, output: &mut Output) -> Result<(), Failure> {
    let roots = read_roots(&args.root_key)?;
    let bytes = files::read(&args.file, limits::DIRECTORY_BYTES)?;
    if let Ok(receipt) = SignedReceipt::parse(&bytes) {
        let Some(directory) = &args.directory else {
            return Err(Failure::Usage("a receipt is verified against a directory: give --directory".into()));
        };
        let directory = home::verified_directory(directory, &roots)?;
        let vouched = Vouched::read(&receipt, directory.desks())?;
        return output.answer(&vouched, &vouched);
    }
    let directory = SignedDirectory::parse(&bytes).and_then(|signed| signed.verify(&roots));
    let directory = directory.map_err(|error| Failure::bad_file(&args.file, error))?;
    let shown = Shown::new(&directory, SystemClock.now());
    let words = format!("{} of the given root keys vouch for this directory.\n{shown}", roots.threshold());
    output.answer(&shown, words)
}

fn read_roots(paths: &[impl AsRef<Path>]) -> Result<Roots, Failure> {
    let read = |path: &Path| {
        let text = files::read_text(path)?;
        Roots::parse_key_line(&text).map_err(|error| Failure::bad_file(path, error))
    };
    let keys = paths.iter().map(|path| read(path.as_ref())).collect::<Result<_, _>>()?;
    Ok(Roots::new(keys)?)
}

/// What a receipt says, verified.
#[derive(Debug, Serialize)]
struct Vouched {
    kind: &'static str,
    object: &'static str,
    sha256: String,
    size: u64,
    at: DateTime<Utc>,
    desk: String,
    name: String,
    key: KeyId,
}

impl Vouched {
    fn read(receipt: &SignedReceipt, desks: &[Desk]) -> Result<Self, Failure> {
        let claims = receipt.claims()?;
        let desk = desks.iter().find(|desk| desk.id.as_str() == claims.desk);
        let desk = desk.ok_or(ReceiptError::ForSomethingElse("desk"))?;
        if claims.kind == Stored::KIND {
            Self::by::<Stored>(receipt, &claims.object, desk)
        } else {
            Self::by::<Officer>(receipt, &claims.object, desk)
        }
    }

    fn by<R: ReceiptRole>(receipt: &SignedReceipt, object: &Object, desk: &Desk) -> Result<Self, Failure> {
        let verified = receipt.verify::<R>(object, desk)?;
        Ok(Self {
            kind: R::KIND,
            object: object.kind.name(),
            sha256: object.sha256.to_string(),
            size: object.size,
            at: verified.at(),
            desk: desk.id.as_str().to_owned(),
            name: desk.name("en").to_owned(),
            key: verified.key(),
        })
    }
}

impl fmt::Display for Vouched {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { object, sha256, size, at, desk, key, .. } = self;
        let name = shown::line(&self.name);
        let (who, did) = if self.kind == Stored::KIND {
            ("The intake", "holds this")
        } else {
            ("An officer", "has opened this")
        };
        write!(
            f,
            "{who} of {name} ({desk}) vouches with key {key} that on {at} it {did}:\n{object} {sha256} of {size} bytes"
        )
    }
}
