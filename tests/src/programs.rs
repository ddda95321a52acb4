//! Where the programs are that a suite starts as processes of their own.
//!
//! They are built before the suites by `cargo xtask test`, which says where in `TURNSTONE_PROGRAMS`. A suite that
//! built them itself would test whatever profile it was built in; one that skipped without them would pass untested.

use std::{
    collections::BTreeSet,
    env::{self, consts::EXE_SUFFIX},
    ffi::OsStr,
    path::{Path, PathBuf},
};

/// The environment variable that names the folder of the programs.
pub const FOLDER_VAR: &str = "TURNSTONE_PROGRAMS";

/// Which marks stand in a program of those that stand in every build of core and desk that the simulation can take hold of,
/// and may stand in no program that is shipped.
///
/// # Panics
/// Where it cannot be read.
pub fn marks_in(program: &Path) -> Vec<String> {
    // Put together here, so that they do not stand in whatever looks for them.
    let marks =
        ["turnstone", "turnstone-desk"].map(|of| format!("{of}: this build can be made to fail on purpose"));
    let Ok(bytes) = std::fs::read(program) else { panic!("{} cannot be read", program.display()) };
    let Ok(search) = aho_corasick::AhoCorasick::new(&marks) else { panic!("the marks are no pattern") };
    let found: BTreeSet<_> = search.find_iter(&bytes).map(|hit| hit.pattern().as_usize()).collect();
    found.into_iter().map(|mark| marks[mark].clone()).collect()
}

/// The field client, `turnstone`.
///
/// # Panics
/// Where `cargo xtask test` has not built it.
#[track_caller]
pub fn turnstone() -> PathBuf {
    program("turnstone")
}

/// The desk's program, `turnstone-desk`.
///
/// # Panics
/// Where `cargo xtask test` has not built it.
#[track_caller]
pub fn turnstone_desk() -> PathBuf {
    program("turnstone-desk")
}

#[track_caller]
fn program(name: &str) -> PathBuf {
    match find(env::var_os(FOLDER_VAR).as_deref(), name) {
        Ok(path) => path,
        Err(why) => {
            panic!("{why}; run `cargo xtask test`, which builds the programs and says where they are")
        }
    }
}

fn find(folder: Option<&OsStr>, name: &str) -> Result<PathBuf, String> {
    let folder = folder.filter(|folder| !folder.is_empty());
    let folder = Path::new(folder.ok_or_else(|| format!("{FOLDER_VAR} does not say where {name} is"))?);
    // Suites run in folders of their own: a relative path would mean another file in each of them.
    if !folder.is_absolute() {
        return Err(format!("{FOLDER_VAR} is {}, which is not an absolute path", folder.display()));
    }
    let path = folder.join(format!("{name}{EXE_SUFFIX}"));
    if path.is_file() { Ok(path) } else { Err(format!("there is no {}", path.display())) }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn a_built_program_is_found_by_its_name() {
        let folder = tempfile::tempdir().unwrap();
        let built = folder.path().join(format!("turnstone-desk{EXE_SUFFIX}"));
        fs::write(&built, "").unwrap();
        assert_eq!(find(Some(folder.path().as_os_str()), "turnstone-desk"), Ok(built));
    }

    #[test]
    fn without_the_variable_the_folder_or_the_program_there_is_a_sentence() {
        let folder = tempfile::tempdir().unwrap();
        for value in [None, Some(OsStr::new("")), Some(OsStr::new("target/release"))] {
            assert!(find(value, "turnstone").unwrap_err().starts_with(FOLDER_VAR), "{value:?}");
        }
        assert!(find(Some(folder.path().as_os_str()), "turnstone").unwrap_err().starts_with("there is no"));
    }
}
