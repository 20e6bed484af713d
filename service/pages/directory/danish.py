"""What the open directory says, in Danish; the English catalogue has the same keys."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "directory.title": "Fortegnelse",
    "directory.heading": "Hvem der er i klyngen",
    "directory.lead": "Aktører i klyngen, der vil findes, med hvad de tilbyder og søger.",
    "directory.none": "Her er ingen endnu",
    "directory.none_hint": "Aktører vises her, når de selv siger, at de vil ses.",
    "directory.none_found": "Ingen passer",
    "directory.none_found_hint": "Prøv færre eller andre ord.",
    "directory.link": "Se, hvem der er i klyngen",
    "directory.back": "Alle i fortegnelsen",
    "directory.contact": "Vil du i kontakt? Medlemmer ser hinandens kontaktpersoner, når begge er interesserede.",
    "directory.switch": "Åben fortegnelse",
    "directory.is_listed": "Alle kan se profilen, tilbud og ønsker i den åbne fortegnelse uden at logge ind.",
    "directory.is_not_listed": "Kun de, der logger ind, kan se profilen.",
    "directory.closed": "Selve fortegnelsen er lukket indtil videre.",
    "directory.show": "Se den i fortegnelsen",
    "directory.list": "Sæt i fortegnelsen",
    "directory.unlist": "Tag ud af fortegnelsen",
    "directory.done.listed": "Den er nu i den åbne fortegnelse.",
    "directory.done.unlisted": "Den er nu ude af den åbne fortegnelse.",
    "directory.undo": "Fortryd",
}
