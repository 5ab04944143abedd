"""The sentences of the frame in English and in Chinese, side by side.

``{name}`` is a value, ``{count:story|stories}`` chooses by number, ``*`` switches bold on and off. Chinese
needs no spaces round a value: ``words.line`` sets the gap where Chinese meets Latin letters or digits.
"""

from __future__ import annotations

from bot.render.asking_phrases import ASKING
from bot.render.connecting_phrases import CONNECTING
from bot.render.feedback_phrases import FEEDBACK
from bot.render.following_phrases import FOLLOWING
from bot.render.health_phrases import HEALTH
from bot.render.heartbeat_phrases import HEARTBEATS
from bot.render.keeping_phrases import KEEPING
from bot.render.misread_phrases import MISREAD
from bot.render.picture_phrases import PICTURES
from bot.render.press_phrases import PRESS
from bot.render.retry_phrases import RETRY
from bot.render.slack_phrases import SLACK
from bot.render.web_phrases import WEB

PHRASES: dict[str, tuple[str, str]] = {
    # alert
    "seen": ("seen {time}", "{time}发现"),
    "told_late": (" (told late, {time})", "（延迟，{time}推送）"),
    "also": ("Also ", "另见 "),
    "more": (" (+{count})", "（+{count}）"),
    "sources": ("{count} {count:source|sources}", "{count}个来源"),
    "spike": (
        "{name}: {count} {count:story|stories} in {hours} {hours:hour|hours}, usually {usual}",
        "{name}：{hours}小时内{count}条新闻，平时{usual}条",
    ),
    "spike_rare": (
        "{name}: {count} {count:story|stories} in {hours} {hours:hour|hours}, usually fewer than 1",
        "{name}：{hours}小时内{count}条新闻，平时不足 1 条",
    ),
    "corrected_at": ("corrected {time}", "{time}更正"),
    "corrected_by": ("{source} corrected itself {time}", "{source}于{time}更正"),
    "repeat": (" (may be a repeat)", "（可能重复）"),
    "muted_by": (" (muted by {who})", "（{who}已静音）"),
    "snoozed": ("{names} snoozed until {time} ({who})", "{names}暂停至{time}（{who}）"),
    # development
    "new_event": ("new: {event}", "新进展：{event}"),
    "risen": ("now {level}", "升为{level}"),
    "rise": ("{was} → {score}", "{was} → {score}"),
    # correction
    "corrected": ("Corrected", "更正"),
    "was": ("Was  ", "原为  "),
    "became": ("Now  ", "现为  "),
    "changed_headline": ("{source} changed its headline at {time}.", "{source}于{time}修改了标题。"),
    "others_say": (
        "{count} {count:other|others} still {count:says|say} {what}.",
        "另{count}个来源仍为{what}。",
    ),
    "withdrawn": ("{source} took the report down at {time}.", "{source}于{time}撤下该报道。"),
    # digest, held, greeting
    "digest_morning": ("*Morning digest* · {day}", "*早间摘要* · {day}"),
    "digest_midday": ("*Midday digest* · {day}", "*午间摘要* · {day}"),
    "digest_evening": ("*Evening digest* · {day}", "*晚间摘要* · {day}"),
    "digest_since": (
        "{count} {count:story|stories} since {since} ({place})",
        "{since}以来{count}条（{place}）",
    ),
    "company_more": ("{count} more", "另{count}条"),
    "late": (" (late)", "（延迟）"),
    "was_corrected": (" (corrected)", "（已更正）"),
    "told_at_once": ("Told at once since then: {count}", "期间已即时推送{count}条"),
    "held_by_day": (
        "Held by your limit of {limit} a day: {count}, included above",
        "因每日{limit}条上限暂存{count}条，已列于上",
    ),
    "held_by_hour": (
        "Held by your limit of {limit} an hour: {count}, included above",
        "因每小时{limit}条上限暂存{count}条，已列于上",
    ),
    "week": (
        "*Your week* · {days} · {count} {count:story|stories}, {told} told",
        "*本周* · {days} · {count}条，已推送{told}条",
    ),
    "change": (" ({sign})", "（{sign}）"),
    "quiet_companies": ("*Quiet:* {names}{usual}", "*平静：*{names}{usual}"),
    "usually": (" (usually {count} a week)", "（通常每周{count}条）"),
    "held": ("*{count} stories*", "*{count}条新闻*"),
    "held_quiet": (" · from your quiet hours", " · 免打扰时段暂存"),
    "held_budget": (" · held by your limit of {limit}", " · 因{limit}条上限暂存"),
    "held_outage": (" · late, this chat could not be reached", " · 延迟，此前无法送达本聊天"),
    "connected": ("*Wirewatch is connected*", "*Wirewatch 已连接*"),
    "connected_counts": (
        "{companies} {companies:company|companies} · {sources} {sources:source|sources} · this chat: {chat}",
        "{companies}家公司 · {sources}个来源 · 本聊天：{chat}",
    ),
    "from_now": ("New stories arrive from now on.", "此后的新消息将即时推送。"),
    "last_day": (" The last 24 hours:", "过去 24 小时："),
    # why
    "why_told": ("*Told to {to} at {time}* · {reason}", "*{time}已推送至{to}* · {reason}"),
    "why_not_told": ("*Not told to {to}* · {reason}", "*未推送至{to}* · {reason}"),
    "why_not_told_anyone": ("*Not told* · {reason}", "*未推送* · {reason}"),
    "why_guest": (
        "This chat gets no alerts: who was told is said where they arrive.",
        "本聊天不接收推送，推送情况仅在接收推送的聊天中可查。",
    ),
    "why_not_yet": ("*Not told yet* · {reason}", "*稍后推送* · {reason}"),
    "why_not_again": ("*Not told again* · {reason}", "*未再次推送* · {reason}"),
    "why_not_seen": ("*Not seen* · no source published this address", "*未见到* · 没有来源发布过这个地址"),
    "why_unknown_story": ("*Not seen* · no story has this name", "*未见到* · 没有这个编号的事件"),
    "name": ("NAME", "名称"),
    "quiet_until": ("quiet hours until {time}", "免打扰时段，至{time}"),
    "muted_until": ("muted until {time}", "已静音至{time}"),
    "muted_until_by": ("muted until {time} by {who}", "{who}已静音至{time}"),
    "over_limit": ("over your limit of {limit}", "超出{limit}条上限"),
    "limit_day": ("{count} a day", "每日{count}"),
    "limit_hour": ("{count} an hour", "每小时{count}"),
    "score": ("*Score {score}*, {level}", "*得分{score}*，{level}"),
    "score_threshold": ("*Score {score}*, {to} hears from {threshold}", "*得分{score}*，{to}门槛{threshold}"),
    "score_top": (" (the points sum to {total}; 100 is the most)", "（各项合计 {total}，上限 100）"),
    "score_quiet": (
        "Score {score}; during quiet hours {to} hears from {threshold}.",
        "得分{score}；免打扰时段内，{to}门槛{threshold}。",
    ),
    "score_quiet_all": (
        "Score {score}; during quiet hours nothing rings at {to}.",
        "得分{score}；免打扰时段内，{to}不接收推送。",
    ),
    "told_then": ("Told at {time}.", "{time}推送。"),
    "more_in_text": ("{count} more {count:mention|mentions} in the text", "正文另有{count}处提及"),
    "other_points": ("other points", "其他各项"),
    "hint_threshold": ("{to} would hear this from min_score {score}.", "若 min_score 为{score}，则会推送。"),
    "hint_subject": (
        "{to} would hear this by a route with min_score {score}; without one only main subjects are told.",
        "若路由写明 min_score: {score}，则会推送：未写时只推送以关注对象为主体的新闻。",
    ),
    "hint_route": (
        "{to} would hear this by a route that fits {names} (watches, events, sources, languages).",
        "若有路由涵盖{names}（watches、events、sources、languages），则会推送。",
    ),
    "hint_muted": ("{to} hears of it again after {command}.", "执行 {command} 后恢复推送。"),
    "hint_baseline": (
        "What {source} publishes from now on is told.",
        "{source}此后发布的新闻会照常推送。",
    ),
    "hint_old": (
        "It is dated {age} before it was read; the route's max_age would have to be longer.",
        "读取时已发布{age}；若路由的 max_age 更长，则会推送。",
    ),
    "hint_budget": (
        "It stands in the next digest; a higher at_most would have told it at once.",
        "列入下一次摘要；若 at_most 更高，则会即时推送。",
    ),
    "hint_digest": (
        "It stands in the next digest; at once is for higher scores.",
        "若路由未设 digest，则会即时推送。",
    ),
    "hint_round_up": ("A report on this alone would be told.", "单独报道此事的新闻会推送。"),
    "hint_again": (
        "A new kind of event or the next level would ring again.",
        "出现新类型的事件或升级时会再次推送。",
    ),
    "hint_unmatched": (
        "A watch that names it, in watchlist.yaml, would have seen it.",
        "若 watchlist.yaml 中有提到它的关注项，便会看到。",
    ),
    "why_route": ("*Route* {route} → {to}, from {threshold}", "*路由* {route} → {to}，门槛{threshold}"),
    "why_route_open": ("*Route* {route} → {to}", "*路由* {route} → {to}"),
    "why_developed": ("*Since* rang again at {time}: a development", "*后续* {time}作为新进展再次推送"),
    "why_spike": (
        "*Volume* {said}. So one of them rings below the threshold, once in 24 h.",
        "*新闻量* {said}。故低于门槛也推送一条，24 小时内仅一次。",
    ),
    "why_story": ("*Story* {id}, {count} {count:report|reports}", "*事件* {id}，{count}篇"),
    "joined": (". {source} joined: {why}", "。{source}并入：{why}"),
    "apart": ("{span} apart", "相隔{span}"),
    "why_time": ("*Time* published {published}, read {read}", "*时间* 发布{published}，读取{read}"),
    "why_time_unknown": ("*Time* no date in the feed, read {read}", "*时间* 来源未注明时间，读取{read}"),
    "why_time_told": (", told {time}", "，推送{time}"),
    "nearest": ("Nearest: ", "最接近："),
    "nearest_told": ("({source}, {id}, told {time})", "（{source}，{id}，{time}推送）"),
    "nearest_untold": ("({source}, {id}, not told)", "（{source}，{id}，未推送）"),
    "short_told": ("Told {time} as {reason}", "{time}推送，{reason}"),
    "short_route": (", route {route}", "，路由{route}"),
    "short_not": ("Not told: {reason}", "未推送：{reason}"),
    "short_full": ("Full trace: {command}", "完整记录：{command}"),
    "stop": (".", "。"),
    # refusals
    "refused_excluded": ("{text} is excluded by {watch}.", "{text}被{watch}排除。"),
    "refused_needs_support": (
        "{text} alone needs support; none was found.",
        "仅凭{text}不足以判断，未见其他佐证。",
    ),
    "refused_person_alone": (
        "{text} is a person of {watch}; a person alone is not enough.",
        "{text}是{watch}的人物，仅提及人物不计入。",
    ),
    "refused_bare_ticker": (
        "{text} is a bare stock code; it counts only with its exchange.",
        "{text}是未注明交易所的股票代码，不计入。",
    ),
    "refused_lower_case": (
        "{text} is not written as {watch} is; capitals count here.",
        "{text}的大小写与{watch}不符，不计入。",
    ),
    "refused_inside_longer": ("{text} stands inside {by}, another name.", "{text}是{by}的一部分，不计入。"),
    "refused_inside": ("{text} stands inside a longer name.", "{text}是更长名称的一部分，不计入。"),
    "refused_vetoed": ("{by} cancels the story for {watch}.", "{by}使{watch}不匹配此新闻。"),
    "refused_cancelled": (
        "A word in none cancels the story for {watch}.",
        "none 中的词使{watch}不匹配此新闻。",
    ),
    "refused_other": ("{text} did not count for {watch} ({reason}).", "{text}未计入{watch}（{reason}）。"),
    # recent, search, story
    "recent_head": ("*{title}* · {span} · {count} {count:story|stories}", "*{title}* · {span} · {count}条"),
    "recent_head_all": ("*{title}* · {count} {count:story|stories}", "*{title}* · {count}条"),
    "nothing": ("*{query}* · nothing in {span}", "*{query}* · {span}内没有结果"),
    "nothing_ever": ("*{query}* · nothing", "*{query}* · 没有结果"),
    "did_you_mean": ("Did you mean *{name}*?", "是否要找*{name}*？"),
    "has_stories": ("  It has {count} {count:story|stories} in {span}.", "{span}内有{count}条。"),
    "try_other": ("Try fewer words, or a company's name.", "可减少关键词，或直接输入公司名称。"),
    "reports": ("{count} {count:report|reports}", "{count}篇"),
    "story_more": ("{count} more {count:report|reports}", "另有{count}篇"),
    "opened_story": ("opened the story", "首篇"),
    "copy_of": ("the same text as {source}", "与{source}同一稿件"),
    "in_doubt": (" (in doubt)", "（存疑）"),
    "story_split": (
        "Not all one story? {command} takes an entry out for good.",
        "并非同一事件？{command}可将一篇永久移出。",
    ),
    "split_number": ("NUMBER", "序号"),
    # why a report stands in its story
    "joinings": ("*Why these {count} are one story*", "*这{count}篇为何同属一事*"),
    "held_against": ("with {number} {source}", "对照 {number} {source}"),
    "held_gone": ("with a report that stands elsewhere now", "对照的报道现已不在此事件"),
    "same_what": ("both about {what}", "同涉{what}"),
    "weighing": (" (made of {parts})", "（构成：{parts}）"),
    "likeness_titles": ("headlines {share} alike", "标题相似 {share}"),
    "likeness_texts": ("texts {share} alike", "正文相似 {share}"),
    "likeness_words": ("{share} of the telling words", "关键词重合 {share}"),
    "shares": ("shares {words}", "共有{words}"),
    "margin": ("margin {margin}", "余量 {margin}"),
    # story split
    "split_head": ("*Taken out of {story}: new story {new}*", "*已移出{story}：新事件{new}*"),
    "split_left": (
        "{story} goes on with {count} {count:report|reports}: ",
        "{story}余下{count}篇：",
    ),
    "split_for_good": ("The two never join again.", "两者不会再合并。"),
    "split_told": ("{new} counts as told.", "{new}视为已推送。"),
    "split_untold": ("Nobody had been told of {story}.", "{story}此前未曾推送。"),
    "split_edits": (
        "{count} {count:alert is|alerts are} edited, silently.",
        "{count}条推送将静默更新。",
    ),
    "split_rings": ("{new} is told to {names}.", "{new}将推送至{names}。"),
    "split_waits": ("{new} stands in the next digest for {names}.", "{new}列入{names}的下一次摘要。"),
    "split_rings_nobody": (
        "{new} is told to nobody; {command} says why.",
        "{new}不推送；{command}可查原因。",
    ),
    "split_asked": (
        "Asked, and not done yet: the bot is busy, or still starting. {command} shows when it is done.",
        "已提交，尚未完成：机器人正忙或仍在启动。{command}可查看结果。",
    ),
    "split_admins": (
        "Only admins may take a story apart. Your id here is {who}; access in wirewatch.yaml names the admins.",
        "仅管理员可拆分事件。您的 ID 为{who}；管理员列于 wirewatch.yaml 的 access。",
    ),
    "split_usage": (
        "Type a story and one of its entries by number ({listing} lists them), address or id: {command}.",
        "请指明事件及其中一篇（序号、网址或报道 ID 的开头）：{command}。序号见{listing}。",
    ),
    "split_unknown": (
        "There is no story {story}. {command} lists the newest.",
        "没有事件{story}。{command}列出最新事件。",
    ),
    "split_ended": (
        "{story} is no more: it became one with {into}. {command} lists its entries.",
        "{story}已并入{into}。{command}列出其中的报道。",
    ),
    "split_only": (
        "{story} has only this one entry: there is nothing to take it out of.",
        "{story}仅此一篇，无从移出。",
    ),
    "split_no_entry": (
        "{story} has no entry {entry}. {command} lists its {count}, with their numbers.",
        "{story}中没有{entry}。{command}列出其{count}篇及序号。",
    ),
    "split_moved": (
        "That entry stands in {other}, not in {story}. {command} shows it.",
        "该篇属于{other}，不在{story}中。{command}可查看。",
    ),
    "split_many": (
        "{entry} fits several entries of {story}: {numbers}. Type one of these numbers.",
        "{entry}与{story}中多篇相符：{numbers}。请输入其中一个序号。",
    ),
    "split_gone": (
        "{story}, or the entry, is gone: nothing was changed.",
        "{story}或该篇已不存在，未作更改。",
    ),
    "split_broken": (
        "It could not be done, and nothing was changed: {error}",
        "未能完成，未作更改：{error}",
    ),
    # status
    "status_head": ("*Wirewatch {version}* · up {span}", "*Wirewatch {version}* · 已运行{span}"),
    "status_stopped": ("*Wirewatch {version}*", "*Wirewatch {version}*"),
    "status_day": (
        "Last 24 h: {entries} {entries:entry|entries}, {stories} {stories:story|stories}",
        "近 24 小时：{entries}篇，{stories}条新闻",
    ),
    "status_day_told": (", {told} told", "，已推送{told}条"),
    "status_day_here": (", {told} told here", "，已推送至本聊天{told}条"),
    "status_speed": ("From read to told: {span} (median)", "从读取到推送：{span}（中位数）"),
    "status_poll": ("Last poll {time}", "最近抓取{time}"),
    "status_owed": ("Owed: {count}", "待发送：{count}条"),
    "status_oldest": (", oldest since {time}", "，最早自{time}"),
    "status_doubt": ("Joined in doubt: {count}", "归并存疑：{count}处"),
    "doubt_margin": ("margin {margin}, {time}", "余量 {margin}，{time}"),
    "doubt_undo": ("Wrong? {command}", "有误？{command}"),
    "doubt_more": ("{count} more in doubt", "另{count}处存疑"),
    "status_muted": ("Muted: {what}", "静音中：{what}"),
    "until": ("{what} until {time}", "{what}至{time}"),
    "status_watches": (
        "Watching {watches} {watches:company or topic|companies and topics}, watchlist {version}",
        "关注{watches}个公司或主题，清单版本{version}",
    ),
    "status_broken": (
        "The configuration on disk is broken; the last good one is in force:",
        "配置文件有误，沿用上一份：",
    ),
    # help and mistakes
    "help_head": ("*What you can ask*", "*可用命令*"),
    "help_admin": ("*For admins*", "*管理员*"),
    "unknown": ("*{command}* is not a command.", "没有 *{command}* 这个命令。"),
    "unknown_mean": ("Did you mean {command}?", "是否要用{command}？"),
    "unknown_help": ("{command} lists them all.", "{command}列出全部命令。"),
    **HEALTH,
    **KEEPING,
    **MISREAD,
    **HEARTBEATS,
    **ASKING,
    **CONNECTING,
    **FEEDBACK,
    **FOLLOWING,
    **PICTURES,
    **PRESS,
    **RETRY,
    **SLACK,
    **WEB,
}
