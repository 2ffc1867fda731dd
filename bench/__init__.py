"""Benchmarks: ours against a baseline in the same run. What does not belong here: assertions."""
