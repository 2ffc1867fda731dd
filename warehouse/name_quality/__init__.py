"""Whether a customer's name may be spoken and printed: what is wrong with it, and how badly.

A misspelt name is unforgivable, so whoever has an unresolved finding of severity 1 is in no
outbound list. Runs in the restricted zone after identity, on the latest record of every system;
what leaves it are rule codes, tokens and distances.

`rules` what is looked for, as data; `surnames` and `glyphs` the lists it rests on; `spellings` a
name by itself; `disagreement` the names of one customer against each other; `id_numbers` the
identity number against the record; `findings` all of it in order; `resolution` what people have
settled. What does not belong here: repair of text (`text`), who is who (`identity`), the lists.
"""

from warehouse.name_quality.findings import NameQualityResult, judge
from warehouse.name_quality.resolution import open_findings, resolve

__all__ = ["NameQualityResult", "judge", "open_findings", "resolve"]
