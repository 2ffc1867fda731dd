"""Whom a contact changes: T- and X-learner on randomised trials, cross-fitted and judged.

Künzel, Sekhon, Bickel and Yu (2019), Metalearners for estimating heterogeneous treatment effects,
PNAS 116, 4156-4165. Response is not effect: who would buy anyway ranks high in one and low in the
other, so both rankings are judged on the same people against those held out at random. What does
not belong here: reading trials from a warehouse (`trial.py`), the figures (`qini.py`).
"""

from dataclasses import dataclass
from typing import Any

import numpy as np

from ml import qini
from warehouse.errors import RapportError

FOLDS = 3
RANKINGS = ("x_learner", "t_learner", "response")
"""The effect twice, and plain propensity: the chance of a response when contacted."""
SEED = 20_261_122
CONTROL_SHRINKAGE = 0.01
"""The C of the outcome models, as strict as in `estimators.py`: controls have few responses."""
EFFECT_SHRINKAGE = (1e2, 1e3, 1e4, 1e5)
"""Penalties of the effects, chosen by leaving one out: an effect is mostly noise of one person, and
with the weakest penalty alone predicted effects spread ten times as wide as measured ones."""


@dataclass(frozen=True)
class Trial:
    """People drawn at random for a contact or for none, with what was known before."""

    matrix: np.ndarray
    treated: np.ndarray
    response: np.ndarray
    customer: np.ndarray
    """Whose row it is; folds and resamples never part a customer."""
    fold: np.ndarray
    """0 to FOLDS - 1, from a digest of the customer."""
    margin: float
    """What a response brings, yuan."""
    cost: float
    """What contacting a treated customer costs, yuan."""


def cross_fitted(trial: Trial) -> dict[str, np.ndarray]:
    """Return the scores of every ranking, each row's by models that never saw its customer."""
    scores = {name: np.zeros(len(trial.treated)) for name in RANKINGS}
    for number in range(FOLDS):
        held = trial.fold == number
        found = learn(trial.matrix[~held], trial.treated[~held], trial.response[~held])
        for name, score in found.scores(trial.matrix[held]).items():
            scores[name][held] = score
    return scores


@dataclass(frozen=True)
class Learned:
    """The fitted parts: how features are scaled, the outcome per arm, the effect per arm."""

    prepare: Any
    treated_outcome: Any
    control_outcome: Any
    treated_effect: Any
    control_effect: Any
    treated_share: float

    def scores(self, matrix: np.ndarray) -> dict[str, np.ndarray]:
        """Return predicted effects and responses; the X-learner weighs by the treated share."""
        ready = self.prepare.transform(matrix)
        called, left = (
            model.predict_proba(ready)[:, 1]
            for model in (self.treated_outcome, self.control_outcome)
        )
        share = self.treated_share
        effect = share * self.control_effect.predict(ready)
        effect += (1 - share) * self.treated_effect.predict(ready)
        return {"x_learner": effect, "t_learner": called - left, "response": called}


def learn(matrix: np.ndarray, treated: np.ndarray, response: np.ndarray) -> Learned:
    """Fit the outcome of each arm, then the effect each arm's people must have had.

    What the treated gained is their outcome less that expected of them untreated; what the others
    missed is the outcome expected of them treated, less their own (equations 8 and 9).

    Raises:
        RapportError: RP-4020 when all of an arm did the same.
    """
    for arm in (True, False):
        if len(np.unique(response[treated == arm])) < 2:
            raise RapportError("RP-4020", arm="treatment" if arm else "control", outcomes=1)
    from sklearn.linear_model import LogisticRegression, RidgeCV
    from threadpoolctl import threadpool_limits

    from ml import estimators

    with threadpool_limits(estimators.THREADS):
        prepare = _scaling().fit(matrix)
        ready = prepare.transform(matrix)
        arms = {True: ready[treated], False: ready[~treated]}
        outcome = {
            arm: LogisticRegression(C=CONTROL_SHRINKAGE, max_iter=500).fit(
                arms[arm], response[treated == arm]
            )
            for arm in arms
        }
        gained = response[treated] - outcome[False].predict_proba(arms[True])[:, 1]
        missed = outcome[True].predict_proba(arms[False])[:, 1] - response[~treated]
        effects = [
            RidgeCV(EFFECT_SHRINKAGE).fit(arms[arm], target)
            for arm, target in ((True, gained), (False, missed))
        ]
    return Learned(prepare, outcome[True], outcome[False], *effects, float(treated.mean()))


def _scaling() -> Any:
    """How the linear candidate of `estimators.py` meets its features: heavy tails bent, gaps 0."""
    from sklearn.impute import SimpleImputer
    from sklearn.pipeline import make_pipeline
    from sklearn.preprocessing import FunctionTransformer, RobustScaler, StandardScaler

    return make_pipeline(
        RobustScaler(),
        FunctionTransformer(np.arcsinh),
        SimpleImputer(strategy="constant", fill_value=0.0, add_indicator=True),
        StandardScaler(),
    )


def judge(trial: Trial, scores: dict[str, np.ndarray]) -> dict[str, Any]:
    """Return the overall effect, and per ranking its Qini coefficient, tenths and money.

    Every interval comes from the same resamples of customers, so that differences are paired.
    """
    treated, response = trial.treated, trial.response
    weights = qini.resamples(trial.customer, SEED)
    standing = {name: _standing(score, trial.fold) for name, score in scores.items()}
    ranked = {name: qini.Ranked(treated, response, score) for name, score in standing.items()}
    value = {name: order.coefficient() for name, order in ranked.items()}
    drawn = {
        name: np.array([order.coefficient(weight) for weight in weights])
        for name, order in ranked.items()
    }
    counts = [part.sum() for part in (treated & response, treated, ~treated & response, ~treated)]
    return {
        "effect": qini.difference(*(int(count) for count in counts)),
        "rankings": {
            name: {
                "qini": qini.interval(value[name], drawn[name]),
                "qini_over_response": qini.interval(
                    value[name] - value["response"], drawn[name] - drawn["response"]
                ),
                "deciles": _with_money(
                    trial,
                    ranked[name],
                    qini.by_decile(treated, response, standing[name], score),
                    weights,
                ),
            }
            for name, score in scores.items()
        },
    }


def _standing(score: np.ndarray, fold: np.ndarray) -> np.ndarray:
    """Return where each row stands in its own fold, 0 to 1, equal scores alike.

    Folds are scored by different models: where chance made the effect of a fold small, the others
    predict a large one for it, and a ranking across folds would come out worse than random.
    """
    from scipy.stats import rankdata

    standing = np.zeros(len(score))
    for number in np.unique(fold):
        inside = fold == number
        standing[inside] = rankdata(score[inside]) / inside.sum()
    return standing


def _with_money(
    trial: Trial, ranked: qini.Ranked, deciles: list[dict[str, Any]], weights: np.ndarray
) -> list[dict[str, Any]]:
    """Add what contacting the best tenths up to each would earn per customer of the audience.

    The gain of the Qini curve at that depth times the margin, less the contacts' cost.
    """
    depths = np.array([row["decile"] / 10 for row in deciles])

    def earned(weight: np.ndarray | None = None) -> np.ndarray:
        share, gain = ranked.curve(weight)
        return np.interp(depths, share, gain) * trial.margin - depths * trial.cost

    drawn = np.array([earned(weight) for weight in weights])
    for place, (row, value) in enumerate(zip(deciles, earned(), strict=True)):
        found = qini.interval(float(value), drawn[:, place])
        row["list_margin_itt_yuan"] = found.value
        row["list_margin_itt_ci_low_yuan"] = found.low
        row["list_margin_itt_ci_high_yuan"] = found.high
    return deciles
