-- What is made of other indicators: one line each, units and kinds checked before anything runs.
-- Grain: one row per customer_key, as_of_date.
{%- set subjects = [
    'service', 'value', 'usage', 'payment', 'balance', 'web', 'contact', 'campaign',
] %}
with

stale as (
    {{ stale_days(source('audit', 'snapshots')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ composite(801001106, 'billed_yuan_per_service_30d',
            'billed_yuan_30d / active_services_count', direction='higher_is_better',
            en='Billed per service in force, 30 days', zh='近30天每项在用服务出账金额') }},
        {{ composite(801002109, 'margin_yuan_per_service_90d',
            'margin_yuan_90d / active_services_count', direction='higher_is_better',
            en='Margin per service in force, 90 days', zh='近90天每项在用服务毛利') }},
        {{ composite(801003109, 'billed_yuan_per_megabyte_90d', 'billed_yuan_90d / data_mb_90d',
            en='Billed per megabyte of data, 90 days', zh='近90天每兆流量收入') }},
        {{ composite(801004109, 'paid_per_billed_yuan_90d', 'paid_yuan_90d / billed_yuan_90d',
            direction='higher_is_better', en='Paid against billed, 90 days',
            zh='近90天缴费出账比') }},
        {{ composite(801005212, 'unpaid_yuan_365d', 'billed_yuan_365d - paid_yuan_365d',
            direction='lower_is_better', en='Billed less paid, 365 days', zh='近365天未缴金额') }},
        {{ composite(801006109, 'complaints_per_contact_90d',
            'complaints_count_90d / all_contacts_count_90d', direction='lower_is_better',
            en='Complaints per contact, 90 days', zh='近90天每次接触投诉数',
            valid_from='2026-07-01', earlier=[
                {'valid_to': '2026-07-01', 'formula': 'complaints_count_90d / inbound_contacts_count_90d',
                 'reason': 'contacts we begin give rise to complaints, too'},
            ]) }},
        {{ composite_slices(801011109, '{slice}_contact_share_90d', 'channel',
            '{slice}_contacts_count_90d / all_contacts_count_90d', unit='share',
            en='Share of contacts by {slice}, 90 days', zh='近90天{slice}接触占比') }}
        {{ composite(801020206, 'net_inflow_yuan_30d', 'inflow_yuan_30d - outflow_yuan_30d',
            direction='higher_is_better', en='Money in less money out, 30 days',
            zh='近30天净流入') }},
        {{ composite(801020209, 'net_inflow_yuan_90d', 'inflow_yuan_90d - outflow_yuan_90d',
            direction='higher_is_better', en='Money in less money out, 90 days',
            zh='近90天净流入') }},
        {{ composite(801021109, 'resolved_contact_share_90d',
            'resolved_contacts_count_90d / inbound_contacts_count_90d', unit='share',
            direction='higher_is_better', en='Share of inbound contacts resolved, 90 days',
            zh='近90天来电解决率') }},
        {{ composite(801022106, 'sales_contact_share_30d',
            'sales_contacts_count_30d / outbound_contacts_count_30d', unit='share',
            en='Share of our contacts that sell, 30 days', zh='近30天营销类触达占比') }},
        {{ composite(801023109, 'dwell_minutes_per_page_90d',
            'dwell_minutes_90d / (page_views_count_90d - last_pages_count_90d)',
            direction='higher_is_better', en='Minutes a page is read, last pages left out, 90 days',
            zh='近90天单页停留分钟(不含末页)') }},
        {{ composite(801024109, 'orders_per_session_90d', 'orders_count_90d / sessions_count_90d',
            direction='higher_is_better', en='Orders a visit, 90 days', zh='近90天访问下单比') }},
        {{ composite(801025112, 'campaign_response_share_365d',
            'campaign_accepted_count_365d / campaign_contacts_count_365d', unit='share',
            direction='higher_is_better', en='Share of campaign contacts accepted, 365 days',
            zh='近365天活动接受率') }},
        {{ composite(801026112, 'acceptance_share_365d',
            'accepted_offers_count_365d / offers_count_365d', unit='share',
            direction='higher_is_better', en='Share of answered offers accepted, 365 days',
            zh='近365天推荐接受率') }},
        {{ composite(801027109, 'satisfaction_change_share_90d',
            'satisfaction_share_90d - satisfaction_share_365d', direction='higher_is_better',
            en='Satisfaction of 90 days less that of 365', zh='近90天满意度变化') }},
        {{ composite(801028100, 'balance_month_growth_share',
            'balance_month_mean_yuan / balance_last_month_mean_yuan - 1', unit='share',
            direction='higher_is_better', en='Mean balance of this month against last month',
            zh='日均资产月环比') }},
        {{ composite(801029109, 'sms_per_call_90d', 'sms_count_90d / calls_count_90d',
            en='Messages a call, 90 days', zh='近90天短信通话比') }},
        {{ composite(801030109, 'extra_yuan_per_service_90d',
            'extra_yuan_90d / active_services_count',
            en='Charged beyond the plan per service, 90 days', zh='近90天每项服务套餐外费用') }},
        {{ composite(801031112, 'refund_per_gross_yuan_365d', 'refund_yuan_365d / gross_yuan_365d',
            direction='lower_is_better', en='Refunds against charges, 365 days',
            zh='近365天退费占比') }},
        {{ composite(801032109, 'talk_minutes_per_contact_90d',
            'talk_minutes_90d / (inbound_contacts_count_90d + reached_contacts_count_90d)',
            en='Minutes talked per contact that took place, 90 days',
            zh='近90天次均沟通分钟') }},
        {{ composite(801033112, 'returned_order_share_365d',
            'returned_orders_count_365d / orders_count_365d', unit='share',
            direction='lower_is_better', en='Share of orders returned, 365 days',
            zh='近365天退货率') }},
        {{ composite(801034109, 'carts_per_product_view_90d',
            'cart_views_count_90d / product_views_count_90d',
            en='Cart pages a product page, 90 days', zh='近90天购物车产品页比') }},
        {{ composite(801035109, 'cost_yuan_per_service_90d',
            'cost_yuan_90d / active_services_count', direction='lower_is_better',
            en='Cost of serving per service, 90 days', zh='近90天每项服务成本') }},
        {{ composite(801036112, 'order_yuan_per_order_365d', 'order_yuan_365d / orders_count_365d',
            direction='higher_is_better', en='Value of an order, 365 days',
            zh='近365天订单均价') }},
        {{ composite(801037306, 'all_contacts_count_30d',
            'inbound_contacts_count_30d + outbound_contacts_count_30d',
            en='Contacts in either direction, 30 days', zh='近30天接触总次数') }},
        {{ composite(801037309, 'all_contacts_count_90d',
            'inbound_contacts_count_90d + outbound_contacts_count_90d',
            en='Contacts in either direction, 90 days', zh='近90天接触总次数') }},
        {{ composite(801038309, 'cancel_signals_count_90d',
            'or_zero(cancel_views_count_90d) + or_zero(cancel_contacts_count_90d)',
            direction='lower_is_better', en='Signs of leaving: cancel pages and calls, 90 days',
            zh='近90天退订迹象次数') }},
        spine._version
    from spine
    {% for subject in subjects %}
        left join {{ ref('ind_' ~ subject) }} as {{ subject }}
            on
                spine.customer_key = {{ subject }}.customer_key
                and spine.as_of_date = {{ subject }}.as_of_date
    {% endfor %}
)

select * from final
