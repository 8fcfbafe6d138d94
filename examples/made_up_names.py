"""Names and alliances of players who do not exist, put together from syllables of many scripts."""

from dice import Dice

# (syllables to join, least, most): what comes out reads like a name and is nobody's.
_SCRIPTS: tuple[tuple[tuple[str, ...], int, int], ...] = (
    (("Ar", "bel", "cor", "dun", "el", "fa", "gri", "hol", "is", "ka", "lor", "mir", "no"), 2, 3),
    (("Vex", "Nyx", "Zed", "Rook", "Onyx", "Ash", "Grim", "Fjord", "Quill", "Moss"), 1, 2),
    (("é", "Lu", "ci", "ña", "Jo", "ão", "ö", "Bär", "çe", "ış", "Ţe", "Þór", "ål"), 2, 3),
    (("龙", "影", "天", "下", "无", "双", "月", "剑", "风", "云", "霜", "夜"), 2, 4),
    (("カ", "ゲ", "ロ", "ウ", "ミ", "ナト", "さく", "ら", "丸", "ノ", "リュ", "ー"), 2, 4),
    (("강", "바람", "하늘", "별", "용", "기사", "달빛", "늑대", "왕"), 2, 3),
    (("نسر", "ليل", "سيف", "بدر", "صقر", "رعد", "نور"), 1, 2),
    (("Во", "лк", "Ми", "ра", "Гр", "ом", "Свя", "то", "Бу", "ря"), 2, 4),
    (("มัง", "กร", "ฟ้า", "ดาว", "ราช", "สิงห์", "เงา"), 2, 3),
    (("शे", "र", "वी", "राज", "अग्नि", "सू", "र्य"), 2, 3),
    (("Δρά", "κων", "Ήλι", "ος", "Νύ", "ξ", "Άρ", "ης"), 2, 3),
    (("לי", "אור", "דב", "נחל", "שחר"), 2, 3),
    (("Hoà", "ng", "Lâm", "Trú", "c", "Nguyệ", "t"), 2, 3),
)
# Which scripts are common: the index is into _SCRIPTS.
_COMMON = (0, 0, 0, 0, 1, 1, 2, 3, 3, 3, 4, 5, 5, 6, 7, 7, 8, 9, 10, 11, 12)
_DECORATIONS = (
    "{}", "{}", "{}", "{}", "{}", "{}", "ᴰᴿ {}", "{} 🐉", "xX{}Xx", "『{}』", "{}ツ", "♛{}♛",
    "{}.exe", "{}⚔️", "{}_{n}", "{}{n}", "{} {n}", "꧁{}꧂", "{}²", "The {}", "{}/alt",
)  # fmt: skip

# What breaks careless readers; each is given to one player.
AWKWARD = (
    "NA",
    "null",
    "007",
    "Smith, the Second",
    '"Lucky" Lou',
    "+1 Attitude",
    "<AZ> Nomad",
    ":RS! Drummer",
    "=SUM(A1:A9)",
    "-",
    "👩‍👩‍👧‍👦 Farm",
    "🐉🔥🐉",
    "ㅤㅤ",
    "O'Nobody; DROP",
    "Back\\slash",
    "Tom/Jerry/Farm",
    "1,234,567",
    "Ğüneş İnce",
    "e\u0301tude",  # not in NFC: the first two characters become é
    "Unknown",
)

ALLIANCES = (
    "<AZ>Azure Zenith",
    "[51KN]Knights of 51",
    ":RS!Rising, Still",
    "[한빛]한빛 기사단",
    "[龙魂]龙魂不灭",
    "+EZ+Easy Company",
    "",
)


class Names:
    """Gives names, each one once."""

    def __init__(self, dice: Dice) -> None:
        """Names follow from the dice."""
        self._dice = dice
        self._given = set(AWKWARD)

    def new(self) -> str:
        """A name that nobody had before."""
        while True:
            name = self._draw()
            if name not in self._given:
                self._given.add(name)
                return name

    def _draw(self) -> str:
        syllables, least, most = _SCRIPTS[self._dice.choice(_COMMON)]
        parts = [self._dice.choice(syllables) for _ in range(self._dice.between(least, most))]
        text = "".join(parts)
        return self._dice.choice(_DECORATIONS).format(text, n=self._dice.between(1, 99))
