-- How we and the customer talk: contacts, offers, complaints, satisfaction, consent. Unknown
-- without a CRM record. Grain: one row per customer_key, as_of_date.
{%- set known = 'has_crm' %}
{%- set by_channel = [] %}
{%- for channel in fromjson(slice_members()).channel %}
    {%- do by_channel.append(sum_within(channel ~ '_contacts', 90)) %}
{%- endfor %}
with

stale as (
    {{ stale_days(source('audit', 'segment_days')) }}
),

spine as (
    {{ stale_snapshots(ref('int_customer_snapshot')) }}
),

contacts as (
    select * from {{ ref('int_contact_period') }}
),

windowed as (
    {{ windowed('contacts', ref('int_snapshot_period')) }}
),

final as (
    select
        spine.customer_key,
        spine.as_of_date,
        {{ indicator(501001302, 'outbound_contacts_count_7d', sum_within('outbound', 7), 'count',
            'additive', known=known, en='Contacts we began in 7 days', zh='近7天主动外呼触达次数') }},
        {{ indicator(501001306, 'outbound_contacts_count_30d', sum_within('outbound', 30), 'count',
            'additive', known=known, en='Contacts we began in 30 days', zh='近30天主动外呼触达次数') }},
        {{ indicator(501001309, 'outbound_contacts_count_90d', sum_within('outbound', 90), 'count',
            'additive', known=known, en='Contacts we began in 90 days', zh='近90天主动外呼触达次数') }},
        {{ indicator(501002309, 'reached_contacts_count_90d', sum_within('reached', 90), 'count',
            'additive', known=known, en='Contacts we began that reached the customer in 90 days',
            zh='近90天成功触达次数') }},
        {{ indicator(501003306, 'inbound_contacts_count_30d', sum_within('inbound', 30), 'count',
            'additive', known=known, en='Contacts the customer began in 30 days',
            zh='近30天客户来电来访次数') }},
        {{ indicator(501003309, 'inbound_contacts_count_90d', sum_within('inbound', 90), 'count',
            'additive', known=known, en='Contacts the customer began in 90 days',
            zh='近90天客户来电来访次数') }},
        {{ indicator(501004312, 'offers_count_365d', sum_within('offers', 365), 'count',
            'additive', known=known, en='Offers the customer answered in 365 days',
            zh='近365天有答复的推荐次数') }},
        {{ indicator(501005312, 'accepted_offers_count_365d', sum_within('accepted', 365), 'count',
            'additive', known=known, direction='higher_is_better',
            en='Offers accepted in 365 days', zh='近365天接受推荐次数') }},
        {{ indicator(501006312, 'refused_offers_count_365d', sum_within('refused', 365), 'count',
            'additive', known=known, direction='lower_is_better', en='Offers refused in 365 days',
            zh='近365天拒绝推荐次数') }},
        {{ indicator(501007312, 'hang_ups_count_365d', sum_within('hung_up', 365), 'count',
            'additive', known=known, direction='lower_is_better',
            en='Calls the customer hung up on in 365 days', zh='近365天挂断次数') }},
        {{ indicator(501008209, 'talk_minutes_90d', sum_within('talk_minutes', 90), 'minute',
            'additive', known=known, en='Minutes talked in 90 days', zh='近90天沟通分钟') }},
        {{ indicator(501009309, 'cancel_contacts_count_90d', sum_within('cancel_contacts', 90),
            'count', 'additive', known=known, direction='lower_is_better',
            en='Contacts to cancel in 90 days', zh='近90天退订来电次数') }},
        {{ indicator(501010309, 'fault_contacts_count_90d', sum_within('fault_contacts', 90),
            'count', 'additive', known=known, direction='lower_is_better',
            en='Contacts about faults in 90 days', zh='近90天故障来电次数') }},
        {{ indicator(501012309, 'unresolved_contacts_count_90d', sum_within('unresolved', 90),
            'count', 'additive', known=known, direction='lower_is_better',
            en='Contacts left unresolved in 90 days', zh='近90天未解决来电次数') }},
        {{ indicator(501013109, 'reach_share_90d', share_within('reached', 'outbound', 90),
            'share', 'ratio', known=known, direction='higher_is_better',
            en='Share of our contacts that reached the customer, 90 days', zh='近90天触达率',
            formula='reached_contacts_count_90d / outbound_contacts_count_90d') }},
        {{ indicator(501014112, 'refusal_share_365d', share_within('refused', 'offers', 365),
            'share', 'ratio', known=known, direction='lower_is_better',
            en='Share of answered offers refused, 365 days', zh='近365天拒绝率',
            formula='refused_offers_count_365d / offers_count_365d') }},
        {{ indicator(501015700, 'days_since_contact',
            days_between('max(last_date)', 'spine.as_of_date'), 'day', 'level', known=known,
            en='Days since any contact', zh='距最近接触天数') }},
        {{ indicator(501017700, 'days_since_inbound',
            days_between('max(last_inbound_date)', 'spine.as_of_date'), 'day', 'level',
            known=known, en='Days since the customer last began a contact', zh='距最近来电天数') }},
        {{ indicator(501018700, 'days_since_refusal',
            days_between('max(last_refusal_date)', 'spine.as_of_date'), 'day', 'level',
            known=known, en='Days since the last refused offer', zh='距最近拒绝天数') }},
        {{ indicator(501019309, 'complaints_count_90d', 'coalesce(max(complaints_90d), 0)',
            'count', 'additive', known=known, direction='lower_is_better',
            en='Complaints in 90 days', zh='近90天投诉次数') }},
        {{ indicator(501019312, 'complaints_count_365d', 'coalesce(max(complaints_365d), 0)',
            'count', 'additive', known=known, direction='lower_is_better',
            en='Complaints in 365 days', zh='近365天投诉次数') }},
        {{ indicator(501020400, 'open_complaints_count', 'coalesce(max(open_complaints), 0)',
            'count', 'semi_additive', known=known, direction='lower_is_better',
            en='Complaints not closed yet', zh='未办结投诉数') }},
        {{ indicator(501022112, 'satisfaction_share_365d', 'max(satisfaction_365d)', 'share',
            'ratio', known=known, direction='higher_is_better',
            en='Mean satisfaction in surveys of 365 days, 0 worst to 1 best', zh='近365天满意度',
            formula='satisfaction_points_count_365d / surveys_count_365d') }},
        {{ indicator(501023000, 'allows_phone_marketing', 'max(allows_phone)', 'flag', 'flag',
            known=known, en='Agrees to marketing by phone; unknown when never asked',
            zh='是否同意电话营销') }},
        {{ indicator(501024000, 'allows_sms_marketing', 'max(allows_sms)', 'flag', 'flag',
            known=known, en='Agrees to marketing by sms; unknown when never asked',
            zh='是否同意短信营销') }},
        {{ indicator(501025000, 'allows_email_marketing', 'max(allows_email)', 'flag', 'flag',
            known=known, en='Agrees to marketing by email; unknown when never asked',
            zh='是否同意邮件营销') }},
        {{ indicator(501021309, 'resolved_contacts_count_90d', sum_within('resolved', 90), 'count',
            'additive', known=known, direction='higher_is_better',
            en='Contacts the customer began that were resolved, 90 days',
            zh='近90天已解决来电次数') }},
        {{ indicator(501022109, 'satisfaction_share_90d', 'max(satisfaction_90d)', 'share',
            'ratio', known=known, direction='higher_is_better',
            en='Mean satisfaction in surveys of 90 days, 0 worst to 1 best', zh='近90天满意度',
            formula='satisfaction_points_count_90d / surveys_count_90d') }},
        {{ indicator(501026309, 'surveys_count_90d', 'coalesce(max(surveys_90d), 0)', 'count',
            'additive', known=known, en='Surveys answered in 90 days', zh='近90天满意度评价次数') }},
        {{ indicator(501051309, 'satisfaction_points_count_90d', 'coalesce(max(points_90d), 0)',
            'count', 'additive', known=known, direction='higher_is_better',
            en='Points of surveys of 90 days, 1 for the best answer', zh='近90天满意度得分合计') }},
        {{ indicator(501051312, 'satisfaction_points_count_365d', 'coalesce(max(points_365d), 0)',
            'count', 'additive', known=known, direction='higher_is_better',
            en='Points of surveys of 365 days, 1 for the best answer', zh='近365天满意度得分合计') }},
        {{ indicator(501026312, 'surveys_count_365d', 'coalesce(max(surveys_365d), 0)', 'count',
            'additive', known=known, en='Surveys answered in 365 days', zh='近365天满意度评价次数') }},
        {{ indicator(501027700, 'days_since_complaint',
            days_between('max(last_complaint_date)', 'spine.as_of_date'), 'day', 'level',
            known=known, en='Days since the last complaint', zh='距最近投诉天数') }},
        {{ indicator(501028109, 'contact_focus_share_90d', concentration(by_channel), 'share',
            'ratio', known=known, en='Concentration of contacts on channels (Herfindahl), 90 days',
            zh='近90天接触渠道聚焦度') }},
        {{ indicator_slices(501031309, '{slice}_contacts_count_90d', 'channel',
            sum_within('{slice}_contacts', 90), 'count', 'additive', known=known,
            en='Contacts by {slice} in 90 days', zh='近90天{slice}接触次数') }}
        {{ indicator_slices(501041309, '{slice}_reason_contacts_count_90d', 'reason',
            sum_within('{slice}_contacts', 90), 'count', 'additive', known=known,
            en='Contacts the customer began because of {slice}, 90 days',
            zh='近90天{slice}类来电次数') }}
        spine._version
    from spine
    left join windowed
        on spine.customer_key = windowed.customer_key and spine.as_of_date = windowed.as_of_date
    left join {{ ref('int_feedback') }} as feedback
        on spine.customer_key = feedback.customer_key and spine.as_of_date = feedback.as_of_date
    left join {{ ref('int_consent') }} as consents
        on spine.customer_key = consents.customer_key and spine.as_of_date = consents.as_of_date
    group by spine.customer_key, spine.as_of_date, spine.has_crm, spine._version
)

select * from final
