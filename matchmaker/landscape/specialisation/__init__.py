"""Economic geography's indices over a table of regions and industries, with EconGeo's definitions and names.

EconGeo is P.-A. Balland's package for R (https://github.com/PABalland/EconGeo); names are those of its version 2. Shares are
shares here, from 0 to 1, where EconGeo gives percent, and nothing is rounded. docs/specialisation.md says where published
definitions differ.
"""

from matchmaker.landscape.specialisation.complexity import diversity, eci, kci, morc, mort, pci, tci, ubiquity
from matchmaker.landscape.specialisation.concentration import (
    entropy,
    herfindahl,
    hoover_gini,
    hoover_index,
    krugman_index,
    locational_gini,
    related_variety,
    spec_coeff,
    unrelated_variety,
)
from matchmaker.landscape.specialisation.entries import entry_mat, exit_mat
from matchmaker.landscape.specialisation.quotients import (
    hachman,
    location_quotient,
    location_quotient_avg,
    location_quotient_interval,
    rca,
)
from matchmaker.landscape.specialisation.relatedness import (
    co_occurrence,
    proximity,
    relatedness,
    relatedness_density,
    relatedness_density_ext,
    relatedness_density_int,
)

__all__ = [
    "co_occurrence",
    "diversity",
    "eci",
    "entropy",
    "entry_mat",
    "exit_mat",
    "hachman",
    "herfindahl",
    "hoover_gini",
    "hoover_index",
    "kci",
    "krugman_index",
    "location_quotient",
    "location_quotient_avg",
    "location_quotient_interval",
    "locational_gini",
    "morc",
    "mort",
    "pci",
    "proximity",
    "rca",
    "related_variety",
    "relatedness",
    "relatedness_density",
    "relatedness_density_ext",
    "relatedness_density_int",
    "spec_coeff",
    "tci",
    "ubiquity",
    "unrelated_variety",
]
