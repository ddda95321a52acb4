//! Published points, and the way there and back.

use proptest::prelude::*;

use super::*;
use crate::geodesy;

/// Ordnance Survey's OSTN15 developers' pack, `OSTN15_OSGM15_TestInput_ETRStoOSGB.txt` and `..TestOutput..`: latitude,
/// longitude (ETRS89), easting, northing (OSGB36). Contains OS data © Crown copyright and database right 2016 (BSD licence).
#[rustfmt::skip]
const OSTN15: [(&str, f64, f64, f64, f64); 40] = [
    ("TP01", 49.922_263_937_3, -6.299_777_520_14, 91_492.146, 11_318.804),
    ("TP02", 49.960_061_378_2, -5.203_046_099_98, 170_370.718, 11_572.405),
    ("TP03", 50.438_858_256_1, -4.108_645_635_61, 250_359.811, 62_016.569),
    ("TP04", 50.575_636_65, -1.297_822_772_4, 449_816.371, 75_335.861),
    ("TP05", 50.931_279_379_1, -1.450_514_337, 438_710.920, 114_792.250),
    ("TP06", 51.400_782_201_4, -3.551_283_492_4, 292_184.870, 168_003.465),
    ("TP07", 51.374_470_255_5, 1.444_547_304_09, 639_821.835, 169_565.858),
    ("TP08", 51.427_547_430_2, -2.544_076_183_49, 362_269.991, 169_978.690),
    ("TP09", 51.489_365_649_5, -0.119_925_571_8, 530_624.974, 178_388.464),
    ("TP10", 51.858_908_964, -4.308_524_769_6, 241_124.584, 220_332.641),
    ("TP11", 51.894_366_373_5, 0.897_243_270_12, 599_445.590, 225_722.826),
    ("TP12", 52.255_293_816_3, -2.154_586_143_87, 389_544.190, 261_912.153),
    ("TP13", 52.251_609_512_3, -0.912_489_569_7, 474_335.969, 262_047.755),
    ("TP14", 52.751_366_871_7, 0.401_535_470_65, 562_180.547, 319_784.995),
    ("TP15", 52.962_191_094_1, -1.197_476_559_22, 454_002.834, 340_834.943),
    ("TP16", 53.344_802_801_9, -2.640_493_208_1, 357_455.843, 383_290.436),
    ("TP17", 53.416_285_160_4, -4.289_180_697_56, 247_958.971, 393_492.909),
    ("TP18", 53.416_309_254_2, -4.289_177_928_69, 247_959.241, 393_495.583),
    ("TP19", 53.779_110_257_6, -3.040_454_906_91, 331_534.564, 431_920.794),
    ("TP20", 53.800_215_196_3, -1.663_791_682_42, 422_242.186, 433_818.701),
    ("TP21", 54.086_663_180_8, -4.634_521_682_12, 227_778.330, 468_847.388),
    ("TP22", 54.116_851_442_9, -0.077_731_331_87, 525_745.670, 470_703.214),
    ("TP23", 54.329_195_410_1, -4.388_491_181_33, 244_780.636, 495_254.887),
    ("TP24", 54.895_423_404_2, -2.938_277_411_49, 339_921.145, 556_034.761),
    ("TP25", 54.979_122_736_6, -1.616_576_851_84, 424_639.355, 565_012.703),
    ("TP26", 55.853_999_529_5, -4.296_490_162_51, 256_340.925, 664_697.269),
    ("TP27", 55.924_782_655_1, -3.294_792_193_37, 319_188.434, 670_947.534),
    ("TP28", 57.006_066_960_5, -5.828_366_918_5, 167_634.202, 797_067.144),
    ("TP29", 57.139_025_189_6, -2.048_560_307_46, 397_160.491, 805_349.736),
    ("TP30", 57.486_250_007_2, -4.219_263_985_55, 267_056.768, 846_176.972),
    ("TP31", 57.813_518_384_1, -8.578_544_560_76, 9_587.909, 899_448.996),
    ("TP32", 58.212_622_471_8, -7.592_555_605_56, 71_713.132, 938_516.404),
    ("TP33", 58.515_603_613, -6.260_914_555_33, 151_968.652, 966_483.780),
    ("TP34", 58.581_204_612_8, -3.726_310_221_21, 299_721.891, 967_202.992),
    ("TP35", 59.037_438_711_9, -3.214_540_011_15, 330_398.323, 1_017_347.016),
    ("TP36", 59.093_350_353_2, -4.417_576_745_98, 261_596.778, 1_025_447.602),
    ("TP37", 59.096_716_174, -5.827_993_398_44, 180_862.461, 1_029_604.114),
    ("TP38", 59.534_707_944_9, -1.625_169_660_58, 421_300.525, 1_072_147.239),
    ("TP39", 59.854_099_138_9, -1.274_869_103_56, 440_725.073, 1_107_878.448),
    ("TP40", 60.133_080_916_6, -2.073_828_227_98, 395_999.668, 1_138_728.951),
];

type IrishPoint = (&'static str, [f64; 3], [f64; 3], f64, f64);

/// Ordnance Survey of Northern Ireland's points of the same pack, `OSGM15_NI_TestInput_IGtoETRS89.txt` and its output, and
/// the worked example of "Making maps compatible with GPS" (1999): degrees, minutes and seconds on ETRS89, easting, northing.
#[rustfmt::skip]
const IRELAND: [IrishPoint; 4] = [
    ("NI_IG_1", [54.0, 18.0, 49.673_618], [7.0, 38.0, 14.133_209], 223_657.156, 340_618.902),
    ("NI_IG_2", [54.0, 45.0, 2.413_355], [6.0, 19.0, 17.094_677], 308_131.471, 390_483.856),
    ("NI_IG_10", [54.0, 12.0, 20.875_523], [6.0, 37.0, 44.494_849], 289_507.735, 329_405.008),
    ("the worked example", [53.0, 29.0, 6.968_40], [6.0, 55.0, 13.924_78], 271_707.4, 248_879.6),
];

fn position(lat: f64, lon: f64) -> Position {
    Position::new(lat, lon).unwrap()
}

fn degrees([degrees, minutes, seconds]: [f64; 3]) -> f64 {
    degrees + minutes / 60.0 + seconds / 3600.0
}

fn apart_m(point: &GridPoint, easting_m: f64, northing_m: f64) -> f64 {
    (point.easting_m - easting_m).hypot(point.northing_m - northing_m)
}

/// The guide's annexe C: the projection alone, on OSGB36.
#[test]
fn the_guides_projection_example_is_met_to_the_millimetre() {
    let (lat, lon) = (degrees([52.0, 39.0, 27.2531]), degrees([1.0, 43.0, 4.5177]));
    let projection = TransverseMercator::national_grid();
    let point = projection.forward((lat.to_radians(), lon.to_radians()));
    assert!(
        apart_m(&point, 651_409.903, 313_177.270) < 0.002,
        "{}",
        apart_m(&point, 651_409.903, 313_177.270)
    );
    let (back_lat, back_lon) = projection.back(&point);
    assert!((back_lat.to_degrees() - lat).abs() < 1e-11 && (back_lon.to_degrees() - lon).abs() < 1e-11);
}

/// The guide's worked example of table 4 and equation 3 (annexe D): from ETRS89 to the National Grid by the transformation.
#[test]
fn the_guides_example_of_the_transformation_is_met() {
    let etrs89 = position(degrees([53.0, 36.0, 43.1653]), -degrees([1.0, 39.0, 51.9920]));
    let point = Grid::Os.point(&etrs89).unwrap();
    assert!(apart_m(&point, 422_297.792, 412_878.741) < 0.02);
}

#[test]
fn the_national_grid_is_within_5_m_of_ostn15_scilly_and_shetland_included() {
    for (name, lat, lon, easting_m, northing_m) in OSTN15 {
        let point = Grid::Os.point(&position(lat, lon)).unwrap();
        let forward_m = apart_m(&point, easting_m, northing_m);
        assert!(forward_m < 5.0, "{name}: {forward_m:.2} m");
        let back = Grid::Os.position(&GridPoint { easting_m, northing_m }).unwrap();
        let back_m = geodesy::leg(&position(lat, lon), &back).metres;
        assert!(back_m < 5.0, "{name}: {back_m:.2} m back");
    }
}

#[test]
fn the_irish_grid_is_within_thirty_centimetres_of_published_points() {
    for (name, lat, lon, easting_m, northing_m) in IRELAND {
        let here = position(degrees(lat), -degrees(lon));
        let forward_m = apart_m(&Grid::Irish.point(&here).unwrap(), easting_m, northing_m);
        let back = Grid::Irish.position(&GridPoint { easting_m, northing_m }).unwrap();
        let back_m = geodesy::leg(&here, &back).metres;
        assert!(forward_m < 0.3 && back_m < 0.3, "{name}: {forward_m:.2} m, {back_m:.2} m back");
    }
}

/// Known squares: the guide's figure of the National Grid's letters, and OSI's index of the Irish Grid.
#[test]
fn letters_are_those_on_the_maps() {
    for (letters, easting_m, northing_m) in [
        ("SV", 0.0, 0.0),
        ("SZ", 400_000.0, 0.0),
        ("TV", 500_000.0, 0.0),
        ("TQ", 500_000.0, 100_000.0),
        ("TG", 600_000.0, 300_000.0),
        ("SA", 0.0, 400_000.0),
        ("NA", 0.0, 900_000.0),
        ("NN", 200_000.0, 700_000.0),
        ("OV", 500_000.0, 500_000.0),
        ("HP", 400_000.0, 1_200_000.0),
        ("HU", 400_000.0, 1_100_000.0),
        ("JM", 600_000.0, 1_200_000.0),
    ] {
        let square = Grid::Os.square(letters, "00", "00").unwrap();
        assert_eq!((square.corner.easting_m, square.corner.northing_m), (easting_m, northing_m), "{letters}");
        assert_eq!(letters::write(Grid::Os, &square.middle(), 4).unwrap(), format!("{letters} 00 00"));
    }
    for (letter, easting_m, northing_m) in [
        ("V", 0.0, 0.0),
        ("A", 0.0, 400_000.0),
        ("E", 400_000.0, 400_000.0),
        ("J", 300_000.0, 300_000.0),
        ("O", 300_000.0, 200_000.0),
    ] {
        let square = Grid::Irish.square(letter, "00", "00").unwrap();
        assert_eq!((square.corner.easting_m, square.corner.northing_m), (easting_m, northing_m), "{letter}");
    }
    for wrong in ["SI", "IS", "TH", "AA", "ZZ", "UV", "S", "SZX", ""] {
        assert_eq!(Grid::Os.square(wrong, "00", "00"), Err(GridError::Letters), "{wrong}");
    }
}

/// By the letters printed on any map of them.
#[test]
fn places_lie_in_the_squares_their_maps_print() {
    for (place, lat, lon, grid, letters) in [
        ("Swanage pier", 50.6085, -1.9497, Grid::Os, "SZ"),
        ("Hugh Town, Scilly", 49.914, -6.316, Grid::Os, "SV"),
        ("Lerwick, Shetland", 60.155, -1.145, Grid::Os, "HU"),
        ("Muckle Flugga, Shetland", 60.855, -0.885, Grid::Os, "HP"),
        ("Kirkwall, Orkney", 58.981, -2.960, Grid::Os, "HY"),
        ("Stornoway", 58.209, -6.387, Grid::Os, "NB"),
        ("Lowestoft Ness", 52.481, 1.763, Grid::Os, "TM"),
        ("Holyhead", 53.309, -4.633, Grid::Os, "SH"),
        ("Mull of Kintyre", 55.310, -5.803, Grid::Os, "NR"),
        ("Portpatrick", 54.842, -5.119, Grid::Os, "NW"),
        ("Port Ellen, Islay", 55.630, -6.190, Grid::Os, "NR"),
        ("Peel, Isle of Man", 54.226, -4.698, Grid::Os, "SC"),
        ("the Smalls", 51.721, -5.670, Grid::Os, "SM"),
        ("Belfast Lough", 54.66, -5.80, Grid::Irish, "J"),
        ("Rathlin", 55.295, -6.195, Grid::Irish, "D"),
        ("Donaghadee", 54.643, -5.536, Grid::Irish, "J"),
        ("Londonderry", 54.997, -7.318, Grid::Irish, "C"),
        ("Tuskar Rock", 52.203, -6.207, Grid::Irish, "T"),
        ("Dublin bay", 53.34, -6.15, Grid::Irish, "O"),
        ("Mizen Head", 51.450, -9.818, Grid::Irish, "V"),
    ] {
        let here = position(lat, lon);
        assert_eq!(Grid::of(&here), Some(grid), "{place}");
        let reference = grid.reference(&here, 4).unwrap();
        assert!(reference.starts_with(&format!("{letters} ")), "{place}: {reference}");
    }
}

#[test]
fn outside_the_squares_there_is_no_reference() {
    for (lat, lon) in
        [(48.85, 2.35), (49.2, -2.1), (0.0, 0.0), (-50.6, 178.0), (90.0, 0.0), (53.0, 9.9), (62.0, -7.0)]
    {
        let here = position(lat, lon);
        assert_eq!(Grid::of(&here), None, "{lat} {lon}");
        assert!(Grid::Os.reference(&here, 6).is_none() && Grid::Irish.reference(&here, 6).is_none());
    }
    let swanage = position(50.6085, -1.9497);
    for figures in [0, 2, 3, 5, 12, 255] {
        assert_eq!(Grid::Os.reference(&swanage, figures), None, "{figures}");
    }
}

#[test]
fn figures_that_are_uneven_too_few_or_too_many_are_refused() {
    for (easting, northing, error) in [
        ("036", "78", GridError::Uneven),
        ("0", "7", GridError::Figures),
        ("", "", GridError::Figures),
        ("036000", "786000", GridError::Figures),
    ] {
        assert_eq!(Grid::Os.square("SZ", easting, northing), Err(error), "{easting} {northing}");
    }
    let longest = "1".repeat(300);
    assert_eq!(Grid::Os.square("SZ", &longest, &longest), Err(GridError::Figures));
}

#[test]
fn p8_debug_of_points_and_squares_shows_no_place() {
    let square = Grid::Os.square("SZ", "036", "786").unwrap();
    assert_eq!(format!("{square:?} {:?}", square.corner), "[square] [grid point]");
}

proptest! {
    #[test]
    fn a_point_of_either_grid_comes_back_within_a_millimetre(
        easting_m in 0.0..700_000.0_f64, northing_m in 0.0..1_300_000.0_f64,
    ) {
        for (grid, east, north) in [(Grid::Os, 700_000.0, 1_300_000.0), (Grid::Irish, 500_000.0, 500_000.0)] {
            let point = GridPoint { easting_m: easting_m * east / 700_000.0, northing_m: northing_m * north / 1_300_000.0 };
            let position = grid.position(&point).unwrap();
            // Rounding may put a point of the edge outside.
            if let Some(back) = grid.point(&position) {
                prop_assert!(apart_m(&back, point.easting_m, point.northing_m) < 0.001);
            } else {
                prop_assert!(point.easting_m < 0.001 || point.northing_m < 0.001 || point.easting_m > east - 0.001 || point.northing_m > north - 0.001);
            }
        }
    }

    #[test]
    fn the_middle_of_a_square_is_written_as_that_square(
        column in 0..7_u32, row in 0..13_u32, east in 0..100_000_u32, north in 0..100_000_u32, figures in 2..=5_u8,
    ) {
        let corner = GridPoint { easting_m: f64::from(column) * 1e5, northing_m: f64::from(row) * 1e5 };
        let corner = letters::write(Grid::Os, &corner, 4).unwrap();
        let letters = &corner[..2];
        let each = usize::from(figures);
        let unit = 10_u32.pow(5 - u32::from(figures));
        let (east, north) = (format!("{:0each$}", east / unit), format!("{:0each$}", north / unit));
        let square = Grid::Os.square(letters, &east, &north).unwrap();
        let middle = Grid::Os.position(&square.middle()).unwrap();
        prop_assert_eq!(Grid::Os.reference(&middle, figures * 2).unwrap(), format!("{letters} {east} {north}"));
    }

    #[test]
    fn p11_no_position_makes_it_panic(lat in -90.0..=90.0_f64, lon in -180.0..=180.0_f64, figures in 0..=255_u8) {
        let here = position(lat, lon);
        let _ = (Grid::of(&here), Grid::Os.reference(&here, figures), Grid::Irish.reference(&here, figures));
    }
}
