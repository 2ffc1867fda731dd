"""The pages beside a published generation: its report and the dictionary of indicators.

They open from disk and fetch nothing. What does not belong here: computing anything that a mart
could hold.
"""
