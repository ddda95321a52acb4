# What an identifier as typed may be. Whoever shows it makes no claim of it: a witness may have misread a sign.
identifier-said = { $kind }: { $normal }
identifier-said-whose = { $kind }: { $normal }, { $whose }
identifier-kind-imo = IMO ship number
identifier-kind-sail = sail number
identifier-kind-fishing = fishing boat
identifier-kind-small-ship = small ships register
identifier-kind-hull = number of a hull
identifier-kind-aircraft = aircraft registration
identifier-kind-drone-operator = operator of drones
identifier-kind-plate-uk-2001 = UK plate, since 2001
identifier-kind-plate-uk-1983 = UK plate, 1983 to 2001
identifier-kind-plate-uk-q = UK plate of a vehicle whose age is not known
identifier-kind-plate-uk-1963 = UK plate, 1963 to 1983
identifier-kind-plate-uk-dateless = UK plate without a year
identifier-kind-plate-uk-ni = plate of Northern Ireland
identifier-kind-plate-uk-diplomatic = UK plate of a diplomat
identifier-kind-plate-islands = plate of the islands
identifier-kind-plate-abroad = plate of another country
identifier-kind-mmsi = radio identity (MMSI) of a ship
identifier-kind-mmsi-coast = radio identity (MMSI) of a coast station
identifier-kind-mmsi-group = radio identity (MMSI) of a group of ships
identifier-kind-mmsi-aircraft = radio identity (MMSI) of a rescue aircraft
identifier-kind-mmsi-handheld = radio identity (MMSI) of a handheld radio
identifier-kind-mmsi-beacon = radio identity (MMSI) of a distress beacon
identifier-kind-mmsi-craft = radio identity (MMSI) of a craft of a larger ship
identifier-kind-mmsi-aid = radio identity (MMSI) of a mark for navigation
identifier-kind-call-sign = radio call sign
identifier-kind-container = freight container
identifier-doubt-check-digit = the check digit does not fit, so a sign was misread or left out
identifier-doubt-country-not-seen = what was seen fits several countries
identifier-doubt-incomplete = signs are missing at the end
identifier-doubt-looks-like = only its shape looks like it
identifier-doubt-mixed-up = read with the letter O and the figure 0, or I and 1, exchanged
identifier-doubt-port-not-seen = what was seen fits several ports
identifier-doubt-too-long = there are more signs than such a number has
identifier-doubt-unknown-country = no country known here has these letters or figures
identifier-doubt-unusual = registers of that country use another shape
identifier-doubt-worked-out = the sign that was not seen was worked out from the check digit
identifier-completions = { $n ->
    [one] { $shown } number fits
   *[other] any of { $shown } numbers fits
    }
