"""One line per failed run in `alerts.jsonl`, for whatever a site uses to wake people up.

A line holds code, step and run, never a value. What does not belong here: sending.
"""

import json
import time

from warehouse.scrub import coded
from warehouse.settings import Settings


def write_alert(settings: Settings, run_id: str, step: str, error: BaseException | None) -> None:
    """Append a line, unless this run already has one."""
    path = settings.home / "alerts.jsonl"
    if path.exists() and run_id in path.read_text():
        return
    problem = coded(error, step) if isinstance(error, Exception) else None
    line = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "run_id": run_id,
        "step": step,
        "code": problem.code if problem else "RP-3014",
        "message": str(problem) if problem else "the run ended without a word",
    }
    with path.open("a") as file:
        file.write(json.dumps(line) + "\n")
