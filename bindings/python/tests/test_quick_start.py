"""The quick start of the package's README, run as it stands there."""

import os
import re
import shutil
import subprocess
import sys

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
