"""The programs of this package: the quick start of its README, as it stands there, and the tour."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

from .desk import ROOT
from .scenarios import PHOTO, WithDesk

README = ROOT / "bindings/python/README.md"


class QuickStart(WithDesk):
    def test_the_quick_start_sends_its_report(self):
        (program,) = re.findall(r"^```python\n(.*?)^```$", README.read_text(), re.M | re.S)
        shutil.copy(PHOTO, self.folder / "photo.jpg")
        for given in ("root.pub", "directory.json"):
            shutil.copy(self.desk.folder / given, self.folder / given)
        self.desk.serve()
        ran = subprocess.run(
            [sys.executable, "-c", program],
            cwd=self.folder,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
            capture_output=True,
            text=True,
            timeout=120,
        )
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        reference = ran.stdout.splitlines()[0]
        self.assertRegex(reference, r"^KRAKEN-")
        self.assertTrue((self.desk.open() / reference / "report.json").is_file())

    def test_the_tour_runs_as_a_program(self):
        self.desk.serve()
        tests = Path(__file__).resolve().parent
        ran = subprocess.run(
            [sys.executable, "-m", f"{tests.name}.tour", self.desk.folder, self.folder / "tour", PHOTO],
            cwd=tests.parent,
            capture_output=True,
            text=True,
            timeout=120,
        )
        print(ran.stdout, flush=True)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        for step in ("written offline: KRAKEN-", "5 stored", "opened by the desk", "answered: Thank you", "locked"):
            self.assertIn(step, ran.stdout)
        self.assertNotIn("50.1", ran.stdout)
