//! Folders of the user's cache that are filled once.

use std::{fs, io, path::Path, time::Duration};

/// Fills a cache folder under another name first, so that what has the name is whole. What killed runs left is removed.
pub(crate) fn filled(folder: &Path, fill: impl FnOnce(&Path) -> Result<(), String>) -> Result<(), String> {
    let failed = |why: io::Error| format!("{}: {why}", folder.display());
    let beside = folder.parent().ok_or("a cache folder lies in another")?;
    fs::create_dir_all(beside).map_err(failed)?;
    let name = folder.file_name().unwrap_or_default().to_string_lossy().into_owned() + ".unfinished-";
    for entry in fs::read_dir(beside).map_err(failed)?.flatten() {
        let age = entry.metadata().and_then(|data| data.modified()).ok().and_then(|at| at.elapsed().ok());
        let old = age.is_some_and(|age| age > Duration::from_secs(24 * 3600));
        if old && entry.file_name().to_string_lossy().starts_with(&name) {
            fs::remove_dir_all(entry.path()).map_err(failed)?;
        }
    }
    let unfinished = beside.join(format!("{name}{}", std::process::id()));
    let done = fs::create_dir_all(&unfinished).map_err(failed).and_then(|()| fill(&unfinished));
    let done = done.and_then(|()| {
        // Whatever stands there does not work, or was made by another run meanwhile.
        let _ = fs::remove_dir_all(folder);
        fs::rename(&unfinished, folder).map_err(failed)
    });
    if done.is_err() {
        let _ = fs::remove_dir_all(&unfinished);
    }
    done
}

#[cfg(test)]
pub(crate) mod tests {
    use std::path::PathBuf;

    use super::*;

    /// A folder of this test's own, removed at its end.
    pub(crate) struct Scratch(pub(crate) PathBuf);

    impl Scratch {
        pub(crate) fn new(name: &str) -> Self {
            let folder = std::env::temp_dir().join(format!("turnstone-xtask-{name}-{}", std::process::id()));
            fs::create_dir_all(&folder).unwrap();
            Self(folder)
        }
    }

    impl Drop for Scratch {
        fn drop(&mut self) {
            let _ = fs::remove_dir_all(&self.0);
        }
    }

    #[test]
    fn a_cache_folder_is_there_whole_or_not_at_all() {
        let scratch = Scratch::new("filled");
        let folder = scratch.0.join("tools-1");
        let fails = filled(&folder, |unfinished| {
            fs::write(unfinished.join("half"), "").unwrap();
            Err("the link broke".to_owned())
        });
        assert_eq!(fails, Err("the link broke".to_owned()));
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 0, "nothing is left of it");
        for content in ["first", "second"] {
            filled(&folder, |unfinished| {
                fs::write(unfinished.join("whole"), content).unwrap();
                Ok(())
            })
            .unwrap();
            assert_eq!(fs::read_to_string(folder.join("whole")).unwrap(), content);
        }
        assert_eq!(fs::read_dir(&scratch.0).unwrap().count(), 1);
    }
}
