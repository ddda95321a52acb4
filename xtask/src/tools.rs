//! Programs of crates.io that checks need, at the versions that they were tried with.

use std::{fs, path::PathBuf, process::Command};

use crate::{
    cache::filled,
    packages::{succeed, succeeds},
    workspace::Workspace,
};

/// They are built once and run for seconds: what optimising takes would never be got back.
const QUICKLY: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "0"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
];

/// A program of crates.io: the one in the cache, made there first where there is none.
pub(crate) fn installed(workspace: &Workspace, name: &str, version: &str) -> Result<PathBuf, String> {
    let filled_by = format!("{name} {version} {QUICKLY:?} {}", std::env::consts::ARCH);
    let folder = workspace.cache("tools", &[filled_by.as_bytes()]);
    let program = folder.join("bin").join(format!("{name}{}", std::env::consts::EXE_SUFFIX));
    if !succeeds(Command::new(&program).arg("--version")) {
        println!("{name} {version} is built once, into {}", folder.display());
        filled(&folder, |unfinished| {
            let version = format!("={version}");
            let mut cargo = workspace.tool("cargo");
            cargo.args(["install", name, "--quiet", "--locked", "--version", &version, "--root"]);
            cargo.arg(unfinished).env("CARGO_TARGET_DIR", unfinished.join("target")).envs(QUICKLY);
            succeed(cargo, &format!("cargo install did not build {name}"))?;
            fs::remove_dir_all(unfinished.join("target")).map_err(|why| format!("{name}: {why}"))
        })?;
    }
    Ok(program)
}
