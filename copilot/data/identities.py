"""Who customers are: read from the private identities of a workspace, for files the user asks for."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pandas as pd

from copilot.data.engine import connect, read
from copilot.data.tables import IDENTITY_COLUMNS


def identities_of(home: Path, places: Iterable[str], customer_keys: Iterable[str]) -> pd.DataFrame:
    """One row a customer: the first value that is there, looking through `places` (of uploads) in their order."""
    wanted = list(dict.fromkeys(customer_keys))
    files = [path for place in places if (path := home / "private" / "identities" / f"{place}.parquet").exists()]
    if not files or not wanted:
        return pd.DataFrame({column: pd.Series(dtype="str") for column in IDENTITY_COLUMNS})
    engine = connect(home)
    try:
        people = read(engine, files)
        found = people.filter(people.customer_key.isin(wanted)).to_pandas()
    finally:
        engine.disconnect()
    rank = {path.stem.partition("~")[0]: position for position, path in enumerate(files)}
    found = found.sort_values("upload_id", key=lambda ids: ids.map(rank), kind="stable")
    return found.groupby("customer_key", sort=False, as_index=False).first()[list(IDENTITY_COLUMNS)]
