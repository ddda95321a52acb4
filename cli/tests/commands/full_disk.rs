//! P1, P9 and P11 on a disk that is really full: a small one in memory, in a namespace of its own, which is gone with the
//! shell that made it.

use std::{fs, process::Command};

use serde_json::Value;

use crate::kit::{Computer, make_desk};

/// A computer whose home folder lies on a small disk while a script runs.
struct SmallDisk {
    computer: Computer,
}

impl SmallDisk {
    fn new() -> Self {
        let computer = Computer::new();
        make_desk(&computer.path("desk"), "harbour");
        fs::create_dir(computer.path("disk")).unwrap();
        fs::write(computer.path("photo.jpg"), vec![7; 3_000_000]).unwrap();
        Self { computer }
    }

    /// Runs a script on a disk with these options; `$T NAME ARGUMENTS` calls the program, and leaves what it said.
    /// False where this user may make no disk.
    fn run(&self, options: &str, script: &str) {
        let setting = r#"
            mount -t tmpfs -o "$OPTIONS" tmpfs disk
            touch mounted
            T() {
                name=$1; shift; code=0
                "$PROGRAM" "$@" --json --home disk/home --key-file keys > "$name.json" 2> "$name.said" || code=$?
                echo "$code" > "$name.code"
            }
            fill() { cat /dev/zero > disk/fill$1 2> /dev/null || true; }
            T init init --directory desk/directory.json --root-key desk/root.pub
        "#;
        let mut unshare = Command::new("unshare");
        unshare.args(["--mount", "--propagation", "private"]);
        if !rustix::process::geteuid().is_root() {
            unshare.arg("--map-root-user");
        }
        unshare.args(["sh", "-euc", &format!("{setting}\n{script}")]).env("OPTIONS", options);
        unshare.env("PROGRAM", env!("CARGO_BIN_EXE_turnstone")).current_dir(self.computer.folder.path());
        let output = unshare.output().unwrap();
        let said = String::from_utf8_lossy(&output.stderr);
        // A test that passed without its disk would say what it has not seen.
        assert!(self.computer.path("mounted").exists(), "no disk could be made (unshare, mount): {said}");
        assert!(output.status.success(), "{said}");
    }

    /// The exit code and the document of a call.
    fn came(&self, name: &str) -> (i32, Value) {
        let read =
            |ending: &str| fs::read_to_string(self.computer.path(&format!("{name}.{ending}"))).unwrap();
        let document = serde_json::from_str(&read("json"));
        (
            read("code").trim().parse().unwrap(),
            document.unwrap_or_else(|_| panic!("{name}: {}", read("said"))),
        )
    }

    fn is(&self, name: &str, code: i32, pointer: &str, value: impl Into<Value>) {
        let (ended, document) = self.came(name);
        assert_eq!((ended, document.pointer(pointer)), (code, Some(&value.into())), "{name}: {document}");
    }
}

#[test]
fn p9_on_a_full_disk_words_have_a_reserve_and_after_it_the_reason_is_said_and_all_is_kept() {
    let disk = SmallDisk::new();
    let script = "
        T photo report kraken --what one --attach photo.jpg
        T second report kraken --what two --attach photo.jpg
        fill 1
        T reserve report kraken --what three
        fill 2
        T none report kraken --what four
        T told told 2 --channel 101
        T list list
        T sync sync
        rm disk/fill*
        T room report kraken --what five
        T attach draft attach 2 photo.jpg
        T after list";
    disk.run("size=9m", script);
    disk.is("photo", 0, "/outcome", "submitted");
    disk.is("second", 1, "/error/code", "storage_full");
    disk.is("second", 1, "/draft", 2);
    disk.is("reserve", 0, "/outcome", "submitted");
    for full in ["none", "told", "list", "sync"] {
        disk.is(full, 1, "/error/code", "storage_full");
        let message = disk.came(full).1["error"]["message"].to_string();
        assert!(
            message.contains("the disk is full; what was kept before is still there"),
            "{full}: {message}"
        );
        assert_eq!(message.contains("was NOT kept"), full == "none", "{full}: {message}");
    }
    disk.is("room", 0, "/outcome", "submitted");
    disk.is("attach", 1, "/error/code", "storage_full");
    disk.is("after", 0, "/counts/reports", 3);
    disk.is("after", 0, "/counts/drafts", 1);
    disk.is("after", 0, "/counts/waiting", 4);
}

#[test]
fn p9_where_no_more_files_can_be_made_words_have_two_and_after_them_the_reason_is_said_and_all_is_kept() {
    let disk = SmallDisk::new();
    let script = "
        T first report kraken --what one
        for n in 1 2 3 4 5 6 7 8 9; do touch disk/file$n 2> /dev/null || break; done
        T reserve report kraken --what two
        for n in a b c d e f g h i; do touch disk/file$n 2> /dev/null || break; done
        T none report kraken --what two --attach photo.jpg
        T list list
        rm disk/file*
        T room report kraken --what three --attach photo.jpg
        T after list";
    disk.run("size=50m,nr_inodes=14", script);
    disk.is("first", 0, "/outcome", "submitted");
    disk.is("reserve", 0, "/outcome", "submitted");
    disk.is("none", 1, "/error/code", "storage_full");
    disk.is("list", 1, "/error/code", "storage_full");
    disk.is("room", 0, "/outcome", "submitted");
    disk.is("after", 0, "/counts/reports", 3);
}

#[test]
fn p11_a_stick_without_room_is_said_by_its_name_and_keeps_no_half_of_a_bundle() {
    let disk = SmallDisk::new();
    let script = "
        T photo report kraken --what one --attach photo.jpg
        head -c 1500000 /dev/zero > disk/spare
        fill 1
        rm disk/spare
        T full export disk/reports.bundle
        ls -A disk > left
        rm disk/fill*
        T room export disk/reports.bundle
        ls -A disk > whole";
    disk.run("size=20m", script);
    disk.is("photo", 0, "/outcome", "submitted");
    disk.is("full", 1, "/error/code", "file");
    disk.is("full", 1, "/error/message", "disk/reports.bundle: the disk is full");
    disk.is("room", 0, "/bundles/0/objects", 2);
    let listed = |name| fs::read_to_string(disk.computer.path(name)).unwrap();
    assert_eq!((listed("left"), listed("whole")), ("fill1\nhome\n".into(), "home\nreports.bundle\n".into()));
}

#[test]
fn p4_on_a_full_disk_a_home_is_wiped_all_the_same() {
    let disk = SmallDisk::new();
    let script = "
        T photo report kraken --what one --attach photo.jpg
        fill 1
        T reserve report kraken --what two
        fill 2
        T wipe wipe --yes
        ls -A disk > left
        T list list
        rm disk/fill*
        T again init";
    disk.run("size=9m", script);
    disk.is("wipe", 0, "/outcome", "wiped");
    assert_eq!(fs::read_to_string(disk.computer.path("left")).unwrap(), "fill1\nfill2\n");
    disk.is("list", 1, "/error/code", "not_set_up");
    disk.is("again", 0, "/outcome", "set_up");
    let keys: Value = serde_json::from_slice(&fs::read(disk.computer.path("keys")).unwrap()).unwrap();
    assert_eq!(keys["slots"].as_object().unwrap().len(), 2, "those of the new one");
}
