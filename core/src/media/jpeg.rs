//! Decoding JPEG (ITU-T T.81, JFIF, Adobe's CMYK), row by row.

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::{
    JpegDecoder, PlaneInfo, RawImcuRowStatus,
    errors::{DecodeErrors, UnsupportedSchemes},
};

use super::{
    CopyError,
    limits::fits,
    raster::{Raster, Shrinking},
};

/// Scans of a progressive picture that are read. Encoders write about ten; each costs a pass over the whole picture, and a
/// file of a few kilobytes could hold thousands.
const SCANS: usize = 64;

/// Decodes a JPEG file, scaled down.
pub(super) fn decode(file: &[u8]) -> Result<Raster, CopyError> {
    let heading = Heading::of(file).ok_or(CopyError::Damaged)?;
    if !heading.is_read() {
        return Err(CopyError::NoDecoder);
    }
    heading.fits(file)?;
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(|why| refused(&why))?;
    let frame = decoder.info().ok_or(CopyError::Damaged)?;
    let colours = Colours::of(decoder.input_colorspace().ok_or(CopyError::Damaged)?, heading.adobe)?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
    if (width, height) != heading.size {
        return Err(CopyError::Damaged);
    }
    let mut shrinking = Shrinking::new(width, height)?;
    let mut session = decoder.raw_output();
    let layout = session.layout().ok_or(CopyError::Damaged)?;
    let mut bands = Bands::new(&layout, session.num_components().unwrap_or(0), usize::from(frame.width))?;
    if bands.bands.len() != colours.samples() {
        return Err(CopyError::Damaged);
    }
    let mut left = usize::from(frame.height);
    while left > 0 {
        let strides = bands.strides();
        match session.decode_next_imcu_row(&mut bands.planes(), &strides) {
            Ok(RawImcuRowStatus::RowReady { .. }) => {}
            Ok(_) => return Err(CopyError::Damaged),
            Err(why) => return Err(refused(&why)),
        }
        let rows = bands.rows.min(left);
        for row in 0..rows {
            shrinking.push(bands.row(row, colours))?;
        }
        left -= rows;
    }
    shrinking.finish()
}

/// Why a decoder gave up, in our words.
fn refused(why: &DecodeErrors) -> CopyError {
    match why {
        DecodeErrors::Unsupported(
            UnsupportedSchemes::ExtendedSequentialDctArithmetic
            | UnsupportedSchemes::LosslessHuffman
            | UnsupportedSchemes::LosslessArithmetic
            | UnsupportedSchemes::ProgressiveDctArithmetic,
        ) => CopyError::NoDecoder,
        _ => CopyError::Damaged,
    }
}

/// What stands before a picture's first scan, as far as it says what reading it takes.
struct Heading {
    /// The frame's marker: how it is coded.
    process: u8,
    /// Bits of a sample.
    precision: u8,
    /// In picture points.
    size: (u32, u32),
    /// Across and down, of each component: its sampling factors.
    factors: Vec<(u64, u64)>,
    /// Components of the first scan.
    scanned: usize,
    /// Whether Adobe's marker is there.
    adobe: bool,
    /// Whether its coding starts anew now and then (DRI).
    restarts: bool,
    /// Bytes of segments that the decoder keeps beside the picture.
    kept_aside: u64,
}

impl Heading {
    /// Walks the segments up to the first scan (T.81, B.1.1.4); none where there is no scan, or no frame before it.
    fn of(file: &[u8]) -> Option<Self> {
        let mut rest = file.strip_prefix(&[0xff, 0xd8])?;
        let (mut frame, mut adobe, mut restarts, mut kept_aside) = (None, false, false, 0);
        loop {
            // Fill bytes, and what some cameras leave between segments.
            let start = rest.iter().position(|&byte| byte == 0xff)?;
            rest = rest.get(start..)?;
            let skipped = rest.iter().position(|&byte| byte != 0xff)?;
            let marker = *rest.get(skipped)?;
            rest = rest.get(skipped + 1..)?;
            if matches!(marker, 0x00 | 0x01 | 0xd0..=0xd8) {
                continue;
            }
            let length = usize::from(u16::from_be_bytes(*rest.first_chunk()?));
            let body = rest.get(2..length)?;
            rest = rest.get(length..)?;
            match marker {
                0xc0..=0xc3 | 0xc5..=0xc7 | 0xc9..=0xcb | 0xcd..=0xcf => frame = Some((marker, body)),
                0xe0..=0xef => {
                    adobe |= marker == 0xee && body.starts_with(b"Adobe");
                    kept_aside += u64::try_from(body.len()).ok()?;
                }
                0xda => {
                    let (process, frame) = frame?;
                    let scanned = usize::from(*body.first()?);
                    let heading = Self::with_frame(process, frame)?;
                    return Some(Self { scanned, adobe, restarts, kept_aside, ..heading });
                }
                0xdd => restarts = body != [0, 0],
                0xd9 => return None,
                _ => {}
            }
        }
    }

    /// T.81, B.2.2: precision, lines, points of a line, components, and of each its sampling factors.
    fn with_frame(process: u8, frame: &[u8]) -> Option<Self> {
        let (&[precision, high, low, wide, narrow, _], components) = frame.split_first_chunk::<6>()?;
        let size = (u16::from_be_bytes([wide, narrow]).into(), u16::from_be_bytes([high, low]).into());
        let components = components.as_chunks::<3>().0.iter();
        let factors =
            components.map(|&[_, factors, _]| (u64::from(factors >> 4), u64::from(factors & 15))).collect();
        Some(Self {
            process,
            precision,
            size,
            factors,
            scanned: 0,
            adobe: false,
            restarts: false,
            kept_aside: 0,
        })
    }

    /// Sequential and progressive with Huffman's codes, 8 bits a sample: what cameras write. Not arithmetic codes, not lossless,
    /// not 12 bits; and not several scans whose coding starts anew now and then, of which `zune-jpeg` makes another picture
    /// without a word (its issues 359 and 448).
    fn is_read(&self) -> bool {
        let known = matches!(self.process, 0xc0..=0xc2) && self.precision == 8;
        known && (self.comes_in_rows() || !self.restarts)
    }

    /// Whether one scan makes the picture, row by row.
    fn comes_in_rows(&self) -> bool {
        self.process != 0xc2 && self.scanned == self.factors.len()
    }

    /// Whether there is room for what it takes.
    ///
    /// # Errors
    /// [`CopyError::TooLarge`], [`CopyError::Damaged`].
    fn fits(&self, file: &[u8]) -> Result<(), CopyError> {
        let (width, height) = self.size;
        let across = self.factors.iter().map(|factors| factors.0).max().unwrap_or(0);
        let down = self.factors.iter().map(|factors| factors.1).max().unwrap_or(0);
        if across == 0 || down == 0 || self.factors.iter().any(|factors| factors.0 == 0 || factors.1 == 0) {
            return Err(CopyError::Damaged);
        }
        // Units of the scan (T.81, A.2.3) in a row, and rows of them.
        let (units, rows) = (u64::from(width).div_ceil(across * 8), u64::from(height).div_ceil(down * 8));
        let blocks: u64 = self.factors.iter().map(|factors| factors.0 * factors.1).sum();
        let samples = |rows: u64| units * rows * blocks * 64;
        // Where several scans make the picture, every coefficient is kept, in two bytes and twice: as of the last scan, and as
        // of the one that is being read. Segments between the scans may be kept as well.
        let needed = if self.comes_in_rows() {
            self.kept_aside + samples(4) * 4
        } else {
            let aside = u64::try_from(file.len()).unwrap_or(u64::MAX);
            (samples(rows + 4) * 4).saturating_add(aside)
        };
        fits(file, width, height, needed)
    }
}

/// What the samples of a point mean.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Colours {
    Grey,
    Rgb,
    YCbCr,
    /// Inks: 255 is all of one.
    Cmyk,
    /// Inks as Adobe's programs write them, the other way round: 255 is none.
    AdobeCmyk,
    /// Adobe's, whose cyan, magenta and yellow, turned round once more, were made YCbCr.
    Ycck,
}

impl Colours {
    fn of(space: ColorSpace, adobe: bool) -> Result<Self, CopyError> {
        match space {
            ColorSpace::Luma => Ok(Self::Grey),
            ColorSpace::RGB => Ok(Self::Rgb),
            ColorSpace::YCbCr => Ok(Self::YCbCr),
            ColorSpace::CMYK if adobe => Ok(Self::AdobeCmyk),
            ColorSpace::CMYK => Ok(Self::Cmyk),
            ColorSpace::YCCK => Ok(Self::Ycck),
            _ => Err(CopyError::NoDecoder),
        }
    }

    /// Light that comes through three inks and black.
    fn of_inks(self, inks: [u8; 3], black: u8) -> [u8; 3] {
        match self {
            Self::Cmyk => inks.map(|ink| through(255 - ink, 255 - black)),
            Self::Ycck => rgb_of(inks[0], inks[1], inks[2]).map(|ink| through(255 - ink, black)),
            _ => inks.map(|ink| through(ink, black)),
        }
    }

    /// Samples of a point.
    fn samples(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb | Self::YCbCr => 3,
            Self::Cmyk | Self::AdobeCmyk | Self::Ycck => 4,
        }
    }
}

/// As many rows as are decoded at once, of every component.
struct Bands {
    bands: Vec<Band>,
    /// Rows of the picture that they hold.
    rows: usize,
    /// One row in red, green and blue.
    rgb: Vec<u8>,
}

struct Band {
    samples: Vec<u8>,
    /// Samples of a row.
    width: usize,
    /// Rows of this component for [`Bands::rows`] of the picture.
    rows: usize,
    /// Which sample of its row each point of the picture has.
    columns: Vec<usize>,
    /// One row, a sample for each point.
    line: Vec<u8>,
}

impl Bands {
    fn new(layout: &[PlaneInfo], count: usize, width: usize) -> Result<Self, CopyError> {
        let layout = layout.get(..count).ok_or(CopyError::Damaged)?;
        let across = layout.iter().map(|plane| plane.horizontal_sampling_factor).max().unwrap_or(0);
        let down = layout.iter().map(|plane| plane.vertical_sampling_factor).max().unwrap_or(0);
        let bands = layout.iter().map(|plane| {
            let rows = plane.vertical_sampling_factor * 8;
            let column = |x: usize| (x * plane.horizontal_sampling_factor / across).min(plane.width - 1);
            Band {
                samples: vec![0; plane.width * rows],
                width: plane.width,
                rows,
                columns: (0..width).map(column).collect(),
                line: vec![0; width],
            }
        });
        Ok(Self { bands: bands.collect(), rows: down * 8, rgb: vec![0; width * 3] })
    }

    fn strides(&self) -> Vec<usize> {
        self.bands.iter().map(|band| band.width).collect()
    }

    fn planes(&mut self) -> Vec<&mut [u8]> {
        self.bands.iter_mut().map(|band| band.samples.as_mut_slice()).collect()
    }

    /// One row of the picture, in red, green and blue. A component with fewer samples gives each to several points.
    fn row(&mut self, row: usize, colours: Colours) -> &[u8] {
        let all = self.rows;
        for band in &mut self.bands {
            let start = row * band.rows / all * band.width;
            band.spread(start);
        }
        let mut lines = self.bands.iter().map(|band| band.line.iter().copied());
        let mut next = || lines.next().into_iter().flatten();
        let (one, two, three, four) = (next(), next(), next(), next());
        let points = self.rgb.as_chunks_mut::<3>().0.iter_mut();
        match colours {
            Colours::Grey => points.zip(one).for_each(|(point, grey)| *point = [grey; 3]),
            Colours::Rgb => {
                points.zip(one).zip(two).zip(three).for_each(|(((point, r), g), b)| *point = [r, g, b]);
            }
            Colours::YCbCr => {
                points.zip(one).zip(two).zip(three).for_each(|(((point, y), b), r)| *point = rgb_of(y, b, r));
            }
            Colours::Cmyk | Colours::AdobeCmyk | Colours::Ycck => {
                let inks = one.zip(two).zip(three).zip(four);
                points.zip(inks).for_each(|(point, (((c, m), y), k))| *point = colours.of_inks([c, m, y], k));
            }
        }
        &self.rgb
    }
}

impl Band {
    /// Makes one row of samples a sample for each point.
    fn spread(&mut self, start: usize) {
        let samples = &self.samples[start..start + self.width];
        if samples.len() == self.line.len() {
            self.line.copy_from_slice(samples);
        } else {
            let columns = self.columns.iter().map(|&column| samples[column]);
            self.line.iter_mut().zip(columns).for_each(|(point, sample)| *point = sample);
        }
    }
}

/// JFIF 1.02, "Conversion to and from RGB", in whole numbers: 16 bits after the point.
fn rgb_of(luma: u8, blue: u8, red: u8) -> [u8; 3] {
    let (luma, blue, red) = (i32::from(luma) << 16, i32::from(blue) - 128, i32::from(red) - 128);
    let sample = |value: i32| u8::try_from(((value + (1 << 15)) >> 16).clamp(0, 255)).unwrap_or(0);
    [sample(luma + 91_881 * red), sample(luma - 22_554 * blue - 46_802 * red), sample(luma + 116_130 * blue)]
}

/// Light that comes through one ink and through black, 255 being no ink.
fn through(ink: u8, black: u8) -> u8 {
    u8::try_from((u32::from(ink) * u32::from(black) + 127) / 255).unwrap_or(u8::MAX)
}
