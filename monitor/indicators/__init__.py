"""Rates worked out of the tables: what each is, as data; what can be said of one; the view that holds them all."""
