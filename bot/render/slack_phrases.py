"""What only Slack's messages say, where menus and threads allow other words. Rules as in ``phrases``."""

from __future__ import annotations

SLACK: dict[str, tuple[str, str]] = {
    "slack_also": ("also ", "另见 "),
    "slack_more": ("+{count}", "+{count}"),
    "slack_story": ("story {id}, {count} {count:report|reports}", "事件{id}，{count}篇"),
    "slack_times": ("{read} to read, {told} to tell", "{read}后读取，{told}后推送"),
    "slack_no_picture": ("The picture could not be shown.", "图片未能显示。"),
    "slack_file_sent": (
        "The file is in your direct messages with this bot.",
        "文件已发送至您与本机器人的私信。",
    ),
}
SLACK_LABELS: dict[str, tuple[str, str]] = {
    "mute_story": ("Mute story", "静音此事"),
    "open_story": ("Open story", "打开事件"),
    "next": ("Next ›", "下一页 ›"),
    "previous": ("‹ Back", "‹ 上一页"),
    "share": ("Share here", "分享到此"),
}
