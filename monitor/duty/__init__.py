"""Who owes a report, by which day, and how that stands on any day: from the ledger of what was looked at."""
