"""Reshapes the public IBM telco churn data into CRM and BOSS exports of our contract.

The CRM side comes from the extended workbook, the BOSS side from the plain CSV; nothing but the
customer number joins them. `Churn Score`, `Churn Reason` and `CLTV` are left out: they know the
outcome. What does not belong here: anything the pipeline should do itself.
"""

import hashlib
import json
from datetime import date
from pathlib import Path

import pandas as pd

SNAPSHOT = date(2026, 9, 30)
"""The data describe customers on one day; the tenure counts back from it."""
OUTCOME = date(2026, 10, 31)
"""Who churned is delivered a month later, as BOSS would."""
CHURNED_ON = date(2026, 10, 15)

PAYMENT_METHODS = {
    "Electronic check": "e_check",
    "Mailed check": "mailed_check",
    "Bank transfer (automatic)": "auto_bank",
    "Credit card (automatic)": "auto_card",
}
CONTRACT_MONTHS = {"Month-to-month": 1, "One year": 12, "Two year": 24}
FAMILIES = {
    "PhoneService": "voice",
    "MultipleLines": "multi_line",
    "OnlineSecurity": "security",
    "OnlineBackup": "cloud_backup",
    "DeviceProtection": "device_protection",
    "TechSupport": "support",
    "StreamingTV": "tv",
    "StreamingMovies": "video",
}
INTERNET = {"DSL": "broadband", "Fiber optic": "fibre"}


def read(data: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The two public files as text: (plain CSV, extended workbook)."""
    plain = pd.read_csv(data / "telco_ibm" / "Telco-Customer-Churn.csv", dtype=str)
    extended = pd.read_excel(
        data / "telco_ibm_extended" / "Telco_customer_churn.xlsx", dtype=str, keep_default_na=False
    )
    return plain, extended


def write_exports(plain: pd.DataFrame, extended: pd.DataFrame, landing: Path) -> None:
    """Drop the exports of two deliveries into a landing folder."""
    _crm(landing, "customers", SNAPSHOT, customers(extended))
    _crm(landing, "products", SNAPSHOT, products())
    _boss(landing, "accounts", SNAPSHOT, accounts(plain))
    subscribed = subscriptions(plain)
    _boss(landing, "subscriptions", SNAPSHOT, subscribed)
    _boss(landing, "bills", SNAPSHOT, bills(plain))
    churned = set("A-" + plain.loc[plain["Churn"] == "Yes", "customerID"])
    ended = subscribed[subscribed["account_id"].isin(churned)].assign(
        ended_date=CHURNED_ON, status_code="ended"
    )
    _crm(landing, "products", OUTCOME, products())
    _boss(landing, "subscriptions", OUTCOME, ended)


def customers(extended: pd.DataFrame) -> pd.DataFrame:
    """CRM customers; of the age only the senior flag is known, so others have no birth date."""
    return pd.DataFrame(
        {
            "customer_id": extended["CustomerID"],
            "party_type_code": "C",
            "customer_name": "",
            "id_number": "",
            "phone": "",
            "email": "",
            "address": "",
            "birth_date": extended["Senior Citizen"].map({"Yes": "1950-01-01", "No": ""}),
            "sex_code": extended["Gender"].map({"Male": "M", "Female": "F"}),
            "occupation_code": "",
            "marital_code": extended["Partner"].map({"Yes": "married", "No": "single"}),
            "dependents_count": extended["Dependents"].map({"Yes": "1", "No": "0"}),
            "region_code": "",
            "industry_code": "",
            "registered_at": _months_before(extended["Tenure Months"]).dt.strftime(
                "%Y/%m/%d 00:00:00"
            ),
            "status_code": "active",
        }
    )


def products() -> pd.DataFrame:
    """A catalogue of one product per family."""
    families = sorted({*FAMILIES.values(), *INTERNET.values()})
    return pd.DataFrame(
        {
            "product_id": [f"P-{family}" for family in families],
            "product_name": families,
            "family_code": families,
            "monthly_fee_yuan": "",
            "monthly_cost_yuan": "",
            "complexity_level": "",
            "launched_date": "2015-01-01",
            "retired_date": "",
        }
    )


def accounts(plain: pd.DataFrame) -> pd.DataFrame:
    """One BOSS account per customer."""
    return pd.DataFrame(
        {
            "account_id": "A-" + plain["customerID"],
            "crm_customer_id": plain["customerID"],
            "holder_name": "",
            "holder_id_number": "",
            "contact_phone": "",
            "account_type_code": "postpaid",
            "payment_method_code": plain["PaymentMethod"].map(PAYMENT_METHODS),
            "is_paperless": plain["PaperlessBilling"].map({"Yes": "true", "No": "false"}),
            "opened_date": _months_before(plain["tenure"]).dt.date,
            "closed_date": "",
            "status_code": "open",
        }
    )


def subscriptions(plain: pd.DataFrame) -> pd.DataFrame:
    """One subscription per service held; the monthly charge stands on the first of them."""
    held = plain.assign(Internet=plain["InternetService"].map(INTERNET))
    parts = [
        held.loc[held[column] == "Yes", :].assign(family=family)
        for column, family in FAMILIES.items()
    ]
    parts.append(held[held["Internet"].notna()].assign(family=held["Internet"].dropna()))
    long = pd.concat(parts).sort_values(["customerID", "family"], kind="stable")
    first = ~long.duplicated("customerID")
    return pd.DataFrame(
        {
            "subscription_id": "S-" + long["customerID"] + "-" + long["family"],
            "account_id": "A-" + long["customerID"],
            "product_id": "P-" + long["family"],
            "service_number": "",
            "contract_months": long["Contract"].map(CONTRACT_MONTHS),
            "monthly_fee_yuan": long["MonthlyCharges"].where(first, "0"),
            "started_date": _months_before(long["tenure"]).dt.date,
            "ended_date": "",
            "status_code": "active",
        }
    )


def bills(plain: pd.DataFrame) -> pd.DataFrame:
    """This month's charge and the total so far; a blank total stays blank."""
    lines = pd.concat(
        [
            plain.assign(item="monthly_fee", amount=plain["MonthlyCharges"]),
            plain.assign(item="lifetime", amount=plain["TotalCharges"].str.strip()),
        ]
    )
    return pd.DataFrame(
        {
            "bill_line_id": "L-" + lines["customerID"] + "-" + lines["item"],
            "bill_id": "B-" + lines["customerID"],
            "account_id": "A-" + lines["customerID"],
            "subscription_id": "",
            "item_code": lines["item"],
            "amount_yuan": lines["amount"],
            "billed_date": SNAPSHOT,
            "due_date": "",
        }
    )


def _months_before(months: pd.Series) -> pd.Series:
    periods = pd.Period(SNAPSHOT, freq="M") - months.astype(int)
    return pd.Series(
        [period.to_timestamp(how="end").normalize() for period in periods], index=months.index
    )


def _crm(landing: Path, table: str, day: date, frame: pd.DataFrame) -> None:
    _write(frame, landing / "crm" / table / f"{table}_{day:%Y%m%d}.csv", "gb18030")


def _boss(landing: Path, table: str, day: date, frame: pd.DataFrame) -> None:
    path = landing / "boss" / table / f"{table}_{day:%Y%m%d}.csv"
    _write(frame, path, "utf-8")
    manifest = {"rows": len(frame), "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    path.with_name(path.name + ".ok").write_text(json.dumps(manifest))


def _write(frame: pd.DataFrame, path: Path, encoding: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    frame.to_csv(path, index=False, encoding=encoding, lineterminator="\n")
