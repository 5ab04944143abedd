"""What is said of questions: help, exports, plans. Rules as in ``phrases``."""

from __future__ import annotations

ASKING: dict[str, tuple[str, str]] = {
    # help
    "help_one": ("{command} tells more of one, with examples.", "{command}可查看某个命令的用法与示例。"),
    "help_changing": (
        "*Admins* change things with {verbs}: {command}",
        "*管理员*可更改设置：{verbs}，见{command}",
    ),
    "help_admins_only": (" (admins)", "（管理员）"),
    "help_examples": ("For example", "示例"),
    "help_also": ("Also: {words}", "亦可写作：{words}"),
    "help_guarded": ("Admins can do more with it.", "管理员另有更多用法。"),
    # queries
    "query_span": (
        "{value} is not a time: write 30m, 12h, 3d, 2w, today or 2026-11-01.",
        "{value}不是时间：请写 30分钟、12小时、3天、2周、今天或 2026-11-01。",
    ),
    "query_year": (
        "{value} is too far away: write a day between {first} and {last}, as in 2026-11-01.",
        "{value}过于久远：请写 {first} 至 {last} 年间的日期，例如 2026-11-01。",
    ),
    "query_score": (
        "{value} is not a score: write score>60, score<40 or score>=important.",
        "{value}不是分数：请写 score>60、score<40 或 score>=重要。",
    ),
    "query_minus": (
        "Only words can be left out, as in -gaming; {key}: chooses what is shown.",
        "减号只能排除词语，如 -游戏；{key}: 用于选择显示的内容。",
    ),
    "query_no_watch": ("There is no watch {name}.", "没有名为{name}的关注项。"),
    "query_no_source": ("There is no source {name}.", "没有名为{name}的来源。"),
    "query_no_event": ("There is no kind of event {name}.", "没有名为{name}的事件类型。"),
    "query_no_lang": ("{name} is not a language here.", "不支持语言{name}。"),
    "query_mean": ("Did you mean {value}?", "是否要写 {value}？"),
    "query_such_as": ("There are {values}.", "可写：{values}。"),
    "query_sources": ("{command} lists them.", "{command}列出全部来源。"),
    "search_what": (
        "Say what to look for, as in {command}",
        "请写要搜索的内容，例如 {command}",
    ),
    "search_example": ("search chip exports since:7d", "search 芯片 出口 since:7天"),
    # lists
    "newest": ("Newest stories", "最新新闻"),
    "found_all": ("Whole archive", "全部存档"),
    "nothing_yet": ("No stories yet.", "暂无新闻。"),
    "first_look": ("Would have been told", "本会推送"),
    # export
    "export_nothing": ("There is nothing to export: no story fits.", "没有可导出的内容：无相符新闻。"),
    "export_cut": (
        "The newest {count} are in the file; a shorter time (since:7d) leaves none out.",
        "文件含最新的{count}条；缩短时间（since:7d）即可全部导出。",
    ),
    "export_format": (
        "{value} is not a format: write csv or jsonl, as in {command}",
        "不支持格式{value}：请写 csv 或 jsonl，例如 {command}",
    ),
    "not_running": (
        "Not running: this is how the last round left it.",
        "未在运行：以下为上一轮结束时的状态。",
    ),
    # match
    "match_what": (
        "Give a headline; the text may follow on the next line: {command}",
        "请输入标题，正文可另起一行：{command}",
    ),
    "match_example": ("match Alibaba cloud revenue jumps 34%", "match 阿里云季度收入增长 34%"),
    "match_subject": ("subject", "主体"),
    "match_segment": ("part of a round-up", "综述之一条"),
    "match_passing": ("passing mention", "顺带提及"),
    "match_refused": ("*Found, and not counted*", "*见到但未计入*"),
    "match_hearing": ("*Who would hear*", "*谁会收到*"),
    "hears_now": ("at once", "即时推送"),
    "hears_later": ("at {time}, after quiet hours", "免打扰结束后，{time}推送"),
    "hears_digest": ("in the digest at {time}", "列入{time}的摘要"),
    "hears_digest_budget": ("over its limit: in the digest at {time}", "超出上限：列入{time}的摘要"),
    "hears_below": ("no: below its threshold of {threshold}", "否：低于门槛{threshold}"),
    "hears_not": ("no: {reason}", "否：{reason}"),
    "hears_route": (" (route {route})", "（路由{route}）"),
    # plan
    "plan_usage": (
        "Say how many days to look back, 7 at most: {command}",
        "请写回看的天数，最多 7 天：{command}",
    ),
    "plan_nobody": (
        "This chat gets no alerts: there is nothing to plan for it.",
        "本聊天不接收推送，无可预览。",
    ),
    "plan_head": ("*Would have been told to {receivers}* · {span}", "*本应推送至{receivers}* · {span}"),
    "plan_read": (
        "By the watchlist in force, from {count} {count:entry|entries}. Nothing was sent.",
        "按现行清单，共{count}篇。未实际推送。",
    ),
    "plan_empty": ("Nothing was read in that time.", "此期间未读取任何内容。"),
    "plan_silence": ("Nothing at all.", "无任何推送。"),
    "plan_same": ("Just what was told.", "与实际推送一致。"),
    "plan_beside": ("*Beside what was told:* {balance}", "*与实际推送相比：*{balance}"),
    "plan_at_once": ("+{more}, -{less} at once", "即时 +{more}、-{less}"),
    "plan_digests": ("+{more}, -{less} in digests", "摘要 +{more}、-{less}"),
    "plan_in_digest": ("in the digest, {reason}", "列入摘要，{reason}"),
    "plan_out_of_digest": ("no more in the digest, {reason}", "不再列入摘要，{reason}"),
    "plan_no_entries": ("There are no entries.", "没有报道。"),
    "plan_over": ("{first} to {last}", "{first} 至 {last}"),
    "plan_span": (
        (
            "{days} {days:day|days} ({over}, {zone}): {entries} {entries:entry|entries}, "
            "{stories} {stories:story|stories}, {messages} {messages:message|messages}. Nothing was sent."
        ),
        "{days}天（{over}，{zone}）：{entries}篇报道，{stories}条新闻，{messages}条消息。未实际推送。",
    ),
    "plan_balance": ("Beside what was told: {balance}.", "与实际推送相比：{balance}。"),
    "plan_heard_none": ("Nobody would have heard anything.", "无人会收到任何消息。"),
    "plan_no_routes": (
        "Nobody would have heard: the configuration has no receivers, or no routes to them.",
        "无人会收到：配置中没有接收方，或没有通往接收方的路由。",
    ),
    "plan_day": ("day", "日期"),
    "plan_receiver": ("receiver", "接收方"),
    "plan_all": ("all", "合计"),
    "plan_kinds_alert": ("alerts", "推送"),
    "plan_kinds_reply": ("replies", "回复"),
    "plan_kinds_correction": ("corrections", "更正"),
    "plan_kinds_digest": ("digests", "摘要"),
    "plan_kinds_edit": ("edits", "更新"),
    "plan_kind_reply": ("reply", "回复"),
    "plan_kind_correction": ("correction", "更正"),
    "plan_kind_notice": ("notice", "通知"),
    "plan_digest_of": ("digest of {count} {count:story|stories}", "{count}条新闻的摘要"),
    "plan_held": ("{count} alerts held by quiet hours", "免打扰时段暂存的{count}条推送"),
    "plan_was_quiet": ("held by quiet hours", "免打扰时段暂存"),
    "plan_was_spike": ("more news than usual", "新闻量高于平时"),
    "plan_edited": (" ({count} {count:edit|edits})", "（更新{count}次）"),
    "plan_more": ("... and {count} more; --json shows all", "……另有{count}条，--json 列出全部"),
    "plan_more_earlier": (
        "... and {count} more on earlier days; --json shows all",
        "……此前另有{count}条，--json 列出全部",
    ),
    "plan_alerts": ("{count} {count:alert|alerts}", "推送{count}条"),
    "plan_replies": ("{count} {count:reply|replies}", "回复{count}条"),
    "plan_digest_count": ("{count} {count:digest|digests}", "摘要{count}份"),
    "page_gone": ("This list is too old: ask again.", "此列表已过期，请重新查询。"),
    "page_end": ("There is nothing further.", "没有更多了。"),
}
ASKING_LABELS: dict[str, tuple[str, str]] = {}
