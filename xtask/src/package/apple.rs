//! The XCFramework: static libraries for devices and simulators, put together by Xcode. On a Mac only.

use std::{fs, path::Path, process::Command};

use super::{add_platform, built, copy, folder, library_of, succeed};
use crate::workspace::Workspace;

const DEVICE: &str = "aarch64-apple-ios";
/// A simulator runs on a Mac of either kind.
const SIMULATOR: [&str; 2] = ["aarch64-apple-ios-sim", "x86_64-apple-ios"];
const LIBRARY: &str = "libturnstone_ffi.a";
/// The header that Swift imports, and the module that it is.
const HEADERS: [&str; 1] = ["CoreFFI.h"];
const MODULE: &str = "module CoreFFI {\n    header \"CoreFFI.h\"\n    export *\n}\n";
/// The oldest iOS that it is for: that of `ios/Package.swift`.
const IOS: &str = "16.0";

pub(super) fn make(workspace: &Workspace) -> Result<(), String> {
    if !cfg!(target_os = "macos") {
        return Err("an XCFramework is put together by Xcode, on a Mac".to_owned());
    }
    for target in [DEVICE].into_iter().chain(SIMULATOR) {
        add_platform(target)?;
        let mut cargo = library_of(workspace, Some(target), "staticlib");
        cargo.env("IPHONEOS_DEPLOYMENT_TARGET", IOS);
        succeed(cargo, &format!("the library for {target} was not built"))?;
    }
    let to = folder(workspace, "xcframework")?;
    let simulator = to.join(LIBRARY);
    let mut lipo = Command::new("lipo");
    lipo.arg("-create").args(SIMULATOR.map(|target| built(workspace, Some(target), LIBRARY)));
    succeed(with(lipo, "-output", &simulator), "lipo made no library for simulators")?;
    let headers = to.join("headers");
    fs::create_dir_all(&headers).map_err(|why| format!("{}: {why}", headers.display()))?;
    for header in HEADERS {
        copy(&workspace.root.join("bindings/swift/Sources/CoreFFI").join(header), &headers.join(header))?;
    }
    let module = headers.join("module.modulemap");
    fs::write(&module, MODULE).map_err(|why| format!("{}: {why}", module.display()))?;
    let framework = to.join("CoreFFI.xcframework");
    let _ = fs::remove_dir_all(&framework);
    let mut xcodebuild = Command::new("xcodebuild");
    xcodebuild.arg("-create-xcframework");
    for library in [built(workspace, Some(DEVICE), LIBRARY), simulator] {
        xcodebuild = with(with(xcodebuild, "-library", &library), "-headers", &headers);
    }
    succeed(with(xcodebuild, "-output", &framework), "Xcode made no framework")?;
    println!("{}", framework.display());
    Ok(())
}

fn with(mut command: Command, option: &str, path: &Path) -> Command {
    command.arg(option).arg(path);
    command
}
