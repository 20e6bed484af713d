"""Actors that come to the tiny cluster."""

from __future__ import annotations

from matchmaker.actors import Actor, ActorGroup, Offer, Place, Request
from matchmaker.workspace import Workspace

SPINNER = Actor(
    "new:spinner",
    "Spinners of Skive",
    ActorGroup.COMPANY,
    "We spin textile fibres from wheat straw.",
    (Offer("Yarn of textile fibres from wheat straw"),),
    (Request("Clean wheat straw in bales"),),
    Place("DK", "DK041"),
)
BANK = Actor(
    "new:bank", "Bank of Bremen", ActorGroup.SERVICE_PROVIDER, "Loans and accounts.", place=Place("DE")
)
STRAW = "Who can spin textile fibres from wheat straw?"


def come(workspace: Workspace, *actors: Actor) -> None:
    workspace._store.apply(actors, [], source="list.csv", who="tests")
