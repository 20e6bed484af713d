"""The open directory: what everybody may see of the actors that said yes to that, and nothing of anybody else."""

from __future__ import annotations

from collections.abc import Callable

from matchmaker.actors import Actor, ActorGroup
from matchmaker.directory import Page
from matchmaker.errors import ActorNotFoundError, NotBuiltError
from matchmaker.published import Published
from matchmaker.settings import Settings
from matchmaker.store import Store
from matchmaker.store.listings import Listing


class OpenDirectory:
    """The listed actors of one workspace. Methods that change something may raise ``StoreError``."""

    def __init__(self, settings: Settings, store: Store, published: Callable[[], Published]) -> None:
        self.is_open = settings.directory == "open"
        """Whether the settings open it; who is listed is kept whether they do or not."""
        self._listings = store.listings
        self._published = published

    def listings(self) -> tuple[Listing, ...]:
        """Every listing with who said so and when, by the id of the actor."""
        return self._listings.all()

    def listing(self, actor_id: str) -> Listing | None:
        """The listing of an actor, if it is listed."""
        return self._listings.one(actor_id)

    def list_actor(self, actor_id: str, *, who: str) -> bool:
        """Let everybody see an actor; whether that changed anything. Raises ``ActorNotFoundError``."""
        return self._listings.set(actor_id, True, who=who)

    def unlist(self, actor_id: str, *, who: str) -> bool:
        """Let an actor be seen by those alone who signed in; raises as ``list_actor``."""
        return self._listings.set(actor_id, False, who=who)

    def page(
        self,
        *,
        text: str = "",
        group: ActorGroup | None = None,
        region: str = "",
        after: str = "",
        limit: int = 50,
    ) -> Page[Actor]:
        """Listed actors by name, then id, as they are now; none where nothing is built yet.

        Raises ``ActorNotFoundError`` for an ``after`` that is not listed, whether it is an actor or not: where it stands
        among the names would tell of it.
        """
        listed = {each.actor_id for each in self._listings.all()}
        if after and after not in listed:
            raise ActorNotFoundError(after)
        try:
            return self._published().actors(
                text=text, group=group, region=region, among=listed, after=after, limit=limit
            )
        except NotBuiltError:
            return Page((), None)

    def actor(self, actor_id: str) -> Actor:
        """A listed actor as it is now.

        Raises ``ActorNotFoundError``, without a suggestion and the same for one that is not listed, not there, or erased.
        """
        if self._listings.one(actor_id) is None:
            raise ActorNotFoundError(actor_id)
        try:
            return self._published().actor(actor_id)
        except (ActorNotFoundError, NotBuiltError):
            raise ActorNotFoundError(actor_id) from None
