"""Runs every scenario there is, and says at its end which were executed."""

import faulthandler
import os
import sys
import threading
import unittest
from pathlib import Path

from . import desk
from .scenarios import LISTED, executed

# Many times what all of it takes: a run that hangs says where, and leaves no desk behind.
LIMIT_S = 480


def give_up():
    faulthandler.dump_traceback()
    desk.stop_all()
    print(f"not done after {LIMIT_S} s", flush=True)
    os._exit(1)


limit = threading.Timer(LIMIT_S, give_up)
limit.daemon = True
limit.start()
here = Path(__file__).resolve().parent
suite = unittest.defaultTestLoader.discover(str(here), top_level_dir=str(here.parent))
result = unittest.TextTestRunner(verbosity=2).run(suite)
limit.cancel()

failed, ignored = len(result.failures) + len(result.errors), len(result.skipped)
word = "ok" if result.wasSuccessful() else "FAILED"
print(f"test result: {word}. {result.testsRun - failed - ignored} passed; {failed} failed; {ignored} ignored; Python")
print("executed: " + " ".join(sorted(executed)))
missing = [listed for listed in LISTED if listed not in executed]
if missing:
    print("not executed: " + " ".join(missing))
sys.exit(bool(missing) or not result.wasSuccessful())
