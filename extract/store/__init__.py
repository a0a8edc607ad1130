"""Readings in SQLite: schema, writing, loading, which reading is the current one, what failed."""
