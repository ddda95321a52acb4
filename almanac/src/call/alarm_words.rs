//! The words that speak of danger to life, in both languages, each with what it speaks of.
//!
//! Each stands there because call handlers would want to hear of it at once, and because it seldom means anything else on a
//! quay or an airstrip. Left out on purpose, since they mostly mean something else there: `shot` ("shot past", "took a
//! shot"), `fire` ("fire extinguisher"), `sink`, `overboard` (parcels go that way), `in the water` without who, `smoke`,
//! `body`; in Welsh `gynnau` (guns, but mostly "just now"), `dân` and `help`. Words are whole words: `gunwale`, `begun` and
//! `alarmed` are none of these. Welsh ones stand with their mutations; `gwn` is a gun unless `i`, `fod`, `mai` or the like
//! make it "I know". A denial is not understood (see `alarm`).

use super::alarm::Danger;

/// A word, or several in a row.
pub(super) struct Entry {
    pub(super) word: &'static str,
    pub(super) danger: Danger,
    /// Words that, coming next, give it another sense.
    pub(super) unless_next: &'static [&'static str],
}

macro_rules! entries {
    ($($danger:ident: $($word:literal)*;)*) => {
        &[$($(Entry { word: $word, danger: Danger::$danger, unless_next: next($word) },)*)*]
    };
}

/// What makes a word another one, by what comes next.
const fn next(word: &str) -> &'static [&'static str] {
    match word.as_bytes() {
        b"gwn" => &["i", "fod", "mai", "na", "nad", "bod", "y", "yn"],
        b"gun" => &["metal", "dog", "dogs", "emplacement"],
        b"rifle" => &["range"],
        b"armed" => &["forces"],
        b"going under" | b"gone under" | b"went under" => {
            &["the", "a", "our", "full", "sail", "power", "engine"]
        }
        b"killed" => &["the", "its", "their", "his", "her", "engine", "engines", "lights"],
        b"lladd" => &["gwair", "y", "yr", "ei", "eu"],
        b"dying" => &["down", "out", "light", "wind"],
        b"ablaze" => &["with"],
        b"screaming" => &["gulls", "engine", "engines", "outboard"],
        b"shooting" => &["video", "pictures", "photos", "film", "past", "off", "star", "stars"],
        b"knife" => &["edge"],
        _ => &[],
    }
}

pub(super) const ENTRIES: &[Entry] = entries! {
    Water: "drown" "drowns" "drowned" "drowning" "man overboard" "woman overboard" "person overboard" "child overboard"
        "people overboard" "fell overboard" "fallen overboard" "fell in the water" "fallen in the water"
        "fell into the water" "people in the water" "person in the water" "persons in the water" "someone in the water"
        "somebody in the water" "man in the water" "men in the water" "woman in the water" "women in the water"
        "child in the water" "children in the water" "body in the water" "bodies in the water" "swimming for their lives"
        "can't swim" "cannot swim"
        // boddi: to drown, with its mutations; "in the water", with who; "fell into the sea".
        "boddi" "foddi" "moddi" "boddodd" "foddodd" "pobl yn y dŵr" "bobl yn y dŵr" "rhywun yn y dŵr" "dyn yn y dŵr"
        "plentyn yn y dŵr" "blentyn yn y dŵr" "plant yn y dŵr" "blant yn y dŵr" "corff yn y dŵr" "gorff yn y dŵr"
        "cyrff yn y dŵr" "gyrff yn y dŵr" "pobl yn y dwr" "bobl yn y dwr" "rhywun yn y dwr" "syrthio i'r môr"
        "syrthio i'r dŵr" "syrthiodd i'r môr" "syrthiodd i'r dŵr" "disgyn i'r dŵr" "methu nofio";
    Sinking: "sinking" "sank" "sunk" "about to sink" "going to sink" "going under" "gone under" "went under" "swamped"
        "capsize" "capsized" "capsizing" "overturned" "taking water" "taking in water" "taking on water" "shipping water"
        "deflating" "onto the rocks"
        // suddo: to sink; dymchwel, troi drosodd: to capsize; "filling with water".
        "suddo" "suddodd" "troi drosodd" "dymchwel" "ddymchwel" "llenwi â dŵr";
    Distress: "mayday" "pan pan" "sos" "distress" "flare" "flares" "in danger" "danger to life" "calling for help"
        "called for help" "shouting for help" "shouted for help" "crying for help" "cries for help" "screaming for help"
        "waving for help" "screaming" "screams" "hypothermia" "hypothermic"
        "mewn perygl" "galw am help" "gweiddi am help" "weiddi am help" "alw am help" "galw am gymorth" "sgrechian"
        "fflêr" "ffler";
    Weapon: "gun" "guns" "gunman" "gunmen" "gunfire" "gunshot" "gunshots" "shotgun" "shotguns" "handgun" "handguns"
        "machine gun" "rifle" "rifles" "pistol" "pistols" "revolver" "firearm" "firearms" "weapon" "weapons" "armed"
        "shots fired" "heard shots" "gun shot" "gun shots" "shooting" "shot at" "been shot" "was shot" "were shot" "machete" "machetes" "knife"
        "knives" "knifed" "stabbed" "stabbing" "crossbow"
        // gwn: a gun; dryll: a firearm; arf: a weapon; cyllell: a knife; saethu: to shoot; trywanu: to stab.
        "gwn" "dryll" "ddryll" "drylliau" "ddrylliau" "reiffl" "bistol" "arf" "arfau" "arfog" "cyllell"
        "gyllell" "chyllell" "nghyllell" "cyllyll" "gyllyll" "chyllyll" "saethu" "saethwyd" "ergydion" "trywanu"
        "drywanu" "thrywanu";
    Explosive: "bomb" "bombs" "explosive" "explosives" "explosion" "exploded" "grenade" "grenades"
        "bom" "fom" "bomiau" "fomiau" "ffrwydron" "ffrwydrad" "ffrwydro" "grenâd";
    Fire: "on fire" "in flames" "burning boat" "boat burning" "caught fire" "ablaze"
        "ar dân" "ar dan" "mewn fflamau" "wenfflam";
    Hurt: "bleeding" "unconscious" "unresponsive" "not breathing" "stopped breathing" "can't breathe" "cannot breathe"
        "struggling to breathe" "suffocating" "suffocated" "heart attack" "he collapsed" "she collapsed" "man collapsed" "woman collapsed" "dying" "badly hurt" "badly injured"
        "seriously hurt" "seriously injured" "injured" "dead body" "dead bodies" "dead man" "dead woman" "dead child"
        "dead people" "overdose"
        "gwaedu" "waedu" "anymwybodol" "ddim yn anadlu" "methu anadlu" "mygu" "trawiad ar y galon" "yn marw" "corff marw"
        "gorff marw" "cyrff marw" "anafu" "anafwyd" "wedi'i anafu" "wedi'u hanafu" "hanafu" "wedi brifo";
    Attacked: "hostage" "hostages" "kidnap" "kidnapped" "kidnapping" "abducted" "attacked" "attacking" "being beaten"
        "beaten up" "beating him" "beating her" "beating them" "held against" "threatened to kill" "kill him" "kill her"
        "kill them" "kill us" "kill me" "killed" "raped" "strangled" "locked in a container" "locked in the container"
        "trapped"
        "gwystl" "wystl" "gwystlon" "wystlon" "herwgipio" "ymosod" "lladd" "treisio" "dreisio" "yn gaeth";
};
