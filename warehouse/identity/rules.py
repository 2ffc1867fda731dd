"""What identity stands on, as data: which columns play which part, which evidence joins records.

A source with people in it adds an `Entity`, a new kind of evidence a `Rule`, a value that people
type when they have none a `Placeholder`; each with its reason. What does not belong here: how
records are read or components found, values of anyone.
"""

from dataclasses import dataclass


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


@dataclass(frozen=True)
class Rule:
    """Evidence that records are one customer; `parts` must all be equal and present.

    The surest evidence is heard first where not all of it can be right.
    """

    code: str
    confidence: float
    parts: tuple[str, ...]
    reason: str
    is_weak: bool = False
    """Whether it yields when two bodies carry different credit codes."""


LINK = "link"
"""The part that holds which record of the first entity a record names; that record names itself."""
RULES = (
    Rule("account_link", 1.0, (LINK,), "BOSS names the CRM customer the account belongs to"),
    Rule("id_number", 0.999, ("id_number",), "a document or credit code belongs to one party"),
    Rule(
        "phone_and_name",
        0.98,
        ("phone", "name"),
        "families share a phone, hardly ever a name; branches of a company share both",
        is_weak=True,
    ),
)
MERGED = Rule("merged_by_hand", 1.0, (), "a person said that two customers are one")
PINNED = Rule("pinned_by_hand", 1.0, (), "a person said whose record it is")
ATTACHED = Rule("first_login", 0.9, (), "the account this visitor first logged in to")
ALONE = Rule("own_record", 1.0, (), "no other record shares strong evidence")


@dataclass(frozen=True)
class Hub:
    """So many different names under one value, and the value identifies nobody."""

    part: str
    names: int
    reason: str


HUBS = (
    Hub("id_number", 10, "a name is spelt in a handful of ways; more names are a placeholder"),
    Hub("phone", 10, "a family has a handful of names; more are a branch, a shop or an agent"),
    Hub("address", 30, "a household has a handful of names; more are a dormitory or an office"),
    Hub("email", 10, "a family has a handful of names; more are a shared mailbox"),
)


@dataclass(frozen=True)
class Placeholder:
    """Values that are typed when there is none: a full match of the one spelling."""

    part: str
    pattern: str
    reason: str


_ONE_DIGIT = "|".join(f"{digit}{{6,}}" for digit in range(10))
PLACEHOLDERS = (
    Placeholder("phone", rf"(\+?86)?0?1?({_ONE_DIGIT})", "one digit held down"),
    Placeholder("phone", r"(\+?86)?(13800138000|1234567890?1?)", "the number everyone knows"),
    Placeholder("id_number", rf"({_ONE_DIGIT})[0-9X]?", "one digit held down"),
    Placeholder("id_number", r"123456(789[0-9X]*)?", "the row of digits on the keyboard"),
    Placeholder(
        "name", r"未知|不详|无名氏?|测试|匿名|客户|先生|女士|无|test|null|n/a|none", "no name"
    ),
)

PERSON, BODY = "person", "body"
PARTIES = {"C": PERSON, "B": BODY, "G": BODY}
"""A person and an organisation are never one customer, whatever they share."""
PARTY_OF_ID = {
    PERSON: r"[1-8][0-9]{5}(19|20)[0-9]{2}(0[1-9]|1[0-2])([0-2][0-9]|3[01])[0-9]{3}[0-9X]",
    BODY: r"[0-9A-HJ-NPQRTUWXY]{2}[0-9]{6}[0-9A-HJ-NPQRTUWXY]{10}",
}
"""What a document says of a record whose source does not say it; the first that fits counts."""

FEW_CHANGES = 100
"""So many customers may merge or part in one run without a person's word: a day's work to check."""
CHANGES_SHARE = 0.005
"""In a small installation this share of the customers, for a hundred of two thousand is much."""
ALWAYS_FEW = 10
"""And this many anywhere: a share of nearly nothing would stop a family."""
