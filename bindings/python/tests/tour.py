"""The tour: the folder that `turnstone-desk init` made, whose desk serves; a folder to work in; a photo."""

import asyncio
import os
import subprocess
import sys
from pathlib import Path

import turnstone as t

from .desk import PROGRAM


def desk(folder, command, *first, text=None):
    keys = ["--key", folder / "officer", "--from", folder / "server", "--out", folder / "out"]
    more = ["--text", text] if text else []
    subprocess.run([PROGRAM, command, *first, *keys, *more], check=True, capture_output=True, timeout=120)


class Words(t.Observer):
    """Tells once the words are at the desk."""

    def __init__(self):
        self.loop, self.stored = asyncio.get_running_loop(), asyncio.Event()

    def progressed(self, progress):
        if (progress.lane, progress.state) == (t.Lane.WORDS, t.ItemState.STORED):
            self.loop.call_soon_threadsafe(self.stored.set)


async def main(desk_folder, work, photo):
    desk_folder, work = Path(desk_folder), Path(work)
    work.mkdir()
    set_up = t.SetUp(
        root_keys=[(desk_folder / "root.pub").read_text()], directory=(desk_folder / "directory.json").read_bytes()
    )
    client = await t.Client.create(str(work / "home"), t.key_file(str(work / "keys.json"), True), set_up)
    at = t.Fix(position=t.Coordinates(lat_deg=50.1, lon_deg=-5.2), accuracy_m=8.0, source=t.FixSource.GNSS)
    seen = t.Sighting(when=t.now(), what="two RIBs without lights", observer=at)
    note = await client.note(t.DraftContent(scheme=t.Scheme.KRAKEN, route=t.Route.POLICE, sightings=[seen]))
    await note.attach_path(photo)
    await note.attach_bytes(Path(photo).read_bytes())
    print(await note.completeness(t.Lang.EN))
    reference = (await note.submit(0)).reference
    print("written offline:", reference)

    sender = await client.sender(t.Wishes())
    offline = await sender.run(t.Network.OFFLINE, True)
    print("no network:", offline.waiting, "wait")
    words = Words()
    subscription = client.subscribe(words)
    sent = await sender.run(t.Network.UNMETERED, True)
    await words.stored.wait()
    subscription.end()
    print("the words:", t.state_phrase(t.ItemState.STORED))
    print("sent:", sent.stored, "stored,", sent.waiting, "wait")

    notebook = await client.unlock()
    (report,) = await notebook.reports(10)
    print("receipts:", sum(bool(item.stored_receipt) for item in report.items))
    desk(desk_folder, "open")
    print("opened by the desk:", len(os.listdir(desk_folder / "out" / reference)), "files")
    desk(desk_folder, "reply", reference, text="Thank you. Stay clear of them.")
    await sender.ask_mail(notebook, None)
    (message,) = (await notebook.messages(reference)).messages
    print("answered:", message.words)
    await notebook.mark_read([message.row])
    (report,) = await notebook.reports(10)
    print("read" if report.unread == 0 else "not read yet")

    await notebook.set_pin(b"2580")
    try:
        await client.unlock_with_pin(b"1470")
    except t.CoreError.WrongPin as wrong:
        print(t.wrong_pin_sentence(wrong.attempts, wrong.wait_ms, t.Lang.EN))
    await notebook.lock()
    try:
        await notebook.reports(10)
    except t.CoreError.Locked:
        print("locked")


if __name__ == "__main__":
    asyncio.run(main(*sys.argv[1:]))
