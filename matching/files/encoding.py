"""Bytes of a text file → its characters, never a wrong guess."""

import codecs

from matching.files.contents import UnreadableError
from matching.messages import say

# The longer marks come first: UTF-32's begins like UTF-16's.
_MARKS = (
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)
# What other kinds of file begin with: zip (so, xlsx), OLE (xls), PDF.
_NOT_TEXT = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"%PDF")


def decode(raw: bytes) -> str:
    """The text of a file: UTF-8, UTF-16 with its mark, or Windows-1252 as old Excel writes it.

    Raises:
        UnreadableError: If it is not text, or the encoding cannot be told.
    """
    if raw.startswith(_NOT_TEXT):
        raise UnreadableError(say("files.file.not_text"))
    for mark, encoding in _MARKS:
        if raw.startswith(mark):
            return _decode_marked(raw[len(mark) :], encoding)
    if b"\x00" in raw[:2]:
        raise UnreadableError(say("files.file.encoding"))
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError as error:
        return _decode_windows(raw, first_bad=error.start)


def _decode_marked(raw: bytes, encoding: str) -> str:
    try:
        return raw.decode(encoding)
    except UnicodeDecodeError as error:
        raise UnreadableError(say("files.file.damaged"), _line(raw, error.start)) from None


def _decode_windows(raw: bytes, *, first_bad: int) -> str:
    """Windows-1252, unless the file is UTF-8 with a few broken bytes (it would read «Ã¨»)."""
    loose = raw.decode("utf-8", errors="surrogateescape")
    broken = sum("\udc80" <= c <= "\udcff" for c in loose)
    sound = sum(not c.isascii() for c in loose) - broken
    if sound >= broken:
        raise UnreadableError(say("files.file.damaged"), _line(raw, first_bad))
    try:
        return raw.decode("cp1252")
    except UnicodeDecodeError:
        raise UnreadableError(say("files.file.encoding")) from None


def _line(raw: bytes, position: int) -> int:
    return raw.count(b"\n", 0, position) + 1
