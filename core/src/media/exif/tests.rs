//! What EXIF says, what it only seems to say, and what is made to do harm.

use std::io::Cursor;

use exif::{Field, Rational, SRational, experimental::Writer};
use proptest::prelude::*;

use super::*;

fn block(values: Vec<(Tag, Value)>) -> Vec<u8> {
    let fields: Vec<_> =
        values.into_iter().map(|(tag, value)| Field { tag, ifd_num: In::PRIMARY, value }).collect();
    let mut writer = Writer::new();
    fields.iter().for_each(|field| writer.push_field(field));
    let mut tiff = Cursor::new(Vec::new());
    writer.write(&mut tiff, true).unwrap();
    tiff.into_inner()
}

fn facts(values: Vec<(Tag, Value)>) -> Facts {
    Block::read(&block(values)).unwrap().facts()
}

fn ascii(text: &str) -> Value {
    Value::Ascii(vec![text.as_bytes().to_vec()])
}

fn numbers(numbers: &[(u32, u32)]) -> Value {
    Value::Rational(numbers.iter().map(|(num, denom)| Rational { num: *num, denom: *denom }).collect())
}

fn place(lat: &[(u32, u32)], north: &str, lon: &[(u32, u32)], east: &str) -> Vec<(Tag, Value)> {
    vec![
        (Tag::GPSLatitudeRef, ascii(north)),
        (Tag::GPSLatitude, numbers(lat)),
        (Tag::GPSLongitudeRef, ascii(east)),
        (Tag::GPSLongitude, numbers(lon)),
    ]
}

/// Degrees, minutes and seconds.
type Angle = &'static [(u32, u32)];

const SWANAGE: (Angle, Angle) = (&[(50, 1), (36, 1), (2340, 100)], &[(1, 1), (56, 1), (528, 10)]);

fn degrees(values: Vec<(Tag, Value)>) -> Option<(f64, f64)> {
    let position = facts(values).position?;
    Some([position.lat_deg(), position.lon_deg()].map(|deg| (deg * 1e6).round() / 1e6).into())
}

#[test]
fn all_four_quarters_of_the_earth() {
    for (north, east, lat, lon) in [
        ("N", "E", 50.6065, 1.948),
        ("N", "W", 50.6065, -1.948),
        ("S", "E", -50.6065, 1.948),
        ("s ", "w", -50.6065, -1.948),
    ] {
        assert_eq!(degrees(place(SWANAGE.0, north, SWANAGE.1, east)), Some((lat, lon)));
    }
}

#[test]
fn degrees_alone_and_decimal_minutes_are_places_too() {
    assert_eq!(degrees(place(&[(506_065, 10_000)], "N", &[(1948, 1000)], "W")), Some((50.6065, -1.948)));
    let in_minutes = place(&[(50, 1), (36_390, 1000)], "N", &[(1, 1), (5688, 100)], "W");
    assert_eq!(degrees(in_minutes), Some((50.6065, -1.948)));
}

#[test]
fn half_a_place_is_none() {
    let whole = place(SWANAGE.0, "N", SWANAGE.1, "W");
    for left_out in 0..4 {
        let mut values = whole.clone();
        values.remove(left_out);
        assert_eq!(degrees(values), None);
    }
    for (lat, north) in [
        (&[(0, 0), (0, 0), (0, 0)][..], "N"),
        (&[(50, 1), (36, 1), (5, 0)], "N"),
        (&[(91, 1), (0, 1), (0, 1)], "N"),
        (&[(50, 1), (61, 1), (0, 1)], "N"),
        (&[(50, 1), (0, 1), (0, 1)], "X"),
        (&[(50, 1), (0, 1), (0, 1)], "\0"),
        (&[], "N"),
    ] {
        assert_eq!(degrees(place(lat, north, SWANAGE.1, "W")), None, "{lat:?} {north}");
    }
}

#[test]
fn the_place_of_no_fix_is_none_but_is_carried() {
    let nowhere = block(place(&[(0, 1); 3], "N", &[(0, 1); 3], "E"));
    let read = Block::read(&nowhere).unwrap();
    assert_eq!(read.facts().position, None);
    assert!(read.carries().contains(&Carried::Place));
}

#[test]
fn another_datum_is_not_taken_for_wgs_84() {
    for (datum, taken) in [("WGS-84", true), ("WGS84", true), ("", true), ("TOKYO", false)] {
        let mut values = place(SWANAGE.0, "N", SWANAGE.1, "W");
        values.push((Tag::GPSMapDatum, ascii(datum)));
        assert_eq!(degrees(values).is_some(), taken, "{datum}");
    }
}

#[test]
fn how_exact_and_how_high() {
    let high = |side: Option<u8>, metres: (u32, u32)| {
        let mut values = place(SWANAGE.0, "N", SWANAGE.1, "W");
        values.push((Tag::GPSAltitude, numbers(&[metres])));
        values.push((Tag::GPSHPositioningError, numbers(&[(42, 10)])));
        values.extend(side.map(|side| (Tag::GPSAltitudeRef, Value::Byte(vec![side]))));
        let facts = facts(values);
        assert_eq!(facts.accuracy_m.unwrap().metres(), 4.2);
        facts.altitude_m.map(Altitude::metres)
    };
    assert_eq!(high(Some(0), (125, 10)), Some(12.5));
    assert_eq!(high(Some(1), (125, 10)), Some(-12.5));
    assert_eq!(high(None, (125, 10)), Some(12.5));
    assert_eq!(high(Some(2), (125, 10)), None, "above the ellipsoid is not above the sea");
    assert_eq!(high(Some(0), (1, 0)), None);
    assert_eq!(high(Some(0), (u32::MAX, 1)), None);
}

#[test]
fn an_error_of_nought_is_unknown() {
    let mut values = place(SWANAGE.0, "N", SWANAGE.1, "W");
    values.push((Tag::GPSHPositioningError, numbers(&[(0, 1)])));
    assert_eq!(facts(values).accuracy_m, None);
}

fn taken(values: &[(Tag, &str)], satellite: Option<(&str, [u32; 3])>) -> Option<String> {
    let mut values: Vec<_> = values.iter().map(|(tag, text)| (*tag, ascii(text))).collect();
    if let Some((date, time)) = satellite {
        values.push((Tag::GPSDateStamp, ascii(date)));
        values.push((Tag::GPSTimeStamp, numbers(&time.map(|n| (n * 100 + 7, 100)))));
    }
    facts(values).taken.map(|taken| match taken {
        Taken::At(moment) => moment.to_rfc3339(),
        Taken::Clock(clock) => clock.to_string(),
    })
}

const CLOCK: (Tag, &str) = (Tag::DateTimeOriginal, "2026:05:03 20:10:00");

#[test]
fn a_time_has_the_zone_that_the_file_gives_it() {
    for (offset, at) in [
        ("+01:00", "2026-05-03T20:10:00+01:00"),
        ("-03:30", "2026-05-03T20:10:00-03:30"),
        ("Z", "2026-05-03T20:10:00Z"),
    ] {
        assert_eq!(taken(&[CLOCK, (Tag::OffsetTimeOriginal, offset)], None).unwrap(), at);
    }
    for wrong in ["   :  ", "+99:00", "01:00", "+01", "+14:30", "+01:75"] {
        let said = taken(&[CLOCK, (Tag::OffsetTimeOriginal, wrong)], None).unwrap();
        assert_eq!(said, "2026-05-03 20:10:00", "{wrong}");
    }
}

#[test]
fn subseconds_are_dropped() {
    let values = [CLOCK, (Tag::OffsetTimeOriginal, "+01:00"), (Tag::SubSecTimeOriginal, "987")];
    assert_eq!(taken(&values, None).unwrap(), "2026-05-03T20:10:00+01:00");
}

#[test]
fn the_satellites_time_gives_a_clock_its_zone_where_the_two_agree() {
    let at = |time| taken(&[CLOCK], Some(("2026:05:03", time))).unwrap();
    assert_eq!(at([19, 9, 40]), "2026-05-03T20:10:00+01:00");
    assert_eq!(at([20, 10, 30]), "2026-05-03T20:10:00Z");
    assert_eq!(at([23, 40, 1]), "2026-05-03T20:10:00-03:30");
    assert_eq!(at([19, 3, 0]), "2026-05-03 20:10:00", "the fix is minutes old");
    let next_day = taken(&[CLOCK], Some(("2026:05:04", [6, 10, 0]))).unwrap();
    assert_eq!(next_day, "2026-05-03T20:10:00-10:00");
    assert_eq!(taken(&[CLOCK], Some(("2026:05:09", [6, 10, 0]))).unwrap(), "2026-05-03 20:10:00");
}

#[test]
fn the_satellites_time_alone_is_utc() {
    assert_eq!(taken(&[], Some(("2026:05:03", [19, 9, 40]))).unwrap(), "2026-05-03T19:09:40Z");
    assert_eq!(taken(&[], Some(("2026:05:03", [24, 9, 40]))), None);
    assert_eq!(taken(&[], Some(("not a date", [19, 9, 40]))), None);
}

#[test]
fn impossible_dates_are_none_and_the_next_clock_is_asked() {
    for wrong in [
        "0000:00:00 00:00:00",
        "    :  :     :  :  ",
        "2026:02:30 20:10:00",
        "2026:05:03 25:10:00",
        "1970:01:01 00:00:00",
        "2026:05:03",
        "2026:05:03 20:1é:00",
        "",
    ] {
        assert_eq!(taken(&[(Tag::DateTimeOriginal, wrong)], None), None, "{wrong}");
        let both = [(Tag::DateTimeOriginal, wrong), (Tag::DateTimeDigitized, CLOCK.1)];
        assert_eq!(taken(&both, None).unwrap(), "2026-05-03 20:10:00");
    }
    assert_eq!(taken(&[(Tag::DateTime, CLOCK.1)], None), None, "that is when the file was changed");
}

#[test]
fn a_direction_says_its_north_or_is_none() {
    let looking = |north: &str, deg| {
        let values = vec![(Tag::GPSImgDirectionRef, ascii(north)), (Tag::GPSImgDirection, numbers(&[deg]))];
        facts(values).bearing.map(|bearing| (bearing.deg(), bearing.north()))
    };
    assert_eq!(looking("T", (14_254, 100)), Some((142.54, North::True)));
    assert_eq!(looking("M", (0, 1)), Some((0.0, North::Magnetic)));
    assert_eq!(looking("", (10, 1)), None);
    assert_eq!(looking("T", (361, 1)), None);
    assert_eq!(looking("T", (1, 0)), None);
}

#[test]
fn a_camera_is_named_once_and_shortly() {
    let named = |make: &str, model: &str| {
        facts(vec![(Tag::Make, ascii(make)), (Tag::Model, ascii(model))])
            .camera
            .map(|camera| camera.as_str().to_owned())
    };
    assert_eq!(named("Example", "Phone 1").unwrap(), "Example Phone 1");
    assert_eq!(named("EXAMPLE", "Example Phone 1").unwrap(), "Example Phone 1");
    assert_eq!(named("  ", "Phone\n\u{1b}[31m 1  ").unwrap(), "Phone[31m 1");
    assert_eq!(named("", "\0"), None);
    assert!(named("Example", &"n".repeat(5000)).unwrap().chars().count() <= CAMERA_CHARS);
}

#[test]
fn an_orientation_is_one_of_eight() {
    for n in 0..=9 {
        let facts = facts(vec![(Tag::Orientation, Value::Short(vec![n]))]);
        assert_eq!(facts.orientation.map(u16::from), (1..=8).contains(&n).then_some(n));
    }
}

#[test]
fn what_is_in_it_is_named_in_kinds() {
    let carries = |tag, value| Block::read(&block(vec![(tag, value)])).unwrap().carries();
    for (tag, value, kind) in [
        (Tag::GPSAltitude, numbers(&[(1, 1)]), Carried::Place),
        (Tag::DateTime, ascii("2026:05:03 20:10:00"), Carried::Time),
        (Tag::LensSerialNumber, ascii("1"), Carried::Camera),
        (Tag::MakerNote, Value::Undefined(b"Example\0\0\x01".to_vec(), 0), Carried::MakerNotes),
        (Tag::UserComment, Value::Undefined(b"ASCII\0\0\0hello".to_vec(), 0), Carried::Text),
        (Tag::ImageDescription, ascii("a boat"), Carried::Text),
    ] {
        assert_eq!(carries(tag, value), BTreeSet::from([kind]), "{tag}");
    }
    for (tag, value) in [
        (Tag::Orientation, Value::Short(vec![6])),
        (Tag::ImageDescription, ascii("      ")),
        (Tag::UserComment, Value::Undefined(b"ASCII\0\0\0\0\0\0".to_vec(), 0)),
        (Tag::GPSVersionID, Value::Byte(vec![2, 3, 0, 0])),
    ] {
        assert_eq!(carries(tag, value), BTreeSet::new(), "{tag}");
    }
}

/// A big-endian TIFF structure by hand: entries of tag, type, count and value.
fn directory(entries: &[(u16, u16, u32, u32)], next: u32) -> Vec<u8> {
    let mut bytes = u16::try_from(entries.len()).unwrap().to_be_bytes().to_vec();
    for (tag, kind, count, value) in entries {
        bytes.extend([tag.to_be_bytes(), kind.to_be_bytes()].concat());
        bytes.extend([count.to_be_bytes(), value.to_be_bytes()].concat());
    }
    bytes.extend(next.to_be_bytes());
    bytes
}

const HEAD: &[u8] = b"MM\0\x2a\0\0\0\x08";
const ORIENTATION_6: (u16, u16, u32, u32) = (0x0112, 3, 1, 6 << 16);

#[test]
fn p11_looping_directories_are_read_once() {
    let loops = [
        directory(&[ORIENTATION_6], 8),
        directory(&[ORIENTATION_6, (0x8769, 4, 1, 8), (0x8825, 4, 1, 8)], 8),
        directory(&[ORIENTATION_6, (0x8769, 4, 1, 0), (0x8825, 4, 1, 9)], 0xFFFF_FFFF),
    ];
    for body in loops {
        let read = Block::read(&[HEAD, &body].concat()).unwrap();
        assert_eq!(read.facts().orientation, Some(6));
    }
}

#[test]
fn p11_lengths_past_the_end_cost_their_entry_only() {
    for (count, at) in [(u32::MAX, 8), (0xFFFF, 8), (5, u32::MAX), (0x8000_0000, 0x8000_0000)] {
        let lying = [2, 5, 7, 12].map(|kind| (0x010F, kind, count, at));
        let body = directory(&[lying.as_slice(), &[ORIENTATION_6]].concat(), 0);
        let facts = Block::read(&[HEAD, &body].concat()).unwrap().facts();
        assert_eq!((facts.orientation, facts.camera), (Some(6), None));
    }
}

#[test]
fn p11_a_directory_cut_short_tells_what_is_left() {
    let mut body = directory(&[ORIENTATION_6, (0x0110, 2, 4, 0x41424300)], 0);
    body[..2].copy_from_slice(&u16::MAX.to_be_bytes());
    let facts = Block::read(&[HEAD, &body].concat()).unwrap().facts();
    assert_eq!((facts.orientation, facts.camera.unwrap().as_str()), (Some(6), "ABC"));
}

/// One directory points at thousands that lie one byte apart, each of which claims all that follows. kamadak-exif would keep an
/// entry for each: from 64 KB some hundreds of megabytes, and with a third level gigabytes.
#[test]
fn p11_directories_that_overlap_are_not_read() {
    let pointers: Vec<_> = (0..2700).map(|n| (0x8769, 4, 1, 33_000 + n)).collect();
    let mut block = [HEAD, &directory(&pointers, 0)].concat();
    block.resize(65_527, 0x0A);
    assert!(Block::read(&block).is_none());
}

#[test]
fn what_cameras_write_is_far_from_too_much() {
    let many: Vec<_> = (0..2000).map(|n| (0xC000 + n, 3, 1, 0)).chain([ORIENTATION_6]).collect();
    let read = Block::read(&[HEAD, &directory(&many, 0)].concat()).unwrap();
    assert_eq!(read.facts().orientation, Some(6));
}

#[test]
fn signed_numbers_are_numbers_but_no_angles() {
    let signed = |num| Value::SRational(vec![SRational { num, denom: 1 }]);
    let values = |lat| {
        vec![
            (Tag::GPSLatitudeRef, ascii("N")),
            (Tag::GPSLatitude, signed(lat)),
            (Tag::GPSLongitudeRef, ascii("E")),
            (Tag::GPSLongitude, signed(2)),
        ]
    };
    assert_eq!(degrees(values(50)), Some((50.0, 2.0)));
    assert_eq!(degrees(values(-50)), None);
}

proptest! {
    #[test]
    fn p11_no_block_at_all_is_too_much(bytes: Vec<u8>, little_endian: bool) {
        let head: &[u8] = if little_endian { b"II\x2a\0\x08\0\0\0" } else { HEAD };
        if let Some(read) = Block::read(&[head, &bytes].concat()) {
            let _ = (read.facts(), read.carries(), read.size());
        }
    }

    #[test]
    fn p11_nor_one_that_was_changed(at: prop::sample::Index, byte: u8, end: prop::sample::Index) {
        let mut values = place(SWANAGE.0, "N", SWANAGE.1, "W");
        values.extend([CLOCK, (Tag::Make, "Example")].map(|(tag, text)| (tag, ascii(text))));
        let mut bytes = block(values);
        let at = at.index(bytes.len());
        bytes[at] = byte;
        for bytes in [&bytes[..], &bytes[..end.index(bytes.len())]] {
            if let Some(read) = Block::read(bytes) {
                let _ = (read.facts(), read.carries(), read.size());
            }
        }
    }
}
