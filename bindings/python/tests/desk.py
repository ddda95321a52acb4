"""A real desk on this machine: its own process on a port that it chose, behind a line that can be cut."""

import json
import os
import re
import socket
import subprocess
import threading
from pathlib import Path

ROOT = Path(__file__).resolve().parents[3]
# Those that serve now, for whoever has to end the run.
_serving = set()
PROGRAM = Path(os.environ.get("TURNSTONE_PROGRAMS", ROOT / "target/debug")) / "turnstone-desk"


class Line:
    """Listens on a free port from the beginning, and passes on to the desk while that runs."""

    def __init__(self):
        self.target = None
        self._listens = socket.create_server(("127.0.0.1", 0))
        self.url = "http://127.0.0.1:%d" % self._listens.getsockname()[1]
        threading.Thread(target=self._accept, daemon=True).start()

    def _accept(self):
        while True:
            try:
                one, _ = self._listens.accept()
            except OSError:
                return
            try:
                other = socket.create_connection(self.target) if self.target else None
            except OSError:
                other = None
            if other is None:
                one.close()
                continue
            threading.Thread(target=self._join, args=(one, other), daemon=True).start()

    def _join(self, one, other):
        """Passes on both ways until both have ended."""
        with one, other:
            back = threading.Thread(target=self._pass_on, args=(other, one), daemon=True)
            back.start()
            self._pass_on(one, other)
            back.join()

    @staticmethod
    def _pass_on(source, sink):
        try:
            while piece := source.recv(65536):
                sink.sendall(piece)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            # Neither end is of use any more: the other direction ends as well.
            for end in (source, sink):
                try:
                    end.shutdown(socket.SHUT_RDWR)
                except OSError:
                    pass

    def close(self):
        self._listens.close()


class Desk:
    """`init`, then `serve`, `open` and `reply` by the program itself."""

    def __init__(self, folder):
        self.folder, self.line, self._serving = Path(folder), Line(), None
        self.run("init", self.folder, "--id", "harbour", "--name", "Harbour desk", "--url", self.line.url)

    def run(self, *arguments):
        done = subprocess.run([PROGRAM, *map(str, arguments), "--json"], capture_output=True, text=True, timeout=120)
        assert done.returncode == 0, done.stderr
        return json.loads(done.stdout)

    @property
    def root_keys(self):
        return [(self.folder / "root.pub").read_text()]

    @property
    def directory(self):
        return (self.folder / "directory.json").read_bytes()

    def serve(self):
        self._serving = subprocess.Popen(
            [PROGRAM, "serve", self.folder / "server", "--listen", "127.0.0.1:0"], stdout=subprocess.PIPE, text=True
        )
        _serving.add(self._serving)
        said = self._serving.stdout.readline()
        self.line.target = ("127.0.0.1", int(re.search(r"127\.0\.0\.1:(\d+)", said).group(1)))

    def open(self):
        self.run("open", "--key", self.folder / "officer", "--from", self.folder / "server", "--out", self.folder / "out")
        return self.folder / "out"

    def reply(self, reference, text):
        arguments = ["--key", self.folder / "officer", "--from", self.folder / "server", "--out", self.folder / "out"]
        self.run("reply", reference, *arguments, "--text", text)

    def stop(self):
        """By its own process, and nothing else."""
        self.line.target = None
        if self._serving is not None:
            self._serving.terminate()
            self._serving.wait(timeout=30)
            self._serving.stdout.close()
            _serving.discard(self._serving)
        self.line.close()


def stop_all():
    """Ends every desk of this run that still serves, each by its own process."""
    for process in list(_serving):
        process.kill()
