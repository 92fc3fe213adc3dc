from kaichuang.files.models.attachment import Attachment
from kaichuang.files.models.content import Content
from kaichuang.files.models.document import Document

__all__ = ["Attachment", "Content", "Document"]
