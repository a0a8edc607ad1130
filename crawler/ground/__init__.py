"""What everything stands on: clock, errors, configuration, data directory, database, archive, workers."""
