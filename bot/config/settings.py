"""From a checked ``wirewatch.yaml`` to the settings."""

from __future__ import annotations

import ipaddress
import re
from collections.abc import Mapping
from datetime import time, timedelta
from typing import Any

from bot.config.receivers import build_receivers, check_people, check_zone
from bot.config.schema_wirewatch import AccessSection, RouteSection, WirewatchFile
from bot.config.web import place_of
from bot.config.yaml_source import Sheet
from bot.model import Access, DigestPlan, Level, Operator, Polling, Receiver, Route, Settings

_HOST = re.compile(r"(?:\*\.)?[A-Za-z0-9_](?:[A-Za-z0-9_.-]{0,251}[A-Za-z0-9])?")


def build_settings(file: WirewatchFile, sheet: Sheet, environ: Mapping[str, str]) -> Settings:
    """Return the settings; faults go to the sheet. Without receivers the terminal hears."""
    check_zone(("timezone",), file.timezone, sheet)
    _check_database(file.database, sheet)
    receivers = build_receivers(file, sheet)
    window = file.stories.window or Settings().window
    retention = file.retention.entries or Settings().retention
    if not timedelta(hours=1) <= window <= timedelta(days=30):
        sheet.complain(("stories", "window"), "the window must be from 1h to 30d", "3d is a good one")
    if retention < window:
        sheet.complain(("retention", "entries"), "entries must be kept at least as long as stories.window")
    return Settings(
        timezone=file.timezone,
        database=file.database,
        polling=_polling(file, sheet, environ),
        window=window,
        receivers=receivers,
        routes=_routes(file, sheet, receivers),
        access=_access(file, sheet),
        operator=_operator(file, sheet),
        retention=retention,
        web_listen=_web(file, sheet),
    )


def _given(**values: Any) -> dict[str, Any]:
    return {key: value for key, value in values.items() if value is not None}


def _contact(contact: str | None, sheet: Sheet) -> str:
    if contact and not (contact.isascii() and contact.isprintable() and not set(contact) & set("()\\ ")):
        hint = "such as news@example.org or https://example.org/bot"
        sheet.complain(("polling", "contact"), "this is neither a mail nor a web address", hint)
    return contact or ""


def _check_database(database: str, sheet: Sheet) -> None:
    scheme = database.partition(":")[0].partition("+")[0].lower()
    if scheme in {"postgresql", "postgres"}:
        sheet.complain(("database",), "PostgreSQL is not there yet", "write sqlite:///state/wirewatch.db")
    elif not re.fullmatch(r"sqlite:///[^?#]+", database):
        sheet.complain(("database",), "this is not a database that Wirewatch knows", "write sqlite:///PATH")


def _polling(file: WirewatchFile, sheet: Sheet, environ: Mapping[str, str]) -> Polling:
    section = file.polling
    polling = Polling(
        concurrency=section.concurrency,
        per_host=section.per_host,
        allow_private=tuple(section.allow_private),
        proxy=_proxy(section.proxy, sheet, environ),
        contact=_contact(section.contact, sheet),
        **_given(
            every=section.every,
            min=section.min,
            max=section.max,
            timeout=section.timeout,
            max_body=section.max_body,
        ),
    )
    if polling.min > polling.max:
        sheet.complain(("polling", "min"), "polling.min is longer than polling.max", "exchange them")
    if polling.every < timedelta(minutes=1):
        message = "sources are polled more than once a minute"
        sheet.complain(("polling", "every"), message, "1m or more is polite", warning=True)
    if polling.timeout > timedelta(minutes=10):
        sheet.complain(("polling", "timeout"), "a timeout of more than 10m", "30s is a good one")
    for at, allowed in enumerate(section.allow_private):
        if not _is_network_or_host(allowed):
            path = ("polling", "allow_private", at)
            sheet.complain(path, "this is neither a host nor a network", "such as rsshub.lan or 10.0.0.0/8")
    return polling


def _is_network_or_host(text: str) -> bool:
    try:
        ipaddress.ip_network(text, strict=False)
    except ValueError:
        return bool(_HOST.fullmatch(text)) and not re.fullmatch(r"[0-9.]+", text)
    return True


def _proxy(proxy: str | None, sheet: Sheet, environ: Mapping[str, str]) -> str | None:
    """Return the address of the proxy for sources; ``environment`` takes it from HTTPS_PROXY."""
    path = ("polling", "proxy")
    if proxy == "environment":
        names = ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy")
        found = next((environ[name] for name in names if environ.get(name)), None)
        if found is None:
            sheet.complain(path, "HTTPS_PROXY is not set, so sources are fetched directly", warning=True)
        return found
    if proxy is not None and not re.fullmatch(r"(?:https?|socks5h?)://[^@\s/]+/?", proxy):
        hint = "write environment, or http://HOST:PORT; a password belongs into HTTPS_PROXY"
        sheet.complain(path, "this is not the address of a proxy", hint)
    return proxy


def _routes(file: WirewatchFile, sheet: Sheet, receivers: Mapping[str, Receiver]) -> tuple[Route, ...]:
    if file.routes is None:
        return default_routes(tuple(receivers))
    if not file.routes:
        sheet.complain(("routes",), "there are no routes, so nobody hears anything", warning=True)
    names: set[str] = set()
    for at, section in enumerate(file.routes):
        if section.name and section.name in names:
            sheet.complain(("routes", at, "name"), "another route has this name", "change one of them")
        names.add(section.name or "")
    return tuple(_route(at, section) for at, section in enumerate(file.routes))


def default_routes(to: tuple[str, ...]) -> tuple[Route, ...]:
    """Return what holds without ``routes``: important and urgent at once, the rest from notable at 08:30."""
    return (
        Route(name="important", to=to, min_score=int(Level.IMPORTANT)),
        Route(name="the-rest", to=to, min_score=int(Level.NOTABLE), digest=DigestPlan(time(8, 30))),
    )


def _route(at: int, section: RouteSection) -> Route:
    digest = DigestPlan(section.digest.at, section.digest.days) if section.digest else None
    return Route(
        name=section.name or f"route-{at + 1}",
        to=tuple(dict.fromkeys(section.to)),
        watches=frozenset(section.watches),
        tags=frozenset(section.tags),
        sources=frozenset(section.sources),
        source_tags=frozenset(section.source_tags),
        languages=frozenset(section.languages),
        events=frozenset(section.events),
        min_score=section.min_score,
        digest=digest,
        stop=section.stop,
        **_given(max_age=section.max_age),
    )


def _access(file: WirewatchFile, sheet: Sheet) -> dict[str, Access]:
    services = {"telegram": file.access.telegram, "slack": file.access.slack}
    return {service: _one_access(service, section, sheet) for service, section in services.items() if section}


def _one_access(service: str, section: AccessSection, sheet: Sheet) -> Access:
    check_people(("access", service, "admins"), service, section.admins, sheet)
    return Access(frozenset(section.admins), frozenset(section.chats))


def _operator(file: WirewatchFile, sheet: Sheet) -> Operator:
    section = file.operator
    if section.heartbeat is not None and not section.to:
        sheet.complain(
            ("operator", "heartbeat"),
            "nobody gets the heartbeat",
            "name a receiver in operator.to",
            warning=True,
        )
    return Operator(
        to=tuple(section.to), heartbeat=section.heartbeat, ping_url_env=section.ping_url_env or ""
    )


def _web(file: WirewatchFile, sheet: Sheet) -> str | None:
    if file.web is None:
        return None
    if place_of(file.web.listen) is None:
        sheet.complain(("web", "listen"), "this is not HOST:PORT", 'such as "127.0.0.1:8787"')
    return file.web.listen
