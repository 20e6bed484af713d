"""What letters and feeds say, in Danish and English."""

from __future__ import annotations

from collections.abc import Mapping

from matchmaker.actors import Actor
from matchmaker.wording import Wording, danish, english

_ENGLISH = {
    "group.company": "company",
    "group.supplier": "supplier",
    "group.service_provider": "service provider",
    "group.knowledge_institution": "knowledge institution",
    "group.public_body": "public body",
    "group.other": "other actor",
    "mail.subject.one": "1 new actor fits what you look for",
    "mail.subject.many": "{number} new actors fit what you look for",
    "mail.greeting": "Dear {name}",
    "mail.lead.one": "Since the last letter, 1 actor has begun to fit a search that you saved.",
    "mail.lead.many": "Since the last letter, {number} actors have begun to fit searches that you saved.",
    "mail.added": "new in the cluster",
    "mail.changed": "has a new profile",
    "mail.more.one": "1 more is unread.",
    "mail.more.many": "{number} more are unread.",
    "mail.all": "Read all of them, or change your searches: {address}",
    "mail.why": "You get this letter because you asked for it on that page.",
    "mail.leave": "No more letters, with one click: {address}",
    "feed.title": "New actors that fit what you look for",
    "feed.entry": "{name} fits “{search}”",
}
_DANISH = {
    "group.company": "virksomhed",
    "group.supplier": "leverandør",
    "group.service_provider": "rådgiver",
    "group.knowledge_institution": "videninstitution",
    "group.public_body": "offentlig myndighed",
    "group.other": "anden aktør",
    "mail.subject.one": "1 ny aktør passer til det, du søger",
    "mail.subject.many": "{number} nye aktører passer til det, du søger",
    "mail.greeting": "Kære {name}",
    "mail.lead.one": "Siden sidste brev er 1 aktør begyndt at passe til en søgning, du har gemt.",
    "mail.lead.many": "Siden sidste brev er {number} aktører begyndt at passe til søgninger, du har gemt.",
    "mail.added": "ny i klyngen",
    "mail.changed": "har en ny profil",
    "mail.more.one": "1 mere er ulæst.",
    "mail.more.many": "{number} mere er ulæste.",
    "mail.all": "Læs dem alle, eller ret dine søgninger: {address}",
    "mail.why": "Du får dette brev, fordi du har bedt om det på den side.",
    "mail.leave": "Ingen flere breve, med ét klik: {address}",
    "feed.title": "Nye aktører, der passer til det, du søger",
    "feed.entry": "{name} passer til “{search}”",
}

WORDINGS: Mapping[str, Wording] = {"da": danish(_DANISH, ()), "en": english(_ENGLISH, ())}


def place_of(actor: Actor) -> str:
    """Where an actor is, in a word or two."""
    return ", ".join(part for part in (actor.place.city or actor.place.region, actor.place.country) if part)
