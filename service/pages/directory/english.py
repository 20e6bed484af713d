"""What the open directory says, in English; the Danish catalogue has the same keys."""

from __future__ import annotations

TEXTS: dict[str, str] = {
    "directory.title": "Directory",
    "directory.heading": "Who is in the cluster",
    "directory.lead": "Actors of the cluster that want to be found, with what they offer and look for.",
    "directory.none": "Nobody is here yet",
    "directory.none_hint": "Actors appear once they say that they want to be seen.",
    "directory.none_found": "Nobody fits",
    "directory.none_found_hint": "Try fewer or other words.",
    "directory.link": "See who is in the cluster",
    "directory.back": "All in the directory",
    "directory.contact": "Want to get in touch? Members see each other's contacts once both are interested.",
    "directory.switch": "Open directory",
    "directory.is_listed": "Everybody can see this profile, offers and requests in the open directory, without signing in.",
    "directory.is_not_listed": "Only those who sign in can see this profile.",
    "directory.closed": "The directory itself is closed for now.",
    "directory.show": "See the entry",
    "directory.list": "Put into the directory",
    "directory.unlist": "Take out of the directory",
    "directory.done.listed": "It is in the open directory now.",
    "directory.done.unlisted": "It is out of the open directory now.",
    "directory.undo": "Undo",
}
