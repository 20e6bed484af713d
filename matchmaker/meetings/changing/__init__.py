"""A schedule that changes: by hand with a check, by a repair with few moves; what changed, why not, and what it is worth then."""
