{#
The signs of what a customer likes or not, and where each is seen: kind of the attribute, sign, relation of
models/segments/seg_preference_signal.sql, its date, condition; the attribute is the column <kind>_code.
What does not belong here: what a sign is worth (seed preference_signals).
#}
{% macro preference_signs() -%}
    {{ return([
    ('family', 'began_service', 'subscriptions', 'started_date', 'true'),
    ('family', 'ended_service', 'subscriptions', 'ended_date', 'true'),
    ('family', 'used_in_month', 'used_months', 'usage_date', 'true'),
    ('family', 'ordered', 'orders', 'order_date', "status_code = 'paid'"),
    ('family', 'returned_order', 'orders', 'order_date', "status_code = 'returned'"),
    ('family', 'cancelled_order', 'orders', 'order_date', "status_code = 'cancelled'"),
    ('family', 'accepted_offer', 'contacts', 'contact_date', "outcome_code = 'accepted'"),
    ('family', 'refused_offer', 'contacts', 'contact_date', "outcome_code = 'refused'"),
    ('family', 'hung_up', 'contacts', 'contact_date', "outcome_code = 'hung_up'"),
    ('family', 'undecided', 'contacts', 'contact_date', "outcome_code = 'undecided'"),
    ('family', 'viewed_pages', 'pages', 'view_date', 'true'),
    ('channel', 'ordered', 'orders', 'order_date', "status_code = 'paid'"),
    ('channel', 'began_contact', 'contacts', 'contact_date', "direction_code = 'inbound'"),
    ('channel', 'viewed_pages', 'pages', 'view_date', 'true'),
    ('channel', 'accepted_offer', 'contacts', 'contact_date', "outcome_code = 'accepted'"),
    ('channel', 'refused_offer', 'contacts', 'contact_date', "outcome_code = 'refused'"),
    ('channel', 'hung_up', 'contacts', 'contact_date', "outcome_code = 'hung_up'"),
    ('channel', 'left_unresolved', 'contacts', 'contact_date',
        "direction_code = 'inbound' and outcome_code = 'unresolved'"),
    ('channel', 'did_nothing', 'contacts', 'contact_date',
        "direction_code = 'outbound' and outcome_code in ('delivered', 'undecided')"),
    ('channel', 'felt_harassed', 'harassed', 'complaint_date', 'true'),
    ('channel', 'forbids_marketing', 'consents', 'as_of_date', 'not is_granted'),
    ('channel', 'allows_marketing', 'consents', 'as_of_date', 'is_granted'),
]) }}
{%- endmacro %}
