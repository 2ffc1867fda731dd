{#
Indicators by the members of a dimension: one line declares one indicator for every channel, reason
or item of a bill, each with a code of its own. warehouse/indicators renders this file as it lies.
What does not belong here: segments of customers (segment_statistics.sql slices by those).
#}

{# Members with their Chinese names, as JSON. A member's place is its number in codes: append only. #}
{% macro slice_members() -%}
{
    "channel": {
        "phone": "电话", "sms": "短信", "email": "邮件", "web": "网厅", "app": "客户端", "branch": "营业厅"
    },
    "reason": {
        "bill": "账单", "move": "移机", "upgrade": "升级", "complaint": "投诉", "question": "咨询"
    },
    "charge": {"monthly_fee": "月租", "usage": "套餐外使用", "roaming": "漫游", "device": "终端"},
    "family": {
        "voice": "语音", "multi_line": "副卡多线", "data_pack": "流量包", "broadband": "宽带",
        "fibre": "光纤", "tv": "电视", "video": "视频", "security": "安全", "cloud_backup": "云备份",
        "device_protection": "终端保障", "support": "技术支持", "roaming": "漫游", "wallet": "钱包"
    }
}
{%- endmacro %}

{# The names of a dimension's members. #}
{% macro slices_of(dimension) -%}
    {{ return(fromjson(slice_members())[dimension].keys() | list) }}
{%- endmacro %}

{# One indicator() for every member: `{slice}` stands for it in name, expression and labels, and the
   measure counts up from the code given. #}
{% macro indicator_slices(
    code, name, dimension, expression, unit, kind, en, zh, known=none, direction='neutral'
) -%}
    {%- for member, label in fromjson(slice_members())[dimension].items() %}
        {{ indicator(
            code + 1000 * loop.index0, name.replace('{slice}', member),
            expression.replace('{slice}', member), unit, kind,
            en=en.replace('{slice}', member.replace('_', ' ')), zh=zh.replace('{slice}', label),
            known=known, direction=direction
        ) }},
    {%- endfor %}
{%- endmacro %}

{# One composite() for every member, alike. #}
{% macro composite_slices(code, name, dimension, formula, en, zh, unit=none) -%}
    {%- for member, label in fromjson(slice_members())[dimension].items() %}
        {{ composite(
            code + 1000 * loop.index0, name.replace('{slice}', member),
            formula.replace('{slice}', member), unit=unit,
            en=en.replace('{slice}', member.replace('_', ' ')), zh=zh.replace('{slice}', label)
        ) }},
    {%- endfor %}
{%- endmacro %}
