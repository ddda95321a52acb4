//! EXIF, as far as a draft or a witness can use it (CIPA DC-008, EXIF 2.32): facts, and which kinds of things are in it.
//!
//! kamadak-exif reads the block. Before it may, [`is_small`] counts what it would meet: it keeps an entry for each entry
//! that a directory names, and directories may overlap, so that a block of 64 KB could make it keep gigabytes.

use std::collections::BTreeSet;

use chrono::{Datelike, FixedOffset, NaiveDate, NaiveDateTime, NaiveTime, TimeDelta};
use exif::{Context, Exif, In, Reader, Tag, Value};
use turnstone_wire::{
    body::{Altitude, Bearing, Metres, North, Position},
    text::{Moment, Text},
};

use super::{Carried, Facts, Taken};

/// How much of a block is read. A JPEG's has 64 KB at most.
pub(super) const BLOCK_BYTES: usize = 1024 * 1024;
/// How many entries a block may have, all directories together. Cameras write about a hundred.
const ENTRIES: usize = 4096;
/// The longest name of a camera, in characters.
const CAMERA_CHARS: usize = 80;
/// The year of EXIF 1.0: an earlier date is a clock that was never set.
const FIRST_YEAR: i32 = 1995;

/// A block of EXIF that was read.
pub(super) struct Block(Exif);

impl Block {
    /// Reads a block: a TIFF structure, the part of it that can be read. None where nothing can.
    pub(super) fn read(block: &[u8]) -> Option<Self> {
        let block = block.get(..BLOCK_BYTES).unwrap_or(block);
        if !is_small(block) {
            return None;
        }
        let read = Reader::new().continue_on_error(true).read_raw(block.to_vec());
        read.or_else(|error| error.distill_partial_result(|_| ())).ok().map(Self)
    }

    /// What a draft could use. A value that is impossible or only half there is left out.
    pub(super) fn facts(&self) -> Facts {
        let position = self.position();
        Facts {
            position,
            accuracy_m: position.and_then(|_| self.accuracy()),
            altitude_m: self.altitude(),
            taken: self.taken(),
            bearing: self.bearing(),
            camera: self.camera(),
            orientation: self.orientation(),
        }
    }

    /// What kinds of things are in it.
    pub(super) fn carries(&self) -> BTreeSet<Carried> {
        let mut found = BTreeSet::new();
        for (carried, tags) in CARRIED {
            if tags.iter().any(|tag| self.value(*tag).is_some_and(says_something)) {
                found.insert(*carried);
            }
        }
        let of_thumbnail = [Tag::JPEGInterchangeFormat, Tag::StripOffsets, Tag::Compression];
        if of_thumbnail.iter().any(|tag| self.0.get_field(*tag, In::THUMBNAIL).is_some()) {
            found.insert(Carried::Thumbnail);
        }
        found
    }

    /// Width and height, as a TIFF file has them.
    pub(super) fn size(&self) -> Option<(u32, u32)> {
        let [width, height] = [Tag::ImageWidth, Tag::ImageLength].map(|tag| self.value(tag)?.get_uint(0));
        Some((width?, height?))
    }

    fn value(&self, tag: Tag) -> Option<&Value> {
        Some(&self.0.get_field(tag, In::PRIMARY)?.value)
    }

    /// Without its hemispheres it is no position. 0, 0 is what is written where there was no fix. Anything but WGS 84 would lie
    /// beside: hundreds of metres with the datum of Tokyo.
    fn position(&self) -> Option<Position> {
        if self.ascii(Tag::GPSMapDatum).is_some_and(|datum| !datum.to_uppercase().starts_with("WGS")) {
            return None;
        }
        let lat = self.angle(Tag::GPSLatitude)? * self.side(Tag::GPSLatitudeRef, ['N', 'S'])?;
        let lon = self.angle(Tag::GPSLongitude)? * self.side(Tag::GPSLongitudeRef, ['E', 'W'])?;
        if lat == 0.0 && lon == 0.0 { None } else { Position::new(lat, lon).ok() }
    }

    /// Degrees, minutes and seconds in degrees; minutes and seconds may be missing.
    fn angle(&self, tag: Tag) -> Option<f64> {
        let value = self.value(tag)?;
        let degrees = number(value, 0)?;
        let [minutes, seconds] = [1, 2].map(|i| if i < count(value) { number(value, i) } else { Some(0.0) });
        let (minutes, seconds) = (minutes?, seconds?);
        let right = degrees >= 0.0 && (0.0..=60.0).contains(&minutes) && (0.0..=60.0).contains(&seconds);
        right.then_some(degrees + minutes / 60.0 + seconds / 3600.0)
    }

    fn side(&self, tag: Tag, [positive, negative]: [char; 2]) -> Option<f64> {
        match self.ascii(tag)?.chars().next()?.to_ascii_uppercase() {
            letter if letter == positive => Some(1.0),
            letter if letter == negative => Some(-1.0),
            _ => None,
        }
    }

    /// An error of 0 is nobody's, and so unknown.
    fn accuracy(&self) -> Option<Metres> {
        let metres = self.number(Tag::GPSHPositioningError).filter(|metres| *metres > 0.0)?;
        Metres::new(metres).ok()
    }

    /// EXIF 3.0 added heights above the ellipsoid (2 and 3), which are none above the sea.
    fn altitude(&self) -> Option<Altitude> {
        let metres = self.number(Tag::GPSAltitude)?;
        match self.value(Tag::GPSAltitudeRef).map(|side| side.get_uint(0)) {
            None | Some(Some(0)) => Altitude::new(metres).ok(),
            Some(Some(1)) => Altitude::new(-metres).ok(),
            Some(_) => None,
        }
    }

    /// The camera's clock with the offset the file gives it, or with the offset by which it differs from the satellites' clock;
    /// without a clock the satellites' alone.
    fn taken(&self) -> Option<Taken> {
        let by_satellite = self.by_satellite();
        let clocks = [
            (Tag::DateTimeOriginal, Tag::OffsetTimeOriginal),
            (Tag::DateTimeDigitized, Tag::OffsetTimeDigitized),
        ];
        let clock = clocks.into_iter().find_map(|(clock, offset)| {
            let local = local_time(&self.ascii(clock)?)?;
            Some((local, self.ascii(offset).and_then(|text| offset_of(&text))))
        });
        let Some((local, offset)) = clock else {
            return by_satellite.map(|utc| Taken::At(Moment::utc(utc.and_utc())));
        };
        let offset = offset.or_else(|| offset_between(local, by_satellite?));
        match offset.and_then(|offset| local.and_local_timezone(offset).single()) {
            Some(at) => Some(Taken::At(Moment::new(at))),
            None => Some(Taken::Clock(local)),
        }
    }

    /// GPSDateStamp and GPSTimeStamp: UTC.
    fn by_satellite(&self) -> Option<NaiveDateTime> {
        let date = date(self.ascii(Tag::GPSDateStamp)?.as_bytes())?;
        let time = self.value(Tag::GPSTimeStamp)?;
        let [hour, minute, second] = [0, 1, 2].map(|i| number(time, i).and_then(whole));
        Some(date.and_time(NaiveTime::from_hms_opt(hour?, minute?, second?)?))
    }

    /// Which north it is counted from has to be said.
    fn bearing(&self) -> Option<Bearing> {
        let north = match self.ascii(Tag::GPSImgDirectionRef)?.as_str() {
            "T" => North::True,
            "M" => North::Magnetic,
            _ => return None,
        };
        Bearing::new(self.number(Tag::GPSImgDirection)?, north).ok()
    }

    /// Make and model; the make once where the model begins with it.
    fn camera(&self) -> Option<Text> {
        let [make, model] = [Tag::Make, Tag::Model].map(|tag| self.ascii(tag).unwrap_or_default());
        let named = if model.to_lowercase().starts_with(&make.to_lowercase()) {
            model
        } else {
            format!("{make} {model}")
        };
        let named: String = named.trim().chars().take(CAMERA_CHARS).collect();
        (!named.is_empty()).then(|| Text::new(named))
    }

    fn orientation(&self) -> Option<u8> {
        let turned = u8::try_from(self.value(Tag::Orientation)?.get_uint(0)?).ok()?;
        (1..=8).contains(&turned).then_some(turned)
    }

    fn number(&self, tag: Tag) -> Option<f64> {
        number(self.value(tag)?, 0)
    }

    /// A text up to its first zero byte, without control characters and outer blanks; none where nothing is left.
    fn ascii(&self, tag: Tag) -> Option<String> {
        let Value::Ascii(texts) = self.value(tag)? else { return None };
        let text = texts.first()?;
        let text = String::from_utf8_lossy(text.get(..256).unwrap_or(text)).into_owned();
        let text: String = text.chars().filter(|c| !c.is_control()).collect();
        let text = text.trim();
        (!text.is_empty()).then(|| text.to_owned())
    }
}

/// What is told by which tags. Of the directories that a tag may stand in only the picture's own are looked at.
const CARRIED: &[(Carried, &[Tag])] = &[
    (
        Carried::Place,
        &[
            Tag::GPSLatitude,
            Tag::GPSLongitude,
            Tag::GPSAltitude,
            Tag::GPSImgDirection,
            Tag::GPSTrack,
            Tag::GPSSpeed,
            Tag::GPSDestLatitude,
            Tag::GPSDestLongitude,
            Tag::GPSDestBearing,
            Tag::GPSAreaInformation,
            Tag::GPSProcessingMethod,
        ],
    ),
    (
        Carried::Time,
        &[
            Tag::DateTime,
            Tag::DateTimeOriginal,
            Tag::DateTimeDigitized,
            Tag::OffsetTime,
            Tag::OffsetTimeOriginal,
            Tag::OffsetTimeDigitized,
            Tag::SubSecTime,
            Tag::SubSecTimeOriginal,
            Tag::SubSecTimeDigitized,
            Tag::GPSDateStamp,
            Tag::GPSTimeStamp,
        ],
    ),
    (
        Carried::Camera,
        &[
            Tag::Make,
            Tag::Model,
            Tag::Software,
            Tag::BodySerialNumber,
            Tag::CameraOwnerName,
            Tag::LensMake,
            Tag::LensModel,
            Tag::LensSerialNumber,
            Tag::LensSpecification,
            Tag::ImageUniqueID,
            Tag::ExposureTime,
            Tag::FNumber,
            Tag::FocalLength,
            Tag::PhotographicSensitivity,
            // HostComputer (TIFF 6.0); UniqueCameraModel and CameraSerialNumber (DNG 1.4).
            Tag(Context::Tiff, 0x013C),
            Tag(Context::Tiff, 0xC614),
            Tag(Context::Tiff, 0xC62F),
        ],
    ),
    (Carried::MakerNotes, &[Tag::MakerNote]),
    // XMP and IPTC inside TIFF (XMP part 3; TIFF/EP), an ICC profile (ICC.1, annex B.4).
    (Carried::Xmp, &[Tag(Context::Tiff, 0x02BC)]),
    (Carried::Iptc, &[Tag(Context::Tiff, 0x83BB)]),
    (Carried::ColourProfile, &[Tag(Context::Tiff, 0x8773)]),
    (
        Carried::Text,
        &[
            Tag::ImageDescription,
            Tag::UserComment,
            Tag::Artist,
            Tag::Copyright,
            // XPTitle, XPComment, XPAuthor, XPKeywords, XPSubject: Windows' own.
            Tag(Context::Tiff, 0x9C9B),
            Tag(Context::Tiff, 0x9C9C),
            Tag(Context::Tiff, 0x9C9D),
            Tag(Context::Tiff, 0x9C9E),
            Tag(Context::Tiff, 0x9C9F),
        ],
    ),
    // SubIFDs (TIFF supplement 1): a DNG's previews.
    (Carried::FurtherPictures, &[Tag(Context::Tiff, 0x014A)]),
    // Photoshop's resources, and what printers were told.
    (Carried::Vendor, &[Tag(Context::Tiff, 0x8649), Tag(Context::Tiff, 0xC4A5)]),
];

/// False for a text that is blank: some makers leave the field and write nothing. A comment's first eight bytes name its letters.
fn says_something(value: &Value) -> bool {
    let written = |bytes: &[u8]| bytes.iter().any(|byte| !matches!(byte, 0 | b' '));
    match value {
        Value::Ascii(texts) => texts.iter().any(|text| written(text)),
        Value::Undefined(bytes, _) => written(bytes.get(8..).unwrap_or(bytes)),
        Value::Byte(bytes) => written(bytes),
        _ => true,
    }
}

fn count(value: &Value) -> usize {
    match value {
        Value::Rational(numbers) => numbers.len(),
        Value::SRational(numbers) => numbers.len(),
        _ => 0,
    }
}

/// A rational number that is one: nothing is divided by nought.
fn number(value: &Value, at: usize) -> Option<f64> {
    match value {
        Value::Rational(numbers) => numbers.get(at).filter(|n| n.denom != 0).map(exif::Rational::to_f64),
        Value::SRational(numbers) => numbers.get(at).filter(|n| n.denom != 0).map(exif::SRational::to_f64),
        _ => None,
    }
}

/// The whole part of a number of hours, minutes or seconds.
fn whole(number: f64) -> Option<u32> {
    (0..=60).rev().find(|whole| f64::from(*whole) <= number).filter(|_| number < 61.0)
}

/// `YYYY:MM:DD HH:MM:SS`, with whatever stands between the numbers.
fn local_time(text: &str) -> Option<NaiveDateTime> {
    let bytes = text.as_bytes();
    let [hour, minute, second] = [11, 14, 17].map(|at| digits(bytes.get(at..at + 2)?));
    Some(date(bytes)?.and_time(NaiveTime::from_hms_opt(hour?, minute?, second?)?))
}

/// `YYYY:MM:DD`, with whatever stands between the numbers.
fn date(bytes: &[u8]) -> Option<NaiveDate> {
    let year = i32::try_from(digits(bytes.get(..4)?)?).ok()?;
    let [month, day] = [5, 8].map(|at| digits(bytes.get(at..at + 2)?));
    NaiveDate::from_ymd_opt(year, month?, day?).filter(|date| date.year() >= FIRST_YEAR)
}

fn digits(bytes: &[u8]) -> Option<u32> {
    bytes.iter().try_fold(0, |n, byte| Some(n * 10 + char::from(*byte).to_digit(10)?))
}

/// `+01:00`, `-03:30` or `Z`, up to 14 hours, which is the furthest zone there is.
fn offset_of(text: &str) -> Option<FixedOffset> {
    if text == "Z" {
        return FixedOffset::east_opt(0);
    }
    let bytes = text.as_bytes();
    let sign = match bytes.first()? {
        b'+' => 1,
        b'-' => -1,
        _ => return None,
    };
    let (hours, minutes) = (digits(bytes.get(1..3)?)?, digits(bytes.get(4..6)?)?);
    let seconds = i32::try_from(hours * 3600 + minutes * 60).ok()?;
    (seconds <= FURTHEST_S && minutes < 60).then(|| FixedOffset::east_opt(sign * seconds))?
}

const FURTHEST_S: i32 = 14 * 3600;

/// By how much a camera's clock is ahead of UTC, by the satellites' time in the same file: where they differ by whole half hours,
/// as zones do, give or take a minute. Otherwise the fix was an old one, or the clock is wrong, and nothing can be said.
fn offset_between(local: NaiveDateTime, utc: NaiveDateTime) -> Option<FixedOffset> {
    const HALF_HOUR_S: i64 = 30 * 60;
    let apart_s = (local - utc).num_seconds();
    let near_s = (apart_s + HALF_HOUR_S / 2).div_euclid(HALF_HOUR_S) * HALF_HOUR_S;
    let agrees = (apart_s - near_s).abs() <= TimeDelta::minutes(1).num_seconds();
    let near_s = i32::try_from(near_s).ok()?;
    (agrees && near_s.abs() <= FURTHEST_S).then(|| FixedOffset::east_opt(near_s))?
}

/// Whether the directories of a block have no more entries than are read, following every pointer that kamadak-exif follows,
/// and a few that it does not.
fn is_small(block: &[u8]) -> bool {
    let Some(tiff) = Tiff::of(block) else { return false };
    let mut due: Vec<usize> = tiff.long(4).into_iter().collect();
    let mut seen = BTreeSet::new();
    let mut entries = 0;
    while let Some(at) = due.pop() {
        if !seen.insert(at) {
            continue;
        }
        let Some(count) = tiff.short(at) else { continue };
        for entry in (0..count).map(|i| at + 2 + 12 * i) {
            if entry + 12 > block.len() {
                break;
            }
            entries += 1;
            if entries > ENTRIES {
                return false;
            }
            // ExifIFD, GPSInfo, Interoperability.
            if matches!(tiff.short(entry), Some(0x8769 | 0x8825 | 0xA005)) {
                due.extend(tiff.pointer(entry));
            }
        }
        due.extend(tiff.long(at + 2 + 12 * count));
    }
    true
}

/// Numbers of a TIFF structure, in its order of bytes.
struct Tiff<'a> {
    block: &'a [u8],
    little_endian: bool,
}

impl<'a> Tiff<'a> {
    fn of(block: &'a [u8]) -> Option<Self> {
        let little_endian = match block.get(..4)? {
            [b'I', b'I', 42, 0] => true,
            [b'M', b'M', 0, 42] => false,
            _ => return None,
        };
        Some(Self { block, little_endian })
    }

    fn short(&self, at: usize) -> Option<usize> {
        let bytes = *self.block.get(at..)?.first_chunk()?;
        let read = if self.little_endian { u16::from_le_bytes } else { u16::from_be_bytes };
        Some(usize::from(read(bytes)))
    }

    fn long(&self, at: usize) -> Option<usize> {
        let bytes = *self.block.get(at..)?.first_chunk()?;
        let read = if self.little_endian { u32::from_le_bytes } else { u32::from_be_bytes };
        usize::try_from(read(bytes)).ok()
    }

    /// The first value of an entry, of any type that can be a pointer.
    fn pointer(&self, entry: usize) -> Option<usize> {
        let (kind, count) = (self.short(entry + 2)?, self.long(entry + 4)?);
        let unit = match kind {
            1 => 1,
            3 => 2,
            4 => 4,
            _ => return None,
        };
        let at = if count.saturating_mul(unit) <= 4 { entry + 8 } else { self.long(entry + 8)? };
        match kind {
            1 => self.block.get(at).map(|byte| usize::from(*byte)),
            3 => self.short(at),
            _ => self.long(at),
        }
    }
}

#[cfg(test)]
mod tests;
