-- File by file, the lake holds exactly the records that intake says it loaded, for every contract.
-- depends_on: {{ ref('stg_crm__customers') }}
{% set contracts = [] %}
{% if execute %}
    {% for node in graph.sources.values() if node.config.meta.get('files') %}
        {% do contracts.append(node) %}
    {% endfor %}
{% endif %}

with

in_lake as (
    {% for contract in contracts | sort(attribute='unique_id') %}
        select
            '{{ contract.source_name }}' as source_name,
            '{{ contract.name }}' as table_name,
            _file_id as file_id,
            count(*) as records_count
        from {{ source(contract.source_name, contract.name) }}
        group by _file_id
        {{ 'union all' if not loop.last }}
    {% endfor %}
),

in_accounting as (
    select
        source_name,
        table_name,
        file_id,
        sum(loaded) as records_count
    from {{ source('audit', 'file_accounting') }}
    group by source_name, table_name, file_id
)

select
    coalesce(in_lake.source_name, in_accounting.source_name) as source_name,
    coalesce(in_lake.table_name, in_accounting.table_name) as table_name,
    coalesce(in_lake.file_id, in_accounting.file_id) as file_id,
    in_lake.records_count as lake_count,
    in_accounting.records_count as accounting_count
from in_lake
full outer join in_accounting
    on
        in_lake.source_name = in_accounting.source_name
        and in_lake.table_name = in_accounting.table_name
        and in_lake.file_id = in_accounting.file_id
where coalesce(in_lake.records_count, 0) <> coalesce(in_accounting.records_count, 0)
