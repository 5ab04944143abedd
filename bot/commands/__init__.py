"""What people ask and what they get: one table for every chat and the terminal.

A command reads the store and answers with a neutral Message (for people) and rows (for ``--json``). It never
reaches into the pipeline: what it wants done is left in the store as a request.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from bot import render
from bot.commands.asking import BUTTONED, SILENT, Answer, Asked, Desk, Offer, Pressed, Wanted
from bot.commands.digesting import answer_digest
from bot.commands.edits import EDIT, answer_edit_done, said_to
from bot.commands.explaining import answer_help, answer_unknown
from bot.commands.exporting import answer_export
from bot.commands.following import answer_watch
from bot.commands.health import answer_status
from bot.commands.lists import answer_recent, answer_search
from bot.commands.matching import answer_match
from bot.commands.new_sources import LOOK, answer_looked
from bot.commands.picturing import answer_chart
from bot.commands.planning import answer_plan
from bot.commands.pressing import answer_press
from bot.commands.query import NOTES
from bot.commands.retrying import answer_retry
from bot.commands.sourcing import answer_sources
from bot.commands.splitting import answer_split_done
from bot.commands.stats import answer_stats
from bot.commands.terminal import TERMINAL_ONLY
from bot.commands.timelines import answer_timeline
from bot.commands.traces import answer_story, answer_why
from bot.commands.verbs import Command, narrow_spaces, split_words, spoken
from bot.commands.vocabulary import known_names
from bot.errors import CommandError, EditError
from bot.store import requests
from bot.store.requests import Request
from bot.text import fold

__all__ = [
    "COMMANDS",
    "EVERY_COMMAND",
    "SILENT",
    "Answer",
    "Asked",
    "Command",
    "Desk",
    "Offer",
    "Pressed",
    "Wanted",
    "answer",
    "answer_finished",
    "menu",
    "mistaken",
    "split_command",
    "takes_long",
]


def _help(asked: Asked, desk: Desk) -> Answer:
    del desk
    return answer_help(asked, COMMANDS)


_TABLE = (
    Command(
        verb="recent",
        usage="recent [QUERY]",
        does={"en": "newest stories that matched", "zh": "最新匹配的新闻"},
        answer=answer_recent,
        examples=("recent", "recent 腾讯 since:3d", "recent score>60 event:earnings -gaming"),
        notes=NOTES,
        also=("last", "news", "最新", "最近", "新闻"),
    ),
    Command(
        verb="search",
        usage="search QUERY",
        does={"en": "the whole archive, matched or not", "zh": "搜索全部存档"},
        answer=answer_search,
        examples=(
            "search chip exports",
            'search "export control" since:7d lang:en',
            "search 芯片 source:scmp-tech",
        ),
        notes=NOTES,
        also=("find", "搜索", "查找"),
    ),
    Command(
        verb="story",
        usage="story ID",
        does={"en": "a story, its reports and why each joined", "zh": "事件的全部报道及并入原因"},
        answer=answer_story,
        changes=(
            (
                "story split ID ENTRY [--tell]",
                {"en": "take an entry out of a story for good", "zh": "将一篇报道永久移出事件"},
            ),
        ),
        examples=("story k7f2", "story split k7f2 2"),
        also=("事件", "详情"),
    ),
    Command(
        verb="why",
        usage="why ID-or-URL",
        does={"en": "why it was told, or not", "zh": "为何推送或未推送"},
        answer=answer_why,
        examples=("why k7f2", "why https://news.example/cloud"),
        also=("原因", "为什么", "为何"),
    ),
    Command(
        verb="timeline",
        usage="timeline WATCH [since:30d]",
        does={"en": "what happened to a company, by day", "zh": "一家公司的每日大事"},
        answer=answer_timeline,
        examples=("timeline Alibaba", "timeline 腾讯 since:7d", "timeline Alibaba event:earnings since:90d"),
        also=("时间线", "大事记"),
    ),
    Command(
        verb="chart",
        long=True,
        usage="chart [WATCH] [since:30d]",
        does={"en": "stories over time, as a picture", "zh": "新闻量走势图"},
        answer=answer_chart,
        examples=("chart", "chart Alibaba since:90d", "chart 腾讯 event:earnings since:365d"),
        notes={
            "en": "Bars are stories a day (beyond 92 days: a week); dots are the strongest of them.\n"
            "One company is shown by kind of event, several by company.",
            "zh": "柱为每日新闻条数（超过 92 天为每周），圆点为其中最重要的一条。\n"
            "单个公司按事件类型展示，多个则按公司展示。",
        },
        also=("图表", "走势"),
    ),
    Command(
        verb="digest",
        usage="digest",
        does={"en": "what waits for the next digest", "zh": "查看待汇总的新闻"},
        answer=answer_digest,
        changes=(("digest", {"en": "make the digest of what waits now", "zh": "立即生成摘要"}),),
        examples=("digest",),
        also=("摘要",),
    ),
    Command(
        verb="watch",
        long=True,
        usage="watch [list | show WATCH | mute]",
        does={"en": "what is watched, one watch, what is muted", "zh": "关注清单、某一项、静音项"},
        answer=answer_watch,
        forms=(
            (
                "watch suggest NAME",
                {"en": "what to exclude, and what speaks for a name", "zh": "为名称建议排除词与佐证词"},
            ),
            ("watch log", {"en": "the last changes, by whom", "zh": "最近的更改及操作者"}),
        ),
        changes=(
            (
                "watch add NAME, ALIAS",
                {"en": "watch a company more; its effect is shown first", "zh": "新增关注，先显示效果"},
            ),
            ("watch remove WATCH", {"en": "watch it no longer", "zh": "取消关注"}),
            (
                "watch alias WATCH TERM, -TERM",
                {
                    "en": "names more or less; people, products, weak, likely, exclude, context likewise",
                    "zh": "增删别名；people、products、weak、likely、exclude、context 同理",
                },
            ),
            ("watch undo", {"en": "take the last change back", "zh": "撤销上一次更改"}),
            (
                "watch mute WATCH 4h | unmute WATCH",
                {"en": "silence a watch for a time, and end that", "zh": "静音一段时间，或恢复"},
            ),
        ),
        notes={
            "en": "Who gets alerts in a private chat of their own may mute and unmute there, admin or not.",
            "zh": "在自己的私聊中接收推送的人，无需管理员身份即可在该聊天中静音与恢复。",
        },
        examples=(
            "watch list",
            "watch show 腾讯",
            "watch add 月之暗面",
            "watch alias tencent 鹅厂",
            "watch mute tencent 4h",
        ),
        also=("关注",),
    ),
    Command(
        verb="sources",
        usage="sources [NAME]",
        does={"en": "the health of every source", "zh": "各来源的状态"},
        answer=answer_sources,
        examples=("sources", "sources reuters"),
        changes=(
            (
                "sources add URL [key:value ...]",
                {"en": "look at an address, and add it", "zh": "查看网址并添加为来源"},
            ),
            ("sources test URL-or-ID", {"en": "what is read there", "zh": "查看能读到的内容"}),
            ("sources remove ID", {"en": "take a source out", "zh": "移除来源"}),
        ),
        also=("来源",),
    ),
    Command(
        verb="match",
        usage="match TEXT",
        does={
            "en": "what the watchlist sees in a text, and who would hear",
            "zh": "试匹配一段文字，看谁会收到",
        },
        answer=answer_match,
        examples=("match Alibaba cloud revenue jumps 34%", "match source:scmp-tech 阿里云下调模型价格"),
        notes={
            "en": "The first line is the headline, the rest the text. Nothing is sent.",
            "zh": "首行为标题，其余为正文。不会推送。",
        },
        also=("匹配", "试匹配"),
    ),
    Command(
        verb="plan",
        long=True,
        usage="plan [DAYS]",
        does={"en": "what the watchlist would have told, beside what was", "zh": "按现行清单本应推送什么"},
        answer=answer_plan,
        examples=("plan", "plan 3"),
        notes={
            "en": "Useful after a change of the watchlist. In the terminal: plan --days 30 --watchlist FILE.",
            "zh": "适合在修改清单后查看。终端中可用 plan --days 30 --watchlist FILE。",
        },
        also=("预览", "计划"),
    ),
    Command(
        verb="export",
        long=True,
        usage="export QUERY [--format csv|jsonl]",
        does={"en": "stories with their evidence, as a file", "zh": "将新闻及依据导出为文件"},
        answer=answer_export,
        examples=("export 腾讯 since:30d csv", "export event:earnings since:7d jsonl"),
        also=("导出",),
        notes={
            "en": "The same queries as recent. In a chat at most 5,000 stories.\n"
            "Who was told: that chat alone; to an admin elsewhere, every receiver.",
            "zh": "查询写法与 recent 相同。聊天中最多 5,000 条。\n推送记录仅含本聊天；管理员在其他聊天中可见全部。",
        },
    ),
    Command(
        verb="status",
        usage="status",
        does={"en": "what runs, what is owed, what is wrong", "zh": "运行状况、待发与异常"},
        answer=answer_status,
        examples=("status",),
        also=("状态",),
    ),
    Command(
        verb="retry",
        usage="retry ID | RECEIVER | all",
        does={"en": "try again what was given up", "zh": "重试已放弃的消息"},
        answer=answer_retry,
        examples=("retry all", "retry k7f2"),
        also=("重试",),
    ),
    Command(
        verb="stats",
        long=True,
        usage="stats [WATCH] [since:30d]",
        does={"en": "what the votes say, and how much is told", "zh": "评价统计与推送数量"},
        answer=answer_stats,
        examples=("stats", "stats alibaba since:90d"),
        notes={
            "en": "Counts of fewer than three votes are left out.\n"
            "Admins are shown the change of the files that votes speak for, with what it would have told: nothing is "
            "changed before they press Do it.",
            "zh": "不足三票的项目不列出。\n"
            "管理员还会看到评价所支持的配置改动及其推算效果：按下「执行」之前不作任何更改。",
        },
        also=("统计", "反馈", "评价"),
    ),
    Command(
        verb="help",
        usage="help [VERB]",
        does={"en": "this list; or one command, with examples", "zh": "本列表，或某个命令的用法"},
        answer=_help,
        examples=("help", "help recent"),
        also=("start", "帮助", "命令"),
        terminal=False,
    ),
)
COMMANDS = {command.verb: command for command in _TABLE}
"""What chats know, by verb, in the order of the menu."""
EVERY_COMMAND = COMMANDS | {verb: one for verb, one in TERMINAL_ONLY.items() if verb not in COMMANDS}
_WORDS = spoken(COMMANDS)
_FINISHED: dict[str, Callable[[Asked, Desk, Request], Answer]] = {
    requests.SPLIT: answer_split_done,
    EDIT: answer_edit_done,
    LOOK: answer_looked,
}
RUN = "run"
"""A button that stands for a typed line: ``run:recent 腾讯``."""


def takes_long(asked: Asked) -> bool:
    """Tell whether a question may read much of the archive."""
    verb = asked.verb
    if asked.pressed is not None:
        verb = (
            asked.pressed.about.split(" ")[0] if asked.pressed.verb in {RUN, "share"} else asked.pressed.verb
        )
    command = COMMANDS.get(_WORDS.get(verb, verb))
    return command is not None and command.long


def answer(asked: Asked, desk: Desk) -> Answer:
    """Answer one question; a question that can't be answered as asked gets the reason, not an exception."""
    if asked.pressed is not None and asked.pressed.verb == RUN:
        verb, words = split_command(f"/{asked.pressed.about}")
        asked = replace(asked, verb=verb, words=words, pressed=None)
    if asked.pressed is not None:
        return answer_press(asked, desk)
    command = COMMANDS.get(_WORDS.get(asked.verb, asked.verb))
    if command is None and _names_a_watch(asked.verb, desk):
        asked, command = replace(asked, words=f"{asked.verb} {asked.words}".strip()), COMMANDS["recent"]
    if command is None or command.answer is None:
        return answer_unknown(asked, asked.verb, COMMANDS)
    try:
        return command.answer(asked, desk)
    except (CommandError, EditError) as error:
        return mistaken(asked, error, desk.folder)


def _names_a_watch(word: str, desk: Desk) -> bool:
    """Tell whether what was typed like a command is a company: ``/腾讯``, ``/wirewatch tencent``."""
    return fold(word, desk.tables.variants).strip() in known_names(desk.watchlist, desk.tables.variants)


def mistaken(asked: Asked, error: CommandError | EditError, folder: Path | None = None) -> Answer:
    """Return the answer that says what to ask instead: to the presser alone, where a button asked.

    Of a file in ``folder`` its name alone is said.
    """
    words = said_to(asked, error, folder)
    if asked.pressed is not None:
        return Answer(SILENT, popup=words, failed=True)
    meant = error.meant if isinstance(error, CommandError) and asked.reader.via in BUTTONED else ""
    message = render.error(words, asked.reader, meant=meant)
    return Answer(message, ({"error": words},), failed=True, misunderstood=isinstance(error, CommandError))


def answer_finished(asked: Asked, desk: Desk, request: Request) -> Answer:
    """Say what came of a request that was carried out."""
    return _FINISHED[request.kind](asked, desk, request)


def menu(language: str) -> list[tuple[str, str]]:
    """Return the commands as a chat's menu lists them: (verb, what it does)."""
    return [(command.verb, command.does[language]) for command in COMMANDS.values()]


def split_command(text: str) -> tuple[str, str]:
    """Return (verb, words) of a typed line, in either language; words without a verb ask for recent stories."""
    text = narrow_spaces(text)
    verb, words = split_words(text, _WORDS) or ("recent", text.strip())
    return _WORDS.get(verb, verb), words
