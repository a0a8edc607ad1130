"""What one answer of a portal *is*: page, article, dates, signs, rosters, titles, sort of file, verdict."""
