"""BG/NBD against its own definition: the integrals over all customers that its formulas solve.

What does not belong here: the published figures on public purchases (tests/real/test_cdnow.py).
"""

import math

import numpy as np
import pytest
from scipy.special import roots_genlaguerre, roots_jacobi

from ml import buyer

FIT = buyer.Buying(r=0.8, alpha=3.0, a=1.4, b=2.5, log_likelihood=math.nan)
HISTORIES = [(0, 0.0, 10.0), (1, 4.0, 10.0), (5, 9.0, 10.0), (5, 2.0, 30.0)]


def over_all_customers(individual) -> float:
    """Integrate over rates of buying and probabilities of leaving, by Gauss's quadrature."""
    rates, by_rate = roots_genlaguerre(80, FIT.r - 1)
    leaves, by_leave = roots_jacobi(80, FIT.b - 1, FIT.a - 1)
    values = individual(rates[:, None] / FIT.alpha, (leaves[None, :] + 1) / 2)
    return float(by_rate @ values @ by_leave / by_rate.sum() / by_leave.sum())


def alive(x, t):
    return lambda rate, leave: (1 - leave) ** x * rate**x * np.exp(-rate * t)


def gone(x, t_x):
    return lambda rate, leave: leave * (1 - leave) ** (x - 1) * rate**x * np.exp(-rate * t_x)


@pytest.mark.parametrize(("x", "t_x", "t"), HISTORIES)
def test_likelihood_and_p_alive_are_the_integrals_over_all_customers(x, t_x, t):
    still = over_all_customers(alive(x, t))
    whole = still + (over_all_customers(gone(x, t_x)) if x else 0)
    history = [np.array([float(value)]) for value in (x, t_x, t)]
    found = buyer.log_likelihood(FIT.r, FIT.alpha, FIT.a, FIT.b, *history)
    assert math.exp(found[0]) == pytest.approx(whole, rel=1e-6)
    assert buyer.p_alive(FIT, *history)[0] == pytest.approx(still / whole, rel=1e-6)


@pytest.mark.parametrize(("x", "t_x", "t"), HISTORIES[1:3])
def test_expected_purchases_are_the_mean_over_customers_still_there(x, t_x, t):
    ahead = 8.0
    whole = over_all_customers(alive(x, t)) + over_all_customers(gone(x, t_x))
    ahead_of_alive = over_all_customers(
        lambda rate, leave: alive(x, t)(rate, leave) * -np.expm1(-rate * leave * ahead) / leave
    )
    history = [np.array([float(value)]) for value in (x, t_x, t)]
    found = buyer.expected_purchases(FIT, ahead, *history)[0]
    assert found == pytest.approx(ahead_of_alive / whole, rel=1e-6)


def test_a_new_customer_is_expected_to_buy_as_the_conditional_mean_at_time_zero_says():
    nothing = np.zeros(1)
    by_history = buyer.expected_purchases(FIT, 8.0, nothing, nothing, nothing)
    assert buyer.expected_repeats(FIT, np.array([8.0])) == pytest.approx(by_history)


def test_the_parameters_that_made_a_world_are_found_in_it():
    rng = np.random.default_rng(20261122)
    customers = 3_000
    rates = rng.gamma(1.2, 1 / 6.0, customers)
    leaves = rng.beta(1.5, 3.0, customers)
    t = rng.uniform(20, 40, customers)
    x, t_x = np.zeros(customers), np.zeros(customers)
    for customer in range(customers):
        moment = 0.0
        while (moment := moment + rng.exponential(1 / rates[customer])) < t[customer]:
            x[customer] += 1
            t_x[customer] = moment
            if rng.random() < leaves[customer]:
                break
    fit = buyer.fit_buying(x, t_x, t)
    assert fit.r / fit.alpha == pytest.approx(1.2 / 6.0, rel=0.1)
    assert fit.a / (fit.a + fit.b) == pytest.approx(1.5 / 4.5, rel=0.15)


def test_own_experience_counts_the_more_the_longer_it_is():
    fit = buyer.Spending(p=6.0, q=4.0, gamma=15.0, log_likelihood=math.nan)
    of_all = 6.0 * 15.0 / (4.0 - 1)  # 30
    means = buyer.expected_amount(fit, np.array([0.0, 1.0, 50.0]), np.full(3, 60.0))
    # (q - 1) / (p x + q - 1) of the mean of all and the rest of the own: 1/3 and 2/3 after one
    assert means == pytest.approx([of_all, 50.0, 30 * 3 / 303 + 60 * 300 / 303])
