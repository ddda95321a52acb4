//! The judges judged: what is no copy does not pass for one.

use turnstone_tests::photo::{
    jpeg::{self, Coding, segment, with_segments},
    makers,
    planted::{self, words},
    scene::Scene,
};

use crate::{
    beside::{Beside, superfluous},
    exiftool,
    shown::Shown,
};

/// A file with nothing in it but the picture, and with tables of the standard.
fn good() -> Vec<u8> {
    let scene = Scene::new(320, 240, 99);
    let mut file = Vec::new();
    jpeg_encoder::Encoder::new(&mut file, 80)
        .encode(&scene.rgb, 320, 240, jpeg_encoder::ColorType::Rgb)
        .unwrap();
    file
}

/// What is wrong with each, by the three judges: tags, segments, runs.
fn judged(original: &[u8], copies: &[Vec<u8>]) -> Vec<(bool, bool, bool)> {
    let beside = Beside::of(original);
    let found = exiftool::read(copies.iter().map(|copy| ("jpg", copy.as_slice())), &[]);
    let judged = found.into_iter().zip(copies).map(|(found, copy)| {
        (!found.forbidden().is_empty(), !superfluous(copy).is_empty(), !beside.found_in(copy).is_empty())
    });
    judged.collect()
}

#[test]
fn an_original_is_not_taken_for_a_copy() {
    let originals = makers::jpegs();
    let files: Vec<_> = originals.iter().map(|original| original.file.clone()).collect();
    let found = exiftool::read(files.iter().map(|file| ("jpg", file.as_slice())), &[]);
    for (original, found) in originals.iter().zip(found) {
        let bare = original.carries.is_empty() && original.ending == "jpg";
        let told = !found.forbidden().is_empty();
        let more = !superfluous(&original.file).is_empty();
        assert_eq!(more, !bare, "{}: {:?}", original.name, superfluous(&original.file));
        // exiftool does not know every vendor's segment.
        assert!(told || more || bare, "{}", original.name);
        let runs = Beside::of(&original.file).found_in(&original.file);
        assert!(!runs.is_empty(), "{}: its own bytes are found in it", original.name);
    }
}

#[test]
fn a_copy_with_anything_of_the_original_is_caught() {
    let originals = makers::jpegs();
    let named = |name: &str| originals.iter().find(|one| one.name == name).unwrap().file.clone();
    let original = named("maker's notes of Apple");
    let good = good();
    let notes = planted::notes(b"");
    let scan = good.windows(2).position(|two| two == [0xFF, 0xDA]).unwrap() + 400;
    let copies = [
        good.clone(),
        with_segments(&good, &[original[2..400].to_vec()]),
        with_segments(&good, &[segment(0xFE, &[&notes[..40]])]),
        [&good[..], &notes[..8]].concat(),
        // Eight bytes within the coded picture.
        [&good[..scan], &notes[100..108], &good[scan + 8..]].concat(),
        with_segments(&good, &[segment(0xE0, &[b"JFIF\0\x01\x02\x01\0\x48\0\x48\0\0"])]),
        with_segments(&good, &jpeg::icc(&planted::profile())),
        with_segments(&good, &[segment(0xE7, &[b"nothing that anybody knows"])]),
        with_segments(&good, &[segment(0xEE, &[b"Adobe\0\x64\0\0\0\0\0"])]),
    ];
    let judged = judged(&original, &copies);
    assert_eq!(judged[0], (false, false, false), "a file with nothing but the picture passes");
    for (number, verdict) in judged.iter().enumerate().skip(1) {
        assert!(verdict.0 || verdict.1 || verdict.2, "copy {number}: {verdict:?}");
    }
    assert!(judged[3].2 && judged[4] == (false, false, true), "eight bytes are enough: {judged:?}");
    assert!(judged[5].0 && judged[6].0, "exiftool tells");
    assert!(words("notes").len() > 8 && Beside::of(&original).runs() > 900);
}

#[test]
fn a_copy_with_the_originals_quantisation_tables_is_caught() {
    // They tell cameras apart, and a program that copies coefficients would keep them.
    let original = jpeg::bare(&Scene::new(320, 240, 99), Coding::Baseline);
    let same = jpeg::bare(&Scene::new(64, 64, 5), Coding::Baseline);
    assert!(!Beside::of(&original).found_in(&same).is_empty());
    assert!(Beside::of(&original).found_in(&good()).is_empty());
}

#[test]
fn a_copy_that_is_turned_or_mirrored_is_caught() {
    let scene = Scene::new(300, 200, 12);
    for orientation in 2..=8 {
        let shown = Shown::decode(&jpeg::bare(&scene.stored(orientation), Coding::Baseline));
        assert!(shown.distance(&scene) > 100, "orientation {orientation}: {}", shown.distance(&scene));
    }
    let shown = Shown::decode(&jpeg::bare(&scene, Coding::Baseline));
    assert!(shown.distance(&scene) < 20, "{}", shown.distance(&scene));
}
