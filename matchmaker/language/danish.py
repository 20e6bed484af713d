"""Danish word forms: from an inflected or compound word back to words that a word list knows."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Final

from snowballstemmer.danish_stemmer import DanishStemmer

from matchmaker.language.kept_words import WORDS_KEPT

Known = Callable[[str], bool]


def _set(text: str) -> frozenset[str]:
    return frozenset(text.split())


LONGEST_WORD: Final = 48
"""Longer tokens are not words; they are left alone."""

SHORTEST_PART: Final = 3
"""Letters that a part of a compound has at least; shorter ones (``by``, ``el``) only where listed as parts."""

_ENDINGS: Final = (
    # From the shortest to the longest where both could fit: "haven" is the garden (have + n), not the sea (hav + en);
    # "et" before "t", because "havet" is the sea.
    "n", "r", "e", "en", "er", "et", "t", "s", "ne", "rne", "ene", "erne", "ens", "ets", "ers", "es", "ernes", "enes",
    "rnes", "nes", "ns", "rs", "ts", "te", "ede", "ende", "ere", "est", "este", "ste", "des", "edes",
)  # fmt: skip
_VERB_ENDINGS: Final = frozenset({"te", "ede", "ende", "des", "edes"})
_VERB_FORMS: Final = ("r", "s", "t", "de", "te", "et", "es", "ede", "ende", "edes", "tes")
"""What a verb form ends in beside its infinitive, the infinitive's own last e apart."""

_FREE_SHORT_PARTS: Final = _set(
    """
    art avl ben bil bio bly bog bro bud bus båd bær bøg dag dal dej del dna due dyr dæk elv eng fag fad far fly
    fod får føl fri frø gas ged gen hal hat hav hud hul hus håb hår hæk hær høj hør ide idé ikt ild ilt is
    job jord kaj kat kok kor kro kul kål køb kød køl lab lak lam lav leg lim liv lov lyd lyn lys lån lås
    læg løb løn mad maj mel mos mur mus myg mål mød nat net nød ord orm ost ovn pap par pas pil pæl rav rim ris rod roe
    rug rum ryg råd ræv røg rør sal sav sne sol sot spa sti sæd sæk sæl søm tab tag tal tid tin tog top
    tov træ tun tur tøj uge uld ung ur urt vej vin vvs våd væg yde zoo øje øko øre ål
    """
)
"""Three letters that compounds are commonly made of; other short words need a long neighbour and no ending."""

_STRONG: Final = """
    bede/bad/bedt bide/bed/bidt binde/bandt/bundet blive/blev/blevet bringe/bragte/bragt briste/brast/bristet
    bryde/brød/brudt byde/bød/budt bære/bar/båret drage/drog/draget drikke/drak/drukket drive/drev/drevet
    falde/faldt/faldet fare/for/faret finde/fandt/fundet flyde/flød/flydt flyve/fløj/fløjet
    fortryde/fortrød/fortrudt fortsætte/fortsatte/fortsat fritage/fritog/fritaget fryse/frøs/frosset
    fyge/føg/føget få/fik/fået følge/fulgte/fulgt give/gav/givet glide/gled/glidet gnide/gned/gnedet
    gribe/greb/grebet græde/græd/grædt gyde/gød/gydt gå/gik/gået gælde/gjaldt/gjaldt gøre/gjorde/gjort
    hedde/hed/heddet hive/hev/hevet hjælpe/hjalp/hjulpet holde/holdt/holdt hænge/hang/hængt
    klinge/klang/klinget knibe/kneb/knebet komme/kom/kommet krybe/krøb/krøbet kvæle/kvalte/kvalt lade/lod/ladet
    le/lo/leet lide/led/lidt ligge/lå/ligget lyde/lød/lydt lyve/løj/løjet lægge/lagde/lagt løbe/løb/løbet
    nyde/nød/nydt nyse/nøs/nyst opretholde/opretholdt/opretholdt pibe/peb/pebet ride/red/redet rive/rev/revet
    ryge/røg/røget række/rakte/rakt se/så/set sidde/sad/siddet sige/sagde/sagt skride/skred/skredet
    skrige/skreg/skreget skrive/skrev/skrevet skyde/skød/skudt skære/skar/skåret slibe/sleb/slebet
    slide/sled/slidt slippe/slap/sluppet slå/slog/slået smide/smed/smidt smøre/smurte/smurt snige/sneg/sneget
    snyde/snød/snydt sove/sov/sovet spinde/spandt/spundet springe/sprang/sprunget sprække/sprak/sprukket
    spørge/spurgte/spurgt stige/steg/steget stikke/stak/stukket stinke/stank/stinket stjæle/stjal/stjålet
    stride/stred/stridt stryge/strøg/strøget strække/strakte/strakt stå/stod/stået svide/sved/svedet
    svige/sveg/sveget svinde/svandt/svundet svinge/svang/svunget sværge/svor/svoret synge/sang/sunget
    synke/sank/sunket sælge/solgte/solgt sætte/satte/sat tage/tog/taget tie/tav/tiet træde/trådte/trådt
    træffe/traf/truffet trække/trak/trukket tvinge/tvang/tvunget tælle/talte/talt udtrykke/udtrykte/udtrykt
    vige/veg/veget vinde/vandt/vundet vride/vred/vredet vække/vakte/vakt vælge/valgte/valgt æde/åd/ædt
    ødelægge/ødelagde/ødelagt
"""
"""Verbs that change their vowel: infinitive, past tense, participle. With a prefix they are inflected alike."""

_PREFIXES: Final = _set(
    """
    af an be bi bort efter er for fore fra frem gen gennem hen ind med mis mod ned om op over på sam til tilbage u ud
    und under van ved veder vel
    """
)
"""What stands before a verb and changes its meaning: the verb alone is no reading of the whole."""

_VOWELS: Final = "aeiouyæøå"
_SYNCOPE: Final = re.compile(r"([^aeiouyæøå])([lnr])$")
_SHORTEST_STEM: Final = 4
_LONG_PART: Final = 5
_LONGEST_STRONG: Final = 9
_DERIVED: Final = (
    # ending, what the base ends in instead: "tilgængelighed" from "tilgængelig", "måling" from "måle".
    ("hed", ""), ("else", "e"), ("ning", "e"), ("ering", "ere"), ("ing", "e"), ("bar", "e"), ("eri", "e"), ("vis", ""), ("mæssig", ""), ("ere", ""),
    ("ende", ""), ("ede", ""), ("ering", ""), ("isere", ""), ("isering", ""), ("itet", ""), ("el", ""), ("lig", ""), ("ig", ""), ("sk", ""),
)  # fmt: skip


def inflected(word: str, known: Known) -> str | None:
    """The known base form that ``word`` is a form of, or ``None``; a known word is its own base."""
    if known(word):
        return word
    return next((base for base in _bases(word) if known(base)), None)


def derived(word: str, known: Known) -> str | None:
    """The known word that ``word`` is derived from by an ending such as ``-hed``, ``-else`` or ``-ning``."""
    for form in (word, *_bases(word)):
        for ending, instead in _DERIVED:
            stem = form.removesuffix(ending)
            if stem == form or len(stem) < _SHORTEST_STEM:
                continue
            if base := next(filter(known, (stem + instead, stem, stem + "e")), None):
                return base
    return None


def verb(word: str, known: Known) -> str | None:
    """The known infinitive that ``word`` is a form of, or ``None``; a known form that is irregular is its own base."""
    return next(filter(known, _infinitives(word)), None)


def strong(word: str, known: Known) -> str | None:
    """The known infinitive that ``word`` is an irregular past tense or participle of: ``tilbød`` from ``tilbyde``."""
    forms = _strong_forms()
    for length in range(min(len(word), _LONGEST_STRONG), 1, -1):
        infinitive = forms.get(word[-length:])
        if infinitive is not None and known(found := word[:-length] + infinitive):
            return found
    return None


@cache
def _strong_forms() -> dict[str, str]:
    forms: dict[str, str] = {}
    for verbs in _STRONG.split():
        infinitive, past, participle = verbs.split("/")
        for form in (
            past,
            participle,
            participle + "e",
            participle.removesuffix("et") + "ne",
            participle + "s",
        ):
            forms.setdefault(form, infinitive)
    return forms | {"gør": "gøre", "gøres": "gøre"}


def _infinitives(word: str) -> Iterator[str]:
    yield word
    for ending in _VERB_FORMS:
        stem = word.removesuffix(ending)
        if stem == word or len(stem) < 2:
            continue
        if stem[-1] in _VOWELS:
            # "sår" from "så", "retter" from "rette", "boede" from "bo".
            yield stem
        if ending not in {"r", "s", "de"}:
            yield stem + "e"
            if stem[-1] == "m":
                yield stem + "me"


def _bases(word: str) -> Iterator[str]:
    for ending in _ENDINGS:
        if not word.endswith(ending) or len(word) - len(ending) < 2 or len(word) < 4:
            continue
        stem = word[: -len(ending)]
        if ending in _VERB_ENDINGS or ending == "t":
            # "skabt" from "skabe" rather than from the noun "skab"; "gemt" from "gemme".
            yield stem + "e"
            if stem[-1] == "m":
                yield stem + "me"
        if ending == "ede":
            # "ubemandede" from "ubemandet".
            yield stem + "et"
        if ending not in _VERB_ENDINGS or stem[-1] in _VOWELS:
            # "boende" from "bo", but "fredede" from "frede" and never from the noun "fred".
            yield stem
        if ending[0] in "ers" and stem[-1] == stem[-2:-1] and stem[-1] not in _VOWELS:
            # "fabrikken" from "fabrik".
            yield stem[:-1]
        if ending[0] == "e" or ending in {"t", "te", "ts"}:
            yield stem + "e"
        if ending[0] == "e" and _SYNCOPE.search(stem):
            # "midler" from "middel", "sikre" from "sikker", "fleksible" from "fleksibel".
            yield stem[:-1] + "e" + stem[-1]
            yield stem[:-1] + stem[-2] + "e" + stem[-1]


def compound(word: str, known: Known, *, first: Known, last: Known) -> tuple[str, ...] | None:
    """The parts that ``word`` is put together from, as known base forms, or ``None``.

    The whole word is covered: every part is known, or known without a linking ``s``, ``e``, ``er``; the last part may
    be inflected. Of several readings the one with the fewest parts wins, then the one with the fewest doubtful ones
    (three letters, unless such words are commonly put together), then the one whose base forms are longest, then the
    one with the longest first part. A reading with a doubtful part counts only if that part has no ending and stands
    beside one long part. ``first`` and ``last`` tell parts that stand only at the beginning (``mikro-``) or the end
    (``-fri``).
    """
    if not 2 * SHORTEST_PART <= len(word) <= LONGEST_WORD:
        return None

    @cache
    def rest(start: int) -> _Found | None:
        tail = word[start:]
        if start and (base := _main_word(tail, known, last)) is not None:
            return _found(base, tail, last(base))
        best: _Found | None = None
        for end in range(len(word) - 2, start + 1, -1):
            piece = word[start:end]
            part = _modifier(piece, known, first)
            after = None if part is None else rest(end)
            if part is not None and after is not None:
                found = _joined(_found(part, piece, first(part)), after)
                if best is None or _better(found, best):
                    best = found
        return best

    found = rest(0)
    if found is None or found.doubtful > 1 or (found.doubtful and not _is_beside_a_long_part(found)):
        return None
    return found.parts


@dataclass(frozen=True, slots=True)
class _Found:
    """A reading of a compound from some letter on."""

    parts: tuple[str, ...]
    doubtful: int
    """Short parts that could be chance; one with a linking letter or an ending counts twice."""


def _found(base: str, piece: str, listed: bool) -> _Found:
    if len(base) > SHORTEST_PART or listed or base in _FREE_SHORT_PARTS:
        return _Found((base,), 0)
    return _Found((base,), 1 if base == piece else 2)


def _joined(first: _Found, after: _Found) -> _Found:
    return _Found(first.parts + after.parts, first.doubtful + after.doubtful)


def _is_beside_a_long_part(found: _Found) -> bool:
    return len(found.parts) == 2 and max(map(len, found.parts)) >= _LONG_PART


def _better(found: _Found, than: _Found) -> bool:
    # "serviceskole" is service + skole rather than service + s + kol: longer parts leave less to chance.
    return _rank(found) > _rank(than)


def _rank(found: _Found) -> tuple[int, int, int]:
    return -len(found.parts), -found.doubtful, sum(map(len, found.parts))


def compound_part(word: str, known: Known) -> str | None:
    """The longest known last part of ``word``, else the longest known first part, beside an unknown rest; or ``None``.

    Danish puts the main word last, so ``crestwinganlægget`` is still some ``anlæg``. The known part has five letters
    at least, seven where it ends in ``e`` (short verbs would be found everywhere: ``nytte`` in ``tilknytte``); the
    rest has three or more, one of them a vowel.
    """
    for start in range(3, len(word) - 4):
        if (
            word[:start] not in _PREFIXES
            and _sounds(word[:start])
            and _counts(base := inflected(word[start:], known))
        ):
            return base
    for end in range(len(word) - 3, 4, -1):
        if _sounds(word[end:]) and _counts(base := _modifier(word[:end], known, known)):
            return base
    return None


def _sounds(piece: str) -> bool:
    return any(letter in _VOWELS for letter in piece)


def _counts(base: str | None) -> bool:
    return base is not None and len(base) >= (7 if base[-1] == "e" else 5)


def _main_word(piece: str, known: Known, last: Known) -> str | None:
    """The base form that ``piece`` stands for at the end of a compound."""
    if len(piece) < SHORTEST_PART:
        return piece if last(piece) else None
    base = inflected(piece, last) or inflected(piece, known) or derived(piece, known)
    return base if base is not None and len(base) >= SHORTEST_PART else None


def _modifier(piece: str, known: Known, first: Known) -> str | None:
    """The base form that ``piece`` stands for in front of another part of a compound."""
    if first(piece):
        return piece
    if len(piece) < SHORTEST_PART:
        return None
    if known(piece):
        return piece
    for linking in ("s", "e", "er", "n"):
        if (
            piece.endswith(linking)
            and len(piece) - len(linking) >= SHORTEST_PART
            and known(piece[: -len(linking)])
        ):
            return piece[: -len(linking)]
    if len(piece) > SHORTEST_PART and piece[-1] == "s" and known(piece[:-1] + "e"):
        return piece[:-1] + "e"
    # "arbejdsmarked" from "arbejde", "jordbærmark": the base's own last e may go.
    return piece + "e" if len(piece) > SHORTEST_PART and known(piece + "e") else None


@lru_cache(maxsize=WORDS_KEPT)
def danish_stem(word: str) -> str:
    """A Danish word without its inflection."""
    # A stemmer holds the word that it works on, so each word has its own: threads do not meet, and making one costs 4 %.
    return str(DanishStemmer().stemWord(word))
