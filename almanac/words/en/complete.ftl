# What a desk would still like to know. None of it is a condition.
complete-question-who = WHO
complete-question-what = WHAT
complete-question-where = WHERE
complete-question-when = WHEN
complete-question-why = WHY
complete-what = what you saw, in a word or two
complete-place = where it was: a direction and a distance, a point, or a place's name
complete-time = when it was; now it says when you wrote it down
complete-identifier = a name, a number or a registration, with ? for each sign you could not see
complete-people = how many people there were
complete-looks = how it looked: what kind, what colour, marks or damage
complete-heading = where it was going, and how fast
complete-why = why it seemed wrong to you
complete-signs = which of the published signs you spotted
complete-photo = a photo, if you have one and it was safe to take
complete-lasted = for how long you saw it
complete-observer = where you stood
complete-view = what was in the way of your view, if anything
complete-conditions = what light, weather and sea were like
complete-known = whether you knew it before, and from what
complete-contact = how you can be reached, if you wish to be
complete-so-far = { $n ->
    [one] { $n } of { $all } things a desk would use is told. Only a word of what was seen is needed.
   *[other] { $n } of { $all } things a desk would use are told. Only a word of what was seen is needed.
    }
complete-missing = Still missing, the most useful first:
