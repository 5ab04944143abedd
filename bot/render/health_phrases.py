"""What is said of sources: their list, their troubles, what is odd about them. Rules as in ``phrases``."""

from __future__ import annotations

HEALTH: dict[str, tuple[str, str]] = {
    # the list
    "sources_head": ("*{count} {count:source|sources}*", "*{count}个来源*"),
    "sources_found": (
        "*{count} {count:source|sources}* of {total} for {query}",
        "*{count}个来源*符合{query}（共{total}个）",
    ),
    "sources_none": ("No source fits {query}.", "没有来源符合{query}。"),
    "sources_help": ("{command} lists them all.", "{command}列出全部来源。"),
    "sources_terminal": (
        "{command} is typed in the terminal, where the bot runs.",
        "{command}须在机器人所在的终端中输入。",
    ),
    "sources_trouble": (" · {count} in trouble", " · {count}个异常"),
    "sources_odd": (" · {count} odd", " · {count}个有疑点"),
    "sources_well": (" · all well", " · 全部正常"),
    "source_off": ("switched off", "已停用"),
    "source_new": ("not polled yet", "尚未抓取"),
    "source_polled": ("read {time}", "{time}读取"),
    "source_every": ("every {span}", "每{span}"),
    "source_today": ("{count} in 24 h", "24 小时{count}条"),
    "source_rests": ("rests until {time}", "暂停至{time}"),
    "source_merged": ("the same feed as {other}; read there", "与{other}为同一订阅源，由其读取"),
    "source_next": ("next try {time}", "下次{time}"),
    "source_at": ("read at {place}", "实际读取{place}"),
    "source_more": ("{count} more; {command} finds them", "另{count}个；可用{command}查找"),
    "source_words": ("NAME", "名称"),
    "trouble_since": ("{what} since {time}", "{time}起{what}"),
    # chats
    "chat_lost": (
        "⚠️ *{name}* takes no messages since {time} ({why})",
        "⚠️ *{name}* 自{time}起无法接收消息（{why}）",
    ),
    "chat_held_up": (
        "⚠️ *{name}* gets nothing at present ({why}); {count} owed, tried again by itself",
        "⚠️ *{name}* 目前收不到消息（{why}）；待发{count}条，会自动重试",
    ),
    "chat_owed": (
        "{count} {count:message|messages} kept for it; tried again at {time}.",
        "已为其保留{count}条，{time}重试。",
    ),
    "chat_let_in": (
        "Try: let the bot in again, or allow it to write there",
        "可尝试：重新将机器人加入该聊天，或允许其发言",
    ),
    "chat_back": (
        "✅ *{name}* takes messages again after {span}",
        "✅ *{name}* 中断{span}后已恢复接收消息",
    ),
    "chat_back_owed": ("What was kept for it goes out now.", "保留的消息现正补发。"),
    "unsent_lost": (
        "owed: the chat takes no messages since {time}; tried again at {after}",
        "待发送：本聊天自{time}起无法接收消息，{after}重试",
    ),
    "unsent_token": (
        "owed: the chat service refuses the token; tried again at {after}",
        "待发送：聊天服务拒绝令牌，{after}重试",
    ),
    "unsent_failed": (
        "owed: it could not be sent yet; tried again at {after}",
        "待发送：暂未能发出，{after}重试",
    ),
    "unsent_turn": ("owed: it is on its way", "待发送：即将发出"),
    "unsent_given_up": ("given up: {why}", "已放弃：{why}"),
    "why_before": (
        "it was read before this receiver had a route",
        "读取时该接收者尚无路由",
    ),
    "status_moved": (
        "Telegram group {old} of {name} has become {new}. It is followed; in wirewatch.yaml write chat: {new}",
        "{name}的 Telegram 群组 {old} 已变为 {new}，机器人已跟随；请在 wirewatch.yaml 中写 chat: {new}",
    ),
    # one trouble
    "trouble_silent": ("⚠️ *{name}* has been silent for {span}", "⚠️ *{name}* 已静默{span}"),
    "refuses": ("refuses us ({status})", "拒绝访问（{status}）"),
    "gone": ("is gone for good ({status})", "已永久下线（{status}）"),
    "answers": ("answers {status}", "返回{status}"),
    "trouble_other": ("⚠️ *{name}* {what} since {time}", "⚠️ *{name}* 自{time}起{what}"),
    "trouble_usual": ("Usually at most {span} at this time of the week.", "往常此时段最长{span}。"),
    "trouble_same": (
        "The feed answers, with the same {count} {count:item|items} since {time}.",
        "订阅源可访问，但自{time}起一直是同样{count}条。",
    ),
    "trouble_empty": ("It answers, but there is nothing in it.", "可以访问，但没有任何条目。"),
    "trouble_shrunk": (
        "{count} {count:item|items}, where there are usually about {usual}.",
        "现有{count}条，通常约{usual}条。",
    ),
    "trouble_tries": ("{count} {count:try|tries}; next at {time}.", "已尝试{count}次，下次{time}。"),
    "trouble_asked": ("It is not asked again.", "不再抓取。"),
    "trouble_safe": ("Nothing was lost before {time}.", "{time}之前没有遗漏。"),
    "trouble_lean": ("Companies that lean on it: {names}.", "主要影响：{names}。"),
    # what to do
    "try_open": (
        "Try: open {feed}; if it moved, {command}",
        "可尝试：打开{feed}；若已迁址，{command}",
    ),
    "try_selectors": (
        "Try: open {feed}; if it looks different now, choose item, title and link anew",
        "可尝试：打开{feed}；若页面已改版，请重新设置 item、title、link",
    ),
    "try_slower": ("Try: a longer interval (every: {every})", "可尝试：延长间隔（every: {every}）"),
    "try_key": (
        "Try: open {feed}; does it want a password or a key now (headers_env)?",
        "可尝试：打开{feed}，确认是否已需要密码或密钥（headers_env）",
    ),
    "try_robots": (
        "Its robots.txt asks bots to stay away: look for a feed ({command}), or remove it",
        "该站 robots.txt 禁止抓取：请另寻订阅源（{command}），或删除此来源",
    ),
    "try_remove": (
        "Find its new address ({command}), or remove it from sources.yaml",
        "请查找新地址（{command}），或从 sources.yaml 中删除",
    ),
    "try_larger": (
        "Try: a smaller feed of the same site, or a larger polling.max_body",
        "可尝试：改用该站较小的订阅源，或调大 polling.max_body",
    ),
    "try_private": (
        "If it is yours, name its host in polling.allow_private",
        "若为自有主机，请列入 polling.allow_private",
    ),
    "try_network": (
        "Try: open {feed}; if it answers there, check this machine's network and name service.",
        "可尝试：打开{feed}；若可访问，请检查本机网络与域名解析。",
    ),
    "try_log": (
        "That is the bot's fault, not the source's: please report what the log says",
        "这是机器人自身的错误，请反馈日志内容",
    ),
    "the_feed": ("the feed", "订阅源"),
    "the_page": ("the page", "页面"),
    "address": ("ADDRESS", "地址"),
    # the same in a list, short
    "do_open": ("open it; if it moved: {command}", "请打开查看；若已迁址：{command}"),
    "do_selectors": ("has the page changed? item, title, link", "页面是否改版？检查 item、title、link"),
    "do_slower": ("a longer interval: every: {every}", "延长间隔：every: {every}"),
    "do_key": ("does it want a key now? headers_env", "是否需要密钥？headers_env"),
    "do_robots": ("robots.txt says no: look for a feed", "robots.txt 禁止：请另寻订阅源"),
    "do_remove": ("find its new address, or remove it", "查找新地址，或删除"),
    "do_larger": ("a smaller feed, or polling.max_body", "换较小的订阅源，或调大 polling.max_body"),
    "do_private": ("if it is yours: polling.allow_private", "若为自有主机：polling.allow_private"),
    "do_network": ("open it; if it answers: this machine's network", "请打开查看；若可访问：检查本机网络"),
    "do_log": ("see the log", "详见日志"),
    # many at once
    "many_fail": (
        "⚠️ *{count} of {total} sources* fail since {time}: {cause}.",
        "⚠️ *{total} 个来源中有 {count} 个*自{time}起无法读取：{cause}。",
    ),
    "many_trouble": (
        "⚠️ *{count} of {total} sources* are in trouble",
        "⚠️ *{total} 个来源中有 {count} 个*异常",
    ),
    "many_more": ("{count} more; {command} lists them", "另{count}个；{command}可查看"),
    "probably_network": (" Probably this machine's network.", "可能是本机网络问题。"),
    "many_back": ("✅ *{count} sources* are back after {span}", "✅ *{count} 个来源*已恢复，历时{span}"),
    "back": ("✅ *{name}* is back after {span}", "✅ *{name}* 已恢复，历时{span}"),
    "caught_up_only": ("{count} {count:item|items} caught up.", "补读{count}条。"),
    "caught_up": ("{count} {count:item|items} caught up", "补读{count}条"),
    "caught_told": ("{count} told (marked late)", "推送{count}条（标为延迟）"),
    "caught_digest": ("{count} in the digest", "列入摘要{count}条"),
    # what is odd
    "odd_head": (
        "*{count} {count:source is|sources are} read, but something is odd*",
        "*{count}个来源可读取，但有疑点*",
    ),
    "odd_moved": (
        "moved to {place}; change sources.yaml",
        "已迁至{place}，请更新 sources.yaml",
    ),
    "odd_merged": (
        "the same feed as {other}: one of the two can go",
        "与{other}为同一订阅源，可删除其一",
    ),
    "odd_ids": (
        "ids change at every poll; entries are told apart by the rest",
        "条目标识每次都变，已改用其余信息识别",
    ),
    "odd_addresses": (
        "addresses change at every poll; entries are told apart by the rest",
        "条目网址每次都变，已改用其余信息识别",
    ),
    "odd_encoding": (
        "encoding: declared {said}, read as {found}; are headlines readable?",
        "编码声明为{said}，实际按{found}读取；请确认标题可读",
    ),
    "odd_undeclared": (
        "encoding: none declared, read as {found}; are headlines readable?",
        "未声明编码，按{found}读取；请确认标题可读",
    ),
    "odd_bytes": (
        "encoding: some characters are not {said} and are lost",
        "编码：部分字符不属于{said}，已无法还原",
    ),
    "odd_gap": (
        "polled too seldom: nothing of the last poll was left, some may be missed",
        "抓取间隔过长：上次的条目已全部更替，可能有遗漏",
    ),
    "odd_cut": ("larger than what is read: {what}", "内容过长，未读全部：{what}"),
    "odd_broken": ("ends in the middle or is broken; what could be read was", "内容不完整，已读取可读部分"),
    "odd_more": ("{count} more; {command} shows them", "另{count}个；{command}可查看"),
}
