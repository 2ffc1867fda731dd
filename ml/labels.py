"""What happened afterwards: one function per kind of label, and the snapshot each outcome may see.

A label function returns SQL for (unit_id, customer_key, anchor_date, is_positive); the anchor is
the day from which the future counts. Only matured outcomes are rows. `asked` names the relation of
those of whom a label without contacts is asked: (customer_key, as_of_date). What does not belong
here: indicators.
"""

from calendar import monthrange
from datetime import date, timedelta

import duckdb

from ml.declaration import PropensityModel

MONTH_ENDS = """(
    select customer_key, as_of_date from indicators.ind_service
    where as_of_date = last_day(as_of_date)
)"""
"""All that is ever learnt from. What has matured by the run's day lies before it and its eve, which
the table holds, too."""


def response(model: PropensityModel, asked: str = "") -> str:
    """Whether a treated member of a campaign accepted, or took out the offered family, in time.

    The anchor is the first outbound contact, or the assignment for members nobody reached: those
    stay in, for a call list is made before anyone knows who will pick up.
    """
    return f"""
        with campaign as (
            select c.campaign_id, p.family_code
            from customer.dim_campaign as c
            left join customer.dim_product as p on p.product_id = c.offer_product_id
            where c.objective_code = '{model.objective}' {_families(model)}
        ),
        person as (
            select source_id as crm_customer_id, customer_key from customer.int_customer_xref
            where source_name = 'crm' and entity = 'customer'
        ),
        treated as (
            select
                m.campaign_id, c.family_code, x.customer_key,
                min(m.assigned_date) as assigned_date
            from facts.fct_campaign_member as m
            inner join campaign as c on c.campaign_id = m.campaign_id
            inner join person as x on x.crm_customer_id = m.crm_customer_id
            where m.arm_code = 'treatment'
            group by m.campaign_id, c.family_code, x.customer_key
        ),
        contact as (
            select k.campaign_id, x.customer_key, k.contact_date, k.outcome_code
            from facts.fct_contact as k
            inner join person as x on x.crm_customer_id = k.crm_customer_id
            where k.direction_code = 'outbound'
        ),
        anchored as (
            select
                t.campaign_id, t.family_code, t.customer_key,
                coalesce(min(k.contact_date), min(t.assigned_date)) as anchor_date
            from treated as t
            left join contact as k
                on k.campaign_id = t.campaign_id and k.customer_key = t.customer_key
                and k.contact_date >= t.assigned_date
            group by t.campaign_id, t.family_code, t.customer_key
        )
        select
            a.campaign_id as unit_id, a.customer_key, a.anchor_date,
            exists (
                select 1 from contact as k
                where k.campaign_id = a.campaign_id and k.customer_key = a.customer_key
                    and k.outcome_code = 'accepted'
                    and k.contact_date between a.anchor_date and a.anchor_date + $horizon
            ) or exists (
                select 1 from customer.dim_subscription as s
                where s.customer_key = a.customer_key and s.family_code = a.family_code
                    and s.started_date between a.anchor_date and a.anchor_date + $horizon
            ) as is_positive
        from anchored as a
        where a.anchor_date <= $window_to
    """


def lapse(model: PropensityModel, asked: str = MONTH_ENDS) -> str:
    """Whether nothing is active any more at the close of the day `horizon_days` after the asking.

    The close of the day, as the indicator `is_active` has it: what ends on the day is over.
    """
    staying = """
        s.started_date <= d.as_of_date + $horizon
        and (s.ended_date is null or s.ended_date > d.as_of_date + $horizon)
    """
    return _asked(asked, staying, "held.customer_key is null")


def adoption(model: PropensityModel, asked: str = MONTH_ENDS) -> str:
    """Whether a product is taken out within `horizon_days` after the asking, offered or not.

    Where a product sells without campaigns these are the outcomes there are most of.
    """
    taken_out = f"""
        s.started_date > d.as_of_date and s.started_date <= d.as_of_date + $horizon
        and s.product_id in ({_quoted(model.products)})
    """
    return _asked(asked, taken_out, "held.customer_key is not null")


def _asked(asked: str, subscriptions: str, is_positive: str) -> str:
    """Everybody asked, each day; `held` are those with a subscription `s` of the condition."""
    return f"""
        with asked as (
            select customer_key, as_of_date from {asked} where as_of_date <= $window_to
        ),
        snapshot as (select distinct as_of_date from asked),
        held as (
            select distinct d.as_of_date, s.customer_key
            from snapshot as d
            inner join customer.dim_subscription as s on {subscriptions}
        )
        select
            '' as unit_id, a.customer_key, cast(a.as_of_date + 1 as date) as anchor_date,
            {is_positive} as is_positive
        from asked as a
        left join held on held.as_of_date = a.as_of_date and held.customer_key = a.customer_key
    """


LABELS = {"response": response, "lapse": lapse, "adoption": adoption}


def window_end(as_of: date, horizon_days: int) -> date:
    """Return the last month end whose outcomes have matured.

    A whole month, so that a daily run meets the same training data and finds its model in the
    store.
    """
    latest = as_of - timedelta(days=horizon_days)
    end = latest.replace(day=monthrange(latest.year, latest.month)[1])
    return end if end == latest else latest.replace(day=1) - timedelta(days=1)


def make_outcomes(
    con: duckdb.DuckDBPyConnection, model: PropensityModel, population: str, as_of: date
) -> None:
    """Make the temporary table `outcome`: matured rows with the last snapshot before their anchor.

    `draw` and `customer_draw` are uniform numbers from digests of the keys: sampling and the
    customer hold-out are the same in every run, in any order, on any machine.
    """
    con.execute(
        f"""
        create or replace temporary table outcome as
        with event as ({LABELS[model.label](model)}),
        snapshot as (select distinct as_of_date from {MONTH_ENDS}),
        dated as (
            select e.*, max(s.as_of_date) as as_of_date
            from (select distinct anchor_date from event) as a
            inner join snapshot as s on s.as_of_date < a.anchor_date
            inner join event as e on e.anchor_date = a.anchor_date
            group by all
        )
        select
            d.*,
            {_uniform("concat_ws('|', $seed, d.unit_id, d.customer_key, d.anchor_date)")} as draw,
            {_uniform("concat_ws('|', $seed, d.customer_key)")} as customer_draw
        from dated as d
        inner join ({population}) as p
            on p.customer_key = d.customer_key and p.as_of_date = d.as_of_date
        """,
        {
            "horizon": model.horizon_days,
            "window_to": window_end(as_of, model.horizon_days),
            "seed": model.seed,
        },
    )


def _uniform(text: str) -> str:
    return f"cast(('0x' || left(md5({text}), 12)) as bigint) / 281474976710656.0"


def _families(model: PropensityModel) -> str:
    if not model.families:
        return ""
    return f"and p.family_code in ({_quoted(model.families)})"


def _quoted(codes: tuple[str, ...]) -> str:
    return ", ".join(f"'{code}'" for code in codes)
