-- What waiting costs in satisfaction: each band of waiting against all short waits (seed
-- wait_bands), compared only among contacts that ended alike, because who waits long may also
-- bring harder matters, and only where the matter was settled: elsewhere the scale ends before the
-- harm does. Difference = sum over outcomes of w (mean of band - mean of short), w the band's own
-- mix (direct standardisation); its variance is the sum of w^2 (s^2/n of band + s^2/n of short).
-- Grain: one row per wait_band_code.
with

run_context as (
    select * from {{ source('audit', 'run_context') }}
),

bands as (
    select * from {{ ref('wait_bands') }}
),

rated as (
    select
        contacts.customer_key,
        contacts.outcome_code,
        bands.band_code,
        bands.is_long,
        {{ exact('surveys.score_share') }} as score_share
    from {{ ref('fct_survey') }} as surveys
    inner join {{ ref('int_inbound_contact') }} as contacts
        on surveys.contact_id = contacts.contact_id
    inner join bands
        on
            contacts.wait_seconds > bands.over_seconds
            and (contacts.wait_seconds <= bands.up_to_seconds or bands.up_to_seconds is null)
    where contacts.is_resolved
),

short as (
    select
        outcome_code,
        count(*) as surveys_count,
        avg(score_share) as mean_share,
        var_samp(score_share) as variance
    from rated
    where not is_long
    group by outcome_code
),

cells as (
    select
        band_code,
        outcome_code,
        count(*) as surveys_count,
        sum(score_share) as score_sum,
        avg(score_share) as mean_share,
        var_samp(score_share) as variance
    from rated
    group by band_code, outcome_code
),

-- a cell of one answer has no variance, and says next to nothing
compared as (
    select
        cells.band_code,
        sum(cells.surveys_count) as surveys_count,
        sum(cells.surveys_count * (cells.mean_share - short.mean_share)) as weighted_difference,
        sum(cells.surveys_count * cells.surveys_count * (
            cells.variance / cells.surveys_count + short.variance / short.surveys_count
        )) as weighted_variance
    from cells
    inner join short on cells.outcome_code = short.outcome_code
    where cells.surveys_count > 1 and short.surveys_count > 1
    group by cells.band_code
),

counted as (
    select
        band_code,
        count(distinct customer_key) as customers_count,
        count(*) as surveys_count,
        cast(sum(score_share) as double) / count(*) as satisfaction_share
    from rated
    group by band_code
),

final as (
    select
        counted.band_code as wait_band_code,
        bands.is_long,
        counted.customers_count,
        counted.surveys_count,
        counted.satisfaction_share,
        round(compared.weighted_difference / compared.surveys_count, 6) as difference_share,
        round(sqrt(compared.weighted_variance) / compared.surveys_count, 6)
            as difference_error_share,
        run_context.as_of_date
    from counted
    inner join bands on counted.band_code = bands.band_code
    left join compared on counted.band_code = compared.band_code
    cross join run_context
    where counted.customers_count >= {{ smallest_group() }}
)

select * from final
