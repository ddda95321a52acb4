//! Which blocks of a picture are covered: whole coding blocks, and those that touch are one patch.

use super::Region;

/// Side of a coding block in picture points: 8 x 8 coefficients, twice as far in each direction where colour is halved (ITU-T
/// T.81, A.2). A coefficient belongs to one block and to no other.
pub(super) const BLOCK: usize = 16;

/// The blocks of a picture, and which of them are covered.
pub(super) struct Blocks {
    across: usize,
    down: usize,
    covered: Vec<bool>,
}

/// Covered blocks that touch each other, if only by their corners: column and row of each.
pub(super) type Patch = Vec<(usize, usize)>;

impl Blocks {
    /// Every block that a region touches, and one more on each side: whatever reaches over a block's border when a picture is
    /// scaled, coded with halved colour and read again, reaches less far than a block.
    pub(super) fn of(regions: &[Region], width: usize, height: usize) -> Self {
        let (across, down) = (width.div_ceil(BLOCK), height.div_ceil(BLOCK));
        let mut covered = vec![false; across * down];
        for region in regions {
            let columns = blocks_of(region.x, region.width, width);
            for row in blocks_of(region.y, region.height, height) {
                covered[row * across..][columns.clone()].fill(true);
            }
        }
        Self { across, down, covered }
    }

    /// The patches, from the top left.
    pub(super) fn patches(mut self) -> Vec<Patch> {
        let mut patches = Vec::new();
        for row in 0..self.down {
            for column in 0..self.across {
                if self.take(column, row) {
                    patches.push(self.patch_at(column, row));
                }
            }
        }
        patches
    }

    /// All that hangs together with a block just taken.
    fn patch_at(&mut self, column: usize, row: usize) -> Patch {
        let mut patch = vec![(column, row)];
        let mut looked_at = 0;
        while let Some(&(column, row)) = patch.get(looked_at) {
            looked_at += 1;
            for row in row.saturating_sub(1)..(row + 2).min(self.down) {
                for column in column.saturating_sub(1)..(column + 2).min(self.across) {
                    if self.take(column, row) {
                        patch.push((column, row));
                    }
                }
            }
        }
        patch
    }

    /// Whether a block is covered and in no patch yet; from now on it is in one.
    fn take(&mut self, column: usize, row: usize) -> bool {
        std::mem::take(&mut self.covered[row * self.across + column])
    }
}

/// The blocks along one side of the picture that a region covers; none where it lies outside, or has no points.
fn blocks_of(from: u32, length: u32, side: usize) -> std::ops::Range<usize> {
    let end = usize::try_from(from.saturating_add(length)).map_or(side, |end| end.min(side));
    match usize::try_from(from) {
        Ok(from) if from < end => {
            (from / BLOCK).saturating_sub(1)..(end.div_ceil(BLOCK) + 1).min(side.div_ceil(BLOCK))
        }
        _ => 0..0,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn region(x: u32, y: u32, width: u32, height: u32) -> Region {
        Region { x, y, width, height }
    }

    #[test]
    fn a_region_grows_to_whole_blocks_and_one_more_on_each_side() {
        assert_eq!(blocks_of(32, 16, 160), 1..4);
        assert_eq!(blocks_of(31, 16, 160), 0..4);
        assert_eq!(blocks_of(33, 1, 160), 1..4);
        assert_eq!(blocks_of(0, 1, 160), 0..2);
        assert_eq!(blocks_of(159, 1, 160), 8..10);
        assert_eq!(blocks_of(150, u32::MAX, 155), 8..10);
        assert_eq!(blocks_of(0, u32::MAX, 1), 0..1);
    }

    #[test]
    fn what_lies_outside_or_has_no_points_covers_nothing() {
        for (from, length) in [(160, 1), (0, 0), (u32::MAX, u32::MAX), (159, 0)] {
            assert!(blocks_of(from, length, 160).is_empty(), "{from} {length}");
        }
        assert!(Blocks::of(&[region(10, 500, 10, 10)], 160, 160).patches().is_empty());
        assert!(Blocks::of(&[], 160, 160).patches().is_empty());
    }

    #[test]
    fn regions_that_touch_are_one_patch_and_those_apart_are_not() {
        let count = |regions: &[Region]| Blocks::of(regions, 320, 320).patches().len();
        assert_eq!(count(&[region(40, 40, 8, 8), region(40, 40, 8, 8)]), 1);
        // By their corners, once each has grown.
        assert_eq!(count(&[region(48, 48, 16, 16), region(96, 96, 16, 16)]), 1);
        assert_eq!(count(&[region(48, 48, 16, 16), region(112, 48, 16, 16)]), 2);
        let mosaic: Vec<_> =
            (0..20).flat_map(|x| (0..20).map(move |y| region(x * 16, y * 16, 4, 4))).collect();
        assert_eq!(count(&mosaic), 1);
    }
}
