"""Pins down how dbt is run: layers, results, errors without values, one parse, the file left free.

A project of a few models stands in for ours, so that failures can be planted.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from warehouse.engine import dbt_layers, dbt_runner
from warehouse.errors import RapportError
from warehouse.settings import Settings

FILES = {
    "dbt_project.yml": """
name: rapport
version: "1.0"
profile: rapport
config-version: 2
models:
  rapport:
    early: {+tags: [layer_customer], +materialized: table}
    late: {+tags: [layer_marts], +materialized: table}
""",
    "profiles.yml": """
rapport:
  target: duckdb
  outputs:
    duckdb:
      type: duckdb
      path: "{{ env_var('RAPPORT_HOME') }}/warehouse.duckdb"
""",
    "models/early/people.sql": "select 1 as person_id, 'zhang-13800138000' as secret",
    "models/early/_early.yml": """
models:
  - name: people
    columns: [{name: person_id, data_tests: [unique]}]
unit_tests:
  - name: never_run_here
    model: people
    given: []
    expect: {rows: [{person_id: 2}]}
""",
    "models/late/totals.sql": "select count(*) as people_count from {{ ref('people') }}",
    "tests/totals_agree_with_people.sql": """
select 1 from {{ ref('totals') }}
where people_count <> (select count(*) from {{ ref('people') }})
""",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("dbt_runner")


@pytest.fixture
def project(folder: Path) -> Path:
    """The project as above again; the same folder each time, so that dbt parses only changes."""
    shutil.rmtree(folder / "project", ignore_errors=True)
    for name, text in FILES.items():
        path = folder / "project" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder / "project"


@pytest.fixture
def settings(folder: Path) -> Settings:
    (folder / "home" / "warehouse.duckdb").unlink(missing_ok=True)
    return Settings(home=folder / "home")


def statuses(settings: Settings, project: Path, layer: str) -> dict[str, str]:
    return {
        result.name: result.status
        for result in dbt_runner.run_layer(settings, layer, project=project)
    }


def write(project: Path, name: str, text: str) -> None:
    (project / name).write_text(text)


def test_a_layer_builds_its_own_tables_and_leaves_unit_tests_and_later_layers_alone(
    settings, project
):
    assert statuses(settings, project, "customer") == {
        "people": "success",
        "unique_people_person_id": "pass",
    }


def test_a_test_across_layers_runs_once_with_the_last_of_its_tables(settings, project):
    statuses(settings, project, "customer")
    assert statuses(settings, project, "marts") == {
        "totals": "success",
        "totals_agree_with_people": "pass",
    }


def test_a_failing_test_says_how_many_rows_and_stops_what_reads_the_table(settings, project):
    write(project, "models/early/people.sql", "select 1 as person_id from range(3)")
    write(project, "models/early/readers.sql", "select * from {{ ref('people') }}")
    results = {r.name: r for r in dbt_runner.run_layer(settings, "customer", project=project)}
    assert results["unique_people_person_id"].status == "fail"
    assert results["unique_people_person_id"].failures == 1
    assert results["readers"].status == "skipped"


def test_a_model_that_fails_is_named_and_no_value_of_a_row_is_told_or_written(settings, project):
    write(
        project,
        "models/early/broken.sql",
        "select cast(secret as integer) as n from {{ ref('people') }}",
    )
    with pytest.raises(RapportError, match=r"RP-3012 .*model\.rapport\.broken") as caught:
        list(dbt_runner.run_layer(settings, "customer", project=project))
    assert "13800138000" not in str(caught.value)
    beside_the_data = [
        path
        for path in settings.home.rglob("*")
        if path.is_file() and path.suffix != ".duckdb" and "partial_parse" not in path.name
    ]
    engine_words = [p for p in beside_the_data if b"Could not convert" in p.read_bytes()]
    assert beside_the_data and engine_words == []


def test_an_error_in_the_sql_keeps_its_words_because_they_name_columns_only(settings, project):
    write(project, "models/late/totals.sql", "select missing_column from {{ ref('people') }}")
    statuses(settings, project, "customer")
    with pytest.raises(RapportError, match='"missing_column" not found'):
        list(dbt_runner.run_layer(settings, "marts", project=project))


def test_the_project_is_parsed_again_only_when_a_file_of_it_changes(settings, project):
    manifest = dbt_runner.parse(settings, project)
    first = manifest.stat().st_mtime_ns
    dbt_runner.parse(settings, project)
    assert manifest.stat().st_mtime_ns == first
    write(project, "models/late/more.sql", "select 1 as n")
    dbt_runner.parse(settings, project)
    names = {node["name"] for node in dbt_layers.read_manifest(manifest)["nodes"].values()}
    assert "more" in names


def test_a_second_installation_borrows_the_parsed_project_and_reads_its_own_lake(
    settings, project, tmp_path, monkeypatch
):
    parsed = []
    invoke = dbt_runner._invoke

    def noted(*given, **named):
        parsed.extend(word for word in given[2] if word == "parse")
        return invoke(*given, **named)

    monkeypatch.setattr(dbt_runner, "_invoke", noted)
    location = "read_parquet('{{ env_var('RAPPORT_HOME') }}/lake/{name}.parquet')"
    lake = (
        f'{{name: lake, config: {{meta: {{external_location: "{location}"}}}}, tables: [name: p]}}'
    )
    write(project, "models/early/_lake.yml", f"sources: [{lake}]")
    write(project, "models/early/people.sql", "select person_id from {{ source('lake', 'p') }}")
    read = []
    for number in (1, 2):
        own = settings.model_copy(update={"home": tmp_path / str(number)})
        (own.home / "lake").mkdir(parents=True)
        people = f"select {number} as person_id"
        duckdb.execute(f"copy ({people}) to '{own.home}/lake/p.parquet' (format parquet)")
        assert f"'{own.home}/lake/" in dbt_runner.parse(own, project).read_text()
        statuses(own, project, "customer")
        with duckdb.connect(str(own.warehouse_file), read_only=True) as con:
            read += con.sql("select person_id from people").fetchall()
    assert read == [(1,), (2,)]
    assert parsed == ["parse"], "it takes seconds and gives the same"


def test_a_project_that_does_not_parse_is_one_coded_error(settings, project):
    write(project, "models/late/totals.sql", "select * from {{ ref('nowhere') }}")
    with pytest.raises(RapportError, match=r"RP-3012 .*nowhere"):
        dbt_runner.parse(settings, project)


def test_another_process_can_write_the_warehouse_as_soon_as_a_layer_is_through(settings, project):
    statuses(settings, project, "customer")
    program = f"import duckdb; duckdb.connect({str(settings.warehouse_file)!r}).execute('select 1')"
    assert subprocess.run([sys.executable, "-c", program]).returncode == 0
    with duckdb.connect(str(settings.warehouse_file), read_only=True) as con:
        assert con.sql("select person_id from people").fetchall() == [(1,)]


def test_the_environment_is_as_it_was_when_a_layer_is_through(settings, project, monkeypatch):
    monkeypatch.setenv("RAPPORT_HOME", "before")
    monkeypatch.delenv("RAPPORT_TARGET", raising=False)
    statuses(settings, project, "customer")
    assert os.environ["RAPPORT_HOME"] == "before"
    assert "RAPPORT_TARGET" not in os.environ
