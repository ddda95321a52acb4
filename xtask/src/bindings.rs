//! The generated bindings, which are checked in: written anew, or compared with what would be written.
//!
//! What is generated is the same bytes on every machine. `bindings/api.txt` is the whole surface in a form that a reviewer reads:
//! the names and signatures of the Python module, which has them with their types.

use std::{fs, path::Path};

use crate::{child, scenarios::library, stage::Outcome, workspace::Workspace};

const PYTHON: &str = "bindings/python/turnstone/turnstone_ffi.py";
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
    let built = child::run(workspace.cargo(&["build", "--package", "turnstone-ffi"]))?;
    if !built.success {
        return Err("the library was not built".to_owned());
    }
    let out = workspace.target.join("bindings");
    let mut generate =
        workspace.cargo(&["run", "--quiet", "--package", "turnstone-bindgen", "--", "generate"]);
    generate.arg(library(workspace)).args(["--language", "python", "--no-format", "--out-dir"]).arg(&out);
    if !child::run(generate)?.success {
        return Err("nothing was generated".to_owned());
    }
    let python = read(&out.join("turnstone_ffi.py"))?;
    for (path, text) in [(PYTHON, &tidy(&python)), (API, &surface(&python))] {
        let there = workspace.root.join(path);
        if check {
            if read(&there).ok().as_ref() != Some(text) {
                return Err(format!("{path} is not what would be generated: run `cargo xtask bindings`"));
            }
        } else {
            fs::write(&there, text).map_err(|why| format!("{path}: {why}"))?;
        }
    }
    Ok(())
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|why| format!("{}: {why}", path.display()))
}

/// Without white space at the ends of lines, which nobody reviews.
fn tidy(python: &str) -> String {
    python.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// The lines of the module that say what there is: classes, their members and methods, functions, names of types.
fn surface(python: &str) -> String {
    let mut lines =
        vec!["# Written by `cargo xtask bindings`: what Kotlin, Swift and Python can call.".to_owned()];
    let mut shown = false;
    for line in python.lines() {
        let depth = line.len() - line.trim_start().len();
        let code = line.trim();
        if depth == 0 && !code.is_empty() && !code.starts_with(['"', '#', '@', ')']) {
            shown = is_public(code);
            if shown
                && (code.starts_with("class ") || code.starts_with("def ") || code.starts_with("async def "))
            {
                lines.push(code.trim_end_matches(':').to_owned());
            } else if shown && is_alias(code) {
                lines.push(code.to_owned());
                shown = false;
            } else {
                shown = false;
            }
        } else if shown && is_member(depth, code) {
            lines.push(format!("{:depth$}{}", "", code.trim_end_matches(':')));
        }
    }
    // Errors are declared twice: once to be inherited from.
    lines.dedup();
    lines.join("\n") + "\n"
}

fn is_public(code: &str) -> bool {
    let name = code.trim_start_matches("async ").trim_start_matches("def ").trim_start_matches("class ");
    let bare = name.split(['(', ':', ' ']).next().unwrap_or_default();
    !(bare.starts_with('_') || bare.ends_with("Protocol") || bare.ends_with("Impl"))
}

/// Another name for a type (`Moment = str`).
fn is_alias(code: &str) -> bool {
    code.split_once(" = ").is_some_and(|(name, of)| {
        name.starts_with(|c: char| c.is_ascii_uppercase())
            && name.chars().all(char::is_alphanumeric)
            && !of.starts_with('_')
            && !of.contains('(')
    })
}

fn is_member(depth: usize, code: &str) -> bool {
    let method = code.strip_prefix("async def ").or_else(|| code.strip_prefix("def "));
    match method {
        Some(name) => !name.starts_with('_') && !name.starts_with("is_") || name.starts_with("__init__"),
        None if code.starts_with("class ") => is_public(code),
        // A value of an enumeration.
        None => {
            depth == 4
                && code.split_once(" = ").is_some_and(|(name, _)| {
                    name.chars().all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
                        && !name.starts_with('_')
                })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_surface_is_what_a_caller_sees() {
        let python = "Moment = str\nclass _Inner:\n    def hidden(self):\nclass Client(ClientProtocol):\n    \
                      async def open(self) -> Client:\n        x = 1\n    def _lower(self):\nclass Lane(enum.Enum):\n    \
                      WORDS = 0\ndef name(lane: Lane) -> str:\n    pass\n_X = 1\n";
        assert_eq!(
            surface(python).lines().skip(1).collect::<Vec<_>>(),
            [
                "Moment = str",
                "class Client(ClientProtocol)",
                "    async def open(self) -> Client",
                "class Lane(enum.Enum)",
                "    WORDS = 0",
                "def name(lane: Lane) -> str",
            ]
        );
    }
}
