"""Draw Slack's messages as a page of a phone's width: ``.venv/bin/python -m docs.draw_slack PAGE.html``.

Real renderings of invented news, in the blocks that are sent to Slack; the drawing of the blocks is our own.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Iterator
from html import escape, unescape
from pathlib import Path
from typing import Any

from bot.channels.slack.dress import parts_of
from tests.golden.in_slack import in_slack

KINDS = (
    "first_alert",
    "living_alert",
    "muted_alert",
    "snoozed_and_corrected_alert",
    "late_alert_of_four_companies",
    "spike_alert",
    "development",
    "next_level",
    "correction",
    "withdrawn",
    "digest",
    "weekly",
    "held",
    "greeting",
    "why_told",
    "why_steps",
    "why_below_threshold",
    "why_not_seen",
    "recent",
    "second_page_of_a_search",
    "nothing_found",
    "story",
    "sources",
    "status",
    "help",
    "unknown_command",
    "source_silent",
    "source_back",
)
STYLE = """
body { margin: 0; background: #f4f4f4; width: 390px; font: 15px/1.47 -apple-system, 'Segoe UI', Lato, 'Noto Sans',
  'PingFang SC', 'Microsoft YaHei', 'Noto Sans CJK SC', 'WenQuanYi Micro Hei', sans-serif; color: #1d1c1d; }
h2 { font-size: 11px; color: #888; margin: 14px 12px 2px; font-weight: 400; }
.post { background: #fff; margin: 0 0 8px; padding: 8px 12px 10px 56px; position: relative; }
.post::before { content: ''; position: absolute; left: 12px; top: 10px; width: 34px; height: 34px; border-radius: 6px;
  background: #24455c; }
.who { font-weight: 900; } .who i { font: 11px sans-serif; background: #e8e8e8; padding: 1px 3px; margin: 0 4px;
  border-radius: 2px; } .who span { font-weight: 400; font-size: 12px; color: #616061; }
.section { margin: 4px 0; overflow-wrap: anywhere; white-space: pre-wrap; }
.context { font-size: 13px; color: #616061; margin: 4px 0; }
.actions { display: flex; flex-wrap: wrap; gap: 8px; margin: 8px 0 0; }
.actions b, .actions u { border: 1px solid #bbb; border-radius: 6px; padding: 3px 11px; font-weight: 700;
  font-size: 13px; text-decoration: none; } .actions u::after { content: ' ▾'; }
a { color: #1264a3; text-decoration: none; }
code { font: 12px monospace; color: #c01343; background: #f8f8f8; border: 1px solid #ddd; border-radius: 3px;
  padding: 1px 3px; white-space: pre; }
.image { background: #dde7ef; height: 150px; border-radius: 6px; padding: 8px; font-size: 12px; color: #456; }
"""
_LINK = re.compile(r"&lt;(https?://[^|]*?)\|(.*?)&gt;")
_CODE = re.compile(r"`([^`]+)`")
_STYLED = {"*": "strong", "~": "s"}


def main() -> None:
    """Write the page."""
    page = "".join(_message(kind, language) for kind in KINDS for language in ("en", "zh"))
    html = f"<!doctype html><meta charset=utf-8><title>Slack</title><style>{STYLE}</style>{page}\n"
    Path(sys.argv[1] if len(sys.argv) > 1 else "slack.html").write_text(html, encoding="utf-8")


def _message(kind: str, language: str) -> str:
    message = in_slack(kind, language)
    parts = parts_of(message, interactive=True, picture="F1" if message.attachment else "")
    who = "<div class=who>Wirewatch<i>APP</i><span>17:02</span></div>"
    posts = "".join(f"<div class=post>{who}{''.join(_blocks(part.blocks))}</div>" for part in parts)
    return f"<h2>{escape(kind)} · {language} · {escape(parts[0].text[:90])}</h2>{posts}"


def _blocks(blocks: tuple[dict[str, Any], ...]) -> Iterator[str]:
    for block in blocks:
        kind = block["type"]
        if kind == "section":
            yield f"<div class=section>{_mrkdwn(block['text']['text'])}</div>"
        elif kind == "context":
            yield f"<div class=context>{''.join(_mrkdwn(each['text']) for each in block['elements'])}</div>"
        elif kind == "actions":
            yield f"<div class=actions>{''.join(map(_element, block['elements']))}</div>"
        elif kind == "image":
            yield f"<div class=image>{escape(block['alt_text'])}</div>"


def _element(element: dict[str, Any]) -> str:
    if element["type"] == "button":
        return f"<b>{escape(element['text']['text'])}</b>"
    return f"<u>{escape(element['placeholder']['text'])}</u>"


def _mrkdwn(text: str) -> str:
    """Draw Slack's markup as we write it: links, bold, struck out, code."""
    html = escape(text, quote=False).replace("&amp;", "&")
    html = _LINK.sub(
        lambda found: f'<a href="{escape(unescape(found[1]))}">{found[2]}</a>', _wrapped(text, html)
    )
    for mark, tag in _STYLED.items():
        html = re.sub(
            rf"(?<![\w{re.escape(mark)}]){re.escape(mark)}(?=\S)([^\n]*?\S){re.escape(mark)}(?!\w)",
            rf"<{tag}>\1</{tag}>",
            html,
        )
    return _CODE.sub(r"<code>\1</code>", html).replace("\n", "<br>").replace("\u200b", "")


def _wrapped(text: str, html: str) -> str:
    """Keep the links' own brackets apart from those that a headline holds, which are escaped already."""
    return re.sub(r"<(https?://[^|<>]*)\|([^<>]*)>", r"&lt;\1|\2&gt;", text) if "<" in text else html


if __name__ == "__main__":
    main()
