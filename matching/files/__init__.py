"""Participants, companies and offers in files (contract 5.1): reading, and the empty sheets."""

from matching.files.contents import FileContents, Rejected, RowError
from matching.files.records import read_files
from matching.files.rejected import write_rejected
from matching.files.template import write_template

__all__ = [
    "FileContents",
    "Rejected",
    "RowError",
    "read_files",
    "write_rejected",
    "write_template",
]
