"""The base of all other packages: clock, errors, configuration, data directory, database, archive, workers."""
