"""The endings that the words of a name take in a sentence, for the languages that inflect names.

A word gives the part that stays and the endings that may follow it: «Корея» gives «коре» with я, и,
е, ю, ей. Only the endings of the paradigm that the word's own last letters show are let through,
for a tolerance of "any two letters" makes Chile of child, Georgia of George and «Грузия» (a state)
of «груза» (cargo). Languages that stand in no table here are matched as they are written.
"""

from __future__ import annotations

from functools import lru_cache

from corpus.language.text import normalise

# Below this many letters the part that stays meets too many other words.
SHORTEST_STAY = 4
LONGEST_ENDING = 5

# Last letters of the name → all endings in their place, "-" for none. The first that fits counts,
# the empty one fits every word.
_RU = (
    ("ый", "ый ого ому ым ом ая ой ую ое ые ых ыми"),
    ("ий", "ий ого ому им ом ая ой ую ое ие их ими его ему ем яя ей юю ее"),
    ("ая", "ая ой ую ою"),
    ("ые", "ые ых ым ыми"),
    ("ие", "ие их им ими"),
    ("ье", "ье ья ью ьем"),
    ("я", "я и е ю ей ею"),
    *(
        (f"{last}а", f"{last}а {last}и {last}е {last}у {last}ой {last}ою {last}ей")
        for last in "гкхжчш"
    ),
    ("оа", "оа"),
    ("а", "а ы е у ой ою"),
    ("й", "й я ю ем е"),
    ("ь", "ь я ю ем е и ью"),
    ("ы", "ы ов ам ами ах -"),
    ("не", "не - нам нами нах"),
    *((vowel, vowel) for vowel in "иоеуэюё"),
    ("", "- а у ом ем е ы ов ам ами ах ым ой"),
)
_UK = (
    ("ий", "ий ого ому им ім а ої ій у ою е і их ими"),
    ("я", "я ї і ю єю ею"),
    ("оа", "оа"),
    ("а", "а и і у ою ої ій ці"),
    ("ь", "ь я ю ем і"),
    ("й", "й ю я єм ї"),
    ("и", "и - ів ам ами ах"),
    ("і", "і - их им ими ів ам ами ах"),
    *((vowel, vowel) for vowel in "оеуюєї"),
    ("", "- а у ом ові і"),
)
_PL = (
    ("ki", "ki kiego kiemu kim ka kiej ką kie kich kimi"),
    ("a", "a y i ę ą ej ie"),
    ("y", "y - om ami ach ech ego ym ych"),
    *((vowel, vowel) for vowel in "eiou"),
    ("", "- a u owi em ie"),
)
_DE = (
    ("te", "te ten ter"),
    ("che", "che chen cher"),
    ("sch", "sch sche schen scher sches schem"),
    ("s", "s"),
    ("", "- s"),
)
_TR = (
    (
        "",
        "- nin nın nun nün in ın un ün ya ye yi yı da de ta te dan den tan ten yla yle lar ler"
        " daki deki taki teki",
    ),
)
_EL = (
    ("ος", "ος ου ο"),
    ("ες", "ες ων"),
    ("ια", "ια ιας ιων"),
    ("α", "α ας"),
    ("η", "η ης"),
    ("", "- ς"),
)
_S = (("s", "s"), ("", "- s"))
# Particles and the few words that are written on to the name of a country.
_KO = (
    (
        "",
        "- 의 은 는 이 가 을 를 에 에서 에게 에도 에는 에서는 에서의 로 으로"
        " 으로부터 와 과 와의 과의 도 만 부터 까지 나 이나 라는 이라는 처럼 보다"
        " 조차 마저 인 인의 인이 인은 군 군의 군이 군은 군을 측 측의 측은 산 어 어로",
    ),
)
_PARADIGMS = {
    "ru": _RU,
    "uk": _UK,
    "pl": _PL,
    "de": _DE,
    "tr": _TR,
    "el": _EL,
    "sv": _S,
    "nl": _S,
    "ko": _KO,
}
# Korean syllables say more than letters; Turkish endings are many («mali» and «maliye»).
_SHORTEST = {"ko": 1, "tr": 5}
# The feminine, dual and plurals of an Arabic adjective; not alef, for «روسيا» is the state.
_ARABIC_ADJECTIVE = frozenset(("", "ه", "ون", "ين", "ان", "ات", "تان", "تين"))
_NONE = frozenset(("",))
ACCUSATIVE = "ا"
"""What is written on to an indefinite Arabic word in the accusative: «سوريًا»."""


@lru_cache(maxsize=20_000)
def inflected(
    language: str, word: str, *, adjective: bool = False, shortest: int = SHORTEST_STAY
) -> tuple[str, frozenset[str]]:
    """The part of `word` that stays, normalised, and the endings that may follow it.

    `word` is written as in the name; one in capitals alone (КНДР) is taken not to be inflected,
    nor is one of which fewer than `shortest` letters would stay.
    """
    bare = normalise(word)
    if language == "ar" and adjective and bare.endswith("ي"):
        return bare, _ARABIC_ADJECTIVE
    if word.isupper() and word.lower() != word and len(word) > 1:
        return bare, _NONE
    for last, endings in _PARADIGMS.get(language, ()):
        cut = normalise(last)
        # The breve of й is folded away: only the word as written tells it from и.
        if not (word.lower() if "й" in last else bare).endswith(last if "й" in last else cut):
            continue
        stays = bare[: len(bare) - len(cut)]
        if len(stays) < _SHORTEST.get(language, shortest):
            break
        ends = (normalise(ending) if ending != "-" else "" for ending in endings.split())
        return stays, frozenset(ends)
    return bare, _NONE
