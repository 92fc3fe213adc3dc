"""What may stand in a pack, as pydantic models; the JSON Schema for editors is made from them."""

from .file import Sections

__all__ = ["Sections"]
