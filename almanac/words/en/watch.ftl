# A watch, and the sheet with which one crew hands over to the next.
watch-title = Hand-over sheet of watch { $number }
watch-station = Station: { $station }
watch-no-station = The station is not named.
watch-began = Began: { $at }
watch-ended = Ended: { $at }
watch-runs = It still runs.
watch-people = On watch: { $people }
watch-no-people = Nobody is named as on watch.
watch-visibility = Visibility: { $text }
watch-light = Light: { $text }
watch-sea = Sea: { $text }
watch-wind = Wind: { $text }
watch-damaged = { $n ->
    [one] One entry of this watch is damaged on this device and cannot be read any more.
   *[other] { $n } entries of this watch are damaged on this device and cannot be read any more.
 }
watch-seen = Seen
watch-nothing-seen = Nothing was written down on this watch.
watch-copy-gone = What { $about } says is no longer kept on this device.
watch-stood = the witness stood at { $place }
watch-was-at = it was at { $place }
watch-bearing-true = it bore { $deg } degrees true, { $metres } m away
watch-bearing-magnetic = it bore { $deg } degrees magnetic, { $metres } m away
watch-exercise = EXERCISE: nothing happened.
watch-kind-vessel = Boat
watch-kind-aircraft = Aircraft
watch-kind-vehicle = Vehicle
watch-kind-person = Person
watch-draft = draft { $draft }
watch-sent = Sent
watch-nothing-sent = Nothing was submitted on this watch.
watch-words-waits = { $reference } waits to be sent to { $desk }.
watch-words-stored = { $reference } is safe at the desk: { $desk }.
watch-words-opened = { $reference } was read by the desk: { $desk }.
watch-words-refused = { $reference } is refused by the desk: { $desk }.
watch-photos-wait = { $n ->
    [one] One photo still waits to be sent.
   *[other] { $n } photos still wait to be sent.
 }
watch-told = Told by voice
watch-nobody-told = Nobody was told by voice.
watch-told-number = { $channel }, { $at }, about { $about }; the number they gave is { $number }.
watch-told-plain = { $channel }, { $at }, about { $about }; no number was noted.
watch-channel-999 = 999
watch-channel-101 = 101
watch-channel-coastguard = Coastguard
watch-channel-crimestoppers = Crimestoppers
watch-channel-online = Online form
watch-open = Still open
watch-nothing-open = No draft is open.
watch-open-draft = Draft { $draft } is not submitted.
watch-open-kept = Draft { $draft } is kept in the log, to see whether it happens again.
watch-no-anonymous = Anonymous reports stand on no sheet.
watch-kept = This device keeps the watch for 30 days after it has ended and been handed over; then it is shredded.
watch-started = Watch { $number } runs. What is written from now on is grouped under it; anonymous reports are not.
watch-noted = Noted for watch { $number }.
watch-stopped = Watch { $number } has ended. Hand it over when the next crew is here.
watch-discarded = Watch { $number } is gone. What was written on it stays.
watch-none = There is no watch here.
watch-row-runs = { $number }: runs since { $at }
watch-row-ended = { $number }: from { $at } until { $until }
watch-row-handed-over = { $number }: from { $at } until { $until }, handed over
