"""Which encoding do bytes read like? Counted by how common the characters are that each would make of them.

``likeness`` is a logarithm of a probability: what reads like running text in a language that is written in that
encoding is far above what is made of it by any other, and a few characters suffice to tell.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import cache

EAST_ASIAN = ("gb18030", "big5hkscs", "euc_jp", "cp932", "cp949")
WESTERN = "cp1252"
DECLARED = 6.0
"""What a declaration is worth: a title of a few rare characters is believed, a sentence of them is not."""
_SAMPLE = 3_000
_SEGMENT = re.compile(rb"[^<>\r\n\"]{1,3000}")

# The commonest characters of the news: half of a text and more is made of these.
_SIMPLIFIED = frozenset(
    "人国一在大中不新发是有上出赛会球场能工年时日公全开家行为来业部成生对最动市队这到员美现比个作分斯"
    "多下主联网布地和小情将天尔得进力后要高智本合第特电期方前三体股加实关交子好报长事数重首资冠也回机"
    "都就次被经看超通手过节京利内北东他间明女两战定民文演外今用政理当入持德西安提总表心名务车面产推达"
    "度金视于法影点司自疫收续区与打里朗指增计者道接学周很十近台星正英防华乐友展说据可常还保相社位身春"
    "运克拉应意海同结议强我技价建创品无预更集平之级目管规季投马基片局已涨篮式气化月连以源确广媒导少原"
    "量科二信制热控病普代巴足亚着至你军受告想任然没委火歌线知官老格男领所调组选模统再罗设南感单活传剧"
    "四注系问协消世果兰易造路程题举直闻认决项州起完风众转助值光门击江物此省非解卫团界态宣向去记纪头样"
    "图未支爆速参放王率胜让其标施口件变始监型奥际山核真获观伊如只因色性张况商整迎企权离央快城费证伟引"
    "升言博太客么每准爱排立备示复医容亿万元跌营跨购融润降云算芯财净"
)
_TRADITIONAL = frozenset(
    "人國一在大中不新發是有上出賽會球場能工年時日公全開家行為來業部成生對最動市隊這到員美現比個作分斯"
    "多下主聯網布地和小情將天爾得進力后後要高智本合閤第特電期方前三體股加實關交子好報長事數重首資冠也"
    "回迴機都就次被經看超通手過節京利內北東他間明女兩戰定民文演外今用政理當入持德西安提總表心名務車面"
    "麵產推達度金視于於法影點司自疫收續區與打里朗指增計者道接學周週很十近台臺星正英防華樂友展說據可常"
    "還保相社位身春運克拉應意海同結議強我技價建創品無預更集平之級目管規季投馬基片局已漲籃式氣化月連以"
    "源確廣媒導少原量科二信制製熱控病普代巴足亞至你軍受告想任然沒委火歌線知官老格男領所調組選模統再羅"
    "設南感單活傳劇四注註系繫問協消世果蘭易造路程題舉直聞認決項州起完風眾轉助值光門擊江物此省非解衛團"
    "界態宣向去記紀頭樣圖未支爆速參放王率勝讓其標施口件變始監型奧際山核真獲穫觀伊如只隻因色性張況商整"
    "迎企權離央快城費証證偉引升言博太客麼每准準愛排立備示復複醫容稱限別史編李辦陽啟做歐取見共份播席登"
    "府查億萬元跌營購融潤降雲算晶財淨估減擬廠港券裡髮颱係佈"
)
_KANJI = frozenset(
    "日本人一年大会国事者中社出新上時地方東市発合政業部内長生連行月手相同定金力問的前関高後代表取場経"
    "今最対調分体実現教全公動下理化明設当開議安要党三小家加産都民主戦法意自期首間機通気次立回世員野成"
    "強結平米和第二見件約作指価資円株式協計画報投予測売買収益増減格決算利落値銀総裁企製造半導車電池技"
    "術情始提携契任天堂無料供制度輸入規被害容疑逮捕判訴訟死亡故災震避難選挙与衆参院案可支持率外務省庁"
    "府臣談海進展示向影響検討委引受停止再延復旧感染症区県町村店億万百千十四五六七八九不品系型初以用物"
    "性急低比過去側別題点数目標達先週火水木土曜午朝夜夏秋冬春北西南京阪名古屋道田山川島口原井沢崎子所"
    "研究学徒保険税消費流信福祉医療病薬治針整備援活放送番組映音楽賞監督俳優歌勝試得記録界王突破転換述"
    "寄修正暗号貨証券"
)
_HANGUL = frozenset(
    "이다의에는을가하고지한로도기사서은대나정자인일시리부어전수상제원장보라년국으해경신구공만들와과게"
    "주스조비동성선있관내진마무미그여월계회안거중개바위생민산업학교아세소오우방영면분치체실할권연유금"
    "였때문불단결것니았까등간남북발행군령당통트차요드반운추표재용량외출입망증감매각급락협력준율메모약"
    "네버카현삼최저종목투승펀채환달러억천백십육칠팔화토"
)
_LOST = -16.0
_UNCOMMON = -12.0
_PLAIN = -3.4
_ODD_ASCII = frozenset("@[\\]^`{|}~")
_PUNCTUATION = frozenset("　、。〈〉《》「」『』【】，：；！？（）％“”‘’—…·・ー〜～")
_EUROPEAN = frozenset("éèêëàâäáãåçñöôóòõøüûúùíìîïßæœšžýÿÉÈÀÄÖÜÅØÇÑÁÓÚÍŠŽ")
_MARKS = frozenset("“”‘’–—…€£•«»©®™°\xa0·é½²")
_AFTER_LETTER = re.compile(r"[a-zß-ÿ][À-Þ]")
_BESIDE = re.compile(r"(?=([^\x00-\x7f]{2}))")

# Of each set: the language's prior, its commonest characters and their weight, the national standard's ranges of
# first bytes (the common characters stand first there) with a weight each, and all else that is in its script.
_SETS: dict[
    str, tuple[float, tuple[tuple[frozenset[str], float], ...], str, tuple[tuple[int, int, float], ...]]
] = {
    "gb18030": (
        0.0,
        ((_SIMPLIFIED, -6.4), (_TRADITIONAL, -9.0)),
        "gb2312",
        ((0xB0, 0xD7, -9.4), (0xD8, 0xF7, -11.9)),
    ),
    "big5hkscs": (-0.5, ((_TRADITIONAL, -6.5),), "big5", ((0xA4, 0xC6, -9.8), (0xC9, 0xF9, -13.5))),
    "euc_jp": (-1.0, ((_KANJI, -7.0),), "euc_jp", ((0xB0, 0xCF, -10.2), (0xD0, 0xF4, -14.3))),
    "cp949": (-1.5, ((_HANGUL, -5.7),), "euc_kr", ((0xB0, 0xC8, -9.3), (0xCA, 0xFD, -13.0))),
}
_SETS["cp932"] = _SETS["euc_jp"]


@cache
def _weights(name: str) -> dict[str, float]:
    """Return the weight of every character of a set's national standard."""
    _, commonest, national, ranges = _SETS[name]
    weights: dict[str, float] = {}
    for low, high, weight in ranges:
        rows = b"".join(
            bytes((first, second, 10)) for first in range(low, high + 1) for second in range(0x40, 0xFF)
        )
        weights |= {
            row: weight
            for row in rows.decode(national, "ignore").split("\n")
            if len(row) == 1 and row > "\x7f"
        }
    for characters, weight in reversed(commonest):
        weights |= dict.fromkeys(characters, weight)
    return weights


def _weight(character: str, name: str) -> float:
    """Return the weight of a character that is in no table."""
    if character <= "\x7f":
        return -7.0 if character in _ODD_ASCII else _PLAIN
    if character in _PUNCTUATION:
        return -5.0
    japanese = name in ("euc_jp", "cp932")
    if "\u3041" <= character <= "\u30ff":
        return (-5.4 if character <= "\u309f" else -6.4) if japanese else -11.5
    if "\uff01" <= character <= "\uff5e":
        return -7.0
    if "\uff61" <= character <= "\uff9f":
        return -9.5
    if character == "\ufffd" or "\ue000" <= character <= "\uf8ff":
        return _LOST
    return -15.0 if character >= "\u3400" else -9.5


def _east_asian(text: str, name: str) -> float:
    known = _weights(name)
    return _SETS[name][0] + sum(
        count * (known[character] if character in known else _weight(character, name))
        for character, count in Counter(text).items()
    )


def _single(text: str) -> float:
    """Return the likeness of text in a script of letters: single foreign ones among plain ones, or whole words."""
    total = 0.0
    for character, count in Counter(text).items():
        if character <= "\x7f":
            weight = _weight(character, "")
        elif character in _EUROPEAN or character in _MARKS:
            weight = -5.0
        elif character == "\ufffd" or character < "\xa0":
            weight = _LOST
        else:
            weight = (
                (-4.5 if character.islower() else -6.0)
                if character > "\xff" and character.isalpha()
                else -9.0
            )
        total += weight * count
    return total - 4.0 * sum(map(_jars, _BESIDE.findall(text))) - 6.0 * len(_AFTER_LETTER.findall(text))


def _jars(pair: str) -> bool:
    """Tell whether two foreign characters seldom stand side by side in a script of letters."""
    if pair[0] in _MARKS or pair[1] in _MARKS:
        return False
    if pair.islower() and pair.isalpha():
        return False
    return not (pair.isalpha() and min(pair) > "\xff") or (pair[0].islower() and pair[1].isupper())


@cache
def _familiar() -> frozenset[str]:
    """Return the characters that UTF-8 is written for: common ones of the languages above, and punctuation."""
    common = {
        character for name in _SETS for character, weight in _weights(name).items() if weight > _UNCOMMON
    }
    return frozenset(common | _EUROPEAN | _MARKS | _PUNCTUATION)


def _unicode(text: str) -> float:
    """Return the likeness of UTF-8, which proves itself: other bytes hardly ever make a valid character."""
    total, familiar = 0.0, _familiar()
    for character, count in Counter(text).items():
        if character <= "\x7f":
            weight = _weight(character, "")
        elif character in familiar or (character >= "\u0370" and character.islower()):
            weight = -6.0
        else:
            weight = -10.0 if character == "\ufffd" else -12.0
        total += weight * count
    return total


def likeness(data: bytes, name: str) -> float:
    """Return how like text the bytes are when they are read as ``name``: the nearer to 0 the more."""
    text = data.decode(name, "replace")
    if name in _SETS:
        return _east_asian(text, name)
    return _unicode(text) if name == "utf-8" else _single(text)


def sample(body: bytes) -> bytes:
    """Return up to about 3,000 bytes of the texts in a document that are not plain ASCII."""
    found: list[bytes] = []
    size = 0
    for segment in _SEGMENT.finditer(body):
        text = segment.group()
        if text.isascii():
            continue
        found.append(text)
        size += len(text)
        if size >= _SAMPLE:
            break
    return b" ".join(found)


def ranked(data: bytes, declared: Iterable[str]) -> list[tuple[float, str]]:
    """Return (likeness, encoding), the best first, of what the bytes may be; the declared ones weigh more."""
    trusted = list(dict.fromkeys(declared))
    names = dict.fromkeys((*trusted, "utf-8", *EAST_ASIAN, WESTERN))
    worth = {name: DECLARED - at for at, name in enumerate(trusted)}
    return sorted(((likeness(data, name) + worth.get(name, 0.0), name) for name in names), reverse=True)
