//! Whom to ring in which case, in which order. The numbers are published facts of the guidance; the order is this:
//! danger to life before crime, crime going on now before crime that was, police before anybody who passes it on.

use turnstone_wire::body::Scheme;

use super::sheet::{SheetFor, Writer};
use crate::words::{Lang, words};

/// What somebody needs a voice for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Case {
    /// Somebody is in danger at sea or on the shore.
    DangerAtSea,
    /// The witness is on board what is in danger.
    OwnBoat,
    /// A crime is happening now, or somebody is in danger on land.
    CrimeNow,
    /// The witness cannot hear or speak on a telephone.
    CannotSpeak,
    /// The police should know, and it can wait.
    NotUrgent,
    /// Nobody may know who says it.
    Anonymous,
    /// Terrorism is suspected, and it is no emergency.
    Terrorism,
    /// Somebody may be held, sold or forced to work.
    Slavery,
}

impl Case {
    /// All of them, most urgent first.
    pub const ALL: [Self; 8] = [
        Self::DangerAtSea,
        Self::OwnBoat,
        Self::CrimeNow,
        Self::CannotSpeak,
        Self::NotUrgent,
        Self::Anonymous,
        Self::Terrorism,
        Self::Slavery,
    ];

    /// The stable code.
    pub fn code(self) -> &'static str {
        match self {
            Self::DangerAtSea => "danger-at-sea",
            Self::OwnBoat => "own-boat",
            Self::CrimeNow => "crime-now",
            Self::CannotSpeak => "cannot-speak",
            Self::NotUrgent => "not-urgent",
            Self::Anonymous => "anonymous",
            Self::Terrorism => "terrorism",
            Self::Slavery => "slavery",
        }
    }

    /// The sheets there are to read out in it, the best one first.
    pub fn sheets(self) -> &'static [SheetFor] {
        match self {
            Self::DangerAtSea => &[SheetFor::Coastguard, SheetFor::Mayday],
            Self::OwnBoat => &[SheetFor::Mayday, SheetFor::PanPan, SheetFor::Coastguard],
            Self::CrimeNow => &[SheetFor::PoliceNow],
            Self::NotUrgent => &[SheetFor::Police],
            Self::Anonymous => &[SheetFor::Crimestoppers],
            Self::CannotSpeak | Self::Terrorism | Self::Slavery => &[],
        }
    }

    fn lines(self) -> &'static [Way] {
        match self {
            Self::DangerAtSea => &[Way::Coastguard, Way::Vhf, Way::Sms],
            Self::OwnBoat => &[Way::Vhf, Way::Coastguard, Way::Sms],
            Self::CrimeNow => &[Way::PoliceNow, Way::Sms],
            Self::CannotSpeak => &[Way::Sms, Way::Relay],
            Self::NotUrgent => &[Way::Police, Way::Relay],
            Self::Anonymous => &[Way::Crimestoppers, Way::CoastalCrime],
            Self::Terrorism => &[Way::AntiTerrorist, Way::PoliceNow],
            Self::Slavery => &[Way::ModernSlavery, Way::PoliceNow],
        }
    }

    /// Whether it is shown to somebody who reports under a scheme.
    fn belongs_to(self, scheme: Scheme) -> bool {
        scheme == Scheme::Kraken || !matches!(self, Self::DangerAtSea | Self::OwnBoat)
    }
}

/// One number to ring, or one channel to call on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ring {
    /// The guidance's code of the line (`emergency`, `police`).
    pub line: &'static str,
    /// What to dial, or the channel: shown large where a device cannot dial.
    pub number: String,
    /// Whether `number` can be dialled as it stands; a channel and a text message cannot.
    pub dials: bool,
    /// What to do with it, in a sentence.
    pub words: String,
    /// Where the number was published.
    pub source: String,
    /// Of when that is.
    pub seen: String,
}

/// A case, and whom to ring in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advice {
    /// The case.
    pub case: Case,
    /// The same, to read.
    pub title: String,
    /// Whom to ring, the best one first.
    pub ring: Vec<Ring>,
}

/// Whom to ring in which case, most urgent first; without a scheme, for both.
pub fn help_now(scheme: Option<Scheme>, lang: Lang) -> Vec<Advice> {
    let shown = Case::ALL.into_iter().filter(|case| scheme.is_none_or(|scheme| case.belongs_to(scheme)));
    shown.map(|case| advice(case, scheme, lang)).collect()
}

fn advice(case: Case, scheme: Option<Scheme>, lang: Lang) -> Advice {
    let ways = case.lines().iter().copied().filter(|way| scheme.is_none_or(|scheme| way.belongs_to(scheme)));
    Advice {
        case,
        title: words(lang).say(&format!("call-case-{}", case.code()), &[]),
        ring: ways.map(|way| way.ring(scheme, lang)).collect(),
    }
}

/// The numbers of a sheet.
pub(super) fn of_sheet(sheet: SheetFor, scheme: Scheme, lang: Lang) -> Vec<Ring> {
    let ways: &[Way] = match sheet {
        SheetFor::Coastguard => &[Way::Coastguard],
        SheetFor::PoliceNow => &[Way::PoliceNow],
        SheetFor::Mayday | SheetFor::PanPan => &[Way::Vhf],
        SheetFor::Police => &[Way::Police, Way::Relay],
        SheetFor::Crimestoppers => &[Way::Crimestoppers, Way::CoastalCrime],
        SheetFor::Online => &[],
    };
    let ways = ways.iter().copied().filter(|way| way.belongs_to(scheme));
    ways.map(|way| way.ring(Some(scheme), lang)).collect()
}

/// The numbers of an emergency, for its card.
pub(super) fn of_emergency(scheme: Scheme, lang: Lang) -> Vec<Ring> {
    let ways: &[Way] = match scheme {
        Scheme::Kraken => &[Way::Coastguard, Way::PoliceNow, Way::Vhf, Way::Sms],
        Scheme::Pegasus => &[Way::PoliceNow, Way::Sms],
    };
    ways.iter().map(|way| way.ring(Some(scheme), lang)).collect()
}

/// A line, and what is asked for on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Way {
    Coastguard,
    PoliceNow,
    Vhf,
    Police,
    Relay,
    Sms,
    Crimestoppers,
    CoastalCrime,
    AntiTerrorist,
    ModernSlavery,
}

impl Way {
    /// The guidance's code of the line.
    fn line(self) -> &'static str {
        match self {
            Self::Coastguard | Self::PoliceNow => "emergency",
            Self::Vhf => "vhf16",
            Self::Police => "police",
            Self::Relay => "police_text",
            Self::Sms => "emergency_sms",
            Self::Crimestoppers => "crimestoppers",
            Self::CoastalCrime => "coastal_crime",
            Self::AntiTerrorist => "anti_terrorist",
            Self::ModernSlavery => "modern_slavery",
        }
    }

    fn message(self) -> &'static str {
        match self {
            Self::Coastguard => "call-ring-coastguard",
            Self::PoliceNow => "call-ring-police-now",
            Self::Vhf => "call-ring-vhf",
            Self::Police => "call-ring-police",
            Self::Relay => "call-ring-relay",
            Self::Sms => "call-ring-sms",
            Self::Crimestoppers => "call-ring-crimestoppers",
            Self::CoastalCrime => "call-ring-coastal-crime",
            Self::AntiTerrorist => "call-ring-anti-terrorist",
            Self::ModernSlavery => "call-ring-modern-slavery",
        }
    }

    fn belongs_to(self, scheme: Scheme) -> bool {
        scheme == Scheme::Kraken || !matches!(self, Self::Coastguard | Self::Vhf | Self::CoastalCrime)
    }

    fn ring(self, scheme: Option<Scheme>, lang: Lang) -> Ring {
        let desk = Writer::new(lang);
        let (number, source, seen) = published(self.line());
        let code_word = scheme.map_or("KRAKEN / PEGASUS", Scheme::code_word);
        let texts = [("number", number), ("code_word", code_word)];
        Ring {
            line: self.line(),
            number: if self == Self::Vhf { "VHF 16".to_owned() } else { number.to_owned() },
            dials: !matches!(self, Self::Vhf | Self::Sms),
            words: desk.fill(self.message(), &texts),
            source: source.to_owned(),
            seen: seen.to_owned(),
        }
    }
}

/// Number, source and date of a line.
fn published(line: &str) -> (&'static str, &'static str, &'static str) {
    match line {
        "emergency" => ("999", "all scheme pages", "2024"),
        "vhf16" => ("VHF channel 16", "nidirect; Ports of Jersey", "undated"),
        "police" => ("101", "police pages", "2023-2024"),
        "police_text" => ("18001 101", "northwales.police.uk", "undated"),
        "emergency_sms" => ("999", "police pages", "undated"),
        "crimestoppers" => ("0800 555 111", "crimestoppers-uk.org", "2025-01"),
        "coastal_crime" => ("0800 011 3304", "crimestoppers-uk.org; localrags 2022-08-12", "2024-08"),
        "anti_terrorist" => ("0800 789 321", "northwales.police.uk", "undated"),
        "modern_slavery" => ("08000 121 700", "modernslaveryhelpline.org; unseenuk.org", "undated"),
        _ => ("", "", ""),
    }
}
