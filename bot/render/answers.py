"""Answers to questions: recent and found stories, one story, sources, status, help, and what was mistyped."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from bot.model import Block, Button, Level, Line, Message, Receiver, Report, Rows, Span
from bot.render.buttons import SLACK, nothing_rows, page_rows
from bot.render.evidence import joining_words
from bot.render.lines import clean, message, shorten, text
from bot.render.reports import (
    LONGEST_LISTED,
    best_report,
    event_of,
    linked,
    names_of,
    numbered,
    ranked,
    source_of,
)
from bot.render.times import Clock
from bot.render.typed import typed
from bot.render.views import (
    CommandRow,
    Headline,
    NothingView,
    RecentView,
    StoryView,
)
from bot.render.words import DOTS, line, listed, quoted, say

A_BLOCK = 10
LONGEST_QUERY = 60
IN = "   "
_LONGEST_RUN = 60
"""Bytes of a command that go into a button, after ``run:``."""


def recent(view: RecentView, *, share: str = "") -> Message:
    """Return a page of stories, each with a number to open it by; found ones look the same.

    ``share`` is the command that asks for the same list, for chats in which answers are for the asker alone.
    """
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    title = shorten(clean(view.title), LONGEST_QUERY)
    title = quoted(title, language) if view.quoted else title
    if view.span is None:
        head = line(language, "recent_head_all", title=title, count=view.total)
    else:
        head = line(language, "recent_head", title=title, span=clock.span(view.span), count=view.total)
    numbered = list(enumerate(view.stories, view.first))
    lines = [
        part
        for number, story in numbered
        for part in _numbered(str(number) if view.reference else story.story, story, clock, view.reader.via)
    ]
    blocks = (Block((head,)), *_in_blocks(lines))
    return message(blocks, language, buttons=_page_rows(view, share) if view.reference else ())


def _page_rows(view: RecentView, share: str) -> Rows:
    numbered = list(enumerate(view.stories, view.first))
    return page_rows(
        view.reference,
        tuple((number, story.story) for number, story in numbered),
        page=view.page,
        more=view.first + len(numbered) <= view.total,
        via=view.reader.via,
        language=view.reader.language,
        titles=tuple(story.title for story in view.stories),
        share=share,
    )


def nothing_found(view: NothingView) -> Message:
    """Return what was looked for, and what to try instead."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    query = quoted(shorten(clean(view.query), LONGEST_QUERY), language)
    if view.span is None:
        head = line(language, "nothing_ever", query=query)
    else:
        head = line(language, "nothing", query=query, span=clock.span(view.span))
    rows = nothing_rows(clean(view.meant), clean(view.query), language, search=not view.searched_all)
    return message((Block((head, _meant(view, clock))),), language, buttons=rows if view.buttons else ())


def story(view: StoryView) -> Message:
    """Return a story with all its reports and why each joined."""
    language = view.reader.language
    clock = Clock.of(view.reader, view.now)
    matches = ranked(view.matches)
    shown = best_report(view.story, language, matches[0] if matches else None)
    reports = view.story.reports
    names = names_of(tuple(match.watch for match in matches), view.watchlist, language)
    what = (names, event_of(matches, shown, language), say(language, "reports", count=len(reports)))
    head: Line = (Span(view.story.id, bold=True), *(Span(f" · {part}") for part in what if part))
    listed = list(enumerate(reports[: view.limit], 1))
    lines = [part for number, report in listed for part in _report(number, report, view, clock)]
    if rest := len(reports) - len(listed):
        lines.append(text(say(language, "story_more", count=rest)))
    title = linked(shown.entry.title, shown.entry.url, language, LONGEST_LISTED)
    undo = typed(view.reader.via, f"story split {view.story.id} {say(language, 'split_number')}")
    hint = text(say(language, "story_split", command=undo)) if view.admin and len(reports) > 1 else ()
    return message((Block((head, title)), *_in_blocks(lines), Block((hint,))), language)


def help_page(commands: Sequence[CommandRow], reader: Receiver, *, changing: Sequence[str] = ()) -> Message:
    """Return the commands as they are typed in the reader's chat, a line each.

    ``changing`` are those with which the reader, an admin, may change things.
    """
    language = reader.language
    own = (line(language, "help_head"), *(_command(row, reader) for row in commands if not row.admin))
    more = typed(reader.via, f"help {changing[0] if changing else 'recent'}")
    foot = [text(say(language, "help_one", command=more))]
    if changing:
        names = listed((clean(verb) for verb in changing), language)
        foot = [line(language, "help_changing", verbs=names, command=more)]
    return message((Block(own), Block(tuple(foot))), language)


def one_command(
    forms: Sequence[CommandRow],
    reader: Receiver,
    *,
    notes: str = "",
    examples: Sequence[str] = (),
    also: Sequence[str] = (),
    guarded: bool = False,
) -> Message:
    """Return all there is to know of one command; ``guarded``: admins may do more with it."""
    language = reader.language
    shown = [part for row in forms for part in _form(row, reader)]
    samples = [text(typed(reader.via, example)) for example in examples]
    head = [text(say(language, "help_examples"))] if samples else []
    last = [text(say(language, "help_guarded"))] if guarded else []
    if also:
        last.append(text(say(language, "help_also", words=listed(also, language))))
    noted = tuple(text(part) for part in notes.splitlines())
    return message(
        (Block(tuple(shown)), Block(noted), Block((*head, *samples)), Block(tuple(last))), language
    )


def unknown_command(command: str, reader: Receiver, *, meant: str = "", words: str = "") -> Message:
    """Return that a command is not known, and the nearest one that is: a button runs it with the same words."""
    language = reader.language
    asked = typed(reader.via, shorten(clean(command).lstrip("/／"), LONGEST_QUERY))
    meaning = " ".join((meant, clean(words))).strip()
    nearest = say(language, "unknown_mean", command=typed(reader.via, shorten(meaning, LONGEST_QUERY)))
    every = say(language, "unknown_help", command=typed(reader.via, "help"))
    lines = (line(language, "unknown", command=asked), text(nearest if meant else ""), text(every))
    return message((Block(lines),), language, buttons=_run(meaning, reader) if meant else ())


def error(explanation: str, reader: Receiver, *, meant: str = "") -> Message:
    """Return why a question can't be answered, in the words of the error; a line each.

    ``meant`` is a command that was probably meant: a button runs it.
    """
    lines = tuple(text(clean(part)) for part in explanation.splitlines() if clean(part))
    return message((Block(lines),), reader.language, buttons=_run(meant, reader) if meant else ())


def _run(command: str, reader: Receiver) -> Rows:
    """A button that runs a command, where its words fit into one."""
    fits = len(command.encode()) <= _LONGEST_RUN
    return ((Button(typed(reader.via, shorten(clean(command), 24)), f"run:{command}"),),) if fits else ()


def _numbered(number: str, shown: Headline, clock: Clock, via: str) -> tuple[Line, ...]:
    """A story in two lines; in one where the screen is wide."""
    head = Span(f"{number} {DOTS[Level.of(shown.score)]} ")
    source = source_of(shown.source, paid=shown.paid) + (f" +{shown.more}" if shown.more else "")
    late = say(clock.language, "late") if shown.late else ""
    corrected = Span(say(clock.language, "was_corrected")) if shown.corrected else Span("")
    title = linked(shown.title, shown.url, clock.language, LONGEST_LISTED)
    below = f"{source} · {clock.moment(shown.time)}{late} · {shown.score}"
    if via == SLACK:
        return ((head, *title, corrected, Span(f"  {below}")),)
    return (head, *title, corrected), text(f"{IN}{below}")


def _in_blocks(lines: Sequence[Line]) -> Iterator[Block]:
    """Lines of a list in blocks of ten: a chat splits between blocks, and a list of ten stays whole."""
    for start in range(0, len(lines), A_BLOCK * 2):
        yield Block(tuple(lines[start : start + A_BLOCK * 2]))


def _meant(view: NothingView, clock: Clock) -> Line:
    language = view.reader.language
    if not view.meant:
        return text(say(language, "try_other"))
    head = line(language, "did_you_mean", name=shorten(clean(view.meant), LONGEST_QUERY))
    if not view.meant_count or view.meant_span is None:
        return head
    span = clock.span(view.meant_span)
    return (*head, Span(say(language, "has_stories", count=view.meant_count, span=span)))


def _report(number: int, report: Report, view: StoryView, clock: Clock) -> tuple[Line, Line]:
    words = joining_words(report, view.story, view.watchlist, clock)
    doubt = say(clock.language, "in_doubt") if _doubtful(report, view) else ""
    return numbered(number, report.entry, clock), text(f"{IN}{words}{doubt}")


def _doubtful(report: Report, view: StoryView) -> bool:
    return report is not view.story.root and report.joining.margin < view.doubt


def _command(row: CommandRow, reader: Receiver) -> Line:
    return (Span(typed(reader.via, row.usage), bold=True), Span(f"  {clean(row.does)}"))


def _form(row: CommandRow, reader: Receiver) -> tuple[Line, Line]:
    admins = Span(say(reader.language, "help_admins_only")) if row.admin else Span("")
    return (Span(typed(reader.via, row.usage), bold=True), admins), text(f"{IN}{clean(row.does)}")
