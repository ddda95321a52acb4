# Auto-lock: what locks itself, and when.
lock-after = { $n ->
    [one] An app that shows this folder locks itself after { $n } minute without use. A note in hand can still be finished and sent.
   *[other] An app that shows this folder locks itself after { $n } minutes without use. A note in hand can still be finished and sent.
}
lock-sitting = On a command line each command is a sitting of its own: nothing stays open between two.
