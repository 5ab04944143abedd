"""From the ``receivers`` of a checked ``wirewatch.yaml`` to the named destinations."""

from __future__ import annotations

import re
from collections.abc import Mapping

from bot.config.faults import did_you_mean
from bot.config.schema_wirewatch import QuietHoursSection, ReceiverSection, WirewatchFile
from bot.config.yaml_source import Path, Sheet
from bot.model import QuietHours, Receiver

_CHATS = {
    "telegram": (re.compile(r"-?[0-9]{1,20}|@[A-Za-z][A-Za-z0-9_]{3,31}"), "a number such as -1001234567890"),
    "slack": (re.compile(r"[CDGU][A-Z0-9]{5,20}"), "the id of a channel, such as C0123ABC"),
}
_PEOPLE = {
    "telegram": (re.compile(r"[0-9]{1,20}"), "the number of a person; names can change hands"),
    "slack": (re.compile(r"[UW][A-Z0-9]{2,20}"), "the member id of a person, such as U0ABC"),
}


def build_receivers(file: WirewatchFile, sheet: Sheet) -> dict[str, Receiver]:
    """Return the receivers by name; without any, the terminal."""
    if not file.receivers:
        return {"terminal": Receiver(id="terminal", via="console", timezone=file.timezone)}
    taken: dict[tuple[str, str, int | None], str] = {}
    for name, section in file.receivers.items():
        _check_receiver(("receivers", name), section, sheet)
        other = taken.setdefault((section.via, section.chat or name, section.topic), name)
        if other != name:
            message = f"'{name}' and '{other}' are the same chat: each alert could come twice"
            sheet.complain(("receivers", name), message, key=True, warning=True)
    return {name: _receiver(name, section, file.timezone) for name, section in file.receivers.items()}


def _check_receiver(at: Path, section: ReceiverSection, sheet: Sheet) -> None:
    if section.timezone:
        check_zone((*at, "timezone"), section.timezone, sheet)
    if section.quiet_hours and section.quiet_hours.start == section.quiet_hours.until:
        sheet.complain(
            (*at, "quiet_hours"), "quiet hours begin and end at the same time", "change one of them"
        )
    if section.via in _CHATS:
        _check_chat(at, section, sheet)
    if section.topic is not None and section.via != "telegram":
        sheet.complain((*at, "topic"), "only chats of telegram have topics", "remove it", key=True)
    if section.via == "apprise" and section.url_env is None:
        hint = "url_env: WIREWATCH_APPRISE_URL"
        sheet.complain(at, "a receiver via apprise needs 'url_env'", hint, key=True)


def _check_chat(at: Path, section: ReceiverSection, sheet: Sheet) -> None:
    form, example = _CHATS[section.via]
    if section.chat is None:
        connect = f"or let 'wirewatch connect {section.via}' write it"
        sheet.complain(at, f"a receiver via {section.via} needs 'chat'", f"{example}, {connect}", key=True)
    elif not form.fullmatch(section.chat):
        sheet.complain((*at, "chat"), f"this is no chat of {section.via}", f"write {example}")


def check_people(at: Path, service: str, admins: list[str], sheet: Sheet) -> None:
    """Add a fault for every admin that isn't the id of a person."""
    form, meaning = _PEOPLE[service]
    for number, admin in enumerate(admins):
        if not form.fullmatch(admin):
            sheet.complain((*at, number), f"this is no id of a person on {service}", f"write {meaning}")


def check_zone(path: Path, zone: str, sheet: Sheet) -> None:
    """Add a fault where a time zone doesn't exist."""
    from zoneinfo import ZoneInfo, available_timezones

    try:
        ZoneInfo(zone)
    except (ValueError, OSError, LookupError):
        hint = did_you_mean(zone, available_timezones()) or "such as Asia/Shanghai or Europe/Berlin"
        sheet.complain(path, f"there is no time zone '{zone[:40]}'", hint)


def _receiver(name: str, section: ReceiverSection, timezone: str) -> Receiver:
    return Receiver(
        id=name,
        via=section.via,
        chat=section.chat or "",
        topic=section.topic,
        language=section.language,
        timezone=section.timezone or timezone,
        at_most=section.at_most,
        quiet_hours=_quiet_hours(section.quiet_hours),
        url_env=section.url_env or "",
    )


def _quiet_hours(section: QuietHoursSection | None) -> QuietHours | None:
    if section is None:
        return None
    if section.unless_score is None:
        return QuietHours(section.start, section.until)
    return QuietHours(section.start, section.until, section.unless_score)


def at_hand(receivers: Mapping[str, Receiver], service: str) -> list[str]:
    """Return the names of the receivers on one chat service."""
    return [name for name, receiver in receivers.items() if receiver.via == service]
