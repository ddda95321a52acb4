//! Other people's tus client and server programs, for the suite in `tests/tests/peers`: installed once, at the versions and
//! hashes that stand beside it, into the user's cache.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{cache::filled, child, packages::succeed, stage::Outcome, workspace::Workspace};

/// Beside the suite: what is installed, each with its version and hash.
const LISTS: [&str; 3] = ["package.json", "package-lock.json", "requirements.txt"];

/// Runs the suite with the parts it is about.
pub(crate) fn check(workspace: &Workspace) -> (Outcome, Vec<String>) {
    let folder = match installed(workspace) {
        Ok(folder) => folder,
        // Where nobody watches this fails, as every stage left out does.
        Err(why) => return (Outcome::LeftOut(why), Vec::new()),
    };
    let mut cargo =
        workspace.cargo(&["test", "--package", "turnstone-tests", "--test", "peers", "--", "--ignored"]);
    cargo.env("TURNSTONE_PEERS", &folder);
    match child::run(cargo) {
        Ok(ended) if ended.success => (Outcome::Passed, ended.closing),
        Ok(ended) => (Outcome::Failed("see its output above".to_owned()), ended.closing),
        Err(why) => (Outcome::Failed(why), Vec::new()),
    }
}

/// The folder with `node/node_modules` and `python`, filled where it was not.
pub(crate) fn installed(workspace: &Workspace) -> Result<PathBuf, String> {
    let lists = workspace.root.join("tests/tests/peers");
    let mut filled_by = vec![said("node")?, said("python3")?];
    for list in LISTS {
        filled_by.push(fs::read(lists.join(list)).map_err(|why| format!("{list}: {why}"))?);
    }
    let filled_by: Vec<&[u8]> = filled_by.iter().map(Vec::as_slice).collect();
    let folder = workspace.cache("peers", &filled_by);
    if !folder.is_dir() {
        println!("tus-js-client, tuspy and @tus/server are installed once, into {}", folder.display());
        filled(&folder, |unfinished| install(&lists, unfinished))?;
    }
    Ok(folder)
}

fn install(lists: &Path, folder: &Path) -> Result<(), String> {
    let node = folder.join("node");
    fs::create_dir(&node).map_err(|why| format!("{}: {why}", node.display()))?;
    for list in &LISTS[..2] {
        fs::copy(lists.join(list), node.join(list)).map_err(|why| format!("{list}: {why}"))?;
    }
    let mut npm = Command::new("npm");
    // No package runs anything of its own while it is installed.
    npm.args(["ci", "--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund"]).current_dir(&node);
    succeed(npm, "npm did not install tus-js-client and @tus/server")?;
    let python = folder.join("python");
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv"]).arg(&python);
    succeed(venv, "python3 made no virtual environment (on Debian: python3-venv)")?;
    let mut pip = Command::new(python.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]);
    // By its own program: the one beside it would name the folder as it is called now.
    pip.args(["--only-binary", ":all:", "--requirement"]).arg(lists.join(LISTS[2]));
    succeed(pip, "pip did not install tuspy")
}

/// The version that a program says it is: another one may need other packages.
fn said(program: &str) -> Result<Vec<u8>, String> {
    let said = Command::new(program).arg("--version").output().map_err(|why| format!("{program}: {why}"))?;
    Ok(said.stdout)
}
