//! The scenarios of `bindings/scenarios.md`, played from other languages against the library and a real desk.

use std::{env::consts, fs, path::PathBuf, process::Command};

use crate::{child, packages, stage::Outcome, workspace::Workspace};

const LIST: &str = "bindings/scenarios.md";

/// The library as `cargo xtask bindings` and the runners have it: with the names that generating needs.
pub(crate) fn library(workspace: &Workspace) -> PathBuf {
    let name = format!("{}turnstone_ffi{}", consts::DLL_PREFIX, consts::DLL_SUFFIX);
    workspace.target.join("debug").join(name)
}

/// Builds it.
pub(crate) fn build_library(workspace: &Workspace) -> Result<(), String> {
    let build = workspace.cargo(&["build", "--package", "turnstone-ffi"]);
    packages::succeed(build, "the library was not built")
}

/// Plays them from Python.
pub(crate) fn python(workspace: &Workspace) -> (Outcome, Vec<String>) {
    let mut python = workspace.tool("python3");
    python.args(["-m", "tests"]).current_dir(workspace.root.join("bindings/python"));
    // Nothing is written beside the sources.
    python.env("PYTHONDONTWRITEBYTECODE", "1");
    play(workspace, python)
}

/// Plays them from Kotlin, on the JVM.
pub(crate) fn kotlin(workspace: &Workspace) -> (Outcome, Vec<String>) {
    let mut maven = workspace.tool("mvn");
    maven.args(["--batch-mode", "--no-transfer-progress", "--file", "bindings/kotlin/pom.xml", "verify"]);
    // Nothing is written beside the sources.
    maven.arg(format!("-Dturnstone.build={}", workspace.target.join("kotlin").display()));
    play(workspace, maven)
}

/// What makes the Swift that they are played with.
const TOOLCHAIN: &str = "bindings/swift/toolchain.sh";

/// Plays them from Swift: in a Debian that has it, made once in the user's cache.
pub(crate) fn swift(workspace: &Workspace) -> (Outcome, Vec<String>) {
    let filled_by = match fs::read(workspace.root.join(TOOLCHAIN)) {
        Ok(script) => script,
        Err(why) => return (Outcome::Failed(format!("{TOOLCHAIN}: {why}")), Vec::new()),
    };
    if !packages::is_root() {
        return (Outcome::LeftOut("a Debian with Swift is made by root".to_owned()), Vec::new());
    }
    let mut runner = workspace.tool(workspace.root.join("bindings/swift/test.sh"));
    runner.env("TURNSTONE_SWIFT_ROOT", workspace.cache("swift", &[&filled_by]));
    runner.env("TURNSTONE_SWIFT_BUILD", workspace.target.join("swift"));
    play(workspace, runner)
}

/// Builds the library, runs a language's runner, and holds the ids that it says it executed against the list.
fn play(workspace: &Workspace, mut runner: Command) -> (Outcome, Vec<String>) {
    if let Err(why) = build_library(workspace) {
        return (Outcome::Failed(why), Vec::new());
    }
    runner.env("TURNSTONE_FFI", library(workspace));
    let ended = match child::run(runner) {
        Ok(ended) => ended,
        Err(why) => return (Outcome::Failed(why), Vec::new()),
    };
    let outcome = match fs::read_to_string(workspace.root.join(LIST)) {
        Err(why) => Outcome::Failed(format!("{LIST}: {why}")),
        Ok(_) if !ended.success => Outcome::Failed("see its output above".to_owned()),
        Ok(list) => match compare(&list, &ended.closing) {
            Ok(()) => Outcome::Passed,
            Err(why) => Outcome::Failed(why),
        },
    };
    (outcome, ended.closing)
}

/// Whether a runner executed every scenario of the list, and none that is not there.
fn compare(list: &str, closing: &[String]) -> Result<(), String> {
    let listed: Vec<_> = list
        .lines()
        .filter_map(|line| line.strip_prefix("| S")?.split_once(' '))
        .map(|(number, _)| format!("S{number}"))
        .collect();
    if listed.is_empty() {
        return Err(format!("{LIST} lists no scenario"));
    }
    let said = closing.iter().find_map(|line| line.strip_prefix(child::EXECUTED));
    let mut executed: Vec<_> =
        said.ok_or("the runner did not say which scenarios it executed")?.split_whitespace().collect();
    executed.sort_unstable();
    let without = |these: &[String], those: &[&str]| {
        these.iter().filter(|id| !those.contains(&id.as_str())).cloned().collect::<Vec<_>>().join(" ")
    };
    let missing = without(&listed, &executed);
    let unknown: Vec<_> =
        executed.iter().filter(|id| !listed.iter().any(|listed| listed == **id)).copied().collect();
    match (missing.as_str(), unknown.as_slice()) {
        ("", []) => Ok(()),
        ("", unknown) => Err(format!("{LIST} does not have {}", unknown.join(" "))),
        (missing, _) => Err(format!("not executed: {missing}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TWO: &str = "| id | scenario |\n| --- | --- |\n| S01 | one |\n| S02 | another |\n";

    fn with(executed: &str) -> Result<(), String> {
        compare(TWO, &["test result: ok. 1 passed".to_owned(), executed.to_owned()])
    }

    #[test]
    fn a_scenario_that_was_not_executed_is_named() {
        assert_eq!(with("executed: S02 S01"), Ok(()));
        assert_eq!(with("executed: S01"), Err("not executed: S02".to_owned()));
        assert_eq!(with("executed:"), Err("not executed: S01 S02".to_owned()));
    }

    #[test]
    fn a_scenario_that_is_not_on_the_list_is_named() {
        assert_eq!(with("executed: S01 S02 S03"), Err(format!("{LIST} does not have S03")));
    }

    #[test]
    fn a_runner_that_says_nothing_has_executed_nothing() {
        assert!(with("not executed: S01 S02").is_err());
        assert!(compare("", &["executed: S01".to_owned()]).is_err());
    }
}
