"""Labelled lines -> predictions and figures."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from bot.evaluate.matches import MatchQuality, evaluate_matches
from bot.model import Facts
from tests.matching import usual


def scores(title: str, body: str, facts: Facts) -> Mapping[str, int]:
    return dict.fromkeys(facts.watches, 70 if title else 10 + len(body))


def evaluate(*items: Mapping[str, object]) -> MatchQuality:
    return evaluate_matches(items, usual(), scores)


def test_a_prediction_names_every_watch_with_its_spans() -> None:
    found = evaluate(
        {"id": "1", "lang": "en", "source": "s", "title": "Alibaba grows", "body": "Tencent too."}
    )
    assert found.predictions == [
        {
            "id": "1",
            "matches": [
                {
                    "watch": "alibaba",
                    "score": 70,
                    "subject": True,
                    "mentions": [{"field": "title", "start": 0, "end": 7, "text": "Alibaba", "kind": "name"}],
                },
                {
                    "watch": "tencent",
                    "score": 70,
                    "subject": False,
                    "mentions": [{"field": "body", "start": 0, "end": 7, "text": "Tencent", "kind": "name"}],
                },
            ],
        }
    ]


def test_only_judged_watches_are_scored() -> None:
    found = evaluate(
        {"source": "s", "title": "Alibaba, Tencent, Huawei", "mentioned": ["alibaba"], "neg": ["tencent"]},
        {"source": "s", "title": "Alibaba", "mentioned": ["alibaba", "nio"], "neg": [], "skip": ["alibaba"]},
    )
    tally = found.mentions["s"]
    assert (tally.right, tally.wrong, tally.missed) == (1, 1, 1)
    assert (tally.precision, tally.recall, tally.f1) == (0.5, 0.5, 0.5)


def test_a_scope_limits_what_is_scored() -> None:
    line = {"source": "s", "title": "Alibaba, Tencent", "mentioned": ["alibaba"], "neg": ["tencent"]}
    tally = evaluate({**line, "scope": ["alibaba"]}).mentions["ALL"]
    assert (tally.right, tally.wrong, tally.missed) == (1, 0, 0)


def test_a_mentioned_company_that_is_not_watched_is_a_wrong_subject() -> None:
    line = {
        "source": "s",
        "title": "Alibaba and Tencent",
        "watched": ["alibaba"],
        "mentioned": ["alibaba", "tencent"],
    }
    tally = evaluate(line).subjects["ALL"]
    assert (tally.right, tally.wrong, tally.missed) == (1, 1, 0)


def test_sources_without_labelled_subjects_have_no_such_row() -> None:
    found = evaluate({"source": "s", "title": "Alibaba", "watched": [], "mentioned": ["alibaba"]})
    assert found.subjects == {}
    assert [(what, source) for what, source, _ in found.rows()] == [("mentions", "s"), ("mentions", "ALL")]


def test_events_of_the_labelled_set_are_scored_by_kind() -> None:
    found = evaluate(
        {"source": "duee-fin", "title": "腾讯收购一家公司", "event": ["企业收购"], "mentioned": ["tencent"]},
        {"source": "duee-fin", "title": "腾讯宣布", "event": ["公司上市"], "mentioned": ["tencent"]},
    )
    assert found.events is not None
    assert (found.events.right, found.events.wrong, found.events.missed) == (1, 0, 1)


@pytest.mark.parametrize("line", [{}, {"title": None}, {"title": "Alibaba", "mentioned": None, "skip": "x"}])
def test_lines_without_labels_only_give_predictions(line: Mapping[str, object]) -> None:
    found = evaluate(line)
    assert len(found.predictions) == 1
