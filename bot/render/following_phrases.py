"""What is said of changes to the watchlist. Rules as in ``phrases``."""

from __future__ import annotations

FOLLOWING: dict[str, tuple[str, str]] = {
    # list and show
    "watches_head": (
        "*{count} {count:company or topic|companies and topics}*",
        "*{count}个公司或主题*",
    ),
    "watches_found": (
        "*{count} of {total}* for {words}",
        "*{count}个*符合{words}（共{total}个）",
    ),
    "watches_alerts": (" · alerts in 7 days", " · 7 天内推送"),
    "watches_none": ("No watch fits {words}.", "没有关注项符合{words}。"),
    "watches_empty": ("Nothing is watched yet.", "尚无关注项。"),
    "watches_more": ("{count} more; {command} finds them", "另{count}个；可用{command}查找"),
    "watches_words": ("NAME", "名称"),
    "watch_muted": ("muted until {time}", "静音至{time}"),
    "watch_from_library": ("from the library", "取自资料库"),
    "watch_from_both": ("from the library, with lines of its own", "取自资料库，另有自己的内容"),
    "watch_own": ("your own", "自建"),
    "watch_topic": ("a topic", "主题"),
    "watch_stories": (
        "{stories} {stories:story|stories} and {told} {told:alert|alerts} in 7 days",
        "7 天内{stories}条新闻，推送{told}条",
    ),
    "watch_stories_alone": ("{stories} {stories:story|stories} in 7 days", "7 天内{stories}条新闻"),
    "watch_routes": ("Heard by {routes}", "推送至{routes}"),
    "watch_no_routes_here": ("No route to this chat tells of it.", "没有路由将此项推送至本聊天。"),
    "watch_no_routes": ("No route tells of it.", "没有路由推送此项。"),
    "watch_min_score": ("only from score {score}", "仅推送得分{score}以上"),
    "terms": ("*{key}:* {terms}", "*{key}：*{terms}"),
    # which watch, which word
    "watch_unknown": (
        "There is no watch {name}. {command} lists them all.",
        "没有关注项{name}。{command}列出全部。",
    ),
    "watch_unknown_near": (
        "There is no watch {name}. Did you mean {meant}?",
        "没有关注项{name}。是否指{meant}？",
    ),
    "watch_verb": (
        "watch {word} is not known. {examples}",
        "没有 watch {word} 这种用法。{examples}",
    ),
    "watch_usage": (
        "Type one of these: {examples}",
        "可输入：{examples}",
    ),
    "usage_add": (
        "Name a company, and its other names where it has some: {examples}",
        "请写出公司名称，可附别名：{examples}",
    ),
    "usage_remove": ("Name one watch: {examples}", "请写出一个关注项：{examples}"),
    "usage_terms": (
        "Name a watch and its terms, apart by commas, with a minus what is to go: {examples}",
        "请写出关注项及词，以逗号分隔，减号表示删除：{examples}",
    ),
    "watch_there": (
        "{name} is watched already, as {watch}. {command} shows it.",
        "{name}已在关注中（{watch}）。{command}可查看。",
    ),
    "library_several": (
        "{name} is a name of several companies of the library. Type the id of one: {ids}",
        "资料库中有多家公司使用{name}。请输入其中一个 ID：{ids}",
    ),
    # terms
    "terms_many": ("That is more than {count} terms at once.", "一次最多{count}个词。"),
    "term_long": (
        "{term} has more than {count} characters: shorten it.",
        "{term}超过{count}个字符，请缩短。",
    ),
    "term_empty": ("{term} has no letter and no digit.", "{term}不含任何文字或数字。"),
    "term_short": (
        "{term} is one character: it would match everywhere. Write more of it.",
        "{term}只有一个字符，会处处匹配，请写得更完整。",
    ),
    "term_code": (
        "{term} is a stock code. {command} looks for it as those are written.",
        "{term}是股票代码，请用{command}。",
    ),
    "term_there": (
        "{term} stands in {watch} already, in {key}.",
        "{term}已在{watch}的{key}中。",
    ),
    "term_missing": (
        "{term} does not stand in {key} of {watch}.",
        "{watch}的{key}中没有{term}。",
    ),
    "term_of_library": (
        "{term} comes from the library, so no line of yours holds it. {command} lets it count only with support.",
        "{term}来自资料库，文件中没有这一行。{command}可使其仅在有佐证时计入。",
    ),
    "term_elsewhere": (
        "{term} is a name of {watch} already: both would ring.",
        "{term}已是{watch}的名称，两者会同时推送。",
    ),
    # a change that is shown
    "change_add": ("*{name}* would be watched", "将关注*{name}*"),
    "change_library": ("*{name}* would be watched, as the library knows it", "将关注*{name}*（取自资料库）"),
    "change_remove": ("*{name}* would no longer be watched", "将不再关注*{name}*"),
    "change_terms": ("*{name}* · {key}: {terms}", "*{name}* · {key}：{terms}"),
    "effect": ("Would have told {what} in {span}", "{span}内本会{what}"),
    "effect_more": ("*{count} more*", "*多推送{count}条*"),
    "effect_fewer": ("*{count} fewer*", "*少推送{count}条*"),
    "effect_and": (" and ", "，"),
    "effect_digest": ("In digests: {what}", "摘要中：{what}"),
    "effect_plus": ("{count} more", "多{count}条"),
    "effect_minus": ("{count} fewer", "少{count}条"),
    "effect_none": (
        "Would have told nothing else in {span} ({count} {count:entry|entries}).",
        "{span}内的推送不会有变化（共{count}篇）。",
    ),
    "effect_none_at_once": (
        "Would have told nothing else at once in {span}",
        "{span}内的即时推送不会有变化",
    ),
    "effect_empty": (
        "There is nothing in the archive yet to try it on.",
        "存档为空，无法预览效果。",
    ),
    "effect_others": ("{count} more like these", "另{count}条"),
    "file_line": ("{file}, line {line}", "{file} 第{line}行"),
    # what came of it
    "edit_done": ("*Done:* {change}", "*已完成：*{change}"),
    "edit_undone": ("undo: {change}", "撤销 {change}"),
    "edit_live": ("Live since {time}.", "{time}起生效。"),
    "edit_later": ("It counts from the next run.", "下次运行时生效。"),
    "edit_not_live": (
        "Written, but not in force: something else in the configuration is wrong. wirewatch check says what.",
        "已写入但未生效：配置另有错误，wirewatch check 可查看。",
    ),
    "edit_soon": (
        "Written, and not in force yet: the bot tries again within seconds. {command} says if something is wrong.",
        "已写入，尚未生效：机器人将在数秒内重试。{command}可查看是否有异常。",
    ),
    "edit_undo": ("{command} takes it back.", "{command}可撤销。"),
    "edit_asked": (
        "Asked, and not done yet: the bot is busy. {command} shows when it is done.",
        "已提交，尚未完成：机器人正忙。{command}可查看结果。",
    ),
    "edit_question": ("Do it?", "执行？"),
    "edit_left": ("Nothing was changed.", "未作更改。"),
    "edit_changed": (
        "{file} was edited since this was shown, so nothing was changed. Ask again: {command}",
        "{file}在显示之后被修改过，故未作更改。请重新提出：{command}",
    ),
    "edit_faults": ("Nothing was changed, because then: {faults}", "未作更改，否则会出错：{faults}"),
    "edit_broken_before": (
        "The configuration has a fault, so no change could take force. Mend that first: {faults}",
        "配置有误，任何更改都无法生效，请先修正：{faults}",
    ),
    "edit_refused": ("Nothing was changed: {error}", "未作更改：{error}"),
    "edit_no_folder": (
        "Here the files of the configuration can't be changed.",
        "此处无法修改配置文件。",
    ),
    # undo and log
    "undo_head": ("*Take back:* {what} ({who}, {time})", "*撤销：*{what}（{who}，{time}）"),
    "undo_nothing": (
        "There is nothing to take back: no change was made here, or all were taken back.",
        "没有可撤销的更改。",
    ),
    "undo_edited": (
        "{what} can't be taken back: {file} was edited since, line {line}.",
        "无法撤销 {what}：{file} 第{line}行此后被修改过。",
    ),
    "undo_edited_else": (
        "{what} can't be taken back: {file} was edited since, elsewhere. Its own lines stand at line {line}.",
        "无法撤销 {what}：{file} 此后在别处被修改过。相关内容位于第{line}行。",
    ),
    "undo_instead": ("Type instead: {command}", "可改为输入：{command}"),
    "undo_hand": ("Change it by hand.", "请手动更改。"),
    "log_head": ("*The last changes*", "*最近的更改*"),
    "log_empty": ("Nothing was changed yet.", "尚无更改。"),
    "log_nobody": (
        "This chat gets no alerts: the changes are read where they arrive.",
        "本聊天不接收推送，更改记录仅在接收推送的聊天中可查。",
    ),
    "log_line": ("{time}  {what} · {who}", "{time}  {what} · {who}"),
    "log_undone": (" (taken back)", "（已撤销）"),
    # suggest
    "suggest_topic": (
        (
            "{name} is a topic: its words count together, and none of them is a company's name. "
            "Name a company, or any word"
        ),
        "{name}是主题：各词共同起作用，均非公司名称。请写出公司或任意词",
    ),
    "suggest_certain": (
        (
            "{name} has no doubtful term: nothing likely or weak, no name of two characters, "
            "none that is a common word. Name a word to look into it"
        ),
        "{name}没有存疑的词：无 likely 或 weak，无两字名称，也无常用词。可写出要查的词",
    ),
    "suggest_empty": (
        "{name} has no letter and no digit: name a watch, or a word",
        "{name}不含任何文字或数字：请写出关注项或词",
    ),
    "suggest_one": (
        "{name} is one character, which stands in no headline as a name: write a name of two or more",
        "{name}只有一个字符，不会作为名称出现：请写出两个字符以上的名称",
    ),
    "suggest_one_zh": (
        "{name} is one character, which stands in many longer words: write a name of two or more",
        "{name}只有一个字，会出现在许多词中：请写出两个字以上的名称",
    ),
    "suggest_long": (
        "{name} is too long for a name: write up to {count} characters",
        "{name}作为名称过长：请写{count}个字符以内",
    ),
    # mutes
    "muted": ("*{name}* is muted for {to} until {time}.", "*{name}*已对{to}静音至{time}。"),
    "muted_all": ("*{name}* is muted for all until {time}.", "*{name}*已全部静音至{time}。"),
    "muted_undo": ("{command} ends it.", "{command}可恢复。"),
    "unmuted": ("*{name}* is heard again at {to}.", "*{name}*已对{to}恢复推送。"),
    "unmuted_all": ("*{name}* is heard again everywhere.", "*{name}*已全部恢复推送。"),
    "unmuted_not": ("*{name}* is not muted here.", "*{name}*未被静音。"),
    "unmute_admins": (
        "{name} is muted for all until {time} by {who}; admins may end that.",
        "{name}已由{who}全部静音至{time}，仅管理员可恢复。",
    ),
    "mutes_head": ("*Muted now*", "*静音中*"),
    "mutes_nobody": (
        "This chat gets no alerts, so nothing is muted for it.",
        "本聊天不接收推送，没有静音项。",
    ),
    "mute_for_whom": (
        "Nothing is told to this chat: say for whom, for:all or for:NAME of {names}, as in {command}",
        "本聊天不接收推送，请写明对象：for:all（全部）或 for:名称（{names}），例如{command}",
    ),
    "mutes_none": ("Nothing is muted.", "没有静音项。"),
    "mutes_line": ("{what} · {to} · until {time}{by}", "{what} · {to} · 至{time}{by}"),
    "mutes_by": (" ({who})", "（{who}）"),
    "mutes_all": ("all", "全部"),
    "mutes_story": ("story {story}", "事件 {story}"),
    "mute_usage": ("Name a watch and how long: {examples}", "请写出关注项和时长：{examples}"),
    "mute_long": ("A mute lasts a year at most.", "静音最长一年。"),
    "mute_may": (
        "Only admins may mute for others. Your id is {who}; an admin adds it under access in wirewatch.yaml.",
        "只有管理员可以为他人静音。您的 ID 是{who}；管理员可将其加入 wirewatch.yaml 的 access。",
    ),
    "mute_receiver": (
        "There is no receiver {name}. There are: {names}",
        "没有接收方{name}。现有：{names}",
    ),
}
FOLLOWING_LABELS: dict[str, tuple[str, str]] = {
    "look_again": ("Look again", "重新查看"),
}
