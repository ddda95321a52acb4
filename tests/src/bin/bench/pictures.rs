//! A photo to its copy: time of each stage, and the most memory, each in a process of its own.

use std::{fs, path::Path, process::Command};

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use turnstone_core::media::{copy_of, copy_of_pixels, survey};
use turnstone_tests::draw::Draw;
use zeroize::Zeroizing;
use zune_core::bytestream::ZCursor;
use zune_jpeg::{JpegDecoder, RawImcuRowStatus};

use crate::{
    measure::time,
    video::{forget_peak, mb, resident_kb},
};

/// What phones write: their sensors' usual sizes.
const SIZES: [(&str, u16, u16); 2] = [("12 megapixels", 4032, 3024), ("50 megapixels", 8160, 6120)];

pub(crate) fn run(options: &crate::Options) {
    let folder = tempfile::tempdir().unwrap();
    let me = std::env::current_exe().unwrap();
    for (name, width, height) in SIZES {
        for (way, progressive) in [("sequential", false), ("progressive", true)] {
            let file = folder.path().join("photo.jpg");
            let photo = photo(width, height, progressive);
            println!("  {name}, {way}: a file of {} KB", photo.len() / 1000);
            fs::write(&file, photo).unwrap();
            // A process of its own, so that nothing of this one's counts.
            let runs = options.runs.to_string();
            let child = Command::new(&me).arg("pictures-once").arg(&file).arg(runs).output().unwrap();
            assert!(child.status.success(), "{}", String::from_utf8_lossy(&child.stderr));
            print!("{}", String::from_utf8_lossy(&child.stdout));
        }
    }
}

/// Prints what each stage takes of the photo in a file.
pub(crate) fn once(file: &str, runs: &str) {
    let photo = fs::read(Path::new(file)).unwrap();
    let runs: usize = runs.parse().unwrap();
    stage("what it says and carries (survey)", runs, || drop(survey(&photo)));
    stage("decoding alone, in rows", runs, || decode(&photo));
    match copy_of(&photo) {
        Ok(copied) => {
            stage("the whole copy: decoded, shrunk, turned, encoded", runs, || drop(copy_of(&photo)));
            let rgba = Zeroizing::new([128, 128, 128, 255].repeat(2048 * 1536));
            let pixels = turnstone_core::media::Pixels { width: 2048, height: 1536, rgba };
            stage("of that, encoding once (one colour)", runs, || drop(copy_of_pixels(&pixels)));
            println!("    the copy: {} by {}, {} KB", copied.width, copied.height, copied.jpeg.len() / 1000);
        }
        Err(why) => println!("    no copy: {why}"),
    }
}

/// The median time of some runs, and the most memory above what there was before.
fn stage(name: &str, runs: usize, work: impl Fn()) {
    forget_peak();
    let before = resident_kb("VmRSS:");
    let mut times: Vec<_> = (0..runs).map(|_| time(&work).0).collect();
    let peak = resident_kb("VmHWM:").saturating_sub(before);
    times.sort();
    let median = times[times.len() / 2].as_secs_f64() * 1000.0;
    println!("    {name}: {median:.1} ms, {:.1} MB above the file", mb(peak));
}

/// What decoding alone takes, of what the copy's own decoder is asked.
fn decode(photo: &[u8]) {
    let mut decoder = JpegDecoder::new(ZCursor::new(photo));
    decoder.decode_headers().unwrap();
    let mut rows = decoder.raw_output();
    let count = rows.num_components().unwrap();
    let layout = rows.layout().unwrap();
    let strides: Vec<_> = layout[..count].iter().map(|plane| plane.width).collect();
    let band = |plane: &zune_jpeg::PlaneInfo| vec![0; plane.width * plane.vertical_sampling_factor * 8];
    let mut bands: Vec<Vec<u8>> = layout[..count].iter().map(band).collect();
    loop {
        let mut planes: Vec<&mut [u8]> = bands.iter_mut().map(Vec::as_mut_slice).collect();
        let row = rows.decode_next_imcu_row(&mut planes, &strides).unwrap();
        if !matches!(row, RawImcuRowStatus::RowReady { .. }) {
            break;
        }
    }
}

/// A photo's statistics without a photo: edges and slopes of every size, half as strong where they are half as large, and the
/// noise of a sensor.
fn photo(width: u16, height: u16, progressive: bool) -> Vec<u8> {
    let (wide, high) = (usize::from(width), usize::from(height));
    let noise = Draw::of(7).bytes(1 << 20);
    let hills = Draw::of(8).bytes(1 << 16);
    // Heights on a grid, with straight slopes between them.
    let hill = |x: usize, y: usize, step: usize| {
        let at = |x: usize, y: usize| i64::from(hills[(x * 7919 + y * 104_729 + step * 31) % hills.len()]);
        let (i, j, u, v) = (x / step, y / step, x % step, y % step);
        let [step, u, v] = [step, u, v].map(|n| i64::try_from(n).unwrap());
        let across = |j: usize| at(i, j) * (step - u) + at(i + 1, j) * u;
        (across(j) * (step - v) + across(j + 1) * v) / (step * step) - 128
    };
    let rgb: Vec<u8> = (0..wide * high)
        .flat_map(|at| {
            let (x, y) = (at % wide, at / wide);
            let light: i64 = (1..9).map(|octave| hill(x, y, wide >> octave) * 5 / (4 + 3 * octave)).sum();
            let tint = hill(x, y, wide >> 3) / 4;
            [tint, 0, -tint].map(|tint| {
                let grain = i64::from(noise[(at * 3 + x) % noise.len()]) / 20 - 6;
                u8::try_from((128 + light + tint + grain).clamp(0, 255)).unwrap()
            })
        })
        .collect();
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 92);
    encoder.set_sampling_factor(SamplingFactor::R_4_2_0);
    encoder.set_progressive(progressive);
    encoder.encode(&rgb, width, height, ColorType::Rgb).unwrap();
    file
}
