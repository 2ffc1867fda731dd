"""One file per propensity model, found by a folder scan. What does not belong here: code."""
