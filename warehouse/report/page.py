"""The look of the pages people open from disk: one stylesheet, tables, figures, sections.

Everything is inside the page and every text is escaped here. What does not belong here: what a page
is about.
"""

from collections.abc import Iterable, Sequence
from html import escape

STYLE = """
:root { --ink: #1b2430; --soft: #5d6b7a; --line: #dfe4ea; --paper: #fff; --tint: #f5f7f9;
  --blue: #2b5c8a; --green: #2f7d5b; --amber: #a86a12; --red: #b0323f; }
* { box-sizing: border-box; }
html { scroll-behavior: smooth; }
body { margin: 0; color: var(--ink); background: var(--paper); line-height: 1.55; font-size: 15px;
  font-family: "Inter", "Segoe UI", "Helvetica Neue", Arial, "PingFang SC", "Microsoft YaHei",
  "Noto Sans CJK SC", "Noto Sans SC", sans-serif; }
main { max-width: 1080px; margin: 0 auto; padding: 44px 28px 80px; }
header h1 { font-size: 30px; font-weight: 650; letter-spacing: -.015em; margin: 0; }
header p { color: var(--soft); margin: 6px 0 0; }
nav { margin: 18px 0 0; padding: 10px 0; border-top: 1px solid var(--line);
  border-bottom: 1px solid var(--line); display: flex; flex-wrap: wrap; gap: 4px 20px; }
nav a { color: var(--blue); text-decoration: none; font-size: 13.5px; }
nav a:hover { text-decoration: underline; }
section { margin-top: 52px; }
h2 { font-size: 20px; font-weight: 640; letter-spacing: -.01em; margin: 0 0 2px; }
h3 { font-size: 15px; font-weight: 640; margin: 26px 0 6px; }
h2 small, h3 small, figcaption small { color: var(--soft); font-weight: 400; margin-left: .5em; }
section > p { color: var(--soft); margin: 2px 0 14px; max-width: 78ch; }
table { border-collapse: collapse; width: 100%; font-size: 13.5px; margin: 8px 0; }
th { text-align: left; font-weight: 600; color: var(--soft); font-size: 12.5px;
  border-bottom: 1px solid var(--ink); padding: 5px 14px 5px 0; vertical-align: bottom; }
td { border-bottom: 1px solid var(--line); padding: 5px 14px 5px 0; vertical-align: top; }
th:last-child, td:last-child { padding-right: 0; }
.n { text-align: right; font-variant-numeric: tabular-nums; white-space: nowrap; }
.figures { display: grid; grid-template-columns: repeat(auto-fit, minmax(150px, 1fr));
  gap: 1px; margin: 18px 0; padding: 1px; }
.figures div { padding: 14px 16px; box-shadow: 0 0 0 1px var(--line); }
.figures b { display: block; font-size: 25px; font-weight: 620; letter-spacing: -.02em;
  font-variant-numeric: tabular-nums; line-height: 1.25; }
.figures span { color: var(--soft); font-size: 12.5px; line-height: 1.4; display: block; }
.green, .red, .amber { font-weight: 600; white-space: nowrap; }
.green { color: var(--green); } .red { color: var(--red); } .amber { color: var(--amber); }
.row { display: grid; grid-template-columns: repeat(auto-fit, minmax(440px, 1fr)); gap: 12px 36px; }
figure { margin: 14px 0; overflow-x: auto; } figure svg { max-width: 100%; height: auto; }
figcaption { font-size: 13.5px; font-weight: 600; margin-bottom: 4px; }
details { margin: 6px 0; } summary { cursor: pointer; color: var(--blue); font-size: 13.5px; }
code { font-family: ui-monospace, "SF Mono", Menlo, Consolas, monospace; font-size: 12.5px; }
footer { margin-top: 64px; color: var(--soft); font-size: 12.5px; }
@media print { nav { display: none; } section { break-inside: avoid; } }
"""


def page(
    title: str, subtitle: str, sections: Sequence[tuple[str, str, str]], head: str = ""
) -> str:
    """A whole page of (heading, Chinese heading, content) sections with a list of contents."""
    numbered = list(enumerate(sections, start=1))
    contents = "".join(f'<a href="#s{n}">{escape(s[0])} {escape(s[1])}</a>' for n, s in numbered)
    body = "".join(
        f'<section id="s{n}"><h2>{escape(name)}<small>{escape(zh)}</small></h2>{content}</section>'
        for n, (name, zh, content) in numbered
    )
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{escape(title)}</title><style>{STYLE}</style>{head}</head><body><main>"
        f"<header><h1>{escape(title)}</h1><p>{escape(subtitle)}</p></header>"
        f"<nav>{contents}</nav>{body}</main></body></html>\n"
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]]) -> str:
    """A table; a column of numbers stands to the right, and so does its heading."""
    rows = [list(row) for row in rows]
    numeric = [
        bool(rows) and all(row[i] is None or isinstance(row[i], int | float) for row in rows)
        for i in range(len(head))
    ]

    def cells(tag: str, values: Sequence[object]) -> str:
        return "".join(
            f'<{tag} class="n">{cell(value)}</{tag}>'
            if is_number
            else f"<{tag}>{cell(value)}</{tag}>"
            for value, is_number in zip(values, numeric, strict=True)
        )

    body = "".join(f"<tr>{cells('td', row)}</tr>" for row in rows)
    return f"<table><thead><tr>{cells('th', head)}</tr></thead><tbody>{body}</tbody></table>"


class Html(str):
    """Text that is HTML already and is not escaped again."""


class Share(float):
    """A share of one, shown as a percentage."""

    @classmethod
    def of(cls, value: float | None) -> "Share | None":
        """A share, or nothing for nothing."""
        return None if value is None else cls(value)


def cell(value: object) -> str:
    """A value as people read it: thousands grouped, nothing for nothing."""
    if value is None:
        return ""
    if isinstance(value, Html):
        return value
    if isinstance(value, Share):
        return f"{value * 100:.1f} %"
    if isinstance(value, bool):
        return "yes 是" if value else "no 否"
    if isinstance(value, int):
        return f"{value:,}"
    if isinstance(value, float):
        return f"{value:,.0f}" if abs(value) >= 1000 else f"{value:,.4g}"
    return escape(str(value))


def figures(numbers: Iterable[tuple[object, str, str]]) -> str:
    """Headline numbers with their names in two languages under them."""
    boxes = "".join(
        f"<div><b>{cell(number)}</b><span>{escape(word)}<br>{escape(zh)}</span></div>"
        for number, word, zh in numbers
    )
    return f'<div class="figures">{boxes}</div>'


def verdict(passed: bool, severity: str = "critical") -> Html:
    """Green, red, or amber for what only warns."""
    if passed:
        return Html('<span class="green">holds 通过</span>')
    if severity == "critical":
        return Html('<span class="red">fails 未通过</span>')
    return Html('<span class="amber">warns 警告</span>')


def figure(name: str, zh: str, picture: Html) -> str:
    """A picture with its names above."""
    caption = f"{escape(name)}<small>{escape(zh)}</small>"
    return f"<figure><figcaption>{caption}</figcaption>{picture}</figure>"


def paragraph(text: str) -> str:
    """A line of explanation under a heading."""
    return f"<p>{escape(text)}</p>"


def folded(summary: str, content: str) -> str:
    """Details that open on a click."""
    return f"<details><summary>{escape(summary)}</summary>{content}</details>"


NOTHING = paragraph("Nothing to show yet. 暂无数据。")
