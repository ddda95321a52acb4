# Routes, the profile of a team, and what an anonymous report gives away.
route-ask = How do you want to report? You can choose again for each report.
route-police = To the police
route-police-means = The police read what you saw. You may say who you are, so that they can ask you; you need not. This device keeps a copy until they have read it, and for 30 days after.
route-confidential = Confidentially
route-confidential-means = What you saw and who you are are sealed apart: whoever judges the report need not learn your name. This device keeps a copy until it has been read.
route-anonymous = Anonymously
route-anonymous-means = Nothing in it says who you are or where you stood. No copy stays on this device, and it cannot be sealed again for another desk. The network address of this device is seen by those who carry it, unless you use a proxy.
route-usual = This is the usual one here.
route-team-advice = This is a team's device, and others know who was on watch: nothing sent from it is anonymous. To stay unknown, use a phone of your own, or ring Crimestoppers.

notice-names-phone = There is a telephone number in what you wrote. If it is yours, or somebody's who knows you, the report is not anonymous.
notice-names-email = There is an email address in what you wrote. If it is yours, or somebody's who knows you, the report is not anonymous.
notice-names-own-place = It names a place of yours, or says that it was there. Whoever reads it can guess who was there to see it.
notice-unlisted-desk = The desk is not in the national list: your team has added it.
notice-profile-expired = Your team's set-up is out of date. It still works; ask your team for a newer one.

profile-none = This is a personal device: no team's set-up is in force.
profile-in-force = This device is set up for { $team }.
profile-listed = It is signed by the keys that the list of desks is believed by.
profile-outside = It is not in the national list. Nobody vouches for it but whoever made it.
profile-compare = Ask whoever made it to read out its four words: by voice or on paper, not in a message that came with it. Type them as they are read. If they differ, somebody may have changed it: do not take it.
profile-differ = These are not its four words. It is not taken.
profile-taken = It is taken. What waits to be sent stays as it is.
profile-left = It is left. This is a personal device again; what waits to be sent stays as it is.
profile-station = Station: { $name }
profile-people = { $n ->
    [one] One person may be on watch: { $names }
   *[other] { $n } people may be on watch: { $names }
}
profile-desk = Reports go to: { $name }
profile-desk-unlisted = { $name }, not in the national list
profile-desk-listed-anyway = The list of desks has { $name } itself: that entry is used, and not the one that came with the set-up.
profile-routes = Routes: { $routes }
profile-language = Language: { $language }
profile-expires = Asks to be replaced on { $date }.
profile-expired = It asked to be replaced on { $date }. It still works; ask for a newer one.
