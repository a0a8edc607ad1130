"""Words for people: cells, verdicts, findings, reports and letters as text, inert on any terminal."""
