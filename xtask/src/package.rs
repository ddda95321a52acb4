//! `cargo xtask package`: the library as it is shipped (`[profile.mobile]`), and what an app developer adds: a wheel, a jar, an AAR,
//! an XCFramework. Each is a step of `.github/workflows`; `docs/packages.md` says which of them ran where.

mod android;
mod apple;
mod elf;
mod jvm;
mod size;
mod wheel;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{packages::succeed, workspace::Workspace};

/// What can be made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Package {
    Library,
    Size,
    Wheel,
    Jar,
    Aar,
    XcFramework,
}

impl Package {
    const ALL: [(&'static str, Self); 6] = [
        ("library", Self::Library),
        ("size", Self::Size),
        ("wheel", Self::Wheel),
        ("jar", Self::Jar),
        ("aar", Self::Aar),
        ("xcframework", Self::XcFramework),
    ];

    pub(crate) fn named(name: &str) -> Result<Self, String> {
        let found = Self::ALL.iter().find(|(called, _)| *called == name);
        found.map(|(_, package)| *package).ok_or_else(|| {
            let names: Vec<_> = Self::ALL.iter().map(|(called, _)| *called).collect();
            format!("there is no package {name}; there are {}", names.join(", "))
        })
    }

    /// Makes it, below `target/package`.
    pub(crate) fn make(self, workspace: &Workspace) -> Result<(), String> {
        match self {
            Self::Library => size::library(workspace),
            Self::Size => size::per_dependency(workspace),
            Self::Wheel => wheel::make(workspace),
            Self::Jar => jvm::make(workspace),
            Self::Aar => android::make(workspace),
            Self::XcFramework => apple::make(workspace),
        }
    }
}

/// The folder that a package is put into, made where there is none.
fn folder(workspace: &Workspace, name: &str) -> Result<PathBuf, String> {
    let folder = workspace.target.join("package").join(name);
    fs::create_dir_all(&folder).map_err(|why| format!("{}: {why}", folder.display()))?;
    Ok(folder)
}

/// Functions of which each is byte for byte another one are kept once: Rust's generics leave many, a tenth of the library. Chromium
/// is linked so, its SQLite and BoringSSL as well.
const FOLDED: &str = "-Clink-arg=-Wl,--icf=all";

/// The build of a shared library for a platform, as it is shipped; this machine's own without one.
fn build(workspace: &Workspace, target: Option<&str>) -> Command {
    let mut cargo = library_of(workspace, target, "cdylib");
    if target.is_some() || cfg!(target_os = "linux") {
        cargo.args(["--", FOLDED]);
    }
    cargo
}

/// The build of one kind of library.
fn library_of(workspace: &Workspace, target: Option<&str>, kind: &str) -> Command {
    let arguments =
        ["rustc", "--profile", "mobile", "--package", "turnstone-ffi", "--lib", "--crate-type", kind];
    let mut cargo = workspace.cargo(&arguments);
    if let Some(target) = target {
        cargo.args(["--target", target]);
    }
    cargo
}

/// Where that build puts a file of its own.
fn built(workspace: &Workspace, target: Option<&str>, file: &str) -> PathBuf {
    workspace.target.join(target.unwrap_or_default()).join("mobile").join(file)
}

/// Has the standard library of a platform there.
fn add_platform(target: &str) -> Result<(), String> {
    let sysroot =
        Command::new("rustc").args(["--print", "sysroot"]).output().map_err(|why| format!("rustc: {why}"))?;
    let sysroot = String::from_utf8_lossy(&sysroot.stdout).trim().to_owned();
    if Path::new(&sysroot).join("lib/rustlib").join(target).join("lib").is_dir() {
        return Ok(());
    }
    let mut rustup = Command::new("rustup");
    rustup.args(["target", "add", target]);
    succeed(rustup, &format!("Rust's standard library for {target} is missing, and rustup did not add it"))
}

fn copy(from: &Path, to: &Path) -> Result<(), String> {
    fs::copy(from, to).map(drop).map_err(|why| format!("{} to {}: {why}", from.display(), to.display()))
}
