"""What calls cost, in nanoseconds each. The figures are this machine's, and nothing is held against them."""

import asyncio
import tempfile
import time
from pathlib import Path

import turnstone as t


class Lies(t.KeyStore):
    """A key store whose keys are never believed, so that it is asked again every time."""

    def __init__(self, keys):
        self.keys, self.asked = keys, 0

    def seal(self, slot, secret, factor):
        self.keys.seal(slot, secret, factor)

    def open(self, slot, factor):
        self.asked += 1
        return bytes(len(self.keys.open(slot, factor)))

    def delete(self, slot):
        self.keys.delete(slot)


class Kept(t.KeyStore):
    """In memory, so that no file is waited for."""

    def __init__(self):
        self.slots = {}

    def seal(self, slot, secret, factor):
        self.slots[slot] = secret

    def open(self, slot, factor):
        return self.slots[slot]

    def delete(self, slot):
        self.slots.pop(slot, None)


async def each_ns(call, times, rounds=5):
    """The best of some rounds: whatever else this machine does makes others slower."""
    best = None
    for _ in range(rounds):
        began = time.perf_counter_ns()
        for _ in range(times):
            await call()
        took = (time.perf_counter_ns() - began) // times
        best = took if best is None else min(best, took)
    return best


async def measured(folder):
    keys, home = Kept(), str(Path(folder) / "home")
    await t.Client.create(home, keys, t.SetUp())
    lies = Lies(keys)
    client = await t.Client.open(home, lies)

    async def call():
        t.lane_name(t.Lane.WORDS)

    yield "call", await each_ns(call, 5_000)
    yield "async call", await each_ns(client.mended, 1_000)
    yield "async call that reads", await each_ns(client.overview, 500)

    async def ask():
        try:
            await client.reach_key_store()
        except t.CoreError:
            pass

    lies.asked = 0
    yield "async call that calls back", await each_ns(ask, 500, rounds=5)
    assert lies.asked == 500 * 5, lies.asked


async def main():
    with tempfile.TemporaryDirectory(prefix="turnstone-cost-") as folder:
        async for what, ns in measured(folder):
            print(f"{what}: {ns} ns", flush=True)


if __name__ == "__main__":
    asyncio.run(main())
