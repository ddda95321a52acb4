//! What stands in the way of `serve` and `open`: one sentence, one code, exit 1, and nothing changed.

use std::{fs, os::unix::fs::PermissionsExt, path::Path, process::Output};

use rustix::process::geteuid;
use serde_json::Value;

use crate::kit::{TestDesk, ends, program, report, tree};

const NOBODY: u32 = 65_534;

fn refused(output: &Output, what: &str) -> String {
    assert_eq!(output.status.code(), Some(1), "{what}: {}", String::from_utf8_lossy(&output.stderr));
    let said = String::from_utf8(output.stderr.clone()).unwrap();
    assert!(said.lines().count() == 1 && said.starts_with("turnstone-desk: "), "{what}: {said}");
    let document: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{what}: no document"));
    assert!(said.contains(document["error"]["message"].as_str().unwrap()), "{what}: {said}");
    document["error"]["code"].as_str().unwrap().to_owned()
}

fn serve(server: &str, more: &[&str]) -> Output {
    let args = ["serve", server, "--json"];
    let listen: &[&str] = if more.contains(&"--listen") { &[] } else { &["--listen", "127.0.0.1:0"] };
    let mut command = program();
    command.args(args).args(listen).args(more);
    ends(command)
}

/// Every file with its bytes.
fn contents(folder: &Path) -> Vec<(std::path::PathBuf, Option<Vec<u8>>)> {
    tree(folder).into_iter().map(|path| (path.clone(), fs::read(path).ok())).collect()
}

#[test]
fn p11_a_server_that_cannot_start_says_why_and_changes_nothing() {
    let desk = TestDesk::new();
    let server = desk.server();
    let running = desk.serve();
    let taken = format!("127.0.0.1:{}", running.port);
    assert_eq!(refused(&serve(&server, &[]), "served already"), "already_serving");
    let other = TestDesk::new();
    let other_server = other.server();
    assert_eq!(refused(&serve(&other_server, &["--listen", &taken]), "port in use"), "listen");
    assert!(running.stop());
    let before = contents(Path::new(&server));
    for address in ["nonsense", "127.0.0.1:99999", "192.0.2.1:0", ""] {
        assert_eq!(refused(&serve(&server, &["--listen", address]), address), "listen");
    }
    let (missing, text) = (desk.at("missing.pem"), desk.at("text.pem"));
    fs::write(&text, "no certificate").unwrap();
    for (cert, key) in [(&missing, &missing), (&text, &text)] {
        let tls = ["--tls-cert", cert, "--tls-key", key];
        assert!(["bad_file", "tls"].contains(&refused(&serve(&server, &tls), "TLS files").as_str()));
    }
    assert_eq!(contents(Path::new(&server)), before);
    for (folder, code) in [(desk.at("nowhere"), "file"), (desk.at("desk"), "file"), (text.clone(), "file")] {
        assert_eq!(refused(&serve(&folder, &[]), &folder), code);
    }
    assert!(!Path::new(&desk.at("nowhere")).exists() && !Path::new(&desk.at("desk/intake.db")).exists());
    fs::write(Path::new(&server).join("intake.json"), "{\"desk\":").unwrap();
    assert_eq!(refused(&serve(&server, &[]), "half a configuration"), "bad_file");
}

#[test]
fn a_server_whose_certificate_is_gone_does_not_serve_in_clear() {
    let folder = tempfile::tempdir().unwrap();
    let dir = folder.path().to_str().unwrap();
    let init = ["init", dir, "--id", "quay", "--name", "Quay desk", "--url", "https://127.0.0.1"];
    assert!(crate::kit::desk(&init).status.success());
    let server = format!("{dir}/server");
    for gone in ["tls.pem", "tls.key"] {
        let path = folder.path().join("server").join(gone);
        let held = fs::read(&path).unwrap();
        fs::remove_file(&path).unwrap();
        assert_eq!(refused(&serve(&server, &[]), gone), "bad_file");
        fs::write(&path, held).unwrap();
    }
}

#[test]
fn p11_a_database_of_a_newer_schema_is_refused_by_name_and_left_alone() {
    let desk = TestDesk::new();
    assert!(desk.serve().stop());
    let path = Path::new(&desk.server()).join("intake.db");
    let mut bytes = fs::read(&path).unwrap();
    // `user_version` (sqlite.org/fileformat, offset 60).
    bytes[60..64].copy_from_slice(&2_u32.to_be_bytes());
    fs::write(&path, &bytes).unwrap();
    assert_eq!(refused(&serve(&desk.server(), &[]), "serve"), "newer_schema");
    assert_eq!(refused(&desk.open(), "open"), "newer_schema");
    assert!(fs::read(&path).unwrap() == bytes);
}

#[test]
fn p11_a_damaged_database_is_told_of_once_and_the_intake_goes_on() {
    let desk = TestDesk::new();
    let intake = desk.serve();
    let envelope = desk.seal(report(1).to_string().as_bytes());
    let receipt = intake.put(&envelope).body;
    assert!(intake.stop());
    fs::write(Path::new(&desk.server()).join("intake.db"), vec![0x5a; 20_000]).unwrap();
    let told = fs::File::create(desk.at("told")).unwrap();
    let mut command = program();
    command.args(["serve", &desk.server(), "--listen", "127.0.0.1:0"]).stderr(told);
    let intake = crate::kit::Intake::start(command);
    let again = intake.put(&envelope);
    assert!(
        again.status == 200 && desk.vouches(&again, turnstone_wire::receipt::ObjectKind::Report, &envelope)
    );
    assert!(!receipt.is_empty() && intake.stop());
    let told = fs::read_to_string(desk.at("told")).unwrap();
    assert_eq!(told.matches("intake.db was damaged").count(), 1, "{told}");
    assert_eq!(told.lines().count(), 1, "{told}");
    assert_eq!(crate::kit::json(&desk.open())["opened"][0]["reference"], report(1)["reference"]);
}

#[test]
fn p11_a_folder_that_may_not_be_written_is_told_in_one_sentence() {
    let desk = TestDesk::new();
    assert!(desk.serve().stop());
    let root = geteuid().is_root();
    // Root writes everywhere: the program runs as nobody then, from a place that nobody may read.
    let binary = desk.folder.path().join("turnstone-desk");
    fs::copy(env!("CARGO_BIN_EXE_turnstone-desk"), &binary).unwrap();
    for path in tree(desk.folder.path()).into_iter().chain([desk.folder.path().to_owned()]) {
        if root {
            std::os::unix::fs::chown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
        }
        let mode = if path.is_dir() || path == binary { 0o555 } else { 0o444 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
    let before = contents(desk.folder.path());
    let run = |args: &[&str]| {
        let mut command = std::process::Command::new(&binary);
        command.args(args).current_dir("/");
        if root {
            std::os::unix::process::CommandExt::uid(&mut command, NOBODY);
            std::os::unix::process::CommandExt::gid(&mut command, NOBODY);
        }
        ends(command)
    };
    assert_eq!(
        refused(&run(&["serve", &desk.server(), "--json", "--listen", "127.0.0.1:0"]), "serve"),
        "read_only"
    );
    let args = desk.open_args();
    assert_eq!(refused(&run(&args.each_ref().map(String::as_str)), "open"), "read_only");
    assert_eq!(contents(desk.folder.path()), before);
    for path in tree(desk.folder.path()).into_iter().chain([desk.folder.path().to_owned()]) {
        let mode = if path.is_dir() { 0o755 } else { 0o644 };
        fs::set_permissions(&path, fs::Permissions::from_mode(mode)).unwrap();
    }
}
