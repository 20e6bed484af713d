"""A cluster in which whatever is somebody's own holds words that occur nowhere else, with who may see each of them.

Each planted text has two words: the first may be sent by whoever probes, the second is never sent, so that it betrays an answer
that was given for the first. What may be seen follows ``docs/signing-in.md`` and ``docs/firms.md``.
"""

from __future__ import annotations

import random
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from pathlib import Path

from matchmaker.actors import Commitment
from matchmaker.answers import AnswerKind, DeclineReason, Judgement
from matchmaker.events import Attendee, Person, Preference, PreferenceKind, Session, Table
from matchmaker.events.outcomes import Committed, NoGood, Remark
from matchmaker.jobs import Lane
from matchmaker.profiles import ContactFields, WareKind
from matchmaker.saved_searches import SearchKind, Wanted
from matchmaker.users import Caller, UserRole
from matchmaker.webhooks import Happening
from matchmaker.workspace import Workspace
from tests.service.tiny_cluster import HEADERS, write_csv

A, B, C, LISTED, ERASED = "straw:1", "uni:1", "fibre:1", "soft:1", "twin:2"
"""Two firms that said yes to each other, a third in whom the first is interested, one in the open directory, one that is erased."""
PASSWORD = "correct horse battery"
PEOPLE = {
    "a": (UserRole.FIRM, A),
    "b": (UserRole.FIRM, B),
    "c": (UserRole.FIRM, C),
    "analyst": (UserRole.ANALYST, ""),
    "facilitator": (UserRole.FACILITATOR, ""),
}
MEMBERS = frozenset(PEOPLE)
EVERYBODY = MEMBERS | {"anonymous"}
MARK = "zq"
"""How a planted word begins and ends; nothing else in the program is like it."""


@dataclass(frozen=True, slots=True)
class Planted:
    """A text of somebody's own."""

    what: str
    first: str
    second: str
    seen_by: frozenset[str]
    """People who may see it, each with key and session; a name with ``/key`` or ``/session`` stands for that alone."""

    @property
    def text(self) -> str:
        """What was written."""
        return f"{self.first} {self.second}"


@dataclass
class Town:
    """What was planted, how each caller proves who it is, and ids by the name of their place in an address."""

    planted: list[Planted] = field(default_factory=list)
    secrets: dict[str, str] = field(default_factory=dict)
    """Headers that prove a caller, by its name: ``a/key`` sends a key, ``a/session`` a cookie."""
    ids: dict[str, dict[str, frozenset[str]]] = field(default_factory=dict)
    """By the name of the part of an address: each id, with whom it is about or whose it is."""
    _drawn: random.Random = field(default_factory=lambda: random.Random(7))

    def plant(self, what: str, seen_by: Iterable[str]) -> str:
        """A new text with words of its own."""
        return self.one(what, seen_by).text

    def one(self, what: str, seen_by: Iterable[str]) -> Planted:
        """The same, with its words apart."""
        made = Planted(what, self._word(), self._word(), frozenset(seen_by))
        self.planted.append(made)
        return made

    def literal(self, what: str, text: str, seen_by: Iterable[str]) -> None:
        """A secret that the program made itself."""
        self.planted.append(Planted(what, "", text.casefold(), frozenset(seen_by)))

    def name(self, place: str, found: str, *whose: str) -> str:
        """Keep an id for addresses."""
        self.ids.setdefault(place, {})[found] = frozenset(whose)
        return found

    def _word(self) -> str:
        return f"{MARK}{''.join(self._drawn.choice('bcdfghjklmnprstvw') + self._drawn.choice('aeiou') for _ in range(4))}{MARK}"


def plant(folder: Path, tables: Path) -> Town:
    """Plant all of it in a built workspace."""
    town = Town()
    (folder / "settings.toml").write_text(
        'directory = "open"\n'
        + "".join(
            f"rate_{each} = 0\n" for each in ("read", "search", "cluster", "write", "schedule", "sign_in")
        )
    )
    with Workspace.open(folder) as workspace:
        for place in ("actor_id", "partner_id"):
            for name, (_, actor_id) in PEOPLE.items():
                if actor_id:
                    town.name(place, actor_id, name)
            town.name(place, LISTED)
        _public(workspace, town)
        _erase(workspace, town)
        _callers(workspace, town)
        _kept(workspace, town)
        _said(workspace, town)
        _met(workspace, town)
        _heard(workspace, town)
        _worked(workspace, town, tables)
        workspace.build()
    return town


def _public(workspace: Workspace, town: Town) -> None:
    for actor_id in (B, C):
        words = town.plant(f"public profile of {actor_id}, not in the directory", MEMBERS)
        workspace.edit_actor(actor_id, {"description": f"Research on straw and {words}"}, who="tests")
    words = town.plant("public profile of the listed one", EVERYBODY)
    workspace.edit_actor(LISTED, {"description": f"Software of {words}"}, who="tests")
    workspace.directory.list_actor(LISTED, who="tests")


def _erase(workspace: Workspace, town: Town) -> None:
    workspace.edit_actor(ERASED, {"description": town.plant("profile of an erased actor", ())}, who="tests")
    workspace.firms.kept.add_draft(
        ERASED, WareKind.OFFER, town.plant("draft of an erased actor", ()), who="tests"
    )
    said = Judgement(AnswerKind.DECLINED, DeclineReason.OTHER, town.plant("answer about an erased actor", ()))
    workspace.answer(A, ERASED, said, who="tests")
    workspace.erase_actor(ERASED, who="tests")
    workspace.finish_erasing()


def _callers(workspace: Workspace, town: Town) -> None:
    for name, (role, actor_id) in PEOPLE.items():
        of_its_actor = {name, "facilitator"}
        # Whoever changes a firm's profile is named to it, a facilitator too.
        seen = EVERYBODY - {"anonymous"} if name == "facilitator" else of_its_actor
        mail = f"{town.one(f'address of the user of {name}', {f'{name}/session'}).second}@post.example"
        user = workspace.users.add(
            name=town.plant(f"name of the user of {name}", seen),
            email=mail,
            role=role,
            actor_id=actor_id,
            password=PASSWORD,
            who="tests",
        )
        device = town.plant(f"device of {name}", {f"{name}/session"})
        entered = workspace.users.sign_in(mail, PASSWORD, device=device)
        assert entered is not None
        key, sent = workspace.users.create_key(
            name=town.plant(f"name of the key of {name}", of_its_actor),
            role=role,
            actor_id=actor_id,
            who="tests",
        )
        caller = Caller(role, actor_id, user_id=user.id, name=user.name)
        own, own_sent = workspace.keys.create(caller, name=town.plant(f"key that {name} made", of_its_actor))
        for each in (sent, own_sent):
            town.literal(f"secret of a key of {name}", each.partition(".")[2], ())
        town.literal(f"token of the session of {name}", entered[1], ())
        town.secrets |= {f"{name}/key": f"Bearer {sent}", f"{name}/session": entered[1]}
        town.name("key_id", key.id, name, "facilitator")
        town.name("key_id", own.id, name, "facilitator")
        for session in workspace.users.sessions(user.id):
            town.name("session_id", session.mark, name)
        for owner, way in ((user.id, "session"), (key.id, "key")):
            _search(workspace, town, f"{name}/{way}", owner)
    invited = workspace.users.invite(
        name=town.plant("name of somebody invited", {"invited"}),
        email=f"{town.one('address of somebody invited', {'invited'}).second}@post.example",
        role=UserRole.ANALYST,
        who="tests",
    )
    town.literal("token of an invitation", invited.token, ())


def _search(workspace: Workspace, town: Town, who: str, owner: str) -> None:
    wanted = Wanted(SearchKind.TEXT, town.plant(f"text of the search of {who}", {who}))
    made = workspace.alerts.save(
        owner, town.plant(f"name of the search of {who}", {who, f"feed of {who}"}), wanted, who=owner
    )
    town.name("search_id", made.id, who)
    told = workspace.alerts.settings(owner)
    town.literal(f"address of the feed of {who}", told.feed, {who})
    town.literal(f"address that ends the letters of {who}", told.unsubscribe, {who})


def _kept(workspace: Workspace, town: Town) -> None:
    """Drafts and contact persons of each firm, one of each gone again, and a wish to leave."""
    kept = workspace.firms.kept
    for name, (role, actor_id) in PEOPLE.items():
        if role is not UserRole.FIRM:
            continue
        own = {name, "facilitator"}
        for kind in WareKind:
            draft = kept.add_draft(actor_id, kind, town.plant(f"draft of {name}", own), who="tests")
            town.name("draft_id", draft.id, name, "facilitator")
        gone = kept.add_draft(
            actor_id, WareKind.OFFER, town.plant(f"removed draft of {name}", own), who="tests"
        )
        kept.remove_draft(actor_id, gone.id, who="tests")
        both = own | {"a": {"b"}, "b": {"a"}}.get(name, set())
        person = ContactFields(
            town.plant(f"contact person of {name}", both),
            town.plant(f"title of the contact person of {name}", both),
            f"{town.one(f'address of the contact person of {name}', both).second}@post.example",
            "+45 99 88 77 66",
            "da",
        )
        contact = kept.add_contact(actor_id, person, who="tests")
        town.name("contact_id", contact.id, name, "facilitator")
        former = ContactFields(
            town.plant(f"former contact person of {name}", own), "", "x@post.example", "", "da"
        )
        kept.remove_contact(actor_id, kept.add_contact(actor_id, former, who="tests").id, who="tests")
    kept.ask_to_leave(C, who="tests")


def _said(workspace: Workspace, town: Town) -> None:
    """Answers of every kind, facilitators' judgements and notes."""
    yes, no = AnswerKind.INTERESTED, AnswerKind.DECLINED
    mutual = {"a", "b", "facilitator"}
    for seeker, partner, kind, seen in (
        (A, B, yes, mutual),
        (B, A, yes, mutual),
        (A, C, yes, {"a", "facilitator"}),
        (B, C, no, {"b", "facilitator"}),
        (C, B, no, {"c", "facilitator"}),
        (C, "gas:1", AnswerKind.KNOWN, {"c", "facilitator"}),
    ):
        words = town.plant(f"answer {kind.value} of {seeker} on {partner}", seen)
        reason = DeclineReason.OTHER if kind is no else None
        workspace.answer(seeker, partner, Judgement(kind, reason, words), who="tests")
    for kind, partner in (
        (AnswerKind.PINNED, "gas:1"),
        (AnswerKind.HIDDEN, "town:1"),
        (AnswerKind.NEVER, "uni:2"),
    ):
        words = town.plant(f"a facilitator's {kind.value}", {"facilitator"})
        workspace.answer(A, partner, Judgement(kind, words=words), who="tests")
    for pair in ((A, B), (B, C), (A, C)):
        workspace.curating.note([pair], town.plant(f"note about {pair}", {"facilitator"}), who="tests")


def _met(workspace: Workspace, town: Town) -> None:
    """An event of all three and one of two of them, with persons, wishes, requests, a schedule and what came of it."""
    events, starts = workspace.events, datetime(2027, 3, 4, 9)
    for event_id, who in (("spring", "abc"), ("closed", "bc")):
        seen = {*who, "facilitator"}
        events.create(
            town.plant(f"name of the event {event_id}", seen),
            zone="UTC",
            place=town.plant(f"place of the event {event_id}", seen),
            sessions=(Session("Morning", starts, starts.replace(hour=11), 20),),
            tables=(Table("1"), Table("2")),
            event_id=event_id,
            who="tests",
        )
        town.name("event_id", event_id, *seen)
        attending = []
        for name in who:
            # With whom one meets is told before the meeting.
            met = {
                "a": {"b"},
                "b": {"a"} if event_id == "spring" else {"c"},
                "c": set() if event_id == "spring" else {"b"},
            }
            persons = Person(
                town.plant(f"person of {name} at {event_id}", {name, "facilitator"} | met[name]),
                f"{town.one(f'address of the person of {name} at {event_id}', {name, 'facilitator'}).second}@post.example",
            )
            attending.append(Attendee(f"p{name}", PEOPLE[name][1], (persons,)))
            town.name("participant_id", f"p{name}", name, "facilitator")
        events.attend(event_id, attending, who="tests")
        pair = ("pa", "pb") if event_id == "spring" else ("pb", "pc")
        by = pair[1][1]
        wish = town.plant(f"wish of {by} at {event_id}", {by, "facilitator"})
        events.prefer(event_id, [Preference(*pair, PreferenceKind.MUST_MEET, pair[1], wish)], who="tests")
        workspace.events.schedule(event_id, time_limit=1.0, who="tests")
        # A commitment becomes a collaboration of the public profiles.
        remarks = [
            Remark(
                *pair,
                NoGood(DeclineReason.OTHER, town.plant(f"why nothing came of it, {by}", {by, "facilitator"})),
                pair[1],
            ),
            Remark(
                *pair,
                Committed(
                    Commitment.PROJECT, date(2027, 4, 1), town.plant(f"commitment at {event_id}", MEMBERS)
                ),
            ),
        ]
        events.follow_up.say(event_id, remarks, who="tests")
    for place in ("sender", "recipient"):
        town.ids[place] = dict(town.ids["participant_id"])


def _heard(workspace: Workspace, town: Town) -> None:
    """A webhook with its secret, and alerts."""
    host = town.one("address of a webhook", {"facilitator"}).second
    _, secret = workspace.webhooks.add(f"https://{host}.example/hooks", tuple(Happening), who="tests")
    town.literal("secret of a webhook", secret, ())
    workspace.edit_actor("gas:1", {"description": "Straw for textile fibres and gas"}, who="tests")
    workspace.alerts.look()


def _worked(workspace: Workspace, town: Town, tables: Path) -> None:
    """An import by a file with a name, and a job with what was sent."""
    row = ("imported:1", "Imported Straw", "company", "We cut reed.", "Reed", "", "DK", "DK041", "yes")
    named = town.one("name of an imported file", {"facilitator"}).second
    workspace.import_table(write_csv(tables / f"{named}.csv", HEADERS, (row,)), who="tests")
    asked = workspace.jobs.ask(
        "landscape-export", {"ending": ".graphml"}, who=town.plant("who asked for a job", {"facilitator"})
    )
    town.name("job_id", asked.id, "facilitator")
    workspace.jobs.runner(Lane.HEAVY).work_off()
