"""One run of the judgement: `check` over the database, drafts for `verify`, and what holds a doubtful result back."""
