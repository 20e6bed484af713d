"""Which language a text is in: asked once per source text, before it is cut into passages."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Final

from matchmaker.language.function_words import TELL_DANISH, TELL_ENGLISH

if TYPE_CHECKING:
    from py3langid.langid import LanguageIdentifier

LANGUAGES: Final = (
    "bg", "cs", "da", "de", "el", "en", "es", "et", "fi", "fr", "hr", "hu", "is", "it", "lt", "lv", "nb", "nl", "nn",
    "no", "pl", "pt", "ro", "sk", "sl", "sr", "sv", "tr", "uk",
)  # fmt: skip
"""What a European cluster writes in; fewer candidates make fewer mistakes on short texts."""

NORDIC: Final = frozenset({"da", "no", "nb", "nn", "sv"})
"""Languages whose words are looked up as Danish."""

READ_CHARACTERS: Final = 1_000
"""A language shows itself within this many characters; reading on costs time and changes nothing."""

CLEAR_LETTERS: Final = 40
"""From this many letters the statistical model is trusted by itself."""

_WORD: Final = re.compile(r"[^\W\d_]+")
_NORWEGIAN: Final = re.compile(
    r"\b(?:av|mellom|nå|etter|utvikling\w*|bedrift\w*|selskap\w*|\w+het(?:en|er)?|\w+sjon\w*)\b"
)
_DANISH: Final = re.compile(
    r"\b(?:af|mellem|nu|efter|udvikling\w*|virksomhed\w*|\w+hed(?:en|er)?|\w+tion\w*)\b"
)


def detect(text: str) -> str:
    """The ISO 639-1 code of the language (``"da"``, ``"en"``, ...), ``""`` where the text is too short to tell."""
    text = text[:READ_CHARACTERS].replace("\xad", "")
    found = [word.lower() for word in _WORD.findall(text)]
    letters = sum(map(len, found))
    danish, english = tells(found)
    if len(found) < 2 or letters < 8:
        return ""
    if letters < CLEAR_LETTERS or len(found) < 6:
        return _short(text, danish, english)
    if english >= 3 and english > 3 * danish:
        return "en"
    code = str(_identifier().classify(" ".join(found))[0])
    if code in {"da", "no", "nb", "nn"}:
        return _danish_or_norwegian(" ".join(found))
    return code


def tells(lowercase_words: list[str]) -> tuple[int, int]:
    """How many of the words only Danish and only English uses as function words (æ, ø and å count as Danish)."""
    danish = sum(word in TELL_DANISH or "æ" in word or "ø" in word or "å" in word for word in lowercase_words)
    return danish, sum(word in TELL_ENGLISH for word in lowercase_words)


def _short(text: str, danish: int, english: int) -> str:
    if danish > english:
        return "da"
    if english > danish:
        return "en"
    code, confidence = _identifier().classify(text)
    return str(code) if confidence > 0.95 and code not in NORDIC else ""


def _danish_or_norwegian(lowercase: str) -> str:
    """The model takes Danish for Norwegian now and then; spellings that only one of them has decide."""
    norwegian, danish = len(_NORWEGIAN.findall(lowercase)), len(_DANISH.findall(lowercase))
    return "no" if norwegian > danish else "da"


@lru_cache(maxsize=1)
def _identifier() -> LanguageIdentifier:
    # Loaded at first use: reading the model takes a quarter of a second that `--help` need not pay.
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    identifier = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    identifier.set_languages([code for code in LANGUAGES if code in identifier.labels])
    return identifier
