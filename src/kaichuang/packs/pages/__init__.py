"""One page for each measure that anybody can read, made from the rule itself so that text and rule cannot drift."""

from .content import Page, Section, page
from .render import html, index_html, index_markdown, markdown

__all__ = ["Page", "Section", "html", "index_html", "index_markdown", "markdown", "page"]
