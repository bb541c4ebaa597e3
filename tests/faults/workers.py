"""Workers as an init system keeps them: each program in a process group of its own, started again whenever it ends."""

import os
import re
import signal
import subprocess
import threading
import time
from contextlib import suppress
from pathlib import Path

HOUSE = Path(__file__).parents[2]
BEGUN = re.compile(r"(Begun|Ended): ([0-9a-f-]{36}), try (\d+), process (\d+)\.")


class Kept:
    """One program that is kept running; its LOG tells which process begins and ends which job."""

    def __init__(self, command, environment, log):
        self.command, self.environment, self.log = command, environment, log
        self.process, self.starts = None, 0
        self._held, self._read = {}, 0
        self._stop = threading.Event()
        self._keeper = threading.Thread(target=self._keep, daemon=True)

    def start(self):
        self._keeper.start()
        return self

    def _keep(self):
        while not self._stop.is_set():
            with self.log.open("ab") as log:
                self.process = subprocess.Popen(
                    self.command, cwd=HOUSE, env=self.environment, stdout=log, stderr=log, start_new_session=True
                )
            self.starts += 1
            self.process.wait()
            self._stop.wait(0.2)

    def stop(self):
        """Tell it to end, and see that the whole group does."""
        self._stop.set()
        if self.process is not None:
            with suppress(ProcessLookupError):
                self.process.terminate()
        self._keeper.join(30)
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self._keeper.join(10)
        assert not self._keeper.is_alive()

    def processes(self):
        """The living processes of the group, by id."""
        return [] if self.process is None else [one for one in living() if group_of(one) == self.process.pid]

    def holding(self):
        """Which living process holds which try of which job."""
        with suppress(FileNotFoundError), self.log.open("rb") as log:
            log.seek(self._read)
            new = log.read()
            whole = new[: new.rfind(b"\n") + 1]
            self._read += len(whole)
            for word, job, attempt, process in BEGUN.findall(whole.decode(errors="replace")):
                if word == "Begun":
                    self._held[int(process)] = (job, int(attempt))
                else:
                    self._held.pop(int(process), None)
        alive = set(self.processes())
        self._held = {process: one for process, one in self._held.items() if process in alive}
        return dict(self._held)


def living():
    return [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]


def group_of(process):
    try:
        return os.getpgid(process)
    except ProcessLookupError:
        return None


def send(chosen, what):
    """Signal processes by id, and whole groups by their id below zero."""
    for one in chosen:
        with suppress(ProcessLookupError):
            os.kill(one, what)


def killed(choose, holding, *, blind=False, idle=lambda: None, within=180.0):
    """SIGKILL what CHOOSE gives (processes; groups below zero); gives the tries that were cut off.

    It is stopped first, so that what it holds is what it held at its end. Unless BLIND it is killed only while it holds
    a job; IDLE is called while none does. None if there was nothing to kill in time.
    """
    until = time.monotonic() + within
    while time.monotonic() < until:
        chosen = choose()
        if chosen and (blind or _held(chosen, holding)):
            send(chosen, signal.SIGSTOP)
            held = _held(chosen, holding)
            if held or blind:
                send(chosen, signal.SIGKILL)
                return held
            send(chosen, signal.SIGCONT)
        idle()
        time.sleep(0.02)
    return None


def _held(chosen, holding):
    return [one for process, one in holding().items() if process in chosen or -(group_of(process) or 0) in chosen]
