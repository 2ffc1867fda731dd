-- Through which channels a customer may be contacted for marketing.
-- Grain: one row per customer_key.
with

consents as (
    select * from {{ ref('dim_consent') }}
    where scope_code = 'marketing'
),

-- empty when the customer was never asked, which allows nothing
final as (
    select
        {% for channel in ['phone', 'sms', 'email', 'web', 'app'] %}
            bool_and(is_granted) filter (where channel_code = '{{ channel }}')
                as is_{{ channel }}_marketing_allowed,
        {% endfor %}
        customer_key
    from consents
    group by customer_key
)

select * from final
