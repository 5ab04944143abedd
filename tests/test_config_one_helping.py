"""Every fault in one helping: a mistake in a value hides no other one, and nothing is blamed for it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.config_folder import faults_of, good_folder

HOW = """\
timezone: Asia/Shanghai
receivers:
  desk: {via: telegram, chat: -100123, language: fr}
  team: {via: fax, chat: C0123ABC}
  void: {via: slack}
routes:
  - {min_score: soon, to: [desk]}
  - {min_score: 40, to: [nobody], digest: {at: "25:00"}}
  - {sources: [nowhere], to: [team]}
"""


def said(folder: Path) -> list[str]:
    """What is wrong: file, line and message."""
    return [f"{Path(fault.file).name}:{fault.line} {fault.message}" for fault in faults_of(folder)]


def test_values_names_and_what_is_missing_are_told_together(tmp_path: Path) -> None:
    faults = "\n".join(said(good_folder(tmp_path / "c", wirewatch=HOW)))

    assert "wirewatch.yaml:3 language: expected" in faults
    assert "wirewatch.yaml:4 via: expected" in faults
    assert "wirewatch.yaml:5 a receiver via slack needs 'chat'" in faults
    assert "wirewatch.yaml:7 min_score: expected" in faults
    assert "wirewatch.yaml:8 at: expected" in faults
    assert "wirewatch.yaml:9 there is no source 'nowhere'" in faults


def test_nothing_is_blamed_for_what_a_mistake_took_away(tmp_path: Path) -> None:
    faults = "\n".join(said(good_folder(tmp_path / "c", wirewatch=HOW)))

    assert "no receiver 'team'" not in faults, "it is there, with a mistake in it"
    assert "no receiver 'desk'" not in faults
    assert faults.count("wirewatch.yaml:3") == 1
    assert faults.count("wirewatch.yaml:4") == 1


def test_a_mistake_in_a_source_hides_no_name_and_invents_none(tmp_path: Path) -> None:
    sources = """\
sources:
  - {id: harbour, url: "https://harbour.example/feed", weight: 9, tags: [wires]}
  - {id: harbour, url: "https://delta.example/feed", every: soon, tags: [papers, 7]}
"""
    how = """\
routes:
  - {sources: [harbour], source_tags: [papers], to: [terminal]}
  - {sources: [gone], to: [terminal]}
"""
    receivers = "receivers: {terminal: {via: console}}\n"
    faults = "\n".join(said(good_folder(tmp_path / "c", sources=sources, wirewatch=receivers + how)))

    assert "sources.yaml:2 weight: expected" in faults
    assert "sources.yaml:3 every: expected" in faults
    assert "there is no source 'gone'" in faults
    assert "no source 'harbour'" not in faults
    assert "with the tag" not in faults, "which tags there are is not known yet"


@pytest.mark.parametrize(
    "how",
    [
        "receivers: []\nroutes: [{to: [x]}]\n",
        "routes: {}\n",
        "receivers: {desk: 7}\nroutes: [7, {to: 7}]\n",
        "polling: 7\naccess: {telegram: {admins: {a: 1}}}\n",
        "receivers: {desk: {via: [x], chat: {}}}\nroutes: [{to: [desk]}]\n",
        "retention: {entries: soon}\nroutes: [{to: [terminal], unknown: 1, digest: {at: 7, days: [x]}}]\n",
        "x: 1\nreceivers: {desk: {via: console, quiet_hours: {from: '1', until: '2', z: 1}}}\n",
    ],
)
def test_no_mistake_is_too_much(tmp_path: Path, how: str) -> None:
    assert faults_of(good_folder(tmp_path / "c", wirewatch=how))
