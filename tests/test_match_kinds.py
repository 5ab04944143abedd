"""What an event word means in its headline: launches, previews, and whose event it is."""

from __future__ import annotations

import pytest

from tests.companies import everyone

MATCHER = everyone()


def kinds(title: str) -> set[str]:
    return {hit.kind for hit in MATCHER.facts(title).events}


@pytest.mark.parametrize(
    "title",
    ["吉利银河M9 三季度上市", "特斯拉Model Y L 国内上市", "华为Pura 80 系列全球上市", "蔚来乐道L90上市"],
)
def test_a_car_or_a_phone_that_comes_to_market_is_a_product(title: str) -> None:
    assert kinds(title) == {"product"}


@pytest.mark.parametrize("title", ["小鹏汽车赴港上市", "月之暗面拟在香港上市"])
def test_a_company_that_comes_to_market_is_an_ipo(title: str) -> None:
    assert "ipo" in kinds(title)


@pytest.mark.parametrize(
    "title",
    [
        "Nvidia earnings preview: what to expect",
        "Tech shares mixed ahead of Nvidia quarterly earnings",
        "腾讯财报前瞻：游戏业务料增长",
        "美团：定于6月1日举行董事会会议，以批准第一季度业绩",
    ],
)
def test_what_is_written_before_results_is_no_results(title: str) -> None:
    assert "earnings" not in kinds(title)


@pytest.mark.parametrize("title", ["腾讯预计上半年净利增长50%", "Nvidia beats estimates as profit doubles"])
def test_a_forecast_by_the_company_itself_is_results(title: str) -> None:
    assert "earnings" in kinds(title)
