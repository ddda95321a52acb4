//! Pictures whose corners tell which way up they are: noise over gradients, and a colour of its own in each corner.

use crate::draw::Draw;

/// The colours of the corners: top left, top right, bottom right, bottom left. So far apart that any codec keeps them apart.
pub const CORNERS: [[u8; 3]; 4] = [[220, 30, 30], [30, 200, 40], [40, 50, 220], [230, 210, 40]];

/// A picture, upright, as red, green and blue of 8 bits, row by row from the top left.
#[derive(Debug, Clone)]
pub struct Scene {
    /// In picture points.
    pub width: u32,
    /// In picture points.
    pub height: u32,
    /// Three bytes a point.
    pub rgb: Vec<u8>,
}

impl Scene {
    /// The same picture for the same size and seed.
    pub fn new(width: u32, height: u32, seed: u64) -> Self {
        let mut draw = Draw::of(seed);
        let patch = width.min(height) / 5;
        let mut rgb = Vec::with_capacity(index(width) * index(height) * 3);
        for y in 0..height {
            for x in 0..width {
                let noise = draw.next().to_le_bytes();
                let colour = match (x < patch, x >= width - patch, y < patch, y >= height - patch) {
                    (true, _, true, _) => CORNERS[0],
                    (_, true, true, _) => CORNERS[1],
                    (_, true, _, true) => CORNERS[2],
                    (true, _, _, true) => CORNERS[3],
                    _ => [share(x, width), share(y, height), share(x + y, width + height)],
                };
                // Sensors are noisy, and noise is what makes a photo's data like no other's.
                rgb.extend(colour.iter().zip(noise).map(|(&value, noise)| value.saturating_add(noise % 24)));
            }
        }
        Self { width, height, rgb }
    }

    /// The colour of one point.
    ///
    /// # Panics
    /// Outside of the picture.
    pub fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let first = (index(y) * index(self.width) + index(x)) * 3;
        [self.rgb[first], self.rgb[first + 1], self.rgb[first + 2]]
    }

    /// As a camera stores it that writes this orientation (EXIF 2.32, 4.6.4, tag 0x0112: where in the upright picture the
    /// stored picture's first row and first column are).
    ///
    /// # Panics
    /// Where it is none of 1 to 8.
    pub fn stored(&self, orientation: u16) -> Self {
        assert!((1..=8).contains(&orientation), "there are eight orientations");
        let (right, bottom) = (self.width - 1, self.height - 1);
        let (width, height) =
            if orientation < 5 { (self.width, self.height) } else { (self.height, self.width) };
        let mut rgb = Vec::with_capacity(self.rgb.len());
        for row in 0..height {
            for column in 0..width {
                let (x, y) = match orientation {
                    1 => (column, row),
                    2 => (right - column, row),
                    3 => (right - column, bottom - row),
                    4 => (column, bottom - row),
                    5 => (row, column),
                    6 => (right - row, column),
                    7 => (right - row, bottom - column),
                    _ => (row, bottom - column),
                };
                rgb.extend(self.at(x, y));
            }
        }
        Self { width, height, rgb }
    }

    /// How bright each point is.
    pub fn grey(&self) -> Vec<u8> {
        self.rgb.chunks_exact(3).map(|point| byte((sum(point)) / 3)).collect()
    }

    /// Cyan, magenta, yellow and black of each point, for printing.
    pub fn cmyk(&self) -> Vec<u8> {
        let inks = self.rgb.chunks_exact(3).flat_map(|point| {
            let black = 255 - point.iter().copied().max().unwrap_or_default();
            [255 - point[0] - black, 255 - point[1] - black, 255 - point[2] - black, black]
        });
        inks.collect()
    }

    /// Red, green, blue and opacity of each point; wholly opaque.
    pub fn rgba(&self) -> Vec<u8> {
        self.rgb.chunks_exact(3).flat_map(|point| [point[0], point[1], point[2], 255]).collect()
    }
}

fn share(of: u32, all: u32) -> u8 {
    byte(of * 200 / all.max(1))
}

fn sum(point: &[u8]) -> u32 {
    point.iter().map(|&value| u32::from(value)).sum()
}

fn byte(value: u32) -> u8 {
    u8::try_from(value).unwrap_or(u8::MAX)
}

fn index(value: u32) -> usize {
    usize::try_from(value).unwrap_or(usize::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_orientation_stores_another_picture_and_the_first_the_same() {
        let scene = Scene::new(20, 10, 1);
        let stored: Vec<_> = (1..=8).map(|orientation| scene.stored(orientation)).collect();
        assert_eq!(stored[0].rgb, scene.rgb);
        assert_eq!((stored[5].width, stored[5].height), (10, 20));
        for (one, a) in stored.iter().enumerate() {
            assert!(stored.iter().skip(one + 1).all(|b| a.rgb != b.rgb));
        }
    }

    #[test]
    fn a_camera_held_upright_stores_its_first_row_at_the_right() {
        let scene = Scene::new(20, 10, 1);
        // Orientation 6: the first row is at the right, the first column at the top.
        assert_eq!(scene.stored(6).at(0, 0), scene.at(19, 0));
        assert_eq!(scene.stored(6).at(9, 0), scene.at(19, 9));
    }
}
