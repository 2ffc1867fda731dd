-- Every delivered record was loaded, quarantined, a repetition or replaced: none is lost.
select
    file_id,
    residue_count
from {{ ref('mart_file_accounting') }}
where
    residue_count <> 0
    or least(
        records_in_count, loaded_count, quarantined_count, deduplicated_count, superseded_count
    ) < 0
