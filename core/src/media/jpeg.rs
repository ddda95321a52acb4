//! Decoding JPEG (ITU-T T.81, JFIF, Adobe's CMYK), row by row.

use zune_core::{bytestream::ZCursor, colorspace::ColorSpace, options::DecoderOptions};
use zune_jpeg::{
    JpegDecoder, PlaneInfo, RawImcuRowStatus,
    errors::{DecodeErrors, UnsupportedSchemes},
};

use super::{
    CopyError,
    raster::{Raster, Shrinking},
};

/// Scans of a progressive picture that are read. Encoders write about ten; each costs a pass over the whole picture, and a
/// file of a few kilobytes could hold thousands.
const SCANS: usize = 64;

/// Decodes a JPEG file, scaled down.
pub(super) fn decode(file: &[u8]) -> Result<Raster, CopyError> {
    let options = DecoderOptions::default()
        .set_max_width(usize::from(u16::MAX))
        .set_max_height(usize::from(u16::MAX))
        .jpeg_set_max_scans(SCANS);
    let mut decoder = JpegDecoder::new_with_options(ZCursor::new(file), options);
    decoder.decode_headers().map_err(|why| refused(&why))?;
    let frame = decoder.info().ok_or(CopyError::Damaged)?;
    let colours = Colours::of(decoder.input_colorspace().ok_or(CopyError::Damaged)?)?;
    let (width, height) = (u32::from(frame.width), u32::from(frame.height));
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

/// What the samples of a point mean.
#[derive(Clone, Copy)]
enum Colours {
    Grey,
    Rgb,
    YCbCr,
    /// Inks, as Adobe's programs write them: 255 is no ink.
    Cmyk,
    /// The same, cyan, magenta and yellow as YCbCr.
    Ycck,
}

impl Colours {
    fn of(space: ColorSpace) -> Result<Self, CopyError> {
        match space {
            ColorSpace::Luma => Ok(Self::Grey),
            ColorSpace::RGB => Ok(Self::Rgb),
            ColorSpace::YCbCr => Ok(Self::YCbCr),
            ColorSpace::CMYK => Ok(Self::Cmyk),
            ColorSpace::YCCK => Ok(Self::Ycck),
            _ => Err(CopyError::NoDecoder),
        }
    }

    /// Samples of a point.
    fn samples(self) -> usize {
        match self {
            Self::Grey => 1,
            Self::Rgb | Self::YCbCr => 3,
            Self::Cmyk | Self::Ycck => 4,
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
        let row_of = |band: &'_ Band| {
            let start = row * band.rows / all * band.width;
            start..start + band.width
        };
        let sample = |band: &Band, x: usize| band.samples[row_of(band)][band.columns[x]];
        for (x, rgb) in self.rgb.chunks_exact_mut(3).enumerate() {
            let of = |component: usize| self.bands.get(component).map_or(0, |band| sample(band, x));
            let point = match colours {
                Colours::Grey => [of(0); 3],
                Colours::Rgb => [of(0), of(1), of(2)],
                Colours::YCbCr => rgb_of(of(0), of(1), of(2)),
                Colours::Cmyk => [of(0), of(1), of(2)].map(|ink| through(ink, of(3))),
                Colours::Ycck => rgb_of(of(0), of(1), of(2)).map(|ink| through(ink, of(3))),
            };
            rgb.copy_from_slice(&point);
        }
        &self.rgb
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
