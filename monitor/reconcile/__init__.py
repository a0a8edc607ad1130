"""Applies the rule book to one report and to a body's years: verdicts, the suspected cell, the chain. Pure."""
