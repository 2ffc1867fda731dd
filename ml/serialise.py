"""A fitted model as bytes and back, by skops with a closed list of types; pickle and joblib never.

What does not belong here: where the bytes lie and whether they are the right ones (`store.py`).
"""

import io
import re
import zipfile
from typing import TYPE_CHECKING

from warehouse.errors import RapportError

if TYPE_CHECKING:
    from ml.estimators import Fitted

ALLOWED = {
    "numpy.dtype",
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor",
}
"""Types skops does not trust by itself and our two estimators need."""
SCHEMA = "schema.json"


def dump(fitted: "Fitted") -> bytes:
    """Return a fitted model as skops bytes that depend on nothing but the model.

    skops names members and objects by memory address and stamps the time; both are replaced, so
    that the same fit gives the same digest.
    """
    import skops.io

    parts = {"estimator": fitted.estimator, "calibrator": fitted.calibrator, "kind": fitted.kind}
    source = zipfile.ZipFile(io.BytesIO(skops.io.dumps(parts)))
    numbers: dict[str, int] = {}
    schema = re.sub(
        r'("__id__": |"file": ")(\d+)',
        lambda found: found[1] + str(numbers.setdefault(found[2], len(numbers))),
        source.read(SCHEMA).decode(),
    )
    members = {SCHEMA: schema.encode()}
    for name in source.namelist():
        stem, dot, suffix = name.partition(".")
        if name != SCHEMA:
            members[f"{numbers[stem]}{dot}{suffix}"] = source.read(name)
    result = io.BytesIO()
    with zipfile.ZipFile(result, "w") as archive:
        for name, content in sorted(members.items()):
            archive.writestr(zipfile.ZipInfo(name), content, zipfile.ZIP_DEFLATED)
    return result.getvalue()


def load(content: bytes, **place: object) -> "Fitted":
    """Return the model in bytes whose digest has been checked; only listed types are built.

    Raises:
        RapportError: RP-4003 when the bytes name any other type.
    """
    import skops.io

    from ml.estimators import Fitted

    strangers = set(skops.io.get_untrusted_types(data=content)) - ALLOWED
    if strangers:
        raise RapportError("RP-4003", **place, reason="type_not_allowed")
    parts = skops.io.loads(content, trusted=sorted(ALLOWED))
    return Fitted(parts["kind"], parts["estimator"], parts["calibrator"])
