"""Hostile inputs made from seeds: documents, lists, rows of the database, mail servers. A seed and a number make one again."""

import os

SEEDS = int(os.environ.get("GOUJI_SEEDS", "1"))  # how many times as much as in CI: GOUJI_SEEDS=10 for an evening
