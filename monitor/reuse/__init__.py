"""Which texts of the stored reports may be the same: what many have in common, signatures, candidates."""
