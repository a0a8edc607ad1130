"""Grids and lines → the rows of the form's three tables."""
