//! No type prints what it must hide (P8): every public type of the libraries is known here, with a value of each that may
//! hold something, and what it prints is searched.
#![expect(clippy::unwrap_used, reason = "a suite: what fails here fails the suite")]

mod rustdoc;
mod samples;
mod table;

use std::collections::{BTreeMap, BTreeSet};

use rustdoc::{Printing, Type, Types};
use samples::Samples;
use table::{BARE, Class, TYPES};

/// The desk's library has one public thing, a function; its programs run where reports are read.
const CRATES: [&str; 3] = ["wire", "almanac", "core"];

#[test]
fn p8_every_public_type_is_known_and_every_type_that_prints_bare_values_has_a_reason() {
    let crates = rustdoc::types_of(&CRATES);
    let public: Vec<&Type> = crates.iter().flat_map(|types| &types.public).collect();
    let there: BTreeSet<&str> = public.iter().map(|found| found.path.as_str()).collect();
    let known: BTreeSet<&str> = TYPES.iter().map(|(path, _)| *path).collect();
    assert_eq!(known.len(), TYPES.len(), "one row for each");
    let unknown: Vec<_> = there.difference(&known).collect();
    assert!(unknown.is_empty(), "decide in table.rs what Debug may print of {unknown:?}");
    let gone: Vec<_> = known.difference(&there).collect();
    assert!(gone.is_empty(), "table.rs knows {gone:?}, which are there no more");
    for found in public {
        let class = TYPES.iter().find(|(path, _)| *path == found.path).unwrap().1;
        assert!(class != Class::Hides || found.printing != Printing::Never, "{} prints nothing", found.path);
    }
    bare(&crates);
}

fn bare(crates: &[Types]) {
    let prints_bare = |found: &&Type| found.printing == Printing::Derived && !found.bare.is_empty();
    let there: BTreeMap<_, _> = crates
        .iter()
        .flat_map(|types| &types.all)
        .filter(prints_bare)
        .map(|found| (found.path.as_str(), &found.bare))
        .collect();
    let known: BTreeSet<_> = BARE.iter().map(|(path, _)| *path).collect();
    let unknown: Vec<_> = there.iter().filter(|(path, _)| !known.contains(**path)).collect();
    assert!(
        unknown.is_empty(),
        "these derive Debug and print bare values: write it by hand, or say why not: {unknown:#?}"
    );
    let gone: Vec<_> = known.iter().filter(|path| !there.contains_key(**path)).collect();
    assert!(gone.is_empty(), "table.rs has reasons for {gone:?}, which need none any more");
}

#[test]
fn p8_no_debug_and_no_error_prints_what_was_planted() {
    let samples = Samples::all();
    let found: BTreeSet<_> =
        samples.found().into_iter().map(|(of, finding)| format!("{of}: {}", finding.needle)).collect();
    assert!(found.is_empty(), "{found:#?}");
}

#[test]
fn p8_each_type_that_hides_something_is_shown_with_a_value() {
    let samples = Samples::all();
    let shown: BTreeSet<_> = samples.printed.iter().map(|sample| short(sample.of)).collect();
    let hiding = TYPES.iter().filter(|(_, class)| *class == Class::Hides).map(|(path, _)| short(path));
    let missing: Vec<_> = hiding.filter(|path| !shown.contains(path)).collect();
    assert!(missing.is_empty(), "samples has no value of {missing:?}");
}

/// Crate and name: a type's own path names the module it is written in, the table's the one it is found in.
fn short(path: &str) -> (String, String) {
    let path = path.split('<').next().unwrap().trim_start_matches("turnstone_");
    let parts: Vec<_> = path.split("::").collect();
    (parts[0].to_owned(), parts[parts.len() - 1].to_owned())
}
