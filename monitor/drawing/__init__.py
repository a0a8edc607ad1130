"""Pictures of what was read: the page of the document, or the table, its doubtful cells outlined."""
