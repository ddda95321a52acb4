"""What scenarios share: a home, a photo, and the ids of those that were executed."""

import functools
import inspect
import re
import tempfile
import unittest
from pathlib import Path

import turnstone as t

from .desk import ROOT, Desk

PHOTO = ROOT / "cli/src/demo/photo.jpg"
LISTED = sorted(set(re.findall(r"^\| (S\d\d) ", (ROOT / "bindings/scenarios.md").read_text(), re.M)))
executed = set()


def scenario(*ids):
    """A test that is one or several of the list; they count as executed once it has passed."""

    def of(test):
        @functools.wraps(test)
        async def run(self):
            await test(self) if inspect.iscoroutinefunction(test) else test(self)
            executed.update(ids)

        return run

    return of


def sighting(what="two RIBs without lights", **more):
    return t.Sighting(when=t.now(), what=what, **more)


def content(*sightings, **more):
    more = {"scheme": t.Scheme.KRAKEN, "route": t.Route.POLICE, **more}
    return t.DraftContent(sightings=list(sightings or [sighting()]), **more)


class Folder(unittest.IsolatedAsyncioTestCase):
    """A folder of its own for each scenario."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory(prefix="turnstone-scenario-")
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.home = str(self.folder / "home")

    def keys(self):
        return t.key_file(str(self.folder / "keys.json"), True)

    async def client(self, keys=None):
        """A new home that knows of no desk."""
        return await t.Client.create(self.home, keys or self.keys(), t.SetUp())


class WithDesk(Folder):
    """A desk of its own besides, which does not serve yet."""

    def setUp(self):
        super().setUp()
        self.desk = Desk(self.folder / "desk")
        self.addCleanup(self.desk.stop)

    async def client(self, keys=None):
        set_up = t.SetUp(root_keys=self.desk.root_keys, directory=self.desk.directory)
        return await t.Client.create(self.home, keys or self.keys(), set_up)


class Hears(t.Observer):
    """Remembers what it was told."""

    def __init__(self, throws=False):
        self.heard, self.throws = [], throws

    def progressed(self, progress):
        self.heard.append(progress)
        if self.throws:
            raise RuntimeError("an observer's own trouble")
