"""Bytes → a new file; never over one that is there."""

import io
from contextlib import suppress
from pathlib import Path
from uuid import uuid4

from openpyxl import Workbook

from matching.errors import FileError
from matching.files.contents import printable_name
from matching.messages import say


def write_new(path: Path, content: bytes) -> None:
    """Write, whole or not at all, a file that is not there yet (it may be filled in by hand).

    Raises:
        FileError: If it is there, or cannot be written.
    """
    part = path.with_name(f".{uuid4().hex}.part")
    try:
        part.write_bytes(content)
        path.open("xb").close()  # takes the name only if it is free
        part.replace(path)
    except FileExistsError:
        raise FileError(say("files.write.exists", file=printable_name(path))) from None
    except OSError:
        raise FileError(say("files.write.failed", file=printable_name(path))) from None
    finally:
        with suppress(OSError):
            part.unlink(missing_ok=True)


def saved(book: Workbook) -> bytes:
    """The bytes of a workbook."""
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
