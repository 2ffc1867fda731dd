"""Everything the project promises, executed; see README.md in this folder."""
