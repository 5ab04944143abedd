"""Five languages, written in one encoding and declared as another: exact, or flagged; never silently wrong."""

import time
from collections import Counter

import pytest

from bot.parsers import likeness, parse
from bot.parsers.encoding import decode
from tests.charsets import FORMS, HEADLINES, TEXTS, TWICE, Case, cases, outcome
from tests.loopback import rss

EVERY = 7
"""Of the 25,000 documents one in so many is read here; they differ little."""
NEWS = HEADLINES["zh-Hans"][0]


@pytest.mark.parametrize("long", [False, True], ids=["one title", "a whole feed"])
@pytest.mark.parametrize("form", FORMS)
def test_every_document_is_read_exactly_or_flagged(form: str, long: bool) -> None:
    ended: Counter[str] = Counter()
    for at, case in enumerate(cases(form, long=long)):
        if at % EVERY == 0:
            found = outcome(case)
            assert found != "silent", case
            ended[found] += 1
    assert ended["exact"] >= 0.95 * ended.total()


@pytest.mark.parametrize(
    ("language", "written", "declared"),
    [
        *(("en", "cp1252", "iso-8859-1"), ("en", "utf-8", "utf-8"), ("zh-Hans", "gbk", "gb2312")),
        *(("zh-Hans", "gb18030", "gbk"), ("zh-Hant", "big5", "big5"), ("ja", "cp932", "shift_jis")),
        *(("ja", "euc_jp", "euc-jp"), ("ko", "euc_kr", "euc-kr"), ("zh-Hans", "utf-8", "")),
        *(("ja", "iso2022_jp", "iso-2022-jp"), ("en", "utf-8", "iso-8859-1")),
    ],
)
def test_an_honest_declaration_is_believed_without_a_word(language: str, written: str, declared: str) -> None:
    for headline in HEADLINES[language]:
        for long in (False, True):
            case = Case(language, headline, written, declared, http=False, form="xml", long=long)
            try:
                body = case.body()
            except UnicodeEncodeError:
                continue
            document = parse(body)
            assert document.warnings == (), headline
            assert document.entries[0].title == headline.replace("\u3000", " ")


def test_text_decoded_wrongly_by_its_publisher_is_put_right_where_watchlists_would_miss_it() -> None:
    for language in ("zh-Hans", "zh-Hant", "ja", "ko"):
        case = Case(language, HEADLINES[language][0], TWICE, "utf-8", http=False, form="xml", long=True)
        document = parse(case.body())
        assert document.entries[0].title == HEADLINES[language][0]
        assert document.warnings == ("its publisher decoded characters wrongly; most could be put right",)


def test_gbk_taken_for_latin_1_by_its_publisher_is_put_right() -> None:
    document = parse(rss([{"title": NEWS.encode("gbk").decode("latin-1"), "summary": "Cloud"}]))
    assert document.entries[0].title == NEWS
    assert document.warnings


def test_wrongly_decoded_western_text_is_shown_as_published_and_flagged() -> None:
    case = Case("en", HEADLINES["en"][0], TWICE, "utf-8", http=False, form="xml", long=True)
    document = parse(case.body())
    assert "FÃ¶rde" in document.entries[0].title
    assert document.warnings == ("its publisher decoded characters wrongly; they are shown as published",)


def test_one_wrongly_decoded_title_among_good_ones_is_put_right() -> None:
    wrong = NEWS.encode().decode("latin-1")
    document = parse(rss([{"title": HEADLINES["zh-Hans"][1]}, {"title": wrong}]))
    assert [entry.title for entry in document.entries] == [HEADLINES["zh-Hans"][1], NEWS]


@pytest.mark.parametrize(
    "text", ["CAFÉ\xa0: «\xa0cliché\xa0» – 20 °C", "ÅÄÖ åäö Größe öße", "SÃO PAULO, MANHÃ", "naïve ½ × ²"]
)
def test_honest_western_text_is_left_alone(text: str) -> None:
    for encoding, declared in (("utf-8", "utf-8"), ("cp1252", "iso-8859-1")):
        decoded = decode(f'<?xml version="1.0" encoding="{declared}"?><rss>{text}</rss>'.encode(encoding))
        assert text in decoded.text
        assert decoded.warnings == ()


def test_what_the_publisher_itself_lost_is_flagged() -> None:
    document = parse(rss([{"title": "Acme \ufffd\ufffd\ufffd sued"}]))
    assert any("lost" in warning for warning in document.warnings)


def test_cyrillic_and_greek_are_read_as_declared() -> None:
    for text, encoding, declared in (
        ("Прибыль компании выросла на треть", "cp1251", "windows-1251"),
        ("Прибыль компании выросла на треть", "koi8-r", "koi8-r"),
        ("Τα κέρδη της εταιρείας αυξήθηκαν", "iso8859-7", "iso-8859-7"),
        ("Zisk společnosti vzrostl o třetinu, řekl ředitel", "cp1250", "windows-1250"),
    ):
        decoded = decode(f'<?xml version="1.0" encoding="{declared}"?><rss>{text}</rss>'.encode(encoding))
        assert text in decoded.text
        assert decoded.warnings == ()


def test_a_warning_is_one_short_line_without_text_of_the_document() -> None:
    for case in (
        Case("zh-Hans", NEWS, "gbk", said, http=False, form="xml", long=True)
        for said in ("utf-8", "", "big5")
    ):
        (warning,) = parse(case.body()).warnings
        assert warning.isascii()
        assert len(warning) < 90


@pytest.mark.parametrize(
    "body",
    [
        TEXTS["zh-Hans"].encode("gbk") * 110_000,
        TEXTS["zh-Hans"].encode() * 75_000,
        TEXTS["en"].encode("cp1252") * 100_000,
        b"\xff" * 10_000_000,
        bytes(range(256)) * 40_000,
        (NEWS.encode() + b"\xe9") * 180_000,
    ],
    ids=["gbk", "utf-8", "western", "nothing", "every byte", "broken"],
)
def test_ten_megabytes_are_decoded_in_little_time(body: bytes) -> None:
    started = time.process_time()
    decode(b"<rss>" + body)
    assert time.process_time() - started < 3, "well under a second on a machine with nothing else to do"


def test_the_likeness_of_bytes_is_highest_for_what_they_are() -> None:
    for written, text in (("gb18030", TEXTS["zh-Hans"]), ("big5hkscs", TEXTS["zh-Hant"]), ("euc_jp", TEXTS["ja"]),
                          ("cp932", TEXTS["ja"]), ("cp949", TEXTS["ko"]), ("utf-8", TEXTS["en"])):  # fmt: skip
        assert likeness.ranked(text.encode(written), ())[0][1] == written
