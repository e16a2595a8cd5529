"""DuckDB as the lake's engine: one instance a process, one cursor a call, nothing but the lake's folder in reach.

Owns: limits of memory and threads, settings, translation of DuckDB's errors. Keeps out: which files are live.
"""

import os
import threading
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pyarrow as pa

from connectors.errors import ConfigurationError, StopError, UnavailableError

if TYPE_CHECKING:
    import duckdb

MEBIBYTE = 1 << 20
LEAST_MEMORY = 512 * MEBIBYTE
MOST_MEMORY = 2048 * MEBIBYTE
MOST_THREADS = 4  # several processes share the machine; more threads gain little on a scan of a few files
CGROUP_LIMIT = Path("/sys/fs/cgroup/memory.max")

# v2's delta encodings make files a sixth smaller and scans a fifth faster than v1; small row groups let the
# minimum and maximum of `timestamp` and `page_id` skip most of a file.
PARQUET = "FORMAT parquet, COMPRESSION zstd, PARQUET_VERSION v2, ROW_GROUP_SIZE 61440, USE_TMP_FILE false"


class Engine:
    """Runs SQL over Parquet files below `root`; safe to share between threads, not across a fork."""

    def __init__(self, root: Path) -> None:
        self._root = root
        self._lock = threading.Lock()
        self._instance: duckdb.DuckDBPyConnection | None = None

    def query(self, sql: str, parameters: Sequence[Any]) -> pa.Table:
        """The result of `sql` as an Arrow table."""
        with self._cursor() as cursor:
            return cursor.sql(sql, params=list(parameters)).to_arrow_table()

    def copy(self, select: str, parameters: Sequence[Any], to: Path, views: Mapping[str, pa.Table]) -> int:
        """Write the result of `select` to one Parquet file; returns the number of rows.

        `views` are Arrow tables that `select` names.
        """
        with self._cursor() as cursor:
            for name, table in views.items():
                cursor.register(name, table)
            target = str(to).replace("'", "''")
            counted = cursor.execute(f"COPY ({select}) TO '{target}' ({PARQUET})", list(parameters)).fetchone()
            return int(counted[0]) if counted else 0

    def close(self) -> None:
        """Release memory, threads and open files."""
        with self._lock:
            if self._instance is not None:
                self._instance.close()
            self._instance = None

    @contextmanager
    def _cursor(self) -> "Iterator[duckdb.DuckDBPyConnection]":
        import duckdb

        cursor = self._open().cursor()
        try:
            yield cursor
        except duckdb.OutOfMemoryException as error:
            raise ConfigurationError(
                f"the query needs more memory or temporary disk than the lake may use: {error}; ask for a shorter "
                "time window or fewer rows."
            ) from error
        except duckdb.InvalidInputException as error:
            raise StopError(f"a segment of the lake in {self._root} cannot be read: {error}.") from error
        except duckdb.IOException as error:
            raise UnavailableError(f"the lake in {self._root} cannot be read or written: {error}.") from error
        finally:
            cursor.close()

    def _open(self) -> "duckdb.DuckDBPyConnection":
        with self._lock:
            if self._instance is None:
                self._instance = _connect(self._root)
            return self._instance


def _connect(root: Path) -> "duckdb.DuckDBPyConnection":
    import duckdb

    instance = duckdb.connect(
        ":memory:",
        config={
            "threads": min(MOST_THREADS, os.cpu_count() or 1),
            "memory_limit": f"{_memory_limit() // MEBIBYTE}MiB",
            "temp_directory": str(root / f".spill-{os.getpid()}"),
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
        },
    )
    # The folder is the only thing SQL can reach, and nothing later can widen that.
    for statement in (
        "SET TimeZone = 'UTC'",
        "SET parquet_metadata_cache = true",
        "SET allowed_directories = ['{}']".format(str(root).replace("'", "''")),
        "SET enable_external_access = false",
        "SET lock_configuration = true",
    ):
        instance.execute(statement)
    return instance


def _memory_limit() -> int:
    """A quarter of what this process may use in bytes, within LEAST_MEMORY..MOST_MEMORY."""
    total = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    try:
        limit = CGROUP_LIMIT.read_text().strip()
    except OSError:
        limit = "max"
    if limit.isdigit():
        total = min(total, int(limit))
    return min(max(total // 4, LEAST_MEMORY), MOST_MEMORY)
