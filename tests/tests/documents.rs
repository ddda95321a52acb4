//! What the documents say of tests is so.
#![expect(clippy::unwrap_used, reason = "a suite that cannot read the sources ends")]

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The names of all functions in the sources of the workspace.
fn functions() -> BTreeSet<String> {
    let mut names = BTreeSet::new();
    let members = ["wire", "almanac", "core", "desk", "cli", "tests", "xtask"];
    let mut folders: Vec<PathBuf> = members.iter().map(|member| root().join(member)).collect();
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|ending| ending == "rs") {
                let text = fs::read_to_string(path).unwrap();
                let lines = text.lines().filter_map(|line| line.split_once("fn ").map(|(_, name)| name));
                names.extend(lines.filter_map(|name| Some(name.split_once(['(', '<'])?.0.to_owned())));
            }
        }
    }
    names
}

/// What stands in backticks and is spelled like the name of a test: several words, joined by underscores.
fn named_in(text: &str) -> Vec<&str> {
    let is_test = |name: &&str| {
        name.matches('_').count() >= 3 && name.bytes().all(|b| matches!(b, b'a'..=b'z' | b'0'..=b'9' | b'_'))
    };
    text.split('`').skip(1).step_by(2).filter(is_test).collect()
}

#[test]
fn every_test_that_a_document_names_is_there() {
    let functions = functions();
    let mut documents = vec![root().join("README.md")];
    for folder in ["docs", "docs/adr"] {
        let entries = fs::read_dir(root().join(folder)).unwrap().map(|entry| entry.unwrap().path());
        documents.extend(entries.filter(|path| path.extension().is_some_and(|ending| ending == "md")));
    }
    let mut named = 0;
    for document in documents {
        let text = fs::read_to_string(&document).unwrap();
        for name in named_in(&text) {
            assert!(functions.contains(name), "{}: there is no test {name}", document.display());
            named += 1;
        }
    }
    assert!(named >= 40, "the threat model alone names more than {named}");
}

/// A text between three backticks, of a language.
fn block<'a>(text: &'a str, language: &str) -> &'a str {
    let (_, rest) = text.split_once(&format!("```{language}\n")).unwrap();
    rest.split_once("```").unwrap().0
}

#[test]
fn the_quick_starts_are_those_that_the_packages_run() {
    let readme = fs::read_to_string(root().join("README.md")).unwrap();
    for language in ["python", "kotlin", "swift"] {
        let package = root().join("bindings").join(language).join("README.md");
        let package = fs::read_to_string(package).unwrap();
        assert!(block(&package, language).lines().count() > 8, "{language}");
        assert_eq!(block(&readme, language), block(&package, language), "{language}");
    }
}
