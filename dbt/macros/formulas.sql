{#
Formulas that more than one model uses or that deserve their own test. Plain SQL on every engine.
What does not belong here: sums over windows (window.sql) and engine differences (engine.sql).
#}

{# Age as the law counts it: full on the birthday; who was born on 29 February is a year older on
   1 March of other years. NULL for a birth after the day. #}
{% macro full_years_between(birth, day) -%}
    case
        when {{ birth }} <= {{ day }}
            then
                extract(year from {{ day }}) - extract(year from {{ birth }})
                - case
                    when
                        extract(month from {{ day }}) * 100 + extract(day from {{ day }})
                        < extract(month from {{ birth }}) * 100 + extract(day from {{ birth }})
                        then 1
                    else 0
                end
    end
{%- endmacro %}

{# Concentration of the parts of a whole: the sum of squared shares, 1 when there is one part only.
   An aggregate over one row per part, parts positive. #}
{% macro herfindahl(part) -%}
    case
        when sum({{ part }}) > 0
            then least(  -- equal parts in doubles may exceed the whole in the last digit
                cast(sum({{ part }} * {{ part }}) as double)
                / (cast(sum({{ part }}) as double) * cast(sum({{ part }}) as double)),
                1.0
            )
    end
{%- endmacro %}

{# The same of parts that stand beside each other in a row. #}
{% macro concentration(parts) -%}
    cast({% for part in parts %}({{ part }}) * ({{ part }}){{ ' + ' if not loop.last }}{% endfor %} as double)
    / nullif(
        cast({{ parts | join(' + ') }} as double) * cast({{ parts | join(' + ') }} as double), 0
    )
{%- endmacro %}

{# Share of the total that customers with strictly more of `amount` make up before this one (one row
   per customer, nothing negative). Equals have the same share, so a border never parts them, and
   whoever crosses a border still belongs above it. #}
{% macro share_before(amount, partition) -%}
    cast(
        sum({{ amount }}) over (
            partition by {{ partition }}
            order by {{ amount }} desc nulls last
            range between unbounded preceding and current row
        ) - sum({{ amount }}) over (partition by {{ partition }}, {{ amount }})
        as double
    ) / nullif(cast(sum({{ amount }}) over (partition by {{ partition }}) as double), 0)
{%- endmacro %}

{# Fifth of its population a value falls in, 1 lowest to 5 highest, by the middle of its equals: so
   equals share a score, and a value that most have is in the middle. ntile() would part equals at
   random. #}
{% macro fifth(value, partition) -%}
    1 + cast(floor(
        5 * (
            rank() over (partition by {{ partition }} order by {{ value }} asc nulls last) - 1
            + count(*) over (partition by {{ partition }}, {{ value }}) / 2.0
        ) / count(*) over (partition by {{ partition }})
    ) as integer)
{%- endmacro %}

{# Time in which what decays at a rate falls to one half; none where nothing decays. #}
{% macro half_life(rate) -%}
    case when {{ rate }} > 0 then round(ln(2e0) / ({{ rate }}), 6) end
{%- endmacro %}

{# Rank of a value among its population as a share, 0 lowest to 1 highest, by the middle of its equals:
   so equals share a rank and one more of anything never lowers it. Values must be known. #}
{% macro middle_rank(value, partition) -%}
    (
        rank() over (partition by {{ partition }} order by {{ value }} asc nulls last) - 1
        + count(*) over (partition by {{ partition }}, {{ value }}) / 2.0
    ) / count(*) over (partition by {{ partition }})
{%- endmacro %}

{# Mean of such ranks as an index from 0 to 100. Summed as exact numbers: a parallel sum of doubles has
   another last digit on the next run. #}
{% macro mean_rank_index(rank_share) -%}
    round(100 * cast(sum(cast({{ rank_share }} as decimal(18, 12))) as double) / count(*), 6)
{%- endmacro %}

{# A share of a group drawn to that of everybody, as if so many more of them had been asked: the mean of
   a beta prior (Gelman et al., Bayesian Data Analysis, 2.4). Fifty leave a group of 20 mostly with the
   share of all, and one of 500 with its own. #}
{% macro drawn_share(hits, total, overall, added=50) -%}
    (coalesce({{ hits }}, 0) + {{ added }} * {{ overall }}) / ({{ total }} + {{ added }})
{%- endmacro %}

{# Where most pages of a day of fct_web_day were seen. #}
{% macro web_or_app(days) -%}
    case when 2 * {{ days }}.app_page_views > {{ days }}.page_views then 'app' else 'web' end
{%- endmacro %}

{# Whether a row of `subscriptions` is in force on a day, its last day of service included. #}
{% macro in_force_on(day) -%}
    subscriptions.started_date <= {{ day }}
    and coalesce(subscriptions.ended_date, date '9999-12-31') >= {{ day }}
{%- endmacro %}

{# Whether a row of `subscriptions` is still held when a day is over: what ends that day is gone, other
   than in `in_force_on`. #}
{% macro held_after(day) -%}
    subscriptions.started_date <= {{ day }}
    and (
        subscriptions.ended_date is null
        or subscriptions.ended_date > {{ day }}
    )
{%- endmacro %}

{# What customers of `subscriptions` hold when the day of `run_context` is over, a product once. #}
{% macro held_when_over() -%}
    select distinct
        subscriptions.customer_key,
        subscriptions.product_id,
        subscriptions.family_code
    from subscriptions
    cross join run_context
    where
        {{ held_after('run_context.as_of_date') }}
{%- endmacro %}

{# The day a number of years is full, by the same law: born on 29 February, on 1 March of other years. #}
{% macro birthday(birth, years) -%}
    case
        when
            extract(month from {{ birth }}) = 2
            and extract(day from {{ birth }}) = 29
            and extract(day from {{ add_months(birth, '12 * ' ~ years) }}) = 28
            then {{ add_days(add_months(birth, '12 * ' ~ years), 1) }}
        else {{ add_months(birth, '12 * ' ~ years) }}
    end
{%- endmacro %}

{# How rows of int_bill_snapshot were paid: those due within a year, and those still open, as measures
   of an owner, customer or account. #}
{% macro punctuality(bills) -%}
    count(*) filter (where {{ bills }}.due_ago <= 365) as bills_365d,
    count(*) filter (where {{ bills }}.due_ago <= 365 and {{ bills }}.late_days = 0) as on_time_365d,
    sum({{ bills }}.late_days) filter (where {{ bills }}.due_ago <= 365) as late_days_365d,
    count(*) filter (where not {{ bills }}.is_settled) as open_bills,
    sum({{ bills }}.amount_yuan) filter (where not {{ bills }}.is_settled) as open_yuan
{%- endmacro %}
