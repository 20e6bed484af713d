"""The notes that the landscape leaves with a build or a study, in Danish: they are stored as English text, so they are read by their form."""

from __future__ import annotations

import re
import string
from collections.abc import Mapping

NOTES: Mapping[str, str] = {
    "There are no actors.": "Der er ingen aktører.",
    "Actors with neither text nor collaborations, in no sub-cluster and not on the map: {number} of {all}.": "Aktører uden både tekst og samarbejder, i ingen delklynge og ikke på kortet: {number} af {all}.",
    "Too few actors for sub-clusters: {number} with text or collaborations; at least {least} are needed.": "For få aktører til delklynger: {number} med tekst eller samarbejder; der skal mindst {least} til.",
    "Actors that nothing ties to others, in a sub-cluster with a confidence of 0: {number}.": "Aktører, som intet knytter til andre, i en delklynge med sikkerheden 0: {number}.",
    "The actors are too much alike to tell sub-clusters apart: all are in one.": "Aktørerne ligner hinanden for meget til at skille delklynger ad: Alle er i én.",
    "No texts: the sub-clusters rest on collaborations alone.": "Ingen tekster: Delklyngerne hviler på samarbejder alene.",
    "No collaborations: the sub-clusters rest on texts alone.": "Ingen samarbejder: Delklyngerne hviler på tekster alene.",
    "No sub-cluster is large and varied enough for specialisations inside it.": "Ingen delklynge er stor og forskelligartet nok til specialiseringer i den.",
    "Growth is unknown without collaborations dated in two years at least: no spin-off candidates.": "Vækst er ukendt uden samarbejder dateret i mindst to år: ingen mulige spin-offs.",
    "All actors are of one actor group: no spin-off candidate can score above 0.": "Alle aktører er af én aktørgruppe: Ingen mulig spin-off kan få mere end 0.",
    "Too few groups on any day for a precision at 10: at least twenty are needed.": "For få grupper på alle dage til en træfsikkerhed blandt de 10 første: Der skal mindst tyve til.",
    "{day}: {number} dated collaborations were known; at least {least} are needed.": "{day}: {number} daterede samarbejder var kendt; der skal mindst {least} til.",
    "{day}: the data end on {end}, less than a year later, so nobody knows what came.": "{day}: Data slutter {end}, mindre end et år senere, så ingen ved, hvad der kom.",
    "There is nobody to count.": "Der er ingen at tælle.",
    "Nobody has {least} actors in both periods, so entry and exit cannot be told.": "Ingen har {least} aktører i begge perioder, så til- og afgang kan ikke afgøres.",
    "There is one {what} only ({name}): nothing to compare it with.": "Der er kun én række ({name}): intet at sammenligne den med.",
    "There is one column only, so nobody can be more specialised than others.": "Der er kun én kolonne, så ingen kan være mere specialiseret end andre.",
    "{number} of {all} rows have fewer than {least} actors: too few to tell, and left out of presence, density and complexity.": "{number} af {all} rækker har færre end {least} aktører: for få til at sige noget, og udeladt af tilstedeværelse, tæthed og kompleksitet.",
    "Only {name} has enough actors, so it is compared with little but itself: what is present in it and what is near to enter cannot be told.": "Kun {name} har aktører nok, så den sammenlignes næsten kun med sig selv: Hvad der er til stede i den, og hvad der er nær ved at komme til, kan ikke afgøres.",
    "Actors without a collaboration that counts here are not in the table.": "Aktører uden et samarbejde, der tæller her, er ikke i tabellen.",
    "Nothing occurs together in actors or collaborations; relatedness is taken from who has both.": "Intet optræder sammen hos aktører eller i samarbejder; slægtskab er taget af, hvem der har begge.",
    "Complexity cannot be told: it needs three rows and three columns that share some of what they have, and an order that goes with diversity.": "Kompleksitet kan ikke afgøres: Det kræver tre rækker og tre kolonner, der deler noget af det, de har, og en orden, der følger mangfoldigheden.",
    "No actor's country is known, so there is nothing to compare. Import it, or ask for another.": "Ingen aktørs land er kendt, så der er intet at sammenligne. Importér det, eller spørg om noget andet.",
    "No actor's region at level {level} is known, so there is nothing to compare. Import it, or ask for another.": "Ingen aktørs region på niveau {level} er kendt, så der er intet at sammenligne. Importér den, eller spørg om noget andet.",
    "{number} of {all} actors are left out: their country is not known.": "{number} af {all} aktører er udeladt: Deres land er ikke kendt.",
    "{number} of {all} actors are left out: their region at level {level} is not known.": "{number} af {all} aktører er udeladt: Deres region på niveau {level} er ikke kendt.",
    "No collaboration has a field, so there is nothing to be specialised in.": "Intet samarbejde har et fagområde, så der er intet at være specialiseret i.",
    "No field's path has {level} parts; {deepest} are taken.": "Intet fagområde har {level} led; {deepest} er brugt.",
    "{number} of {all} collaborations are left out: no field of {level} parts is given.": "{number} af {all} samarbejder er udeladt: Der er ikke angivet et fagområde med {level} led.",
}


def _form_of(template: str) -> re.Pattern[str]:
    parts = [
        re.escape(words) + (f"(?P<{name}>.+?)" if name else "")
        for words, name, _, _ in string.Formatter().parse(template)
    ]
    return re.compile("".join(parts), re.DOTALL)


_FORMS = tuple((_form_of(english), danish) for english, danish in NOTES.items())


def note_in(language: str, text: str) -> str | None:
    """A note in one of the languages of the pages; ``None`` where only English has it."""
    return text if language == "en" else danish_note(text)


def danish_note(text: str) -> str | None:
    """A note in Danish, with the separators of Danish numbers; ``None`` for one that is not among them."""
    for form, danish in _FORMS:
        found = form.fullmatch(text)
        if found is not None:
            return danish.format(**{name: _danish(value) for name, value in found.groupdict().items()})
    return None


def _danish(value: str) -> str:
    return value.replace(",", ".") if re.fullmatch(r"\d{1,3}(,\d{3})+", value) else value
