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
        names.contains(&"killed")
            && names.contains(&"answered")
            && names.contains(&"line_broke")
            && names.ends_with(&["compared"]),
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

#[cfg(target_os = "linux")]
#[test]
fn killed_in_the_middle_it_leaves_no_desk_running() {
    use std::{
        fs,
        io::{BufRead, BufReader},
        time::{Duration, Instant},
    };
    let folder = tempfile::tempdir().unwrap();
    let mut demo = std::process::Command::new(env!("CARGO_BIN_EXE_turnstone"));
    demo.args(["demo", "--keep"]).arg(folder.path()).stdout(std::process::Stdio::piped());
    let mut demo = demo.spawn().unwrap();
    let told = BufReader::new(demo.stdout.take().unwrap()).lines();
    let met = told.map_while(Result::ok).any(|line| line.contains("The desk is on"));
    // Those whose arguments name this demonstration's folder, itself left out.
    let (own, place) = (demo.id().to_string(), folder.path().to_string_lossy().into_owned());
    let others = || {
        let running =
            fs::read_dir("/proc").unwrap().filter_map(|entry| entry.unwrap().file_name().into_string().ok());
        let args = |pid: &String| fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
        running.filter(|pid| *pid != own && String::from_utf8_lossy(&args(pid)).contains(&place)).count()
    };
    assert!(met && others() > 0, "no desk ran");
    demo.kill().unwrap();
    demo.wait().unwrap();
    let since = Instant::now();
    while others() > 0 {
        assert!(since.elapsed() < Duration::from_secs(20), "something of the demonstration goes on");
        std::thread::sleep(Duration::from_millis(50));
    }
}
