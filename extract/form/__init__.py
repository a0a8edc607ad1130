"""The Form: templates, labels, columns, numbers. Everything known of a generation of the form comes from its TOML."""
