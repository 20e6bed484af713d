"""All checks of schemathesis with thousands of examples of each operation, for every role with a key of its own.

python -m benchmarks.fuzz --examples 2000
python -m benchmarks.fuzz --examples 50 --role firm --coverage
"""

from __future__ import annotations

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

from tests.service.fuzzing import ROLES, fuzz, served
from tests.service.tiny_cluster import build


def main() -> int:
    """Fuzz a small cluster and print a line for each role; 1 where anything was found."""
    options = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    options.add_argument("--examples", type=int, default=2000, help="of each operation and role")
    options.add_argument("--role", choices=ROLES, action="append", help="this role alone; may be repeated")
    options.add_argument("--coverage", action="store_true", help="also every boundary of every field, once")
    options.add_argument("--seed", type=int, default=1)
    asked = options.parse_args()
    worst = 0
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = folder / "workspace"
        build(made, folder)
        with served(made) as (address, keys):
            for role in asked.role or ROLES:
                begun = time.monotonic()
                found = fuzz(
                    address,
                    role,
                    keys[role],
                    examples=asked.examples,
                    folder=folder,
                    seed=asked.seed,
                    phases="examples,coverage,fuzzing" if asked.coverage else "examples,fuzzing",
                )
                seconds = round(time.monotonic() - begun)
                print(f"{role}: {found.cases} cases in {seconds} s, {json.dumps(dict(found.statuses))}")
                for each in found.failures:
                    print(f"  {each}")
                    worst = 1
    return worst


if __name__ == "__main__":
    sys.exit(main())
