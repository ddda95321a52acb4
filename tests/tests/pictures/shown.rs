//! What a copy shows, decoded by a decoder that is no part of the product: the corners tell which way up it is.

use turnstone_tests::photo::scene::Scene;

/// A copy as picture points.
#[derive(Debug)]
pub(crate) struct Shown {
    pub(crate) width: u32,
    pub(crate) height: u32,
    points: Vec<u8>,
    bytes: usize,
}

impl Shown {
    pub(crate) fn decode(jpeg: &[u8]) -> Self {
        let mut decoder = jpeg_decoder::Decoder::new(jpeg);
        let points = decoder.decode().expect("the copy can be decoded by others");
        let about = decoder.info().unwrap();
        let bytes = match about.pixel_format {
            jpeg_decoder::PixelFormat::RGB24 => 3,
            jpeg_decoder::PixelFormat::L8 => 1,
            other => panic!("a copy in {other:?}"),
        };
        Self { width: about.width.into(), height: about.height.into(), points, bytes }
    }

    fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let first = usize::try_from(y * self.width + x).unwrap() * self.bytes;
        if self.bytes == 1 {
            [self.points[first]; 3]
        } else {
            [self.points[first], self.points[first + 1], self.points[first + 2]]
        }
    }

    /// The mean colour of a square of some points round a place, given in thousandths of width and height.
    fn mean(&self, x: u32, y: u32) -> [i32; 3] {
        mean(self.width, self.height, x, y, |x, y| self.at(x, y))
    }

    /// How far the colours are from the scene's, at the worst of its corners and of places between; in steps of 255.
    pub(crate) fn distance(&self, scene: &Scene) -> i32 {
        let places = [(80, 80), (920, 80), (920, 920), (80, 920), (500, 300), (500, 700), (400, 500)];
        let far = |&(x, y): &(u32, u32)| {
            let expected = mean(scene.width, scene.height, x, y, |x, y| scene.at(x, y));
            let found = self.mean(x, y);
            expected.iter().zip(found).map(|(a, b)| (a - b).abs()).max().unwrap_or_default()
        };
        places.iter().map(far).max().unwrap_or_default()
    }
}

fn mean(width: u32, height: u32, x: u32, y: u32, at: impl Fn(u32, u32) -> [u8; 3]) -> [i32; 3] {
    let (x, y) = (x * width / 1000, y * height / 1000);
    let reach = width.min(height) / 40;
    let mut sums = [0; 3];
    let mut count = 0;
    for y in y.saturating_sub(reach)..=(y + reach).min(height - 1) {
        for x in x.saturating_sub(reach)..=(x + reach).min(width - 1) {
            sums.iter_mut().zip(at(x, y)).for_each(|(sum, value)| *sum += i32::from(value));
            count += 1;
        }
    }
    sums.map(|sum| sum / count.max(1))
}
