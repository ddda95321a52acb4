//! The wheel, by maturin: what it says it is, and whether a fresh environment can use it.

use std::{fs, path::PathBuf, process::Command};

use super::{FOLDED, folder, succeed};
use crate::{cache::filled, workspace::Workspace};

/// maturin and its hash.
const TOOLS: &str = "bindings/python/requirements.txt";

/// Asked of the installed wheel: it loads its library and answers.
const ASK: &str = "import turnstone as t; assert t.lane_name(t.Lane.WORDS); assert str(t.now()) == '[When]'; print(t.__file__)";

pub(super) fn make(workspace: &Workspace) -> Result<(), String> {
    let to = folder(workspace, "wheel")?;
    let mut maturin = workspace.tool(maturin(workspace)?);
    maturin.args(["build", "--out"]).arg(&to);
    if workspace.ci {
        maturin.arg("--locked");
    }
    if cfg!(target_os = "linux") {
        maturin.args(["--", FOLDED]);
    }
    maturin.current_dir(workspace.root.join("bindings/python"));
    let _ = fs::read_dir(&to).map(|old| old.flatten().for_each(|entry| drop(fs::remove_file(entry.path()))));
    succeed(maturin, "maturin made no wheel")?;
    let wheel = fs::read_dir(&to).map_err(|why| format!("{}: {why}", to.display()))?.flatten().next();
    let wheel = wheel.ok_or("maturin made no wheel")?.path();
    let environment = workspace.target.join("package/wheel-installed");
    let mut venv = Command::new("python3");
    venv.args(["-m", "venv", "--clear"]).arg(&environment);
    succeed(venv, "python3 made no virtual environment")?;
    let mut pip = Command::new(environment.join("bin/python"));
    pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-index"]).arg(&wheel);
    succeed(pip, "the wheel was not installed")?;
    let mut ask = Command::new(environment.join("bin/python"));
    ask.args(["-c", ASK]).current_dir(&environment);
    succeed(ask, "the installed wheel does not answer")?;
    println!("{}", wheel.display());
    Ok(())
}

/// maturin, installed once into the user's cache.
fn maturin(workspace: &Workspace) -> Result<PathBuf, String> {
    let list = workspace.root.join(TOOLS);
    let filled_by = fs::read(&list).map_err(|why| format!("{TOOLS}: {why}"))?;
    let folder = workspace.cache("maturin", &[&filled_by]);
    if !folder.join("bin/maturin").is_file() {
        println!("maturin is installed once, into {}", folder.display());
        filled(&folder, |unfinished| {
            let mut pip = Command::new("python3");
            pip.args([
                "-m",
                "pip",
                "install",
                "--quiet",
                "--disable-pip-version-check",
                "--require-hashes",
                "--root-user-action=ignore",
            ]);
            pip.args(["--only-binary", ":all:", "--requirement"]).arg(&list).arg("--target").arg(unfinished);
            succeed(pip, "pip did not install maturin")
        })?;
    }
    Ok(folder.join("bin/maturin"))
}
