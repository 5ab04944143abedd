"""From stories to a picture: which rows it has, what stands in them, in the reader's language."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from bot.charts import Dot, Picture, Row
from bot.model import Level, Receiver, Watchlist
from bot.render import name_of
from bot.render.picture_views import ChartView, Days, Happened, by_company, by_event, stories_of
from bot.render.words import event_in_passing, event_word, listed, say

MOST_ROWS = 8
_WEEKDAYS = {"en": "MTWTFSS", "zh": "一二三四五六日"}
_LONGEST_BY_WEEKDAY = 10
"""Days; what is longer names dates, six at most."""
_MOST_DATES = 6

Groups = Mapping[str, Sequence[Happened]]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Sketch:
    """One picture in one language."""

    language: str
    days: Days
    groups: Groups
    name: Callable[[str, str], str]
    """Group and language to the row's name."""
    total: int
    before: Mapping[str, int] | None = None
    """How many stories each group had in the time before; None where that is not known."""
    events: bool = True
    """False where the rows are events: their dots need no word."""

    def rows(self) -> tuple[Row, ...]:
        """A row for each group, eight at most; the rest is one row."""
        shown = list(self.groups)[:MOST_ROWS]
        rest = list(self.groups)[MOST_ROWS:]
        if len(rest) == 1:
            shown, rest = list(self.groups), []
        rows = [self._row(self.name(group, self.language), [group]) for group in shown]
        if rest:
            row = self._row(say(self.language, "picture_others", count=len(rest)), rest)
            rows.append(replace(row, dots=()))
        return tuple(rows)

    def heads(self) -> tuple[str, ...]:
        days = self.days
        if days.step == 1 and days.count <= _LONGEST_BY_WEEKDAY:
            letters = _WEEKDAYS.get(self.language, _WEEKDAYS["en"])
            return tuple(letters[days.clock.local(days.middle(at)).weekday()] for at in range(days.count))
        clock = replace(days.clock, language=self.language)
        every = -(-days.count // _MOST_DATES)
        return tuple(
            clock.date(days.middle(at)) if (days.count - 1 - at) % every == 0 else ""
            for at in range(days.count)
        )

    def _row(self, name: str, groups: Sequence[str]) -> Row:
        stories = [each for group in groups for each in self.groups[group]]
        counts = [0] * self.days.count
        for each in stories:
            place = self.days.place(each.at)
            if place is not None:
                counts[place] += 1
        change = ""
        if self.before is not None:
            moved = sum(counts) - sum(self.before.get(group, 0) for group in groups)
            change = f"{moved:+,d}" if moved else ""
        return Row(
            name=name,
            counts=tuple(counts),
            dots=self._dots(stories),
            count=f"{sum(counts):,}",
            change=change,
        )

    def _dots(self, stories: Iterable[Happened]) -> tuple[Dot, ...]:
        """The strongest story of each day; of equals one that says what it is."""
        best: dict[int, Happened] = {}
        for each in stories:
            place = self.days.place(each.at)
            if place is not None and (place not in best or _strength(each) > _strength(best[place])):
                best[place] = each
        return tuple(self._dot(place, best[place]) for place in sorted(best))

    def _dot(self, place: int, of: Happened) -> Dot:
        word = event_in_passing(of.event, self.language) if of.event and self.events else ""
        return Dot(place=place, level=Level.of(of.score).word, score=of.score, word=word)


def week_picture(
    happened: Sequence[Happened],
    days: Days,
    watchlist: Watchlist,
    reader: Receiver,
    *,
    before: Mapping[str, int] | None,
) -> Picture:
    """Return the picture of a receiver's week: a row a company, and its change to the week before."""

    def sketch(language: str) -> Picture:
        drawn = _Sketch(
            language=language,
            days=days,
            groups=by_company(happened),
            name=lambda watch, spoken: name_of(watch, watchlist, spoken),
            total=stories_of(happened),
            before=before,
        )
        return _picture(drawn, "picture_week", {}, name=f"week-{_stamp(days)}")

    return _in_both(sketch, reader.language)


def chart_picture(view: ChartView) -> Picture:
    """Return the picture of stories over time: a row a company; for one company a row a kind of event."""
    alone = len(view.watches) == 1

    def sketch(language: str) -> Picture:
        drawn = _Sketch(
            language=language,
            days=view.days,
            groups=by_event(view.happened) if alone else by_company(view.happened),
            name=_event_row if alone else lambda watch, spoken: name_of(watch, view.watchlist, spoken),
            total=stories_of(view.happened),
            events=not alone,
        )
        values = {"names": view.titles.get(language) or say(language, "picture_all")}
        file = view.watches[0] if alone else "companies"
        return _picture(drawn, "picture_chart", values, name=f"{_file(file)}-{_stamp(view.days)}")

    return _in_both(sketch, view.reader.language)


def _event_row(event: str, language: str) -> str:
    return event_word(event, language) if event else say(language, "picture_no_event")


def _picture(drawn: _Sketch, title: str, values: Mapping[str, str], *, name: str) -> Picture:
    language = drawn.language
    rows = drawn.rows()
    clock = replace(drawn.days.clock, language=language)
    said = say(language, title, days=replace(drawn.days, clock=clock).words(), **values)
    listing = listed((f"{row.name} {row.count}" for row in rows), language)
    weekly = say(language, "picture_alt_weeks" if drawn.days.step > 1 else "picture_alt", rows=listing)
    return Picture(
        title=said,
        total=say(language, "picture_total", count=drawn.total),
        heads=drawn.heads(),
        against=say(language, "picture_against") if any(row.change for row in rows) else "",
        rows=rows,
        name=name,
        alt=weekly,
    )


def _in_both(sketch: Callable[[str], Picture], language: str) -> Picture:
    if language == "en":
        return sketch("en")
    return replace(sketch(language), english=sketch("en"))


def _stamp(days: Days) -> str:
    return days.clock.local(days.last).date().isoformat()


def _file(name: str) -> str:
    """A name that any disk takes."""
    return "".join(each for each in name if each.isalnum() or each in "-_")[:40] or "chart"


def _strength(of: Happened) -> tuple[int, bool, int]:
    return (Level.of(of.score), bool(of.event), of.score)
