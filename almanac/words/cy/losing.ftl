# Yr hyn a gollir pan anghofir PIN neu pan adewir y ffolder, a'r hyn a anfonir o hyd.
losing-drafts = { $n ->
    [zero] Ni chollir yr un drafft.
    [one] Collir un drafft, gyda'i luniau.
    [two] Collir dau ddrafft, gyda'u lluniau. Mae'r rhai a gadwyd yn y cofnod yn eu plith.
    [few] Collir tri drafft, gyda'u lluniau. Mae'r rhai a gadwyd yn y cofnod yn eu plith.
    [many] Collir chwe drafft, gyda'u lluniau. Mae'r rhai a gadwyd yn y cofnod yn eu plith.
   *[other] Collir { $n } o ddrafftiau, gyda'u lluniau. Mae'r rhai a gadwyd yn y cofnod yn eu plith.
}
    .reviewed = no
losing-copies = { $n ->
    [zero] Ni chollir yr un copi.
    [one] Collir copi'r ddyfais hon o un adroddiad a anfonwyd: ni ellir darllen yma mwyach yr hyn a ddywed.
    [two] Collir copïau'r ddyfais hon o ddau adroddiad a anfonwyd: ni ellir darllen yma mwyach yr hyn a ddywedant.
    [few] Collir copïau'r ddyfais hon o dri adroddiad a anfonwyd: ni ellir darllen yma mwyach yr hyn a ddywedant.
    [many] Collir copïau'r ddyfais hon o chwe adroddiad a anfonwyd: ni ellir darllen yma mwyach yr hyn a ddywedant.
   *[other] Collir copïau'r ddyfais hon o { $n } o adroddiadau a anfonwyd: ni ellir darllen yma mwyach yr hyn a ddywedant.
}
    .reviewed = no
losing-records = { $n ->
    [zero] Ni chollir yr un cofnod.
    [one] Collir cofnod un adroddiad a gyrhaeddodd.
    [two] Collir cofnodion dau adroddiad a gyrhaeddodd.
    [few] Collir cofnodion tri adroddiad a gyrhaeddodd.
    [many] Collir cofnodion chwe adroddiad a gyrhaeddodd.
   *[other] Collir cofnodion { $n } o adroddiadau a gyrhaeddodd.
}
    .reviewed = no
losing-answers = { $n ->
    [zero] Ni chollir yr un ateb.
    [one] Collir un ateb gan ddesg.
    [two] Collir dau ateb gan ddesgiau.
    [few] Collir tri ateb gan ddesgiau.
    [many] Collir chwe ateb gan ddesgiau.
   *[other] Collir { $n } o atebion gan ddesgiau.
}
    .reviewed = no
losing-calls = { $n ->
    [zero] Ni chollir nodiadau'r un alwad.
    [one] Collir yr hyn a nodwyd am un alwad.
    [two] Collir yr hyn a nodwyd am ddwy alwad.
    [few] Collir yr hyn a nodwyd am dair galwad.
    [many] Collir yr hyn a nodwyd am chwe galwad.
   *[other] Collir yr hyn a nodwyd am { $n } o alwadau.
}
    .reviewed = no
losing-watches = { $n ->
    [zero] Ni chollir yr un wyliadwriaeth.
    [one] Collir un wyliadwriaeth, gyda'r cyfan a nodwyd arni.
    [two] Collir dwy wyliadwriaeth, gyda'r cyfan a nodwyd arnynt.
    [few] Collir tair gwyliadwriaeth, gyda'r cyfan a nodwyd arnynt.
    [many] Collir chwe gwyliadwriaeth, gyda'r cyfan a nodwyd arnynt.
   *[other] Collir { $n } o wyliadwriaethau, gyda'r cyfan a nodwyd arnynt.
}
    .reviewed = no
losing-nothing = Nid oes dim yn cael ei gadw yma a fyddai'n cael ei golli.
    .reviewed = no
losing-still-sent = { $n ->
    [zero] Nid oes yr un adroddiad yn aros.
    [one] Anfonir o hyd un adroddiad sy'n aros, fel y mae wedi'i selio.
    [two] Anfonir o hyd ddau adroddiad sy'n aros, fel y maent wedi'u selio.
    [few] Anfonir o hyd dri adroddiad sy'n aros, fel y maent wedi'u selio.
    [many] Anfonir o hyd chwe adroddiad sy'n aros, fel y maent wedi'u selio.
   *[other] Anfonir o hyd { $n } o adroddiadau sy'n aros, fel y maent wedi'u selio.
}
    .reviewed = no
losing-photos-still-sent = { $n ->
    [zero] Nid oes yr un llun yn mynd gyda nhw.
    [one] Mae un llun yn mynd gyda nhw.
    [two] Mae dau lun yn mynd gyda nhw.
    [few] Mae tri llun yn mynd gyda nhw.
    [many] Mae chwe llun yn mynd gyda nhw.
   *[other] Mae { $n } o luniau yn mynd gyda nhw.
}
    .reviewed = no
losing-never-sent = { $n ->
    [zero] Gall pob adroddiad sy'n aros fynd o hyd.
    [one] Ni all un adroddiad sy'n aros fynd mwyach: byddai'n rhaid ei selio o'r newydd, ac mae ei gopi yma wedi'i golli. Ysgrifennwch ef eto, neu ffoniwch 101.
    [two] Ni all dau adroddiad sy'n aros fynd mwyach: byddai'n rhaid eu selio o'r newydd, ac mae eu copïau yma wedi'u colli. Ysgrifennwch nhw eto, neu ffoniwch 101.
    [few] Ni all tri adroddiad sy'n aros fynd mwyach: byddai'n rhaid eu selio o'r newydd, ac mae eu copïau yma wedi'u colli. Ysgrifennwch nhw eto, neu ffoniwch 101.
    [many] Ni all chwe adroddiad sy'n aros fynd mwyach: byddai'n rhaid eu selio o'r newydd, ac mae eu copïau yma wedi'u colli. Ysgrifennwch nhw eto, neu ffoniwch 101.
   *[other] Ni all { $n } o adroddiadau sy'n aros fynd mwyach: byddai'n rhaid eu selio o'r newydd, ac mae eu copïau yma wedi'u colli. Ysgrifennwch nhw eto, neu ffoniwch 101.
}
    .reviewed = no
losing-answers-to-come = Ni ellir darllen yma mwyach yr hyn y bydd desgiau'n ei ateb eto i adroddiadau a anfonwyd oddi yma.
    .reviewed = no
losing-pin-forgotten = Mae'r PIN wedi'i anghofio. Nid oes angen un i ddarllen yma o hyn ymlaen; gellir gosod un newydd.
    .reviewed = no
losing-people = { $n ->
    [zero] Ni chollir dim o eiddo'r bobl.
    [one] Collir hefyd yr hyn y mae un person o'r tîm yn ei gadw dan ei PIN ei hun.
    [two] Collir hefyd yr hyn y mae dau berson o'r tîm yn ei gadw dan eu PIN eu hunain.
    [few] Collir hefyd yr hyn y mae tri pherson o'r tîm yn ei gadw dan eu PIN eu hunain.
    [many] Collir hefyd yr hyn y mae chwe pherson o'r tîm yn ei gadw dan eu PIN eu hunain.
   *[other] Collir hefyd yr hyn y mae { $n } o bobl y tîm yn ei gadw dan eu PIN eu hunain.
}
    .reviewed = no

leaving-at-once = Daw'r cyfan y gellir ei ddarllen yma i ben ar unwaith. Mae'r hyn sydd wedi'i selio ac yn aros yn dal i gael ei anfon; nid yw'r un adroddiad yn gadael ôl yma unwaith y bydd gan ei ddesg. Pan fydd yr olaf wedi mynd, caiff y ffolder hon ei dileu'n llwyr.
    .reviewed = no
leaving-offence = Gall dinistrio data sydd ei angen ar ymchwiliad fod yn drosedd.
    .reviewed = no
leaving-waits = { $n ->
    [zero] Mae'r ffolder hon yn cael ei gadael: nid oes dim yn aros mwyach.
    [one] Mae'r ffolder hon yn cael ei gadael: mae un adroddiad i'w anfon o hyd, ac yna caiff y ffolder ei dileu'n llwyr.
    [two] Mae'r ffolder hon yn cael ei gadael: mae dau adroddiad i'w hanfon o hyd, ac yna caiff y ffolder ei dileu'n llwyr.
    [few] Mae'r ffolder hon yn cael ei gadael: mae tri adroddiad i'w hanfon o hyd, ac yna caiff y ffolder ei dileu'n llwyr.
    [many] Mae'r ffolder hon yn cael ei gadael: mae chwe adroddiad i'w hanfon o hyd, ac yna caiff y ffolder ei dileu'n llwyr.
   *[other] Mae'r ffolder hon yn cael ei gadael: mae { $n } o adroddiadau i'w hanfon o hyd, ac yna caiff y ffolder ei dileu'n llwyr.
}
    .reviewed = no
leaving-called-off = Ysgrifennwyd rhywbeth yma wedyn, felly nid yw'r ffolder yn cael ei dileu ohoni'i hun: fe'i cedwir, ac mae'r hyn a ysgrifennwyd cynt yn dal i gael ei anfon.
    .reviewed = no
leaving-never = { $n ->
    [zero] Gall pob adroddiad fynd.
    [one] Ni allai un adroddiad fynd byth, a daeth i ben: nid yw ei allwedd i'w defnyddio mwyach, neu nid yw ei ddesg yn derbyn dim mwy.
    [two] Ni allai dau adroddiad fynd byth, a daethant i ben: nid yw eu hallweddi i'w defnyddio mwyach, neu nid yw eu desgiau'n derbyn dim mwy.
    [few] Ni allai tri adroddiad fynd byth, a daethant i ben: nid yw eu hallweddi i'w defnyddio mwyach, neu nid yw eu desgiau'n derbyn dim mwy.
    [many] Ni allai chwe adroddiad fynd byth, a daethant i ben: nid yw eu hallweddi i'w defnyddio mwyach, neu nid yw eu desgiau'n derbyn dim mwy.
   *[other] Ni allai { $n } o adroddiadau fynd byth, a daethant i ben: nid yw eu hallweddi i'w defnyddio mwyach, neu nid yw eu desgiau'n derbyn dim mwy.
}
    .reviewed = no
leaving-done = Mae'r adroddiad olaf wedi mynd, ac mae'r ffolder hon wedi'i dileu'n llwyr.
    .reviewed = no
leaving-wiped = Nid oedd dim yn aros i'w anfon, felly dilëwyd y ffolder yn llwyr ar unwaith.
    .reviewed = no
leaving-begun = Daeth yr hyn y gellid ei ddarllen yma i ben. Mae'r hyn sy'n aros yn dal i gael ei anfon, ac yna caiff y ffolder hon ei dileu'n llwyr.
    .reviewed = no
leaving-refused = { $n ->
    [zero] Ni wrthodwyd dim.
    [one] Gwrthododd desg un peth a anfonwyd, felly nid yw wedi'i adrodd: ffoniwch 101 gan ddyfynnu KRAKEN neu PEGASUS.
    [two] Gwrthododd desgiau ddau beth a anfonwyd, felly nid ydynt wedi'u hadrodd: ffoniwch 101 gan ddyfynnu KRAKEN neu PEGASUS.
    [few] Gwrthododd desgiau dri pheth a anfonwyd, felly nid ydynt wedi'u hadrodd: ffoniwch 101 gan ddyfynnu KRAKEN neu PEGASUS.
    [many] Gwrthododd desgiau chwe pheth a anfonwyd, felly nid ydynt wedi'u hadrodd: ffoniwch 101 gan ddyfynnu KRAKEN neu PEGASUS.
   *[other] Gwrthododd desgiau { $n } o bethau a anfonwyd, felly nid ydynt wedi'u hadrodd: ffoniwch 101 gan ddyfynnu KRAKEN neu PEGASUS.
}
    .reviewed = no
