"""What the shipped pages and JSON lists look like, as small as it goes: invented news in the shape of each site."""

from __future__ import annotations

import json
from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """A document, and the first headline that must be read from it."""

    body: str
    title: str
    url: str
    count: int = 2
    day: str = ""
    """The day of the headline, where the list tells it."""


def _page(body: str) -> str:
    return f'<!doctype html><html><head><meta charset="utf-8"><title>列表</title></head><body>{body}</body></html>'


def _json(value: object) -> str:
    return json.dumps(value, ensure_ascii=False)


def _times(item: str, count: int = 2) -> str:
    return "".join(item.replace("#", str(at)) for at in range(1, count + 1))


def _stcn(section: str) -> Shape:
    item = (
        '<li><div class="content"><div class="tt"><a href="/article/detail/10#.html">青鸟机器人签约 #</a></div>'
        '<div class="text">两家公司今日签约。</div>'
        '<div class="info"><span>记者</span><span>09:3#</span></div></div></li>'
    )
    return Shape(
        _page(
            f'<nav><ul><li><a href="/{section}">导航</a></li></ul></nav><ul class="infinite-list">{_times(item)}</ul>'
        ),
        "青鸟机器人签约 1",
        "https://www.stcn.com/article/detail/101.html",
    )


def _hkex(language: str, codes: tuple[str, str, str], title: str, shown: str) -> Shape:
    kept, *routine = codes
    filing = {"title": title, "relTime": "20/11/2026 16:46", "market": "SEHK", "ext": "pdf", "newsId": 1}
    stock = [{"sc": "09777", "sn": "BLUEBIRD-W"}, {"sc": "89777", "sn": "BLUEBIRD-WR"}]
    path = f"/listedco/listconews/sehk/2026/1120/1_{language}.pdf"
    news = [
        filing | {"lTxt": kept, "stock": stock, "webPath": path},
        *(filing | {"lTxt": each, "stock": stock, "webPath": path + each} for each in routine),
        filing | {"lTxt": kept, "stock": None, "webPath": "/of-no-company.pdf"},
    ]
    answer = {"genDate": "1795170000000", "maxNumOfFile": 1, "newsInfoLst": news}
    return Shape(_json(answer), shown, f"https://www1.hkexnews.hk{path}", count=1)


def _hugging_face(name: str) -> Shape:
    model = {"_id": "6", "id": name, "modelId": name, "createdAt": "2026-11-20T08:00:00.000Z", "likes": 3}
    older = model | {"id": f"{name}-Base", "createdAt": "2026-11-19T08:00:00.000Z"}
    return Shape(
        _json([model, older]),
        f"New model on Hugging Face: {name}",
        f"https://huggingface.co/{name}",
        day="2026-11-20",
    )


def _pages() -> dict[str, Shape]:
    return {
        "stcn": _stcn("article/list/cj.html"),
        "stcn-companies": _stcn("article/list/yw.html"),
        "sse-news": Shape(
            _page(
                '<div class="sse_list_1 js_listPage"><dl>'
                + _times(
                    '<dd><span> 2026-11-2# </span><a href="/aboutus/mediacenter/hotandd/c/c_#.shtml"'
                    ' title="上交所举办第 # 场培训">上交所举办第…</a></dd>'
                )
                + "</dl></div>"
            ),
            "上交所举办第 1 场培训",
            "https://www.sse.com.cn/aboutus/mediacenter/hotandd/c/c_1.shtml",
            day="2026-11-21",
        ),
        "csrc-news": Shape(
            _page(
                '<ul><li><a href="/csrc/c100023/common_list.shtml">导航</a></li></ul><ul class="list">'
                + _times(
                    '<li><a href="/csrc/c100028/c75#/content.shtml">证监会公布第 # 号规定</a>'
                    '<span class="time">11-2#</span></li>'
                )
                + "</ul>"
            ),
            "证监会公布第 1 号规定",
            "https://www.csrc.gov.cn/csrc/c100028/c751/content.shtml",
        ),
        "pbc-news": Shape(
            _page(
                "<table><tr><td><table>"
                + _times(
                    '<tr><td height="22"><font class="newslist_style">'
                    '<a href="/goutongjiaoliu/113456/113469/2026112#/index.html" istitle="true">第 # 号公告</a></font>'
                    '<span class="hui12">2026-11-2#</span></td></tr>'
                )
                + "</table></td></tr></table>"
            ),
            "第 1 号公告",
            "https://www.pbc.gov.cn/goutongjiaoliu/113456/113469/20261121/index.html",
            day="2026-11-21",
        ),
        "ndrc-news": Shape(
            _page(
                '<ul class="u-list">'
                + _times(
                    '<li><a href="./202611/t2026112#_1.html" title="发布会 #">发布会 #</a><span>2026/11/2#</span></li>'
                )
                + '<li class="empty"></li></ul>'
            ),
            "发布会 1",
            "https://www.ndrc.gov.cn/xwdt/xwfb/202611/t20261121_1.html",
            day="2026-11-21",
        ),
        "nda-news": Shape(
            _page(
                '<ul class="u-list">'
                + _times(
                    '<li><a href="/sjj/swdt/xwfb/112#/2026112#_pc.html" title="数据 #">数据 #</a>'
                    "<span>2026.11.2#</span></li>"
                )
                + "</ul>"
            ),
            "数据 1",
            "https://www.nda.gov.cn/sjj/swdt/xwfb/1121/20261121_pc.html",
            day="2026-11-21",
        ),
        "cac-news": Shape(
            _page(
                '<ul><li><a href="/index.htm">首页</a></li></ul><ul id="loadingInfoPage">'
                + _times(
                    "<li><h5><a href=//www.cac.gov.cn/2026-11/2#/c_#.htm target=_blank title=办法>管理办法 #</a></h5>"
                    '<div class="times">2026-11-2#</div></li>'
                )
                + "</ul>"
            ),
            "管理办法 1",
            "https://www.cac.gov.cn/2026-11/21/c_1.htm",
            day="2026-11-21",
        ),
        "deepseek-news": Shape(
            _page(
                '<ul class="menu__list"><li><a class="menu__link" href="/quick_start/pricing">Pricing</a></li>'
                + _times(
                    '<li class="theme-doc-sidebar-item-link menu__list-item">'
                    '<a class="menu__link" href="/news/news26112#">DeepSeek-V9.# Release 2026/11/2#</a></li>'
                )
                + "</ul>"
            ),
            "DeepSeek-V9.1 Release 2026/11/21",
            "https://api-docs.deepseek.com/news/news261121",
        ),
    }


def _lists() -> dict[str, Shape]:
    return {
        "sina-tech": Shape(
            _json(
                {
                    "result": {
                        "status": {"code": 0, "msg": "succ"},
                        "data": [
                            {
                                "docid": f"comos:{at}",
                                "title": f"青鸟发布机械臂 {at}",
                                "url": f"https://finance.sina.com.cn/tech/2026-11-20/doc-{at}.shtml",
                                "ctime": "1795165200",
                                "intro": "今日发布。",
                                "media_name": "港湾社",
                            }
                            for at in (1, 2)
                        ],
                    }
                }
            ),
            "青鸟发布机械臂 1",
            "https://finance.sina.com.cn/tech/2026-11-20/doc-1.shtml",
            day="2026-11-20",
        ),
        "wallstreetcn-live": Shape(
            _json(
                {
                    "code": 20000,
                    "message": "OK",
                    "data": {
                        "next_cursor": "9",
                        "items": [
                            {
                                "id": at,
                                "title": "" if at == 1 else "青鸟回应",
                                "content_text": "【青鸟机器人递表港交所】青鸟机器人今日向港交所递交上市申请。",
                                "uri": f"https://wallstreetcn.com/livenews/{at}",
                                "display_time": 1795165200,
                                "score": 1,
                            }
                            for at in (1, 2)
                        ],
                    },
                }
            ),
            "青鸟机器人递表港交所",
            "https://wallstreetcn.com/livenews/1",
            day="2026-11-20",
        ),
        "caixin": Shape(
            _json(
                {
                    "code": 0,
                    "msg": "",
                    "data": {
                        "articleList": [
                            {
                                "title": f"青鸟机器人上市 {at}",
                                "summary": "发行价确定。",
                                "url": f"https://companies.caixin.com/2026-11-20/10{at}.html",
                                "time": 1795165200000,
                                "channelObject": {"name": "公司"},
                            }
                            for at in (1, 2)
                        ]
                    },
                }
            ),
            "青鸟机器人上市 1",
            "https://companies.caixin.com/2026-11-20/101.html",
            day="2026-11-20",
        ),
        "yicai": Shape(
            _json(
                [
                    {
                        "NewsID": at,
                        "NewsTitle": f"青鸟机器人扩产 {at}",
                        "NewsNotes": "新厂投产。",
                        "CreateDate": "2026-11-20T09:30:00",
                        "url": f"/news/10{at}.html",
                    }
                    for at in (1, 2)
                ]
            ),
            "青鸟机器人扩产 1",
            "https://www.yicai.com/news/101.html",
            day="2026-11-20",
        ),
        "hkex-filings": _hkex(
            "e",
            (
                "Announcements and Notices - [Interim Results]",
                "Next Day Disclosure Returns - [Others]",
                "Monthly Returns",
            ),
            "INTERIM RESULTS\nFOR SIX MONTHS",
            "BLUEBIRD-W (09777.HK): INTERIM RESULTS FOR SIX MONTHS",
        ),
        "hkex-filings-zh": _hkex(
            "c",
            ("公告及通告 - [中期業績]", "翌日披露報表 - [其他]", "月報表"),
            "中期業績",
            "BLUEBIRD-W (09777.HK)：中期業績",
        ),
        "eastmoney-filings": Shape(
            _json(
                {
                    "success": 1,
                    "data": {
                        "total_hits": 2,
                        "list": [
                            {
                                "art_code": f"AN20261120{at}",
                                "title": f"青鸟机器人:第 {at} 号公告",
                                "display_time": "2026-11-20 17:30:12:302",
                                "notice_date": "2026-11-21 00:00:00",
                                "columns": [{"column_code": "001", "column_name": "重大合同"}],
                                "codes": [
                                    {"stock_code": "688777", "short_name": "青鸟机器人", "ann_type": "A,SHA"}
                                ],
                            }
                            for at in (1, 2)
                        ],
                    },
                }
            ),
            "青鸟机器人:第 1 号公告",
            "https://data.eastmoney.com/notices/detail/688777/AN202611201.html",
            day="2026-11-20",
        ),
        "gov-cn-policy": Shape(
            _json(
                [
                    {
                        "TITLE": f"机器人条例 {at}",
                        "SUB_TITLE": "",
                        "URL": f"https://www.gov.cn/zhengce/content/202611/content_{at}.htm",
                        "DOCRELPUBTIME": "2026-11-20",
                    }
                    for at in range(1, 151)
                ]
            ),
            "机器人条例 1",
            "https://www.gov.cn/zhengce/content/202611/content_1.htm",
            count=100,
            day="2026-11-20",
        ),
        "federal-register-bis": Shape(
            _json(
                {
                    "count": 2,
                    "results": [
                        {
                            "title": f"Addition of Entities, Part {at}",
                            "type": "Rule",
                            "abstract": "The Bureau amends the list.",
                            "document_number": f"2026-{at}",
                            "html_url": f"https://www.federalregister.gov/documents/2026/11/20/2026-{at}/addition",
                            "publication_date": "2026-11-20",
                        }
                        for at in (1, 2)
                    ],
                }
            ),
            "Addition of Entities, Part 1",
            "https://www.federalregister.gov/documents/2026/11/20/2026-1/addition",
            day="2026-11-20",
        ),
        "hf-deepseek": _hugging_face("deepseek-ai/DeepSeek-V9"),
        "hf-qwen": _hugging_face("Qwen/Qwen9-8B"),
        "hf-moonshot": _hugging_face("moonshotai/Kimi-K9"),
        "hf-zai": _hugging_face("zai-org/GLM-9"),
        "hf-minimax": _hugging_face("MiniMaxAI/MiniMax-M9"),
    }


SHAPES: dict[str, Shape] = _pages() | _lists()
"""By the id of the source."""
