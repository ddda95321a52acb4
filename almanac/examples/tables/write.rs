//! The table's bytes, as `turnstone_almanac::places` describes them at its reader.

use std::error::Error;

use crate::{
    rows::Row,
    shapes::{Area, Point},
};

pub(crate) fn table(
    credits: &[&str],
    harbours: &[Row],
    airfields: &[Row],
    areas: &[Area],
) -> Result<Vec<u8>, Box<dyn Error>> {
    let mut out = Bytes(b"turnstone.places/1\n".to_vec());
    out.count(credits.len())?;
    credits.iter().try_for_each(|credit| out.text(credit))?;
    out.rows(harbours)?;
    out.rows(airfields)?;
    out.count(areas.len())?;
    let mut last = (0, 0);
    for area in areas {
        out.text(&area.code)?;
        out.text(&area.name)?;
        out.0.push(u8::from(area.outside));
        out.count(area.rings.len())?;
        for ring in &area.rings {
            out.points(&ring.points, &mut last)?;
            out.runs(&ring.coast)?;
        }
    }
    Ok(out.0)
}

struct Bytes(Vec<u8>);

impl Bytes {
    fn number(&mut self, mut number: u32) {
        while number >= 0x80 {
            self.0.push(u8::try_from(number & 0x7f).unwrap_or(0) | 0x80);
            number >>= 7;
        }
        self.0.push(u8::try_from(number).unwrap_or(0));
    }

    fn count(&mut self, count: usize) -> Result<(), Box<dyn Error>> {
        self.number(u32::try_from(count)?);
        Ok(())
    }

    fn difference(&mut self, difference: i32) {
        self.number(((difference << 1) ^ (difference >> 31)).cast_unsigned());
    }

    fn text(&mut self, text: &str) -> Result<(), Box<dyn Error>> {
        self.count(text.len())?;
        self.0.extend_from_slice(text.as_bytes());
        Ok(())
    }

    fn rows(&mut self, rows: &[Row]) -> Result<(), Box<dyn Error>> {
        self.count(rows.len())?;
        let (mut lat, mut lon) = (0, 0);
        for row in rows {
            self.difference(row.lat - lat);
            self.difference(row.lon - lon);
            (lat, lon) = (row.lat, row.lon);
            self.0.push(row.sort | if row.rough { 0x80 } else { 0 });
            for text in [&row.name, &row.code, &row.also, &row.locality] {
                self.text(text)?;
            }
        }
        Ok(())
    }

    fn points(&mut self, points: &[Point], last: &mut Point) -> Result<(), Box<dyn Error>> {
        self.count(points.len())?;
        for point in points {
            self.difference(point.0 - last.0);
            self.difference(point.1 - last.1);
            *last = *point;
        }
        Ok(())
    }

    fn runs(&mut self, coast: &[bool]) -> Result<(), Box<dyn Error>> {
        let mut is_coast = false;
        let mut rest = coast;
        while !rest.is_empty() {
            let run = rest.iter().take_while(|edge| **edge == is_coast).count();
            self.count(run)?;
            rest = &rest[run..];
            is_coast = !is_coast;
        }
        Ok(())
    }
}
