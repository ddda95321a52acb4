# The PIN: wrong ones, and how long none is tried.
pin-wrong = wrong PIN; { $n } wrong in a row
pin-wrong-wait = wrong PIN; { $n } wrong in a row; the next try in { $wait }
pin-delayed = after that many wrong PINs none is tried for now, not even the right one: the next try in { $wait }. Writing and sending go on
pin-seconds = { $n } s
pin-minutes = { $n } min
