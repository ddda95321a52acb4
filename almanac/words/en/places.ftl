# Places: what they are, whose police area, which scheme, which desk.

place-sort-port = port
place-sort-harbour = harbour
place-sort-marina = marina
place-sort-anchorage = anchorage
place-sort-dock = dock
place-sort-landing = landing place
place-sort-airport = airport
place-sort-airfield = airfield or strip
place-sort-heliport = place for helicopters
place-sort-hospital-helipad = hospital helipad
place-sort-seaplanes = water for seaplanes
place-sort-balloons = place for balloons

place-rough = its own position is known to 1 or 2 km only

place-lies = { $distance }, { $bearing }° true, from there
place-beside = { $distance }, { $bearing }° true, from { $name }

place-area-within = { $area } (police area)
place-area-nearest = { $area } (police area), the nearest, { $distance } away
place-area-outside = { $area }: outside the UK's police areas
place-area-outside-nearest = { $area } is the nearest, { $distance } away: outside the UK's police areas
place-area-next = next: { $area }, { $distance } away
place-area-none = No police area within 12 nautical miles.

place-country-ie = Ireland
place-country-im = the Isle of Man
place-country-je = Jersey, Channel Islands
place-country-gg = Guernsey, Channel Islands
place-country-fr = France
place-country-be = Belgium
place-country-fo = the Faroe Islands

place-suggests-at-sea = At sea: KRAKEN (boats and coast) comes first. PEGASUS can be chosen as well.
place-suggests-airfield = An airfield is { $distance } away: PEGASUS (aircraft and airfields) comes first. KRAKEN can be chosen as well.
place-suggests-coast = The coast is { $distance } away: KRAKEN (boats and coast) comes first. PEGASUS can be chosen as well.
place-suggests-harbour = A harbour is { $distance } away: KRAKEN (boats and coast) comes first. PEGASUS can be chosen as well.
place-suggests-inland = Inland: KRAKEN for boats on rivers, canals, lakes and broads; PEGASUS for aircraft and airfields.

place-none = No harbour or airfield of that name is in the table. Try the beginning of the name, or a position.
place-more = { $n ->
    [one] One more has that name: add --near POSITION, or type more of the name.
   *[other] { $n } more have that name: add --near POSITION, or type more of the name.
}
place-suggest-a-name = The table suggests a name near a position. What it says is never a report's position.

desk-why-chosen = because you chose it
desk-why-team = because your team reports there
desk-why-target-area = because it answers for the police area of what was seen: { $area }
desk-why-observer-area = because it answers for the police area where you stood: { $area }
desk-why-everywhere = because it answers for everywhere, and none for this place alone
desk-why-only = because no other desk takes such reports
desk-none-here = No desk takes such reports from here. The note stays on this device: tell it by voice, 101 or Crimestoppers, with the code word.
desk-several = Several desks take such reports from here: choose one with --desk.
desk-no-list = Which desk takes reports is known once a list of desks is on this device.
