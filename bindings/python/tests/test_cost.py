"""What calls cost is measured by a run of its own."""

import subprocess
import sys
import unittest
from pathlib import Path


class Cost(unittest.TestCase):
    def test_what_calls_cost_is_measured(self):
        package = Path(__file__).resolve().parent
        ran = subprocess.run(
            [sys.executable, "-m", f"{package.name}.cost"], cwd=package.parent, capture_output=True, text=True, timeout=240
        )
        print(ran.stdout, end="", flush=True)
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        said = [line.partition(":")[0] for line in ran.stdout.splitlines()]
        self.assertEqual(said, ["call", "async call", "async call that reads", "async call that calls back"])
