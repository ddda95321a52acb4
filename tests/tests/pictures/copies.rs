//! Copies of all that cameras and programs write, judged.

use turnstone_core::media::{COPY_SIDE, Copied, CopyError, Pixels, copy_of, copy_of_pixels};
use turnstone_tests::photo::{
    heif,
    makers::{self, Specimen},
    png, webp,
};

use crate::{
    beside::{Beside, superfluous},
    exiftool::{self, Found},
    shown::Shown,
};

/// The copies of those of which one can be made.
fn copied(specimens: &[Specimen]) -> Vec<(&Specimen, Copied)> {
    let copy = |specimen: &Specimen| {
        copy_of(&specimen.file).unwrap_or_else(|why| panic!("{}: {why}", specimen.name))
    };
    specimens.iter().filter(|specimen| specimen.copied).map(|specimen| (specimen, copy(specimen))).collect()
}

fn judge(specimens: &[Specimen]) {
    let copies = copied(specimens);
    let found = exiftool::read(copies.iter().map(|(_, copy)| ("jpg", copy.jpeg.as_slice())), &[]);
    for ((specimen, copy), found) in copies.iter().zip(found) {
        judge_one(specimen, copy, &found);
    }
}

fn judge_one(specimen: &Specimen, copy: &Copied, found: &Found) {
    let name = &specimen.name;
    assert_eq!(found.forbidden(), [""; 0], "{name}: exiftool finds what no copy may have");
    assert_eq!(superfluous(&copy.jpeg), [""; 0], "{name}: there is more than a JPEG needs");
    let runs = Beside::of(&specimen.file).found_in(&copy.jpeg);
    assert_eq!(runs, [0; 0], "{name}: bytes of the original beside its picture are in the copy");
    let size = (found.number("File:ImageWidth"), found.number("File:ImageHeight"));
    assert_eq!(size, (Some(copy.width.into()), Some(copy.height.into())), "{name}: its size is what it says");
}

#[test]
fn p7_of_what_cameras_and_programs_write_into_a_jpeg_nothing_is_in_the_copy() {
    judge(&makers::jpegs());
}

#[test]
fn p7_of_a_pngs_chunks_and_of_what_lies_behind_its_end_nothing_is_in_the_copy() {
    judge(&png::pngs());
}

#[test]
fn p7_of_a_webps_chunks_and_of_what_lies_behind_its_end_nothing_is_in_the_copy() {
    judge(&webp::webps());
}

#[test]
fn p7_of_what_a_heic_file_says_nothing_is_in_the_copy_of_its_points() {
    for specimen in heif::heics() {
        assert_eq!(copy_of(&specimen.file), Err(CopyError::NoDecoder), "{}", specimen.name);
        let (width, height) = (specimen.scene.width, specimen.scene.height);
        // As the operating system's own decoder hands them over.
        let pixels = Pixels { width, height, rgba: specimen.scene.rgba().into() };
        let copy = copy_of_pixels(&pixels).unwrap();
        judge_one(&specimen, &copy, &exiftool::read([("jpg", copy.jpeg.as_slice())], &[])[0]);
        assert!(Shown::decode(&copy.jpeg).distance(&specimen.scene) < 40);
    }
}

#[test]
fn a_copy_is_upright_and_shows_what_the_original_shows() {
    for (specimen, copy) in copied(&makers::all()) {
        let shown = Shown::decode(&copy.jpeg);
        assert_eq!((shown.width, shown.height), (copy.width, copy.height), "{}", specimen.name);
        let (width, height) = (specimen.scene.width, specimen.scene.height);
        let longest = width.max(height).min(COPY_SIDE);
        assert_eq!(shown.width.max(shown.height), longest, "{}: its longest side", specimen.name);
        // Within one point of the same shape.
        let across = (shown.width * height).abs_diff(shown.height * width);
        assert!(across <= width.max(height), "{}: {} x {}", specimen.name, shown.width, shown.height);
        let distance = shown.distance(&specimen.scene);
        assert!(distance < 40, "{}: its colours are {distance} from the scene's", specimen.name);
    }
}
