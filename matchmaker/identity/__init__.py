"""Which actors may be one organisation under two names: suspicions with their evidence, for a person to decide."""

from matchmaker.identity.candidates import LEAST, MAX_ACTORS_A_DOMAIN, likely_same
from matchmaker.identity.names import Names
from matchmaker.identity.suspicions import Evidence, EvidenceKind, Suspicion

__all__ = [
    "LEAST",
    "MAX_ACTORS_A_DOMAIN",
    "Evidence",
    "EvidenceKind",
    "Names",
    "Suspicion",
    "likely_same",
]
