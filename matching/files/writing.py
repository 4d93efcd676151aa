"""Bytes → a new file; never over one that is there."""

import io
from pathlib import Path

from openpyxl import Workbook

from matching.errors import FileError
from matching.files.contents import printable_name
from matching.messages import say


def write_new(path: Path, content: bytes) -> None:
    """Write a file that is not there yet (one that is may be filled in by hand).

    Raises:
        FileError: If it is there, or cannot be written.
    """
    try:
        with path.open("xb") as file:
            file.write(content)
    except FileExistsError:
        raise FileError(say("files.write.exists", file=printable_name(path))) from None
    except OSError:
        raise FileError(say("files.write.failed", file=printable_name(path))) from None


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
