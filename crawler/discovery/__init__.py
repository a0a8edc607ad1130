"""From any page of a portal to its annual-report columns: signs, looks at addresses, rosters, and what is kept."""
