"""Invented messages to send: an alert as it goes out, and what a hostile feed would like to see sent."""

from __future__ import annotations

from bot.model import Block, Button, Level, Line, Message, Span

HEADLINE = "Alibaba cloud revenue jumps 34%, beating forecasts on AI demand"
HOSTILE = (
    "<b>bold</b> &amp; <script>alert(1)</script> @everyone <!channel> *star* _line_ ~wave~ `tick` "
    "https://evil.example/x www.evil.test evil.com #tag $CASH :fire: "
    "\u202egnp.exe\x1b[31m \x00 \ud83d ]]> {{7*7}} %s"
)


def line(text: str, *, bold: bool = False, link: str = "") -> Line:
    """Return a line of one span."""
    return (Span(text, bold=bold, link=link),)


def text(*lines: str, silent: bool = True) -> Message:
    """Return a message of one block of plain lines."""
    return Message(blocks=(Block(tuple(line(one) for one in lines)),), silent=silent, notification=lines[0])


def alert(sources: str = "Harbour Wire 🔒 17:02", *, headline: str = HEADLINE) -> Message:
    """Return an alert as it looks in a chat."""
    news = Block(
        (
            (Span("🔴 "), Span("Alibaba", bold=True), Span(" · Earnings")),
            line(headline, bold=True, link="https://harbour.example/a?b=1&c=2"),
            line("Cloud revenue rose to 39.8 billion yuan in the September quarter."),
        )
    )
    foot = Block((line(sources), line("92 · company in headline, earnings")), grey=True)
    row = (Button("Why", "why:k7f2"), Button("Mute", "mute:k7f2"))
    return Message(
        blocks=(news, foot),
        buttons=(row,),
        silent=False,
        notification=f"🔴 Alibaba · Earnings: {headline}",
        level=Level.URGENT,
    )


def hostile() -> Message:
    """Return an alert in which every text comes from an enemy."""
    return Message(
        blocks=(
            Block(
                ((Span(HOSTILE, bold=True), Span(HOSTILE)), line(HOSTILE, link='https://ok.example/"><b>|x>'))
            ),
            Block((line(HOSTILE), (Span(HOSTILE, strike=True), Span(HOSTILE, code=True))), grey=True),
        ),
        buttons=((Button(HOSTILE, "why:k7f2"),),),
        notification=HOSTILE,
    )
