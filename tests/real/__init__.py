"""The pipeline on public data that nobody here made; skips where the data is absent."""
