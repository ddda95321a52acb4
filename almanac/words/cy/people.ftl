# Pwy sy'n ysgrifennu ar ddyfais tîm. `reviewed = no`: no Welsh speaker has signed these messages yet.
writer-now = { $name } sy'n ysgrifennu nawr.
    .reviewed = no
writer-nobody-now = Neb yn benodol sy'n ysgrifennu nawr.
    .reviewed = no
writer-rule = Nid oes angen PIN ar bwy bynnag sy'n ysgrifennu. Mae'r enwau'n aros ar y ddyfais hon: nid oes unrhyw ddesg yn eu cael.
    .reviewed = no
writer-damaged = rhywun y mae ei enw wedi'i ddifrodi ar y ddyfais hon
    .reviewed = no
writer-row = { $name }: { $facts }
    .reviewed = no
writer-listed = ar restr y tîm
    .reviewed = no
writer-has-pin = â'i PIN ei hun
    .reviewed = no
writer-notes = { $n ->
    [zero] dim nodyn ar agor
    [one] un nodyn ar agor
    [two] dau nodyn ar agor
    [few] tri nodyn ar agor
    [many] chwe nodyn ar agor
   *[other] { $n } nodyn ar agor
 }
    .reviewed = no
writer-same = { $name } oedd yn ysgrifennu o'r blaen hefyd: nid oes dim wedi newid.
    .reviewed = no
writer-same-nobody = Neb yn benodol oedd yn ysgrifennu o'r blaen hefyd: nid oes dim wedi newid.
    .reviewed = no
writer-none-open = Nid oedd gan { $before } nodyn ar agor.
    .reviewed = no
writer-handed-over = { $n ->
    [zero] Ni throsglwyddwyd nodyn o law { $before } i { $name }.
    [one] Trosglwyddwyd un nodyn agored o law { $before } i { $name }.
    [two] Trosglwyddwyd dau nodyn agored o law { $before } i { $name }.
    [few] Trosglwyddwyd tri nodyn agored o law { $before } i { $name }.
    [many] Trosglwyddwyd chwe nodyn agored o law { $before } i { $name }.
   *[other] Trosglwyddwyd { $n } nodyn agored o law { $before } i { $name }.
 }
    .reviewed = no
writer-handed-to-nobody = { $n ->
    [zero] Ni adawyd nodyn agored gan { $before }.
    [one] Nid yw un nodyn agored a oedd gan { $before } yn llaw neb yn benodol nawr: y nesaf i ysgrifennu fydd yn ei gael.
    [two] Nid yw dau nodyn agored a oedd gan { $before } yn llaw neb yn benodol nawr: y nesaf i ysgrifennu fydd yn eu cael.
    [few] Nid yw tri nodyn agored a oedd gan { $before } yn llaw neb yn benodol nawr: y nesaf i ysgrifennu fydd yn eu cael.
    [many] Nid yw chwe nodyn agored a oedd gan { $before } yn llaw neb yn benodol nawr: y nesaf i ysgrifennu fydd yn eu cael.
   *[other] Nid yw { $n } nodyn agored a oedd gan { $before } yn llaw neb yn benodol nawr: y nesaf i ysgrifennu fydd yn eu cael.
 }
    .reviewed = no
writer-handed-from-nobody = { $n ->
    [zero] Nid oedd nodyn agored i'w drosglwyddo i { $name }.
    [one] Trosglwyddwyd i { $name } un nodyn agored nad oedd yn llaw neb yn benodol.
    [two] Trosglwyddwyd i { $name } ddau nodyn agored nad oeddent yn llaw neb yn benodol.
    [few] Trosglwyddwyd i { $name } dri nodyn agored nad oeddent yn llaw neb yn benodol.
    [many] Trosglwyddwyd i { $name } chwe nodyn agored nad oeddent yn llaw neb yn benodol.
   *[other] Trosglwyddwyd i { $name } { $n } nodyn agored nad oeddent yn llaw neb yn benodol.
 }
    .reviewed = no
writer-kept = { $n ->
    [zero] Nid oes nodyn agored yn enw { $before }.
    [one] Mae un nodyn agored yn aros yn enw { $before }.
    [two] Mae dau nodyn agored yn aros yn enw { $before }.
    [few] Mae tri nodyn agored yn aros yn enw { $before }.
    [many] Mae chwe nodyn agored yn aros yn enw { $before }.
   *[other] Mae { $n } nodyn agored yn aros yn enw { $before }.
 }
    .reviewed = no
writer-kept-nobody = { $n ->
    [zero] Nid oes nodyn agored heb enw.
    [one] Mae un nodyn agored yn aros heb enw neb yn benodol.
    [two] Mae dau nodyn agored yn aros heb enw neb yn benodol.
    [few] Mae tri nodyn agored yn aros heb enw neb yn benodol.
    [many] Mae chwe nodyn agored yn aros heb enw neb yn benodol.
   *[other] Mae { $n } nodyn agored yn aros heb enw neb yn benodol.
 }
    .reviewed = no
writer-forgotten = Nid yw'r ddyfais hon yn adnabod { $name } mwyach.
    .reviewed = no
writer-forgotten-notes = { $n ->
    [zero] Nid oedd nodyn agored i'w drosglwyddo.
    [one] Trosglwyddwyd un nodyn a oedd ar agor: nid oes dim ohono wedi'i golli.
    [two] Trosglwyddwyd dau nodyn a oedd ar agor: nid oes dim ohonynt wedi'i golli.
    [few] Trosglwyddwyd tri nodyn a oedd ar agor: nid oes dim ohonynt wedi'i golli.
    [many] Trosglwyddwyd chwe nodyn a oedd ar agor: nid oes dim ohonynt wedi'i golli.
   *[other] Trosglwyddwyd { $n } nodyn a oedd ar agor: nid oes dim ohonynt wedi'i golli.
 }
    .reviewed = no
writer-in-hand = Yn llaw { $name }.
    .reviewed = no
