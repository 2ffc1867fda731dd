{#
Dated deliveries of an entity as versions in time. The first version holds from the day the record
was born when that lies before its first delivery: what was opened in March was an account in March,
though the export began in June. What does not belong here: which columns count as a change; a record
sent again unchanged opens a version that says the same.
#}
{% macro dated_versions(relation, id, born) -%}
    select
        *,
        case
            when business_date = min(business_date) over (partition by {{ id }})
                then least(business_date, {{ born }})
            else business_date
        end as valid_from,
        coalesce(
            lead(business_date) over (
                partition by {{ id }}
                order by business_date asc nulls last
            ),
            date '9999-12-31'
        ) as valid_to
    from ({{ latest_rows(relation, keys=[id, 'business_date']) }}) as delivered
{%- endmacro %}
