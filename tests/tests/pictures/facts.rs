//! What `survey` reads of an original, held against what `exiftool` reads of it.

use chrono::NaiveDateTime;
use turnstone_core::media::{Facts, Taken, survey};
use turnstone_tests::photo::makers::{self, Specimen};
use turnstone_wire::body::North;

use crate::exiftool::{self, Found};

/// Numbers as numbers, not as sentences.
const NUMBERS: [&str; 1] = ["-n"];

fn originals() -> Vec<(Specimen, Found)> {
    let specimens = makers::all();
    let found = exiftool::read(specimens.iter().map(|one| (one.ending, one.file.as_slice())), &NUMBERS);
    specimens.into_iter().zip(found).collect()
}

/// Whether two numbers are one, as far as EXIF writes them.
fn near(ours: Option<f64>, theirs: Option<f64>, within: f64) -> bool {
    match (ours, theirs) {
        (Some(ours), Some(theirs)) => (ours - theirs).abs() <= within,
        (ours, theirs) => ours.is_none() && theirs.is_none(),
    }
}

fn place_agrees(facts: &Facts, found: &Found) -> bool {
    let reference = |name: &str, back: &str| match found.text(name) {
        Some(letter) if letter == back => -1.0,
        _ => 1.0,
    };
    let lat = found.number("GPS:GPSLatitude").map(|deg| deg * reference("GPS:GPSLatitudeRef", "S"));
    let lon = found.number("GPS:GPSLongitude").map(|deg| deg * reference("GPS:GPSLongitudeRef", "W"));
    let below = found.number("GPS:GPSAltitudeRef") == Some(1.0);
    let altitude = found.number("GPS:GPSAltitude").map(|metres| if below { -metres } else { metres });
    // A thousandth of a second of arc is 3 cm.
    near(facts.position.map(|at| at.lat_deg()), lat, 1e-6)
        && near(facts.position.map(|at| at.lon_deg()), lon, 1e-6)
        && near(facts.altitude_m.map(|altitude| altitude.metres()), altitude, 0.01)
        && near(
            facts.accuracy_m.map(|metres| metres.metres()),
            found.number("GPS:GPSHPositioningError"),
            0.01,
        )
}

fn bearing_agrees(facts: &Facts, found: &Found) -> bool {
    let magnetic = facts.bearing.map(|bearing| bearing.north() == North::Magnetic);
    let theirs = found.text("GPS:GPSImgDirectionRef").map(|letter| letter == "M");
    near(facts.bearing.map(|bearing| bearing.deg()), found.number("GPS:GPSImgDirection"), 0.01)
        && magnetic == theirs
}

fn clock(found: &Found, name: &str) -> Option<NaiveDateTime> {
    NaiveDateTime::parse_from_str(&found.text(name)?, "%Y:%m:%d %H:%M:%S").ok()
}

fn time_agrees(facts: &Facts, found: &Found) -> bool {
    let local = clock(found, "ExifIFD:DateTimeOriginal");
    let offset = found.text("ExifIFD:OffsetTimeOriginal");
    let satellites = found
        .text("Composite:GPSDateTime")
        .and_then(|text| NaiveDateTime::parse_from_str(&text, "%Y:%m:%d %H:%M:%SZ").ok());
    match (&facts.taken, local, offset, satellites) {
        (None, None, None, None) => true,
        (Some(Taken::At(at)), Some(local), Some(offset), _) => {
            let at = at.at();
            at.naive_local() == local && at.format("%:z").to_string() == offset
        }
        // The clock's offset is then what brings it nearest to the satellites' time.
        (Some(Taken::At(at)), Some(local), None, Some(utc)) => {
            let at = at.at();
            at.naive_local() == local && (at.naive_utc() - utc).num_seconds().abs() <= 7 * 60
        }
        (Some(Taken::Clock(ours)), Some(theirs), None, None) => *ours == theirs,
        _ => false,
    }
}

fn camera_agrees(facts: &Facts, found: &Found) -> bool {
    let names = ["IFD0:Make", "IFD0:Model"].map(|name| found.text(name));
    match (&facts.camera, names) {
        (Some(camera), [Some(make), Some(model)]) => {
            camera.as_str().contains(&make) && camera.as_str().contains(&model)
        }
        (camera, [make, model]) => camera.is_none() && make.is_none() && model.is_none(),
    }
}

#[test]
fn place_time_camera_and_orientation_are_what_exiftool_reads() {
    for (specimen, found) in originals() {
        let name = &specimen.name;
        let survey = survey(&specimen.file);
        // Both read the first of two blocks; exiftool puts what is in the second beside it.
        assert!(place_agrees(&survey.facts, &found), "{name}: the place, {found:?}");
        assert!(bearing_agrees(&survey.facts, &found), "{name}: the direction");
        assert!(time_agrees(&survey.facts, &found), "{name}: the time");
        assert!(camera_agrees(&survey.facts, &found), "{name}: the camera");
        let orientation = found.number("IFD0:Orientation");
        assert_eq!(survey.facts.orientation.map(f64::from), orientation, "{name}: the orientation");
        if let Some((width, height)) = survey.size {
            let theirs = (found.number("File:ImageWidth"), found.number("File:ImageHeight"));
            let png = (found.number("PNG:ImageWidth"), found.number("PNG:ImageHeight"));
            let webp = (found.number("RIFF:ImageWidth"), found.number("RIFF:ImageHeight"));
            let heic = (found.number("Meta:ImageWidth"), found.number("Meta:ImageHeight"));
            let ours = (Some(f64::from(width)), Some(f64::from(height)));
            assert!([theirs, png, webp, heic].contains(&ours), "{name}: the size, {ours:?}");
        } else {
            panic!("{name}: it has a size");
        }
    }
}

#[test]
fn what_a_picture_carries_is_told_and_nothing_is_told_of_a_picture_alone() {
    for specimen in makers::all() {
        let carries = survey(&specimen.file).carries;
        for carried in &specimen.carries {
            assert!(carries.contains(carried), "{}: {carried:?} is not in {carries:?}", specimen.name);
        }
        assert!(carries.is_sorted(), "{}: in their order, each once", specimen.name);
        if specimen.name.ends_with("nothing but the picture")
            || specimen.carries.is_empty() && specimen.ending == "png"
        {
            assert!(carries.is_empty() || specimen.name.contains("moves"), "{}: {carries:?}", specimen.name);
        }
    }
}
