"""Archived documents → reports in SQLite. Reads bytes into grids, parses grids into facts."""
