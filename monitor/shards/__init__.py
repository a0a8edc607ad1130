"""A crawl in shards: each host belongs to one task, each task has a data directory of its own, all are taken in."""
