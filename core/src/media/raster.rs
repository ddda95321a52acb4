//! Decoded picture points, and how they are scaled down while they are decoded.

use zeroize::Zeroizing;

use super::{COPY_SIDE, CopyError};

/// Red, green and blue, 8 bits each, row by row from the top left, without gaps.
pub(super) struct Raster {
    pub(super) width: u32,
    pub(super) height: u32,
    pub(super) rgb: Zeroizing<Vec<u8>>,
}

impl Raster {
    /// An empty picture with room for all its rows.
    fn with_room(width: u32, height: u32) -> Result<Self, CopyError> {
        let bytes =
            usize::try_from(u64::from(width) * u64::from(height) * 3).map_err(|_| CopyError::TooLarge)?;
        let mut rgb = Zeroizing::new(Vec::new());
        rgb.try_reserve_exact(bytes).map_err(|_| CopyError::NoMemory)?;
        Ok(Self { width, height, rgb })
    }
}

/// Takes a picture's rows from the top and gives the picture with its longest side cut down to [`COPY_SIDE`]. Never holds more
/// of the large picture than a row.
///
/// Each point of the small picture is the mean of the part of the large one that it covers, shares of points among it ("area
/// averaging"): no rings at edges as sharper filters leave, and nothing of the large picture is skipped.
pub(super) struct Shrinking {
    small: Raster,
    /// Points of a row of the large picture.
    width: usize,
    across: Shares,
    down: Shares,
    /// Rows of the large picture that were taken.
    taken: usize,
    /// The row of the small picture that is being summed up: shares of [`UNIT`] times [`UNIT`].
    sums: Vec<u32>,
    /// A row of the large picture, cut down across: in 64ths.
    row: Vec<u32>,
    /// A row of the large picture in red, green and blue.
    opaque: Vec<u8>,
}

/// What the bytes of a point are, 8 bits each.
#[derive(Clone, Copy)]
pub(super) enum Points {
    Grey,
    GreyAlpha,
    Rgb,
    Rgba,
}

impl Points {
    pub(super) fn bytes(self) -> u64 {
        match self {
            Self::Grey => 1,
            Self::GreyAlpha => 2,
            Self::Rgb => 3,
            Self::Rgba => 4,
        }
    }
}

/// What the shares of one point of the small picture add up to, along one side.
const UNIT: u64 = 1 << 14;

impl Shrinking {
    /// For a picture of that size, in picture points.
    ///
    /// # Errors
    /// [`CopyError::Damaged`] where a side is 0, [`CopyError::NoMemory`].
    pub(super) fn new(width: u32, height: u32) -> Result<Self, CopyError> {
        let (small_width, small_height) = fitted(width, height).ok_or(CopyError::Damaged)?;
        let small = Raster::with_room(small_width, small_height)?;
        let across = Shares::new(width, small_width)?;
        let down = Shares::new(height, small_height)?;
        let samples = across.small * 3;
        let width = across.large;
        Ok(Self {
            small,
            width,
            across,
            down,
            taken: 0,
            sums: vec![0; samples],
            row: vec![0; samples],
            opaque: Vec::new(),
        })
    }

    /// Takes the next row, `width * 3` bytes.
    ///
    /// # Errors
    /// [`CopyError::Damaged`] for a row of another length, or one too many.
    pub(super) fn push(&mut self, rgb: &[u8]) -> Result<(), CopyError> {
        if rgb.len() != self.width * 3 || self.taken >= self.down.large {
            return Err(CopyError::Damaged);
        }
        if self.width == self.across.small && self.down.large == self.down.small {
            self.small.rgb.extend_from_slice(rgb);
            self.taken += 1;
            return Ok(());
        }
        self.across.shrink_row(rgb, &mut self.row);
        let share = self.down.of(self.taken);
        add(&mut self.sums, &self.row, share.first);
        if share.completes {
            self.small.rgb.extend(self.sums.iter().map(|&sum| rounded(sum)));
            self.sums.fill(0);
            add(&mut self.sums, &self.row, share.second);
        }
        self.taken += 1;
        Ok(())
    }

    /// Takes the next row as a decoder gives it; what is transparent is put on white.
    ///
    /// # Errors
    /// As [`Self::push`].
    pub(super) fn push_points(&mut self, row: &[u8], points: Points) -> Result<(), CopyError> {
        let mut rgb = std::mem::take(&mut self.opaque);
        rgb.clear();
        match points {
            Points::Rgb => {
                self.opaque = rgb;
                return self.push(row);
            }
            Points::Grey => rgb.extend(row.iter().flat_map(|&grey| [grey; 3])),
            Points::GreyAlpha => {
                rgb.extend(row.as_chunks().0.iter().flat_map(|&[grey, a]| [on_white(grey, a); 3]))
            }
            Points::Rgba => rgb
                .extend(row.as_chunks().0.iter().flat_map(|&[r, g, b, a]| [r, g, b].map(|s| on_white(s, a)))),
        }
        let pushed = self.push(&rgb);
        self.opaque = rgb;
        pushed
    }

    /// Whether all rows were taken.
    pub(super) fn is_full(&self) -> bool {
        self.taken == self.down.large
    }

    /// The small picture.
    ///
    /// # Errors
    /// [`CopyError::Damaged`] where rows are missing.
    pub(super) fn finish(self) -> Result<Raster, CopyError> {
        if self.is_full() { Ok(self.small) } else { Err(CopyError::Damaged) }
    }
}

/// The size of a picture whose longest side is cut down to [`COPY_SIDE`], the other in proportion and at least one point; none
/// of a picture without points. Nothing is made larger.
pub(super) fn fitted(width: u32, height: u32) -> Option<(u32, u32)> {
    let longest = width.max(height);
    if width == 0 || height == 0 {
        return None;
    }
    if longest <= COPY_SIDE {
        return Some((width, height));
    }
    let fit = |side: u32| {
        let side = (u64::from(side) * u64::from(COPY_SIDE) + u64::from(longest) / 2) / u64::from(longest);
        u32::try_from(side.max(1)).ok()
    };
    Some((fit(width)?, fit(height)?))
}

/// How much of each point (or row) of a large side goes to which point of the small side.
struct Shares {
    large: usize,
    small: usize,
    /// Of each point of the large side.
    shares: Vec<Share>,
}

/// Of one point of the large side: as it is no longer than one of the small side, it touches one or two of them.
#[derive(Clone, Copy)]
struct Share {
    /// What goes to the point that is being summed up.
    first: u32,
    /// Whether that point is complete with it.
    completes: bool,
    /// What goes to the next one.
    second: u32,
}

impl Shares {
    /// The point `i` of the large side covers `i * small .. (i + 1) * small` of a line of `large * small` steps, the point `j`
    /// of the small side `j * large .. (j + 1) * large`: everything is whole numbers, and the shares of each small point, as
    /// differences of one rounded running sum, add up to [`UNIT`] exactly.
    fn new(large: u32, small: u32) -> Result<Self, CopyError> {
        let (long, short) = (u64::from(large), u64::from(small));
        let part = |steps: u64| u32::try_from(steps * UNIT / long).map_err(|_| CopyError::TooLarge);
        let mut shares = Vec::new();
        let size = |side: u32| usize::try_from(side).map_err(|_| CopyError::TooLarge);
        shares.try_reserve_exact(size(large)?).map_err(|_| CopyError::NoMemory)?;
        // How many steps of the small point that is being summed up are covered.
        let mut covered = 0;
        for _ in 0..large {
            let reached = covered + short;
            let completes = reached >= long;
            let first = part(reached.min(long))? - part(covered)?;
            covered = if completes { reached - long } else { reached };
            shares.push(Share { first, completes, second: if completes { part(covered)? } else { 0 } });
        }
        Ok(Self { large: size(large)?, small: size(small)?, shares })
    }

    fn of(&self, large: usize) -> Share {
        self.shares.get(large).copied().unwrap_or(Share { first: 0, completes: false, second: 0 })
    }

    /// One row, cut down: in 64ths, so that a row of whole numbers loses nothing that a person could see.
    fn shrink_row(&self, rgb: &[u8], out: &mut [u32]) {
        let mut points = out.chunks_exact_mut(3);
        let mut sum = [0u32; 3];
        for (point, share) in rgb.chunks_exact(3).zip(&self.shares) {
            for (sum, &sample) in sum.iter_mut().zip(point) {
                *sum += u32::from(sample) * share.first;
            }
            if share.completes {
                if let Some(out) = points.next() {
                    out.copy_from_slice(&sum.map(|sum| sum >> 8));
                }
                for (sum, &sample) in sum.iter_mut().zip(point) {
                    *sum = u32::from(sample) * share.second;
                }
            }
        }
    }
}

/// A sample with its alpha (255 is opaque), on white.
fn on_white(sample: u8, alpha: u8) -> u8 {
    let (sample, alpha) = (u32::from(sample), u32::from(alpha));
    u8::try_from((sample * alpha + 255 * (255 - alpha) + 127) / 255).unwrap_or(u8::MAX)
}

fn add(sums: &mut [u32], row: &[u32], share: u32) {
    for (sum, &sample) in sums.iter_mut().zip(row) {
        *sum += sample * share;
    }
}

/// A sum in 64ths of [`UNIT`] as a sample. 255 * 64 * 2^14 and the half are less than 2^32.
fn rounded(sum: u32) -> u8 {
    u8::try_from((sum + (1 << 19)) >> 20).unwrap_or(u8::MAX)
}
