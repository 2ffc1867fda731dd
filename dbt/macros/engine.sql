{#
The few places where engines differ, one macro each, dispatched by adapter. Models call these and stay
portable. What does not belong here: business rules; anything both DuckDB and Spark spell alike.
#}

{# Days from `first` to `last`; positive when `last` is later. #}
{% macro days_between(first, last) -%}
    {{ return(adapter.dispatch('days_between')(first, last)) }}
{%- endmacro %}

{% macro default__days_between(first, last) -%}
    date_diff('day', {{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__days_between(first, last) -%}
    datediff({{ last }}, {{ first }})
{%- endmacro %}

{# Whole months from `first` to `last`: the number of month days passed, as people count an age. #}
{% macro full_months_between(first, last) -%}
    {{ return(adapter.dispatch('full_months_between')(first, last)) }}
{%- endmacro %}

{% macro default__full_months_between(first, last) -%}
    date_sub('month', {{ first }}, {{ last }})
{%- endmacro %}

{% macro spark__full_months_between(first, last) -%}
    cast(floor(months_between({{ last }}, {{ first }})) as bigint)
{%- endmacro %}

{# Seconds from one UTC timestamp to a later one, as a double. #}
{% macro seconds_between(first, last) -%}
    {{ return(adapter.dispatch('seconds_between')(first, last)) }}
{%- endmacro %}

{% macro default__seconds_between(first, last) -%}
    (epoch_ms({{ last }}) - epoch_ms({{ first }})) / 1000e0
{%- endmacro %}

{% macro spark__seconds_between(first, last) -%}
    (unix_millis({{ last }}) - unix_millis({{ first }})) / 1000e0
{%- endmacro %}

{# The date a number of days later (negative: earlier). #}
{% macro add_days(day, number) -%}
    {{ return(adapter.dispatch('add_days')(day, number)) }}
{%- endmacro %}

{% macro default__add_days(day, number) -%}
    cast({{ day }} + to_days(cast({{ number }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_days(day, number) -%}
    date_add({{ day }}, cast({{ number }} as int))
{%- endmacro %}

{# The date a number of months later: the same day of the month, or its last when there is none. #}
{% macro add_months(day, number) -%}
    {{ return(adapter.dispatch('add_months')(day, number)) }}
{%- endmacro %}

{% macro default__add_months(day, number) -%}
    cast({{ day }} + to_months(cast({{ number }} as integer)) as date)
{%- endmacro %}

{% macro spark__add_months(day, number) -%}
    add_months({{ day }}, cast({{ number }} as int))
{%- endmacro %}

{# The local calendar day of a naive UTC timestamp. #}
{% macro local_date(moment, zone='Asia/Shanghai') -%}
    {{ return(adapter.dispatch('local_date')(moment, zone)) }}
{%- endmacro %}

{% macro default__local_date(moment, zone) -%}
    cast(timezone('{{ zone }}', timezone('UTC', {{ moment }})) as date)
{%- endmacro %}

{% macro spark__local_date(moment, zone) -%}
    cast(from_utc_timestamp({{ moment }}, '{{ zone }}') as date)
{%- endmacro %}

{# Hours since local midnight of a naive UTC timestamp, as a double: 19.5 is half past seven. #}
{% macro local_hour(moment, zone='Asia/Shanghai') -%}
    {{ return(adapter.dispatch('local_hour')(moment, zone)) }}
{%- endmacro %}

{% macro default__local_hour(moment, zone) -%}
    {{ clock_hours("timezone('" ~ zone ~ "', timezone('UTC', " ~ moment ~ '))') }}
{%- endmacro %}

{% macro spark__local_hour(moment, zone) -%}
    {{ clock_hours('from_utc_timestamp(' ~ moment ~ ", '" ~ zone ~ "')") }}
{%- endmacro %}

{% macro clock_hours(moment) -%}
    (
        extract(hour from {{ moment }}) * 3600
        + extract(minute from {{ moment }}) * 60
        + extract(second from {{ moment }})
    ) / 3600e0
{%- endmacro %}

{# 1 Monday .. 7 Sunday. #}
{% macro iso_weekday(day) -%}
    {{ return(adapter.dispatch('iso_weekday')(day)) }}
{%- endmacro %}

{% macro default__iso_weekday(day) -%}
    isodow({{ day }})
{%- endmacro %}

{% macro spark__iso_weekday(day) -%}
    weekday({{ day }}) + 1
{%- endmacro %}

{# A query with every day of a closed range in column `calendar_date`. #}
{% macro every_day(first, last) -%}
    {{ return(adapter.dispatch('every_day')(first, last)) }}
{%- endmacro %}

{% macro default__every_day(first, last) -%}
    select cast(day_at as date) as calendar_date
    from generate_series(date '{{ first }}', date '{{ last }}', interval 1 day) as days (day_at)
{%- endmacro %}

{% macro spark__every_day(first, last) -%}
    select explode(sequence(date '{{ first }}', date '{{ last }}')) as calendar_date
{%- endmacro %}

{# Exact median and ninetieth percentile together, as a list: a group is sorted once for both. #}
{% macro median_and_p90(column) -%}
    {{ return(adapter.dispatch('median_and_p90')(column)) }}
{%- endmacro %}

{% macro default__median_and_p90(column) -%}
    quantile_cont({{ column }}, [0.5, 0.9])
{%- endmacro %}

{% macro spark__median_and_p90(column) -%}
    percentile({{ column }}, array(0.5, 0.9))
{%- endmacro %}

{# Median over a window that has an order. #}
{% macro running_median(column, window) -%}
    {{ return(adapter.dispatch('running_median')(column, window)) }}
{%- endmacro %}

{% macro default__running_median(column, window) -%}
    median({{ column }}) over {{ window }}
{%- endmacro %}

{% macro spark__running_median(column, window) -%}
    percentile({{ column }}, 0.5) over {{ window }}
{%- endmacro %}

{# The n-th entry of a list, counted from 1. #}
{% macro list_entry(list, n) -%}
    {{ return(adapter.dispatch('list_entry')(list, n)) }}
{%- endmacro %}

{% macro default__list_entry(list, n) -%}
    {{ list }}[{{ n }}]
{%- endmacro %}

{% macro spark__list_entry(list, n) -%}
    element_at({{ list }}, {{ n }})
{%- endmacro %}

{# Texts of a group as one, in the order of a column; only rows where the condition holds. #}
{% macro joined_in_order(text, order, separator, condition) -%}
    {{ return(adapter.dispatch('joined_in_order')(text, order, separator, condition)) }}
{%- endmacro %}

{% macro default__joined_in_order(text, order, separator, condition) -%}
    string_agg({{ text }}, '{{ separator }}' order by {{ order }} asc nulls last)
        filter (where {{ condition }})
{%- endmacro %}

{% macro spark__joined_in_order(text, order, separator, condition) -%}
    listagg({{ text }}, '{{ separator }}') within group (order by {{ order }} asc nulls last)
        filter (where {{ condition }})
{%- endmacro %}

{# Number from 0 to `buckets` - 1 that depends on a text alone: a draw that every run repeats. #}
{% macro hash_bucket(text, buckets) -%}
    {{ return(adapter.dispatch('hash_bucket')(text, buckets)) }}
{%- endmacro %}

{% macro default__hash_bucket(text, buckets) -%}
    cast(('0x' || left(md5({{ text }}), 8)) as bigint) % {{ buckets }}
{%- endmacro %}

{% macro spark__hash_bucket(text, buckets) -%}
    cast(conv(left(md5({{ text }}), 8), 16, 10) as bigint) % {{ buckets }}
{%- endmacro %}
