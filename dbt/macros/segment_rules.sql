{#
Rules of segments that more than one model uses, over any table of amounts: so customers, products and
key accounts, and the public data of tests/real, are judged by the same text.
What does not belong here: thresholds that people edit (seeds), the formulas below the rules
(formulas.sql).
#}

{# Consumers, businesses and government bodies are never ranked against each other. An account
   without a CRM record is private far more often than not. #}
{% macro party_group(is_business, is_government) -%}
    case
        when {{ is_business }} = 1 then 'business'
        when {{ is_government }} = 1 then 'government'
        else 'consumer'
    end
{%- endmacro %}

{# CTEs over `run_context`: `parties`, among whom each customer is ranked on the run's day, and
   `measured`, their `formulas` (name: SQL) over the indicator `tables` of that day. #}
{% macro measured_parties(formulas, tables) -%}
parties as (
    select
        profile.customer_key,
        profile.as_of_date,
        {{ party_group('profile.is_business', 'profile.is_government') }} as party_group
    from {{ ref('ind_profile') }} as profile
    inner join run_context on profile.as_of_date = run_context.as_of_date
),

measured as (
    select
        {% for name, formula in formulas.items() %}
            {{ formula }} as {{ name }},
        {% endfor %}
        parties.customer_key,
        parties.party_group
    from parties
    {% for table in tables %}
        inner join {{ ref('ind_' ~ table) }} as {{ table }}
            on
                parties.customer_key = {{ table }}.customer_key
                and parties.as_of_date = {{ table }}.as_of_date
    {% endfor %}
)
{%- endmacro %}

{# Every row of `rows` with the share of the whole that larger ones bring (`share_before`) and the
   band of that share (`band_code`). Whoever brings nothing, or costs, is behind everybody else and
   pushes nobody up: a share of 1, in the last band. #}
{% macro share_banded(rows, amount, partition, bands, scheme) -%}
    select
        ranked.*,
        bands.segment_code as band_code
    from (
        select
            *,
            coalesce({{ share_before('brought', partition) }}, 1) as share_before
        from (
            select
                *,
                greatest(cast(coalesce({{ amount }}, 0) as decimal(18, 2)), 0) as brought
            from {{ rows }}
        ) as floored
    ) as ranked
    left join {{ bands }} as bands
        on
            bands.scheme_code = '{{ scheme }}'
            and ranked.share_before >= bands.from_share
            and (ranked.share_before < bands.to_share or bands.to_share >= 1)
{%- endmacro %}

{# The name that three scores from 1 to 5 add up to; the first line that holds decides. #}
{% macro rfm_tier(r, f, m) -%}
    case
        when {{ r }} >= 4 and {{ f }} >= 4 and {{ m }} >= 4 then 'champion'
        when {{ r }} >= 3 and {{ f }} >= 4 then 'loyal'
        when {{ r }} >= 3 and {{ m }} >= 4 then 'big_spender'
        when {{ r }} <= 2 and ({{ f }} >= 4 or {{ m }} >= 4) then 'at_risk'
        when {{ r }} <= 2 and {{ f }} <= 2 and {{ m }} <= 2 then 'dormant'
        when {{ r }} >= 4 and {{ f }} <= 2 then 'recent'
        else 'regular'
    end
{%- endmacro %}

{# A cluster by name: its clustering and its lasting number; without a number there is none. #}
{% macro cluster_code(clustering, number) -%}
    coalesce({{ clustering }} || '_' || cast({{ number }} as {{ dbt.type_string() }}), 'none')
{%- endmacro %}

{# Joins the fixed borders of one measure as `<name>.score`; what is unknown gets none. #}
{% macro join_level(name, value, measure, cuts) -%}
    left join {{ cuts }} as {{ name }}
        on
            {{ name }}.measure_code = '{{ measure }}'
            and {{ value }} >= {{ name }}.from_value
            and {{ value }} < {{ name }}.below_value
{%- endmacro %}

{# Digest of the text of a rule: of the model, of the models of segments, seeds, shared rules and formulas
   it is made of, and of theirs. Another text is another version; what an indicator means has a version of
   its own. The texts are those of dbt's own graph, which is empty while dbt parses and in unit tests. #}
{% macro rule_version(model) -%}
    {%- set texts = [] -%}
    {%- if 'nodes' in graph and 'model.rapport.' ~ model in graph.nodes -%}
        {%- do add_rule_texts(texts, 'model.rapport.' ~ model) -%}
    {%- endif -%}
    {{- local_md5(texts | sort | join('/'))[:8] if texts else 'unknown' -}}
{%- endmacro %}

{% macro add_rule_texts(texts, id) -%}
    {%- if id.startswith('macro.') -%}
        {%- set part = context[id.split('.')[2]].macro -%}
        {%- set text, parts = part.macro_sql, part.depends_on.macros -%}
    {%- else -%}
        {%- set part = graph.nodes[id] -%}
        {%- set text = part.checksum.checksum -%}
        {%- set parts = part.depends_on.macros + part.depends_on.get('nodes', []) -%}
    {%- endif -%}
    {%- if text not in texts -%}
        {%- do texts.append(text) -%}
        {%- for inner in parts -%}
            {%- if inner.startswith('seed.') or (
                inner.startswith('model.') and graph.nodes[inner].fqn[1] == 'segments'
            ) or (
                inner.startswith('macro.rapport.')
                and context[inner.split('.')[2]].macro.original_file_path
                in ('macros/segment_rules.sql', 'macros/segment_history.sql', 'macros/formulas.sql')
            ) -%}
                {%- do add_rule_texts(texts, inner) -%}
            {%- endif -%}
        {%- endfor -%}
    {%- endif -%}
{%- endmacro %}

{# Share of the chosen customer-months after which the customer left within so many days, of those
   that lie so far back that it would be known. #}
{% macro share_left(chosen, days) -%}
    cast(
        count(*) filter (where {{ chosen }} and age_days >= {{ days }} and days_left <= {{ days }})
        as double
    ) / nullif(count(*) filter (where {{ chosen }} and age_days >= {{ days }}), 0)
{%- endmacro %}
