//! Real places, by their position: whose police area, which scheme. The positions are those of charts and gazetteers, to
//! some hundred metres; the areas are those of the forces' own descriptions.

use turnstone_wire::body::Scheme::{self, Kraken, Pegasus};

use super::{super::*, at};

const DORSET: &str = "E23000039";
const DEVON_CORNWALL: &str = "E23000035";
const SOMERSET: &str = "E23000036";
const HAMPSHIRE: &str = "E23000030";
const SUSSEX: &str = "E23000033";
const KENT: &str = "E23000032";
const ESSEX: &str = "E23000028";
const MET: &str = "E23000001";
const CITY: &str = "E23000034";
const SUFFOLK: &str = "E23000025";
const NORFOLK: &str = "E23000024";
const LINCOLNSHIRE: &str = "E23000020";
const HUMBERSIDE: &str = "E23000012";
const NORTHUMBRIA: &str = "E23000007";
const CUMBRIA: &str = "E23000002";
const MERSEYSIDE: &str = "E23000004";
const NORTH_WALES: &str = "W15000001";
const GWENT: &str = "W15000002";
const SOUTH_WALES: &str = "W15000003";
const DYFED_POWYS: &str = "W15000004";
const GLOUCESTERSHIRE: &str = "E23000037";
const SCOTLAND: &str = "S23000009";
const PSNI: &str = "N99999999";
const WEST_MIDLANDS: &str = "E23000014";
const IRELAND: &str = "IE";

/// Within the area, or in none and that one the nearest; either where a pier or a tide decides.
#[derive(Clone, Copy, PartialEq, Debug)]
enum How {
    Within,
    Nearest,
    Either,
}
use How::{Either, Nearest, Within};

type Row = (&'static str, f64, f64, Option<(&'static str, How)>, Option<Scheme>);

const PLACES: &[Row] = &[
    // Headlands and the south coast of England.
    ("Swanage pier", 50.6082, -1.9480, Some((DORSET, Nearest)), Some(Kraken)),
    ("Portland Bill", 50.5150, -2.4560, Some((DORSET, Either)), Some(Kraken)),
    ("Start Point", 50.2225, -3.6430, Some((DEVON_CORNWALL, Either)), Some(Kraken)),
    ("Lizard Point", 49.9600, -5.2060, Some((DEVON_CORNWALL, Either)), Some(Kraken)),
    ("Land's End", 50.0660, -5.7130, Some((DEVON_CORNWALL, Either)), Some(Kraken)),
    ("Hartland Point", 51.0200, -4.5230, Some((DEVON_CORNWALL, Either)), Some(Kraken)),
    ("Hinkley Point", 51.2070, -3.1320, Some((SOMERSET, Either)), Some(Kraken)),
    ("the Needles", 50.6625, -1.5900, Some((HAMPSHIRE, Either)), Some(Kraken)),
    ("Cowes", 50.7620, -1.2980, Some((HAMPSHIRE, Either)), Some(Kraken)),
    ("Beachy Head", 50.7390, 0.2480, Some((SUSSEX, Either)), Some(Kraken)),
    ("Dungeness", 50.9150, 0.9740, Some((KENT, Either)), Some(Kraken)),
    ("North Foreland", 51.3748, 1.4440, Some((KENT, Either)), Some(Kraken)),
    // Islands.
    ("Hugh Town, St Mary's, Scilly", 49.9147, -6.3150, Some((DEVON_CORNWALL, Either)), Some(Kraken)),
    ("St Mary's Airport, Scilly", 49.9133, -6.2917, Some((DEVON_CORNWALL, Within)), Some(Pegasus)),
    ("Bishop Rock", 49.8727, -6.4453, Some((DEVON_CORNWALL, Nearest)), Some(Kraken)),
    ("Lundy", 51.1800, -4.6700, Some((DEVON_CORNWALL, Within)), Some(Kraken)),
    ("Skomer", 51.7370, -5.2950, Some((DYFED_POWYS, Within)), Some(Kraken)),
    ("Bardsey", 52.7590, -4.7900, Some((NORTH_WALES, Within)), Some(Kraken)),
    ("Holy Island, Northumberland", 55.6760, -1.7960, Some((NORTHUMBRIA, Within)), Some(Kraken)),
    ("Ailsa Craig", 55.2530, -5.1170, Some((SCOTLAND, Within)), Some(Kraken)),
    ("Castlebay, Barra", 56.9560, -7.4880, Some((SCOTLAND, Either)), Some(Kraken)),
    ("St Kilda", 57.8150, -8.5700, Some((SCOTLAND, Within)), Some(Kraken)),
    ("Kirkwall", 58.9810, -2.9600, Some((SCOTLAND, Within)), Some(Kraken)),
    ("Fair Isle Airport", 59.5358, -1.6281, Some((SCOTLAND, Within)), Some(Pegasus)),
    ("Lerwick", 60.1540, -1.1480, Some((SCOTLAND, Either)), Some(Kraken)),
    ("Muckle Flugga", 60.8553, -0.8855, Some((SCOTLAND, Either)), Some(Kraken)),
    ("Rathlin", 55.2960, -6.2000, Some((PSNI, Within)), Some(Kraken)),
    // Headlands of Wales, Scotland and the north of England.
    ("St Ann's Head", 51.6820, -5.1730, Some((DYFED_POWYS, Either)), Some(Kraken)),
    ("Mumbles Head", 51.5670, -3.9710, Some((SOUTH_WALES, Either)), Some(Kraken)),
    ("South Stack", 53.3070, -4.6950, Some((NORTH_WALES, Either)), Some(Kraken)),
    ("Great Orme", 53.3360, -3.8540, Some((NORTH_WALES, Within)), Some(Kraken)),
    ("St Bees Head", 54.5130, -3.6300, Some((CUMBRIA, Either)), Some(Kraken)),
    ("Mull of Galloway", 54.6360, -4.8600, Some((SCOTLAND, Either)), Some(Kraken)),
    ("Cape Wrath", 58.6240, -4.9990, Some((SCOTLAND, Either)), Some(Kraken)),
    ("Flamborough Head", 54.1170, -0.0850, Some((HUMBERSIDE, Either)), Some(Kraken)),
    ("Orford Ness", 52.0840, 1.5740, Some((SUFFOLK, Either)), Some(Kraken)),
    // Rivers, estuaries and inland waters.
    ("Pier Head, Liverpool", 53.4050, -2.9940, Some((MERSEYSIDE, Either)), Some(Kraken)),
    ("the Humber Bridge, in mid-river", 53.7064, -0.4500, Some((HUMBERSIDE, Nearest)), Some(Kraken)),
    ("Southend pier head", 51.5147, 0.7222, Some((ESSEX, Nearest)), Some(Kraken)),
    ("Harwich", 51.9450, 1.2880, Some((ESSEX, Either)), Some(Kraken)),
    ("Greenwich", 51.4826, -0.0077, Some((MET, Within)), Some(Kraken)),
    ("Chepstow, on the Wye", 51.6440, -2.6760, Some((GWENT, Within)), Some(Kraken)),
    ("Wells-next-the-Sea", 52.9570, 0.8510, Some((NORFOLK, Within)), Some(Kraken)),
    ("Potter Heigham, on the Broads", 52.7110, 1.5790, Some((NORFOLK, Within)), None),
    ("Loch Ness", 57.3240, -4.4420, Some((SCOTLAND, Within)), None),
    ("Gas Street Basin, Birmingham", 52.4775, -1.9090, Some((WEST_MIDLANDS, Within)), None),
    ("Lincoln, on the Witham", 53.2280, -0.5450, Some((LINCOLNSHIRE, Within)), None),
    ("Birmingham Airport", 52.4539, -1.7480, Some((WEST_MIDLANDS, Within)), Some(Pegasus)),
    // The Irish border.
    ("Strabane", 54.8260, -7.4600, Some((PSNI, Within)), None),
    ("Lifford", 54.8350, -7.4850, Some((IRELAND, Within)), None),
    ("Warrenpoint", 54.1010, -6.2490, Some((PSNI, Either)), Some(Kraken)),
    ("Omeath", 54.0870, -6.2620, Some((IRELAND, Either)), Some(Kraken)),
    ("Muff", 55.0660, -7.2720, Some((IRELAND, Within)), Some(Kraken)),
    ("Derry/Londonderry", 54.9970, -7.3190, Some((PSNI, Within)), None),
    ("Enniskillen, on the Erne", 54.3450, -7.6400, Some((PSNI, Within)), None),
    ("Monaghan", 54.2490, -6.9680, Some((IRELAND, Within)), None),
    ("Dun Laoghaire", 53.2930, -6.1380, Some((IRELAND, Either)), Some(Kraken)),
    // The Crown dependencies and the continent.
    ("Douglas", 54.1500, -4.4850, Some(("IM", Either)), Some(Kraken)),
    ("St Helier", 49.1900, -2.1060, Some(("JE", Either)), Some(Kraken)),
    ("St Peter Port", 49.4560, -2.5400, Some(("GG", Either)), Some(Kraken)),
    ("Alderney Airport", 49.7061, -2.2147, Some(("GG", Within)), Some(Pegasus)),
    ("Calais", 50.9660, 1.8500, Some(("FR", Either)), Some(Kraken)),
    ("Cherbourg", 49.6390, -1.6160, Some(("FR", Either)), Some(Kraken)),
    ("Ostend", 51.2340, 2.9180, Some(("BE", Either)), Some(Kraken)),
    // At sea.
    ("the Varne, in the Dover Strait", 51.0167, 1.3833, Some((KENT, Nearest)), Some(Kraken)),
    ("Wolf Rock", 49.9453, -5.8083, Some((DEVON_CORNWALL, Nearest)), Some(Kraken)),
    ("mid-Channel", 50.1500, -1.7000, None, Some(Kraken)),
    ("the Dogger Bank", 54.8000, 2.3000, None, Some(Kraken)),
    ("Rockall", 57.5960, -13.6870, None, Some(Kraken)),
    ("in the middle of the Irish Sea", 53.6000, -5.1000, None, Some(Kraken)),
    ("the Atlantic", 45.0000, -30.0000, None, Some(Kraken)),
];

#[test]
fn real_places_are_in_the_police_area_that_answers_for_them() {
    let mut wrong = Vec::new();
    for (name, lat, lon, expected, _) in PLACES {
        let area = built_in().police_area(&at(*lat, *lon));
        let right = match (&area, expected) {
            (None, None) => true,
            (Some(area), Some((code, how))) => {
                let expected = match how {
                    Either => area.nearest,
                    how => *how == Nearest,
                };
                area.code == *code
                    && area.nearest == expected
                    && (area.metres > 0.0) == area.nearest
                    && area.outside == (code.len() == 2)
            }
            _ => false,
        };
        if !right {
            wrong.push(format!("{name}: {:?}", area.map(|area| (area.code, area.nearest, area.metres))));
        }
    }
    assert!(PLACES.len() >= 40 && wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn real_places_suggest_the_scheme_that_fits_them_and_inland_waters_neither() {
    let mut wrong = Vec::new();
    for (name, lat, lon, _, expected) in PLACES {
        let Suggested { scheme, why } = built_in().scheme_for(&at(*lat, *lon));
        if scheme != *expected {
            wrong.push(format!("{name}: {scheme:?} for {} at {:?}", why.code(), why.metres()));
        }
    }
    assert!(wrong.is_empty(), "{wrong:#?}");
}

#[test]
fn the_next_area_is_named_near_a_border_and_at_sea() {
    for (name, lat, lon, code, next) in [
        ("Gretna", 54.9950, -3.0650, SCOTLAND, Some(CUMBRIA)),
        ("Chepstow", 51.6440, -2.6760, GWENT, Some(GLOUCESTERSHIRE)),
        ("Strabane", 54.8260, -7.4600, PSNI, Some(IRELAND)),
        ("Lifford", 54.8350, -7.4850, IRELAND, Some(PSNI)),
        ("London Bridge, north end", 51.5095, -0.0865, CITY, Some(MET)),
        ("Harwich", 51.9450, 1.2880, ESSEX, Some(SUFFOLK)),
        ("off Lyme Regis", 50.7000, -2.9300, DORSET, Some(DEVON_CORNWALL)),
        ("the Dover Strait", 50.9800, 1.5200, "FR", Some(KENT)),
        ("Birmingham", 52.4775, -1.9090, WEST_MIDLANDS, None),
        ("Lincoln", 53.2280, -0.5450, LINCOLNSHIRE, None),
        ("Bishop Rock", 49.8727, -6.4453, DEVON_CORNWALL, None),
    ] {
        let area = built_in().police_area(&at(lat, lon)).unwrap();
        let found = area.runner_up.as_ref();
        assert_eq!((area.code.as_str(), found.map(|next| next.code.as_str())), (code, next), "{name}");
        assert!(found.is_none_or(|next| next.metres >= area.metres), "{name}");
    }
}

#[test]
fn at_sea_another_country_nearer_leaves_the_uks_area_to_answer() {
    let strait = built_in().police_area(&at(50.9800, 1.5200)).unwrap();
    assert!(strait.outside && strait.nearest);
    assert_eq!(strait.in_uk(), Some(KENT));
    assert_eq!(built_in().police_area(&at(50.9400, 1.8560)).unwrap().in_uk(), None, "Calais");
    assert_eq!(built_in().police_area(&at(54.8350, -7.4850)).unwrap().in_uk(), None, "Lifford");
    assert_eq!(built_in().police_area(&at(50.6082, -1.9480)).unwrap().in_uk(), Some(DORSET));
}

#[test]
fn the_land_border_of_ireland_is_no_coast() {
    // Aughnacloy, on the border and 40 km from the sea.
    let suggested = built_in().scheme_for(&at(54.4130, -6.9760));
    assert_eq!((suggested.scheme, suggested.why), (None, Why::Inland));
}

#[test]
fn no_area_reaches_further_than_twelve_nautical_miles() {
    // Due south of the Lizard.
    let within = built_in().police_area(&at(49.9575 - 12.0 / 60.0 + 0.01, -5.2060)).unwrap();
    assert!(
        within.code == DEVON_CORNWALL && (CAP_M - 2_000.0..CAP_M).contains(&within.metres),
        "{}",
        within.metres
    );
    assert_eq!(built_in().police_area(&at(49.9575 - 12.0 / 60.0 - 0.01, -5.2060)), None);
}
