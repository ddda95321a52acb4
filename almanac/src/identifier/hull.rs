//! Numbers of small craft: the United Kingdom's small ships register, and the number moulded into a hull.
//!
//! Sources: the Merchant Shipping (Registration of Ships) Regulations 1993, part XI (the letters SSR and the register's
//! number); ISO 10087 and Directive 2013/53/EU, annex I, 2.1 (two letters of a country, three of a maker, five signs of a
//! series, the month and the year built, the model year).

use super::{
    INCOMPLETE, Reading,
    signs::{self, Signs},
};

pub(super) const SMALL_SHIP: &str = "small-ship";
pub(super) const HULL: &str = "hull";

/// Reads `SSR 123456`.
pub(super) fn small_ship(typed: &Signs) -> Vec<Reading> {
    let figures = typed.after("SSR");
    if figures.len() == typed.all().len() || !signs::are_figures(figures) || figures.len() > 6 {
        return Vec::new();
    }
    let reading = Reading::new(SMALL_SHIP, format!("SSR {}", signs::text(figures))).of("GB");
    // The register has passed 100,000; a mark of fewer than five figures is rare, and more likely not all seen.
    vec![if figures.len() < 5 { reading.doubted(INCOMPLETE) } else { reading }]
}

/// Reads a hull identification number, fourteen signs.
pub(super) fn hull(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    if !signs::fits(all, "AA********m999") {
        return Vec::new();
    }
    let text = signs::text(all);
    let (country, rest) = text.split_at(2);
    let reading = Reading::new(HULL, format!("{country}-{rest}"));
    let known = super::said::codes().find(|code| *code == country);
    vec![match known {
        Some(known) => reading.of(known),
        None => reading,
    }]
}
