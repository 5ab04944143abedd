"""What is said of what a pressed button answers. Rules as in ``phrases``."""

from __future__ import annotations

PRESS: dict[str, tuple[str, str]] = {
    "button_unknown": ("This button does nothing any more.", "此按钮已失效。"),
    # a change that is shown first
    "confirm_over": (
        "This was answered already, or it is too old. Ask again to see it anew.",
        "已处理或已过期，请重新提出。",
    ),
    "confirm_other": ("Only {who}, who asked, can press this.", "只有提出者{who}可以按。"),
    "confirm_admins": (
        "Only admins may change this. Your id is {who}; an admin adds it under access in wirewatch.yaml.",
        "只有管理员可以更改。您的 ID 是 {who}；管理员可将其加入 wirewatch.yaml 的 access。",
    ),
    "share_nothing": ("There is nothing to share.", "没有可分享的内容。"),
    # under an alert
    "press_other": (
        "This message does not tell of that story, so nothing was changed.",
        "此消息与该事件不符，未作更改。",
    ),
    "press_gone": ("That story is no longer kept.", "该事件已不再保存。"),
    "silence_admins": (
        "Only admins may do this here. Your id is {who}; an admin adds it under access in wirewatch.yaml.",
        "此处仅管理员可操作。您的 ID 为{who}；管理员可将其加入 wirewatch.yaml 的 access。",
    ),
    "muted_already": ("{who} muted this story already, until {time}.", "{who}已将此事静音至{time}。"),
    "snoozed_already": ("{names}: snoozed already by {who}, until {time}.", "{names}已由{who}暂停至{time}。"),
    "snooze_nothing": ("This alert names no company that is watched now.", "此推送中没有正在关注的公司。"),
    "silence_over": ("Nothing is muted here any more.", "此处已没有静音或暂停。"),
    # why and story
    "which_story": (
        "Say which story: {command}, an address, or reply to an alert without an id.",
        "请指明事件：{command}、网址，或直接回复某条推送（无需编号）。",
    ),
    "no_story": (
        "There is no story {story}. {command} lists the newest.",
        "没有事件{story}。{command}列出最新事件。",
    ),
    "hint_muted_story": (
        "{to} hears of it again once Undo is pressed under its alert.",
        "在该推送下按「撤销」后恢复推送。",
    ),
    # what is not one story
    "split_confirm": (
        "*Take this out of {story} for good?* They never join again; nobody is told anew.",
        "*将此篇永久移出{story}？* 两者不会再合并，也不会重新推送。",
    ),
    "split_which": ("*Which one does not belong to {story}?*", "*哪一篇不属于{story}？*"),
    "split_press": ("Its number takes it out for good.", "按序号即永久移出该篇。"),
    "split_further": (
        "{count} more {count:report|reports}: {command}",
        "另有{count}篇：{command}",
    ),
    # a source's trouble
    "poll_asked": ("Polling {name} now.", "正在抓取{name}。"),
    "source_unknown": (
        "That source is no longer in sources.yaml, or is switched off.",
        "该来源已不在 sources.yaml 中，或已停用。",
    ),
    "quiet_set": ("No notice of {name} until {time}.", "{time}之前不再通知{name}的状况。"),
    "quiet_already": ("Snoozed already: no notice of {name} until {time}.", "{name}的通知已暂停至{time}。"),
    "cancelled_by": ("Cancelled by {who}.", "{who}已取消。"),
}
PRESS_LABELS: dict[str, tuple[str, str]] = {
    "do": ("Do it", "执行"),
    "cancel": ("Cancel", "取消"),
}
