"""What identity stands on, as data: which columns play which part, which evidence joins records.

A source with people in it adds an `Entity`, a new kind of evidence a `Rule`, each with its reason.
What does not belong here: how records are read or components found, values.
"""

from dataclasses import dataclass

HUB_LIMIT = 20
"""A token that more records share identifies nobody (branch phone, placeholder id)."""


@dataclass(frozen=True)
class Entity:
    """Which columns of a source table play which part in identity; empty where it has none."""

    rank: int
    source: str
    table: str
    entity: str
    source_id: str
    born: str
    id_number: str
    phone: str
    name: str
    address: str = ""
    email: str = ""
    party_type_code: str = ""
    birth_date: str = ""
    sex_code: str = ""
    link: str = ""
    """Column that holds the id of a record of the entity ranked first."""


DIRECT = ("id_number", "phone", "name", "address", "email")
"""Parts whose value and token lie in the vault."""
QUASI = {"party_type_code": "varchar", "birth_date": "date", "sex_code": "varchar"}
"""Parts that lie in the lake, with their types."""


@dataclass(frozen=True)
class Rule:
    """Evidence that two records are one customer; `tokens` must all be equal and present."""

    code: str
    confidence: float
    tokens: tuple[str, ...]
    reason: str


ENTITIES = (
    Entity(
        rank=1,
        source="crm",
        table="customers",
        entity="customer",
        source_id="customer_id",
        born="registered_at",
        id_number="id_number",
        phone="phone",
        name="customer_name",
        address="address",
        email="email",
        party_type_code="party_type_code",
        birth_date="birth_date",
        sex_code="sex_code",
    ),
    Entity(
        rank=2,
        source="boss",
        table="accounts",
        entity="account",
        source_id="account_id",
        born="opened_date",
        id_number="holder_id_number",
        phone="contact_phone",
        name="holder_name",
        link="crm_customer_id",
    ),
)

LINK = Rule("account_link", 1.0, (), "BOSS names the CRM customer the account belongs to")
ATTACHED = Rule("first_login", 0.9, (), "the account this visitor first logged in to")
ALONE = Rule("own_record", 1.0, (), "no other record shares strong evidence")
RULES = (
    Rule("id_number", 0.999, ("id_number",), "an identity document belongs to one person or body"),
    Rule("phone_and_name", 0.98, ("phone", "name"), "families share a phone, hardly ever a name"),
)
