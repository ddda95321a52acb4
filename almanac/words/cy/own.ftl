# Yr hyn sy'n eiddo i un person ar ddyfais tîm. `reviewed = no`: no Welsh speaker has signed these messages yet.
notice-no-copy-kept = Ar ôl ei anfon ni all neb ei ddarllen yma, na'i anfon at ddesg arall: dyfais tîm yw hon, ac nid oes gan y sawl sy'n ei ysgrifennu ei PIN ei hun.
    .reviewed = no
own-copy = { $name } a'i hysgrifennodd: dim ond ei PIN ei hun sy'n dangos beth mae'n ei ddweud.
    .reviewed = no
own-copy-unnamed = Dim ond PIN y sawl a'i hysgrifennodd sy'n dangos beth mae'n ei ddweud.
    .reviewed = no
own-set = Mae gan { $name } ei PIN ei hun bellach. Cedwir yr hyn a gyflwynir ganddynt o hyn ymlaen ar gyfer y PIN hwnnw yn unig, a'r hyn a gyflwynwyd cynt ar gyfer neb. Mae drafftiau a gwyliadwriaethau'n aros gyda'r tîm.
    .reviewed = no
own-changed = Mae PIN newydd { $name } mewn grym. Nid yw'r hen un yn agor dim o'u heiddo, hen gopïau'n gynwysedig.
    .reviewed = no
own-ended = Nid oes gan { $name } ei PIN ei hun mwyach.
    .reviewed = no
own-before-end = Collir hyn gyda PIN { $name }, ac ni ellir ei gael yn ôl.
    .reviewed = no
own-lost-nothing = Ni chollir dim gydag ef.
    .reviewed = no
own-lost-copies = { $n ->
    [one] Un adroddiad a anfonwyd, na all neb ei ddarllen yma mwyach.
   *[other] { $n } adroddiad a anfonwyd, na all neb eu darllen yma mwyach.
 }
    .reviewed = no
own-lost-answers = { $n ->
    [one] Un ateb gan ddesg; ni ellir darllen rhai a ddaw wedyn chwaith.
   *[other] { $n } ateb gan ddesgiau; ni ellir darllen rhai a ddaw wedyn chwaith.
 }
    .reviewed = no
own-lost-records = { $n ->
    [one] Yr hyn sy'n hysbys am un adroddiad sydd wedi'i gwblhau.
   *[other] Yr hyn sy'n hysbys am { $n } adroddiad sydd wedi'u cwblhau.
 }
    .reviewed = no
own-still-sent = { $n ->
    [one] Mae un amlen neu lun yn dal i aros. Fe'i hanfonir yr un fath; ni ellir darllen atebion iddo mwyach.
   *[other] Mae { $n } amlen a llun yn dal i aros. Fe'u hanfonir yr un fath; ni ellir darllen atebion iddynt mwyach.
 }
    .reviewed = no
