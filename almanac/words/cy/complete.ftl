# `reviewed = no`: no Welsh speaker has signed this message yet, and whoever shows it says so.
complete-question-who = PWY
    .reviewed = no
complete-question-what = BETH
    .reviewed = no
complete-question-where = BLE
    .reviewed = no
complete-question-when = PRYD
    .reviewed = no
complete-question-why = PAM
    .reviewed = no
complete-what = beth welsoch chi, mewn gair neu ddau
    .reviewed = no
complete-place = ble'r oedd: cyfeiriad a phellter, pwynt, neu enw lle
    .reviewed = no
complete-time = pryd yr oedd; nawr mae'n dweud pryd y gwnaethoch ei ysgrifennu
    .reviewed = no
complete-identifier = enw, rhif neu gofrestriad, gyda ? am bob arwydd na allech ei weld
    .reviewed = no
complete-people = faint o bobl oedd yno
    .reviewed = no
complete-looks = sut olwg oedd arno: pa fath, pa liw, marciau neu ddifrod
    .reviewed = no
complete-heading = i ble'r oedd yn mynd, a pha mor gyflym
    .reviewed = no
complete-why = pam yr oedd yn edrych o'i le i chi
    .reviewed = no
complete-signs = pa rai o'r arwyddion cyhoeddedig a welsoch
    .reviewed = no
complete-photo = llun, os oes gennych un a'i bod yn ddiogel ei dynnu
    .reviewed = no
complete-lasted = am ba hyd y gwelsoch ef
    .reviewed = no
complete-observer = ble'r oeddech chi'n sefyll
    .reviewed = no
complete-view = beth oedd yn ffordd eich golwg, os oedd rhywbeth
    .reviewed = no
complete-conditions = sut oedd y golau, y tywydd a'r môr
    .reviewed = no
complete-known = a oeddech yn ei adnabod cynt, ac o beth
    .reviewed = no
complete-contact = sut mae cysylltu â chi, os dymunwch
    .reviewed = no
complete-so-far = { $n ->
    [zero] Dywedwyd { $n } o { $all } o bethau y byddai desg yn eu defnyddio. Dim ond gair am yr hyn a welwyd sydd ei angen.
    [one] Dywedwyd { $n } o { $all } o bethau y byddai desg yn eu defnyddio. Dim ond gair am yr hyn a welwyd sydd ei angen.
    [two] Dywedwyd { $n } o { $all } o bethau y byddai desg yn eu defnyddio. Dim ond gair am yr hyn a welwyd sydd ei angen.
    [few] Dywedwyd { $n } o { $all } o bethau y byddai desg yn eu defnyddio. Dim ond gair am yr hyn a welwyd sydd ei angen.
    [many] Dywedwyd { $n } o { $all } o bethau y byddai desg yn eu defnyddio. Dim ond gair am yr hyn a welwyd sydd ei angen.
   *[other] Dywedwyd { $n } o { $all } o bethau y byddai desg yn eu defnyddio. Dim ond gair am yr hyn a welwyd sydd ei angen.
    }
    .reviewed = no
complete-missing = Ar goll o hyd, y mwyaf defnyddiol yn gyntaf:
    .reviewed = no
