"""The conventions that matter, executed: layout, names, descriptions, grain, imports, identifiers.

Reads the tree and dbt's manifest; runs no pipeline. Rules that a linter already holds are not here.
"""

import ast
import json
import re
import subprocess
import sys
from pathlib import Path

import pytest

from warehouse.contract import load_contracts
from warehouse.engine import dbt_runner
from warehouse.publication.mart_contract import PUBLISHED_SCHEMAS
from warehouse.settings import CHECKOUT, Settings

PACKAGES = ("dagster_project", "expectations", "ml", "simulator", "warehouse")
PREFIXES = {
    "staging": ("stg_",),
    "customer": ("dim_", "int_", "map_", "dq_"),
    "facts": ("fct_",),
    "indicators": ("ind_", "int_", "dim_indicator", "fct_indicator_value"),
    "segments": ("seg_", "int_"),
    "analysis": ("int_", "fct_"),
    "learnt": ("seg_",),
    "campaigns": ("cmp_",),
    "marts": ("mart_", "dim_"),
    "dq": ("dq_",),
}
CHINESE = re.compile(r"[\u4e00-\u9fff]")
ONE_ENGINE = re.compile(
    r"\b(date_diff|date_sub|datediff|to_days|to_months|to_seconds|epoch|epoch_ms|timezone|isodow"
    r"|strftime|strptime|generate_series|range|unnest|quantile_cont|quantile_disc|string_agg|arg_max"
    r"|arg_min|list|list_\w+|struct_pack|hash|regexp_\w+|try_cast)\(|::|\basof\b|\binterval '?\d",
    re.IGNORECASE,
)
"""What DuckDB spells in its own way, or Spark does not know."""
GRAIN_TESTS = {"unique", "unique_combination"}


def python_files() -> list[Path]:
    return sorted(path for package in PACKAGES for path in (CHECKOUT / package).rglob("*.py"))


@pytest.fixture(scope="module")
def manifest(tmp_path_factory) -> dict:
    settings = Settings(home=tmp_path_factory.mktemp("conventions"))
    return json.loads(dbt_runner.parse(settings).read_text())


@pytest.fixture(scope="module")
def models(manifest) -> list[dict]:
    return [
        node
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["package_name"] == "rapport"
    ]


def test_dbt_holds_no_python_package_because_it_would_hide_dbt_itself():
    assert not list((CHECKOUT / "dbt").rglob("*.py"))


@pytest.mark.parametrize("path", python_files(), ids=lambda p: str(p.relative_to(CHECKOUT)))
def test_a_python_file_says_what_it_is_and_reads_no_clock_pickle_or_environment(path):
    text = path.read_text()
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "the first words say what belongs here"
    names = {
        alias.name.split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.Import | ast.ImportFrom)
        for alias in node.names
    } | {
        (node.module or "").split(".")[0]
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
    }
    assert not names & {"pickle", "joblib", "cloudpickle"}
    clock_is_history = path.name in {"clock.py", "alerts.py"}
    if not clock_is_history:
        assert not re.search(r"\b(datetime\.now|date\.today|time\.time)\(", text)
    if path.name not in {"settings.py", "faults.py", "dbt_runner.py", "main.py", "home.py"}:
        assert "os.environ" not in text and "getenv" not in text


def test_business_code_never_imports_dagster():
    for package in ("expectations", "ml", "simulator", "warehouse"):
        for path in (CHECKOUT / package).rglob("*.py"):
            top_level = [
                node
                for node in ast.parse(path.read_text()).body
                if isinstance(node, ast.Import | ast.ImportFrom)
            ]
            for node in top_level:
                modules = (
                    [node.module or ""]
                    if isinstance(node, ast.ImportFrom)
                    else [alias.name for alias in node.names]
                )
                assert not any(module.startswith("dagster") for module in modules), path


def test_loading_the_definitions_imports_neither_great_expectations_nor_scikit_learn(tmp_path):
    program = (
        "import dagster_project.definitions, sys;"
        "print([m for m in ('great_expectations', 'sklearn', 'skops') if m in sys.modules])"
    )
    result = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        cwd=CHECKOUT,
        env={"PATH": "/usr/bin:/bin", "RAPPORT_HOME": str(tmp_path)},
    )
    assert result.stdout.strip().splitlines()[-1] == "[]", result.stderr[-2000:]


def test_every_model_stands_in_the_folder_of_its_prefix(models):
    for model in models:
        folder = model["path"].split("/")[0]
        assert model["name"].startswith(PREFIXES[folder]), model["path"]


def test_every_model_has_an_owner_and_says_what_it_is_in_two_languages(models):
    for model in models:
        assert CHINESE.search(model["description"]), model["name"]
        assert re.search(r"[A-Za-z]{3}", model["description"]), model["name"]
        assert model["config"]["meta"].get("owner"), model["name"]


@pytest.fixture(scope="module")
def published(models) -> list[dict]:
    found = [
        model
        for model in models
        if model["schema"] in PUBLISHED_SCHEMAS and model["config"]["materialized"] != "view"
    ]
    assert found
    return found


def test_every_published_table_has_somebody_who_uses_it(manifest, published):
    used = {
        name
        for exposure in manifest["exposures"].values()
        for name in exposure["depends_on"]["nodes"]
    }
    assert [model["name"] for model in published if model["unique_id"] not in used] == []


def test_every_published_column_is_described_in_two_languages_under_an_enforced_contract(published):
    for model in published:
        assert model["config"]["contract"]["enforced"], model["name"]
        assert model["config"]["meta"].get("business_question"), model["name"]
        for column in model["columns"].values():
            assert CHINESE.search(column["description"]), (model["name"], column["name"])
            assert re.search(r"[A-Za-z]{3}", column["description"]), (model["name"], column["name"])
            assert column["data_type"], (model["name"], column["name"])


def test_every_model_that_is_stored_has_a_tested_grain(manifest, models):
    tested = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "test"
        and (node.get("test_metadata") or {}).get("name") in GRAIN_TESTS
    }
    untested = [
        model["name"]
        for model in models
        if model["config"]["materialized"] != "view" and model["unique_id"] not in tested
    ]
    assert untested == []


def test_a_sql_file_opens_with_its_purpose_and_grain_and_can_be_read_at_once(models):
    for model in models:
        text = (CHECKOUT / "dbt" / "models" / model["path"]).read_text()
        first = text.splitlines()[0]
        assert first.startswith("-- ") or first.startswith("{#"), model["path"]
        assert "Grain: one row per" in text[:600], model["path"]
        assert len(text.splitlines()) <= 150, model["path"]


def test_what_only_one_engine_understands_stands_in_one_file():
    for folder in ("models", "macros", "tests"):
        for path in sorted((CHECKOUT / "dbt" / folder).rglob("*.sql")):
            sql = re.sub(r"--[^\n]*|{#.*?#}|{%.*?%}", "", path.read_text(), flags=re.DOTALL)
            assert path.name == "engine.sql" or not ONE_ENGINE.search(sql), path.name


def test_no_model_joins_a_source_except_staging_and_the_registry_tables(manifest, models):
    for model in models:
        sources = [
            parent for parent in model["depends_on"]["nodes"] if parent.startswith("source.")
        ]
        raw = [s for s in sources if s.split(".")[2] in {source for source, _ in load_contracts()}]
        if not model["path"].startswith("staging/"):
            assert raw == [], model["name"]


def test_no_published_or_intermediate_column_holds_a_direct_identifier(models):
    direct = {
        column.name
        for contract in load_contracts().values()
        for column in contract.columns
        if column.pii == "direct"
    }
    assert direct
    for model in models:
        columns = set(model["columns"])
        assert not columns & direct, model["name"]
        if model["schema"] == "marts":
            assert not {column for column in columns if column.endswith("_token")}, model["name"]


def test_every_contract_column_has_a_privacy_class_and_two_languages():
    for contract in load_contracts().values():
        for column in contract.columns:
            assert column.pii in {"direct", "quasi", "sensitive", "none"}, column.name
            assert CHINESE.search(column.description), (contract.table, column.name)
            if column.pii == "direct":
                assert column.kind, column.name


def test_nothing_generated_or_personal_to_a_machine_is_in_git():
    tracked = subprocess.run(
        ["git", "ls-files"], cwd=CHECKOUT, capture_output=True, text=True
    ).stdout.splitlines()
    forbidden = re.compile(r"\.(duckdb|sqlite|parquet|pkl|joblib|skops|pyc|log)$|__pycache__")
    assert [name for name in tracked if forbidden.search(name)] == []


def test_the_lock_pins_every_package_with_hashes_and_names_no_index():
    for name in ("requirements.lock", "bootstrap.lock"):
        lock = (CHECKOUT / name).read_text()
        assert "://" not in lock
        requirements = re.findall(
            r"^[a-z0-9].*(?:\n(?: {4}.*))*", lock, re.MULTILINE | re.IGNORECASE
        )
        assert requirements
        for requirement in requirements:
            assert "==" in requirement.splitlines()[0]
            assert "--hash=sha256:" in requirement
