"""How good the models are on public data nobody here made, through the code of `ml/`."""
