"""Headlines in five languages, documents that hold them, and what publishers do to their bytes.

A document is *written* in one encoding and *declares* another, in its prolog (or meta tag) or by HTTP.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from html import escape

from bot.errors import ParseError
from bot.parsers import parse

HEADLINES: dict[str, tuple[str, ...]] = {
    "en": (
        "Ärzte’s café chain “Förde” posts €12m loss",
        "Nestlé buys Zürich start-up for £80 million – sources",
        "Chip maker’s third-quarter profit beats forecasts",
        "L’Oréal names new Asia chief",
        "Señor Müller’s “naïve” résumé: how a fraud began",
        "Plain news about a plain company",
    ),
    "zh-Hans": (
        "腾讯第三季度营收同比增长，云业务加速",
        "月之暗面完成新一轮融资，估值超百亿",
        "朱镕基题词拍出高价",
        "阿里云宣布降价",
        "OpenAI发布新模型",
        "比亚迪前三季度净利润同比下滑，股价跌超5%",
    ),
    "zh-Hant": (
        "騰訊第三季營收成長，雲端業務加速",
        "台積電宣布在美國設新廠，投資額達千億",
        "鴻海與輝達合作打造AI工廠",
        "小米汽車銷量創新高",
        "港交所擬縮短新股上市時間表",
        "聯發科法說會：第四季營收估季減",
    ),
    "ja": (
        "ソフトバンク、アリババ株を売却",
        "トヨタ自動車、中国で電気自動車の新会社を設立",
        "任天堂が新型ゲーム機を発表",
        "ソニーの営業利益は過去最高に",
        "日銀、利上げを見送り　円相場は下落",
        "楽天モバイル、契約数が1000万を突破",
    ),
    "ko": (
        "삼성전자 3분기 영업이익 증가 전망",
        "네이버, 중국 인공지능 기업과 협력",
        "현대차 중국 공장 매각 추진",
        "카카오 주가 급락",
        "에스케이하이닉스 고대역폭메모리 공급 계약 체결",
        "한국은행 기준금리 동결",
    ),
}
TEXTS: dict[str, str] = {
    "en": "The company’s board met in Zürich on Tuesday; “we are pleased”, said its chairman, André Gül.",
    "zh-Hans": "公司表示，本季度增长主要来自云计算与人工智能业务，管理层对明年的市场需求持谨慎乐观态度。",
    "zh-Hant": "公司表示，本季成長主要來自雲端運算與人工智慧業務，管理階層對明年的市場需求抱持審慎樂觀態度。",
    "ja": "同社は火曜日、今期の業績予想を上方修正すると発表した。クラウド事業の伸びが寄与したという。",
    "ko": "회사는 화요일 이번 분기 실적 전망을 상향 조정한다고 밝혔다. 클라우드 사업의 성장이 기여했다.",
}
TWICE = "twice"
"""UTF-8 that was read as latin-1 once and written as UTF-8 again."""
WRITTEN: dict[str, tuple[str, ...]] = {
    "en": ("utf-8", "cp1252", "utf-16-le", "utf-16-be", TWICE),
    "zh-Hans": ("utf-8", "gbk", "gb18030", "utf-16-le", "utf-16-be", TWICE),
    "zh-Hant": ("utf-8", "big5", "big5hkscs", "gbk", "utf-16-le", "utf-16-be", TWICE),
    "ja": ("utf-8", "cp932", "euc_jp", "iso2022_jp", "utf-16-le", "utf-16-be", TWICE),
    "ko": ("utf-8", "euc_kr", "cp949", "utf-16-le", "utf-16-be", TWICE),
}
DECLARED = (
    *("", "utf-8", "gb2312", "gbk", "big5", "shift_jis", "euc-jp", "euc-kr", "iso-8859-1", "windows-1252"),
    *("utf-16", "utf-7", "idna", "no-such-thing"),
)
FORMS = ("xml", "html", "json")
SELECTORS = {"item": "article", "title": "h2", "summary": "p"}


@dataclass(frozen=True)
class Case:
    """One document: what it says, how it is written, and what it declares where."""

    language: str
    headline: str
    written: str
    declared: str
    http: bool
    form: str
    long: bool

    def body(self) -> bytes:
        """Return its bytes."""
        texts = [(self.headline, TEXTS[self.language] if self.long else "")]
        if self.long:
            others = (title for title in HEADLINES[self.language] if title != self.headline)
            texts += [(other, TEXTS[self.language]) for other in others]
        named = "" if self.http else self.declared
        text = {"xml": _feed, "html": _page, "json": _json}[self.form](texts, named)
        if self.written == TWICE:
            return text.encode().decode("latin-1").encode()
        return text.encode(self.written)

    @property
    def content_type(self) -> str:
        """Return what HTTP says about it."""
        plain = {"xml": "text/xml", "html": "text/html", "json": "application/json"}[self.form]
        return f"{plain}; charset={self.declared}" if self.http and self.declared else plain


def _feed(texts: list[tuple[str, str]], declared: str) -> str:
    prolog = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""
    entries = "".join(
        f"<item><title>{escape(title, quote=False)}</title><guid>{at}</guid>"
        f"<description>{text}</description></item>"
        for at, (title, text) in enumerate(texts)
    )
    return f'{prolog}<rss version="2.0"><channel>{entries}</channel></rss>'


def _page(texts: list[tuple[str, str]], declared: str) -> str:
    meta = f'<meta charset="{declared}">' if declared else ""
    articles = "".join(
        f'<article><h2><a href="/{at}">{title}</a></h2><p>{text}</p></article>'
        for at, (title, text) in enumerate(texts)
    )
    return f"<!doctype html><html><head>{meta}</head><body>{articles}</body></html>"


def _json(texts: list[tuple[str, str]], _declared: str) -> str:
    items = [
        {"id": str(at), "url": f"https://example.com/{at}", "title": title, "content_text": text}
        for at, (title, text) in enumerate(texts)
    ]
    return json.dumps({"version": "https://jsonfeed.org/version/1.1", "items": items}, ensure_ascii=False)


def cases(form: str, *, long: bool) -> Iterator[Case]:
    """Yield every document of a form and length that can be written."""
    for language, headlines in HEADLINES.items():
        for written in WRITTEN[language]:
            for declared in DECLARED:
                for http in (False, True) if declared and form != "json" else (True,):
                    for headline in headlines:
                        case = Case(language, headline, written, declared, http, form, long)
                        with suppress(UnicodeEncodeError):
                            case.body()
                            yield case


def outcome(case: Case) -> str:
    """Return exact, flagged (by a warning or an error) or silent, which is mojibake that nobody hears of."""
    kind, selectors = ("page", SELECTORS) if case.form == "html" else ("auto", {})
    try:
        document = parse(case.body(), content_type=case.content_type, kind=kind, selectors=selectors)
    except ParseError:
        return "flagged"
    titles = [entry.title for entry in document.entries]
    if case.headline.replace("\u3000", " ") in titles:
        return "exact"
    return "flagged" if document.warnings else "silent"
