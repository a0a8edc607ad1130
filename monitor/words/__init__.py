"""Words for people: cells, verdicts, findings and reports as text, harmless on any terminal; one module for each."""
