"""`rapport`, the command people type: thin, every command calls one plain function.

An error with a code is one line and never a traceback. dbt and Dagster are imported only by the
commands that need them, so that "nothing new" is said in a moment. What does not belong here: work.
"""

import os
import subprocess
import sys
from datetime import datetime
from enum import Enum
from pathlib import Path
from typing import Annotated, NoReturn

import typer

from warehouse.commands import console, deliveries, identity, models, names
from warehouse.commands.errors import FAILED, GATE_RED, INTERRUPTED, coded_errors
from warehouse.settings import CHECKOUT, Settings

LOOPBACK = {"127.0.0.1", "localhost", "::1"}
PASS_ON = {"allow_extra_args": True, "ignore_unknown_options": True, "help_option_names": []}


class Definitions(Enum):
    """By which definitions the past is computed: today's, or those of its own days."""

    NEWEST = "newest"
    DATED = "dated"


app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False)
app.add_typer(deliveries.app)
app.add_typer(identity.app, name="identity")
app.add_typer(models.app, name="models")
app.add_typer(names.app, name="names")


@app.command()
def run(
    as_of: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="Day everything is seen from.")
    ] = None,
    sample: Annotated[bool, typer.Option(help="Write sample exports first.")] = False,
    full_refresh: Annotated[bool, typer.Option(help="Build every table from nothing.")] = False,
    definitions: Annotated[
        Definitions | None,
        typer.Option(help="Restate the past by the newest definitions, or take that back."),
    ] = None,
) -> None:
    """Take in what was delivered, build, judge, score, publish."""
    from warehouse.run import run_once

    console.show_progress()
    try:
        with coded_errors():
            day = as_of.date() if as_of else None
            chosen = definitions.value if definitions else None
            ended = run_once(Settings(), day, sample, full_refresh, chosen)
    except KeyboardInterrupt:
        _stop_at_once()
    for line in ended.lines:
        typer.echo(line, err=not ended.is_green)
    raise typer.Exit(0 if ended.is_green else GATE_RED if ended.is_gate else FAILED)


def _stop_at_once() -> NoReturn:
    """End without waiting for threads at work: nothing that is half done counts, by design."""
    typer.echo("stopped; the next run finishes what this one began", err=True)
    sys.stderr.flush()
    os._exit(INTERRUPTED)


@app.command()
def sample() -> None:
    """Write the sample exports into an empty landing folder."""
    from warehouse.run import write_sample

    console.show_progress()
    with coded_errors():
        typer.echo(
            "written" if write_sample(Settings()) else "landing is not empty: nothing written"
        )


@app.command()
def report() -> None:
    """Print where the report of the published generation lies."""
    page = Settings().published / "current" / "report.html"
    typer.echo(page if page.exists() else "nothing is published yet: make run")


@app.command()
def generations() -> None:
    """List what was published, newest last."""
    console.table(("generation", "as_of", "run", "state"), console.generations(Settings()))


@app.command()
def rollback(generation: Annotated[str | None, typer.Argument()] = None) -> None:
    """Publish an earlier generation again: the one named, or the one before."""
    from warehouse.lease import lease
    from warehouse.publication.publish import rollback as publish_earlier

    settings = Settings()
    with coded_errors(), lease(settings):
        typer.echo(f"published: {publish_earlier(settings, generation)}")


@app.command(context_settings=PASS_ON)
def dbt(context: typer.Context) -> None:
    """Run dbt on our project and warehouse: `rapport dbt build --select dim_customer`."""
    from warehouse.engine.dbt_runner import command

    raise typer.Exit(0 if command(Settings(), context.args) else FAILED)


@app.command(context_settings=PASS_ON)
def dg(context: typer.Context) -> None:
    """Run Dagster's `dg` on our project and history: `rapport dg check defs`."""
    _replace_by("dg", context.args)


@app.command()
def ui(
    port: int = 3000,
    host: str = "127.0.0.1",
    read_only: Annotated[bool, typer.Option(help="Look, start nothing.")] = False,
    behind_proxy: Annotated[
        bool, typer.Option(help="A proxy asks for passwords; allow any --host.")
    ] = False,
) -> None:
    """Open Dagster: lineage, checks, history. It has no passwords, so it listens here only."""
    if host not in LOOPBACK and not behind_proxy:
        typer.echo("anyone who reaches it may start runs: refused without --behind-proxy", err=True)
        raise typer.Exit(FAILED)
    program = "dagster-webserver" if read_only else "dg"
    arguments = ["--read-only"] if read_only else ["dev"]
    typer.echo(f"http://{host}:{port}")
    workspace = ["-w", "dagster_project/workspace.yaml"]
    _replace_by(program, [*arguments, "--host", host, "--port", str(port), *workspace])


@app.command(hidden=True)
def parse() -> None:
    """Make dbt's manifest, which Dagster's definitions are read from."""
    from warehouse.engine.dbt_runner import parse as parse_project

    with coded_errors():
        parse_project(Settings())


def _replace_by(program: str, arguments: list[str]) -> None:
    """Become another program of our environment, with Dagster's history under our home."""
    from dagster_project.home import prepare

    programs = Path(sys.executable).parent
    environment = {
        **os.environ,
        **prepare(Settings()),
        "VIRTUAL_ENV": str(programs.parent),
        "PATH": f"{programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}",
    }
    # in a process of its own: what dbt leaves open must not outlive this one
    if subprocess.run([programs / "rapport", "parse"], env=environment).returncode:
        raise typer.Exit(FAILED)
    os.chdir(CHECKOUT)
    os.execve(programs / program, [program, *arguments], environment)
