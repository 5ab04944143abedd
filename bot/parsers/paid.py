"""What is only for those who pay: told by a category, a mark in the headline, or how the text breaks off.

An article *about* paywalls, members or subscribers is not paid: phrases count only where a sentence begins
with them and the text ends there.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

_CATEGORIES = frozenset(
    {
        "paid", "premium content", "premium article", "premium articles", "premium only", "subscribers only",
        "subscriber only", "for subscribers", "subscriber exclusive", "subscriber exclusives", "members only",
        "member only", "only paid", "locked", "paywalled", "付费", "付费文章", "付费内容", "付费阅读", "会员专享",
        "会员专属", "会员文章", "vip专享", "订阅专享",
    }
)  # fmt: skip
_SEPARATORS = re.compile(r"[-_\s]+")

_MARK = (
    r"(?:paid|premium|premium content|paywall|subscribers? (?:only|exclusive)|for subscribers|members?[- ]only|"
    r"付费|付费文章|付费阅读|付费内容|会员专享|会员专属|会员文章|VIP专享|订阅专享)"
)
_IN_TITLE = re.compile(
    rf"\s*[\[【(（]\s*{_MARK}\s*[\]】)）]|\s*(?:🔒|🔐)|.*(?:[\[【(（]\s*{_MARK}\s*[\]】)）]|🔒|🔐|\s[∙·•|]\s*paid)\s*$",
    re.IGNORECASE | re.DOTALL,
)

_WHO = (
    r"(?:paid|paying|premium|full|free|registered|plus|pro|vip|our|all)?\s*(?:subscribers?|members?|readers)"
)
_WHAT = r"(?:post|article|story|content|newsletter|issue|episode|report|page|piece|section)"
_READ = r"(?:read|continue|keep|unlock|access|view|see|enjoy)"
_JOIN = r"(?:subscribe|sign[ -]?up|sign[ -]?in|log[ -]?in|register|upgrade|join|pay|become)"
_ENGLISH = (
    rf"th(?:is|e (?:rest|remainder|full)(?: of (?:this|the))?) (?:{_WHAT} )?(?:is|are) (?:only |exclusively )?(?:for|"
    rf"available (?:only )?(?:to|for)|reserved for|exclusive to|limited to|behind) +(?:{_WHO}|(?:a|the|our) paywall)|"
    rf"(?:please )?{_JOIN}(?: now| today| here| to paid| for free)* to {_READ}\b(?! more about)|"
    r"(?:to )?(?:continue|keep) reading,? "
    r"(?:please |you (?:must|need)|subscribe|sign|log|become|register|this \w+|with a|for \S+)|"
    rf"to (?:{_READ}|keep reading) (?:the (?:rest|full)|this|more).{{0,60}}{_JOIN}|"
    rf"become a (?:paid |paying )?(?:subscriber|member) (?:to|and) {_READ}|"
    r"already (?:a |have a )?(?:paid |paying )?(?:subscriber|member|subscription|subscribed)|"
    rf"(?:unlock|get (?:full |unlimited )?access to) (?:the|this) (?:full |whole |rest of (?:this|the) )?{_WHAT}|"
    r"(?:exclusive(?:ly)? |only )?(?:for|to) (?:paid |paying |premium )?(?:subscribers|members)(?: only)?|"
    rf"(?:subscriber|member)s?[- ](?:only|exclusive)(?: {_WHAT})?|"
    r"(?:subscription|registration|membership) required|"
    r"start your (?:free )?trial(?: now| today)? to|"
    r"you(?:'ve| have|’ve) (?:reached|used|read|hit) (?:all )?(?:of )?your .{0,40}(?:free|limit)|"
    r"upgrade to (?:a )?paid|"
    rf"read the (?:full|whole|complete) {_WHAT} with a subscription|"
    r"this is a (?:free )?preview|"
    r"premium (?:content|article)(?=\s*(?:\Z|[.:!|–—-]))"
)
_CHINESE = (
    r"(?:付费|订阅|登录|购买|解锁|开通(?:会员|vip)?|加入会员|成为会员|充值|升级会员)(?:之后|后|以|即可|才能|就能|，|,)*可?能?(?:继续|即可)?"
    r"(?:阅读|查看|解锁|浏览|观看)(?:全文|剩余|余下|完整|更多|全部|本文|后续)?|"
    r"(?:本文|此文|该文|本篇|全文|以下内容|以下为|后续内容|剩余内容|余下内容)(?:是|为|系|仅限|仅供|只对|需要?|仅对|须)?\S{0,4}?"
    r"(?:付费|会员|vip|订阅)|"
    r"(?:剩余|余下|还有|后面还有)[^。！？\n]{0,16}(?:付费|订阅|会员|解锁|vip)|"
    r"试读(?:已)?(?:结束|完毕)|试读部分|"
    r"(?:会员|vip|订阅者|订阅用户|付费)(?:专享|专属|可见|可读)|"
    r"(?:付费|会员|vip)(?:文章|内容|阅读)$|"
    r"(?:点击|扫码|立即)?(?:解锁|阅读)全文(?:需|请|，|须)?\S{0,8}(?:付费|订阅|会员|登录|购买|$)"
)
_BEGIN = r"(?:^|[.!?…。！？；;:：\n]\s*[\"'”’」』)）\]】]*\s*|[\[【(（<>|/／∙·•–—-]\s*|🔒\s*|\*\s*)"
_AT_THE_END = re.compile(
    rf"{_BEGIN}(?:{_ENGLISH})\b[^\n]{{0,160}}\Z|{_BEGIN}(?:{_CHINESE})\S{{0,40}}\Z",
    re.IGNORECASE,
)
_ENDING = 320


def by_category(categories: Iterable[str]) -> bool:
    """Tell whether one of an entry's categories says that it is paid (``Paid``, 付费文章)."""
    return any(_SEPARATORS.sub(" ", name.strip().casefold()) in _CATEGORIES for name in categories)


def by_words(title: str, text: str) -> bool:
    """Tell whether a headline is marked as paid, or its text ends by asking for a subscription.

    ``text`` is plain, the longest that is known of the entry.
    """
    return _IN_TITLE.match(title) is not None or breaks_off(text)


def breaks_off(text: str) -> bool:
    """Tell whether a text ends where the part begins that is to be paid for."""
    ending = text.rstrip()[-_ENDING:]
    lines = ending.split("\n")
    # Below the sentence that asks there may stand one more line, such as the name of the offer.
    return any(_AT_THE_END.search("\n".join(lines[:count])) for count in {len(lines), max(1, len(lines) - 1)})
