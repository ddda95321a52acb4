//! How large the shipped library is, and what each dependency has of it (DESIGN 10).

use std::{env::consts, fs, path::PathBuf};

use super::{build, built, succeed};
use crate::{tools, workspace::Workspace};

/// The goal of DESIGN 10, in bytes.
const GOAL: u64 = 6_000_000;

/// `cargo bloat`, which reads symbols: for this the library keeps its own.
const BLOAT: (&str, &str) = ("cargo-bloat", "0.12.1");

/// What it must not pass, in bytes: what it was, and a little. Whoever passes it says why, or finds what to leave out.
const LIMIT: u64 = 9_000_000;

/// Builds the library of this machine as it is shipped.
pub(super) fn shipped(workspace: &Workspace) -> Result<PathBuf, String> {
    succeed(build(workspace, None), "the library was not built")?;
    let name = format!("{}turnstone_ffi{}", consts::DLL_PREFIX, consts::DLL_SUFFIX);
    Ok(built(workspace, None, &name))
}

/// Holds its size against the goal.
pub(super) fn library(workspace: &Workspace) -> Result<(), String> {
    let path = shipped(workspace)?;
    let bytes = fs::metadata(&path).map_err(|why| format!("{}: {why}", path.display()))?.len();
    println!(
        "{}: {bytes} bytes; goal {GOAL}, {}",
        path.display(),
        if bytes <= GOAL { "reached" } else { "missed" }
    );
    if bytes <= LIMIT { Ok(()) } else { Err(format!("the library has grown past {LIMIT} bytes")) }
}

/// Says what each dependency has of it.
pub(super) fn per_dependency(workspace: &Workspace) -> Result<(), String> {
    library(workspace)?;
    let tool = tools::installed(workspace, BLOAT.0, BLOAT.1)?;
    let mut bloat = workspace.tool(tool);
    bloat.args([
        "bloat",
        "--profile",
        "mobile",
        "--package",
        "turnstone-ffi",
        "--lib",
        "--crates",
        "-n",
        "60",
    ]);
    // Beside the shipped one, which it would replace.
    bloat.env("CARGO_PROFILE_MOBILE_STRIP", "false").env("CARGO_TARGET_DIR", workspace.target.join("bloat"));
    succeed(bloat, "cargo bloat did not go through")
}
