"""Copies of one wire report are one source: in the story, in the score and in the alert; own reports are not copies."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from bot import decide
from bot.dedup import StoryIndex
from bot.model import Assignment, Entry, Receiver, Report, Story
from bot.render import alert
from bot.render.views import AlertView
from bot.score import match_story
from bot.text import language_of
from tests.bureau import Bureau
from tests.grouping import MATCHER, NOON, TABLES, WATCHLIST
from tests.loopback import Newsroom
from tests.trapping import feed, item

TITLE = "Globex profit jumps 34% on cloud demand"
WIRE = (
    "Globex posted a 34% jump in quarterly profit on Thursday as orders for its cloud computing services "
    "outpaced a slowdown in retail, and raised its outlook for the year.\n"
    "Net income rose to $2.1 billion in the three months to September from $1.57 billion a year earlier, the "
    "Rotterdam-based company said, ahead of the $1.9 billion that analysts had expected on average.\n"
    "Chief executive Nora Valk told reporters that customers in shipping and insurance had brought projects "
    "forward, and that the company would add two data centres in Bilbao by the spring.\n"
    "Shares closed 6% higher in Amsterdam, their best day since March."
)
OWN = (
    "The trading floor in Amsterdam cheered on Thursday: Globex, long written off as a shop with a web site, "
    "has earned a third more than last autumn.\n"
    "What drives it is the computing arm. Insurers and shipping lines rent its machines by the hour, and "
    "according to two people in the sales team the order book is full until June.\n"
    "Reuters first reported the figures. Not everyone is convinced; a fund manager in London calls the margin "
    "a sugar rush and has sold half of her stake."
)
TITLE_ZH = "格洛贝克斯第三季度净利润同比增长34% 云业务需求强劲"
WIRE_ZH = (
    "格洛贝克斯周四公布，受云计算订单增长带动，第三季度净利润同比增长34%，超出市场预期，并上调全年业绩指引。"
    "公司表示，截至九月的三个月净利润升至21亿美元，上年同期为15.7亿美元，分析师此前平均预期为19亿美元。"
    "首席执行官瓦尔克对记者说，航运和保险客户提前启动了多个项目，公司明年春季前将在毕尔巴鄂新建两座数据中心。"
    "该公司股价当日在阿姆斯特丹收盘上涨6%，创三月以来最佳单日表现。"
)
OWN_ZH = (
    "阿姆斯特丹的交易大厅周四一片欢腾：一度被看作只会开网店的格洛贝克斯，今年秋天比去年多赚了三分之一。"
    "真正的发动机是它的算力业务。保险公司和船公司按小时租用它的服务器，两位销售人员透露订单已经排到明年六月。"
    "据新华社此前报道，公司当天上调了指引。并非所有人都信服，伦敦一位基金经理称这样的利润率只是一时兴奋，已卖出一半持股。"
)


class Wire:
    """A story that is told by one site after the other."""

    def __init__(self) -> None:
        self.index = StoryIndex(TABLES)
        self.reports: list[Assignment] = []

    def tell(self, title: str, body: str = "", *, source: str = "", weight: float = 1.0) -> Assignment:
        """Let a site publish this, some minutes after the one before."""
        number = len(self.reports)
        time = NOON + timedelta(minutes=7 * number)
        entry = Entry(
            id=f"e{number}",
            source=source or f"site-{number}",
            source_name=f"Site {number}",
            weight=weight,
            title=title,
            body=body,
            first_seen=time,
            time=time,
            published=time,
            lang=language_of(title),
        )
        self.reports.append(decide.assign(entry, MATCHER, self.index))
        return self.reports[-1]

    @property
    def story(self) -> Story:
        """The story that all reports are in."""
        assert len({report.story for report in self.reports}) == 1, "all tell the same story"
        reports = (Report(entry=one.entry, facts=one.facts, joining=one.joining) for one in self.reports)
        return Story(id=self.reports[0].story, reports=tuple(reports))

    @property
    def score(self) -> int:
        """The score of the story for the company that it is about."""
        return match_story(self.story, WATCHLIST)[0].score

    @property
    def shown(self) -> str:
        """The alert."""
        view = AlertView(
            story=self.story,
            matches=match_story(self.story, WATCHLIST),
            watchlist=WATCHLIST,
            receiver=Receiver(id="desk", via="console", language=self.reports[0].entry.lang),
            now=NOON + timedelta(hours=2),
        )
        return alert(view).plain


def one_source(wire: Wire) -> None:
    """Whatever many sites made of it, the story has one source everywhere."""
    alone = Wire()
    first = wire.reports[0].entry
    alone.tell(first.title, first.body)
    assert [report.joining.copy_of != "" for report in wire.reports] == [False] + [True] * (
        len(wire.reports) - 1
    )
    assert wire.story.sources == 1
    assert wire.score == alone.score
    assert "Also" not in wire.shown
    assert "另见" not in wire.shown
    assert "sources" not in wire.shown


@pytest.mark.parametrize("body", [WIRE, ""], ids=["with the text", "titles only"])
def test_one_report_under_the_names_of_five_sites_is_one_source(body: str) -> None:
    wire = Wire()
    for tail in ("", " - Yahoo Finance", " | Reuters", " – The Straits Times", "_MSN", " - reuters.com"):
        wire.tell(TITLE + tail, body)
    one_source(wire)


@pytest.mark.parametrize("body", [WIRE_ZH, ""], ids=["with the text", "titles only"])
def test_one_chinese_report_under_the_names_of_five_sites_is_one_source(body: str) -> None:
    wire = Wire()
    for tail in ("", "_新浪财经", " - 路透", "|界面新闻", " - 新华网", "_腾讯新闻"):
        wire.tell(TITLE_ZH + tail, body)
    one_source(wire)


@pytest.mark.parametrize(
    ("title", "credit"),
    [
        (TITLE, " (Reuters)"),
        (TITLE, " (AFP)"),
        (TITLE_ZH, "（路透）"),
        (TITLE_ZH, "(新华社)"),
        (TITLE_ZH, "【财联社】"),
    ],
)
def test_a_credit_in_brackets_does_not_make_a_title_another(title: str, credit: str) -> None:
    wire = Wire()
    wire.tell(title)
    wire.tell(title + credit)
    one_source(wire)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("ROTTERDAM, May 20 (Reuters) - ", ""),
        ("By Reuters\n", ""),
        ("", "\n(Reporting by Ann Droste; editing by Tom Hale)"),
        ("", "\nSource: Reuters"),
        ("This story was first published by Reuters.\n", "\nRead the full story at Reuters"),
    ],
)
def test_an_attribution_does_not_make_a_copy_a_report_of_its_own(before: str, after: str) -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    wire.tell("Cloud orders lift Globex profit by a third", before + WIRE + after)
    one_source(wire)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("来源：新华社\n", ""),
        ("据新华社报道，", ""),
        ("转自：财经早报\n", ""),
        ("", "\n（来源：新华社）"),
        ("新华社鹿特丹5月20日电 ", ""),
    ],
)
def test_a_chinese_attribution_does_not_make_a_copy_a_report_of_its_own(before: str, after: str) -> None:
    wire = Wire()
    wire.tell(TITLE_ZH, WIRE_ZH)
    wire.tell("云业务带动 格洛贝克斯三季度净利增长34%", before + WIRE_ZH + after)
    one_source(wire)


@pytest.mark.parametrize("paragraphs", [1, 2, 3])
def test_a_shortened_text_is_a_copy_whichever_comes_first(paragraphs: int) -> None:
    short = "\n".join(WIRE.split("\n")[:paragraphs])
    for bodies in ((WIRE, short), (short, WIRE)):
        wire = Wire()
        for title, body in zip((TITLE, "Cloud orders lift Globex profit by a third"), bodies, strict=True):
            wire.tell(title, body)
        one_source(wire)


def test_a_shortened_chinese_text_is_a_copy() -> None:
    wire = Wire()
    wire.tell(TITLE_ZH, WIRE_ZH)
    wire.tell("云业务带动 格洛贝克斯三季度净利增长34%", "。".join(WIRE_ZH.split("。")[:2]) + "。")
    one_source(wire)


@pytest.mark.parametrize(
    ("title", "own", "body"),
    [
        (TITLE, "Globex earns a third more", WIRE),
        (TITLE, "Cloud orders lift Globex profit by more than 30%", WIRE),
        (TITLE_ZH, "云业务带动 格洛贝克斯三季度净利增长逾三成", WIRE_ZH),
        (TITLE_ZH, "格洛贝克斯明春将在毕尔巴鄂新建两座数据中心", WIRE_ZH),
    ],
)
def test_the_same_text_under_a_title_of_its_own_is_a_copy(title: str, own: str, body: str) -> None:
    wire = Wire()
    wire.tell(title, body)
    wire.tell(own, body)
    one_source(wire)


def test_a_text_cut_in_the_middle_of_a_word_is_a_copy() -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    wire.tell("Globex earns a third more", WIRE[:330] + "...")
    one_source(wire)


def test_two_own_reports_of_one_event_are_two_sources() -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    alone = wire.score
    second = wire.tell("Globex profit climbs 34% as cloud demand outruns shops", OWN)

    assert second.joining.copy_of == ""
    assert wire.story.sources == 2
    assert wire.score > alone
    assert "Also Site 1" in wire.shown
    assert "2 sources" in wire.shown


def test_two_own_chinese_reports_of_one_event_are_two_sources() -> None:
    wire = Wire()
    wire.tell(TITLE_ZH, WIRE_ZH)
    second = wire.tell("格洛贝克斯净利润增长34%，云业务需求旺盛", OWN_ZH)

    assert second.joining.copy_of == ""
    assert wire.story.sources == 2
    assert "另见 Site 1" in wire.shown
    assert "2 个来源" in wire.shown


def test_the_name_of_an_agency_alone_makes_no_copies() -> None:
    wire = Wire()
    wire.tell(f"{TITLE} - Reuters", f"(Reuters) - {WIRE}")
    second = wire.tell(
        "Globex profit climbs 34% as cloud demand outruns shops - Reuters", f"By Reuters\n{OWN}"
    )
    assert second.joining.copy_of == ""
    assert wire.story.sources == 2


@pytest.mark.parametrize(
    ("credit", "one", "other"),
    [
        ("(Reuters) - ", TITLE, "Acme recalls toasters after kitchen fires"),
        ("来源：新华社\n", TITLE_ZH, "艾克米召回五万台烤面包机"),
    ],
)
def test_two_reports_of_one_agency_are_two_stories(credit: str, one: str, other: str) -> None:
    wire = Wire()
    first = wire.tell(one, f"{credit}{one}.")
    second = wire.tell(other, f"{credit}{other}.")
    assert first.story != second.story
    assert second.new


def test_reports_that_quote_one_statement_each_in_their_own_words_are_not_copies() -> None:
    quote = '"We will add two data centres in Bilbao by the spring," chief executive Nora Valk said.'
    wire = Wire()
    wire.tell(TITLE, f"{quote} {WIRE}")
    second = wire.tell("Globex profit climbs 34% as cloud demand outruns shops", f"{OWN} {quote}")
    assert second.joining.copy_of == ""


def test_an_own_report_between_copies_is_the_second_source() -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    wire.tell(f"{TITLE} - Yahoo Finance", WIRE)
    wire.tell("Globex profit climbs 34% as cloud demand outruns shops", OWN)
    wire.tell("Cloud orders lift Globex profit by a third", f"(Reuters) - {WIRE}")
    wire.tell("Globex profit climbs 34% as cloud demand outruns shops | MSN", OWN)

    assert [report.joining.copy_of for report in wire.reports] == ["", "e0", "", "e0", "e2"]
    assert wire.story.sources == 2
    assert "2 sources" in wire.shown
    assert "(+" not in wire.shown


def test_a_site_that_has_a_copy_and_a_report_of_its_own_is_a_source() -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    wire.tell(f"{TITLE} - Yahoo Finance", WIRE, source="yahoo")
    wire.tell("Globex profit climbs 34% as cloud demand outruns shops", OWN, source="yahoo")
    assert wire.story.sources == 2


def test_a_copy_on_a_trusted_site_does_not_raise_the_score() -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    alone = wire.score
    wire.tell(f"{TITLE} - Reuters", WIRE, weight=1.5)
    assert wire.score == alone


def test_a_company_that_only_the_longer_copy_names_is_scored_by_what_it_says() -> None:
    wire = Wire()
    wire.tell(TITLE, WIRE)
    wire.tell("Globex profit jumps 34%, Acme to follow", f"{WIRE}\nAcme reports on Friday.")
    scores = {match.watch: match for match in match_story(wire.story, WATCHLIST)}

    assert wire.reports[1].joining.copy_of == "e0"
    assert scores["acme"].entry == "e1"
    assert scores["acme"].score > 0
    assert not [point for point in scores["acme"].points if point.rule == "sources"]


async def test_five_sites_with_one_report_make_one_quiet_alert(tmp_path: Path) -> None:
    """From the feeds to the chat, with a restart in between; the sixth site has a report of its own."""
    names = [f"site{n}" for n in range(6)]
    tails = ["", " - Yahoo Finance", " | Reuters", "", "_MSN"]
    bodies = [WIRE, f"(Reuters) - {WIRE}", WIRE.partition("\n")[0], f"By Reuters\n{WIRE}", WIRE]
    async with Newsroom() as newsroom, Bureau(tmp_path, newsroom, *names) as bureau:
        for name in names:
            bureau.publish(feed(), name)
        await bureau.poll()
        for n, name in enumerate(names[:5]):
            title = "Cloud orders lift Globex profit by a third" if n == 3 else TITLE + tails[n]
            bureau.publish(
                feed(item(n, title, link=f"https://{name}.example/1", body=bodies[n], ago=-12 - n)), name
            )
            await bureau.poll(minutes=2)
            if n == 2:
                await bureau.restart()

        assert bureau.told == [TITLE]
        assert "Also" not in bureau.alert
        assert "sources" not in bureau.alert
        own = item(9, "Globex profit climbs 34% as cloud demand outruns shops", body=OWN, ago=-20)
        bureau.publish(feed({**own, "link": "https://site5.example/1"}), "site5")
        await bureau.poll()
        assert bureau.told == [TITLE]
        assert "Also Site5" in bureau.alert
        assert "2 sources" in bureau.alert
        assert bureau.replies == []
