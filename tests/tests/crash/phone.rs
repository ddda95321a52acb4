//! The field client's commands.

use std::{fs, process::Command};

use serde_json::Value;
use turnstone_tests::field::Field;

use crate::world::{Expected, Job, Told, WHAT, done, finish, listed, photos_held, reference, references};

/// A report with a photo, in one command.
fn report() -> Job {
    let command = |phone: &Field| {
        let photo = phone.path("small.jpg");
        phone.command(&["report", "kraken", "--what", WHAT, "--attach", photo.to_str().unwrap()])
    };
    Job::new(
        "report with a photo",
        |_| {},
        command,
        |phone, told| {
            let (listed, expected) = one_report(phone, told, 1);
            let drafts = &listed["counts"]["drafts"];
            if told.json["outcome"] == "kept" {
                assert_eq!(drafts, 1, "said to be kept: {}", told.json);
            }
            if drafts == 1 {
                // Whatever became of the photo, the words are whole.
                let shown = phone.turnstone(&["draft", "show", "1"]).json;
                assert!(shown.to_string().contains(WHAT), "{shown}");
                let photos = shown["attachments"].as_array().unwrap().len();
                let reference = reference(&phone.turnstone(&["draft", "submit", "1"]));
                return finish(phone, Expected::from([(reference, (WHAT, photos))]));
            }
            finish(phone, expected)
        },
    )
}

/// What the phone lists, and what it owes the desk for at most one report with so many photos.
fn one_report(phone: &Field, told: &Told, photos: usize) -> (Value, Expected) {
    let listed = listed(phone);
    let (drafts, held) = (&listed["counts"]["drafts"], references(&listed));
    assert!(drafts.as_u64().unwrap() + held.len() as u64 <= 1, "nothing twice: {listed}");
    assert!(photos_held(phone) <= 1, "one photo at most, and none without a name");
    match told.json["reference"].as_str() {
        Some(reference) => assert_eq!(held, [reference], "a reference that was told is kept"),
        None => assert!(!told.succeeded, "a success tells a reference: {}", told.json),
    }
    (listed, held.into_iter().map(|reference| (reference, (WHAT, photos))).collect())
}

/// A draft with words, and `draft attach` with a photo: a small one of which there can be no copy, for it is cut short, or a whole one.
fn attach(photo: &'static str) -> Job {
    if photo == "photo.jpg" {
        let command = |phone: &Field| attach_command(phone, "photo.jpg");
        return Job::new(
            "draft attach, 838 kB",
            |phone| draft(phone, false),
            command,
            |phone, told| attached(phone, told, "photo.jpg", 1),
        );
    }
    let command = |phone: &Field| attach_command(phone, "small.jpg");
    let prepare = |phone: &Field| draft(phone, false);
    Job::new("draft attach", prepare, command, |phone, told| attached(phone, told, "small.jpg", 0))
}

/// Its original is there whole or not at all, its copy as well, and none without its original.
fn attached(phone: &Field, told: &Told, photo: &str, copies: usize) -> Expected {
    listed(phone);
    let shown = phone.turnstone(&["draft", "show", "1"]).json;
    assert!(shown.to_string().contains(WHAT), "{shown}");
    let (original, copy) = (in_the_role(&shown, "original"), in_the_role(&shown, "copy"));
    assert!(copy <= original.min(copies), "{shown}");
    assert!(
        photos_held(phone) == i64::try_from(original + copy).unwrap(),
        "no bytes without a name: {shown}"
    );
    if told.succeeded || !told.json.is_null() && told.json["error"].is_null() {
        assert_eq!((original, copy), (1, copies), "said to be added: {}", told.json);
    }
    if original == 0 {
        done(&phone.turnstone(&["draft", "attach", "1", photo]));
    } else if copy < copies {
        done(&phone.turnstone(&["draft", "copy-again", "1", "1"]));
    }
    let reference = reference(&phone.turnstone(&["draft", "submit", "1"]));
    finish(phone, Expected::from([(reference, (WHAT, 1 + copies))]))
}

/// How many of a draft's attachments are originals, or copies.
fn in_the_role(shown: &Value, role: &str) -> usize {
    shown["attachments"].as_array().unwrap().iter().filter(|one| one["role"] == role).count()
}

/// A part of a copy made unrecognisable: the draft holds the old copy or the new one, whole, and never both or none.
fn blur() -> Job {
    let prepare = |phone: &Field| {
        draft(phone, false);
        done(&phone.turnstone(&["draft", "attach", "1", "photo.jpg"]));
        done(&phone.turnstone(&["draft", "copy", "1", "1", "-o", "before.jpg"]));
    };
    let command = |phone: &Field| phone.command(&["draft", "blur", "1", "1", "--region", "64,64,96,96"]);
    Job::new("draft blur", prepare, command, |phone, told| {
        listed(phone);
        let shown = phone.turnstone(&["draft", "show", "1"]).json;
        assert_eq!((in_the_role(&shown, "original"), in_the_role(&shown, "copy")), (1, 1), "{shown}");
        assert_eq!(photos_held(phone), 2, "no bytes without a name, nor the copy that was replaced");
        done(&phone.turnstone(&["draft", "copy", "1", "1", "-o", "after.jpg"]));
        let same = fs::read(phone.path("before.jpg")).unwrap() == fs::read(phone.path("after.jpg")).unwrap();
        assert!(!told.succeeded || !same, "said to be blurred: {}", told.json);
        if same {
            done(&phone.turnstone(&["draft", "blur", "1", "1", "--region", "64,64,96,96"]));
        }
        let reference = reference(&phone.turnstone(&["draft", "submit", "1"]));
        finish(phone, Expected::from([(reference, (WHAT, 2))]))
    })
}

fn attach_command(phone: &Field, photo: &str) -> Command {
    phone.command(&["draft", "attach", "1", phone.path(photo).to_str().unwrap()])
}

/// A draft with words and, where asked for, a photo.
pub(crate) fn draft(phone: &Field, with_photo: bool) {
    done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft"]));
    if with_photo {
        done(&phone.turnstone(&["draft", "attach", "1", "small.jpg"]));
    }
}

fn submit() -> Job {
    let command = |phone: &Field| phone.command(&["draft", "submit", "1"]);
    Job::new(
        "draft submit",
        |phone| draft(phone, true),
        command,
        |phone, told| {
            let (listed, expected) = one_report(phone, told, 1);
            assert_eq!(photos_held(phone), 1);
            if listed["counts"]["drafts"] == 0 {
                assert_eq!(expected.len(), 1, "a draft becomes a report or stays: {listed}");
                return finish(phone, expected);
            }
            let reference = reference(&phone.turnstone(&["draft", "submit", "1"]));
            finish(phone, Expected::from([(reference, (WHAT, 1))]))
        },
    )
}

fn discard() -> Job {
    let command = |phone: &Field| phone.command(&["draft", "discard", "1"]);
    Job::new(
        "draft discard",
        |phone| draft(phone, true),
        command,
        |phone, told| {
            let listed = listed(phone);
            assert!(references(&listed).is_empty());
            if told.succeeded || told.json["outcome"] == "discarded" {
                assert_eq!(listed["counts"]["drafts"], 0, "said to be discarded");
            }
            if listed["counts"]["drafts"] == 1 {
                let shown = phone.turnstone(&["draft", "show", "1"]).json;
                assert_eq!(shown["attachments"].as_array().unwrap().len(), 1, "whole or gone: {shown}");
                done(&phone.turnstone(&["draft", "discard", "1"]));
            }
            let expected = finish(phone, Expected::new());
            assert_eq!(photos_held(phone), 0, "its photo is gone with it");
            expected
        },
    )
}

/// A report that waits; its reference is kept beside the phone.
pub(crate) fn waiting(phone: &Field) {
    let submitted = phone.turnstone(&["report", "kraken", "--what", WHAT, "--attach", "small.jpg"]);
    fs::write(phone.path("reference"), reference(&submitted)).unwrap();
}

pub(crate) fn kept_reference(phone: &Field) -> String {
    fs::read_to_string(phone.path("reference")).unwrap()
}

/// A shred: the key of the vault copy ends.
fn forget() -> Job {
    let command = |phone: &Field| phone.command(&["forget", &kept_reference(phone)]);
    Job::new("forget, which shreds", waiting, command, |phone, told| {
        let listed = listed(phone);
        let reference = kept_reference(phone);
        assert_eq!(references(&listed), [reference.as_str()], "what waits keeps its record");
        if told.succeeded || told.json["outcome"] == "forgotten" {
            assert_eq!(listed["reports"][0]["copy_kept"], false, "said to be forgotten");
        }
        finish(phone, Expected::from([(reference, (WHAT, 1))]))
    })
}

/// A database that is set aside and carried over. Nothing of it is damaged, so nothing may be missing afterwards: only the
/// mending was begun.
fn mend() -> Job {
    let prepare = |phone: &Field| {
        waiting(phone);
        done(&phone.turnstone(&["report", "kraken", "--what", WHAT, "--draft", "--attach", "small.jpg"]));
        fs::create_dir(phone.home().join("damaged-words.part")).unwrap();
    };
    let command = |phone: &Field| phone.command(&["list"]);
    Job::new("list, which mends", prepare, command, |phone, _| {
        let listed = listed(phone);
        let reference = kept_reference(phone);
        assert_eq!(references(&listed), [reference.as_str()], "{listed}");
        assert_eq!(
            (&listed["reports"][0]["copy_kept"], &listed["counts"]["drafts"]),
            (&true.into(), &1.into())
        );
        assert!(phone.home().join("damaged-words-1/words.db").is_file(), "set aside whole");
        assert!(!phone.home().join("words.db.new").exists(), "nothing half done is left");
        let second = crate::world::reference(&phone.turnstone(&["draft", "submit", "2"]));
        finish(phone, Expected::from([(reference, (WHAT, 1)), (second, (WHAT, 1))]))
    })
}

/// What waits, in a bundle: a file that is there whole or not at all, and nothing else changes.
fn export() -> Job {
    let prepare = |phone: &Field| {
        let submitted = phone.turnstone(&["report", "kraken", "--what", WHAT, "--attach", "photo.jpg"]);
        fs::write(phone.path("reference"), reference(&submitted)).unwrap();
    };
    let command = |phone: &Field| phone.command(&["export", phone.path("bundle").to_str().unwrap()]);
    Job::new("export", prepare, command, |phone, told| {
        let (bundle, server) = (phone.path("bundle"), phone.path("desk/server"));
        let arguments = ["import", bundle.to_str().unwrap(), "--to", server.to_str().unwrap()];
        assert!(!told.succeeded || bundle.exists(), "said to be written: {}", told.json);
        if bundle.exists() {
            let taken = phone.done(phone.desk_command(&arguments).output().unwrap());
            assert_eq!((taken.code, &taken.json["complete"]), (Some(0), &true.into()), "{}", taken.said);
        }
        // What a kill left is no hindrance, and no longer there.
        done(&phone.turnstone(&["export", bundle.to_str().unwrap(), "--force"]));
        assert!(!phone.path(".bundle.part").exists());
        finish(phone, Expected::from([(kept_reference(phone), (WHAT, 2))]))
    })
}

/// An answer out of which receipts come: each of them counts, or the next import brings it.
fn import() -> Job {
    let prepare = |phone: &Field| {
        let path = |name: &str| phone.path(name).to_str().unwrap().to_owned();
        waiting(phone);
        done(&phone.turnstone(&["export", &path("bundle")]));
        let arguments =
            ["import", &path("bundle"), "--to", &path("desk/server"), "--answer", &path("answer")];
        done(&phone.done(phone.desk_command(&arguments).output().unwrap()));
    };
    let command = |phone: &Field| phone.command(&["import", phone.path("answer").to_str().unwrap()]);
    Job::new("import", prepare, command, |phone, told| {
        let counts = |listed: Value| {
            let count = |name: &str| listed["counts"][name].as_u64().unwrap();
            (count("waiting"), count("stored"))
        };
        let came = counts(listed(phone));
        assert!(came == (0, 2) || (came == (2, 0) && !told.succeeded), "{came:?}: {}", told.json);
        done(&phone.turnstone(&["import", phone.path("answer").to_str().unwrap()]));
        assert_eq!(counts(listed(phone)), (0, 2));
        Expected::from([(kept_reference(phone), (WHAT, 1))])
    })
}

/// An unlock that seals a report anew, its contact too: keys of both kinds have died, and the desk has no old one left.
fn seal_anew() -> Job {
    let prepare = |phone: &Field| {
        let report =
            ["report", "kraken", "--what", WHAT, "--attach", "small.jpg", "--contact", "Ann, 01929 000000"];
        fs::write(phone.path("reference"), reference(&phone.turnstone(&report))).unwrap();
        let desk = phone.path("desk");
        let keys = phone.desk(["key".as_ref(), desk.as_os_str(), "list".as_ref()], []);
        for role in ["seal", "source"] {
            let dead = keys["keys"].as_array().unwrap().iter().find(|key| key["role"] == role).unwrap();
            phone.desk(
                ["key".as_ref(), desk.as_os_str(), "set".as_ref()],
                [dead["id"].as_str().unwrap(), "lost"],
            );
            phone.desk(["key".as_ref(), desk.as_os_str(), "add".as_ref()], [role]);
            fs::remove_file(desk.join(format!("officer/{role}.key"))).unwrap();
        }
        let (directory, root) = (desk.join("directory.json"), desk.join("root.pub"));
        let (directory, root) = (directory.to_str().unwrap(), root.to_str().unwrap());
        done(&phone.turnstone(&["init", "--directory", directory, "--root-key", root]));
    };
    let command = |phone: &Field| phone.command(&["unlock"]);
    Job::new("unlock, which seals anew", prepare, command, |phone, _| {
        let listed = listed(phone);
        let reference = kept_reference(phone);
        assert_eq!(references(&listed), [reference.as_str()], "{listed}");
        let words = &listed["reports"][0]["items"][0];
        assert!(words["resealed_at"].is_string() && words["state"] == "waits", "now at the latest: {listed}");
        assert_eq!(listed["reports"][0]["copy_kept"], true);
        finish(phone, Expected::from([(reference, (WHAT, 1))]))
    })
}

/// A watch that has ended is thrown away: all of it is there, or nothing, and what was written on it stays.
fn discard_watch() -> Job {
    let prepare = |phone: &Field| {
        done(&phone.turnstone(&["watch", "start", "--person", "A. Lookout"]));
        draft(phone, true);
        done(&phone.turnstone(&["watch", "stop"]));
    };
    let command = |phone: &Field| phone.command(&["watch", "discard", "1"]);
    Job::new("watch discard", prepare, command, |phone, told| {
        listed(phone);
        let watches = phone.turnstone(&["watch", "list"]).json;
        let watches = watches["watches"].as_array().unwrap();
        if told.succeeded || told.json["outcome"] == "discarded" {
            assert!(watches.is_empty(), "said to be discarded: {watches:?}");
        }
        for watch in watches {
            assert_eq!(
                (&watch["people"][0], &watch["damaged"]),
                (&"A. Lookout".into(), &0.into()),
                "whole or gone"
            );
            done(&phone.turnstone(&["watch", "discard", "1"]));
        }
        assert_eq!(photos_held(phone), 1, "what was written on it stays");
        let reference = reference(&phone.turnstone(&["draft", "submit", "1"]));
        finish(phone, Expected::from([(reference, (WHAT, 1))]))
    })
}

#[test]
fn p1_p3_a_report_killed_after_any_write_is_there_once_or_a_draft() {
    assert!(report().kill() >= 20, "a report with so few writes was not watched");
}

#[test]
fn p1_p9_a_report_whose_disk_fails_at_any_write_ends_with_a_sentence_and_loses_nothing() {
    report().fail();
}

#[test]
fn p1_a_photo_said_to_be_added_is_there_after_a_kill_at_any_write() {
    attach("small.jpg").kill();
    attach("photo.jpg").kill();
}

#[test]
fn p1_a_copy_is_the_old_one_or_the_blurred_one_after_a_kill_at_any_write() {
    blur().kill();
}

#[test]
fn p1_p9_a_photo_whose_disk_fails_at_any_write_is_added_or_not() {
    attach("small.jpg").fail();
}

#[test]
fn p1_p3_a_submit_killed_after_any_write_is_delivered_once() {
    assert!(submit().kill() >= 20, "a submit with so few writes was not watched");
}

#[test]
fn p1_p9_a_submit_whose_disk_fails_at_any_write_is_delivered_once() {
    submit().fail();
}

#[test]
fn p1_a_draft_said_to_be_discarded_is_gone_after_a_kill_at_any_write() {
    discard().kill();
}

#[test]
fn p1_p9_a_discard_whose_disk_fails_at_any_write_leaves_all_or_nothing() {
    discard().fail();
}

#[test]
fn p1_a_watch_said_to_be_discarded_is_gone_after_a_kill_at_any_write() {
    discard_watch().kill();
}

#[test]
fn p1_p9_a_watch_discarded_while_the_disk_fails_at_any_write_is_whole_or_gone() {
    discard_watch().fail();
}

#[test]
fn p1_a_shred_killed_after_any_write_keeps_what_waits() {
    forget().kill();
}

#[test]
fn p1_p9_a_shred_whose_disk_fails_at_any_write_keeps_what_waits() {
    forget().fail();
}

#[test]
fn p1_p3_a_report_sealed_anew_by_an_unlock_killed_after_any_write_is_at_the_desk_once() {
    seal_anew().kill();
}

#[test]
fn p1_p9_a_report_sealed_anew_by_an_unlock_whose_disk_fails_at_any_write_is_at_the_desk_once() {
    seal_anew().fail();
}

#[test]
fn p1_a_mending_killed_after_any_write_loses_nothing() {
    mend().kill();
}

#[test]
fn p1_p9_a_mending_whose_disk_fails_at_any_write_loses_nothing() {
    mend().fail();
}

#[test]
fn p1_an_export_killed_after_any_write_leaves_a_whole_bundle_or_none_and_changes_nothing() {
    export().kill();
}

#[test]
fn p11_an_export_whose_disk_fails_at_any_write_leaves_a_whole_bundle_or_none() {
    export().fail();
}

#[test]
fn p2_an_import_of_receipts_killed_after_any_write_can_be_done_again() {
    import().kill();
}
