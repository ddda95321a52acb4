# Who writes on a team's device, and in whose hand the open notes are.
writer-now = { $name } writes now.
writer-nobody-now = Nobody in particular writes now.
writer-rule = Whoever writes needs no PIN for it. Names stay on this device: no desk is told them.
writer-damaged = somebody whose name is damaged on this device
writer-row = { $name }: { $facts }
writer-listed = on the team's list
writer-has-pin = has a PIN of their own
writer-notes = { $n ->
    [0] no note open
    [one] one note open
   *[other] { $n } notes open
 }
writer-same = { $name } wrote before, too: nothing has changed.
writer-same-nobody = Nobody in particular wrote before, too: nothing has changed.
writer-none-open = { $before } had no note open.
writer-handed-over = { $n ->
    [one] One note that { $before } had open is handed over to { $name }.
   *[other] { $n } notes that { $before } had open are handed over to { $name }.
 }
writer-handed-to-nobody = { $n ->
    [one] One note that { $before } had open is in the hand of nobody in particular: whoever writes next gets it.
   *[other] { $n } notes that { $before } had open are in the hand of nobody in particular: whoever writes next gets them.
 }
writer-handed-from-nobody = { $n ->
    [one] One open note that was in the hand of nobody in particular is handed over to { $name }.
   *[other] { $n } open notes that were in the hand of nobody in particular are handed over to { $name }.
 }
writer-kept = { $n ->
    [one] One open note stays in the name of { $before }.
   *[other] { $n } open notes stay in the name of { $before }.
 }
writer-kept-nobody = { $n ->
    [one] One open note stays in the hand of nobody in particular.
   *[other] { $n } open notes stay in the hand of nobody in particular.
 }
writer-forgotten = This device does not know { $name } any more.
writer-forgotten-notes = { $n ->
    [one] One note they had open is handed over: nothing of it is lost.
   *[other] { $n } notes they had open are handed over: nothing of them is lost.
 }
writer-in-hand = In the hand of { $name }.
