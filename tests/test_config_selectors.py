"""Selectors are tried when the configuration is read, not at the first poll."""

from pathlib import Path

import pytest

from tests.config_folder import faults_of, good_folder


def said(folder: Path, kind: str, **selectors: str) -> list[str]:
    chosen = "".join(f"    {key}: {value!r}\n" for key, value in selectors.items())
    sources = f"sources:\n  - id: a\n    url: https://e.example/news\n    kind: {kind}\n{chosen}"
    return [
        str(fault)
        for fault in faults_of(good_folder(folder, sources=sources))
        if "sources.yaml" in fault.file
    ]


@pytest.mark.parametrize(
    "selectors",
    [
        {"item": "article", "title": "h3 > a", "time": "time@datetime", "link": "@data-url"},
        {"item": "ul.news-list > li:nth-child(2n+1)", "link": "a[href*='@x']", "summary": "p, .teaser"},
    ],
)
def test_right_css_is_taken(tmp_path: Path, selectors: dict[str, str]) -> None:
    assert said(tmp_path, "page", **selectors) == []


@pytest.mark.parametrize(
    ("selectors", "words"),
    [
        ({"item": "article["}, "sources.yaml:5:11: this is no valid CSS selector"),
        ({"item": "article", "title": "h3 >> a"}, "sources.yaml:6:12: this is no valid CSS selector"),
        ({"item": "article", "time": "time[@datetime"}, "sources.yaml:6:11: this is no valid CSS selector"),
        ({"item": "article@href"}, "item names whole elements, not an attribute (item: article)"),
    ],
)
def test_wrong_css_is_a_fault_where_it_stands(tmp_path: Path, selectors: dict[str, str], words: str) -> None:
    (fault,) = said(tmp_path, "page", **selectors)
    assert words in fault


@pytest.mark.parametrize(
    "selectors",
    [
        {"item": "data.list", "title": "t", "link": "url", "time": "ctime"},
        {"item": "data.items[?type=='live'].news[]", "title": "join(' ', [a, b])", "link": "images.0.url"},
        {"item": "@", "link": "https://www.e.example/detail/{id}"},
        {"item": "feed-list.项目", "link": "/{data.id}/{codes[0]}"},
    ],
)
def test_right_paths_are_taken(tmp_path: Path, selectors: dict[str, str]) -> None:
    assert said(tmp_path, "json", **selectors) == []


@pytest.mark.parametrize(
    ("selectors", "words"),
    [
        ({"item": "data.items["}, "sources.yaml:5:11: this is neither a path nor JMESPath"),
        ({"item": "data", "title": "a b"}, "sources.yaml:6:12: this is neither a path nor JMESPath"),
        ({"item": "data", "link": "https://{host}/x"}, "the host of a link must be written out"),
        ({"item": "data", "link": "https://e.example{id}/"}, "the host of a link must be written out"),
        ({"item": "data", "link": "https://e.example/x"}, "every item would get this same link"),
        ({"item": "data", "link": "https://e.example/{id"}, "every item would get this same link"),
        ({"item": "data", "link": "https://e.example/{id}/{x"}, "a brace of this link is not closed"),
        ({"item": "data", "link": "https://e.example/{a b}"}, "{a b} is neither a path nor JMESPath"),
    ],
)
def test_a_wrong_path_is_a_fault_where_it_stands(
    tmp_path: Path, selectors: dict[str, str], words: str
) -> None:
    (fault,) = said(tmp_path, "json", **selectors)
    assert words in fault
