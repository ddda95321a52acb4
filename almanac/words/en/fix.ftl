# What a reader has to know of a fix of where the witness stood.
fix-gnss = by satellites
fix-network = by masts or Wi-Fi
fix-hand = set by hand
fix-photo = from a photo
fix-station = a surveyed station
fix-altitude = altitude { $metres } m
fix-old = old: taken { $minutes ->
    [one] { $minutes } minute
   *[other] { $minutes } minutes
 } before or after the sighting
fix-mock = the device says that a program made this position up
