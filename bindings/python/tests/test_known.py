"""What is known without a network: places, positions as people write them, whom to ring, what to read out."""

import turnstone as t

from .scenarios import PHOTO, Folder, content, sighting


class Known(Folder):
    async def test_a_place_says_what_is_near_and_whose_area_it_is(self):
        client = await self.client()
        place = await client.place(t.Coordinates(lat_deg=50.6, lon_deg=-1.95), t.Lang.EN)
        self.assertEqual(place.suggested, t.Scheme.KRAKEN)
        self.assertEqual(place.area, "E23000039")
        self.assertEqual([form.code for form in place.forms][:2], ["decimal", "degrees_minutes"])
        self.assertEqual(place.harbours[0].kind, t.PlaceKind.HARBOUR)
        self.assertLess(place.harbours[0].distance_m, 10_000)
        found = await client.places_named("swanage", None, 5, t.Lang.CY)
        self.assertTrue(any("Swanage" in row.name for row in found), len(found))

    def test_a_position_is_read_in_any_form_and_a_doubt_is_asked(self):
        grid = t.read_position("SZ 036 786", t.Lang.EN)
        self.assertEqual((grid.problem, grid.readings[0].form), (None, "os_grid"))
        self.assertAlmostEqual(grid.readings[0].position.lat_deg, 50.607, 2)
        doubt = t.read_position("50 36,39 N 1 56,38 W", t.Lang.EN)
        self.assertEqual((len(doubt.readings), bool(doubt.problem)), (2, True))
        self.assertNotIn("nowhere", t.read_position("nowhere", t.Lang.EN).problem)

    async def test_danger_to_life_shows_whom_to_ring_and_what_to_say(self):
        client = await self.client()
        spoken = content(sighting("they are drowning off the pier"))
        card = await client.emergency(spoken)
        self.assertTrue(any(ring.dials and ring.number == "999" for ring in card.ring), len(card.ring))
        self.assertIsNone(await client.emergency(content(sighting("a dent in the gunwale"))))
        self.assertEqual((await client.help_now(t.Scheme.KRAKEN, t.Lang.EN))[0].code, "danger-at-sea")
        note = await client.note(spoken)
        sheet = await note.call_sheet(t.SheetFor.COASTGUARD, t.OwnBoat(), t.Lang.EN)
        self.assertIn("they are drowning off the pier", sheet.text)
        self.assertTrue(any(row.is_gap for row in sheet.rows))

    async def test_what_a_photo_says_of_itself_is_taken_over_where_that_is_asked_for(self):
        note = await (await self.client()).note(content())
        await note.attach_path(str(PHOTO))
        taken = await note.take_over(0, 1, t.Wanted(place=True, time=True), None)
        self.assertEqual((taken.bearing, len(taken.sentences)), (t.Taking.NOT_ASKED, 2))
        facts = (await note.attachments())[0].facts
        held = (await note.content()).sightings[0]
        self.assertEqual(held.observer and held.observer.position, facts.position)
        with self.assertRaises(t.CoreError.Gone):
            await note.take_over(7, 1, t.Wanted(place=True), None)

    async def test_the_packs_in_use_are_listed(self):
        client = await self.client()
        self.assertEqual(await client.packs(t.Lang.EN), [])
        with self.assertRaises(t.CoreError.FixInput) as caught:
            await client.take_pack(b"{}", t.Lang.EN)
        self.assertTrue(caught.exception.code.startswith("pack-"))
        await client.drop_pack(t.PackKind.GUIDANCE)
