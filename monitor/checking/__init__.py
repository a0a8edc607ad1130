"""One run of the judgement: `check` on the database, drafts for `verify`, and what holds back doubtful results."""
