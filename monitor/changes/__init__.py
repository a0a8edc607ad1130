"""What became of a report after it was published, and what differs from year to year."""
