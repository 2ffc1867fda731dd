"""An installation under test: its own home, run as a person would run it.

`command` is `rapport run` in a process of its own, where kills, exit codes and messages are the
real ones; `run` calls the same function here, which spares the start of an interpreter. What does
not belong here: assertions.
"""

import json
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import pytest

from warehouse.run import Ended, run_once
from warehouse.settings import CHECKOUT, Settings

RAPPORT = Path(sys.executable).parent / "rapport"
TIMEOUT_SECONDS = 600
TELLS_WHAT_WAS_SERVED = {"mart_model_monitoring"}
"""Marts about earlier runs: whoever ran on more days has served more scores."""


@dataclass(frozen=True)
class Installation:
    """One RAPPORT_HOME."""

    home: Path

    @property
    def settings(self) -> Settings:
        """The settings this installation runs with."""
        return Settings(home=self.home)

    @property
    def current(self) -> Path:
        """The published generation, pointer resolved."""
        return (self.home / "published" / "current").resolve()

    def run(self, full_refresh: bool = False) -> Ended:
        """What `rapport run` calls, in this process."""
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("RAPPORT_HOME", str(self.home))
            return run_once(self.settings, full_refresh=full_refresh)

    def command(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        """`rapport run`, with whatever extra environment; never raises."""
        return subprocess.run(
            [RAPPORT, "run", *arguments],
            capture_output=True,
            text=True,
            cwd=CHECKOUT,
            timeout=TIMEOUT_SECONDS,
            env={
                **os.environ,
                "RAPPORT_HOME": str(self.home),
                "RAPPORT_SETTLE_SECONDS": "0.05",
                **environment,
            },
        )

    def manifest(self) -> dict:
        """What the published generation says of itself."""
        return json.loads((self.current / "manifest.json").read_text())

    def digests(self, served: bool = True) -> dict[str, str]:
        """Content digest per published mart; without what tells of scores served when asked so."""
        marts = self.manifest()["marts"].items()
        kept = (pair for pair in marts if served or pair[0] not in TELLS_WHAT_WAS_SERVED)
        return {name: mart["content_digest"] for name, mart in kept}

    def deliver(self, world: Path, until: date | None = None, since: date | None = None) -> None:
        """Copy a world's files of the business dates given into landing, manifests last."""
        files = [path for path in world.rglob("*") if path.is_file()]
        for path in sorted(files, key=lambda path: (path.suffix == ".ok", str(path))):
            day = business_date(path)
            if (until and day > until) or (since and day < since):
                continue
            target = self.home / "landing" / path.relative_to(world)
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(path, target)

    def copy_to(self, home: Path) -> "Installation":
        """The same installation once more, everything on disk included."""
        shutil.copytree(self.home, home, symlinks=True)
        return Installation(home)

    def take_key_of(self, other: "Installation") -> None:
        """Pseudonyms must agree where two installations are compared."""
        key = self.settings.key_path
        key.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        shutil.copy2(other.settings.key_path, key)


def business_date(path: Path) -> date:
    """The date in a delivered file's name."""
    digits = path.name.split(".")[0].rsplit("_", 1)[-1]
    return date.fromisoformat(digits)
