"""What is said of pictures, timelines and the week. Rules as in ``phrases``."""

from __future__ import annotations

PICTURES: dict[str, tuple[str, str]] = {
    # in the picture
    "picture_week": ("Your week · {days}", "本周 · {days}"),
    "picture_chart": ("{names} · {days}", "{names} · {days}"),
    "picture_all": ("All watches", "全部关注"),
    "picture_total": ("{count} {count:story|stories}", "{count}条"),
    "picture_against": ("vs", "较上周"),
    "picture_others": ("{count} others", "其他{count}个"),
    "picture_no_event": ("Other", "其他"),
    "picture_alt": ("Stories a day: {rows}", "每日条数：{rows}"),
    "picture_alt_weeks": ("Stories a week: {rows}", "每周条数：{rows}"),
    # the caption of a chart
    "chart_head": ("*{names}* · {days} · {count} {count:story|stories}", "*{names}* · {days} · {count}条"),
    "chart_before": (
        "{before} in the same time before ({sign})",
        "此前同期{before}条（{sign}）",
    ),
    "chart_before_same": ("{before} in the same time before", "此前同期{before}条"),
    "chart_most": ("Most on {day}: {count}", "最多一天：{day}，{count}条"),
    "chart_nothing": ("*{names}* · nothing in {days}", "*{names}* · {days}没有新闻"),
    "chart_longest": ("A picture shows a year at most: since:365d", "图表最长一年：since:365d"),
    "chart_mean": ("Did you mean {command}?", "是否要用{command}？"),
    "picture_saved": ("Saved as {path}", "已保存：{path}"),
    # a timeline
    "timeline_head": (
        "*{name}* · {span} · {count} {count:story|stories}",
        "*{name}* · {span} · {count}条",
    ),
    "timeline_more": ("{count} more that day", "当日另{count}条"),
    "timeline_earlier": ("{count} {count:story|stories} on earlier days", "更早还有{count}条"),
    "timeline_rest": ("All of them: {command}", "全部：{command}"),
    "timeline_who": (
        "Say whose: {command}",
        "请写明公司：{command}",
    ),
    "timeline_nothing": ("*{name}* · nothing in {span}", "*{name}* · {span}内没有新闻"),
    # digests
    "usually_between": (" (usually {least}-{most} a week)", "（通常每周 {least}-{most} 条）"),
    "digest_others": (
        "{count} more {count:company|companies}: {names}",
        "另{count}家公司：{names}",
    ),
    "all_head": ("*All {count} {count:story|stories}* · {day}", "*全部{count}条* · {day}"),
    "all_page": (" · page {page}", " · 第{page}页"),
    "digest_gone": (
        "This digest is no longer kept: its stories are older than what is stored.",
        "此摘要已不再保存：其新闻已超出保存期限。",
    ),
    "digest_other_chat": ("This digest belongs to another chat.", "此摘要属于另一个聊天。"),
    "digest_empty": ("Nothing waits for a digest.", "没有待汇总的新闻。"),
    "digest_next": ("The next one is due {time}.", "下一次摘要：{time}。"),
    "digest_waiting": ("*Waiting for the digest* · {count} {count:story|stories}", "*待汇总* · {count}条"),
    "digest_coming": (
        "The digest comes: {count} {count:story|stories} for {to}.",
        "摘要即将发送：{to}，{count}条。",
    ),
    "digest_nobody": (
        "This chat is no receiver, so nothing waits for it.",
        "此聊天不是接收方，没有待汇总的新闻。",
    ),
    "digest_receivers": (" The receivers are {names}.", "接收方：{names}。"),
}
PICTURES_LABELS: dict[str, tuple[str, str]] = {
    "next_stories": ("More", "更多"),
}
