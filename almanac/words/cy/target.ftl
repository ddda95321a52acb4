# `reviewed = no`: no Welsh speaker has signed this message yet, and whoever shows it says so.
target-metres = { $metres } m
    .reviewed = no
target-km = { $km } km
    .reviewed = no
target-km-miles = { $km } km ({ $miles ->
    [zero] { $written } milltir fôr
    [one] { $written } filltir fôr
    [two] { $written } filltir fôr
    [few] { $written } milltir fôr
    [many] { $written } milltir fôr
   *[other] { $written } milltir fôr
})
    .reviewed = no
target-from-mark = tua { $distance }, i gyfeiriad { $bearing } gradd o'r gogledd gwir, wrth fesur o { $mark }
    .reviewed = no
target-at-mark = yn { $mark }, neu'n agos ato
    .reviewed = no
target-near-mark = yn ardal { $mark }
    .reviewed = no
target-from-witness = tua { $distance }, i gyfeiriad { $bearing } gradd o'r gogledd gwir, o'r man lle safai'r tyst
    .reviewed = no
target-at-witness = yn y man lle safai'r tyst, neu'n agos ato
    .reviewed = no
target-likely-circle = 95 % yn debygol o fod o fewn tua { $radius } i'r fan honno
    .reviewed = no
target-likely-ellipse = 95 % yn debygol o fod o fewn tua { $major } y naill ffordd neu'r llall ar hyd { $axis } a { $opposite } gradd o'r gogledd gwir, a { $minor } y naill ffordd neu'r llall ar draws hynny
    .reviewed = no
target-declination-east = Mae cwmpawd yno'n pwyntio { $deg } gradd i'r dwyrain o'r gogledd gwir; cywirwyd y cyfeiriad am hynny.
    .reviewed = no
target-declination-west = Mae cwmpawd yno'n pwyntio { $deg } gradd i'r gorllewin o'r gogledd gwir; cywirwyd y cyfeiriad am hynny.
    .reviewed = no
target-declination-outside = Mae'r dyddiad y tu allan i flynyddoedd y model magnetig, { $first } i { $last }: defnyddiwyd ei ddiwrnod agosaf, ac mae'r cywiriad yn llai sicr.
    .reviewed = no
target-assumed-bearing = Ni ddywedwyd pa mor fanwl yw'r cyfeiriad: cymerwyd { $deg } gradd y naill ffordd neu'r llall.
    .reviewed = no
target-assumed-range = Ni ddywedwyd pa mor fanwl yw'r pellter: cymerwyd { $percent } y cant y naill ffordd neu'r llall.
    .reviewed = no
target-assumed-fix = Ni ddywedwyd pa mor fanwl yw'r man lle safai'r tyst: fe'i cymerwyd yn ôl ffynhonnell y safle.
    .reviewed = no
target-assumed-point = Ni ddywedwyd pa mor fanwl yw'r pwynt: cymerwyd ei fod o fewn { $distance }.
    .reviewed = no
target-assumed-same-place = Cymerwyd bod "yr un lle" yn golygu o fewn { $distance }.
    .reviewed = no
target-unlocated-named = Lle y gwyddys ei enw yn unig ydyw.
    .reviewed = no
target-unlocated-no-fix = Dywedir ble'r oedd o'r man lle safai'r tyst, ac nid yw hwnnw'n hysbys.
    .reviewed = no
target-no-cross-same-place = Cymerwyd y ddau gyfeiriad o'r un lle, hyd y gellir barnu: maent yn rhoi cyfeiriad ond dim pwynt.
    .reviewed = no
target-no-cross-parallel = Mae'r ddau gyfeiriad mor agos at fod yn gyfochrog fel na fyddant efallai'n croesi o gwbl: maent yn rhoi cyfeiriad ond dim pwynt.
    .reviewed = no
target-no-cross-apart = Mae'r ddau gyfeiriad yn arwain oddi wrth ei gilydd: nid yw un ohonynt, neu un o'r lleoedd, yn gywir.
    .reviewed = no
target-no-cross-too-far = Mae'r ddau gyfeiriad yn croesi ymhellach nag y gall neb weld: nid yw un ohonynt, neu un o'r lleoedd, yn gywir.
    .reviewed = no
