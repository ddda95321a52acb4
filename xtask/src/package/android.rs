//! The AAR: the library for each kind of Android device by the NDK, looked at, and put together by Gradle.

use std::{env, fs, path::PathBuf, process::Command};

use super::{add_platform, build, built, copy, elf, folder, succeed};
use crate::workspace::Workspace;

/// The oldest Android that it is for: that of `bindings/kotlin/android`.
const API: u32 = 26;

/// A kind of device: Rust's name for it, Android's, the NDK's compiler.
const DEVICES: [(&str, &str, &str); 3] = [
    ("aarch64-linux-android", "arm64-v8a", "aarch64-linux-android"),
    ("armv7-linux-androideabi", "armeabi-v7a", "armv7a-linux-androideabi"),
    ("x86_64-linux-android", "x86_64", "x86_64-linux-android"),
];

pub(super) fn make(workspace: &Workspace) -> Result<(), String> {
    let programs = ndk()?;
    let libraries = workspace.root.join("bindings/kotlin/android/src/main/jniLibs");
    for (target, abi, compiler) in DEVICES {
        add_platform(target)?;
        succeed(
            for_device(workspace, &programs, target, compiler),
            &format!("the library for {abi} was not built"),
        )?;
        let library = built(workspace, Some(target), "libturnstone_ffi.so");
        let bytes = fs::read(&library).map_err(|why| format!("{}: {why}", library.display()))?;
        let least = elf::alignment(&bytes)?;
        if least < elf::PAGE {
            return Err(format!("{abi}: segments are aligned to {least} bytes, and not to pages of 16 KB"));
        }
        println!("{abi}: {} bytes, segments aligned to {least}", bytes.len());
        let to = libraries.join(abi);
        fs::create_dir_all(&to).map_err(|why| format!("{}: {why}", to.display()))?;
        copy(&library, &to.join("libturnstone_ffi.so"))?;
    }
    let mut gradle = Command::new("gradle");
    gradle
        .args(["--no-daemon", "assembleRelease"])
        .current_dir(workspace.root.join("bindings/kotlin/android"));
    succeed(gradle, "Gradle made no AAR")?;
    let aar = workspace.root.join("bindings/kotlin/android/build/outputs/aar/turnstone-core-release.aar");
    let there = folder(workspace, "aar")?.join("turnstone-core.aar");
    copy(&aar, &there)?;
    println!("{}", there.display());
    Ok(())
}

/// The build for a kind of device, with the NDK's compiler and linker.
fn for_device(workspace: &Workspace, programs: &std::path::Path, target: &str, compiler: &str) -> Command {
    let mut cargo = build(workspace, Some(target));
    // Places that the loader fills in are written down as Android 6 and newer reads them: a byte or two each, and not 24.
    cargo.arg("-Clink-arg=-Wl,--pack-dyn-relocs=android");
    let clang = programs.join(format!("{compiler}{API}-clang"));
    let upper = target.to_uppercase().replace('-', "_");
    let lower = target.replace('-', "_");
    cargo
        .env(format!("CARGO_TARGET_{upper}_LINKER"), &clang)
        .env(
            format!("CARGO_TARGET_{upper}_RUSTFLAGS"),
            format!("-Clink-arg=-Wl,-z,max-page-size={}", elf::PAGE),
        )
        .env(format!("CC_{lower}"), &clang)
        .env(format!("AR_{lower}"), programs.join("llvm-ar"));
    cargo
}

/// The folder of the NDK's programs.
fn ndk() -> Result<PathBuf, String> {
    let ndk = env::var_os("ANDROID_NDK_HOME").ok_or("there is no NDK: ANDROID_NDK_HOME is not set")?;
    let hosts = PathBuf::from(ndk).join("toolchains/llvm/prebuilt");
    let host = fs::read_dir(&hosts).map_err(|why| format!("{}: {why}", hosts.display()))?.flatten().next();
    Ok(host.ok_or_else(|| format!("{} holds nothing", hosts.display()))?.path().join("bin"))
}
