//! Copies as the desk shows them: beside their original, or alone, as files that nothing here looks into.

use turnstone_wire::body::Route;

use super::*;

/// Whatever decodes pictures would choke on it, and it begins like one.
const COPY: &[u8] = b"\xff\xd8\xff\xdb and no picture at all";

fn with(parts: &[(u16, Role, &[u8])], route: Route) -> (Report, Vec<Vec<u8>>) {
    let mut report = report(1, "black RIB off the pier");
    report.route = route;
    let (parts, sealed) = parts.iter().map(|(number, role, bytes)| attachment(*number, *role, bytes)).unzip();
    report.attachments = parts;
    (report, sealed)
}

#[test]
fn an_original_and_its_copy_are_one_photo_and_each_is_called_what_it_is() {
    let officers = Officers::new();
    let photos: [(u16, Role, &[u8]); 3] =
        [(1, Role::Original, JPEG), (1, Role::Copy, COPY), (2, Role::Copy, b"\xff\xd8\xff\xdb another")];
    let (report, sealed) = with(&photos, Route::Police);
    officers.desk.deliver_report(&report);
    // Copies come first.
    officers.desk.deliver_attachment(&sealed[1]);
    officers.desk.deliver_attachment(&sealed[2]);
    let first = officers.open();
    assert_eq!(
        (first.opened[0].photos, &first.opened[0].attachments[..]),
        (2, &["1-copy.jpg".into(), "2-copy.jpg".into()][..])
    );
    let (_, said) = told(&first, Ok(()));
    assert!(said.contains("with 1-copy.jpg (copy), 2-copy.jpg (copy)"), "{said}");
    assert!(said.contains("attachment 1 (original) is still missing"), "{said}");
    let folder = report.reference.to_string();
    let words = officers.text(&format!("{folder}/report.txt"));
    assert!(
        words.contains("  2 in number; an original and its copy are one.\n  1: still missing (original, "),
        "{words}"
    );
    officers.desk.deliver_attachment(&sealed[0]);
    let (_, said) = told(&officers.open(), Ok(()));
    assert!(said.contains("1.jpg (original) has arrived"), "{said}");
    let words = officers.text(&format!("{folder}/report.txt"));
    for line in [
        "  1.jpg: original, ",
        "  1-copy.jpg: copy, ",
        "the file may say where, when",
        "parts of it may be covered",
    ] {
        assert!(words.contains(line), "{line} is missing in:\n{words}");
    }
    assert_eq!(officers.read(&format!("{folder}/1-copy.jpg")), COPY, "as it came, to the byte");
    let table = table::text(&[(folder, report)]).unwrap();
    assert!(!table.contains("copy"), "a table names photos by their numbers: {table}");
}

#[test]
fn p7_an_anonymous_reports_copies_open_like_any_other() {
    let officers = Officers::new();
    let (mut report, sealed) = with(&[(1, Role::Copy, COPY)], Route::Anonymous);
    (report.clocks, report.app) = (None, None);
    officers.desk.deliver_report(&report);
    officers.desk.deliver_attachment(&sealed[0]);
    let outcome = officers.open();
    assert_eq!((outcome.problems.len(), &outcome.opened[0].attachments[..]), (0, &["1-copy.jpg".into()][..]));
    let words = officers.text(&format!("{}/report.txt", report.reference));
    assert!(words.contains("1-copy.jpg: copy") && !words.contains("An original is"), "{words}");
}

/// What decodes pictures is where pictures that harm do their harm: the desk takes them as bytes.
#[test]
fn nothing_that_the_desk_is_built_from_decodes_pictures() {
    let manifest = include_str!("../../../../Cargo.toml");
    for name in manifest.lines().filter_map(|line| line.split(['.', ' ']).next()) {
        let decodes = ["image", "jpeg", "png", "webp", "gif", "tiff", "exif", "heif"];
        let found = decodes.iter().any(|part| name.split('-').any(|word| word == *part));
        assert!(!found && name != "turnstone-core", "{name}");
    }
}
