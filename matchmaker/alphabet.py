"""The order of names in lists: the Danish alphabet, for whoever reads them."""

from __future__ import annotations

import re
import unicodedata

ALPHABET = "da 1"
"""Another one with every change of the order, so that no list from before is taken for one of now."""

_OTHERS = re.compile(r"(?:[^\w\u0300-\u036f]|_)+")
"""What is neither letter nor digit, nor a mark on one."""
_LAST = str.maketrans({"æ": "{", "ä": "{", "ø": "|", "ö": "|", "ő": "|", "å": "}"})
"""After z, in this order; no letter or digit has these places."""
_ALIKE = str.maketrans(
    {"ü": "y", "ű": "y", "ð": "d", "đ": "d", "þ": "th", "œ": "oe", "ł": "l", "ħ": "h", "ı": "i"}
)
_LETTERS = _LAST | _ALIKE


def name_key(name: str) -> str:
    """What names are sorted by, as Danish sorts them for Danes and everybody else.

    Digits before letters, and after z the letters æ, ø and å with those that count as them (ä, ö, ő), ü as y, ð as d, þ as th: the
    tailoring of Danish in the Unicode Common Locale Data Repository (common/collation/da.xml), but for ``aa``, which stays
    two letters, since only some names mean å by it. Capitals, other marks and what is neither letter nor digit count only
    between names that are the same without them; their code points then decide, so that no two different names are alike.
    """
    folded = name.casefold()
    if folded.isascii():
        return f"{_OTHERS.sub(' ', folded).strip()}\0{name}"
    folded = _OTHERS.sub(" ", unicodedata.normalize("NFC", folded)).strip().translate(_LETTERS)
    if not folded.isascii():
        apart = unicodedata.normalize("NFKD", folded)
        folded = "".join(each for each in apart if not unicodedata.combining(each))
    return f"{folded}\0{name}"
