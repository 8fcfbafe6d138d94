"""Guess what an unknown header is meant to be; for hints only, never for reading."""

import re
from collections.abc import Iterable, Mapping
from itertools import islice
from typing import Final

from chalicelib.players.fold import fold
from chalicelib.players.headers import meaning
from chalicelib.players.schema import COLUMNS, COUNTERS

_LIKE: Final = 0.84
# Shorter names are like too many others; longer ones, and more of them, would take long.
_LEAST: Final = 4
_LONGEST: Final = 60
_MOST_HEADERS: Final = 100

# What players call the columns in other languages; no sheet shows enough of them to read them.
_WORDS: Final[Mapping[str, str]] = {
    "id": "Gouverneur-ID, Gouverneurs-ID, Spieler-ID, Statthalter-ID, ID de gobernador, "
    "ID del gobernador, ID jugador, ID du gouverneur, ID gouverneur, ID joueur, ID do governador, "
    "ID governador, ID jogador, ID governatore, ID del governatore, ID giocatore, ID правителя, "
    "ID губернатора, ID игрока, ИД, Vali ID, Oyuncu ID, 执政官ID, 總督ID, 总督ID, 玩家ID, 角色ID, "
    "プレイヤーID, 執政官ID, 総督ID, 아이디, 총독 ID, Mã người chơi, ID người chơi, ID pemain",
    "name": "Spielername, Gouverneursname, Nombre, Nom, Nom du joueur, Pseudo, Nome, "
    "Nome do jogador, Nombre del gobernador, Имя, Ник, Никнейм, İsim, Ad, Oyuncu adı, 名字, 名称, "
    "名稱, 昵称, 暱稱, 名前, 이름, Tên, Tên người chơi, Nama",
    "alliance": "Allianz, Alianza, Aliança, Alleanza, Альянс, İttifak, 联盟, 聯盟, 同盟, 연맹, "
    "Liên minh, Aliansi",
    "power": "Macht, Kampfkraft, Poder, Puissance, Potenza, Potere, Мощь, Сила, Güç, 战力, 戰力, "
    "战斗力, 戰鬥力, 戦力, 戦闘力, Sức mạnh, Lực chiến, Kekuatan",
    "kill_points": "Kill-Punkte, Killpunkte, Tötungspunkte, Puntos de kill, Puntos de muerte, "
    "Points de kill, Points de kills, Pontos de kill, Pontos de abate, Punti uccisione, "
    "Очки убийств, Öldürme puanı, 击杀点数, 擊殺點數, 击杀积分, キルポイント, 처치 포인트",
    "deaths": "Tote, Gefallene, Muertos, Muertes, Morts, Mortos, Mortes, Morti, Погибшие, Мёртвые, "
    "Мертвые, Потери, Ölü, Ölüler, 阵亡, 陣亡, 死亡, 戦死, 사망, 전사자, Tử trận, Mati",
}
_COLUMN_OF_WORD: Final = {
    fold(word): column for column, words in _WORDS.items() for word in words.split(",")
}
_KNOWN: Final = {
    fold(name): column.name for column in COLUMNS for name in (column.name, *column.aliases)
}
_NOT_MISSPELT: Final = {
    *map(fold, ("Kingdom", "Kingdom ID", "Kingdom Number")),
    *(fold(name) for column in COLUMNS for name in column.aliases_alone),
}
# "Lord ID" may be the id; what these are of is known, and it is not the player.
_MAY_BE: Final = {"id": re.compile(r"(?i)\bids?\b|(?<=[a-z])ID\b"), "name": re.compile(r"(?i)name")}
_OF_OTHERS: Final = re.compile(r"(?i)kingdom|alliance|domain|server|discord|camp|scan|file")
_UNIT: Final = re.compile(
    r"(?i)[\s_]*[\[(]?\s*(?:in\s+)?(thousands?|millions?|billions?|mio|mln|bn|k|m|b)\.?\s*[\])]?\s*$"
)
_FACTORS: Final = {"k": "thousands", "t": "thousands", "m": "millions", "b": "billions"}


def guess(header: str, *, misspelt: bool = True) -> str | None:
    """The column that an unknown header is surely meant to be.

    Args:
        header: the header.
        misspelt: look for a slip of the pen too, not only for words of other languages.
    """
    if len(header) > _LONGEST:
        return None
    folded = fold(header)
    column = _COLUMN_OF_WORD.get(folded)
    if column is not None or not misspelt or len(folded) < _LEAST or not folded.isalpha():
        return column
    if folded in _NOT_MISSPELT or with_unit(header) is not None:
        return None
    # Imported here: guessing is rare.
    from difflib import get_close_matches

    like = get_close_matches(folded, _KNOWN, n=1, cutoff=_LIKE)
    return _KNOWN[like[0]] if like else None


def guesses(headers: Iterable[str], present: Iterable[str]) -> dict[str, str]:
    """Column to the first unknown header that is surely meant to be it.

    Args:
        headers: the unknown headers; the first 100 are looked at.
        present: the columns that are there already.
    """
    taken = set(present)
    found: dict[str, str] = {}
    for header in islice(headers, _MOST_HEADERS):
        column = guess(header)
        if column is not None and column not in taken:
            taken.add(column)
            found[column] = header
    return found


def candidate(column: str, headers: Iterable[str]) -> str | None:
    """The first unknown header that may be the player's id or name, if somebody says so."""
    pattern = _MAY_BE[column]
    short = (one for one in headers if len(one) <= _LONGEST)
    return next((one for one in short if pattern.search(one) and not _OF_OTHERS.search(one)), None)


def with_unit(header: str) -> tuple[str, str] | None:
    """The counter and the unit of a header that names a unit: `Power (M)` is power in millions."""
    unit = _UNIT.search(header) if len(header) <= _LONGEST else None
    column = meaning(header[: unit.start()]) if unit is not None else None
    if unit is None or column not in COUNTERS:
        return None
    return column, _FACTORS[unit[1][0].lower()]
