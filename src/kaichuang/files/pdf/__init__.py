from kaichuang.files.pdf.render import render_pdf

__all__ = ["render_pdf"]
