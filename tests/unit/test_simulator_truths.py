"""The planted truths are in the exports: arms at random, known effects, 75:25, known hazards.

Figures are recomputed from the exported files with SQL and compared with the truth folder;
tolerances are about three standard errors of the small world used here.
"""

import duckdb
import pytest
from sklearn.metrics import roc_auc_score

from simulator import write_world

SOURCES = {
    "accounts": "read_csv('{0}/boss/accounts/*.csv', all_varchar=true, filename=true)",
    "subscriptions": "read_csv('{0}/boss/subscriptions/*.csv', filename=true)",
    "bills": "read_csv('{0}/boss/bills/*.csv', types={{'amount_yuan': 'decimal(12,2)'}})",
    "payments": "read_csv('{0}/boss/payments/*.csv', all_varchar=true)",
    "balances": "read_csv('{0}/boss/account_balance_days/*.csv.gz', "
    "types={{'balance_yuan': 'decimal(14,2)', 'inflow_yuan': 'decimal(14,2)', "
    "'outflow_yuan': 'decimal(14,2)'}})",
    "orders": "read_json('{0}/web/orders/*.jsonl.gz')",
}


@pytest.fixture(scope="module")
def con(tmp_path_factory):
    folder = tmp_path_factory.mktemp("world")
    landing, truth = folder / "landing", folder / "truth"
    write_world(landing, truth, customers=4000, seed=11)
    connection = duckdb.connect()
    for name, source in SOURCES.items():
        connection.execute(f"create table {name} as from {source.format(landing)}")
    for path in truth.glob("*.parquet"):
        connection.execute(f"create table {path.stem} as from '{path}'")
    texts = []
    for path in sorted((landing / "crm" / "customers").iterdir()):
        lines = path.read_text(encoding="gb18030").splitlines()
        texts += lines if not texts else lines[1:]
    (folder / "customers.csv").write_text("\n".join(texts), encoding="utf-8")
    connection.execute(
        f"create table customers as from read_csv('{folder}/customers.csv', all_varchar=true)"
    )
    texts = []
    for path in sorted((landing / "crm" / "contacts").iterdir()):
        lines = path.read_text(encoding="gb18030").splitlines()
        texts += lines if not texts else lines[1:]
    (folder / "contacts.csv").write_text("\n".join(texts), encoding="utf-8")
    connection.execute(
        f"""create table contacts as
        select try_strptime(开始时间, '%Y/%m/%d %H:%M:%S') as started,
            strptime(结束时间, '%Y/%m/%d %H:%M:%S') as ended, 方向 as direction, 渠道 as channel,
            坐席 as agent_id, 推荐产品 as product_id, 意图 as intent, 结果 as outcome,
            活动编号 as campaign_id, 来电原因 as reason
        from read_csv('{folder}/contacts.csv', all_varchar=true)"""
    )
    return connection


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
    assert share == pytest.approx(0.75, abs=0.04)


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


def test_the_hold_out_is_drawn_without_regard_to_the_probability(con):
    held, gap, error = con.execute(
        """
        select avg(1 - is_treated::int),
            avg(p_treated) filter (is_treated) - avg(p_treated) filter (not is_treated),
            stddev(p_treated) / sqrt(count(*) filter (not is_treated))
        from campaign_members where objective = 'up_sell'
        """
    ).fetchone()
    assert held == pytest.approx(0.15, abs=0.02)
    assert abs(gap) < 3 * error


def test_the_planted_effect_is_the_mean_difference_of_the_two_probabilities(con):
    differences = con.execute(
        """
        select max(abs(itt_share - gap)) from campaign_effects join (
            select campaign_id, avg(p_treated) - avg(p_control) as gap
            from campaign_members group by campaign_id) using (campaign_id)
        """
    ).fetchone()[0]
    assert differences < 1e-12


def test_every_up_sell_response_shows_as_a_new_fibre_line_within_thirty_days(con):
    missing, unasked = con.execute(
        """
        with lines as (
            select person, started_date from subscriptions
            join identity on source_id = account_id where product_id = 'FIB1' group by all),
        members as (
            select *, make_date(2000 + substr(campaign_id, 3, 2)::int,
                substr(campaign_id, 5, 2)::int, 9) as assigned
            from campaign_members where objective = 'up_sell' and campaign_id < 'CP2611'),
        outcomes as (
            select responded, exists (select 1 from lines where lines.person = members.person
                and started_date between assigned and assigned + 29) as has_line from members)
        select count(*) filter (responded and not has_line),
            avg((has_line and not responded)::int) from outcomes
        """
    ).fetchone()
    assert missing == 0
    assert unasked < 0.01


def test_second_tier_cities_overtake_the_first_only_after_publicity(con):
    rows = dict(
        con.execute(
            """
            select was_informed, avg(p_treated) filter (tier = 2) > avg(p_treated) filter (tier = 1)
            from campaign_members where objective = 'up_sell' group by was_informed
            """
        ).fetchall()
    )
    assert rows == {False: False, True: True}


def test_owners_of_something_similar_respond_far_less(con):
    owners, others, said_yes, said_yes_others = con.execute(
        """
        select avg(p_treated) filter (owns_similar), avg(p_treated) filter (not owns_similar),
            avg(responded::int) filter (owns_similar),
            avg(responded::int) filter (not owns_similar)
        from campaign_members where objective = 'cross_sell' and is_treated
        """
    ).fetchone()
    assert owners < 0.5 * others
    assert said_yes < said_yes_others


def test_the_best_possible_models_are_good_but_not_perfect(con):
    asked = con.execute(
        "select responded, p_true from campaign_members where objective = 'up_sell' and is_treated"
    ).fetchnumpy()
    left = con.execute("select has_left, hazard from churn_hazard").fetchnumpy()
    assert 0.76 < roc_auc_score(asked["responded"], asked["p_true"]) < 0.88
    assert 0.73 < roc_auc_score(left["has_left"], left["hazard"]) < 0.85


def test_people_leave_at_their_hazard(con):
    left, expected, error, monthly = con.execute(
        """
        select sum(has_left::int), sum(hazard), sqrt(sum(hazard * (1 - hazard))),
            avg(hazard) filter (days >= 28) from churn_hazard
        """
    ).fetchone()
    assert abs(left - expected) < 3 * error
    assert 0.015 < monthly < 0.03


def test_who_has_left_holds_nothing_afterwards(con):
    alive = con.execute(
        """
        with latest as (
            select subscription_id, account_id, arg_max(ended_date, filename) as ended
            from subscriptions group by all),
        gone as (
            select person, min(as_of_date + days::int) as last_day from churn_hazard
            where has_left group by person)
        select count(*) filter (ended is null or ended > last_day), count(*)
        from latest join identity on source_id = account_id join gone using (person)
        """
    ).fetchone()
    assert alive[0] == 0
    assert alive[1] > 500


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


def test_every_account_can_be_joined_by_number_identity_or_phone_and_name(con):
    lost, unlinked = con.execute(
        """
        with crm as (
            select distinct person, 证件号码 as id_number, 客户名称 as name,
                right(regexp_replace(联系电话, '[^0-9]', '', 'g'), 11) as phone
            from customers join identity on source_id = 客户编号),
        boss as (
            select distinct person, holder_id_number, holder_name,
                right(regexp_replace(contact_phone, '[^0-9]', '', 'g'), 11) as phone
            from accounts join identity on source_id = account_id where crm_customer_id is null)
        select count(*) filter (not exists (select 1 from crm where crm.person = boss.person and (
                crm.id_number = holder_id_number
                or (crm.phone = boss.phone and crm.name = holder_name)))), count(*)
        from boss where person in (select person from crm)
        """
    ).fetchone()
    assert lost == 0
    assert unlinked > 500


def test_the_new_product_has_no_subscriber_before_its_launch(con):
    first, count = con.execute(
        "select min(started_date)::text, count(*) from subscriptions where product_id = 'SEC2'"
    ).fetchone()
    assert first >= "2026-10-16"
    assert 0 < count < 50


def test_many_who_answer_a_message_ring_in_the_evening_and_meet_nobody(con):
    evening, answered = con.execute(
        """
        select avg((hour(started) = 19)::int),
            count(*) filter (hour(started) = 19 and agent_id is not null)
        from contacts where direction = 'inbound' and campaign_id is not null
        """
    ).fetchone()
    assert evening == pytest.approx(0.45, abs=0.12)
    assert answered == 0


def test_agents_offer_their_favourite_more_often_than_the_list_would(con):
    share = con.execute(
        """
        select avg((product_id = favourite_product_id)::int) from contacts
        join agents using (agent_id) where direction = 'inbound' and intent = 'sales'
        """
    ).fetchone()[0]
    # half by taste, and a fifth of the other half by chance
    assert share == pytest.approx(0.6, abs=0.1)


def test_some_refuse_only_after_half_an_hour_of_polite_talk(con):
    share = con.execute(
        """
        select avg((ended - started > interval 20 minutes)::int) from contacts
        where direction = 'outbound' and channel = 'phone' and intent = 'sales'
            and outcome in ('refused', 'undecided')
        """
    ).fetchone()[0]
    assert share == pytest.approx(0.07, abs=0.03)


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
