"""How often customers without a contract will buy again, and whether they are still there.

The BG/NBD model of Fader, Hardie and Lee (2005), "Counting Your Customers" the Easy Way, Marketing
Science 24, 275-284 (equations are theirs): while alive, a customer buys at a Poisson rate that is
gamma distributed over customers (r, alpha), and leaves after any purchase with a probability that
is beta distributed (a, b). Per customer it needs the repeat purchases x, the time t_x from the
first to the last of them, and the time T since the first purchase, all in one unit.
The gamma-gamma model of Fader and Hardie (2013), The Gamma-Gamma Model of Monetary Value, gives the
mean spend of a purchase. What does not belong here: reading purchases, contracts, churn models.
"""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

Numbers = np.ndarray
LARGEST = 1e5
"""No parameter is larger; amounts and times come in units far below it."""
SUREST = 100.0
"""Of a and b: above it all leave with nearly the same chance, which purchases cannot tell from
quite the same, and the search would walk on for ever; CDNOW has .8 and 2.4."""


@dataclass(frozen=True)
class Buying:
    """Parameters of BG/NBD and how well they fit."""

    r: float
    alpha: float
    a: float
    b: float
    log_likelihood: float


@dataclass(frozen=True)
class Spending:
    """Parameters of gamma-gamma and how well they fit."""

    p: float
    q: float
    gamma: float
    log_likelihood: float


def fit_buying(x: Numbers, t_x: Numbers, t: Numbers) -> Buying:
    """Return the maximum likelihood estimate over all customers; equal histories are added once.

    Raises:
        ArithmeticError: There is none.
    """
    histories, customers = np.unique(np.column_stack([x, t_x, t]), axis=0, return_counts=True)

    def likelihood(parameters: Numbers) -> float:
        return float(np.sum(customers * log_likelihood(*parameters, *histories.T)))

    start = np.array([1.0, max(float(np.mean(t)), 1.0), 1.0, 1.0])
    largest = np.array([LARGEST, LARGEST, SUREST, SUREST])
    return Buying(*_maximum(likelihood, start, largest, len(x)))


def log_likelihood(
    r: float, alpha: float, a: float, b: float, x: Numbers, t_x: Numbers, t: Numbers
) -> Numbers:
    """Return the log-likelihood of every customer, equation (6) in logarithms."""
    from scipy.special import betaln, gammaln

    rate = gammaln(r + x) - gammaln(r) + r * np.log(alpha)
    alive = betaln(a, b + x) - betaln(a, b) - (r + x) * np.log(alpha + t)
    gone = betaln(a + 1, b + np.maximum(x, 1) - 1) - betaln(a, b) - (r + x) * np.log(alpha + t_x)
    return rate + np.where(x > 0, np.logaddexp(alive, gone), alive)


def p_alive(fit: Buying, x: Numbers, t_x: Numbers, t: Numbers) -> Numbers:
    """Return how likely each customer is still there at T; 1 without a repeat purchase.

    Fader, Hardie and Lee (2008), Computing P(alive) Using the BG/NBD Model, equation (1).
    """
    odds = np.where(x > 0, fit.a / (fit.b + np.maximum(x, 1) - 1), 0.0)
    return 1 / (1 + odds * ((fit.alpha + t) / (fit.alpha + t_x)) ** (fit.r + x))


def expected_purchases(fit: Buying, ahead: float, x: Numbers, t_x: Numbers, t: Numbers) -> Numbers:
    """Return the purchases each customer is expected to make in the time `ahead`, equation (10)."""
    from scipy.special import hyp2f1

    a, b, r, alpha = fit.a, fit.b, fit.r, fit.alpha
    still = hyp2f1(r + x, b + x, a + b + x - 1, ahead / (alpha + t + ahead))
    gone = 1 - ((alpha + t) / (alpha + t + ahead)) ** (r + x) * still
    return (a + b + x - 1) / (a - 1) * gone * p_alive(fit, x, t_x, t)


def expected_repeats(fit: Buying, t: Numbers) -> Numbers:
    """Return the repeat purchases of a new customer in the time t, equation (9)."""
    from scipy.special import hyp2f1

    a, b, r, alpha = fit.a, fit.b, fit.r, fit.alpha
    left = (alpha / (alpha + t)) ** r * hyp2f1(r, b, a + b - 1, t / (alpha + t))
    return (a + b - 1) / (a - 1) * (1 - left)


def fit_spending(x: Numbers, mean_amount: Numbers) -> Spending:
    """Return the estimate for customers with x >= 1 repeat purchases of a mean amount.

    Fader and Hardie (2013), equation (1a).

    Raises:
        ArithmeticError: There is none.
    """
    from scipy.special import gammaln

    def likelihood(parameters: Numbers) -> float:
        p, q, gamma = parameters
        return float(
            np.sum(
                gammaln(p * x + q)
                - gammaln(p * x)
                - gammaln(q)
                + q * np.log(gamma)
                + (p * x - 1) * np.log(mean_amount)
                + p * x * np.log(x)
                - (p * x + q) * np.log(gamma + mean_amount * x)
            )
        )

    start = np.array([1.0, 2.0, max(float(np.mean(mean_amount)), 1.0)])
    return Spending(*_maximum(likelihood, start, np.full(3, LARGEST), len(x)))


def expected_amount(fit: Spending, x: Numbers, mean_amount: Numbers) -> Numbers:
    """Return the mean spend of a purchase, own experience drawn to that of all; equation (5).

    With x = 0 it is the mean of all customers, p gamma / (q - 1).
    """
    return fit.p * (fit.gamma + x * mean_amount) / (fit.p * x + fit.q - 1)


def _maximum(
    likelihood: Callable[[Numbers], float], start: Numbers, largest: Numbers, customers: int
) -> tuple[float, ...]:
    """Positive parameters that maximise, searched in logarithms, and the maximum."""
    from scipy.optimize import minimize

    found = minimize(
        lambda logs: -likelihood(np.exp(logs)) / customers,
        np.log(start),
        method="L-BFGS-B",
        bounds=[(-np.log(LARGEST), high) for high in np.log(largest)],
        options={"maxiter": 500, "ftol": 1e-12, "gtol": 1e-7},
    )
    if not found.success:
        raise ArithmeticError("the likelihood has no maximum that could be found")
    return (*(float(value) for value in np.exp(found.x)), -float(found.fun) * customers)
