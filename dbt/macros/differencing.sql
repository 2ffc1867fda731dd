{#
Groups of one scheme less groups of another: whoever adds up and subtracts what two ways of grouping
the same customers publish must never be left with fewer than the smallest group. What does not belong
here: small groups of one scheme (publication.sql).
#}

{# Of two schemes one at least must not be finer than this, because 2 to this power unions are tried;
   a test on the marts holds it. #}
{% macro most_units() -%}
    10
{%- endmacro %}

{# CTE `units_to_hide` (known_number, scheme_code, unit_code) from rows `kinds` (the same with kind_key and
   customers_count): kinds of customers in units, a unit being what a scheme shows by itself. Of every
   two schemes all unions of units of the one with fewer are tried. What a union holds beyond the units
   of the other that lie wholly inside it can be found by subtraction; if that is somebody but too few,
   the union must not be known, so its smallest unit and the smallest outside are hidden together.
   Once is enough: hiding leaves only unions that were tried and passed, and where the other scheme then
   shows less, whole units of at least the smallest size are added to what remains. #}
{% macro units_to_hide(kinds) -%}
    units as (
        select
            known_number,
            scheme_code,
            unit_code,
            count(*) over (partition by known_number, scheme_code) as units_count,
            row_number() over (
                partition by known_number, scheme_code
                order by sum(customers_count) asc nulls last, unit_code asc nulls last
            ) - 1 as unit_number
        from {{ kinds }}
        group by known_number, scheme_code, unit_code
    ),

    numbered as (
        select
            kinds.*,
            units.units_count,
            units.unit_number
        from {{ kinds }} as kinds
        inner join units
            on
                kinds.known_number = units.known_number
                and kinds.scheme_code = units.scheme_code
                and kinds.unit_code = units.unit_code
    ),

    shared as (
        select
            tried.known_number,
            tried.scheme_code,
            tried.units_count,
            tried.unit_number,
            other.scheme_code as other_scheme_code,
            other.unit_number as other_unit_number,
            sum(tried.customers_count) as customers_count
        from numbered as tried
        inner join numbered as other
            on
                tried.known_number = other.known_number
                and tried.kind_key = other.kind_key
                and tried.scheme_code <> other.scheme_code
        where
            tried.units_count < other.units_count
            or (tried.units_count = other.units_count and tried.scheme_code < other.scheme_code)
        group by
            tried.known_number, tried.scheme_code, tried.units_count, tried.unit_number,
            other.scheme_code, other.unit_number
    ),

    {{ unions_of_units() }},

    inside as (
        select
            shared.known_number,
            shared.scheme_code,
            shared.units_count,
            shared.other_scheme_code,
            shared.other_unit_number,
            unions.union_number,
            sum(shared.customers_count) as whole_count,
            sum(case when unions.is_inside then shared.customers_count else 0 end)
                as inside_count
        from shared
        inner join unions
            on
                shared.units_count = unions.units_count
                and shared.unit_number = unions.unit_number
        group by
            shared.known_number, shared.scheme_code, shared.units_count,
            shared.other_scheme_code, shared.other_unit_number, unions.union_number
    ),

    exposing as (
        select
            known_number,
            scheme_code,
            units_count,
            union_number
        from inside
        group by known_number, scheme_code, units_count, other_scheme_code, union_number
        having
            sum(case when inside_count < whole_count then inside_count else 0 end)
            between 1 and {{ smallest_group() }} - 1
    ),

    -- units are numbered by size, so the smallest has the least number
    smallest as (
        select
            exposing.known_number,
            exposing.scheme_code,
            min(unions.unit_number) as unit_number
        from exposing
        inner join unions
            on
                exposing.units_count = unions.units_count
                and exposing.union_number = unions.union_number
        group by
            exposing.known_number, exposing.scheme_code, exposing.union_number, unions.is_inside
    ),

    units_to_hide as (
        select distinct
            units.known_number,
            units.scheme_code,
            units.unit_code
        from units
        inner join smallest
            on
                units.known_number = smallest.known_number
                and units.scheme_code = smallest.scheme_code
                and units.unit_number = smallest.unit_number
    )
{%- endmacro %}

{# CTE `unions` (units_count, union_number, unit_number, is_inside): every union of so many units, a
   number whose binary digits say which units are in it. #}
{% macro unions_of_units() -%}
    {%- set places = range(most_units() | int) -%}
    digits as (
        select 0 as digit
        union all
        select 1 as digit
    ),

    numbers as (
        select
            {%- for place in places %}
            {{ 2 ** place }} * place_{{ place }}.digit{{ ' +' if not loop.last }}
            {%- endfor %} as number
        from digits as place_0
        {%- for place in places if place > 0 %}
        cross join digits as place_{{ place }}
        {%- endfor %}
    ),

    unions as (
        select
            counts.number as units_count,
            numbers.number as union_number,
            places.number as unit_number,
            mod(floor(numbers.number / power(2, places.number)), 2) = 1 as is_inside
        from numbers
        inner join numbers as counts
            on power(2, counts.number) > numbers.number
        inner join numbers as places on counts.number > places.number
        where counts.number <= {{ most_units() }}
    )
{%- endmacro %}
