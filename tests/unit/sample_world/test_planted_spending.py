"""What people buy, pay and keep: spending by sex and age, bills, wallets, wealth.

Figures are recomputed from the exported files with SQL and compared with the answer sheet;
tolerances are about three standard errors of the small world used here.
"""

import pytest


def test_women_make_three_quarters_of_the_e_channel_turnover(con):
    share = con.execute(
        """
        with sex as (select distinct person, 性别 as sex from customers
                     join identity on source_id = 客户编号 where source_name = 'crm')
        select sum(amount_yuan) filter (sex = 'F') / sum(amount_yuan)
        from orders join identity on source_id = account_id join sex using (person)
        where status_code = 'paid'
        """
    ).fetchone()[0]
    assert share == pytest.approx(0.75, abs=0.015)


def test_the_young_spend_least_and_the_older_buy_most_of_the_premium_lines(con):
    rows = con.execute(
        """
        with people as (
            select person, any_value(date_diff('day', 出生日期::date, date '2026-05-01')) / 365.25
                as age from customers join identity on source_id = 客户编号
            where 客户类型 = 'C' group by person),
        spend as (
            select person, sum(amount_yuan) as yuan,
                sum(amount_yuan) filter (product_id in ('VOI3', 'FIB2', 'TVS2', 'SUP2')) as premium
            from bills join identity on source_id = account_id
            left join (select subscription_id, any_value(product_id) as product_id
                       from subscriptions group by all) using (subscription_id) group by person)
        select case when age < 24 then 0 when age <= 35 then 1 else 2 end as band,
            avg(yuan), sum(premium) / sum(yuan)
        from people join spend using (person) group by band order by band
        """
    ).fetchall()
    (_, young, young_premium), (_, prime, prime_premium), (_, old, old_premium) = rows
    assert young < old < prime
    assert young_premium < prime_premium < old_premium


def test_every_payment_of_a_bill_is_the_sum_of_its_lines(con):
    wrong, count = con.execute(
        """
        with totals as (select bill_id, sum(amount_yuan) as total from bills group by bill_id),
        paid as (select bill_id, amount_yuan::decimal(12,2) as amount from payments
                 where bill_id is not null and amount_yuan <> 'n/a' and account_id is not null)
        select count(*) filter (total is null or total <> amount), count(*)
        from paid left join totals using (bill_id)
        """
    ).fetchone()
    assert wrong == 0
    assert count > 10_000


def test_balances_carry_over_to_the_cent(con):
    wrong, count = con.execute(
        """
        with days as (
            select *, lag(balance_yuan) over one_account as before
            from balances window one_account as (partition by account_id order by balance_date))
        select count(*) filter (before + inflow_yuan - outflow_yuan <> balance_yuan), count(*)
        from days where before is not null
        """
    ).fetchone()
    assert wrong == 0
    assert count > 20_000


def test_wealth_is_bought_in_the_month_after_a_sudden_inflow(con):
    after_shock, otherwise = con.execute(
        """
        with shocks as (
            select person, date_trunc('month', balance_date) as month,
                max(inflow_yuan) > 30000 as hit
            from balances join identity on source_id = account_id
            where balance_date < date '2026-10-01' group by all),
        bought as (
            select distinct person, date_trunc('month', started_date) as month from subscriptions
            join identity on source_id = account_id where product_id = 'WAL2')
        select avg((bought.person is not null)::int) filter (hit),
            avg((bought.person is not null)::int) filter (not hit)
        from shocks left join bought on bought.person = shocks.person
            and bought.month = shocks.month + interval 1 month
        """
    ).fetchone()
    assert after_shock > 8 * otherwise


def test_the_new_product_has_no_subscriber_before_its_launch(con):
    first, count = con.execute(
        "select min(started_date)::text, count(*) from subscriptions where product_id = 'SEC2'"
    ).fetchone()
    assert first >= "2026-10-16"
    assert 0 < count < 50


def test_months_after_a_birth_the_mother_orders_what_children_bring(con, planted):
    """The birth shows only as one more dependent between two deliveries of the record."""
    product = planted["need_after_birth_product_id"]
    in_need, otherwise, orders = con.execute(
        """
        with versions as (
            select person, 受抚养人数::int as dependents, 性别 as sex, filename,
                strptime(regexp_extract(filename, '[0-9]{8}'), '%Y%m%d')::date as delivered
            from customers join identity on source_id = 客户编号
            where 客户类型 = 'C' and duplicate_code is null),
        events as (
            select person, delivered from (
                select *, lag(dependents) over (partition by person order by delivered) as before
                from versions)
            where dependents = before + 1 and sex = 'F'),
        bought as (
            select product_id = ? as is_needed, coalesce(bool_or(
                ordered_at::date - events.delivered between 150 and 209), false) as in_need
            from orders join identity on source_id = account_id
            left join events using (person) group by order_id, product_id)
        select avg(is_needed::int) filter (in_need), avg(is_needed::int) filter (not in_need),
            count(*) filter (in_need)
        from bought
        """,
        [product],
    ).fetchone()
    planted_lift = planted["need_after_birth_order_share"] / otherwise
    assert in_need / otherwise >= 0.7 * planted_lift
    assert otherwise < 0.12
    assert orders > 20
