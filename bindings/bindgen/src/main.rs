//! The generator of exactly the version of uniffi that the library is built with.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::ExitCode,
};

/// The Python module that is checked in.
const PYTHON: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../python/turnstone/turnstone_ffi.py");

fn main() -> ExitCode {
    let arguments: Vec<_> = env::args().collect();
    let Some(folder) = asked_by_maturin(&arguments) else {
        uniffi::uniffi_bindgen_main();
        return ExitCode::SUCCESS;
    };
    // A wheel holds the module that was reviewed, which `cargo xtask bindings --check` holds against the library; the library that is
    // shipped is stripped of what it could be generated from.
    let given = fs::create_dir_all(&folder).and_then(|()| fs::copy(PYTHON, folder.join("turnstone_ffi.py")));
    match given {
        Ok(_) => ExitCode::SUCCESS,
        Err(_) => ExitCode::FAILURE,
    }
}

/// Where maturin wants the module: nobody else calls with `--library` any more.
fn asked_by_maturin(arguments: &[String]) -> Option<PathBuf> {
    let is_maturin = arguments.iter().any(|argument| argument == "--library");
    let folder = arguments.iter().skip_while(|argument| *argument != "--out-dir").nth(1)?;
    is_maturin.then(|| Path::new(folder).to_owned())
}
