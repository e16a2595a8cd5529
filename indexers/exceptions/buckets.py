"""Counts a page's exceptions by fingerprint, hour and place, in Arrow.

Keeps out: storing the counts (cluster_sums.py), which cluster they belong to (recording.py).
"""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

_NAME = 255  # longest service, environment and version name


@dataclass(frozen=True, slots=True)
class Bucket:
    """Occurrences of one fingerprint in one hour at one place."""

    fingerprint: str
    hour: datetime
    service: str
    environment: str
    version: str
    count: int
    first_seen: datetime
    last_seen: datetime
    sample_event_id: str


def buckets(exceptions: pa.Table) -> list[Bucket]:
    """Occurrences by fingerprint, hour and place, counted in Arrow; the earliest first."""
    if exceptions.num_rows == 0:
        return []
    names = {"service_name": "service", "deployment_environment_name": "environment", "service_version": "version"}
    table = exceptions.select(["fingerprint", "timestamp", "event_id", *names])
    table = table.append_column("hour", pc.floor_temporal(table["timestamp"], unit="hour"))
    keys = ["fingerprint", "hour", *names]
    counted = table.group_by(keys).aggregate(
        [("timestamp", "count"), ("timestamp", "min"), ("timestamp", "max"), ("event_id", "min")]
    )
    found: dict[tuple[Any, ...], Bucket] = {}
    for row in counted.to_pylist():
        bucket = Bucket(
            fingerprint=row["fingerprint"],
            hour=row["hour"],
            service=scrub(row["service_name"])[:_NAME],
            environment=scrub(row["deployment_environment_name"])[:_NAME],
            version=scrub(row["service_version"])[:_NAME],
            count=row["timestamp_count"],
            first_seen=row["timestamp_min"],
            last_seen=row["timestamp_max"],
            sample_event_id=row["event_id_min"],
        )
        key = (bucket.fingerprint, bucket.hour, bucket.service, bucket.environment, bucket.version)
        found[key] = _sum(found[key], bucket) if key in found else bucket
    return [found[key] for key in sorted(found, key=lambda key: (found[key].first_seen, key))]


def _sum(one: Bucket, two: Bucket) -> Bucket:
    """Names that differ only in what cannot be stored share a bucket."""
    return replace(
        one,
        count=one.count + two.count,
        first_seen=min(one.first_seen, two.first_seen),
        last_seen=max(one.last_seen, two.last_seen),
        sample_event_id=min(one.sample_event_id, two.sample_event_id),
    )


def scrub(text: str) -> str:
    """PostgreSQL stores no NUL, and UTF-8 has no surrogates."""
    return text.replace("\0", "\N{REPLACEMENT CHARACTER}").encode("utf-8", "replace").decode()
