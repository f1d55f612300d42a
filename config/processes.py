"""Child processes of `config.dev`: started together, started again when the code changes, stopped together."""

import contextlib
import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

STOP_SECONDS = 15
WATCHED = {".py", ".html"}
NOT_OURS = {"node_modules", "static_vendor", "var", "__pycache__"}


class Process:
    """A command in a process group of its own, so that it and all its children can be told to stop."""

    def __init__(self, name: str, command: Iterable[str], environment: Mapping[str, str]) -> None:
        self.name = name
        self._command = list(command)
        self._environment = dict(environment)
        self._started: subprocess.Popen[bytes] | None = None

    def start(self) -> None:
        self._started = subprocess.Popen(self._command, env=self._environment, start_new_session=True)

    def ask_to_stop(self) -> None:
        self._send(signal.SIGTERM)

    def make_sure_it_stopped(self) -> None:
        if self._started is None:
            return
        try:
            self._started.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            self._send(signal.SIGKILL)
            self._started.wait()
        self._send(signal.SIGKILL)
        self._started = None

    @property
    def exit_code(self) -> int | None:
        return self._started.poll() if self._started else None

    def _send(self, number: signal.Signals) -> None:
        if self._started is None:
            return
        with contextlib.suppress(ProcessLookupError):
            os.killpg(self._started.pid, number)


def stop(processes: Iterable[Process]) -> None:
    """Ask all before waiting for any."""
    processes = list(processes)
    for process in processes:
        process.ask_to_stop()
    for process in processes:
        process.make_sure_it_stopped()


def keep_running(processes: Iterable[Process], root: Path, say: Callable[[str], None], *, reloads: bool = True) -> None:
    """Restart everything on a change of the code, unless that is switched off; never returns by itself."""
    processes = list(processes)
    seen, ended = newest_change(root), set[str]()
    while True:
        time.sleep(1)
        if reloads and (newest := newest_change(root)) != seen:
            seen, ended = newest, set()
            stop(processes)
            for process in processes:
                process.start()
        for process in processes:
            if process.exit_code is not None and process.name not in ended:
                ended.add(process.name)
                again = "; it starts again when the code changes" if reloads else ""
                say(f"The {process.name} process ended{again}.")


def newest_change(root: Path) -> float:
    return max(path.stat().st_mtime for path in sources(root))


def sources(root: Path) -> Iterable[Path]:
    for folder, inner, names in os.walk(root):
        inner[:] = [name for name in inner if name not in NOT_OURS and not name.startswith(".")]
        yield from (Path(folder, name) for name in names if Path(name).suffix in WATCHED)
