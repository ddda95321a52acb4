//! `cargo deny`: which dependencies may be here (`deny.toml`), and what RustSec knows against them, read from a copy of
//! its database that lies beside the checkout. Nothing is asked of a network but the dependencies themselves.

use std::{
    fs, io,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{cache::filled, packages::succeed, stage::Outcome, tools::installed, workspace::Workspace};

const VERSION: &str = "0.20.2";

/// The folder in which `cargo deny` looks for the database it would otherwise clone: its name is made of that address.
const REPOSITORY: &str = "advisory-db-3157b0e258782691";

/// The workspaces that are looked at. The second has not all that `deny.toml` makes exceptions for.
const WORKSPACES: [(&str, &[&str]); 2] =
    [("Cargo.toml", &[]), ("fuzz/Cargo.toml", &["--allow", "unnecessary-skip", "--allow", "unused-wrapper"])];

/// Checks both workspaces. Without the database the advisories are left out, and the rest is checked all the same.
pub(crate) fn check(workspace: &Workspace) -> Outcome {
    let tool = match installed(workspace, "cargo-deny", VERSION) {
        Ok(tool) => tool,
        Err(why) => return Outcome::LeftOut(why),
    };
    let source = workspace.root.join("../shared/advisory-db");
    let checked = if source.is_dir() {
        Database::read(&source).and_then(|database| {
            let config = config(workspace, &database.lay_out(workspace)?)?;
            let known = format!("as known on {} ({} advisories)", database.date, database.advisories);
            workspaces(workspace, &tool, Some(&config)).map_err(|why| format!("{why}, {known}"))?;
            println!("no advisory concerns a dependency, {known}");
            Ok(Outcome::Passed)
        })
    } else {
        let why = "the advisories: there is no ../shared/advisory-db beside this folder".to_owned();
        workspaces(workspace, &tool, None).map(|()| Outcome::LeftOut(why))
    };
    checked.unwrap_or_else(Outcome::Failed)
}

fn workspaces(workspace: &Workspace, tool: &Path, config: Option<&Path>) -> Result<(), String> {
    for (manifest, allowed) in WORKSPACES {
        // All platforms' dependencies, of which a build has fetched its own only.
        let fetch = workspace.cargo(&["fetch", "--quiet", "--manifest-path", manifest]);
        succeed(fetch, &format!("the dependencies of {manifest} could not be fetched"))?;
        let mut command = workspace.tool(tool);
        command.args(["--offline", "--manifest-path", manifest]);
        if workspace.ci {
            command.arg("--locked");
        }
        if let Some(config) = config {
            command.arg("--config").arg(config);
        }
        command.args(["check", "--hide-inclusion-graph"]).args(allowed);
        if config.is_none() {
            command.args(["bans", "licenses", "sources"]);
        }
        println!("{manifest}:");
        succeed(command, &format!("cargo deny refuses something in {manifest}"))?;
    }
    Ok(())
}

/// `deny.toml` with the place of the database in it, which only a file can tell `cargo deny`.
fn config(workspace: &Workspace, database: &Path) -> Result<PathBuf, String> {
    let text =
        fs::read_to_string(workspace.root.join("deny.toml")).map_err(|why| format!("deny.toml: {why}"))?;
    let path = workspace.target.join("deny.toml");
    let written = fs::create_dir_all(&workspace.target)
        .and_then(|()| fs::write(&path, with_database(&text, database).ok_or(io::ErrorKind::InvalidData)?));
    written.map(|()| path).map_err(|why| format!("the configuration of cargo deny: {why}"))
}

fn with_database(text: &str, database: &Path) -> Option<String> {
    let (before, after) = text.split_once("[advisories]\n")?;
    // Rust's way of quoting a path is TOML's as well.
    Some(format!("{before}[advisories]\ndb-path = {:?}\n{after}", database.to_str()?))
}

/// A copy of RustSec's database.
struct Database {
    /// Paths and contents, in order.
    files: Vec<(String, Vec<u8>)>,
    /// How many of them are advisories.
    advisories: usize,
    /// The newest date in it.
    date: String,
}

impl Database {
    fn read(source: &Path) -> Result<Self, String> {
        let mut files = Vec::new();
        collect(source, "", &mut files).map_err(|why| format!("{}: {why}", source.display()))?;
        files.sort();
        let dates: Vec<_> = files.iter().filter_map(|(_, content)| newest_date(content)).collect();
        let advisories = dates.len();
        let date = dates.into_iter().max();
        let date = date.ok_or_else(|| format!("{} holds no advisory", source.display()))?;
        Ok(Self { files, advisories, date })
    }

    /// Lays it out as `cargo deny` wants it, a repository with one commit, and gives back the folder that holds it.
    fn lay_out(&self, workspace: &Workspace) -> Result<PathBuf, String> {
        let bytes: Vec<&[u8]> =
            self.files.iter().flat_map(|(path, content)| [path.as_bytes(), content]).collect();
        let folder = workspace.cache("advisories", &bytes);
        if !folder.join(REPOSITORY).is_dir() {
            filled(&folder, |unfinished| self.write(&unfinished.join(REPOSITORY)))?;
        }
        Ok(folder)
    }

    fn write(&self, repository: &Path) -> Result<(), String> {
        for (path, content) in &self.files {
            let path = repository.join(path);
            let written =
                path.parent().map_or(Ok(()), fs::create_dir_all).and_then(|()| fs::write(&path, content));
            written.map_err(|why| format!("{}: {why}", path.display()))?;
        }
        let author =
            ["-c", "user.name=turnstone", "-c", "user.email=turnstone@invalid", "-c", "commit.gpgsign=false"];
        for arguments in
            [["init", "--quiet"].as_slice(), &["add", "--all"], &["commit", "--quiet", "-m", "advisories"]]
        {
            let mut git = Command::new("git");
            git.current_dir(repository).args(author).args(arguments);
            // Set where this runs in a hook of the project's own repository.
            for variable in ["GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE"] {
                git.env_remove(variable);
            }
            succeed(git, "git did not take the advisories")?;
        }
        Ok(())
    }
}

fn collect(folder: &Path, prefix: &str, files: &mut Vec<(String, Vec<u8>)>) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            // Where it is a clone: its own history says nothing to us.
            if name != ".git" {
                collect(&entry.path(), &format!("{name}/"), files)?;
            }
        } else {
            files.push((name, fs::read(entry.path())?));
        }
    }
    Ok(())
}

/// The newest of the dates `date = "2026-01-02"` and `withdrawn = "2026-01-02"` in an advisory.
fn newest_date(advisory: &[u8]) -> Option<String> {
    let text = str::from_utf8(advisory).ok()?;
    let dates = text.lines().filter_map(|line| {
        let value = line.strip_prefix("date = \"").or_else(|| line.strip_prefix("withdrawn = \""))?;
        let date = value.strip_suffix('"')?;
        let shaped = |(i, b): (usize, u8)| if matches!(i, 4 | 7) { b == b'-' } else { b.is_ascii_digit() };
        (date.len() == 10 && date.bytes().enumerate().all(shaped)).then(|| date.to_owned())
    });
    dates.max()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cache::tests::Scratch;

    #[test]
    fn the_date_of_a_database_is_its_newest() {
        let scratch = Scratch::new("dates");
        let crates = scratch.0.join("crates/age");
        fs::create_dir_all(&crates).unwrap();
        fs::write(crates.join("1.md"), "```toml\n[advisory]\ndate = \"2024-12-18\"\n```\n").unwrap();
        fs::write(crates.join("2.md"), "date = \"2023-01-01\"\nwithdrawn = \"2026-08-20\"\n").unwrap();
        fs::write(scratch.0.join("README.md"), "date = \"tomorrow...\"\n date = \"2027-01-01\"\n").unwrap();
        let database = Database::read(&scratch.0).unwrap();
        assert_eq!((database.advisories, database.date.as_str()), (2, "2026-08-20"));
        let paths: Vec<_> = database.files.iter().map(|(path, _)| path.as_str()).collect();
        assert_eq!(paths, ["README.md", "crates/age/1.md", "crates/age/2.md"]);
    }

    #[test]
    fn a_folder_without_advisories_is_no_database() {
        let scratch = Scratch::new("empty");
        assert!(Database::read(&scratch.0).is_err_and(|why| why.contains("holds no advisory")));
    }

    #[test]
    fn the_place_of_the_database_is_written_into_the_configuration() {
        let text = "[graph]\n\n[advisories]\nyanked = \"deny\"\n";
        let expected = "[graph]\n\n[advisories]\ndb-path = \"/c/a \\\"b\\\"\"\nyanked = \"deny\"\n";
        assert_eq!(with_database(text, Path::new("/c/a \"b\"")).as_deref(), Some(expected));
        assert_eq!(with_database("[bans]\n", Path::new("/c")), None);
        let own = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../deny.toml")).unwrap();
        assert!(with_database(&own, Path::new("/c")).is_some());
    }
}
