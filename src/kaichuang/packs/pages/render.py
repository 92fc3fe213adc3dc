"""Pages as Markdown and as HTML that stands alone and prints on one sheet."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from html import escape

from .content import Page, Section
from .examples import Example

STYLE = """
body{font:16px/1.6 system-ui,"Noto Sans SC","PingFang SC",sans-serif;max-width:46rem;margin:2rem auto;padding:0 1rem;color:#1c2430}
h1{font-size:1.6rem;line-height:1.3;margin:0 0 .25rem}h2{font-size:1.1rem;margin:1.4rem 0 .3rem}
.lead{font-size:1.05rem}.source,footer{color:#566173;font-size:.9rem}ul{margin:.2rem 0;padding-left:1.3rem}
.example{border-left:3px solid #b9c4d4;padding:.1rem .9rem;margin:.8rem 0}.result{font-weight:600}
@media print{body{margin:0;font-size:11px}h1{font-size:16px}h2{font-size:12px;margin:.7rem 0 .1rem}.example{margin:.3rem 0}}
"""


def _words(language: str, zh: str, en: str) -> str:
    return zh if language == "zh" else en


def markdown(page: Page) -> str:
    """The page as Markdown."""
    lines = [f"# {page.title}", "", page.lead, "", f"*{page.source}*", ""]
    for section in page.sections:
        lines += [f"## {section.heading}", "", *_items(section), ""]
    if page.examples:
        lines += [f"## {_words(page.language, '例子', 'Examples')}", ""]
        for number, example in enumerate(page.examples, 1):
            lines += [f"{number}. {_words(page.language, '；', '; ').join(example.given)}"]
            lines += [f"   - {step}" for step in example.steps]
            lines += [f"   - **{example.result}**", ""]
    lines += ["---", "", page.foot, ""]
    return "\n".join(lines)


def _items(section: Section) -> Iterator[str]:
    for line in section.lines:
        yield f"  {line}" if line.startswith("- ") else f"- {line}"


def html(page: Page) -> str:
    """The page as a document that needs nothing else."""
    sections = "".join(
        f"<section><h2>{escape(section.heading)}</h2>{_list(section.lines)}</section>"
        for section in page.sections
    )
    if page.examples:
        worked = "".join(_example(example, page.language) for example in page.examples)
        sections += f"<section><h2>{_words(page.language, '例子', 'Examples')}</h2>{worked}</section>"
    body = (
        f"<h1>{escape(page.title)}</h1><p class=lead>{_code(page.lead)}</p><p class=source>{escape(page.source)}</p>"
        f"{sections}<footer><p>{escape(page.foot)}</p></footer>"
    )
    return _document(page.title, page.language, body)


def _document(title: str, language: str, body: str) -> str:
    tag = _words(language, "zh-Hans", "en")
    head = '<meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1">'
    return (
        f'<!doctype html>\n<html lang="{tag}"><head>{head}<title>{escape(title)}</title>'
        f"<style>{STYLE}</style></head>\n<body>{body}</body></html>\n"
    )


def _list(lines: Iterable[str]) -> str:
    out, open_ = "<ul>", False
    for line in lines:
        inner = line.startswith("- ")
        if inner and not open_:
            out += "<ul>"
        if open_ and not inner:
            out += "</ul>"
        open_ = inner
        out += f"<li>{_code(line.removeprefix('- '))}</li>"
    return out + ("</ul></ul>" if open_ else "</ul>")


def _code(text: str) -> str:
    """Text with what stands between backquotes as code."""
    parts = escape(text).split("`")
    return "".join(f"<code>{part}</code>" if at % 2 else part for at, part in enumerate(parts))


def _example(example: Example, language: str) -> str:
    given = escape(_words(language, "；", "; ").join(example.given))
    steps = _list(example.steps) if example.steps else ""
    return f"<div class=example><p>{given}</p>{steps}<p class=result>{escape(example.result)}</p></div>"


def index_markdown(title: str, pages: Iterable[Page]) -> str:
    """The list of pages as Markdown."""
    return "\n".join([f"# {title}", "", *(f"- [{p.id} {p.title}]({p.id}.md): {p.lead}" for p in pages), ""])


def index_html(title: str, pages: Iterable[Page], language: str) -> str:
    """The list of pages as HTML."""
    items = "".join(
        f'<li><a href="{escape(p.id)}.html">{escape(p.id)} {escape(p.title)}</a> {_code(p.lead)}</li>'
        for p in pages
    )
    return _document(title, language, f"<h1>{escape(title)}</h1><ul>{items}</ul>")
