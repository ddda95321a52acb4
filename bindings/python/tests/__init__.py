"""The scenarios of `bindings/scenarios.md`, in Python's own idiom: `python -m unittest discover -s bindings/python -t bindings/python`.

The library is taken from `TURNSTONE_FFI`, or from the workspace's build folder; the package is put together in a temporary folder.
"""

import os
import platform
import shutil
import sys
import tempfile
from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1] / "turnstone"
_NAME = "libturnstone_ffi.dylib" if platform.system() == "Darwin" else "libturnstone_ffi.so"
_BUILT = Path(os.environ.get("TURNSTONE_FFI", _PACKAGE.parents[2] / "target/debug" / _NAME)).resolve()

_together = tempfile.TemporaryDirectory(prefix="turnstone-python-")
shutil.copytree(_PACKAGE, Path(_together.name) / "turnstone", ignore=shutil.ignore_patterns("__pycache__"))
_there = Path(_together.name) / "turnstone" / _NAME
if not _there.exists():
    _there.symlink_to(_BUILT)
sys.path.insert(0, _together.name)
