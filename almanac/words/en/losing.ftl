# What is lost where a PIN is forgotten or the folder is left, and what is still sent.
losing-drafts = { $n ->
    [one] One draft is lost, with its photos.
   *[other] { $n } drafts are lost, with their photos. Those kept in the log are among them.
}
losing-copies = { $n ->
    [one] This device's copy of one sent report is lost: what it says can be read here no more.
   *[other] This device's copies of { $n } sent reports are lost: what they say can be read here no more.
}
losing-records = { $n ->
    [one] The record of one report that has arrived is lost.
   *[other] The records of { $n } reports that have arrived are lost.
}
losing-answers = { $n ->
    [one] One answer of a desk is lost.
   *[other] { $n } answers of desks are lost.
}
losing-calls = { $n ->
    [one] What was noted of one call is lost.
   *[other] What was noted of { $n } calls is lost.
}
losing-watches = { $n ->
    [one] One watch is lost, with all that was noted on it.
   *[other] { $n } watches are lost, with all that was noted on them.
}
losing-nothing = Nothing is kept here that would be lost.
losing-still-sent = { $n ->
    [one] One report that waits is still sent, as it is sealed.
   *[other] { $n } reports that wait are still sent, as they are sealed.
}
losing-photos-still-sent = { $n ->
    [one] With them goes one photo.
   *[other] With them go { $n } photos.
}
losing-never-sent = { $n ->
    [one] One report that waits can go no more: it would have to be sealed anew, and its copy here is lost. Write it again, or ring 101.
   *[other] { $n } reports that wait can go no more: they would have to be sealed anew, and their copies here are lost. Write them again, or ring 101.
}
losing-answers-to-come = What desks still answer to reports sent from here can be read here no more.
losing-pin-forgotten = The PIN is forgotten. Reading here needs none from now on; a new one can be set.
losing-people = { $n ->
    [one] What one person of the team keeps under a PIN of their own is lost as well.
   *[other] What { $n } people of the team keep under PINs of their own is lost as well.
}

leaving-at-once = All that can be read here is ended at once. What is sealed and waits goes on being sent; each report leaves no trace here once its desk has it. When the last is gone, this folder is wiped.
leaving-offence = Destroying data that an investigation needs can be an offence.
leaving-waits = { $n ->
    [one] This folder is being left: one report is still to be sent, and then the folder is wiped.
   *[other] This folder is being left: { $n } reports are still to be sent, and then the folder is wiped.
}
leaving-called-off = Something was written here since, so the folder is not wiped by itself: it is kept, and what was written before goes on being sent.
leaving-never = { $n ->
    [one] One report could never go, and is ended: its key is not to be used any more, or its desk takes nothing more.
   *[other] { $n } reports could never go, and are ended: their keys are not to be used any more, or their desks take nothing more.
}
leaving-done = The last report is gone, and this folder is wiped.
leaving-wiped = Nothing waited to be sent, so the folder is wiped at once.
leaving-begun = What can be read here is ended. What waits goes on being sent, and then this folder is wiped.
leaving-refused = { $n ->
    [one] A desk refused one thing that was sent, so it is not reported: ring 101 quoting KRAKEN or PEGASUS.
   *[other] Desks refused { $n } things that were sent, so they are not reported: ring 101 quoting KRAKEN or PEGASUS.
}
