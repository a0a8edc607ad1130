"""What commands and pages ask of the database, as functions that return dataclasses; nothing is printed here."""
