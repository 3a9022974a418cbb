"""Finds, starts and stops the emulator's program."""

from __future__ import annotations

import os
import queue
import shutil
import subprocess
import sys
import sysconfig
import threading
from contextlib import contextmanager
from typing import TYPE_CHECKING

from ._emulator import Emulator

if TYPE_CHECKING:
    from collections.abc import Iterator

#: The timeouts of the emulator's start and stop, in seconds.
START_TIMEOUT = 60.0
STOP_TIMEOUT = 10.0


def find() -> str:
    """Returns the path of the program: `ACS_EMULATOR_BIN`, the one of this package, or `acs-emulator` on the PATH.

    Raises FileNotFoundError if there is none.
    """
    named = os.environ.get("ACS_EMULATOR_BIN")
    if named:
        return named
    name = "acs-emulator.exe" if sys.platform == "win32" else "acs-emulator"
    folders = [sysconfig.get_path("scripts")]
    if hasattr(sysconfig, "get_preferred_scheme"):  # Python 3.10
        folders.append(sysconfig.get_path("scripts", sysconfig.get_preferred_scheme("user")))
    for folder in folders:
        if folder and os.path.isfile(os.path.join(folder, name)):
            return os.path.join(folder, name)
    found = shutil.which(name)
    if not found:
        raise FileNotFoundError(
            "acs-emulator was not found: install the wheel of acs-emulator, or name the program in ACS_EMULATOR_BIN."
        )
    return found


def start(program: str | None = None, *options: str) -> tuple[subprocess.Popen[str], str]:
    """Starts the emulator and returns its process and its start line. `acs-emulator --help` lists the options.

    It exits when its standard input closes: by `stop`, or when this process ends. Raises RuntimeError if it doesn't start
    within `START_TIMEOUT`.
    """
    process = subprocess.Popen(
        [program or find(), "--until-stdin-closes", *options],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
        encoding="utf-8",
    )
    assert process.stdout is not None
    lines: queue.Queue[str] = queue.Queue()
    # Not every platform can read from a pipe with a timeout, so a thread reads.
    threading.Thread(target=lambda output: lines.put(output.readline()), args=[process.stdout], daemon=True).start()
    try:
        line = lines.get(timeout=START_TIMEOUT)
    except queue.Empty:
        line = ""
    if not line:
        process.kill()
        process.wait()
        raise RuntimeError(f"The emulator did not start within {START_TIMEOUT:g} s.")
    return process, line


def stop(process: subprocess.Popen[str]) -> None:
    """Stops the emulator; kills it if that takes longer than `STOP_TIMEOUT`."""
    assert process.stdin is not None
    process.stdin.close()
    try:
        process.wait(timeout=STOP_TIMEOUT)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    if process.stdout is not None:
        process.stdout.close()


@contextmanager
def running(program: str | None = None, *options: str) -> Iterator[Emulator]:
    """Runs an emulator for a `with` statement."""
    process, line = start(program, *options)
    try:
        emulator = Emulator(line)
        try:
            yield emulator
        finally:
            emulator.close()
    finally:
        stop(process)
