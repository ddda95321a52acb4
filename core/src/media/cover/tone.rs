//! What is painted over a patch: one colour, or so few and so coarse tones that nobody is told by them (ADR 26).

use super::blocks::{BLOCK, Patch};

/// Tones of a blurred patch at most: a face has one, somebody who stands has head, trunk and legs.
const TONES: usize = 3;
/// Steps between tones, of 256 for each of red, green and blue: 16 tones each, 12 bits in all.
const STEP: u8 = 16;
/// What is cut out is painted in this grey: neither the black of a night nor the white of a sky.
const CUT_OUT: [u8; 3] = [128; 3];

/// A picture's points: red, green, blue, row by row from the top left, without gaps.
pub(super) struct Canvas<'a> {
    rgb: &'a mut [u8],
    width: usize,
    height: usize,
}

impl<'a> Canvas<'a> {
    /// None where there are not as many bytes as the size says.
    pub(super) fn new(rgb: &'a mut [u8], width: usize, height: usize) -> Option<Self> {
        (width.checked_mul(height)?.checked_mul(3)? == rgb.len()).then_some(Self { rgb, width, height })
    }

    /// Paints a patch over in one colour.
    pub(super) fn cut_out(&mut self, patch: &Patch) {
        self.paint(patch, |_, _| CUT_OUT);
    }

    /// Paints a patch over in its own tones, which run into each other along its longer side.
    pub(super) fn blur(&mut self, patch: &Patch) {
        let span = Span::of(patch, self.width, self.height);
        let tones = self.tones(patch, span);
        self.paint(patch, |x, y| span.tone_at(&tones, x, y));
    }

    /// The mean of each part of a patch, rounded to its step.
    fn tones(&self, patch: &Patch, span: Span) -> Vec<[u8; 3]> {
        let mut sums = vec![([0_u64; 3], 0_u64); span.parts];
        for &block in patch {
            let (columns, rows) = self.points_of(block);
            for y in rows {
                for x in columns.clone() {
                    let (sum, count) = &mut sums[span.part_at(x, y)];
                    let at = (y * self.width + x) * 3;
                    for (sum, value) in sum.iter_mut().zip(&self.rgb[at..at + 3]) {
                        *sum += u64::from(*value);
                    }
                    *count += 1;
                }
            }
        }
        let mean = |sum: u64, count: u64| u8::try_from(sum / count.max(1)).unwrap_or(u8::MAX);
        let tone = |value: u8| value - value % STEP + STEP / 2;
        sums.into_iter().map(|(sum, count)| sum.map(|sum| tone(mean(sum, count)))).collect()
    }

    fn paint(&mut self, patch: &Patch, colour: impl Fn(usize, usize) -> [u8; 3]) {
        for &block in patch {
            let (columns, rows) = self.points_of(block);
            for y in rows {
                for x in columns.clone() {
                    let at = (y * self.width + x) * 3;
                    self.rgb[at..at + 3].copy_from_slice(&colour(x, y));
                }
            }
        }
    }

    fn points_of(&self, (column, row): (usize, usize)) -> (std::ops::Range<usize>, std::ops::Range<usize>) {
        let side = |block: usize, end: usize| block * BLOCK..((block + 1) * BLOCK).min(end);
        (side(column, self.width), side(row, self.height))
    }
}

/// How a patch lies: the longer side of the box around it, in picture points, and into how many parts it is cut.
#[derive(Clone, Copy)]
struct Span {
    is_upright: bool,
    from: usize,
    length: usize,
    parts: usize,
}

impl Span {
    fn of(patch: &Patch, width: usize, height: usize) -> Self {
        let side = |of: fn(&(usize, usize)) -> usize, end: usize| {
            let (first, last) = patch
                .iter()
                .map(of)
                .fold((usize::MAX, 0), |(first, last), block| (first.min(block), last.max(block)));
            let from = first.saturating_mul(BLOCK).min(end);
            (from, ((last + 1) * BLOCK).min(end) - from)
        };
        let (across, down) = (side(|block| block.0, width), side(|block| block.1, height));
        let is_upright = down.1 > across.1;
        let ((from, length), short) = if is_upright { (down, across.1) } else { (across, down.1) };
        // As near to squares as can be.
        let parts = ((length + short / 2) / short.max(1)).clamp(1, TONES);
        Self { is_upright, from, length, parts }
    }

    /// How far along its longer side a point lies.
    fn along(self, x: usize, y: usize) -> usize {
        (if self.is_upright { y } else { x }) - self.from
    }

    fn part_at(self, x: usize, y: usize) -> usize {
        self.along(x, y) * self.parts / self.length
    }

    /// Between the tones of the two parts whose middles it lies between, in proportion; beyond the outermost middles, theirs.
    fn tone_at(self, tones: &[[u8; 3]], x: usize, y: usize) -> [u8; 3] {
        let whole = 2 * self.length;
        let at = ((2 * self.along(x, y) + 1) * self.parts).saturating_sub(self.length);
        let at = at.min(whole * (self.parts - 1));
        let (part, beyond) = (at / whole, at % whole);
        let (one, next) = (tones[part], tones[(part + 1).min(self.parts - 1)]);
        let mix =
            |one: u8, next: u8| (usize::from(one) * (whole - beyond) + usize::from(next) * beyond) / whole;
        std::array::from_fn(|i| u8::try_from(mix(one[i], next[i])).unwrap_or(u8::MAX))
    }
}
