//! Whether the facts that the guidance was written from have gone on since.
//!
//! The workspace has a copy of them (`almanac/tables/guidance.toml`), with which a test of the almanac compares the guidance word
//! for word. Here the copy is compared with the facts as they are gathered, which lie beside the workspace.

use std::{fs, path::Path};

use crate::workspace::Workspace;

const COPY: &str = "almanac/tables/guidance.toml";
const GATHERED: &str = "../shared/content/guidance.toml";

/// Fails where the two differ, and names the first lines that do.
pub(crate) fn compare(workspace: &Workspace) -> Result<(), String> {
    let read = |path: &Path| fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()));
    let (copy, gathered) = (read(&workspace.root.join(COPY))?, read(&workspace.root.join(GATHERED))?);
    match first_difference(&copy, &gathered) {
        None => {
            println!("the guidance is written from the facts as they are gathered");
            Ok(())
        }
        Some(line) => Err(format!(
            "{GATHERED} has changed from line {line} on: copy it to {COPY}, and let `cargo test -p turnstone-almanac` say \
             which messages and items follow"
        )),
    }
}

/// The number of the first line in which two texts differ.
fn first_difference(one: &str, other: &str) -> Option<usize> {
    if one == other {
        return None;
    }
    let same = one.lines().zip(other.lines()).take_while(|(one, other)| one == other);
    Some(same.count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_line_that_differs_is_named() {
        assert_eq!(first_difference("a\nb\n", "a\nb\n"), None);
        assert_eq!(first_difference("a\nb\n", "a\nc\n"), Some(2));
        assert_eq!(first_difference("a\n", "a\nb\n"), Some(2));
        assert_eq!(first_difference("a\n", "a"), Some(2));
    }
}
