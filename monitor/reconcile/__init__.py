"""One report, and a body's years, under the rule book: verdicts, the cell to suspect, the chain. Pure."""
