"""One file per stage, found by the folder scan. What does not belong here: shared helpers."""
