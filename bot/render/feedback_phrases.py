"""What is said of feedback and what it proposes. Rules as in ``phrases``."""

from __future__ import annotations

FEEDBACK: dict[str, tuple[str, str]] = {
    # votes
    "vote_up": ("Noted: more like this.", "已记下：多推此类。"),
    "vote_down": ("Noted: less like this.", "已记下：少推此类。"),
    "vote_back": ("Your vote is taken back.", "已撤回您的评价。"),
    "vote_counts": ("{up} up, {down} down from this chat.", "本聊天{up}赞{down}踩。"),
    "vote_unchanged": (
        "Nothing changes by itself: {command} shows what votes say.",
        "设置不会自动更改：{command} 可查看统计。",
    ),
    "vote_nobody": (
        "Only chats that get alerts have a vote, and this one gets none.",
        "只有接收推送的聊天可以评价，本聊天不接收推送。",
    ),
    "vote_gone": ("This story is no longer kept.", "该事件已不再保存。"),
    "vote_other": (
        "This message does not tell of that story: nothing was noted.",
        "本消息并非该事件的推送：未作记录。",
    ),
    # stats
    "stats_head": (
        "*Feedback* · {span} · {count} {count:vote|votes}: {up} up, {down} down",
        "*反馈* · {span} · {count}票：{up}赞{down}踩",
    ),
    "stats_head_watch": (
        "*Feedback* · {name} · {span} · {count} {count:vote|votes}: {up} up, {down} down",
        "*反馈* · {name} · {span} · {count}票：{up}赞{down}踩",
    ),
    "stats_none": ("*Feedback* · {span} · no votes yet", "*反馈* · {span} · 暂无评价"),
    "stats_none_watch": (
        "*Feedback* · {name} · {span} · no votes yet",
        "*反馈* · {name} · {span} · 暂无评价",
    ),
    "stats_how": ("The thumbs under every alert are the votes.", "每条推送下的拇指按钮即为评价。"),
    "stats_few": (
        "Nothing has {least} votes yet: fewer say too little.",
        "尚无满{least}票的项目：票数过少，不足为据。",
    ),
    "stats_watches": ("*Companies*", "*公司*"),
    "stats_terms": ("*Names*", "*名称*"),
    "stats_sources": ("*Sources*", "*来源*"),
    "stats_events": ("*Events*", "*事件*"),
    "stats_liked": ("{what} · {up} of {count} liked", "{what} · {count}票中{up}赞"),
    "stats_between": ("   {count} more between", "   其间另{count}项"),
    "stats_no_event": ("No event", "无事件"),
    "stats_term": ("{term} ({watch})", "{term}（{watch}）"),
    "stats_term_kind": ("{term} ({watch}, {kind})", "{term}（{watch}，{kind}）"),
    "stats_nobody": (
        "This chat gets no alerts: votes are counted where they arrive.",
        "本聊天不接收推送，评价仅在接收推送的聊天中统计。",
    ),
    "stats_told": (
        "*{receiver}* · {count} {count:alert|alerts}, {rate} a day",
        "*{receiver}* · 推送{count}条，每天{rate}条",
    ),
    "stats_digest": ("{count} in digests", "摘要{count}条"),
    "stats_muted": ("{count} kept silent by mutes", "静音{count}条"),
    "stats_late": ("{count} told late", "延迟{count}条"),
    "stats_which": ("Say a company, or nothing: {command}", "请写公司名，或留空：{command}"),
    "stats_unknown": ("There is no watch “{name}”. ", "没有名为「{name}」的关注项。"),
    "stats_meant": (
        "There is no watch “{name}”. Did you mean {meant}?",
        "没有名为「{name}」的关注项。您是否想找{meant}？",
    ),
    # proposals
    "propose_head": ("*Proposal* · {what}", "*建议* · {what}"),
    "propose_exclude": ("exclude {term} from {name}", "从{name}中排除{term}"),
    "propose_weak": (
        "{term} of {name} counts only where something speaks for it (weak)",
        "{name}的{term}仅在有佐证时计入（weak）",
    ),
    "propose_event": ("{event} out of the route {route}", "路由 {route} 不再包含{event}"),
    "propose_watch_score": ("min_score {score} for {name}", "{name}的 min_score 改为 {score}"),
    "propose_route_score": (
        "min_score {score} for the route {route}",
        "路由 {route} 的 min_score 改为 {score}",
    ),
    "propose_votes": ("{count} {count:vote speaks|votes speak} for it.", "{count}票支持。"),
    "propose_votes_chats": (
        "{count} votes in {chats} chats speak for it.",
        "{chats}个聊天中的{count}票支持。",
    ),
    "propose_votes_other": (
        "{count} {count:vote|votes} in another chat {count:speaks|speak} for it.",
        "另一聊天中的{count}票支持。",
    ),
    "propose_here": ("here {effect}", "本聊天{effect}"),
    "propose_everywhere": ("in all chats {effect}", "全部聊天{effect}"),
    "propose_none": ("nothing else", "无变化"),
    "propose_effect": (
        "In the last {span} it would have told {effect}.",
        "按最近{span}的新闻推算：{effect}。",
    ),
    "propose_fewer": ("{count} fewer at once", "即时推送少{count}条"),
    "propose_fewer_listed": ("{count} fewer in digests", "摘要少{count}条"),
    "propose_unliked": ("none of them liked", "其中无一获赞"),
    "propose_more": ("{count} more, {wanted} of them asked for", "多{count}条，其中{wanted}条有人想看"),
}
FEEDBACK_LABELS: dict[str, tuple[str, str]] = {}
