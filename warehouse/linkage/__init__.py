"""Records that are probably one person: comparisons and weights, told apart from any table.

A dataset is described by data (`description`): which columns play which role, how roles are
compared, what each degree of agreement weighs, and why. The code knows roles, never columns of a
file. What does not belong here: rules that are certain (`warehouse/identity`), tables of the
warehouse, tokens.
"""
