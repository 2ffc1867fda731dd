"""Where things lie and how much of the machine may be used: read once from the environment.

The only module that reads environment variables. Everything else takes a `Settings` as an argument,
so that a test passes its own folder instead of patching the environment. What does not belong here:
values that change a result without being part of the generation id.
"""

from datetime import date
from functools import cached_property
from pathlib import Path

from pydantic_settings import BaseSettings, SettingsConfigDict

CHECKOUT = Path(__file__).resolve().parents[1]


class Settings(BaseSettings):
    """Configuration of one installation; every field is `RAPPORT_<NAME>` in the environment."""

    model_config = SettingsConfigDict(env_prefix="RAPPORT_", frozen=True, extra="ignore")

    home: Path = CHECKOUT / "data"
    """Everything the product writes lies under here (git-ignored)."""
    target: str = "duckdb"
    """dbt target: the engine that runs the SQL."""
    key_file: Path | None = None
    """Pseudonym key; made on first run under `home/keys` when not given."""
    start_date: date = date(2025, 10, 1)
    """First daily partition of the Dagster assets."""
    settle_seconds: float = 1.0
    """Time between the two looks at a landed file without a delivery manifest."""
    month_closes_after_days: int = 10
    """Days after its end from which on a month counts as closed: changing it is warned about."""
    keep_generations: int = 5
    """How many published generations stay on disk."""
    threads: int = 2
    memory_limit: str = "2GB"
    """DuckDB's own limit, in its notation."""
    k_anonymity: int = 20
    """Smallest group a published summary may show."""

    def model_post_init(self, context: object) -> None:
        """Make paths absolute, so that a change of working directory cannot move the warehouse."""
        object.__setattr__(self, "home", self.home.expanduser().absolute())

    @cached_property
    def landing(self) -> Path:
        """What senders drop; read only by intake."""
        return self.home / "landing"

    @cached_property
    def store(self) -> Path:
        """Accepted original bytes by sha256; restricted."""
        return self.home / "store"

    @cached_property
    def vault(self) -> Path:
        """Direct identifiers; restricted."""
        return self.home / "vault"

    @cached_property
    def lake(self) -> Path:
        """Typed, pseudonymised Parquet: raw, quarantine, identity, audit, scores."""
        return self.home / "lake"

    @cached_property
    def warehouse_file(self) -> Path:
        """The working DuckDB file: a cache that only the pipeline opens."""
        return self.home / "warehouse.duckdb"

    @cached_property
    def ledger_file(self) -> Path:
        """What was accepted, run and published (SQLite, append-only)."""
        return self.home / "ledger.sqlite"

    @cached_property
    def models(self) -> Path:
        """The model store."""
        return self.home / "models"

    @cached_property
    def published(self) -> Path:
        """Complete generations of the marts; `current` points at the newest."""
        return self.home / "published"

    @cached_property
    def docs(self) -> Path:
        """Great Expectations Data Docs and the pages people open."""
        return self.home / "docs"

    @cached_property
    def dagster_home(self) -> Path:
        """Dagster's run history, with our `dagster.yaml`."""
        return self.home / "dagster"

    @cached_property
    def dbt_target(self) -> Path:
        """Compiled SQL, manifest and logs of dbt."""
        return self.home / "dbt_target"

    @cached_property
    def truth(self) -> Path:
        """Planted truths of the simulator; only tests read it."""
        return self.home / "truth"

    @cached_property
    def key_path(self) -> Path:
        """The pseudonym key file in force."""
        return self.key_file or self.home / "keys" / "pseudonym.key"
