//! What the checks need beside the Rust tool chain's core: rustfmt, clippy, and Debian's `age` and `jq`.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
};

use crate::child;

/// Debian packages of the interop stage, with the programs it takes from each.
const DEBIAN: [(&str, &[&str]); 2] = [("age", &["age", "age-keygen"]), ("jq", &["jq"])];

/// Components of a rustup tool chain, with the cargo command that each brings.
const COMPONENTS: [(&str, &str); 2] = [("rustfmt", "fmt"), ("clippy", "clippy")];

/// Installs everything that is missing and can be installed; an error names the rest.
pub(crate) fn setup() -> Result<(), String> {
    for (component, command) in COMPONENTS {
        if succeeds(Command::new("cargo").args([command, "--version"])) {
            println!("{component} is there");
        } else {
            let mut rustup = Command::new("rustup");
            rustup.args(["component", "add", component]);
            succeed(rustup, &format!("{component} is missing, and rustup did not add it"))?;
        }
    }
    provide_for_interop()?;
    println!("age and jq are there");
    Ok(())
}

/// Makes sure that the interop stage's programs are there: with apt-get where this is Debian and we are root.
pub(crate) fn provide_for_interop() -> Result<(), String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let missing = missing(&path);
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.join(" ");
    if !(Path::new("/etc/debian_version").exists() && is_root()) {
        return Err(format!("not installed: {names} (on Debian: sudo apt-get install {names})"));
    }
    let failed = format!("not installed: {names}, and apt-get did not install it");
    succeed(apt_get(&["update"]), &failed)?;
    let install = [["install", "--yes", "--no-install-recommends"].as_slice(), missing.as_slice()].concat();
    succeed(apt_get(&install), &failed)
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.arg("--quiet").args(arguments).env("DEBIAN_FRONTEND", "noninteractive");
    command
}

/// The packages of which a program is in no folder of `path`.
fn missing(path: &OsStr) -> Vec<&'static str> {
    let there = |program: &&str| env::split_paths(path).any(|folder| folder.join(program).is_file());
    DEBIAN.iter().filter(|(_, programs)| !programs.iter().all(there)).map(|(package, _)| *package).collect()
}

fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

fn succeed(command: Command, otherwise: &str) -> Result<(), String> {
    match child::run(command) {
        Ok(ended) if ended.success => Ok(()),
        Ok(_) => Err(otherwise.to_owned()),
        Err(why) => Err(format!("{otherwise}: {why}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_package_is_missing_when_any_program_of_it_is() {
        assert_eq!(missing(OsStr::new("")), ["age", "jq"]);
        assert_eq!(missing(OsStr::new("/a-folder-that-nobody-has")), ["age", "jq"]);
    }
}
