//! Secret key files: numbered (`seal.key`, `seal-2.key`...), for their owner only.

use std::path::Path;

use turnstone_wire::key::{DeskIdentity, KeyId, Role, Seal, SealingRole, SigningKey, SigningRole};
use zeroize::Zeroizing;

use crate::{
    clock::Random,
    failure::Failure,
    files::{self, Access},
};

/// Makes a signing key.
pub(crate) fn signing_key<R: SigningRole>(random: &dyn Random) -> Result<SigningKey<R>, Failure> {
    let mut seed = Zeroizing::new([0; 32]);
    random.fill(seed.as_mut_slice())?;
    Ok(SigningKey::from_seed(*seed)?)
}

/// The file of a sealing key, as `age-keygen` writes it, so that `age -d -i` reads it.
pub(crate) fn identity_text<R: SealingRole>(identity: &DeskIdentity<R>) -> Zeroizing<String> {
    let public = identity.public();
    Zeroizing::new(format!(
        "# turnstone {} key {}\n# public key: {}\n{}\n",
        R::NAME,
        public.id(),
        public.as_str(),
        *identity.to_secret_text(),
    ))
}

/// Writes a sealing key.
pub(crate) fn write_identity<R: SealingRole>(path: &Path, identity: &DeskIdentity<R>) -> Result<(), Failure> {
    Ok(files::write_new(path, identity_text(identity).as_bytes(), Access::Secret)?)
}

/// The file of a signing key.
pub(crate) fn signing_key_text<R: SigningRole>(key: &SigningKey<R>) -> Zeroizing<String> {
    let public = key.public();
    Zeroizing::new(format!(
        "# turnstone {} key {}\n# public key: {}\n{}\n",
        R::NAME,
        public.id(),
        public.to_public_text(),
        *key.to_secret_text(),
    ))
}

/// Writes a signing key.
pub(crate) fn write_signing_key<R: SigningRole>(path: &Path, key: &SigningKey<R>) -> Result<(), Failure> {
    Ok(files::write_new(path, signing_key_text(key).as_bytes(), Access::Secret)?)
}

/// Reads a signing key, refusing one of another role.
pub(crate) fn read_signing_key<R: SigningRole>(path: &Path) -> Result<SigningKey<R>, Failure> {
    let text = Zeroizing::new(files::read_text(path)?);
    SigningKey::parse(&text).map_err(|error| Failure::bad_file(path, error))
}

/// Reads every sealing key of a role in a folder.
pub(crate) fn read_identities<R: SealingRole>(folder: &Path) -> Result<Vec<DeskIdentity<R>>, Failure> {
    let mut identities = Vec::new();
    for name in names::<R>(folder)? {
        let path = folder.join(name);
        let text = Zeroizing::new(files::read_text(&path)?);
        identities.push(DeskIdentity::parse(&text).map_err(|error| Failure::bad_file(&path, error))?);
    }
    Ok(identities)
}

/// The id of the recovery key, where it is here.
pub(crate) fn read_recovery(authority: &Path) -> Result<Option<KeyId>, Failure> {
    let path = authority.join("recovery.key");
    if !path.exists() {
        return Ok(None);
    }
    let text = Zeroizing::new(files::read_text(&path)?);
    let recovery = DeskIdentity::<Seal>::parse(&text).map_err(|error| Failure::bad_file(&path, error))?;
    Ok(Some(recovery.public().id()))
}

/// Ids of every sealing key of a role in a folder.
pub(crate) fn sealing_ids<R: SealingRole>(folder: &Path) -> Result<Vec<KeyId>, Failure> {
    Ok(read_identities::<R>(folder)?.iter().map(|identity| identity.public().id()).collect())
}

/// Ids of every signing key of a role in a folder.
pub(crate) fn signing_ids<R: SigningRole>(folder: &Path) -> Result<Vec<KeyId>, Failure> {
    let id = |name| Ok(read_signing_key::<R>(&folder.join(name))?.public().id());
    names::<R>(folder)?.into_iter().map(id).collect()
}

/// Names of a role's key files in a folder, oldest first.
pub(crate) fn names<R: Role>(folder: &Path) -> Result<Vec<String>, Failure> {
    let mut numbered: Vec<_> =
        files::names_in(folder)?.into_iter().filter_map(|name| Some((number::<R>(&name)?, name))).collect();
    numbered.sort_unstable();
    Ok(numbered.into_iter().map(|(_, name)| name).collect())
}

/// The name of the next key file of a role.
pub(crate) fn next_name<R: Role>(folder: &Path) -> Result<String, Failure> {
    let last = names::<R>(folder)?.last().and_then(|name| number::<R>(name));
    Ok(last.map_or_else(|| format!("{}.key", R::NAME), |last| format!("{}-{}.key", R::NAME, last + 1)))
}

fn number<R: Role>(name: &str) -> Option<u32> {
    let rest = name.strip_prefix(R::NAME)?.strip_suffix(".key")?;
    if rest.is_empty() { Some(1) } else { rest.strip_prefix('-')?.parse().ok().filter(|&number| number > 1) }
}

#[cfg(test)]
mod tests {
    use turnstone_wire::key::Source;

    use super::*;

    #[test]
    fn key_files_are_numbered_in_order_and_apart_by_role() {
        let folder = tempfile::tempdir().unwrap();
        for expected in ["seal.key", "seal-2.key", "seal-3.key"] {
            let name = next_name::<Seal>(folder.path()).unwrap();
            assert_eq!(name, expected);
            write_identity(&folder.path().join(name), &DeskIdentity::<Seal>::generate()).unwrap();
        }
        std::fs::rename(folder.path().join("seal-3.key"), folder.path().join("seal-10.key")).unwrap();
        std::fs::write(folder.path().join("seal-x.key"), "").unwrap();
        assert_eq!(names::<Seal>(folder.path()).unwrap(), ["seal.key", "seal-2.key", "seal-10.key"]);
        assert_eq!(next_name::<Seal>(folder.path()).unwrap(), "seal-11.key");
        assert_eq!(next_name::<Source>(folder.path()).unwrap(), "source.key");
        assert_eq!(read_identities::<Seal>(folder.path()).unwrap().len(), 3);
    }

    #[test]
    fn a_sealing_key_file_is_one_that_age_reads() {
        let folder = tempfile::tempdir().unwrap();
        let identity = DeskIdentity::<Seal>::generate();
        let path = folder.path().join("seal.key");
        write_identity(&path, &identity).unwrap();
        let text = files::read_text(&path).unwrap();
        assert!(text.contains(&format!("# public key: {}\n", identity.public().as_str())));
        // age(1): lines that begin with `#` and empty lines are ignored, every other one is an identity.
        let secrets: Vec<_> = text.lines().filter(|line| !line.starts_with('#')).collect();
        assert!(matches!(secrets[..], [one] if one.starts_with("AGE-SECRET-KEY-1")));
    }
}
