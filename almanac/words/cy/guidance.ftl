# `reviewed = no`: no Welsh speaker has signed this message yet, and whoever shows it says so.
guidance-dated = dyddiad y ffynhonnell: { $date }
    .reviewed = no
guidance-undated = ffynhonnell heb ddyddiad
    .reviewed = no
guidance-not-noted = ni nodwyd dyddiad y ffynhonnell
    .reviewed = no
guidance-gathered = casglwyd { $date }
    .reviewed = no
guidance-less-than-a-month-ago = lai na mis yn ôl
    .reviewed = no
guidance-months-ago = { $months ->
    [zero] { $months } mis yn ôl
    [one] { $months } mis yn ôl
    [two] { $months } fis yn ôl
    [few] { $months } mis yn ôl
    [many] { $months } mis yn ôl
   *[other] { $months } mis yn ôl
    }
    .reviewed = no
guidance-day = { $day } { $month } { $year }
    .reviewed = no
guidance-month-1 = Ionawr
    .reviewed = no
guidance-month-2 = Chwefror
    .reviewed = no
guidance-month-3 = Mawrth
    .reviewed = no
guidance-month-4 = Ebrill
    .reviewed = no
guidance-month-5 = Mai
    .reviewed = no
guidance-month-6 = Mehefin
    .reviewed = no
guidance-month-7 = Gorffennaf
    .reviewed = no
guidance-month-8 = Awst
    .reviewed = no
guidance-month-9 = Medi
    .reviewed = no
guidance-month-10 = Hydref
    .reviewed = no
guidance-month-11 = Tachwedd
    .reviewed = no
guidance-month-12 = Rhagfyr
    .reviewed = no
guidance-old = Casglwyd hyn fwy na blwyddyn yn ôl: gall rhif fod wedi newid. Os nad oes ateb, ffoniwch 101; os oes bywyd mewn perygl, 999.
    .reviewed = no
guidance-confirm = Darllenwyd y rhifau o gopïau o dudalennau cyhoeddus a gadwyd. Nid yw’r rhai sy’n eu hateb wedi’u cadarnhau eto.
    .reviewed = no
guidance-not-reviewed = Nid oes unrhyw siaradwr Cymraeg wedi adolygu’r geiriau hyn eto.
    .reviewed = no
guidance-built-in = Daeth y canllaw hwn gyda’r rhaglen.
    .reviewed = no
guidance-pack = Daeth y canllaw hwn ym mhecyn rhif { $number }, a lofnodwyd ar { $date }.
    .reviewed = no
guidance-taken = Defnyddir pecyn rhif { $number }, a lofnodwyd ar { $date }, o hyn ymlaen.
    .reviewed = no
guidance-dropped = Defnyddir eto yr hyn a ddaeth gyda’r rhaglen.
    .reviewed = no
guidance-where = Ar gyfer: { $place }.
    .reviewed = no
guidance-run-by = Yn cael ei redeg gan: { $who }.
    .reviewed = no
guidance-code-word = Gair cod: { $word }
    .reviewed = no
guidance-for = ar gyfer: { $who }
    .reviewed = no
guidance-nothing-fits = Rhywbeth arall: dywedwch yn eich geiriau eich hun.
    .reviewed = no

# Penawdau.
guidance-lines = Pwy i’w ffonio
    .reviewed = no
guidance-rules = Beth i’w wneud, a beth i beidio â’i wneud
    .reviewed = no
guidance-asks = Beth i’w ysgrifennu
    .reviewed = no
guidance-signs = Arwyddion i gadw llygad amdanynt
    .reviewed = no
guidance-signs-kraken = Arwyddion i gadw llygad amdanynt: cychod a’r arfordir
    .reviewed = no
guidance-signs-pegasus = Arwyddion i gadw llygad amdanynt: awyrennau a meysydd awyr
    .reviewed = no
guidance-signs-oic = Arwyddion i gadw llygad amdanynt: troseddau mewnfudo cyfundrefnol
    .reviewed = no
guidance-links = Darllen ymhellach
    .reviewed = no
guidance-silhouettes-vessel = Amlinellau cychod a llongau
    .reviewed = no
guidance-silhouettes-aircraft = Amlinellau awyrennau
    .reviewed = no
guidance-silhouettes-vehicle = Amlinellau cerbydau
    .reviewed = no
