"""What the platform gives may fail, be slow, or throw: key stores, observers, carriers, threads."""

import asyncio
import gc
import os
import threading
import time

import turnstone as t

from .scenarios import Folder, Hears, WithDesk, content, scenario


class Keys(t.KeyStore):
    """A key store of Python's own, in memory, that does as it is told."""

    def __init__(self):
        self.slots, self.asked_on = {}, set()
        self.throws = self.lies = False
        self.slow_s = 0

    def _asked(self):
        self.asked_on.add(threading.get_ident())
        time.sleep(self.slow_s)
        if self.throws:
            raise RuntimeError("a key store's own trouble")

    def seal(self, slot, secret, factor):
        self._asked()
        self.slots[slot] = (secret, factor)

    def open(self, slot, factor):
        self._asked()
        if slot not in self.slots:
            raise t.KeyStoreError.NoSuchSlot()
        secret, right = self.slots[slot]
        if factor != right:
            raise t.KeyStoreError.WrongFactor()
        return bytes(len(secret)) if self.lies else secret

    def delete(self, slot):
        self._asked()
        self.slots.pop(slot, None)


class KeyStores(WithDesk):
    async def opened_with(self, **told):
        keys = Keys()
        await self.client(keys)
        for name, value in told.items():
            setattr(keys, name, value)
        keys.asked_on.clear()
        return keys, await t.Client.open(self.home, keys)

    @scenario("S07")
    async def test_a_key_store_that_throws_keeps_nobody_from_writing(self):
        keys, client = await self.opened_with(throws=True)
        note = await client.note(content())
        with self.assertRaises(t.CoreError.Unusable) as caught:
            await note.submit(0)
        self.assertEqual(caught.exception.code, "key-store-unavailable")
        keys.throws = False
        self.assertTrue((await note.submit(0)).reference.startswith("KRAKEN"))

    @scenario("S08")
    async def test_wrong_bytes_are_found_out_before_anything_is_sealed(self):
        keys, client = await self.opened_with(lies=True)
        note = await client.note(content())
        with self.assertRaises(t.CoreError.Unusable) as caught:
            await note.submit(0)
        self.assertEqual(caught.exception.code, "key-store-damaged")
        keys.lies = False
        await note.submit(0)

    @scenario("S09")
    async def test_a_slow_key_store_holds_no_loop_up(self):
        keys, client = await self.opened_with(slow_s=0.3)
        unlocking, turns = asyncio.create_task(client.unlock()), 0
        while not unlocking.done():
            await asyncio.sleep(0.01)
            turns += 1
        await unlocking
        self.assertGreater(turns, 10)
        self.assertNotIn(threading.get_ident(), keys.asked_on)

    @scenario("S10")
    async def test_a_cancelled_call_goes_on_to_its_end(self):
        keys, client = await self.opened_with(slow_s=0.3)
        writing = asyncio.create_task(client.note(content()))
        while not keys.asked_on:
            await asyncio.sleep(0.01)
        writing.cancel()
        with self.assertRaises(asyncio.CancelledError):
            await writing
        while (await client.overview()).drafts == 0:
            await asyncio.sleep(0.01)
        notebook = await client.unlock()
        (draft,) = await notebook.drafts(10)
        await (await notebook.draft(draft.row)).submit(0)


class Sending(WithDesk):
    @scenario("S11", "S12")
    async def test_sending_goes_on_whatever_becomes_of_those_who_look(self):
        client = await self.client()
        for _ in range(3):
            await (await client.note(content())).submit(0)
        self.desk.serve()
        notebook, throws = await client.unlock(), Hears(throws=True)
        subscription = client.subscribe(throws)
        sender = await client.sender(t.Wishes())
        sending = asyncio.create_task(sender.run(t.Network.UNMETERED, True))
        await notebook.lock()
        with self.assertRaises(t.CoreError.Locked):
            await notebook.reports(10)
        self.assertEqual((await sending).stored, 3)
        stored = lambda: {told.item for told in throws.heard if told.state == t.ItemState.STORED}
        while len(stored()) < 3:
            await asyncio.sleep(0.01)
        subscription.end()

    @scenario("S14")
    async def test_sixteen_threads_write_at_once(self):
        client, references, troubles = await self.client(), [], []

        async def write():
            references.append((await (await client.note(content())).submit(0)).reference)

        def thread():
            try:
                asyncio.run(write())
            except Exception as trouble:  # noqa: BLE001
                troubles.append(trouble)

        threads = [threading.Thread(target=thread) for _ in range(16)]
        [one.start() for one in threads]
        [await asyncio.to_thread(one.join) for one in threads]
        self.assertEqual(troubles, [])
        self.assertEqual(len(set(references)), 16)
        self.assertEqual((await client.overview()).reports, 16)


class Meter(t.Meter):
    def __init__(self):
        self.heard = []

    def taken(self, bytes):
        self.heard.append(bytes)
        raise RuntimeError("a meter's own trouble")


def resident_kb():
    with open("/proc/self/statm") as statm:
        return int(statm.read().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1024


class Objects(Folder):
    @scenario("S15")
    async def test_ten_thousand_objects_leave_nothing_behind(self):
        client = await self.client()

        def make(number):
            for _ in range(number):
                client.subscribe(Hears()).end()
            gc.collect()

        make(2_000)
        before = resident_kb()
        make(10_000)
        self.assertLess(resident_kb() - before, 16 * 1024)

    @scenario("S16")
    async def test_a_video_comes_by_path_and_by_descriptor(self):
        video = self.folder / "film.mp4"
        video.write_bytes(b"\0\0\0\x18ftypmp42\0\0\0\0mp42isom" + os.urandom(300_000))
        note = await (await self.client()).note(content())
        meter = Meter()
        by_path = await note.attach_path(str(video), meter)
        self.assertEqual(meter.heard[-1], by_path.sealed_size)
        with open(video, "rb") as file:
            by_descriptor = await note.attach_descriptor(file.fileno())
            self.assertFalse(file.closed)
            os.fstat(file.fileno())
        self.assertEqual((by_path.kind, by_path.size), (t.MediaKind.VIDEO, video.stat().st_size))
        self.assertEqual(by_path.sha256, by_descriptor.sha256)
        with self.assertRaises(t.CoreError.FixInput) as caught:
            await note.attach_descriptor(-1)
        self.assertEqual(caught.exception.code, "attachment-unreadable")
