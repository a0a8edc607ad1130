"""The letter to a body about open findings in its report: its parts, as Markdown and as a Word file."""
