"""The evaluation set of the claim ledger: sentences and reports, written apart from every grammar (README.md)."""
