"""What the status page says, and how quick the bot was. Rules as in ``phrases``."""

from __future__ import annotations

WEB: dict[str, tuple[str, str]] = {
    # how quick
    "speed_head": (
        "*Speed* · {span} · {count} {count:alert|alerts}",
        "*时效* · {span} · {count}条推送",
    ),
    "speed_published": (
        "Published to told: half within {median}, nine in ten within {most}",
        "发布至推送：半数在{median}内，九成在{most}内",
    ),
    "speed_read": (
        "Read to told: half within {median}, nine in ten within {most}",
        "读取至推送：半数在{median}内，九成在{most}内",
    ),
    "speed_watches": ("*Companies, published to told*", "*各公司，发布至推送*"),
    "speed_sources": ("*Slowest sources, published to told*", "*较慢的来源，发布至推送*"),
    "speed_line": (
        "{name} · {median}, nine in ten {most} · {count} {count:alert|alerts}",
        "{name} · {median}，九成在{most}内 · {count}条",
    ),
    "speed_status": (
        "Published to told: {published}, read to told: {read} (medians of 7 days)",
        "发布至推送：{published}，读取至推送：{read}（近 7 天中位数）",
    ),
    # the page
    "page_overview": ("Overview", "概览"),
    "page_sources": ("Sources", "来源"),
    "page_drawn": ("as of {time} ({place})", "更新于{time}（{place}）"),
    "page_state": ("How the bot is", "运行状况"),
    "page_well": ("All is well", "一切正常"),
    "page_look": (
        "{count} {count:thing needs|things need} a look",
        "{count}项需要留意",
    ),
    "page_lost": (
        "{receiver} takes no messages since {time} ({why})",
        "{receiver}自{time}起无法接收消息（{why}）",
    ),
    "page_dead_count": (
        "{count} {count:message was|messages were} given up",
        "{count}条消息已放弃发送",
    ),
    "page_ill": (
        "{count} of {total} {total:source is|sources are} in trouble",
        "{total}个来源中有{count}个异常",
    ),
    "page_odd": (
        "{count} {count:is|are} read, but something is odd",
        "{count}个可读取但有疑点",
    ),
    "page_backup_old": ("The last backup is from {time}", "最近一次备份为{time}"),
    "page_up": ("running", "已运行"),
    "page_told": ("told in 24 h", "24 小时内推送"),
    "page_quick": ("published to told, median", "发布至推送（中位数）"),
    "page_owed": ("owed now", "待发送"),
    "page_database": ("database", "数据库"),
    "page_backup": ("last backup", "最近备份"),
    "page_newest": ("Newest stories", "最新新闻"),
    "page_why": ("why", "原因"),
    "page_told_to": ("told to {receivers}", "已推送至{receivers}"),
    "page_no_stories": (
        "No story has matched a watch yet.",
        "尚无新闻匹配任何关注项。",
    ),
    "page_mentions": ("Stories a day", "每日新闻数"),
    "page_bar_words": (
        "{name}: {count} {count:story|stories} in 14 days, most on {day} ({most})",
        "{name}：14 天内{count}条，{day}最多（{most}条）",
    ),
    "page_more_companies": (
        "{count} more {count:company has|companies have} stories in these days",
        "另有{count}家公司在此期间有新闻",
    ),
    "page_ill_sources": ("Sources in trouble", "异常来源"),
    "page_all_sources": ("All {count} sources", "全部{count}个来源"),
    "page_sources_head": ("{count} {count:source|sources}", "{count}个来源"),
    "page_sources_well": ("All are read", "均正常读取"),
    "page_more_sources": (
        "{count} more {count:is|are} not shown here",
        "另有{count}个未在此列出",
    ),
    "page_owed_head": ("Owed now", "待发送"),
    "page_nothing_owed": ("Nothing is owed: all was sent.", "没有待发送的消息。"),
    "page_receiver": ("receiver", "接收者"),
    "page_kind": ("kind", "类型"),
    "page_count": ("count", "数量"),
    "page_due": ("due", "应发时间"),
    "page_dead_head": ("Given up", "已放弃"),
    "page_retry": ("To try them all again: {command}", "全部重试：{command}"),
    "page_speed": ("From published to told", "发布至推送"),
    "page_week": ("7 days", "近 7 天"),
    "page_by_company": ("company", "公司"),
    "page_by_source": ("slowest source", "较慢的来源"),
    "page_half": ("half within", "半数在"),
    "page_most": ("nine in ten", "九成在"),
    "page_alerts": ("alerts", "推送"),
    "page_who": ("Who was told", "推送情况"),
    "page_reports": ("Reports", "报道"),
    "kind_alert": ("alert", "推送"),
    "kind_reply": ("development", "新进展"),
    "kind_correction": ("correction", "更正"),
    "kind_answer": ("answer", "回答"),
    "kind_notice": ("notice", "通知"),
    "kind_greeting": ("greeting", "问候"),
    "kind_digest": ("digest", "摘要"),
    "kind_edit": ("edit", "编辑"),
}
