//! Port letters and numbers (PLN) of fishing vessels of the British Isles.
//!
//! Source: the Merchant Shipping (Registration of Ships) Regulations 1993, schedule 2 (ports of the United Kingdom and their
//! letters), and the lists of the Isle of Man, Jersey and Guernsey. A number has four figures at most. Other countries use
//! letters of their own, which are not listed here: what is none of these is not read.

use super::{
    PORT_NOT_SEEN, Reading,
    signs::{self, Signs},
};

pub(super) const KIND: &str = "fishing";

/// More ports than this fit almost anything.
const PORTS_TOLD: usize = 4;

/// Reads port letters and a number.
pub(super) fn read(typed: &Signs) -> Vec<Reading> {
    let all = typed.all();
    let mut readings = Vec::new();
    let mut unclear = None;
    for count in (1..=3).filter(|count| *count < all.len()) {
        let (letters, number) = all.split_at(count);
        let parted_elsewhere = typed.head().is_some_and(|head| head != count);
        let seen = letters.iter().any(|sign| *sign != '?');
        if parted_elsewhere || number.len() > 4 || !signs::are_figures(number) || !seen {
            continue;
        }
        let fitting: Vec<_> =
            ports().filter(|port| port.letters.len() == count && port.fits(letters)).collect();
        let spelt = |letters: &str| format!("{letters} {}", signs::text(number));
        if fitting.len() > PORTS_TOLD {
            unclear = Some(Reading::new(KIND, spelt(&signs::text(letters))).doubted(PORT_NOT_SEEN));
            continue;
        }
        readings.extend(fitting.into_iter().map(|port| Reading {
            place: Some(port.name),
            ..Reading::new(KIND, spelt(port.letters)).of(port.country)
        }));
    }
    if readings.len() + usize::from(unclear.is_some()) > PORTS_TOLD {
        readings.clear();
        unclear = Some(Reading::new(KIND, signs::text(all)).doubted(PORT_NOT_SEEN));
    }
    readings.extend(unclear);
    readings
}

struct Port {
    letters: &'static str,
    name: &'static str,
    country: &'static str,
}

impl Port {
    fn fits(&self, letters: &[char]) -> bool {
        letters.iter().zip(self.letters.chars()).all(|(seen, letter)| *seen == '?' || *seen == letter)
    }
}

fn ports() -> impl Iterator<Item = Port> {
    let of = |country: &'static str, list: &'static str| {
        let entries = list.split(',').filter_map(|entry| entry.trim().split_once(' '));
        entries.map(move |(letters, name)| Port { letters, name, country })
    };
    of("GB", UNITED_KINGDOM).chain(of("IM", MAN)).chain(of("JE", "J Jersey")).chain(of("GG", "GU Guernsey"))
}

const MAN: &str = "CT Castletown,DO Douglas,PL Peel,RY Ramsey";

const UNITED_KINGDOM: &str = "A Aberdeen,AB Aberystwyth,AD Ardrossan,AH Arbroath,AR Ayr,B Belfast,BA Ballantrae,BCK Buckie,
    BD Bideford,BE Barnstaple,BF Banff,BH Blyth,BK Berwick-on-Tweed,BL Bristol,BM Brixham,BN Boston,BO Bo'ness,BR Bridgwater,
    BRD Broadford,BS Beaumaris,BU Burntisland,BW Barrow,CA Cardigan,CE Coleraine,CF Cardiff,CH Chester,CK Colchester,
    CL Carlisle,CN Campbeltown,CO Caernarfon,CS Cowes,CY Castlebay,DE Dundee,DH Dartmouth,DR Dover,DS Dumfries,E Exeter,
    F Faversham,FD Fleetwood,FE Folkestone,FH Falmouth,FR Fraserburgh,FY Fowey,GE Goole,GH Grangemouth,GK Greenock,GN Granton,
    GR Gloucester,GW Glasgow,GY Grimsby,H Hull,HH Harwich,HL Hartlepool,IE Irvine,IH Ipswich,INS Inverness,K Kirkwall,
    KY Kirkcaldy,LA Llanelli,LH Leith,LI Littlehampton,LK Lerwick,LL Liverpool,LN King's Lynn,LO London,LR Lancaster,
    LT Lowestoft,M Milford Haven,ME Montrose,MH Middlesbrough,MN Maldon,MR Manchester,MT Maryport,N Newry,NE Newcastle,
    NN Newhaven,NT Newport,OB Oban,P Portsmouth,PD Peterhead,PE Poole,PEH Perth,PH Plymouth,PN Preston,PT Port Talbot,
    PW Padstow,PZ Penzance,R Ramsgate,RN Runcorn,RO Rothesay,RR Rochester,RX Rye,SA Swansea,SC Scilly,SD Sunderland,
    SE Salcombe,SH Scarborough,SM Shoreham,SN North Shields,SR Stranraer,SS St Ives,SSS South Shields,ST Stockton,
    SU Southampton,SY Stornoway,TH Teignmouth,TN Troon,TO Truro,TT Tarbert,UL Ullapool,WA Whitehaven,WH Weymouth,WI Wisbech,
    WK Wick,WN Wigtown,WO Workington,WY Whitby,YH Yarmouth";
