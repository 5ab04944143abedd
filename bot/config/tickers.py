"""Listed stocks as people write them, brought to one short form."""

from __future__ import annotations

import re
import unicodedata

from bot.model import Ticker

_EXCHANGES = {
    "HK": ("HKEX", "SEHK", "HKG", "HKSE", "XHKG", "港股"),
    "SH": ("SSE", "SS", "SHA", "SHSE", "XSHG"),
    "SZ": ("SZSE", "SHE", "XSHE"),
    "BJ": ("BJSE", "BJE"),
    "NYSE": ("N", "XNYS", "NYS"),
    "NASDAQ": ("O", "OQ", "XNAS", "NAS", "NASDAQGS", "NASDAQGM", "NASDAQCM", "NMS"),
    "AMEX": ("NYSEAMERICAN", "XASE", "ASE"),
    "OTC": ("PINK", "OTCMKTS", "OTCPK", "PK"),
    "TSE": ("T", "TYO", "JPX", "XTKS", "TOKYO"),
    "TW": ("TWSE", "TPE", "TPEX", "TWO"),
    "KS": ("KRX", "KOSPI", "KOSDAQ", "KQ"),
    "LSE": ("L", "LON", "XLON"),
    "SG": ("SGX", "SI", "SES"),
    "FRA": ("F", "FWB", "XETRA", "ETR", "DE"),
    "PA": ("EPA", "XPAR"),
    "AS": ("AMS", "XAMS"),
    "SW": ("SWX", "SIX"),
    "NSE": ("NS",),
    "BSE": ("BO", "BOM"),
    "ASX": ("AX",),
    "TSX": ("TO",),
}
_SHORT = {long: short for short, forms in _EXCHANGES.items() for long in (short, *forms)}
_DIGITS = {"HK": (1, 5), "SH": (6, 6), "SZ": (6, 6), "BJ": (6, 6)}
_CODE = re.compile(r"[A-Z0-9][A-Z0-9.\-]{0,11}")


class TickerError(ValueError):
    """What stands there is no ticker; the text says what to write."""


_MAINLAND = 6
"""Digits of a code of Shanghai or Shenzhen."""


def read_ticker(text: str) -> Ticker:
    """Return ``Ticker(exchange, code)`` for ``NYSE:BABA``, ``9988.HK``, ``HKEX:9988``, ``600519.SS``.

    The exchange is in short form (HK, SH, SZ, BJ, NYSE, NASDAQ, AMEX, OTC, TSE for Tokyo, TW, KS, LSE, ...),
    empty where letters stand alone. Codes are upper case, those of Hong Kong without leading zeros.
    A prefix that isn't known is kept as it is; a suffix that isn't known belongs to the code (BRK.B).
    """
    written = unicodedata.normalize("NFKC", text).strip().lstrip("$").upper()
    exchange, code = _split(written)
    exchange = _SHORT.get(exchange, exchange)
    if not _CODE.fullmatch(code) or not re.fullmatch(r"[A-Z]{0,12}", exchange):
        raise TickerError('write "NYSE:BABA" or "9988.HK"')
    if exchange in _DIGITS:
        code = _digits(exchange, code)
    elif not exchange and code[0].isdigit():
        raise TickerError(f"name the exchange: {with_exchange(code.split('.')[0])}")
    return Ticker(exchange, code)


def with_exchange(code: str) -> str:
    """Return how a code of digits is written in full: six digits are of the mainland, fewer of Hong Kong."""
    return f'"{code}.SH" or "{code}.SZ"' if len(code) == _MAINLAND else f'"{code}.HK"'


def _split(written: str) -> tuple[str, str]:
    before, colon, after = written.partition(":")
    if colon:
        return before.strip(), after.strip()
    code, dot, suffix = written.rpartition(".")
    return (suffix, code) if dot and suffix in _SHORT else ("", written)


def _digits(exchange: str, code: str) -> str:
    least, most = _DIGITS[exchange]
    if exchange == "HK":
        code = code.lstrip("0")
    if not code.isdigit() or not least <= len(code) <= most:
        count = f"{most}" if least == most else f"{least} to {most}"
        raise TickerError(f"codes of {exchange} have {count} digits")
    return code
