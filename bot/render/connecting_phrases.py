"""What is said of connecting chats, and sources added from them. Rules as in ``phrases``."""

from __future__ import annotations

CONNECTING: dict[str, tuple[str, str]] = {
    "code_taken": ("The code is right: this chat is being connected.", "验证码正确，正在连接本聊天。"),
    "code_taken_ask": (
        "The code is right. The terminal asks for the rest.",
        "验证码正确，请在终端中确认。",
    ),
    "code_wrong_left": (
        "That is not the code that the terminal shows. {count} more {count:try|tries}.",
        "验证码与终端显示的不符，还可再试{count}次。",
    ),
    "code_wrong_last": (
        "That is not the code that the terminal shows. Start wirewatch connect again for a new one.",
        "验证码与终端显示的不符。请重新运行 wirewatch connect 获取新验证码。",
    ),
    "not_connected": (
        "Not connected: the terminal said no. Nothing was changed.",
        "未连接：终端中选择了否，未作任何更改。",
    ),
    "connected_as": ("This chat: {chat}", "本聊天：{chat}"),
    "connected_later": (
        "News comes with the bot's next start: wirewatch run",
        "机器人下次启动（wirewatch run）后开始推送。",
    ),
    "connected_before": ("This chat is connected already, as {chat}.", "本聊天已连接，名称为{chat}。"),
    "admin_now": (
        "You may change things now, in this chat and alone with the bot.",
        "您现在可以在本聊天或与机器人的私聊中更改设置。",
    ),
    "test_message": (
        "A test from wirewatch check: {chat} hears me.",
        "wirewatch check 测试消息：{chat}可以收到。",
    ),
    # a look at an address
    "look_head": ("*{title}*: {facts}", "*{title}*：{facts}"),
    "look_count": ("{count} {count:entry|entries}", "{count}条"),
    "look_moved": ("It has moved for good to {url}", "已永久迁至 {url}"),
    "look_found": ("Found at {url}", "位于 {url}"),
    "look_proposed": (
        "It has no feed. These headlines stand on the page itself:",
        "该网站没有订阅源，以下标题直接取自页面：",
    ),
    "look_no_date": ("no date", "无日期"),
    "look_paid": ("  (paid)", "（付费）"),
    "look_no_watch": ("None of your watches stands in them.", "其中没有您的关注项。"),
    "look_watch": ("{name} ({count})", "{name}（{count}）"),
    "look_watches": ("Your watches in them: {names}{more}.", "其中的关注项：{names}{more}。"),
    "look_watches_more": (" and {count} more", "，另{count}个"),
    "look_note": ("Note: {words}", "注意：{words}"),
    "look_others": ("The page names more: {urls}", "页面还列出：{urls}"),
    "look_each_day": ("About {count} a day", "每天约{count}条"),
    "look_each_week": ("About {count} a week", "每周约{count}条"),
    "look_polled": ("polled every {span}", "每{span}抓取"),
    "look_baseline": (
        "Its first poll is the baseline and alerts nobody.",
        "首次抓取仅作基线，不会推送。",
    ),
    "look_looking": ("Looking at {url} ...", "正在查看 {url} …"),
    "look_failed": ("{url} {what}.", "{url}：{what}。"),
    "look_not_a_feed": ("is no feed that can be read", "不是可读取的订阅源"),
    "look_web_page": ("is a web page without a feed", "是没有订阅源的网页"),
    "look_empty": ("is empty", "内容为空"),
    "look_unsupported": ("has a format that is not read", "格式不支持"),
    "look_host_rests": ("asked for a pause; try again later", "要求暂停访问，请稍后再试"),
    "look_slow": (
        "took too long to look at; name the address of the feed itself",
        "查看用时过长，请直接给出订阅源地址",
    ),
    "look_web_page_hint": (
        "Which headlines? Say it: kind:page item:SELECTOR (and title:, link:, time:)",
        "请用 CSS 选择器指明标题位置：kind:page item:SELECTOR（以及 title:、link:、time:）",
    ),
    "caution_empty": ("there is not one entry at this moment", "目前没有任何条目"),
    "caution_paid": ("{paid} of {count} are for subscribers only", "{count}条中有{paid}条仅限订阅者"),
    "caution_undated": (
        "no entry has a date: each counts from when it is first seen",
        "条目均无日期，以首次发现时间为准",
    ),
    "caution_old_days": ("the newest entry is {days} days old", "最新条目已是{days}天前"),
    "caution_old_years": ("the newest entry is {years} years old", "最新条目已是{years}年前"),
    "caution_comments": ("these are readers' comments, not the news itself", "这是读者评论，不是新闻本身"),
    "caution_cut": ("the answer was cut off before its end", "返回内容不完整"),
    "caution_http": ("the address is not encrypted (http)", "地址未加密（http）"),
    "answer_label": ("Answer", "返回"),
    "answer_said": ("{status} in {seconds} s, {size}", "{status}，用时{seconds}秒，{size}"),
    "answer_bytes": ("{count} bytes", "{count}字节"),
    "answer_redirected": ("Redirected to", "跳转至"),
    "answer_moved": ("Moved for good to", "已永久迁至"),
    "answer_write": ("{url} (write this address)", "{url}（请改用此地址）"),
    "answer_validators": ("Validators", "校验标记"),
    "answer_no_validators": ("none: every poll fetches all of it", "无：每次抓取全部内容"),
    "answer_floor": ("Asks for", "要求间隔"),
    "answer_minutes": ("{minutes} minutes between two polls", "两次抓取至少相隔{minutes}分钟"),
    "answer_robots": ("allows this page", "允许抓取此页面"),
    "answer_selectors": ("Selectors", "选择器"),
    "answer_tried": ("Tried:", "已尝试："),
    # sources from a chat and at the terminal
    "source_not_there": ("{file} has no source '{name}'", "{file} 中没有来源「{name}」"),
    "source_none": ("There is no source '{name}'; {hint}", "没有来源「{name}」；{hint}"),
    "source_id_or_url": ("give an id, or an address", "请写出 ID 或地址"),
    "source_fault": ("This can't be a source: {fault}", "不能作为来源：{fault}"),
    "source_taken": (
        "{where}: the id '{id}' is taken; choose another: id:NAME",
        "{where}：ID「{id}」已被占用，请另选：id:名称",
    ),
    "source_twin": ("{where}: '{id}' reads {url} already", "{where}：「{id}」已在抓取 {url}"),
    "source_twin_off": (
        "{where}: '{id}' reads {url} already, but it is switched off there (enabled: false)",
        "{where}：「{id}」已有 {url}，但在文件中停用（enabled: false）",
    ),
    "source_usage_add": (
        "Name an address, and keys of sources.yaml where you like: {example}",
        "请写出地址，可附 sources.yaml 的键：{example}",
    ),
    "source_usage_remove": ("Name one source by its id: {example}", "请写出一个来源的 ID：{example}"),
    "source_usage_test": ("Name an address or a source's id: {example}", "请写出地址或来源 ID：{example}"),
    "source_key": (
        "'{word}' is no key of a source; known: {known}",
        "「{word}」不是来源的键；可用：{known}",
    ),
    "source_no_address": (
        "'{word}' is no address. One looks like {example}",
        "「{word}」不是网址。网址形如 {example}",
    ),
    "source_long": ("The address is longer than {count} characters.", "地址超过{count}个字符。"),
    "source_goes": ("{name} would no longer be read", "将不再抓取{name}"),
    "source_leaned": (
        (
            "In {days} days it was in {stories} {stories:story|stories}, {alone} of them told by nobody else; "
            "{alerts} {alerts:alert|alerts} leaned on it."
        ),
        "{days}天内参与{stories}条新闻，其中{alone}条为独家；{alerts}条推送用到它。",
    ),
    "source_leaned_none": ("In {days} days no story leaned on it.", "{days}天内没有新闻用到它。"),
    "source_archive_stays": ("What it published stays in the archive.", "已发布的内容保留在存档中。"),
    "source_named_elsewhere": (
        "'{id}' is still named elsewhere; take it out there first:\n{faults}",
        "「{id}」仍在别处使用，请先移除：\n{faults}",
    ),
    "add_it": ("Add it?", "添加？"),
    "remove_it": ("Remove '{id}'?", "移除「{id}」？"),
    "added": ("Added. {when}", "已添加。{when}"),
    "removed": (
        "Removed; what it published stays in the archive. {when}",
        "已移除，已发布的内容保留在存档中。{when}",
    ),
    "nothing_written": ("Nothing was written.", "未写入任何内容。"),
    "nobody_to_ask": (
        "Nothing was written: add --yes to write without being asked",
        "未写入任何内容：加 --yes 可不经询问直接写入",
    ),
    "json_does_not_ask": (
        "--json does not ask: add --yes, or --dry-run to write nothing",
        "--json 不会询问：请加 --yes，或加 --dry-run 不写入",
    ),
    "page_hint": (
        "Which headlines? Say it: --kind page --item 'CSS SELECTOR' (and --title, --link, --time)",
        "请指明标题位置：--kind page --item 'CSS 选择器'（以及 --title、--link、--time）",
    ),
    "taken_next_run": ("It counts from the next run.", "下次运行起生效。"),
    "taken_next_run_baseline": (
        "It counts from the next run; its first poll is the baseline and alerts nobody.",
        "下次运行起生效；首次抓取仅作基线，不会推送。",
    ),
    "taken_running": ("The running bot takes it within 5 seconds.", "正在运行的机器人将在 5 秒内采用。"),
    "taken_running_baseline": (
        "The running bot takes it within 5 seconds; its first poll is the baseline and alerts nobody.",
        "正在运行的机器人将在 5 秒内采用；首次抓取仅作基线，不会推送。",
    ),
}
CONNECTING_LABELS: dict[str, tuple[str, str]] = {}
