"""`python -m matchmaker.cli` is the same as `matchmaker`."""

import sys

from matchmaker.cli import main

sys.exit(main())
