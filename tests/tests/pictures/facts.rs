//! What `survey` reads of an original, held against what `exiftool` reads of it.

use chrono::NaiveDateTime;
use turnstone_core::media::{Facts, Taken, survey};
use turnstone_tests::photo::makers::{self, Specimen};
use turnstone_wire::body::North;

use crate::exiftool::{self, Found};

/// Numbers as numbers, not as sentences.
const NUMBERS: [&str; 1] = ["-n"];

/// Where the two may differ: of two EXIF blocks another one is read, and EXIF that ImageMagick writes as compressed text is
/// not looked into here. Either way what is read is a suggestion, and the copy has none of it.
const DIFFER: [&str; 2] = ["two EXIF blocks", "PNG EXIF as text"];

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

fn size_agrees(size: Option<(u32, u32)>, found: &Found) -> bool {
    let groups = ["File", "PNG", "RIFF", "Meta"];
    let theirs = groups.map(|group| {
        let side = |name: &str| found.number(&format!("{group}:{name}"));
        Some((side("ImageWidth")?, side("ImageHeight")?))
    });
    size.is_some_and(|(width, height)| theirs.contains(&Some((width.into(), height.into()))))
}

#[test]
fn place_time_camera_and_orientation_are_what_exiftool_reads() {
    let mut wrong = Vec::new();
    for (specimen, found) in originals() {
        let name = &specimen.name;
        let survey = survey(&specimen.file);
        for (what, agrees) in [
            ("place", place_agrees(&survey.facts, &found)),
            ("direction", bearing_agrees(&survey.facts, &found)),
            ("time", time_agrees(&survey.facts, &found)),
            ("camera", camera_agrees(&survey.facts, &found)),
            ("orientation", survey.facts.orientation.map(f64::from) == found.number("IFD0:Orientation")),
            ("size", size_agrees(survey.size, &found)),
        ] {
            if !agrees && !DIFFER.contains(&name.as_str()) {
                wrong.push(format!("{name}: {what}"));
            }
        }
    }
    assert_eq!(wrong, [""; 0]);
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
