"""The tour: written offline, killed, opened again, sent, opened by the desk, answered."""

import asyncio
import hashlib
import os
import signal
import subprocess
import sys

import turnstone as t

from .scenarios import PHOTO, Hears, WithDesk, content, scenario, sighting

# Submits, says so, and waits to be killed.
WRITES = """
import asyncio, sys, time, turnstone as t
async def main(home, keys, photo):
    client = await t.Client.open(home, t.key_file(keys, False))
    at = t.Fix(position=t.Coordinates(lat_deg=50.1, lon_deg=-5.2), accuracy_m=8.0, source=t.FixSource.GNSS)
    seen = t.Sighting(when=t.now(), what="two RIBs without lights", observer=at)
    note = await client.note(t.DraftContent(scheme=t.Scheme.KRAKEN, route=t.Route.POLICE, sightings=[seen]))
    await note.attach_path(photo)
    print((await note.submit(0)).reference, flush=True)
    time.sleep(600)
asyncio.run(main(*sys.argv[1:]))
"""


class Tour(WithDesk):
    @scenario("S01", "S03", "S04", "S05")
    async def test_a_report_goes_all_the_way_and_an_answer_comes_back(self):
        client = await self.client()
        at = t.Fix(position=t.Coordinates(lat_deg=50.1, lon_deg=-5.2), accuracy_m=8.0, source=t.FixSource.GNSS)
        note = await client.note(content(sighting(observer=at)))
        await note.attach_path(str(PHOTO))
        second = await note.attach_bytes(PHOTO.read_bytes())
        self.assertEqual((second.number, second.size), (2, PHOTO.stat().st_size))
        roles = [(photo.number, photo.role) for photo in await note.attachments()]
        self.assertIn((1, t.Role.COPY), roles)
        self.assertIn((2, t.Role.COPY), roles)
        reference = (await note.submit(0)).reference
        sender = await client.sender(t.Wishes())
        offline = await sender.run(t.Network.UNMETERED, True)
        self.assertEqual((offline.reached, offline.stored), (False, 0))

        self.desk.serve()
        hears = Hears()
        subscription = client.subscribe(hears)
        sent = await sender.run(t.Network.UNMETERED, True)
        self.assertEqual((sent.stored, sent.waiting), (5, 0))
        while not any(told.state == t.ItemState.STORED for told in hears.heard):
            await asyncio.sleep(0.01)
        subscription.end()
        notebook = await client.unlock()
        (report,) = await notebook.reports(10)
        self.assertTrue(all(item.stored_receipt for item in report.items), report.items)

        out = self.desk.open()
        opened = out / reference
        self.assertIn("two RIBs without lights", (opened / "report.json").read_text())
        hashes = [hashlib.sha256(file.read_bytes()).hexdigest() for file in opened.iterdir()]
        self.assertEqual(hashes.count(hashlib.sha256(PHOTO.read_bytes()).hexdigest()), 2)

        self.desk.reply(reference, "Thank you. Stay clear of them.")
        asked = await sender.ask_mail(notebook, None)
        self.assertEqual((asked.answered, asked.messages), (1, 1))
        (message,) = (await notebook.messages(None)).messages
        self.assertEqual((message.words, message.reference), ("Thank you. Stay clear of them.", reference))
        await notebook.mark_read([message.row])
        (report,) = await notebook.reports(10)
        self.assertTrue(report.reading.is_read(), report.reading)
        self.assertEqual(report.unread, 0)

    @scenario("S02")
    async def test_a_killed_process_loses_nothing_that_it_submitted(self):
        await self.client()
        writer = subprocess.Popen(
            [sys.executable, "-c", WRITES, self.home, str(self.folder / "keys.json"), str(PHOTO)],
            stdout=subprocess.PIPE,
            text=True,
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
        reference = await asyncio.to_thread(lambda: writer.stdout.readline().strip())
        writer.send_signal(signal.SIGKILL)
        writer.wait()
        writer.stdout.close()
        client = await t.Client.open(self.home, self.keys())
        overview = await client.overview()
        self.assertEqual((overview.reports, overview.waiting), (1, 3))
        (report,) = await (await client.unlock()).reports(10)
        self.assertEqual(report.reference, reference)
