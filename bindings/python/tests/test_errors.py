"""Every error says by its class what can be done about it."""

import turnstone as t

from .scenarios import WithDesk, content, scenario, sighting

PIN, OTHER = b"2580", b"1470"


class Errors(WithDesk):
    async def assert_code(self, arm, code, call):
        with self.assertRaises(arm) as caught:
            await call
        self.assertEqual(caught.exception.code, code)

    @scenario("S06", "S19")
    async def test_every_arm_of_the_error(self):
        client = await self.client()
        await self.assert_code(t.CoreError.Unusable, "already-set-up", self.client())
        await self.assert_code(
            t.CoreError.Gone, "home", t.Client.open(str(self.folder / "elsewhere"), self.keys())
        )
        note = await client.note(content(sighting("")))
        await self.assert_code(t.CoreError.FixInput, "nothing-seen", note.submit(0))
        await note.change(content(scheme=t.Scheme.KRAKEN, desk="another"))
        await self.assert_code(t.CoreError.NotSendable, "desk-does-not-take", note.submit(0))
        bad = t.Fix(position=t.Coordinates(lat_deg=91.0, lon_deg=0.0), source=t.FixSource.HAND)
        await self.assert_code(t.CoreError.FixInput, "latitude", note.change(content(sighting(observer=bad))))

        sender = await client.sender(t.Wishes())
        await self.assert_code(t.CoreError.TryAgain, "already-sending", client.sender(t.Wishes()))
        del sender

        notebook = await client.unlock()
        await self.assert_code(t.CoreError.FixInput, "pin-too-short", notebook.set_pin(b"12"))
        await notebook.set_pin(PIN)
        await notebook.lock()
        with self.assertRaises(t.CoreError.Locked):
            await notebook.drafts(10)
        with self.assertRaises(t.CoreError.Locked):
            await client.unlock()
        for attempt in range(1, 20):
            with self.assertRaises((t.CoreError.WrongPin, t.CoreError.Wait)) as caught:
                await client.unlock_with_pin(OTHER)
            if isinstance(caught.exception, t.CoreError.Wait):
                break
            self.assertEqual(caught.exception.attempts, attempt)
        self.assertGreater(caught.exception.wait_ms, 0)
        self.assertGreater(await client.pin_wait_ms(), 0)

    @scenario("S13")
    async def test_what_is_over_says_so(self):
        client = await self.client()
        note = await client.note(content())
        await note.submit(0)
        await self.assert_code(t.CoreError.Gone, "draft", note.content())
        await self.assert_code(t.CoreError.Gone, "draft", note.submit(0))
        notebook = await client.unlock()
        await notebook.lock()
        with self.assertRaises(t.CoreError.Locked):
            await notebook.reports(10)
        await client.wipe()
        await self.assert_code(t.CoreError.Gone, "home", client.overview())

    @scenario("S20")
    async def test_what_is_shown_is_said_by_the_core(self):
        english, welsh = (t.wrong_pin_sentence(5, 30_000, lang) for lang in (t.Lang.EN, t.Lang.CY))
        self.assertEqual(english, "wrong PIN; 5 wrong in a row; the next try in 30 s")
        self.assertNotEqual(english, welsh)
        self.assertEqual(t.state_phrase(t.ItemState.STORED), "safe at the desk")
        guides = [await (await self.client_once()).guide(t.Scheme.KRAKEN, lang) for lang in (t.Lang.EN, t.Lang.CY)]
        self.assertNotEqual(guides[0].sections[0].rows[0].text, guides[1].sections[0].rows[0].text)

    def test_p8_a_record_that_is_printed_tells_nothing(self):
        at = t.Fix(position=t.Coordinates(lat_deg=50.1, lon_deg=-5.2), source=t.FixSource.GNSS)
        place = t.Target.NAMED(name="the old slip")
        seen = sighting("two RIBs", observer=at, target=place, subjects=[t.Subject.VESSEL(t.Vessel(name="Morwenna"))])
        for record in (content(seen), seen, seen.when, at, at.position, place, seen.subjects[0], seen.subjects[0][0]):
            for printed in (str(record), repr(record), f"{record}"):
                self.assertRegex(printed, r"^\[[A-Za-z_.]+\]$")

    async def client_once(self):
        if not hasattr(self, "_client"):
            self._client = await self.client()
        return self._client
