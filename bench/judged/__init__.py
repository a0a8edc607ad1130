"""An independent set for the rules on text, written from the handbook alone: what is to be told, what is not."""
