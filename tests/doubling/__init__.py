"""Twice the input, about twice the time: what finds every pattern of the house, makes hostile text for it, and measures."""
