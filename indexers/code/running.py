"""Fills in which version was running, for rows that do not say it themselves, from the recorded releases.

Owns: that look-up, by columns. Keeps out: how releases are recorded (releases.py).
"""

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from indexers.code.releases import ReleaseStore

_PLACE = ("service_name", "deployment_environment_name")


def with_versions(rows: pa.Table, releases: ReleaseStore) -> pa.Table:
    """`rows` (with service, environment, version, revision and timestamp) with the version and revision of the
    release that was running then, where a row names neither. Releases that began later change nothing."""
    missing = pc.and_(pc.equal(rows["service_version"], ""), pc.equal(rows["vcs_ref_head_revision"], ""))
    if not pc.any(missing).as_py():
        return rows
    unknown = np.flatnonzero(missing.to_numpy())
    columns = {
        name: np.array(rows[name].to_pylist(), dtype=object) for name in ("service_version", "vcs_ref_head_revision")
    }
    times = rows["timestamp"].cast(pa.int64()).to_numpy()[unknown]
    places = rows.select(_PLACE).take(pa.array(unknown)).to_pylist()
    keys = np.array([row["service_name"] + "\0" + row["deployment_environment_name"] for row in places], dtype=object)
    for key in set(keys.tolist()):
        history = releases.history(*key.split("\0"))
        if not history:
            continue
        starts = pa.array([release.started_at for release in history], rows.schema.field("timestamp").type)
        here = keys == key
        place = np.searchsorted(starts.cast(pa.int64()).to_numpy(), times[here], side="right") - 1
        for row, number in zip(unknown[here][place >= 0], place[place >= 0], strict=True):
            columns["service_version"][row] = history[number].version
            columns["vcs_ref_head_revision"][row] = history[number].commit
    for name, values in columns.items():
        field = rows.schema.get_field_index(name)
        rows = rows.set_column(field, rows.schema.field(name), pa.array(values, pa.string()))
    return rows
