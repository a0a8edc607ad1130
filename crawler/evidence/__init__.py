"""What was asked and answered, for good: ledger, archive, WARC, replay, health of portals."""
