"""The contract of every source table, read from the dbt source files and checked.

`dbt/models/staging/<source>/_<source>.yml` says once what a sender delivers; parser, lake, vault,
quarantine and raw assets are derived from the objects here. Vocabulary of `meta` on a source or a
table (the table wins): `files, format, encoding, delimiter, timezone, business_timezone, delivery,
key, event, entity, born, vault_id, redelivery, manifest, extra, future_days,
quarantine_limit_share, required, steady, cadence`; on a column: `required, accepted, aliases, pii,
kind, date_format` (or `date_formats`, tried in order), `number_styles, sentinels, may_be_future`.
A source without `format` is not delivered and is ignored. What does not belong here: IO on data.
"""

from warehouse.contract.loading import STAGING, load_contracts
from warehouse.contract.tables import SENTINELS, Column, TableContract

__all__ = ["SENTINELS", "STAGING", "Column", "TableContract", "load_contracts"]
