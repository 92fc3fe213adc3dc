from kaichuang.files.checks.check import check_file, check_size
from kaichuang.files.checks.types import FILE_TYPES, FileType, accepted_extensions

__all__ = ["FILE_TYPES", "FileType", "accepted_extensions", "check_file", "check_size"]
