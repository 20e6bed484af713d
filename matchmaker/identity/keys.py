"""By what organisations are compared: registration numbers, domains, names and cities in one spelling each."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import Final

from matchmaker.actors import Actor

_LEAST_DIGITS: Final = 5
"""Digits that a registration number has at least; fewer is a placeholder or a number of some list."""

_COUNTRIES: Final = {"EL": "GR", "UK": "GB"}
"""Codes that the European Union writes its own way."""

_SHARED: Final = frozenset(
    [
        "gmail.com",
        "googlemail.com",
        "google.com",
        "hotmail.com",
        "hotmail.dk",
        "outlook.com",
        "outlook.dk",
        "live.com",
        "live.dk",
        "msn.com",
        "yahoo.com",
        "yahoo.dk",
        "icloud.com",
        "me.com",
        "mail.com",
        "gmx.de",
        "gmx.net",
        "web.de",
        "proton.me",
        "protonmail.com",
        "mail.dk",
        "post.tele.dk",
        "jubii.dk",
        "ofir.dk",
        "mail.tele.dk",
        "stofanet.dk",
        "youmail.dk",
        "privat.dk",
        "tdcadsl.dk",
        "email.dk",
        "sol.dk",
        "c.dk",
        "facebook.com",
        "fb.com",
        "linkedin.com",
        "instagram.com",
        "twitter.com",
        "x.com",
        "youtube.com",
        "tiktok.com",
        "github.com",
        "github.io",
        "gitlab.com",
        "gitlab.io",
        "wordpress.com",
        "blogspot.com",
        "blogger.com",
        "wixsite.com",
        "wix.com",
        "weebly.com",
        "squarespace.com",
        "webnode.com",
        "webnode.dk",
        "jimdo.com",
        "jimdosite.com",
        "jimdofree.com",
        "godaddysites.com",
        "business.site",
        "simplesite.com",
        "mystrikingly.com",
        "webflow.io",
        "netlify.app",
        "vercel.app",
        "herokuapp.com",
        "azurewebsites.net",
        "sharepoint.com",
        "medium.com",
        "notion.site",
        "canva.site",
        "carrd.co",
        "linktr.ee",
        "bit.ly",
        "tinyurl.com",
        "europa.eu",
        "krak.dk",
        "proff.dk",
        "virk.dk",
        "cvr.dk",
        "dba.dk",
        "one.com",
        "simply.com",
        "shopify.com",
        "myshopify.com",
        "etsy.com",
        "bandcamp.com",
        "wikipedia.org",
        "researchgate.net",
        "academia.edu",
        "example.com",
        "example.org",
        "example.net",
    ]
)
"""Hosts and mail services under which many have a place: a place there says nothing of who somebody is."""

_SECOND_LEVEL: Final = frozenset({"co", "com", "org", "ac", "gov", "edu", "net", "or", "go", "gob", "gouv"})

_LEGAL_FORMS: Final = frozenset(
    """a s; as; aps; ivs; i s; k s; p s; p/s; a m b a; amba; f m b a; fmba; s m b a; smba; ab; asa; gmbh; g m b h;
    mbh; ggmbh; gmbh co kg; ag; kg; kgaa; ug; ev; e v; eg; oy; oyj; ltd; limited; plc; llp; inc; llc; corp; corporation; co;
    company; bv; b v; nv; n v; vof; sa; s a; sas; s a s; sasu; sarl; s a r l; eurl; sa rl; srl; s r l; srls; spa; s p a; scarl;
    s c a r l; sl; s l; slu; s l u; slp; sll; lda; ltda; unipessoal; unipessoal lda; s r o; sro; a s; z s; d o o; doo; d d;
    dd; ood; eood; ad; sp z o o; sp zoo; spolka z ograniczona odpowiedzialnoscia; spolka akcyjna; kft; zrt; nyrt; bt; uab; ab;
    sia; as; ou; osauhing; ike; i k e; ae; a e; epe; monoprosopi ike; sp j; s c; s coop; scrl; cvba; vzw; asbl; aisbl; ivzw;
    bvba; sprl; stichting; erhvervsdrivende fond; s m p c; smpc; selskab; anpartsselskab;
    aktieselskab; interessentskab; kommanditselskab; andelsselskab; enkeltmandsvirksomhed; ekonomisk forening; private
    limited company; societe anonyme; gesellschaft mit beschrankter haftung; aktiengesellschaft; srl unipersonale;
    societa per azioni; societa a responsabilita limitata; sociedad limitada; sociedad anonima""".replace(
        "\n", " "
    )
    .replace("   ", " ")
    .split(";")
)
_FORMS: Final = frozenset(" ".join(form.split()) for form in _LEGAL_FORMS)
_LONGEST_FORM: Final = max(len(form.split()) for form in _FORMS)

_FOLDED: Final = str.maketrans(
    {
        "æ": "ae",
        "ø": "o",
        "å": "a",
        "ö": "o",
        "ä": "a",
        "ü": "u",
        "ß": "ss",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ı": "i",
    }
)
_FILLERS: Final = frozenset(
    [
        "the",
        "of",
        "and",
        "for",
        "og",
        "for",
        "i",
        "af",
        "de",
        "la",
        "le",
        "les",
        "el",
        "los",
        "das",
        "der",
        "die",
        "und",
        "et",
        "e",
        "y",
        "di",
        "del",
        "della",
        "da",
        "do",
        "dos",
        "van",
        "von",
        "en",
        "in",
        "a",
        "an",
        "at",
        "pa",
    ]
)


def number_key(number: str, country: str = "") -> str:
    """A registration number as country and digits (``DK29189854``); ``""`` for none, a placeholder, or a mere few digits.

    A Danish number is the same with or without ``DK`` and spaces, also where the country is not given.
    """
    text = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", number)).upper()
    text = re.sub(r"^(CVR|VAT|MOMS|SE|ORG|NR|NO)+(?=(DK)?[0-9]{8}$)", "", text)
    digits = re.sub(r"[^0-9]", "", text)
    if len(digits) < _LEAST_DIGITS or len(set(digits)) < 2 or digits in "012345678901234567890":
        return ""
    land = country_key(country)
    prefix = re.match(r"[A-Z]{2}(?=[A-Z0-9]{5,})", text)
    if prefix and len(digits) >= len(text) - 5:
        return country_key(prefix[0]) + text[2:]
    if len(text) == 8 and text.isdigit() and land in ("", "DK"):
        return "DK" + text
    return land + text


def country_key(country: str) -> str:
    """A country in one spelling, ``""`` where it is not given."""
    text = country.strip().upper()
    named = {"DANMARK": "DK", "DENMARK": "DK", "SVERIGE": "SE", "SWEDEN": "SE", "NORGE": "NO", "NORWAY": "NO", "TYSKLAND": "DE",
             "GERMANY": "DE"}  # fmt: skip
    return named.get(text, _COUNTRIES.get(text, text))


def domain_key(address: str) -> str:
    """The domain that somebody registered, of a website or an e-mail address; ``""`` for none and for those of many."""
    text = address.strip().lower()
    text = text.rpartition("@")[2] if "@" in text and "/" not in text.partition("@")[0] else text
    text = re.sub(r"^[a-z][a-z0-9+.-]*://", "", text)
    host = re.split(r"[/?#:\s,;]", text, maxsplit=1)[0].strip(".")
    labels = host.split(".")
    if len(labels) < 2 or not re.fullmatch(r"[\w.-]+\.[^\W\d_]{2,}", host):
        return ""
    long = len(labels) > 2 and labels[-2] in _SECOND_LEVEL and len(labels[-1]) == 2
    domain = ".".join(labels[-3 if long else -2 :])
    return "" if domain in _SHARED or host in _SHARED else domain


@lru_cache(maxsize=500_000)
def words_of(name: str) -> tuple[str, ...]:
    """The words that tell a name from others: folded to plain letters, without brackets, legal forms and small words."""
    text = folded(
        re.sub(r"\([^)]*\)|\[[^\]]*\]", " ", name) if re.sub(r"\([^)]*\)", "", name).strip() else name
    )
    words = _without_forms(text.split())
    kept = tuple(word for word in words if word not in _FILLERS)
    return kept or tuple(words)


def folded(text: str) -> str:
    """Lower case and without accents, punctuation and apostrophes; ``aa`` and ``å``, ``oe`` and ``ø`` are one."""
    lower = unicodedata.normalize("NFKC", text).casefold().translate(_FOLDED)
    bare = "".join(each for each in unicodedata.normalize("NFKD", lower) if not unicodedata.combining(each))
    bare = re.sub(r"['\u2019`.]", "", re.sub(r"(?<=\b\w)\.(?=\w\b)", " ", bare))
    return " ".join(re.sub(r"[\W_]+", " ", bare.replace("aa", "a").replace("oe", "o")).split())


def city_key(actor: Actor) -> str:
    """An actor's city in one spelling, without a postal code and a district's letter (``Aarhus C``)."""
    text = re.sub(r"\b[0-9]{3,}\b|\bcedex\b.*", " ", folded(actor.place.city))
    words = text.split()
    return " ".join(words[:-1] if len(words) > 1 and len(words[-1]) < 3 else words)


def _without_forms(words: list[str]) -> list[str]:
    changed = True
    while changed:
        changed = False
        for length in range(min(_LONGEST_FORM, len(words) - 1), 0, -1):
            if " ".join(words[-length:]) in _FORMS:
                words, changed = words[:-length], True
                break
            first = length > 1 or words[0] in ("stichting", "uab", "sia")
            if first and " ".join(words[:length]) in _FORMS:
                words, changed = words[length:], True
                break
    return words
