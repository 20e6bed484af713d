"""The names by which a table's headers are known, in Danish and English, best first.

A name is written the way ``headers.plain`` leaves a header: lower case, without punctuation and numbers.
"""

from __future__ import annotations


def _table(text: str) -> dict[str, tuple[str, ...]]:
    """Lines ``field: name; name; ...``, continued on lines without a colon, as a dict."""
    names: dict[str, tuple[str, ...]] = {}
    field = ""
    for line in text.strip().splitlines():
        head, colon, rest = line.partition(":")
        field = head.strip() if colon else field
        found = (name.strip() for name in (rest if colon else line).split(";"))
        names[field] = (*names.get(field, ()), *(name for name in found if name))
    return names


ACTOR_NAMES: dict[str, tuple[str, ...]] = _table(
    """
    id: id; actor id; aktør id; organisation id; organization id; organisations id; virksomheds id;
        deltager id; medlems id; medlemsnummer; member id; member number; company id; nøgle; key
    name: name; navn; organisation name; organization name; company name; actor name; legal name;
        organisationsnavn; virksomhedsnavn; firmanavn; aktørnavn; navn på virksomhed;
        navn på organisation; virksomhedens navn; organisationens navn; organisation; organization;
        virksomhed; firma; company; aktør; actor; deltager; participant; medlem navn
    group: group; gruppe; actor group; aktørgruppe; type; actor type; aktørtype; organisation type;
        organization type; organisationstype; virksomhedstype; type af organisation; activity type;
        activity type guess; kategori; category
    description: description; beskrivelse; profile; profil; about; about us; om; om os; om virksomheden;
        company description; virksomhedsbeskrivelse; profiltekst; profile text; kort beskrivelse;
        short description; presentation; præsentation; hvad laver i; what do you do
    offers: offers; offer; tilbud; tilbyder; vi tilbyder; we offer; udbyder; kompetencer; competences;
        competencies; expertise; products and services; produkter og ydelser; ydelser; services;
        kan tilbyde; can offer; hvad tilbyder i; what do you offer
    requests: requests; request; søger; vi søger; efterspørgsel; efterspørger; ønsker; behov; needs;
        need; looking for; we look for; we are looking for; seeks; seeking; demand; demands;
        hvad søger i; what are you looking for; leder efter
    country: country; land; country code; landekode
    region: region; nuts; nuts code; nuts kode; landsdel; område
    city: city; by; town; bynavn; place; sted
    latitude: latitude; lat; breddegrad; bredde
    longitude: longitude; lon; lng; long; længdegrad; længde
    size: size; størrelse; employees; number of employees; antal ansatte; ansatte; antal medarbejdere;
        medarbejdere; company size; virksomhedsstørrelse; sme; smv
    registration_number: registration number; cvr; cvr nummer; cvr nr; cvrnr; cvrnummer; vat;
        vat number; vat no; company number; organisation number; organisationsnummer; org nr;
        momsnummer; se nummer; registreringsnummer
    website: website; web; webside; hjemmeside; homepage; url; www; web page; internet;
        organization url; organisation url
    tags: tags; tag; emneord; nøgleord; keywords; keyword; stikord; branche; brancher; sector; sectors;
        industry
    member: member; medlem; is member; er medlem; medlemsskab; medlemskab; membership
    """
)
"""Field of an actor to the names it is known by."""

COLLABORATION_NAMES: dict[str, tuple[str, ...]] = _table(
    """
    id: id; collaboration id; samarbejde id; samarbejds id; project id; projekt id; project number;
        projektnummer; projekt nr; sagsnummer; sags nr; journalnummer; grant id; collaboration;
        samarbejde
    title: title; titel; project title; projekttitel; project name; projektnavn; name; navn; overskrift;
        projekt; project
    text: text; tekst; description; beskrivelse; objective; formål; mål; summary; resumé; resume;
        abstract; projektbeskrivelse; project description; aktiviteter
    commitment: commitment; commitment level; forpligtelse; grad af forpligtelse; samarbejdsform; type;
        samarbejdstype; niveau; level
    signed: signed; underskrevet; aftalt; date; dato; signature date; ec signature date; date signed;
        aftaledato; tilsagnsdato; bevillingsdato; indgået
    start: start; start date; startdato; begin; begyndt; starter; fra; from; projektstart
    end: end; end date; slutdato; slut; afsluttet; slutter; til; to; projektslut
    participants: participants; deltagere; participant id; deltager id; actor id; aktør id;
        organisation id; organization id; actors; aktører; partners; partnere; members; medlemmer;
        parties; parter; participant; deltager; partner; actor; aktør; organisation; organization;
        virksomhed; virksomheder; company; companies; participant name; deltagernavn; organisation name;
        organisationsnavn; virksomhedsnavn
    role: role; rolle; roles; roller
    funding: funding; tilskud; tilskudsbeløb; beløb; støtte; støttebeløb; net ec contribution;
        ec contribution; eu contribution; eu tilskud; grant amount; amount
    fields: fields; fagområder; fagområde; field; field of science; fields of science; emner;
        euro sci voc; euro sci voc path; tema; temaer; theme; themes
    topic: topic; topics; program; programme; call; udbud; pulje; indsatsområde
    """
)
"""Field of a collaboration to the names it is known by."""

PARTICIPATION_NAMES: dict[str, tuple[str, ...]] = {
    "id": (*COLLABORATION_NAMES["id"], "project", "projekt"),
    "participants": (*COLLABORATION_NAMES["participants"], "name", "navn"),
    "role": COLLABORATION_NAMES["role"],
    "funding": COLLABORATION_NAMES["funding"],
}
"""The same for a table with one row per participation, beside a table of collaborations."""

OUTCOME_NAMES: dict[str, tuple[str, ...]] = _table(
    """
    a: participant a; deltager a; actor a; aktør a; a; participant; deltager
    b: participant b; deltager b; actor b; aktør b; b; partner; met with; mødte
    held: held; afholdt; meeting held; møde afholdt; mødet afholdt; mødtes; met; took place
    missing: missing; udeblev; udeblevet; no show; no shows; did not show up; mødte ikke op; mangler
    rating_a: rating a; vurdering a; karakter a; score a; rating; vurdering; karakter
    rating_b: rating b; vurdering b; karakter b; score b
    reason_a: why not a; hvorfor ikke a; reason a; grund a; begrundelse a; why not; hvorfor ikke
    reason_b: why not b; hvorfor ikke b; reason b; grund b; begrundelse b
    words_a: words a; ord a; comment a; kommentar a; remark a; bemærkning a
    words_b: words b; ord b; comment b; kommentar b; remark b; bemærkning b
    came_of_a: came of it a; later a; senere a; kom der af det a; udbytte a; outcome a; resultat a;
        came of it; later; senere; udbytte
    came_of_b: came of it b; later b; senere b; kom der af det b; udbytte b; outcome b; resultat b
    came_of_on_a: later date a; senere dato a; date of outcome a; later date; senere dato
    came_of_on_b: later date b; senere dato b; date of outcome b
    commitment: commitment; forpligtelse; commitment level; grad af forpligtelse; aftale; agreement
    commitment_on: commitment date; forpligtelse dato; aftaledato; aftalt; agreed; agreed on;
        date of agreement; dato for aftale
    title: title; titel; collaboration; samarbejde; project; projekt
    new_company: new company; ny virksomhed; new actor; ny aktør
    new_company_on: new company date; ny virksomhed dato; founded; founded on; stiftet; stiftelsesdato
    """
)
"""What is said of a meeting to the headers that it is known by."""

PERSONAL = _table(
    """
    personal: contact; contact person; kontakt; kontaktperson; kontaktnavn; e mail; email; mail;
        telefon; phone; telephone; mobil; mobile; tlf; direktør; ceo; first name; last name; fornavn;
        efternavn; linkedin
    """
)["personal"]
"""Headers of personal data, which is not imported."""

PARTICIPANT_NAMES: dict[str, tuple[str, ...]] = _table(
    """
    actor_id: actor id; aktør id; organisation id; organization id; organisations id; virksomheds id; company id;
        medlemsnummer; medlems id; member id; member number
    registration_number: registration number; cvr; cvr nummer; cvr nr; cvrnr; cvrnummer; vat; vat number; vat no;
        company number; organisation number; organisationsnummer; org nr; registreringsnummer
    actor: actor; aktør; actor name; aktørnavn; organisation; organization; organisation name; organization name;
        organisationsnavn; company; company name; virksomhed; virksomhedsnavn; firma; firmanavn; arbejdsplads;
        employer; institution
    person: person; name; navn; full name; fulde navn; deltager; deltagernavn; participant; participant name;
        attendee; kontaktperson; contact person; contact; kontakt; personnavn
    first_name: first name; fornavn; given name
    last_name: last name; efternavn; surname; family name
    email: e mail; email; mail; e mail address; email address; mailadresse; e mailadresse; emailadresse
    title: title; titel; job title; jobtitel; stilling; stillingsbetegnelse; position; role; rolle
    agenda: agenda; dagsorden; shared agenda; delt agenda; fælles agenda; kalender; calendar
    available: available; availability; til stede; tilstede; tilstedeværelse; tilgængelig; kan mødes; tider; tidsrum;
        times; there; hvornår; sessions; session
    most_meetings: max; maximum; most; most meetings; max meetings; maximum meetings; højst; maks; maksimum;
        maks møder; højst møder; flest møder; møder højst
    least_meetings: min; minimum; least; least meetings; min meetings; minimum meetings; mindst; min møder;
        mindst møder; færrest møder; møder mindst
    language: language; sprog; lang
    """
)
"""Field of a row of a list of participants to the names it is known by."""

WISH_NAMES: dict[str, tuple[str, ...]] = _table(
    """
    a: who; hvem; from; fra; participant; deltager; person; seeker; wishes; ønsker af; a; side a; navn; name
    b: whom; with; med; med hvem; to; til; partner; møde med; meet; b; side b; other; anden
    kind: kind; wish; ønske; type; art; preference; præference; hvad; what
    words: words; why; hvorfor; begrundelse; note; noter; bemærkning; kommentar; comment; ord; reason; årsag
    """
)
"""Field of a row of a list of wishes to the names it is known by."""
