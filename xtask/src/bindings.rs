//! The generated bindings, which are checked in: written anew, or compared with what would be written.
//!
//! What is generated is the same bytes on every machine. `bindings/api.txt` is the whole surface in a form that a reviewer reads.

mod hidden;
mod mended;
mod surface;

use std::{fs, path::Path};

use crate::{
    packages::succeed,
    scenarios::{build_library, library},
    stage::Outcome,
    workspace::Workspace,
};

const PYTHON: &str = "bindings/python/turnstone/turnstone_ffi.py";
const KOTLIN: &str = "bindings/kotlin/src/main/kotlin/uk/turnstone/core/turnstone_ffi.kt";
const SWIFT: &str = "bindings/swift/Sources/Core/Core.swift";
const SWIFT_HIDDEN: &str = "bindings/swift/Sources/Core/Hidden.swift";
const HEADER: &str = "bindings/swift/Sources/CoreFFI/CoreFFI.h";
const API: &str = "bindings/api.txt";

/// Whether what is checked in is what would be generated.
pub(crate) fn check(workspace: &Workspace) -> Outcome {
    match write(workspace, true) {
        Ok(()) => Outcome::Passed,
        Err(why) => Outcome::Failed(why),
    }
}

/// Builds the library, generates from it, and writes; with `check` it changes nothing and fails where a file would differ.
pub(crate) fn write(workspace: &Workspace, check: bool) -> Result<(), String> {
    build_library(workspace)?;
    let out = workspace.target.join("bindings");
    let mut generate =
        workspace.cargo(&["run", "--quiet", "--package", "turnstone-bindgen", "--", "generate"]);
    generate.arg(library(workspace)).args(["--no-format", "--out-dir"]).arg(&out);
    for language in ["python", "kotlin", "swift"] {
        generate.args(["--language", language]);
    }
    succeed(generate, "nothing was generated")?;
    let python = read(&out.join("turnstone_ffi.py"))?;
    let kotlin = read(&out.join("uk/turnstone/core/turnstone_ffi.kt"))?;
    let swift = read(&out.join("Core.swift"))?;
    let header = read(&out.join("CoreFFI.h"))?;
    let files = [
        (PYTHON, tidy(&python)),
        (KOTLIN, tidy(&hidden::kotlin(&kotlin)?)),
        (SWIFT, mended::swift(&tidy(&swift))?),
        (SWIFT_HIDDEN, hidden::swift(&swift)),
        (HEADER, mended::header(&tidy(&header))?),
        (API, surface::surface(&python)),
    ];
    for (path, text) in files {
        let there = workspace.root.join(path);
        if !check {
            let folder = there.parent().unwrap_or(&there);
            fs::create_dir_all(folder).map_err(|why| format!("{path}: {why}"))?;
            fs::write(&there, text).map_err(|why| format!("{path}: {why}"))?;
        } else if read(&there).ok().as_ref() != Some(&text) {
            return Err(format!("{path} is not what would be generated: run `cargo xtask bindings`"));
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

/// Without white space at the ends of lines, which nobody reviews.
fn tidy(text: &str) -> String {
    text.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}
