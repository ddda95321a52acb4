//! What the checks need beside the Rust tool chain's core: rustfmt, clippy, and a few of Debian's packages.

use std::{
    env,
    ffi::OsStr,
    path::Path,
    process::{Command, Stdio},
};

use crate::{child, stage::Stage};

/// A package of Debian, with the programs that are taken from it.
#[derive(Debug)]
pub(crate) struct Package {
    name: &'static str,
    programs: &'static [&'static str],
}

/// Opens what was sealed, without our software.
pub(crate) const AGE: Package = Package { name: "age", programs: &["age", "age-keygen"] };
/// Reads what was delivered, without our software.
pub(crate) const JQ: Package = Package { name: "jq", programs: &["jq"] };
/// Counts the system calls of the real programs, and has them fail.
pub(crate) const STRACE: Package = Package { name: "strace", programs: &["strace"] };
/// Reads copies of pictures: it must find nothing in them.
pub(crate) const EXIFTOOL: Package = Package { name: "libimage-exiftool-perl", programs: &["exiftool"] };
/// Runs a program with another wall clock than the machine's.
pub(crate) const FAKETIME: Package = Package { name: "faketime", programs: &["faketime"] };
/// Compiles libFuzzer.
pub(crate) const CXX: Package = Package { name: "g++", programs: &["c++"] };
/// Runs other people's tus server, and one of their clients.
pub(crate) const NODE: Package = Package { name: "nodejs", programs: &["node"] };
/// Installs them.
pub(crate) const NPM: Package = Package { name: "npm", programs: &["npm"] };
/// Runs another of their clients, and installs it.
pub(crate) const PYTHON: Package = Package { name: "python3-venv", programs: &["python3"] };
/// Compiles and runs Kotlin.
pub(crate) const JDK: Package = Package { name: "openjdk-17-jdk-headless", programs: &["javac"] };
/// Fetches what that needs, and runs its tests.
pub(crate) const MAVEN: Package = Package { name: "maven", programs: &["mvn"] };
/// Makes a Debian that has Swift.
pub(crate) const DEBOOTSTRAP: Package = Package { name: "debootstrap", programs: &["debootstrap"] };
/// Keeps the advisories as `cargo deny` wants them: as a repository.
pub(crate) const GIT: Package = Package { name: "git", programs: &["git"] };

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
    let packages: Vec<_> = Stage::ALL.iter().flat_map(|stage| stage.packages().iter().copied()).collect();
    provide(&packages)?;
    let names: Vec<_> = packages.iter().map(|package| package.name).collect();
    println!("{} are there", names.join(", "));
    Ok(())
}

/// Makes sure that the packages' programs are there: with apt-get where this is Debian and we are root.
pub(crate) fn provide(packages: &[&Package]) -> Result<(), String> {
    let path = env::var_os("PATH").unwrap_or_default();
    let missing = missing(packages, &path);
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
fn missing(packages: &[&Package], path: &OsStr) -> Vec<&'static str> {
    let there = |program: &&str| env::split_paths(path).any(|folder| folder.join(program).is_file());
    let whole = |package: &Package| package.programs.iter().all(there);
    packages.iter().filter(|package| !whole(package)).map(|package| package.name).collect()
}

pub(crate) fn is_root() -> bool {
    Command::new("id").arg("-u").output().is_ok_and(|output| output.stdout == b"0\n")
}

/// Whether a command, unseen, succeeds.
pub(crate) fn succeeds(command: &mut Command) -> bool {
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Runs a command that must succeed.
pub(crate) fn succeed(command: Command, otherwise: &str) -> Result<(), String> {
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
        assert_eq!(missing(&[&AGE, &JQ], OsStr::new("")), ["age", "jq"]);
        assert_eq!(missing(&[&STRACE], OsStr::new("/a-folder-that-nobody-has")), ["strace"]);
        assert!(missing(&[], OsStr::new("")).is_empty());
    }

    #[test]
    fn a_package_is_there_when_all_programs_of_it_are() {
        let own = env::current_exe().unwrap();
        let name: &'static str = own.file_name().unwrap().to_str().unwrap().to_owned().leak();
        let package = Package { name: "this", programs: vec![name].leak() };
        let folder = own.parent().unwrap().as_os_str();
        assert!(missing(&[&package], folder).is_empty());
        let more = Package { name: "this", programs: vec![name, "a-program-that-nobody-has"].leak() };
        assert_eq!(missing(&[&more], folder), ["this"]);
    }
}
