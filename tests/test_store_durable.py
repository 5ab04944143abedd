"""What was committed is on the disk before anything is sent for it: seen by the system calls of a real process."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
STRACE = shutil.which("strace")
PROGRAM = """
import socket, sys
from bot.store import Store, meta
store = Store.open(sys.argv[1])
ours, theirs = socket.socketpair()
for number in range(5):
    with store.begin() as conn:
        meta.set(conn, "number", str(number))
    ours.sendall(b"message %d" % number)
"""


@pytest.mark.skipif(STRACE is None, reason="strace, which shows a process's system calls, is not installed")
def test_each_commit_is_synced_to_the_disk_before_the_message_leaves(tmp_path: Path) -> None:
    trace = tmp_path / "trace"
    url = f"sqlite:///{tmp_path / 'wirewatch.db'}"
    calls = "trace=fsync,fdatasync,sendto,pwrite64"
    done = subprocess.run(
        [STRACE or "", "-f", "-y", "-e", calls, "-o", trace, sys.executable, "-c", PROGRAM, url],
        cwd=ROOT,
        check=False,
        capture_output=True,
        timeout=60,
    )
    if b"PTRACE" in done.stderr or b"Operation not permitted" in done.stderr:
        pytest.skip("strace may not trace processes here")
    assert done.returncode == 0, done.stderr.decode()
    written, sent = False, 0
    for line in trace.read_text(errors="replace").splitlines():
        if re.search(r"pwrite64\(\d+<[^>]*-wal>", line):
            written = True
        elif re.search(r"f(data)?sync\(\d+<[^>]*-wal>", line):
            written = False
        elif "message " in line and "sendto(" in line:
            sent += 1
            assert not written, f"message {sent} left before its commit was on the disk"
    assert sent == 5
