"""The letter to a body about what is open in its report: its parts, as Markdown and as a Word file."""
