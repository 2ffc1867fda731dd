"""What an identity number says against the record it stands in: birth date, sex, check digit.

In SQL over all records at once; python-stdnum is the oracle of the tests. A record without a birth
date is held against those of the customer's other records: one that agrees is enough. What does not
belong here: numbers of other forms, such as passports.
"""

import duckdb

from warehouse.intake.columns import quoted
from warehouse.name_quality.rules import ID_BIRTH, ID_CHECK, ID_SEX, ORGANISATION, PERSON

_PERSON_FORM = "^[0-9]{17}[0-9X]$"
_ORGANISATION_FORM = "^[0-9A-HJ-NP-RTUWXY]{18}$"
_PERSON_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2, 1)
_PERSON_DIGITS = "0123456789X"
_ORGANISATION_WEIGHTS = (1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1)
_ORGANISATION_DIGITS = "0123456789ABCDEFGHJKLMNPQRTUWXY"


def add(con: duckdb.DuckDBPyConnection) -> None:
    """Add to `finding` the records whose number contradicts them."""
    con.execute(
        f"""
        create temp view numbered as
        select
            position,
            birth_dates,
            sex_code,
            try_strptime(id_number[7:14], '%Y%m%d')::date as number_birth_date,
            case when id_number[17] in ('1', '3', '5', '7', '9') then 'M' else 'F' end
                as number_sex_code,
            ({person_sum("id_number")}) % 11 = 1 as is_checked
        from named
        where subject = '{PERSON}' and regexp_matches(id_number, '{_PERSON_FORM}');

        insert into finding
        select position, '{ID_BIRTH.code}', null, null from numbered
        where len(birth_dates) > 0
            and not coalesce(list_contains(birth_dates, number_birth_date), false)
        union all
        select position, '{ID_SEX.code}', null, null from numbered
        where number_sex_code <> sex_code
        union all
        select position, '{ID_CHECK.code}', null, null from numbered where not is_checked
        union all
        select position, '{ID_CHECK.code}', null, null from named
        where subject = '{ORGANISATION}' and regexp_matches(id_number, '{_ORGANISATION_FORM}')
            and ({organisation_sum("id_number")}) % 31 <> 0
        """
    )


def person_sum(column: str) -> str:
    """SQL of the weighted sum of an identity card number; 1 modulo 11 when it is well-formed."""
    return _weighted(column, _PERSON_WEIGHTS, _PERSON_DIGITS)


def organisation_sum(column: str) -> str:
    """SQL of the weighted sum of a credit code; 0 modulo 31 when it is well-formed."""
    return _weighted(column, _ORGANISATION_WEIGHTS, _ORGANISATION_DIGITS)


def _weighted(column: str, weights: tuple[int, ...], digits: str) -> str:
    return " + ".join(
        f"{weight} * (strpos({quoted(digits)}, {column}[{place}]) - 1)"
        for place, weight in enumerate(weights, start=1)
    )
