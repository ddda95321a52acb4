"""A team's device: its profile, who writes, what a person keeps for a PIN of their own; and leaving."""

import turnstone as t

from .scenarios import WithDesk, content, sighting

PIN, OWN = b"2580-team", b"1379-own"


class Team(WithDesk):
    def profile(self, *more):
        to = self.folder / "team.profile"
        made = self.desk.run(
            "profile", self.desk.folder, "--team", "Gull Point Watch", "--station", "Gull Point", "--at", "50.6,-1.95",
            "--person", "Sam Lookout", "--person", "Kit Lookout", "--to", to, *more,
        )  # fmt: skip
        return made, to.read_bytes()

    async def of_a_team(self):
        client = await self.client()
        notebook = await client.unlock()
        await notebook.take_profile(await notebook.offered_profile(self.profile()[1]))
        return client, notebook

    async def test_a_listed_profile_is_taken_shown_and_left(self):
        client, notebook = await self.of_a_team()
        held = await client.profile(notebook, t.Lang.EN)
        self.assertTrue(held.in_national_list)
        self.assertEqual((held.profile.team, held.profile.station.name), ("Gull Point Watch", "Gull Point"))
        self.assertTrue(any("Gull Point Watch" in line for line in held.lines), held.lines)
        usual = await client.usual()
        self.assertEqual((usual.team, usual.people), (True, ["Sam Lookout", "Kit Lookout"]))
        choices = await client.route_choices(t.Lang.EN)
        self.assertEqual([row.code for row in choices], ["police", "confidential", None])
        self.assertTrue(await notebook.leave_profile())
        self.assertIsNone(await client.profile(notebook, t.Lang.EN))

    async def test_a_profile_from_outside_is_taken_only_after_its_words_were_compared(self):
        other = type(self.desk)(self.folder / "other")
        self.addCleanup(other.stop)
        self.desk, own = other, self.desk
        made, bytes_ = self.profile("--bring")
        self.desk = own
        client = await self.client()
        notebook = await client.unlock()
        offered = await notebook.offered_profile(bytes_)
        self.assertFalse(await offered.is_believed())
        self.assertEqual((await offered.profile(t.Lang.EN)).team, "Gull Point Watch")
        for wrong in (lambda: notebook.take_profile(offered), lambda: offered.compare("one two three four")):
            with self.assertRaises(t.CoreError.FixInput) as caught:
                await wrong()
            self.assertEqual(caught.exception.code, "four-words")
        words = made["words"] if isinstance(made["words"], str) else " ".join(made["words"])
        await offered.compare(words)
        await notebook.take_profile(offered)
        self.assertFalse((await client.profile(notebook, t.Lang.EN)).in_national_list)

    async def test_what_one_person_submits_only_their_pin_shows(self):
        client, notebook = await self.of_a_team()
        await notebook.set_pin(PIN)
        sam, kit = await client.people()
        self.assertEqual((sam.name, kit.name, sam.listed), ("Sam Lookout", "Kit Lookout", True))
        await notebook.set_person_pin(sam.row, OWN)
        changed = await client.set_writer(t.Writer.PERSON(sam.row), t.OpenNotes.HAND_OVER)
        self.assertEqual((changed.before, changed.now.name), (None, "Sam Lookout"))
        self.assertIn("Sam Lookout", t.changed_writer_sentences(changed, t.Lang.EN)[0])
        note = await client.note(content())
        self.assertEqual((await note.writer()).row, sam.row)
        reference = (await note.submit(0)).reference
        with self.assertRaises(t.CoreError.FixInput) as caught:
            await notebook.copy(reference)
        self.assertEqual(caught.exception.code, "writers-own")
        with self.assertRaises(t.CoreError.WrongPin):
            await client.unlock_as(sam.row, b"1379-not")
        own = await client.unlock_as(sam.row, OWN)
        self.assertEqual((await own.copy(reference)).sightings[0].what, sighting().what)
        self.assertEqual([row.reference for row in await own.reports(10)], [reference])
        lost = await own.remove_pin()
        self.assertEqual((lost.copies, lost.still_sent), (1, 1))
        with self.assertRaises(t.CoreError.Gone):
            await own.reports(10)

    async def test_a_watch_is_handed_over_by_a_sheet(self):
        client = await self.client()
        notebook = await client.unlock()
        row = await client.start_watch(t.WatchNote(station="Gull Point", people=["Kit Lookout"]), t.now().began)
        note = await client.note(content(sighting(subjects=[t.Subject.VESSEL(t.Vessel(name="Morwenna"))])))
        await note.submit(0)
        await client.stop_watch(t.now().began)
        (watch,) = await notebook.watches(10, t.Lang.EN)
        self.assertEqual((watch.row, watch.runs, watch.watch.people), (row, False, ["Kit Lookout"]))
        sheet = await notebook.hand_over(row, t.now().began, t.Lang.EN)
        self.assertEqual(len(sheet.reports), 1)
        self.assertIn("two RIBs without lights", sheet.text)
        again = content(sighting(subjects=[t.Subject.VESSEL(t.Vessel(name="MORWENNA"))]))
        (seen,) = await notebook.seen_before(again, None, t.Lang.EN)
        self.assertEqual(seen.matched, "hull-name")
        self.assertIn(sheet.reports[0].report.reference, seen.sentence)

    async def test_leaving_ends_what_can_be_read_and_sends_what_waits(self):
        client = await self.client()
        await (await client.note(content())).submit(0)
        before = await client.what_leaving_ends()
        self.assertEqual((before.copies, before.still_sent), (1, 1))
        self.assertTrue(t.leaving_warning(before, t.Lang.CY))
        left = await client.wipe_after_sending()
        self.assertEqual((left.wiped, (await client.leaving()).waits), (False, 1))
        self.desk.serve()
        sent = await (await client.sender(t.Wishes())).run(t.Network.UNMETERED, True)
        self.assertEqual((sent.stored, sent.wiped), (1, True))

    async def test_a_forgotten_pin_costs_what_it_guarded_and_no_report(self):
        client = await self.client()
        await (await client.unlock()).set_pin(PIN)
        await (await client.note(content())).submit(0)
        self.assertEqual((await client.what_is_lost()).still_sent, 1)
        self.assertTrue(t.losing_lines(await client.forget_pin(), t.Lang.EN))
        await client.unlock()
        self.assertEqual((await client.overview()).waiting, 1)
