"""Takes another data directory in: each thing once, in any order, twice without harm."""
