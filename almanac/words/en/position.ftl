# Why a text is no position: one sentence each, which says what was read and what to write instead. They never repeat what
# was typed. They stand behind "error:", so they begin small and end without a stop.
position-empty = nothing was written; a position is written such as 50.6065, -1.9480 or 50°36.39'N 1°56.88'W or SZ 036 786
position-too-long = this is longer than any position; write it alone, such as 50.6065, -1.9480 or SZ 036 786
position-not-understood = something in it belongs to no position; write it such as 50.6065, -1.9480 or 50°36.39'N 1°56.88'W or SZ 036 786
position-one-number = only one number was found; a position needs a latitude and a longitude, such as 50.6065, -1.9480, or a grid reference, such as SZ 036 786
position-half = this looks like the degrees and minutes of one half of a position; write both halves with their letters, such as 50°36.39'N 1°56.88'W
position-count = the numbers do not make a latitude and a longitude; write a comma between the two, or letters behind them, such as 50 36.39 N 1 56.88 W
position-same-axis = a position has one latitude (N or S) and one longitude (E or W); write one letter behind each, such as 50°36.39'N 1°56.88'W
position-one-letter = there is one letter between the numbers and it may belong to either; write a letter behind each, such as 50°36.39'N 1°56.88'W
position-sign-and-letter = a number has both a sign and a letter; write either, such as -1.9480 or 1.9480 W
position-minutes = sixty minutes or more were found; a degree has minutes up to 59.999, and decimal degrees are written with a point, such as 50.6065
position-seconds = sixty seconds or more were found; a minute has seconds up to 59.9, and decimal minutes are written with a point, such as 36.39
position-latitude = a latitude of more than 90 degrees was found; write the latitude first, from -90 to 90, or put letters behind the numbers
position-longitude = a longitude of more than 180 degrees was found; write it from -180 to 180, such as -1.9480
position-grid-letters = no square of the National Grid or the Irish Grid has these letters; look them up on the map, such as SZ 036 786 or J 338 742
position-grid-uneven = a grid reference has as many figures for east as for north; write two groups of the same length, such as SZ 036 786
position-grid-figures = a grid reference has 4, 6, 8 or 10 figures; write it such as SZ 036 786
position-nought = a letter stands among the figures of this grid reference; write 0 for nought and 1 for one, such as SZ 036 786
position-doubt-hemisphere = it does not say on which side of Greenwich, or of the equator, it is; write a letter behind each number, such as 50°36.39'N 1°56.88'W
position-doubt-order = as it stands it is far from these islands, and with latitude and longitude exchanged it is not; write letters behind them, such as 50.6065 N 1.9480 W
position-doubt-grid = this can be read as a reference of the Irish Grid and as a latitude; write degree signs and both letters, such as 50°36'N 1°57'W, or a grid reference with six figures
position-doubt-punctuation = its commas or hyphens can be read in more than one way; write points for decimals and signs for degrees and minutes, such as 50°36.39'N 1°56.88'W

# What to say on a telephone or a radio.
position-say-both = { $lat }; { $lon }
position-say-north = { $degrees } degrees, { $minutes } minutes north
position-say-south = { $degrees } degrees, { $minutes } minutes south
position-say-east = { $degrees } degrees, { $minutes } minutes east
position-say-west = { $degrees } degrees, { $minutes } minutes west
position-say-decimal = { $whole } decimal { $decimals }
position-say-os-grid = grid reference { $letters }, { $easting }, { $northing }
position-say-irish-grid = Irish grid reference { $letters }, { $easting }, { $northing }
position-figure-0 = zero
position-figure-1 = one
position-figure-2 = two
position-figure-3 = three
position-figure-4 = four
position-figure-5 = five
position-figure-6 = six
position-figure-7 = seven
position-figure-8 = eight
position-figure-9 = nine
