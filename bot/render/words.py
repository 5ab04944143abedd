"""The frame's words in both languages: how events, levels, points, reasons and troubles are called."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from string import Formatter

from bot.model import Level, Line, Reason, Span
from bot.render.asking_phrases import ASKING_LABELS
from bot.render.connecting_phrases import CONNECTING_LABELS
from bot.render.feedback_phrases import FEEDBACK_LABELS
from bot.render.following_phrases import FOLLOWING_LABELS
from bot.render.phrases import PHRASES
from bot.render.picture_phrases import PICTURES_LABELS
from bot.render.press_phrases import PRESS_LABELS
from bot.render.retry_phrases import RETRY_LABELS
from bot.render.slack_phrases import SLACK_LABELS
from bot.text import is_cjk

_Words = dict[str, tuple[str, str]]

DOTS = {Level.URGENT: "🔴", Level.IMPORTANT: "🟠", Level.NOTABLE: "🔵", Level.PASSING: "⚪"}
PAID = "🔒"
NO_HEADLINE = ("(no headline)", "（无标题）")

_LEVELS: dict[Level, str] = {
    Level.URGENT: "紧急",
    Level.IMPORTANT: "重要",
    Level.NOTABLE: "关注",
    Level.PASSING: "提及",
}
EVENTS: _Words = {
    "earnings": ("Earnings", "财报"),
    "funding": ("Funding", "融资"),
    "ipo": ("IPO", "上市"),
    "merger": ("Merger", "并购"),
    "product": ("Product", "产品"),
    "regulation": ("Regulation", "监管"),
    "executive": ("Executive", "高管"),
    "lawsuit": ("Lawsuit", "诉讼"),
    "layoffs": ("Layoffs", "裁员"),
    "outage": ("Outage", "故障"),
    "buyback": ("Buyback", "回购"),
    "contract": ("Contract", "合同"),
    "distress": ("Distress", "财务困境"),
    "recall": ("Recall", "召回"),
}
_POINTS: _Words = {
    "headline": ("company in headline", "公司在标题"),
    "segment": ("company in one part of a round-up", "公司在综述的一条"),
    "lead": ("company in the first paragraph", "公司在首段"),
    "text": ("text", "正文"),
    "share": ("main subject of the text", "正文主体"),
    "topic": ("topic in headline", "主题在标题"),
    "trusted": ("trusted source", "可信来源"),
    "doubtful": ("doubtful source", "来源存疑"),
    "sources": ("more sources", "多个来源"),
    "crowd": ("many companies", "多家公司并列"),
    "passing": ("mentioned in passing", "顺带提及"),
    "round_up": ("one of many in a round-up", "综述中的一条"),
    "watch": ("the watch's own", "关注项自定"),
}
_REASONS: _Words = {
    "first_report": ("first report", "首次报道"),
    "spike": ("more news of it than usual", "新闻量高于平时"),
    "more_sources": ("more sources", "更多来源"),
    "development": ("development", "新进展"),
    "correction": ("correction", "更正"),
    "in_digest": ("waits for the digest", "等待摘要"),
    "quiet_hours": ("quiet hours", "免打扰时段"),
    "over_budget": ("over your limit", "超出上限"),
    "already_told": ("already told", "已推送"),
    "below_threshold": ("below your threshold", "低于门槛"),
    "not_subject": ("mentioned in passing", "仅顺带提及"),
    "no_route": ("no route fits", "没有适用的路由"),
    "muted": ("muted", "已静音"),
    "baseline": ("from before the source was added", "来源添加前的旧闻"),
    "too_old": ("too old", "发布过久"),
    "round_up": ("one of many in a round-up", "综述中的一条"),
    "no_match": ("no watch matched", "未匹配任何关注项"),
}
_JOININGS: _Words = {
    "first": ("opened the story", "首篇"),
    "same_link": ("same link", "同一链接"),
    "same_title": ("same headline", "同一标题"),
    "same_text": ("same text", "同一正文"),
    "similar": ("similar headline", "标题相近"),
    "same_event": ("same event", "同一事件"),
    "split": ("split off by hand", "人工拆分"),
    "merged": ("stories merged", "事件合并"),
    "company": ("same company", "同一公司"),
}
_SHARES: _Words = {
    "by_words": ("wording", "措辞"),
    "by_rare_words": ("rare words", "罕见词"),
    "by_text": ("text", "正文"),
    "by_story": ("the rest of the story", "事件其余报道"),
    "by_lead": ("closer than other stories", "比其他事件更接近"),
    "by_facts": ("companies and figures", "公司与数字"),
    "by_difference": ("what differs", "相异之处"),
    "by_time": ("time between", "时间间隔"),
    "by_source": ("one source", "同一来源"),
    "by_default": ("what is asked of all", "基准要求"),
}
_TROUBLES: _Words = {
    "silent": ("silent", "静默"),
    "shrunk": ("has far fewer items than usual", "条目远少于往常"),
    "dns": ("can't be found (no such host)", "无法解析域名"),
    "refused": ("takes no connection", "拒绝连接"),
    "tls": ("has a broken certificate", "证书无效"),
    "timeout": ("does not answer in time", "响应超时"),
    "too_big": ("sends more than we take", "内容过大"),
    "bomb": ("sends more than we take once unpacked", "解压后内容过大"),
    "private": ("leads to a private address", "指向内网地址"),
    "scheme": ("leads to an address we don't open", "指向不支持的地址"),
    "redirects": ("redirects in circles", "循环跳转"),
    "encoding": ("can't be unpacked", "无法解压"),
    "protocol": ("does not speak HTTP", "不符合 HTTP 协议"),
    "status": ("answers with an error", "返回错误"),
    "network": ("can't be reached", "无法访问"),
    "robots": ("asks bots to stay away (robots.txt)", "禁止机器人访问（robots.txt）"),
    "host_rests": ("asks for a pause", "要求暂停访问"),
    "not_a_feed": ("is no longer a feed", "不再是订阅源"),
    "web_page": ("has become a web page", "已变为网页"),
    "page_changed": ("no longer shows its list", "页面中已找不到列表"),
    "complaint": ("answers with an error", "返回错误"),
    "empty": ("came back empty", "内容为空"),
    "entities": ("can't be read (forbidden entities)", "无法解析（含禁用实体）"),
    "too_deep": ("can't be read (nested too deeply)", "无法解析（嵌套过深）"),
    "memory": ("can't be read (takes too much memory)", "无法解析（内存超限）"),
    "crashed": ("can't be read", "无法解析"),
    "unsupported": ("has a format we don't read", "格式不支持"),
    "broken": ("breaks the bot", "导致机器人出错"),
}
_LABELS: _Words = {
    "why": ("Why", "原因"),
    "mute": ("Mute", "静音"),
    "snooze": ("Snooze", "暂停"),
    "undo": ("Undo", "撤销"),
    "steps": ("All steps", "全部步骤"),
    "split": ("Not one story", "不是同一事件"),
    "more_like": ("👍 More like this", "👍 多推此类"),
    "why_that": ("Why that one", "为何是它"),
    "search_headline": ("Search the headline", "搜索标题"),
    "search_all": ("Search everything", "搜索全部"),
    "all": ("All {count}", "全部 {count} 条"),
    "all_stories": ("All stories", "全部新闻"),
    "chart": ("Chart", "图表"),
    "poll": ("Poll now", "立即抓取"),
    "snooze_day": ("Snooze 1 day", "暂停 1 天"),
    "4h": ("4 h", "4 小时"),
    "1d": ("1 day", "1 天"),
    "7d": ("7 days", "7 天"),
    **ASKING_LABELS,
    **CONNECTING_LABELS,
    **FEEDBACK_LABELS,
    **FOLLOWING_LABELS,
    **PICTURES_LABELS,
    **PRESS_LABELS,
    **RETRY_LABELS,
    **SLACK_LABELS,
}


def line(language: str, key: str, /, **values: str | int | Span) -> Line:
    """Return a phrase as spans; a value may be a span of its own (a link, a struck text)."""
    phrase = PHRASES[key][language == "zh"]
    spans: list[Span] = []
    bold = False
    for literal, name, spec, _ in Formatter().parse(phrase):
        for part, text in enumerate(literal.split("*")):
            bold = bold != (part > 0)
            _append(spans, Span(text, bold=bold), gap=language == "zh")
        if name is not None:
            span = _value(values[name], spec or "")
            _append(spans, replace(span, bold=bold or span.bold), gap=language == "zh")
    return tuple(spans)


def say(language: str, key: str, /, **values: str | int | Span) -> str:
    """Return a phrase as plain text."""
    return "".join(span.text for span in line(language, key, **values))


def event_word(kind: str, language: str) -> str:
    """Return the event as the first line says it: ``Earnings``, ``财报``; unknown kinds print their name."""
    return _word(EVENTS, kind, language)


def event_in_passing(kind: str, language: str) -> str:
    """Return the event inside a line: ``earnings``, ``IPO``."""
    word = event_word(kind, language)
    return word if word.isupper() else word.lower()


def level_word(level: Level, language: str) -> str:
    """Return the level's word: ``urgent``, ``紧急``."""
    return _LEVELS[level] if language == "zh" else level.word


def point_word(rule: str, language: str) -> str:
    """Return what a point's rule means: ``company in headline``; unknown rules print their name."""
    kind = rule.removeprefix("event:")
    if kind != rule:
        return event_in_passing(kind, language)
    return _word(_POINTS, rule, language, capital=False)


def reason_word(reason: Reason | str, language: str) -> str:
    """Return why a receiver hears or not: ``first report``, ``低于门槛``."""
    return _word(_REASONS, str(reason), language, capital=False)


def joining_word(rule: str, language: str) -> str:
    """Return why an entry stands in a story: ``same headline``."""
    return _word(_JOININGS, rule, language, capital=False)


def share_word(name: str, language: str) -> str:
    """Return what a share of a margin comes from: ``wording``."""
    return _word(_SHARES, name, language, capital=False)


def trouble_word(reason: str, language: str) -> str:
    """Return what is wrong with a source: ``does not answer in time``."""
    return _word(_TROUBLES, reason, language, capital=False)


def trouble_words(reason: str, status: int | None, language: str) -> str:
    """Return what is wrong with a source, with the HTTP status if there is one: ``refuses us (403)``."""
    if status is None or reason == "robots":
        return trouble_word(reason, language)
    if status == 410:
        return say(language, "gone", status=str(status))
    return say(language, "refuses" if status in {401, 403, 429, 451} else "answers", status=str(status))


def label(key: str, language: str, count: int = 0) -> str:
    """Return the label of a button."""
    return _LABELS[key][language == "zh"].replace("{count}", str(count))


def quoted(text: str, language: str) -> str:
    """Return the text in the language's quotation marks."""
    return f"「{text}」" if language == "zh" else f"“{text}”"


def listed(parts: Iterable[str], language: str) -> str:
    """Return the parts as a list in a sentence: ``a, b`` or ``甲、乙``."""
    return ("、" if language == "zh" else ", ").join(parts)


def quoted_list(parts: Iterable[str], language: str) -> str:
    """Return quoted parts; Chinese quotation marks need nothing between them."""
    return ("" if language == "zh" else ", ").join(quoted(part, language) for part in parts)


def colon(language: str) -> str:
    """Return the colon with its space."""
    return "：" if language == "zh" else ": "


def comma(language: str) -> str:
    """Return the comma with its space."""
    return "，" if language == "zh" else ", "


def semicolon(language: str) -> str:
    """Return the semicolon with its space."""
    return "；" if language == "zh" else "; "


def _word(table: _Words, key: str, language: str, *, capital: bool = True) -> str:
    if key in table:
        return table[key][language == "zh"]
    name = " ".join(key.replace("_", " ").split())
    return name[:1].upper() + name[1:] if capital else name


def _value(value: str | int | Span, spec: str) -> Span:
    if isinstance(value, Span):
        return value
    if "|" in spec:
        return Span(spec.split("|")[value != 1])
    return Span(f"{value:,}" if isinstance(value, int) else value)


def _append(spans: list[Span], span: Span, *, gap: bool) -> None:
    """Add a span, in Chinese with a gap where an ideograph meets a Latin letter or a digit."""
    if not span.text:
        return
    if spans and gap and _gapped(spans[-1].text[-1], span.text[0]):
        _append(spans, Span(" ", bold=spans[-1].bold and span.bold), gap=False)
    if spans and replace(spans[-1], text="") == replace(span, text=""):
        spans[-1] = replace(span, text=spans[-1].text + span.text)
    else:
        spans.append(span)


def _gapped(before: str, after: str) -> bool:
    return (is_cjk(before) and (_latin(after) or after == "/")) or (_latin(before) and is_cjk(after))


def _latin(character: str) -> bool:
    return character.isalnum() and not is_cjk(character)
