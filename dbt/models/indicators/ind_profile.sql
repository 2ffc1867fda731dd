-- Who the customer is, as recorded on the day of the snapshot.
-- Grain: one row per customer_key, as_of_date.
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

snapshots as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

history as (
    select * from {{ ref('dim_customer_history') }}
),

-- counted as of the day: the count in the history is today's and would tell of later duplicates
records as (
    select
        xref.customer_key,
        stale.day_date as as_of_date,
        count(*) as crm_records
    from {{ ref('int_customer_xref') }} as xref
    inner join stale on xref.first_known_date <= stale.day_date
    where xref.source_name = 'crm' and xref.entity = 'customer'
    group by xref.customer_key, stale.day_date
),

regions as (
    select * from {{ ref('dim_region') }}
),

-- a county is found by the four digits of its city
spine as (
    select
        snapshots.*,
        history.party_type_code,
        history.sex_code,
        history.marital_code,
        history.dependents_count,
        history.status_code,
        history.registered_date,
        coalesce(records.crm_records, 0) as crm_records,
        regions.region_tier,
        regions.is_coastal,
        {{ full_years_between('history.birth_date', 'snapshots.as_of_date') }} as age_years
    from snapshots
    left join history
        on
            snapshots.customer_key = history.customer_key
            and snapshots.as_of_date >= history.valid_from
            and snapshots.as_of_date < history.valid_to
    left join records
        on
            snapshots.customer_key = records.customer_key
            and snapshots.as_of_date = records.as_of_date
    left join regions
        on regions.region_code = concat(substring(history.region_code, 1, 4), '00')
),

final as (
    select
        customer_key,
        as_of_date,
        {{ indicator(101001700, 'age_years', 'age_years', 'year', 'level',
            known='age_years between 0 and 120', sensitive=true, en='Age in full years',
            zh='周岁年龄') }},
        {{ indicator(101002000, 'is_female', "case when sex_code = 'F' then 1 else 0 end", 'flag',
            'flag', known="sex_code in ('F', 'M')", sensitive=true, en='Is a woman', zh='是否女性') }},
        {{ indicator(101003000, 'is_married',
            "case when marital_code = 'married' then 1 else 0 end", 'flag', 'flag',
            known="marital_code in ('married', 'single')", sensitive=true, en='Is married',
            zh='是否已婚') }},
        {{ indicator(101004400, 'dependents_count', 'dependents_count', 'count', 'semi_additive',
            sensitive=true, en='Persons who depend on the customer', zh='受抚养人数') }},
        {{ indicator(101005900, 'region_tier', 'region_tier', 'tier', 'level',
            en='Market tier of the place of residence, 1 strongest', zh='所在地市场层级') }},
        {{ indicator(101006000, 'is_coastal', 'case when is_coastal then 1 else 0 end', 'flag',
            'flag', known='is_coastal is not null', en='Lives in a coastal region',
            zh='是否沿海地区') }},
        {{ indicator(101007000, 'is_consumer', "case when party_type_code = 'C' then 1 else 0 end",
            'flag', 'flag', known='party_type_code is not null', en='Is a consumer',
            zh='是否个人客户') }},
        {{ indicator(101008000, 'is_business', "case when party_type_code = 'B' then 1 else 0 end",
            'flag', 'flag', known='party_type_code is not null', en='Is a business',
            zh='是否企业客户') }},
        {{ indicator(101009000, 'is_government',
            "case when party_type_code = 'G' then 1 else 0 end", 'flag', 'flag',
            known='party_type_code is not null', en='Is a government body', zh='是否政府客户') }},
        {{ indicator(101010000, 'is_record_active',
            "case when status_code = 'active' then 1 else 0 end", 'flag', 'flag',
            known='status_code is not null',
            en='CRM record is active, neither closed nor deceased', zh='客户资料是否有效') }},
        {{ indicator(101011700, 'days_since_registration',
            days_between('registered_date', 'as_of_date'), 'day', 'level',
            en='Days since the first CRM record was opened', zh='建档天数') }},
        {{ indicator(101012400, 'crm_records_count', 'crm_records', 'count', 'semi_additive',
            en='CRM records of the customer; more than one is a duplicate', zh='客户资料条数') }},
        {{ indicator(101013000, 'has_billing_account', 'case when has_account then 1 else 0 end',
            'flag', 'flag', en='Has ever had a billing account', zh='是否开过账户') }},
        {{ indicator(101014000, 'has_web_identity', 'case when has_web then 1 else 0 end', 'flag',
            'flag', en='Has logged in on web or app', zh='是否登录过网厅或客户端') }},
        _version
    from spine
)

select * from final
