"""The Form: templates, labels, columns, numbers. All that is known about a generation of the form is in its TOML."""
