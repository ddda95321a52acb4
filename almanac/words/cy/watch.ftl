# Gwyliadwriaeth. `reviewed = no`: no Welsh speaker has signed these messages yet.
watch-title = Taflen drosglwyddo gwyliadwriaeth { $number }
    .reviewed = no
watch-station = Gorsaf: { $station }
    .reviewed = no
watch-no-station = Nid yw'r orsaf wedi'i henwi.
    .reviewed = no
watch-began = Dechreuodd: { $at }
    .reviewed = no
watch-ended = Gorffennodd: { $at }
    .reviewed = no
watch-runs = Mae'n dal i redeg.
    .reviewed = no
watch-people = Ar wyliadwriaeth: { $people }
    .reviewed = no
watch-no-people = Nid oes neb wedi'i enwi fel un sydd ar wyliadwriaeth.
    .reviewed = no
watch-visibility = Gwelededd: { $text }
    .reviewed = no
watch-light = Golau: { $text }
    .reviewed = no
watch-sea = Môr: { $text }
    .reviewed = no
watch-wind = Gwynt: { $text }
    .reviewed = no
watch-damaged = { $n ->
    [zero] Nid oes cofnod o'r wyliadwriaeth hon wedi'i ddifrodi ar y ddyfais hon.
    [one] Mae un cofnod o'r wyliadwriaeth hon wedi'i ddifrodi ar y ddyfais hon ac ni ellir ei ddarllen mwyach.
    [two] Mae dau gofnod o'r wyliadwriaeth hon wedi'u difrodi ar y ddyfais hon ac ni ellir eu darllen mwyach.
    [few] Mae tri chofnod o'r wyliadwriaeth hon wedi'u difrodi ar y ddyfais hon ac ni ellir eu darllen mwyach.
    [many] Mae chwe chofnod o'r wyliadwriaeth hon wedi'u difrodi ar y ddyfais hon ac ni ellir eu darllen mwyach.
   *[other] Mae { $n } cofnod o'r wyliadwriaeth hon wedi'u difrodi ar y ddyfais hon ac ni ellir eu darllen mwyach.
 }
    .reviewed = no
watch-seen = Gwelwyd
    .reviewed = no
watch-nothing-seen = Ni chofnodwyd dim ar y wyliadwriaeth hon.
    .reviewed = no
watch-copy-gone = Nid yw'r hyn y mae { $about } yn ei ddweud yn cael ei gadw ar y ddyfais hon mwyach.
    .reviewed = no
watch-stood = safai'r tyst yn { $place }
    .reviewed = no
watch-was-at = yr oedd yn { $place }
    .reviewed = no
watch-bearing-true = yr oedd ar gyfeiriad { $deg } gradd gwir, { $metres } m i ffwrdd
    .reviewed = no
watch-bearing-magnetic = yr oedd ar gyfeiriad { $deg } gradd magnetig, { $metres } m i ffwrdd
    .reviewed = no
watch-exercise = YMARFER: ni ddigwyddodd dim.
    .reviewed = no
watch-kind-vessel = Cwch
    .reviewed = no
watch-kind-aircraft = Awyren
    .reviewed = no
watch-kind-vehicle = Cerbyd
    .reviewed = no
watch-kind-person = Person
    .reviewed = no
watch-draft = drafft { $draft }
    .reviewed = no
watch-sent = Anfonwyd
    .reviewed = no
watch-nothing-sent = Ni chyflwynwyd dim ar y wyliadwriaeth hon.
    .reviewed = no
watch-words-waits = Mae { $reference } yn aros i'w anfon at { $desk }.
    .reviewed = no
watch-words-stored = Mae { $reference } yn ddiogel gyda'r ddesg: { $desk }.
    .reviewed = no
watch-words-opened = Darllenwyd { $reference } gan y ddesg: { $desk }.
    .reviewed = no
watch-words-refused = Gwrthodir { $reference } gan y ddesg: { $desk }.
    .reviewed = no
watch-photos-wait = { $n ->
    [zero] Nid oes llun yn aros i'w anfon.
    [one] Mae un llun yn dal i aros i'w anfon.
    [two] Mae dau lun yn dal i aros i'w hanfon.
    [few] Mae tri llun yn dal i aros i'w hanfon.
    [many] Mae chwe llun yn dal i aros i'w hanfon.
   *[other] Mae { $n } llun yn dal i aros i'w hanfon.
 }
    .reviewed = no
watch-told = Dywedwyd ar lafar
    .reviewed = no
watch-nobody-told = Ni ddywedwyd wrth neb ar lafar.
    .reviewed = no
watch-told-number = { $channel }, { $at }, am { $about }; y rhif a roddwyd yw { $number }.
    .reviewed = no
watch-told-plain = { $channel }, { $at }, am { $about }; ni nodwyd rhif.
    .reviewed = no
watch-channel-999 = 999
    .reviewed = no
watch-channel-101 = 101
    .reviewed = no
watch-channel-coastguard = Gwylwyr y Glannau
    .reviewed = no
watch-channel-crimestoppers = Crimestoppers
    .reviewed = no
watch-channel-online = Ffurflen ar-lein
    .reviewed = no
watch-open = Yn dal ar agor
    .reviewed = no
watch-nothing-open = Nid oes drafft ar agor.
    .reviewed = no
watch-open-draft = Nid yw drafft { $draft } wedi'i gyflwyno.
    .reviewed = no
watch-open-kept = Cedwir drafft { $draft } yn y log, i weld a fydd yn digwydd eto.
    .reviewed = no
watch-no-anonymous = Nid yw adroddiadau dienw ar unrhyw daflen.
    .reviewed = no
watch-kept = Mae'r ddyfais hon yn cadw'r wyliadwriaeth am 30 diwrnod ar ôl iddi orffen a chael ei throsglwyddo; yna caiff ei dinistrio.
    .reviewed = no
watch-started = Mae gwyliadwriaeth { $number } yn rhedeg. Caiff yr hyn a ysgrifennir o hyn ymlaen ei roi gyda hi; ond nid adroddiadau dienw.
    .reviewed = no
watch-noted = Nodwyd ar gyfer gwyliadwriaeth { $number }.
    .reviewed = no
watch-stopped = Mae gwyliadwriaeth { $number } wedi gorffen. Trosglwyddwch hi pan fydd y criw nesaf yma.
    .reviewed = no
watch-discarded = Mae gwyliadwriaeth { $number } wedi mynd. Mae'r hyn a ysgrifennwyd arni'n aros.
    .reviewed = no
watch-none = Nid oes gwyliadwriaeth yma.
    .reviewed = no
watch-row-runs = { $number }: yn rhedeg ers { $at }
    .reviewed = no
watch-row-ended = { $number }: o { $at } hyd { $until }
    .reviewed = no
watch-row-handed-over = { $number }: o { $at } hyd { $until }, wedi'i throsglwyddo
    .reviewed = no
