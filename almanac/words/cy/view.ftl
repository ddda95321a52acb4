# `reviewed = no`: no Welsh speaker has signed this message yet, and whoever shows it says so.
view-lasted = yn y golwg am { $time }
    .reviewed = no
view-seconds = { $n ->
    [zero] { $n } eiliad
    [one] { $n } eiliad
    [two] { $n } eiliad
    [few] { $n } eiliad
    [many] { $n } eiliad
   *[other] { $n } eiliad
    }
    .reviewed = no
view-minutes = { $n ->
    [zero] { $n } munud
    [one] { $n } munud
    [two] { $n } funud
    [few] { $n } munud
    [many] { $n } munud
   *[other] { $n } munud
    }
    .reviewed = no
view-hours = { $n ->
    [zero] { $n } awr
    [one] { $n } awr
    [two] { $n } awr
    [few] { $n } awr
    [many] { $n } awr
   *[other] { $n } awr
    }
    .reviewed = no
view-seen-from = o { $metres } m i ffwrdd
    .reviewed = no
view-light-day = golau dydd
    .reviewed = no
view-light-civil-twilight-morning = digon o olau i weld siapiau a lliwiau (cyfnos sifil, bore)
    .reviewed = no
view-light-civil-twilight-evening = digon o olau i weld siapiau a lliwiau (cyfnos sifil, hwyr)
    .reviewed = no
view-light-nautical-twilight-morning = siapiau yn erbyn yr awyr, prin dim lliw (cyfnos morwrol, bore)
    .reviewed = no
view-light-nautical-twilight-evening = siapiau yn erbyn yr awyr, prin dim lliw (cyfnos morwrol, hwyr)
    .reviewed = no
view-light-astronomical-twilight-morning = tywyll (cyfnos seryddol, bore)
    .reviewed = no
view-light-astronomical-twilight-evening = tywyll (cyfnos seryddol, hwyr)
    .reviewed = no
view-light-night = nos
    .reviewed = no
view-sun-above = { $n ->
    [zero] { $phase }; yr haul { $n } gradd uwchlaw'r gorwel
    [one] { $phase }; yr haul { $n } radd uwchlaw'r gorwel
    [two] { $phase }; yr haul { $n } radd uwchlaw'r gorwel
    [few] { $phase }; yr haul { $n } gradd uwchlaw'r gorwel
    [many] { $phase }; yr haul { $n } gradd uwchlaw'r gorwel
   *[other] { $phase }; yr haul { $n } gradd uwchlaw'r gorwel
    }
    .reviewed = no
view-sun-below = { $n ->
    [zero] { $phase }; yr haul { $n } gradd islaw'r gorwel
    [one] { $phase }; yr haul { $n } radd islaw'r gorwel
    [two] { $phase }; yr haul { $n } radd islaw'r gorwel
    [few] { $phase }; yr haul { $n } gradd islaw'r gorwel
    [many] { $phase }; yr haul { $n } gradd islaw'r gorwel
   *[other] { $phase }; yr haul { $n } gradd islaw'r gorwel
    }
    .reviewed = no
view-into-the-sun = yn edrych tua haul isel
    .reviewed = no
view-in-the-way = yn y ffordd: { $text }
    .reviewed = no
view-known-before = yn hysbys cyn hynny: { $text }
    .reviewed = no
