"""The degrees of agreement that exist, as SQL over derived keys, strongest first.

A description chooses among them and says what each weighs. `{0}`, `{1}` are its roles; a Splink
condition names the two records `_l` and `_r`. DuckDB measures distances in bytes, so they are for
digits and Latin letters; Chinese is compared by keys. What does not belong here: weights.
"""

from warehouse.linkage.description import Comparison

_NAME = {
    "same": "{0}_fold_l = {0}_fold_r",
    "swapped": "{0}_fold_l = {1}_fold_r or {0}_fold_r = {1}_fold_l",
    "near": "jaro_winkler_similarity({0}_fold_l, {0}_fold_r) >= 0.88",
}
_PERSON = {
    "same_long": "{0}_fold_l = {0}_fold_r and length({0}_fold_l) >= 3",
    "same": "{0}_fold_l = {0}_fold_r",
    "reordered": "{0}_letters_l = {0}_letters_r",
    "sounds_long": "{0}_sound_l = {0}_sound_r and length({0}_fold_l) >= 3",
    "sounds": "{0}_sound_l = {0}_sound_r",
    "one_character": "list_has_any({0}_slips_l, {0}_slips_r) and length({0}_fold_l) >= 3",
    "half": "list_has_any({0}_slips_l, {0}_slips_r)",
}
_DATE = {
    "same": "{0}_ymd_l = {0}_ymd_r",
    "day_month_swapped": (
        "{0}_ymd_l[1:4] = {0}_ymd_r[1:4]"
        " and {0}_ymd_l[5:6] = {0}_ymd_r[7:8] and {0}_ymd_l[7:8] = {0}_ymd_r[5:6]"
    ),
    "one_digit": "damerau_levenshtein({0}_ymd_l, {0}_ymd_r) <= 1",
    "one_part": (
        "cast({0}_ymd_l[1:4] = {0}_ymd_r[1:4] as integer)"
        " + cast({0}_ymd_l[5:6] = {0}_ymd_r[5:6] as integer)"
        " + cast({0}_ymd_l[7:8] = {0}_ymd_r[7:8] as integer) >= 2"
    ),
}
_CODE = {
    "same": "{0}_fold_l = {0}_fold_r",
    "one_digit": "damerau_levenshtein({0}_fold_l, {0}_fold_r) <= 1",
    "same_tail": (  # a line with and without its area code
        "right({0}_fold_l, 7) = right({0}_fold_r, 7)"
        " and least(length({0}_fold_l), length({0}_fold_r)) between 7 and 8"
    ),
    "mistyped": ("damerau_levenshtein({0}_fold_l, {0}_fold_r) <= 1 and length({0}_fold_l) >= 15"),
}
_ADDRESS = {
    "same": "{0}_fold_l = {0}_fold_r",
    "same_place": (  # and half of all characters of the two are in both
        "{0}_place_l = {0}_place_r and 3 * len(list_intersect({0}_characters_l, {0}_characters_r))"
        " >= len({0}_characters_l) + len({0}_characters_r)"
    ),
}
TESTS = {"name": _NAME, "person": _PERSON, "date": _DATE, "code": _CODE, "address": _ADDRESS}
OTHERWISE = "different"
_PRESENT = {"name": "fold", "person": "fold", "date": "ymd", "code": "fold", "address": "fold"}


def missing(comparison: Comparison) -> str:
    """When nothing can be said, because one of the two records has no value."""
    key = f"{comparison.roles[0]}_{_PRESENT[comparison.test]}"
    return f"{key}_l is null or {key}_r is null"


def condition(comparison: Comparison, code: str) -> str:
    """The SQL of one level, false where a second role has no value."""
    return f"coalesce({TESTS[comparison.test][code].format(*comparison.roles)}, false)"
