# Llwybrau, proffil tîm, a'r hyn y mae adroddiad dienw yn ei ddatgelu.
route-ask = Sut hoffech chi adrodd? Gallwch ddewis eto ar gyfer pob adroddiad.
    .reviewed = no
route-police = I'r heddlu
    .reviewed = no
route-police-means = Mae'r heddlu yn darllen yr hyn a welsoch. Cewch ddweud pwy ydych chi, fel y gallant eich holi; nid oes rhaid i chi. Mae'r ddyfais hon yn cadw copi nes iddynt ei ddarllen, ac am 30 diwrnod wedyn.
    .reviewed = no
route-confidential = Yn gyfrinachol
    .reviewed = no
route-confidential-means = Mae'r hyn a welsoch a phwy ydych chi wedi'u selio ar wahân: nid oes rhaid i'r sawl sy'n pwyso a mesur yr adroddiad ddysgu eich enw. Mae'r ddyfais hon yn cadw copi nes iddo gael ei ddarllen.
    .reviewed = no
route-anonymous = Yn ddienw
    .reviewed = no
route-anonymous-means = Nid oes dim ynddo sy'n dweud pwy ydych chi na ble roeddech chi'n sefyll. Nid oes copi yn aros ar y ddyfais hon, ac ni ellir ei selio eto ar gyfer desg arall. Mae'r rhai sy'n ei gludo yn gweld cyfeiriad rhwydwaith y ddyfais hon, oni bai eich bod yn defnyddio dirprwy.
    .reviewed = no
route-usual = Hwn yw'r un arferol yma.
    .reviewed = no
route-team-advice = Dyfais tîm yw hon, ac mae eraill yn gwybod pwy oedd ar wyliadwriaeth: nid oes dim a anfonir ohoni yn ddienw. I aros yn anhysbys, defnyddiwch eich ffôn eich hun, neu ffoniwch Crimestoppers.
    .reviewed = no

notice-names-phone = Mae rhif ffôn yn yr hyn a ysgrifennoch. Os mai eich rhif chi yw ef, neu rif rhywun sy'n eich adnabod, nid yw'r adroddiad yn ddienw.
    .reviewed = no
notice-names-email = Mae cyfeiriad e-bost yn yr hyn a ysgrifennoch. Os mai eich cyfeiriad chi yw ef, neu gyfeiriad rhywun sy'n eich adnabod, nid yw'r adroddiad yn ddienw.
    .reviewed = no
notice-names-own-place = Mae'n enwi lle sy'n perthyn i chi, neu'n dweud mai yno y bu. Gall y sawl sy'n ei ddarllen ddyfalu pwy oedd yno i'w weld.
    .reviewed = no
notice-unlisted-desk = Nid yw'r ddesg yn y rhestr genedlaethol: eich tîm sydd wedi'i hychwanegu.
    .reviewed = no
notice-profile-expired = Mae gosodiad eich tîm wedi dyddio. Mae'n dal i weithio; gofynnwch i'ch tîm am un mwy newydd.
    .reviewed = no

profile-none = Dyfais bersonol yw hon: nid oes gosodiad tîm mewn grym.
    .reviewed = no
profile-in-force = Mae'r ddyfais hon wedi'i gosod ar gyfer { $team }.
    .reviewed = no
profile-listed = Mae wedi'i lofnodi gan yr allweddi y credir y rhestr o ddesgiau drwyddynt.
    .reviewed = no
profile-outside = Nid yw yn y rhestr genedlaethol. Nid oes neb yn tystio drosto ond y sawl a'i gwnaeth.
    .reviewed = no
profile-compare = Gofynnwch i'r sawl a'i gwnaeth ddarllen ei bedwar gair: ar lafar neu ar bapur, nid mewn neges a ddaeth gydag ef. Teipiwch nhw fel y cânt eu darllen. Os ydynt yn wahanol, efallai bod rhywun wedi'i newid: peidiwch â'i gymryd.
    .reviewed = no
profile-differ = Nid dyma ei bedwar gair. Nid yw wedi'i gymryd.
    .reviewed = no
profile-taken = Mae wedi'i gymryd. Mae'r hyn sy'n aros i'w anfon yn aros fel y mae.
    .reviewed = no
profile-left = Mae wedi'i adael. Dyfais bersonol yw hon eto; mae'r hyn sy'n aros i'w anfon yn aros fel y mae.
    .reviewed = no
profile-station = Gorsaf: { $name }
    .reviewed = no
profile-people = { $n ->
    [zero] Ni all neb fod ar wyliadwriaeth: { $names }
    [one] Gall un person fod ar wyliadwriaeth: { $names }
    [two] Gall dau berson fod ar wyliadwriaeth: { $names }
    [few] Gall tri pherson fod ar wyliadwriaeth: { $names }
    [many] Gall chwe pherson fod ar wyliadwriaeth: { $names }
   *[other] Gall { $n } o bobl fod ar wyliadwriaeth: { $names }
}
    .reviewed = no
profile-desk = Mae adroddiadau'n mynd at: { $name }
    .reviewed = no
profile-desk-unlisted = { $name }, nad yw yn y rhestr genedlaethol
    .reviewed = no
profile-desk-listed-anyway = Mae { $name } yn y rhestr o ddesgiau ei hun: defnyddir y cofnod hwnnw, ac nid yr un a ddaeth gyda'r gosodiad.
    .reviewed = no
profile-routes = Llwybrau: { $routes }
    .reviewed = no
profile-language = Iaith: { $language }
    .reviewed = no
profile-expires = Mae'n gofyn am gael ei ddisodli ar { $date }.
    .reviewed = no
profile-expired = Gofynnodd am gael ei ddisodli ar { $date }. Mae'n dal i weithio; gofynnwch am un mwy newydd.
    .reviewed = no
