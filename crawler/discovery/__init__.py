"""From any page of a portal to its annual-report columns: signs, looks, rosters, what is kept."""
