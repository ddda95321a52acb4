//! Everything the fuzzers kept, and everything that once broke something, through its target again.

#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

use std::{
    collections::BTreeSet,
    fs,
    io::Write,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
};

use turnstone_fuzz_targets::{TARGETS, Target};

fn fuzz() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// What lies in a folder, in order; nothing where there is no such folder.
fn listed(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    paths
}

fn file_name(path: &Path) -> String {
    path.file_name().unwrap().to_string_lossy().into_owned()
}

/// Runs every file of a folder, and names those that break the target.
fn replay((_, check): Target, folder: &Path) -> (usize, Vec<String>) {
    let files = listed(folder);
    let breaks = |path: &PathBuf| {
        let bytes = fs::read(path).unwrap();
        catch_unwind(AssertUnwindSafe(|| check(&bytes))).is_err()
    };
    let broken = files.iter().filter(|path| breaks(path)).map(|path| path.display().to_string()).collect();
    (files.len(), broken)
}

#[test]
fn p11_nothing_that_the_fuzzers_kept_breaks_a_parser() {
    let mut broken = Vec::new();
    for target in TARGETS {
        let (corpus, by_corpus) = replay(target, &fuzz().join("corpus").join(target.0));
        let (regressions, by_regression) = replay(target, &fuzz().join("regressions").join(target.0));
        // Past the test runner, which keeps what a passing test prints to itself.
        writeln!(
            std::io::stdout(),
            "{:12} {corpus:4} of the corpus, {regressions:3} that once broke it",
            target.0
        )
        .unwrap();
        assert!(corpus > 0, "the target {} has no corpus", target.0);
        broken.extend(by_corpus.into_iter().chain(by_regression));
    }
    assert!(broken.is_empty(), "these inputs break their target:\n{}", broken.join("\n"));
}

#[test]
fn every_folder_has_its_target_and_every_target_its_fuzzer() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    for kind in ["corpus", "regressions"] {
        for folder in listed(&fuzz().join(kind)) {
            assert!(names.contains(&file_name(&folder)), "{} has no target", folder.display());
        }
    }
    let programs = listed(&fuzz().join("fuzz_targets"));
    let programs: BTreeSet<_> = programs.iter().map(|path| file_name(path).replace(".rs", "")).collect();
    assert_eq!(programs, names);
    let manifest = fs::read_to_string(fuzz().join("Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        assert!(
            manifest.contains(&format!("name = \"{name}\"\npath = \"fuzz_targets/{name}.rs\"")),
            "{name}"
        );
    }
}
