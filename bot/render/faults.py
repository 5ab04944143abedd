"""What is wrong with a file or with a source, for a reader of Chinese: faults are written in English first."""

from __future__ import annotations

import re

from bot.render.words import say

_CHINESE = tuple(
    (re.compile(said), chinese)
    for said, chinese in (
        # an address and the keys of a source
        (r"this is not an address that begins with https:// or http://", "网址须以 https:// 或 http:// 开头"),
        (r"this is not an address", "这不是网址"),
        (r"a name and password stand in this address", "网址中含有用户名和密码"),
        (r"kind (\w+) needs 'item'", r"类型 \1 需要「item」"),
        (r"'(\w+)' means nothing for kind (\w+)", r"「\1」不适用于类型 \2"),
        (r"item names whole elements, not an attribute", "item 应指整个元素，而不是属性"),
        (r"this is no valid CSS selector", "CSS 选择器无效"),
        (r"(?:this|(\{\S*\})) is neither a path nor JMESPath", r"\1既不是路径，也不是 JMESPath"),
        (r"the host of a link must be written out", "链接须写出完整域名"),
        (r"every item would get this same link", "所有条目会得到同一链接"),
        (r"a brace of this link is not closed", "链接中的花括号未闭合"),
        (r"this (id|url) stands twice, first in line (\d+)", r"此 \1 重复，首次出现在第 \2 行"),
        # a value of another kind
        (r"expected a number of at least (\S+)", r"应为不小于 \1 的数"),
        (r"expected a number of at most (\S+)", r"应为不大于 \1 的数"),
        (r"expected a whole number", "应为整数"),
        (r"expected a number", "应为数字"),
        (r"expected a list that is not empty", "应为非空列表"),
        (r"expected a list", "应为列表"),
        (r"expected a mapping", "应为映射"),
        (r"expected true or false", "应为 true 或 false"),
        (r"expected text that is not empty", "应为非空文本"),
        (r"expected text of at most (\d+) characters", r"应为不超过 \1 个字符的文本"),
        (r"expected text", "应为文本"),
        (r"expected a duration such as 30s, 5m, 2h or 3d", "应为时长，如 30s、5m、2h 或 3d"),
        (r"expected a duration above zero and below 100 years", "应为大于零且小于 100 年的时长"),
        (r"expected a language: en or zh", "应为语言：en 或 zh"),
        (r"expected an id: up to 80 characters without spaces", "应为 ID：不超过 80 个字符且不含空格"),
        (r"expected ('\w+'(?:, '\w+')* or '\w+')", r"应为 \1"),
        (r"(?<='), (?='\w+'(?:, '\w+')* or ')|(?<=')(?:,? or )(?=')", "、"),
        (r"(\w): (?=应为)", r"\1："),
        (r", not (?='|the number|a list|a mapping|nothing|true|false)", "，而不是 "),
        # names that something else needs, and keys
        (r"there is no watch with the tag '([^']*)'", r"没有带标签「\1」的关注项"),
        (r"there is no source with the tag '([^']*)'", r"没有带标签「\1」的来源"),
        (r"there is no watch '([^']*)'", r"没有关注项「\1」"),
        (r"there is no source '([^']*)'", r"没有来源「\1」"),
        (r"there is no receiver '([^']*)'", r"没有接收方「\1」"),
        (r"there is no kind of event '([^']*)'", r"没有事件类型「\1」"),
        (r"unknown key '([^']*)'", r"未知的键「\1」"),
        (r"the key '([^']*)' is missing", r"缺少键「\1」"),
        (r"did you mean '([^']*)'\?", r"是否指「\1」？"),
        (r"there is none yet", "目前一个都没有"),
        (r"\bknown: ", "可用："),
        # how a file is written
        (r"\bline (\d+): ", r"第 \1 行："),
        (r"(an anchor|a tag|an alias) \((.)\) is not allowed here", r"此处不允许使用 \2"),
        (r"put text that begins with (.) in quotes", r"以 \1 开头的文本请加引号"),
        (r"the file is empty", "文件为空"),
        (r"a full-width colon after '([^']*)'", r"「\1」后是全角冒号"),
        (r"a second ': ' in one line", "一行中有两个“: ”"),
        (r"this quote is never closed", "引号未闭合"),
        (r"this bracket is not closed, or a comma is missing", "括号未闭合或缺少逗号"),
        (r"this does not fit what stands before it", "与前文不符"),
        (r"check indentation and quotes", "请检查缩进和引号"),
        # what keeps a file from being changed
        (r"other lines stand here now", "此处现为其他内容"),
        (r" changed meanwhile; look again", "已被修改，请重新查看"),
        (r" is gone; look again", "已不存在，请重新查看"),
        (r" can't be written: permission denied", "无法写入：权限不足"),
        (r" can't be written: read-only file system", "无法写入：文件系统只读"),
        (r" can't be written: no space left on device", "无法写入：磁盘已满"),
        (r" can't be written: ", "无法写入："),
        (
            r"the file is written in a way that can't be changed here safely; edit it by hand",
            "该文件的写法无法在此安全修改，请手动编辑",
        ),
        (r"this way of writing can't be changed here", "这种写法无法在此修改"),
        (r"; mend that first", "，请先修正"),
    )
)
"""The faults that people meet in chats; others stay in English rather than unsaid."""


def reworded(fault: str, language: str) -> str:
    """Return one fault or several as the language has them: what is quoted in them stays as it is."""
    if language != "zh":
        return fault
    for said, chinese in _CHINESE:
        fault = said.sub(chinese, fault)
    return fault


def source_fault(fault: str, language: str) -> str:
    """Return that something can't be a source, and why."""
    return say(language, "source_fault", fault=reworded(fault, language))
