"""Addresses of entries: one form for comparing, one that is safe to show."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, quote, urljoin, urlsplit

LONGEST = 2_000
"""Longer addresses are not shown: no chat takes them as a link."""

_TRACKING = frozenset(
    """
    fbclid gclid gclsrc dclid wbraid gbraid msclkid yclid twclid ttclid igshid igsh li_fat_id mc_cid
    mc_eid mkt_tok _ga _gl _openstat xtor ocid ncid cmpid cmp smid s_cid cvid wt.mc_id wt_mc rb_clickid
    wickedid ito icid ref ref_src ref_url referer referrer from from_source from_spmid from_module fromid
    source_from spm scm spm_id_from share_from share_source share_medium share_plat share_session_id
    share_tag share_token share_times shareuid sharer_shareid sharer_sharetime sharer_shareinfo vd_source
    unique_k wfr chksm scene srcid isappinstalled nsukey mpshare wxshare_count clicktime enterid sc_cid
    guccounter guce_referrer guce_referrer_sig soc_src soc_trk sr_share __twitter_impression amp_js_v usqp
    feature_ref partner_ref action_ref trk trkinfo trackingid taid mod
    """.split()  # noqa: SIM905 (a list of words reads best as words)
)
_TRACKING_PREFIXES = ("utm_", "mtm_", "pk_", "hsa_", "oly_", "vero_", "_hs", "ga_", "itm_", "at_custom")
# "mod" and "from" carry meaning on forum software, where the page is named by other parameters beside them.
_FORUM_PAGES = frozenset({"tid", "aid", "action"})

_SITE_PREFIX = re.compile(r"^(?:www\d?|m|wap|mobile|3g)\.(?=[^.]+\.)")
_REDIRECTORS = frozenset(
    {"news.google.com", "feedproxy.google.com", "feeds.feedburner.com", "feeds.reuters.com"}
)
_PORTS = {"http": 80, "https": 443}
_PERCENT = re.compile(r"%([0-9A-Fa-f]{2})")
_UNRESERVED = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")
_SPACES = re.compile(r"[\t\r\n]+")
_UNSHOWABLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u2069\ufeff\ufff9-\uffff\ud800-\udfff]"
)
_HOST = re.compile(r"[^\s\x00-\x20\x7f%<>\"'`{}|\\^@\[\]]+|\[[0-9A-Fa-f:.]+\]")


def _split(url: str) -> SplitResult | None:
    """Return the parts of an http(s) address with a usable host, or None."""
    try:
        parts = urlsplit(url)
        named, _ = parts.hostname, parts.port
    except ValueError:
        return None
    return parts if parts.scheme.lower() in _PORTS and named else None


def _ascii_host(name: str) -> str:
    name = name.lower().rstrip(".")
    if name.isascii():
        return name
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return name


def host(url: str) -> str:
    """Return the host that an http(s) address names, in lower case without port; "" when there is none."""
    parts = _split(url.strip())
    return (parts.hostname or "").rstrip(".") if parts else ""


SECOND_LEVELS = frozenset("com co net org gov edu ac or ne go".split())  # noqa: SIM905 (as above)
"""What stands before a country's two letters where names are registered on the third level."""


def site_of(url: str) -> str:
    """Return the part of a host that somebody registered, as far as that can be told without a list."""
    name = host(url)
    labels = name.split(".")
    if name.replace(".", "").isdecimal() or ":" in name:
        return name
    short = len(labels) > 2 and len(labels[-1]) == 2 and labels[-2] in SECOND_LEVELS
    return ".".join(labels[-3 if short else -2 :])


def same_origin(one: str, other: str) -> bool:
    """Tell whether two http(s) addresses have the same scheme, host and port; False where one can't be read.

    Hosts are compared as they are written: ß and ss are one name by an old rule and two by the new one.
    """
    first, second = _origin(one), _origin(other)
    return first is not None and first == second


def _origin(url: str) -> tuple[str, str, int] | None:
    parts = _split(url.strip())
    if parts is None:
        return None
    scheme = parts.scheme.lower()
    return scheme, (parts.hostname or "").lower(), parts.port or _PORTS[scheme]


def absolute(url: str, base: str) -> str:
    """Return the address as seen from ``base``; unchanged where no base is known or either can't be read."""
    url = _SPACES.sub("", url.strip())
    if not url or not base:
        return url
    try:
        return urljoin(base.strip(), url)
    except ValueError:
        return url


def showable(url: str) -> str:
    """Return an address that may stand as a link in a message, or "".

    http and https only, no user or password, nothing invisible, no more than 2,000 characters;
    spaces, quotes and angle brackets are written as %XX, so that no markup can be broken with them.
    """
    url = url.strip()
    if len(url) > LONGEST or _UNSHOWABLE.search(url):
        return ""
    parts = _split(url)
    if parts is None or "@" in parts.netloc or "\\" in parts.netloc:
        return ""
    if not _HOST.fullmatch(parts.netloc.rpartition(":")[0] if parts.port else parts.netloc.rstrip(":")):
        return ""
    shown = re.sub(r"[\s\"'<>`{}|\\^]", lambda found: quote(found.group()), url)
    return shown if len(shown) <= LONGEST else ""


def _tidy_escapes(text: str) -> str:
    """Write %XX in one way: plain where it need not be escaped, else in capitals; non-ASCII escaped."""

    def one(found: re.Match[str]) -> str:
        character = chr(int(found.group(1), 16))
        return character if character in _UNRESERVED else found.group().upper()

    return quote(_PERCENT.sub(one, text), safe="%/:=&?~#+!$,;'@()*[]", errors="replace")


def _tidy_path(path: str) -> str:
    kept: list[str] = []
    for part in _tidy_escapes(path).split("/"):
        if part == "..":
            del kept[-1:]
        elif part not in ("", "."):
            kept.append(part)
    return "/" + "/".join(kept) if kept else ""


def _tracks(name: str) -> bool:
    name = name.lower()
    return name in _TRACKING or name.startswith(_TRACKING_PREFIXES)


def _tidy_query(query: str) -> str:
    pairs = [_tidy_escapes(pair) for pair in query.split("&") if pair]
    names = {pair.partition("=")[0].lower() for pair in pairs}
    if names & _FORUM_PAGES:
        return "&".join(sorted(pairs))
    return "&".join(sorted(pair for pair in pairs if not _tracks(pair.partition("=")[0])))


def _fragment(fragment: str) -> str:
    """Keep what names a page of a single-page site (``#!/a``, ``#/a``); drop places on a page."""
    return "#" + fragment if fragment.startswith(("!", "/")) else ""


@lru_cache(maxsize=16_384)
def canonical(url: str) -> str:
    """Return the address in the form used for comparing, never for showing or fetching.

    http is written as https, the host in lower case without www., m. and the like; default port, place on
    the page, tracking parameters and the final slash are dropped; parameters are sorted. Links through a
    redirector (Google News, FeedBurner) say nothing about their target and stay as they are. What is no
    http(s) address is returned stripped.
    """
    url = url.strip()
    parts = _split("https:" + url if url.startswith("//") else url)
    if parts is None:
        return url
    name = _ascii_host(parts.hostname or "")
    if name in _REDIRECTORS:
        return url
    while (bare := _SITE_PREFIX.sub("", name)) != name:
        name = bare
    port = "" if parts.port in (None, _PORTS[parts.scheme.lower()], 443) else f":{parts.port}"
    place = f"[{name}]" if ":" in name else name
    query = _tidy_query(parts.query)
    tail = ("?" + query if query else "") + _fragment(parts.fragment)
    return f"https://{place}{port}{_tidy_path(parts.path)}{tail}"
