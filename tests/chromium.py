"""A headless Chromium over its DevTools pipe: what a page looks like on a phone, and whether anything overflows."""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import signal
import tempfile
from base64 import b64decode
from types import TracebackType
from typing import Any

MISSING = "Chromium is missing: apt-get install chromium"
_FLAGS = (
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--remote-debugging-pipe",
)


def chromium() -> str | None:
    """Where it is, None where there is none."""
    return next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)


class Screen:
    """One browser with one tab; ``with`` starts and ends it."""

    def __init__(self) -> None:
        self._home = tempfile.TemporaryDirectory(prefix="wirewatch-chromium-", ignore_cleanup_errors=True)
        self._number = 0
        self._session = ""
        self._rest = b""
        self.events: list[dict[str, Any]] = []

    def __enter__(self) -> Screen:
        found = chromium()
        assert found is not None, MISSING
        (reads, self._to), (self._from, writes) = os.pipe(), os.pipe()
        away = [fcntl.fcntl(end, fcntl.F_DUPFD_CLOEXEC, 10) for end in (reads, writes)]
        actions = [
            (os.POSIX_SPAWN_OPEN, 1, os.devnull, os.O_WRONLY, 0),
            (os.POSIX_SPAWN_DUP2, 1, 2),
            (os.POSIX_SPAWN_DUP2, away[0], 3),  # DevTools reads there
            (os.POSIX_SPAWN_DUP2, away[1], 4),  # and writes there
        ]
        arguments = [found, *_FLAGS, f"--user-data-dir={self._home.name}", "about:blank"]
        self._browser = os.posix_spawn(found, arguments, dict(os.environ), file_actions=actions)
        for end in (reads, writes, *away):
            os.close(end)
        target = self._ask("Target.createTarget", url="about:blank")["targetId"]
        self._session = self._ask("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self._ask(f"{domain}.enable")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        os.kill(self._browser, signal.SIGKILL)
        os.waitpid(self._browser, 0)
        os.close(self._to)
        os.close(self._from)
        self._home.cleanup()

    def show(self, url: str, *, width: int, height: int = 800, dark: bool = False, scale: int = 1) -> None:
        """Open a page on a screen of this size and wait until it is there."""
        scheme = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self._ask("Emulation.setEmulatedMedia", features=[scheme])
        self._ask(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=width < 600,
        )
        self.events.clear()
        self._ask("Page.navigate", url=url)
        while not any(event["method"] == "Page.loadEventFired" for event in self.events):
            self._read()

    def value(self, expression: str) -> Any:
        """What an expression is in the page; DevTools' own, whatever the page's policy forbids scripts."""
        return self._ask("Runtime.evaluate", expression=expression, returnByValue=True)["result"].get("value")

    def picture(self, *, whole: bool = True) -> bytes:
        """A PNG of the page."""
        shot = self._ask(
            "Page.captureScreenshot", format="png", captureBeyondViewport=whole, **self._clip(whole)
        )
        return b64decode(shot["data"])

    def complaints(self) -> list[str]:
        """What the browser complained of: refused styles, scripts, images."""
        entries = (event["params"]["entry"] for event in self.events if event["method"] == "Log.entryAdded")
        return [f"{entry['level']}: {entry['text']}" for entry in entries]

    def asked_for(self) -> list[str]:
        """The addresses that the page loaded."""
        sent = (event for event in self.events if event["method"] == "Network.requestWillBeSent")
        return [event["params"]["request"]["url"] for event in sent]

    def _clip(self, whole: bool) -> dict[str, Any]:
        if not whole:
            return {}
        size = self._ask("Page.getLayoutMetrics")["cssContentSize"]
        return {"clip": {"x": 0, "y": 0, "width": size["width"], "height": size["height"], "scale": 1}}

    def _ask(self, method: str, **params: Any) -> dict[str, Any]:
        self._number += 1
        asked = {"id": self._number, "method": method, "params": params}
        if self._session:
            asked["sessionId"] = self._session
        os.write(self._to, json.dumps(asked).encode() + b"\0")
        while True:
            said = self._read()
            if said.get("id") == self._number:
                assert "error" not in said, said
                return dict(said["result"])

    def _read(self) -> dict[str, Any]:
        while b"\0" not in self._rest:
            more = os.read(self._from, 65536)
            assert more, "Chromium ended"
            self._rest += more
        message, _, self._rest = self._rest.partition(b"\0")
        said: dict[str, Any] = json.loads(message)
        if "method" in said:
            self.events.append(said)
        return said
