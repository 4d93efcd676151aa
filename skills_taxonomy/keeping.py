"""Arrays kept in a file from one time to the next."""

from collections.abc import Mapping
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import Any

import numpy as np
from numpy.typing import NDArray


def write_whole(path: Path, arrays: Mapping[str, NDArray[Any]]) -> None:
    """Write a file; another process may be writing the same one, and the last stays."""
    path.parent.mkdir(parents=True, exist_ok=True)
    with NamedTemporaryFile(dir=path.parent, suffix=".part", delete=False) as file:
        np.savez(file, allow_pickle=False, **arrays)
    Path(file.name).replace(path)
