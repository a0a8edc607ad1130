"""The evaluation set of the claim ledger: sentences, written apart from every grammar (README.md)."""
