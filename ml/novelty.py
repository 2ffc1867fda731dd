"""Refuses a behaviour score to a product whose users have not yet foretold better than its needs.

Who may be scored by behaviour is decided where the match is (`int_product_handover`), once for
both. What does not belong here: the base rate, which says nothing of anybody's behaviour.
"""

from ml import features
from ml.declaration import PropensityModel
from warehouse.errors import RapportError
from warehouse.settings import Settings


def refusal(settings: Settings, model: PropensityModel) -> RapportError | None:
    """Return RP-4014 naming the products, if the offer is of any that is still on trial.

    A family is on trial when all its products are: one new fibre line changes little of who takes
    fibre when asked.
    """
    if model.method != "behaviour":
        return None
    with features.connect(settings) as con:
        products = con.sql(
            """
            with product as (
                select
                    product_id,
                    family_code,
                    is_new and handed_over_date is null as is_on_trial
                from analysis.int_product_method
            )
            select product_id from product
            where is_on_trial and product_id in (select unnest($products::varchar[]))
            union
            select product_id from product
            where family_code in (select unnest($families::varchar[]))
            qualify bool_and(is_on_trial) over (partition by family_code)
            order by product_id
            """,
            params={"products": list(model.products), "families": list(model.families)},
        ).fetchall()
    if not products:
        return None
    return RapportError(
        "RP-4014", offer=model.offer, products=",".join(code for (code,) in products)
    )
