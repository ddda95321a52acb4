//! What the worst pictures that are accepted take: peak memory by an allocator that counts, the file itself among it.
//!
//! One test only, and so a program of its own: what is counted is the whole process.
#![expect(clippy::unwrap_used, reason = "a test, and what it makes for itself")]

use jpeg_encoder::{ColorType, Encoder, SamplingFactor};
use peak_alloc::PeakAlloc;
use turnstone_core::media::{CopyError, copy_of};

#[global_allocator]
static COUNTED: PeakAlloc = PeakAlloc;

/// What `docs/architecture.md` states: 200 MB, and a twentieth for what allocators round up.
const STATED_BYTES: usize = 210_000_000;

/// A flat JPEG: it is the size that costs, not what is seen.
fn flat_jpeg(width: u16, height: u16, factor: SamplingFactor, progressive: bool) -> Vec<u8> {
    let row = usize::from(width) * 3;
    let mut file = Vec::new();
    let mut encoder = Encoder::new(&mut file, 60);
    encoder.set_sampling_factor(factor);
    encoder.set_progressive(progressive);
    encoder.encode(&vec![90; row * usize::from(height)], width, height, ColorType::Rgb).unwrap();
    file
}

/// The same file whose frame says another size: what is missing is filled in grey, and everything is made room for.
fn saying(mut file: Vec<u8>, width: u16, height: u16) -> Vec<u8> {
    let frame = file.windows(3).position(|head| matches!(head, [0xff, 0xc0 | 0xc2, 0])).unwrap();
    file[frame + 5..frame + 7].copy_from_slice(&height.to_be_bytes());
    file[frame + 7..frame + 9].copy_from_slice(&width.to_be_bytes());
    file
}

/// A file and as many bytes after its end.
fn with_trailing(file: &[u8], bytes: usize) -> Vec<u8> {
    let mut long = Vec::with_capacity(file.len() + bytes);
    long.extend_from_slice(file);
    long.resize(file.len() + bytes, 0);
    long
}

fn png(width: u32, height: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, width, height);
    encoder.set_color(png::ColorType::Rgba);
    encoder.set_depth(png::BitDepth::Sixteen);
    let mut writer = encoder.write_header().unwrap();
    let mut rows = writer.stream_writer().unwrap();
    let row = vec![0x55; usize::try_from(width).unwrap() * 8];
    (0..height).for_each(|_| std::io::Write::write_all(&mut rows, &row).unwrap());
    rows.finish().unwrap();
    writer.finish().unwrap();
    file
}

fn lossless_webp(side: u32) -> Vec<u8> {
    let mut file = Vec::new();
    let points = vec![77; usize::try_from(side * side).unwrap() * 4];
    let encoder = image_webp::WebPEncoder::new(std::io::Cursor::new(&mut file));
    encoder.encode(&points, side, side, image_webp::ColorType::Rgba8).unwrap();
    file
}

#[test]
fn p9_the_worst_accepted_pictures_keep_within_the_stated_memory() {
    let sequential = flat_jpeg(64, 48, SamplingFactor::R_4_4_4, false);
    let progressive = flat_jpeg(64, 48, SamplingFactor::R_4_2_0, true);
    let files: [(&str, Vec<u8>, Result<(), CopyError>); 9] = [
        ("sequential, 20 megapixels", saying(sequential.clone(), 5472, 3648), Ok(())),
        ("sequential, a long line", saying(sequential.clone(), u16::MAX, 100), Ok(())),
        ("sequential, and a film of 90 MB", with_trailing(&sequential, 90_000_000), Ok(())),
        ("progressive, 30 megapixels", saying(progressive.clone(), 6400, 4700), Ok(())),
        ("progressive, 50 megapixels", saying(progressive, 8160, 6120), Err(CopyError::TooLarge)),
        ("PNG, 16 bits and alpha", png(9000, 700), Ok(())),
        ("PNG, a long line", png(65_000, 40), Ok(())),
        ("lossless WebP, 16 megapixels", lossless_webp(4000), Ok(())),
        ("lossless WebP, 36 megapixels", lossless_webp(6000), Err(CopyError::TooLarge)),
    ];
    let mut worst = 0;
    let others: usize = files.iter().map(|(_, file, _)| file.len()).sum();
    for (name, file, wanted) in &files {
        let before = COUNTED.current_usage();
        COUNTED.reset_peak_usage();
        let began = std::time::Instant::now();
        let result = copy_of(file).map(drop);
        let peak = COUNTED.peak_usage() - before + file.len();
        println!(
            "{name}: {} MB, {} ms, file {} MB",
            peak / 1_000_000,
            began.elapsed().as_millis(),
            file.len() / 1_000_000
        );
        assert_eq!(&result, wanted, "{name}");
        assert!(peak <= STATED_BYTES, "{name}: {peak} bytes");
        worst = worst.max(peak);
    }
    assert!(worst > 100_000_000, "nothing was measured: {worst} of {others}");
}
