-- Price, volume and mix of all segments are the whole change of ARPU, and the month's revenue is
-- that of the facts, to the cent, in every scheme.
with

changes as (
    select * from {{ ref('mart_arpu_change') }}
    where segment_code = 'all'
),

facts as (
    select
        date_trunc('month', bill_lines.billed_date) as month_date,
        sum(bill_lines.amount_yuan) as billed_yuan
    from {{ ref('fct_bill_line') }} as bill_lines
    inner join {{ ref('int_customer_xref') }} as owners
        on bill_lines.account_id = owners.source_id
    inner join {{ ref('ind_service') }} as known
        on
            owners.customer_key = known.customer_key
            and date_trunc('month', bill_lines.billed_date) = date_trunc('month', known.as_of_date)
    inner join {{ source('audit', 'snapshots') }} as snapshots
        on known.as_of_date = snapshots.as_of_date and snapshots.is_month_end
    where
        bill_lines.item_code <> 'lifetime'
        and owners.source_name = 'boss'
        and owners.entity = 'account'
    group by date_trunc('month', bill_lines.billed_date)
)

select changes.*
from changes
left join facts on date_trunc('month', changes.as_of_date) = facts.month_date
where
    abs(
        changes.arpu_yuan - changes.arpu_before_yuan
        - changes.price_effect_yuan - changes.volume_effect_yuan - changes.mix_effect_yuan
    ) > 1e-9 * greatest(1, changes.arpu_yuan)
    or changes.billed_yuan is distinct from cast(coalesce(facts.billed_yuan, 0) as decimal(18, 2))
