"""Who is who: joins the records of all systems into customers and gives each a lasting key.

Runs in the restricted zone: identifiers and tokens come from the vault, what else is known of a
record from the lake, and the warehouse file is never read. A customer is a connected component of
records and carries the key of its oldest record (first business date, then source, then id), so the
result is a pure function of the accepted files: no order of arrival and no re-run changes a key,
and a new record never takes over the key of an older one.

In the order of a run: `rules` what identity stands on, as data; `records` and `claims` what is
known; `evidence` where a further kind plugs in; `overrides` what people decided; `timeline` who was
known when; `components` who is one customer; `xref` the result; `changes` and `report` what differs
and what that restates; `resolution` all of it. For people: `lookup`, `explain`, `decisions`,
`preview`. What does not belong here: history of attributes (dbt), quality of names.
"""

from warehouse.identity.resolution import IdentityResult, resolve

__all__ = ["IdentityResult", "resolve"]
