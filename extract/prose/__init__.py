"""The text around the tables: title and body, sections, the form's own words, papers of another kind."""
