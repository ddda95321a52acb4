//! The jar for the JVM, with this machine's library in it as it is shipped.

use super::{copy, folder, size, succeed};
use crate::workspace::Workspace;

pub(super) fn make(workspace: &Workspace) -> Result<(), String> {
    let library = size::shipped(workspace)?;
    let to = folder(workspace, "jar")?;
    let mut maven = workspace.tool("mvn");
    maven.args([
        "--batch-mode",
        "--no-transfer-progress",
        "--file",
        "bindings/kotlin/pom.xml",
        "package",
        "-DskipTests",
    ]);
    maven.arg(format!("-Dturnstone.build={}", to.join("build").display())).env("TURNSTONE_FFI", library);
    succeed(maven, "Maven made no jar")?;
    let jar = to.join("build/turnstone-core.jar");
    let there = to.join("turnstone-core.jar");
    copy(&jar, &there)?;
    println!("{}", there.display());
    Ok(())
}
