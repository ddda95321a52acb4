# Lleoedd. `reviewed = no`: no Welsh speaker has signed this message yet, and whoever shows it says so.

place-sort-port = porthladd
    .reviewed = no
place-sort-harbour = harbwr
    .reviewed = no
place-sort-marina = marina
    .reviewed = no
place-sort-anchorage = angorfa
    .reviewed = no
place-sort-dock = doc
    .reviewed = no
place-sort-landing = glanfa
    .reviewed = no
place-sort-airport = maes awyr mawr
    .reviewed = no
place-sort-airfield = maes awyr bach neu lain lanio
    .reviewed = no
place-sort-heliport = lle i hofrenyddion
    .reviewed = no
place-sort-hospital-helipad = llain hofrenyddion ysbyty
    .reviewed = no
place-sort-seaplanes = dŵr i awyrennau môr
    .reviewed = no
place-sort-balloons = lle i falwnau
    .reviewed = no

place-rough = dim ond i fewn i 1 neu 2 km y mae ei safle ei hun yn hysbys
    .reviewed = no

place-lies = { $distance }, { $bearing }° gwir, oddi yno
    .reviewed = no
place-beside = { $distance }, { $bearing }° gwir, o { $name }
    .reviewed = no

place-area-within = { $area } (ardal heddlu)
    .reviewed = no
place-area-nearest = { $area } (ardal heddlu), yr agosaf, { $distance } i ffwrdd
    .reviewed = no
place-area-outside = { $area }: y tu allan i ardaloedd heddlu'r DU
    .reviewed = no
place-area-outside-nearest = { $area } yw'r agosaf, { $distance } i ffwrdd: y tu allan i ardaloedd heddlu'r DU
    .reviewed = no
place-area-next = nesaf: { $area }, { $distance } i ffwrdd
    .reviewed = no
place-area-none = Dim ardal heddlu o fewn 12 milltir forol.
    .reviewed = no

place-country-ie = Iwerddon
    .reviewed = no
place-country-im = Ynys Manaw
    .reviewed = no
place-country-je = Jersey, Ynysoedd y Sianel
    .reviewed = no
place-country-gg = Guernsey, Ynysoedd y Sianel
    .reviewed = no
place-country-fr = Ffrainc
    .reviewed = no
place-country-be = Gwlad Belg
    .reviewed = no
place-country-fo = Ynysoedd Ffaro
    .reviewed = no

place-suggests-at-sea = Ar y môr: KRAKEN (cychod a'r arfordir) sy'n dod gyntaf. Gellir dewis PEGASUS hefyd.
    .reviewed = no
place-suggests-airfield = Mae maes awyr { $distance } i ffwrdd: PEGASUS (awyrennau a meysydd awyr) sy'n dod gyntaf. Gellir dewis KRAKEN hefyd.
    .reviewed = no
place-suggests-coast = Mae'r arfordir { $distance } i ffwrdd: KRAKEN (cychod a'r arfordir) sy'n dod gyntaf. Gellir dewis PEGASUS hefyd.
    .reviewed = no
place-suggests-harbour = Mae harbwr { $distance } i ffwrdd: KRAKEN (cychod a'r arfordir) sy'n dod gyntaf. Gellir dewis PEGASUS hefyd.
    .reviewed = no
place-suggests-inland = Yn y tir: KRAKEN ar gyfer cychod ar afonydd, camlesi a llynnoedd; PEGASUS ar gyfer awyrennau a meysydd awyr.
    .reviewed = no

place-none = Nid oes harbwr na maes awyr o'r enw hwnnw yn y tabl. Rhowch gynnig ar ddechrau'r enw, neu ar safle.
    .reviewed = no
place-more = { $n ->
    [zero] Nid oes rhagor o'r enw hwnnw.
    [one] Mae un arall o'r enw hwnnw: ychwanegwch --near SAFLE, neu deipio mwy o'r enw.
    [two] Mae dau arall o'r enw hwnnw: ychwanegwch --near SAFLE, neu deipio mwy o'r enw.
    [few] Mae { $n } arall o'r enw hwnnw: ychwanegwch --near SAFLE, neu deipio mwy o'r enw.
    [many] Mae { $n } arall o'r enw hwnnw: ychwanegwch --near SAFLE, neu deipio mwy o'r enw.
   *[other] Mae { $n } arall o'r enw hwnnw: ychwanegwch --near SAFLE, neu deipio mwy o'r enw.
}
    .reviewed = no
place-suggest-a-name = Mae'r tabl yn awgrymu enw ger safle. Nid yw'r hyn a ddywed byth yn safle mewn adroddiad.
    .reviewed = no

desk-why-chosen = am mai chi a'i dewisodd
    .reviewed = no
desk-why-team = am mai yno y mae eich tîm yn adrodd
    .reviewed = no
desk-why-target-area = am ei bod yn gyfrifol am ardal heddlu'r hyn a welwyd: { $area }
    .reviewed = no
desk-why-observer-area = am ei bod yn gyfrifol am yr ardal heddlu lle'r oeddech yn sefyll: { $area }
    .reviewed = no
desk-why-everywhere = am ei bod yn gyfrifol am bobman, ac nad oes un ar gyfer y lle hwn yn unig
    .reviewed = no
desk-why-only = am nad oes desg arall yn derbyn adroddiadau o'r fath
    .reviewed = no
desk-none-here = Nid oes desg yn derbyn adroddiadau o'r fath oddi yma. Erys y nodyn ar y ddyfais hon: dywedwch amdano ar lafar, 101 neu Crimestoppers, gyda'r gair cod.
    .reviewed = no
desk-several = Mae sawl desg yn derbyn adroddiadau o'r fath oddi yma: dewiswch un gyda --desk.
    .reviewed = no
desk-no-list = Bydd yn hysbys pa ddesg sy'n derbyn adroddiadau pan fydd rhestr o ddesgiau ar y ddyfais hon.
    .reviewed = no
