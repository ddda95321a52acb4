//! Which country has which maritime identification digits and which series of call signs.
//!
//! Sources: the ITU's table of maritime identification digits (Radio Regulations, article 19 and the list kept at
//! itu.int), and the Radio Regulations, appendix 42, "Table of allocation of international call sign series". Countries are
//! two letters of ISO 3166-1; digits and series of organisations are left out. 306 is shared by Curaçao, Sint Maarten and
//! Bonaire; series of the United Kingdom, France, Denmark and the Netherlands are used by their territories as well.

/// The countries whose three digits these may be, `?` standing for any.
pub(super) fn countries_of_digits(seen: &[char]) -> Vec<&'static str> {
    let digits =
        entries(DIGITS).flat_map(|(country, list)| list.split(',').map(move |digits| (country, digits)));
    let fitting = digits.filter(|(_, digits)| fit(seen, digits.chars()));
    distinct(fitting.map(|(country, _)| country))
}

/// The countries whose series a call sign with these first three signs may come from.
pub(super) fn countries_of_series(seen: &[char]) -> Vec<&'static str> {
    let fitting = entries(SERIES).filter(|(_, range)| {
        let (from, to) = range.split_once('-').unwrap_or((range, range));
        in_series(seen, from, to)
    });
    distinct(fitting.map(|(country, _)| country))
}

fn entries(table: &'static str) -> impl Iterator<Item = (&'static str, &'static str)> {
    table.split_ascii_whitespace().filter_map(|entry| entry.split_once(':'))
}

fn fit(seen: &[char], signs: impl Iterator<Item = char>) -> bool {
    seen.iter().zip(signs).all(|(seen, sign)| *seen == '?' || *seen == sign)
}

/// A series begins with one sign; its second, and where a series was divided its third, run from one to another.
fn in_series(seen: &[char], from: &str, to: &str) -> bool {
    let first = from.chars().next().unwrap_or('?');
    let (from, to) = (from.get(1..).unwrap_or_default(), to.get(1..).unwrap_or_default());
    let signs = || ('0'..='9').chain('A'..='Z');
    if from.len() < 2 {
        return signs().map(String::from).any(|rest| {
            from <= rest.as_str()
                && rest.as_str() <= to
                && fit(seen, std::iter::once(first).chain(rest.chars()))
        });
    }
    signs().flat_map(|second| ('A'..='Z').map(move |third| format!("{second}{third}"))).any(|rest| {
        from <= rest.as_str() && rest.as_str() <= to && fit(seen, std::iter::once(first).chain(rest.chars()))
    })
}

/// Each country once, and no more than tell that there are several.
fn distinct(countries: impl Iterator<Item = &'static str>) -> Vec<&'static str> {
    let mut found: Vec<&str> = Vec::new();
    for country in countries {
        if !found.contains(&country) {
            found.push(country);
        }
        if found.len() > 1 {
            break;
        }
    }
    found
}

const DIGITS: &str = "
    AD:202 AE:470,471 AF:401 AG:304,305 AI:301 AL:201 AM:216 AO:603 AR:701 AS:559 AT:203 AU:503 AW:307 AZ:423 BA:478
    BB:314 BD:405 BE:205 BF:633 BG:207 BH:408 BI:609 BJ:610 BM:310 BN:508 BO:720 BR:710 BS:308,309,311 BT:410 BW:611
    BY:206 BZ:312 CA:316 CC:523 CD:676 CF:612 CG:615 CH:269 CI:619 CK:518 CL:725 CM:613 CN:412,413,414 CO:730 CR:321
    CU:323 CV:617 CW:306 CX:516 CY:209,210,212 CZ:270 DE:211,218 DJ:621 DK:219,220 DM:325 DO:327 DZ:605 EC:735
    EE:276 EG:622 ER:625 ES:224,225 ET:624 FI:230 FJ:520 FK:740 FM:510 FO:231 FR:226,227,228 GA:626
    GB:232,233,234,235 GD:330 GE:213 GF:745 GH:627 GI:236 GL:331 GM:629 GN:632 GP:329 GQ:631 GR:237,239,240,241
    GT:332 GW:630 GY:750 HK:477 HN:334 HR:238 HT:336 HU:243 ID:525 IE:250 IL:428 IN:419 IQ:425 IR:422 IS:251 IT:247
    JM:339 JO:438 JP:431,432 KE:634 KG:451 KH:514,515 KI:529 KM:616,620 KN:341 KP:445 KR:440,441 KW:447 KY:319
    KZ:436 LA:531 LB:450 LC:343 LI:252 LK:417 LR:636,637 LS:644 LT:277 LU:253 LV:275 LY:642 MA:242 MC:254 MD:214
    ME:262 MG:647 MH:538 MK:274 ML:649 MM:506 MN:457 MO:453 MP:536 MQ:347 MR:654 MS:348 MT:215,229,248,249,256
    MU:645 MV:455 MW:655 MX:345 MY:533 MZ:650 NA:659 NC:540 NE:656 NG:657 NI:350 NL:244,245,246 NO:257,258,259
    NP:459 NR:544 NU:542 NZ:512 OM:461 PA:351,352,353,354,355,356,357,370,371,372,373,374 PE:760 PF:546 PG:553
    PH:548 PK:463 PL:261 PM:361 PN:555 PR:358 PS:443 PT:204,255,263 PW:511 PY:755 QA:466 RE:660 RO:264 RS:279 RU:273
    RW:661 SA:403 SB:557 SC:664 SD:662 SE:265,266 SG:563,564,565,566 SH:608,665 SI:278 SK:267 SL:667 SM:268 SN:663
    SO:666 SR:765 SS:638 ST:668 SV:359 SY:468 SZ:669 TC:364 TD:670 TF:501,607,618,635 TG:671 TH:567 TJ:472 TL:550
    TM:434 TN:672 TO:570 TR:271 TT:362 TV:572 TW:416 TZ:674,677 UA:272 UG:675 US:303,338,366,367,368,369 UY:770
    UZ:437 VA:208 VC:375,376,377 VE:775 VG:378 VI:379 VN:574 VU:576,577 WF:578 WS:561 YE:473,475 ZA:601 ZM:678
    ZW:679";

const SERIES: &str = "
    US:AA-AL ES:AM-AO PK:AP-AS IN:AT-AW AU:AX AR:AY-AZ BW:A2 TO:A3 OM:A4 BT:A5 AE:A6 QA:A7 LR:A8 BH:A9 CN:BA-BZ
    CL:CA-CE CA:CF-CK CU:CL-CM MA:CN CU:CO BO:CP PT:CQ-CU UY:CV-CX CA:CY-CZ NR:C2 AD:C3 CY:C4 GM:C5 BS:C6 MZ:C8-C9
    DE:DA-DR KR:DS-DT PH:DU-DZ AO:D2-D3 CV:D4 LR:D5 KM:D6 KR:D7-D9 ES:EA-EH IE:EI-EJ AM:EK LR:EL UA:EM-EO IR:EP-EQ
    MD:ER EE:ES ET:ET BY:EU-EW KG:EX TJ:EY TM:EZ TH:E2 ER:E3 PS:E4 CK:E5 NU:E6 BA:E7 FR:FA-FZ GB:GA-GZ HU:HA CH:HB
    EC:HC-HD CH:HE PL:HF HU:HG HT:HH DO:HI CO:HJ-HK KR:HL KP:HM IQ:HN PA:HO-HP HN:HQ-HR TH:HS NI:HT SV:HU VA:HV
    FR:HW-HY SA:HZ CY:H2 PA:H3 SB:H4 NI:H6-H7 PA:H8-H9 IT:IA-IZ JP:JA-JS MN:JT-JV NO:JW-JX JO:JY ID:JZ DJ:J2 GD:J3
    GR:J4 GW:J5 LC:J6 DM:J7 VC:J8 US:KA-KZ NO:LA-LN AR:LO-LW LU:LX LT:LY BG:LZ AR:L2-L9 GB:MA-MZ US:NA-NZ PE:OA-OC
    LB:OD AT:OE FI:OF-OJ CZ:OK-OL SK:OM BE:ON-OT DK:OU-OZ NL:PA-PI CW:PJ ID:PK-PO BR:PP-PY SR:PZ PG:P2 CY:P3 AW:P4
    KP:P5-P9 RU:RA-RZ SE:SA-SM PL:SN-SR EG:SSA-SSM SD:SSN-STZ EG:SU GR:SV-SZ BD:S2-S3 SI:S5 SG:S6 SC:S7 ZA:S8 ST:S9
    TR:TA-TC GT:TD CR:TE IS:TF GT:TG FR:TH CR:TI CM:TJ FR:TK CF:TL FR:TM CG:TN FR:TO-TQ GA:TR TN:TS TD:TT CI:TU
    FR:TV-TX BJ:TY ML:TZ TV:T2 KI:T3 CU:T4 SO:T5 AF:T6 SM:T7 PW:T8 RU:UA-UI UZ:UJ-UM KZ:UN-UQ UA:UR-UZ CA:VA-VG
    AU:VH-VN CA:VO GB:VP-VQ HK:VR GB:VS IN:VT-VW CA:VX-VY AU:VZ AG:V2 BZ:V3 KN:V4 NA:V5 FM:V6 MH:V7 BN:V8 US:WA-WZ
    MX:XA-XI CA:XJ-XO DK:XP CL:XQ-XR CN:XS BF:XT KH:XU VN:XV LA:XW MO:XX MM:XY-XZ AF:YA ID:YB-YH IQ:YI VU:YJ SY:YK
    LV:YL TR:YM NI:YN RO:YO-YR SV:YS RS:YT-YU VE:YV-YY DE:Y2-Y9 AL:ZA GB:ZB-ZJ NZ:ZK-ZM GB:ZN-ZO PY:ZP GB:ZQ ZA:ZR-
    ZU BR:ZV-ZZ ZW:Z2 MK:Z3 SS:Z8 GB:2A-2Z MC:3A MU:3B GQ:3C SZ:3DA-3DM FJ:3DN-3DZ PA:3E-3F CL:3G CN:3H-3U TN:3V
    VN:3W GN:3X NO:3Y PL:3Z MX:4A-4C PH:4D-4I AZ:4J-4K GE:4L VE:4M ME:4O LK:4P-4S PE:4T HT:4V TL:4W IL:4X IL:4Z
    LY:5A CY:5B MA:5C-5G TZ:5H-5I CO:5J-5K LR:5L-5M NG:5N-5O DK:5P-5Q MG:5R-5S MR:5T NE:5U TG:5V WS:5W UG:5X
    KE:5Y-5Z EG:6A-6B SY:6C MX:6D-6J KR:6K-6N SO:6O PK:6P-6S SD:6T-6U SN:6V-6W MG:6X JM:6Y LR:6Z ID:7A-7I JP:7J-7N
    YE:7O LS:7P MW:7Q DZ:7R SE:7S DZ:7T-7Y SA:7Z ID:8A-8I JP:8J-8N BW:8O BB:8P MV:8Q GY:8R SE:8S IN:8T-8Y SA:8Z
    HR:9A IR:9B-9D ET:9E-9F GH:9G MT:9H ZM:9I-9J KW:9K SL:9L MY:9M NP:9N CD:9O-9T BI:9U SG:9V MY:9W RW:9X TT:9Y-9Z";
