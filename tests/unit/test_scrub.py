"""Pins down that nothing an engine quotes from a row gets into a message of ours."""

import errno

import duckdb
import pytest

from warehouse.scrub import coded, describe, scrub

SECRET = "13800138000"
ABOUT_DATA = [
    f"select cast('{SECRET}' as date)",
    f"select cast('x{SECRET}' as integer)",
    f"select cast('{SECRET}' as tinyint)",
    f"select strptime('{SECRET}', '%Y-%m-%d')",
    f"select error('{SECRET}')",
    f"create temp table t (n varchar primary key); insert into t values ('{SECRET}'), ('{SECRET}')",
    f"select cast({SECRET} as smallint)",
    f"select [{SECRET}][1]::utinyint",
]


@pytest.mark.parametrize("sql", ABOUT_DATA)
def test_an_engines_error_about_data_is_reduced_to_its_kind(sql):
    with pytest.raises(duckdb.Error) as caught, duckdb.connect() as con:
        con.execute(sql)
    assert SECRET in str(caught.value), "the case must show what is to be hidden"
    for message in (
        str(caught.value),
        f"Runtime Error in model m (models/m.sql)\n  {caught.value}",
    ):
        assert SECRET not in scrub(message)
        assert scrub(message).endswith("Error")


def test_an_engines_error_about_sql_keeps_the_names_it_names():
    with pytest.raises(duckdb.Error) as caught, duckdb.connect() as con:
        con.execute("select missing_column from (select 1 as present_column)")
    assert scrub(str(caught.value)).startswith('Binder Error: Referenced column "missing_column"')


def test_an_unexpected_error_is_told_by_its_kind_and_line_without_its_text():
    try:
        raise ValueError(SECRET)
    except ValueError as error:
        told, message = describe(error), str(coded(error, "customer"))
    assert told.startswith("ValueError at test_scrub.py:")
    assert message.startswith("RP-3014 unexpected_error step=customer error=ValueError at")
    assert SECRET not in told + message


def test_a_full_disk_is_recognised_whoever_notices():
    noticed = [
        OSError(errno.ENOSPC, "x"),
        duckdb.IOException('Could not write file "a.tmp": No space left on device'),
    ]
    for error in noticed:
        assert coded(error, "publish").code == "RP-3001"
    assert coded(OSError(errno.EACCES, "x"), "publish").code == "RP-3014"
