# Where the thing was, for somebody at a desk or on a telephone. Distances and degrees come ready as texts.
target-metres = { $metres } m
target-km = { $km } km
target-km-miles = { $km } km ({ $miles ->
    [one] { $written } nautical mile
   *[other] { $written } nautical miles
})
target-from-mark = about { $distance }, { $bearing } degrees true, from { $mark }
target-at-mark = at { $mark }, or close to it
target-near-mark = in the area of { $mark }
target-from-witness = about { $distance }, { $bearing } degrees true, from where the witness stood
target-at-witness = where the witness stood, or close to it
target-likely-circle = 95 % likely within about { $radius } of there
target-likely-ellipse = 95 % likely within about { $major } either way along { $axis } and { $opposite } degrees true, and { $minor } either way across that
target-declination-east = A compass there points { $deg } degrees east of true north; the bearing was corrected for it.
target-declination-west = A compass there points { $deg } degrees west of true north; the bearing was corrected for it.
target-declination-outside = The date lies outside the years of the magnetic model, { $first } to { $last }: its nearest day was used, and the correction is less sure.
target-assumed-bearing = How exact the bearing is was not said: give or take { $deg } degrees was assumed.
target-assumed-range = How exact the distance is was not said: give or take { $percent } percent was assumed.
target-assumed-fix = How exact the place where the witness stood is was not said: it was assumed by what the position came from.
target-assumed-point = How exact the point is was not said: within { $distance } was assumed.
target-assumed-same-place = Within { $distance } was taken for "the same place".
target-unlocated-named = It is a place known by its name only.
target-unlocated-no-fix = Where it was is told from where the witness stood, and that is not known.
target-no-cross-same-place = Both bearings were taken from the same place, as far as their accuracy tells: they give a direction and no point.
target-no-cross-parallel = The two bearings are so nearly parallel that they may not cross at all: they give a direction and no point.
target-no-cross-apart = The two bearings lead apart: one of them, or one of the places, is not right.
target-no-cross-too-far = The two bearings cross farther away than anybody sees: one of them, or one of the places, is not right.
