//! The demonstration comes out as promised, and leaves nothing behind.

use assert_cmd::Command;
use serde_json::Value;

#[test]
fn the_story_ends_as_promised_and_what_is_kept_can_be_looked_at() {
    let folder = tempfile::tempdir().unwrap();
    let keep = folder.path().join("demo");
    let mut demo = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    let output = demo.args(["demo", "--json", "--keep"]).arg(&keep).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(told["outcome"], "as_promised");
    let names: Vec<_> =
        told["steps"].as_array().unwrap().iter().map(|step| step["name"].as_str().unwrap()).collect();
    assert!(
        names.contains(&"killed") && names.contains(&"line_broke") && names.ends_with(&["compared"]),
        "{names:?}"
    );
    let opened = std::path::PathBuf::from(told["opened_report"].as_str().unwrap());
    assert_eq!(std::fs::read(opened.join("1.jpg")).unwrap(), include_bytes!("../src/demo/photo.jpg"));
}

#[test]
fn without_a_folder_to_keep_nothing_is_left() {
    let folder = tempfile::tempdir().unwrap();
    let mut demo = Command::new(env!("CARGO_BIN_EXE_turnstone"));
    demo.arg("demo").env("TMPDIR", folder.path()).assert().success();
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0);
}
