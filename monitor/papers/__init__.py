"""Papers for people: the bulletin of a year, the profile of a body; as Word, as a page, as PDF."""
