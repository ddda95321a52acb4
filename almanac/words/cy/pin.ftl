# Y PIN: rhai anghywir, ac am ba hyd na roddir cynnig ar yr un.
pin-wrong = PIN anghywir; { $n } yn anghywir yn olynol
    .reviewed = no
pin-wrong-wait = PIN anghywir; { $n } yn anghywir yn olynol; y cynnig nesaf ymhen { $wait }
    .reviewed = no
pin-delayed = ar ôl cynifer o PINs anghywir ni roddir cynnig ar yr un am y tro, ddim hyd yn oed yr un cywir: y cynnig nesaf ymhen { $wait }. Mae ysgrifennu ac anfon yn parhau
    .reviewed = no
pin-seconds = { $n } eiliad
    .reviewed = no
pin-minutes = { $n } munud
    .reviewed = no
