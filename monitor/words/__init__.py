"""Words for people: cells, verdicts, findings and reports as text, one place per thing, inert on any terminal."""
