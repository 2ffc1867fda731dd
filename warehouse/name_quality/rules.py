"""What is looked for in names, as data, each rule with its severity and its reason.

Severity 1 keeps a customer out of every outbound list until it is settled, 2 asks somebody to look,
3 was repaired or is harmless and is noted only. Patterns are RE2 and are tried on the repaired
spelling. What does not belong here: how a rule is tried.
"""

from dataclasses import dataclass

from warehouse.name_quality.surnames import COMPOUND, SINGLE
from warehouse.text import HAN

BLOCKS, LOOK, NOTED = 1, 2, 3
ANY, PERSON, ORGANISATION = "any", "person", "organisation"


@dataclass(frozen=True)
class Rule:
    """One thing that may be wrong."""

    code: str
    severity_level: int
    reason: str
    subject: str = ANY
    pattern: str = ""
    """What a wrong name matches; empty for rules that compare."""
    unless: str = ""
    """What excuses it."""
    sex_code: str = ""
    """Wrong only for people of this sex."""


MALE_TITLES = ("先生", "男士", "公子")
FEMALE_TITLES = ("女士", "小姐", "太太", "夫人")
TITLES = (*MALE_TITLES, *FEMALE_TITLES, "老师", "经理", "同志")
_TITLES = "|".join(TITLES)
TITLE_PATTERN = rf"(?i)(?:{_TITLES})$|^(?:mr|mrs|ms|miss)\b\.? *"
COMPANY_WORDS = (
    *("公司", "集团", "商行", "商贸", "工作室", "事务所", "合作社", "经营部", "厂", "中心", "学校"),
    *("银行", "医院", "委员会", "管理处", "图书馆", "监测站", "养护所", "政府", "协会", "基金会"),
    *("酒店", "超市", "门市部", "分行", "支行", "大学", "学院", "幼儿园", "研究院", "局"),
)
_COMPANY = "|".join(COMPANY_WORDS)
_SURNAME = f"(?:{'|'.join(COMPOUND)}|[{SINGLE}])"

SPELLING = (
    Rule("replacement_character", BLOCKS, "a character was lost in a conversion",
         pattern=r"[\x{fffd}\x{25a1}\x{25a0}\x{e000}-\x{f8ff}]"),
    Rule("mojibake", BLOCKS, "bytes of one encoding were read as another",
         pattern=r"锟斤拷|锟斤|烫烫烫|屯屯屯|[ÃÂÐÑ][\x{80}-\x{bf}]|â€"),
    Rule("lost_character", BLOCKS, "a question mark or asterisk stands for a character",
         subject=PERSON, pattern=r"[?*]"),
    Rule("digit_in_name", BLOCKS, "no person's name has a digit",
         subject=PERSON, pattern=r"\p{N}", unless=rf"{_COMPANY}"),
    Rule("latin_in_han_name", BLOCKS, "a letter among characters is a slip of the keyboard",
         subject=PERSON, pattern=rf"[{HAN}].*\p{{Latin}}|\p{{Latin}}.*[{HAN}]"),
    Rule("symbol_in_name", BLOCKS, "punctuation other than a name may hold",
         subject=PERSON, pattern=r"[^\p{L}\p{M}\p{N}\p{Co}·•‧・\-.'’ ()?*\x{fffd}]"),
    Rule("brackets_in_name", LOOK, "a remark somebody put behind the name",
         subject=PERSON, pattern=r"[()]"),
    Rule("control_character", BLOCKS, "an organisation's name holds something unprintable",
         subject=ORGANISATION, pattern=r"[\p{Cc}<>{}\\^|~`]"),
    Rule("one_character", BLOCKS, "less than a name", pattern=r"^.$"),
    Rule("placeholder", BLOCKS, "stands for a name nobody knew",
         pattern=r"(?i)^(?:未知|不详|无名氏?|匿名|测试|客户|用户|无|暂无|n/?a|null|none|unknown|test)$"),
    Rule("long_name", LOOK, "more characters than a person's name has",
         subject=PERSON, pattern=rf"^[{HAN}]{{5,}}$", unless=rf"{_TITLES}|{_COMPANY}"),
    Rule("company_word", BLOCKS, "an organisation is recorded as a person",
         subject=PERSON, pattern=rf"^[{HAN}()\p{{L}}\p{{N}}]*(?:公司|集团|事务所|合作社|委员会)$"),
    Rule("company_word_possible", LOOK, "an organisation may be recorded as a person",
         subject=PERSON, pattern=rf"(?:{_COMPANY})$",
         unless=r"(?:公司|集团|事务所|合作社|委员会)$|^.{1,3}$"),
    Rule("person_as_organisation", LOOK, "a person may be recorded as an organisation",
         subject=ORGANISATION, pattern=rf"^{_SURNAME}[{HAN}]{{1,2}}$", unless=_COMPANY),
    Rule("surname_unknown", LOOK, "rare surnames exist: somebody should look, nobody is blocked",
         subject=PERSON, pattern=rf"^[{HAN}]{{2,4}}$", unless=rf"^{_SURNAME}|{_SURNAME}$"),
    Rule("surname_last", LOOK, "given name first, or a rare surname",
         subject=PERSON, pattern=rf"^[{HAN}]{{1,3}}{_SURNAME}$", unless=rf"^{_SURNAME}|{_TITLES}"),
    Rule("title_in_name", LOOK, "a title would be spoken twice", subject=PERSON,
         pattern=TITLE_PATTERN),
    Rule("male_title_of_woman", BLOCKS, "title and sex contradict", subject=PERSON,
         pattern=rf"(?i)(?:{'|'.join(MALE_TITLES)})$|^mr\b", sex_code="F"),
    Rule("female_title_of_man", BLOCKS, "title and sex contradict", subject=PERSON,
         pattern=rf"(?i)(?:{'|'.join(FEMALE_TITLES)})$|^(?:mrs|ms|miss)\b", sex_code="M"),
)  # fmt: skip
"""A name by itself, and its title against the sex on record."""

REPAIRED = Rule("text_repaired", NOTED, "conversion debris, width, unseen characters, spaces")
WRITTEN_OTHERWISE = Rule("written_otherwise", NOTED, "one name in two scripts, cases or spacings")

ORDER = Rule("order_differs", BLOCKS, "the systems put the name's parts in different order")
SOUND = Rule("homophone", BLOCKS, "the systems write characters that sound alike")
SHAPE = Rule("glyph_variant", BLOCKS, "the systems write characters that look alike")
SLIP = Rule("misspelling", BLOCKS, "the systems differ by one slip of the pen")
OTHER = Rule("other_name", BLOCKS, "the systems know one person by different names", PERSON)
OTHER_HOLDER = Rule("other_holder", LOOK, "an account in another name than the organisation's",
                    ORGANISATION)  # fmt: skip
DISAGREEMENT = (ORDER, SOUND, SHAPE, SLIP, OTHER, OTHER_HOLDER)
"""The names of one customer in several records."""

ID_BIRTH = Rule("id_birth_date", BLOCKS, "identity number and birth date contradict", PERSON)
ID_SEX = Rule("id_sex", BLOCKS, "identity number and sex contradict", PERSON)
ID_CHECK = Rule("id_check_digit", LOOK, "the identity number's or credit code's check digit fails")
ID_NUMBERS = (ID_BIRTH, ID_SEX, ID_CHECK)
"""The identity number against the record it stands in: one of them is another person's."""

RULES = {
    rule.code: rule for rule in (*SPELLING, REPAIRED, WRITTEN_OTHERWISE, *DISAGREEMENT, *ID_NUMBERS)
}
