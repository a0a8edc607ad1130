"""The pages for people, on the same database: rendered here, told by the functions that the commands use."""
