"""The register: who must publish, by what names, codes and divisions, and what was learned about it."""
