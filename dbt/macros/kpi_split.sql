{#
The exact split of a change of a key figure between two days over the members of a dimension. What
does not belong here: which members are too small to be shown.
#}

{# CTE `counted`: cells with `certain_count`, which sums to no more than the people of all channels:
   whoever came by two of them is one, so only the fullest channel of a kind of customer counts. #}
{% macro certain_people(cells) -%}
    counted as (
        select
            *,
            case
                when row_number() over (
                    partition by kpi_date, measure_code, value_tier_code, party_code
                    order by customers_count desc nulls last, channel_code asc nulls last
                ) = 1
                    then customers_count
                else 0
            end as certain_count
        from {{ cells }}
    )
{%- endmacro %}

{# From rows `cells` (kpi_name, dimension_code, member_code, part and base on both days, change_value of
   the whole) to effects. A sum splits by itself. A share R = sum(w r) changes by members' own rates
   and by their weights: rate (r1 - r0) (w0 + w1) / 2, mix (w1 - w0) ((r0 + r1) / 2 - (R0 + R1) / 2);
   who was absent on a day had the rate of the other. Millionths lost to rounding go to the member that
   moved most, so that decimals add up exactly.
   Source: L. Toernqvist, P. Vartia, Y. O. Vartia (1985), Am. Stat. 39, 43-46 (symmetric weights). #}
{% macro split_change(cells) -%}
    weighted as (
        select
            *,
            cast(base_now as double) / sum(base_now) over whole as weight_now,
            cast(base_before as double) / sum(base_before) over whole as weight_before,
            coalesce(
                cast(part_now as double) / nullif(cast(base_now as double), 0),
                cast(part_before as double) / nullif(cast(base_before as double), 0)
            ) as rate_now,
            coalesce(
                cast(part_before as double) / nullif(cast(base_before as double), 0),
                cast(part_now as double) / nullif(cast(base_now as double), 0)
            ) as rate_before,
            cast(sum(part_now) over whole as double) / sum(base_now) over whole as whole_now,
            cast(sum(part_before) over whole as double) / sum(base_before) over whole
                as whole_before
        from {{ cells }}
        window whole as (partition by kpi_name, dimension_code)
    ),

    effects as (
        select
            *,
            case when kind_code = 'share' then cast(
                (rate_now - rate_before) * (weight_before + weight_now) / 2 as decimal(20, 6)
            ) end as raw_rate_value,
            case
                when kind_code = 'share'
                    then cast(
                        (weight_now - weight_before)
                        * (rate_before + rate_now - whole_before - whole_now) / 2
                        as decimal(20, 6)
                    )
                else cast(part_now - part_before as decimal(20, 6))
            end as mix_value
        from weighted
    ),

    split as (
        select
            *,
            raw_rate_value + case
                when row_number() over (
                    partition by kpi_name, dimension_code
                    order by
                        abs(raw_rate_value + mix_value) desc nulls last,
                        member_code asc nulls last
                ) = 1
                    then change_value - sum(raw_rate_value + mix_value) over (
                        partition by kpi_name, dimension_code
                    )
                else 0
            end as rate_value
        from effects
    )
{%- endmacro %}
