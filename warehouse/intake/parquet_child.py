"""The child of `parquet`: reads one Parquet file within limits and writes it as CSV text.

A program of its own that imports nothing of ours: `parquet_child.py FILE TEXT DELIMITER`. It ends
with 0, with 3 for a file that is no flat table, or with whatever the library died of. What does not
belong here: anything a hostile file should not reach.
"""

import csv
import os
import resource
import sys

MEMORY_BYTES = 3 << 30
CPU_SECONDS = 1800
TEXT_BYTES = 64 << 30
MAX_RATIO = 200
BATCH_ROWS = 65_536
NOT_FLAT = 3


def limit() -> None:
    """Take from this process what an honest file does not need."""
    for kind, most in (
        (resource.RLIMIT_AS, MEMORY_BYTES),
        (resource.RLIMIT_CPU, CPU_SECONDS),
        (resource.RLIMIT_FSIZE, TEXT_BYTES),
        (resource.RLIMIT_CORE, 0),
    ):
        resource.setrlimit(kind, (most, most))


def spell(path: str, text: str, delimiter: str) -> int:
    """Write every value as text: times in ISO, nothing for null."""
    import pyarrow as pa
    import pyarrow.compute as pc
    import pyarrow.parquet as pq

    pa.set_cpu_count(1)
    pa.set_memory_pool(pa.system_memory_pool())  # the others reserve more than they use
    source = pq.ParquetFile(path, memory_map=False)
    schema = source.schema_arrow
    if any(pa.types.is_nested(kind) or _is_bytes(pa, kind) for kind in schema.types):
        return NOT_FLAT
    most = max(os.path.getsize(path), 4096) * MAX_RATIO  # noqa: PTH202 - imports little
    with open(text, "w", encoding="utf-8", newline="") as out:  # noqa: PTH123
        writer = csv.writer(out, delimiter=delimiter, lineterminator="\n")
        writer.writerow(schema.names)
        for batch in source.iter_batches(BATCH_ROWS, use_threads=False):
            columns = [_text(pa, pc, column).to_pylist() for column in batch.columns]
            writer.writerows(zip(*columns, strict=True))
            if out.tell() > most:
                return NOT_FLAT
    return 0


def _is_bytes(pa, kind) -> bool:
    is_any = (pa.types.is_binary, pa.types.is_large_binary, pa.types.is_fixed_size_binary)
    return any(test(kind) for test in is_any)


def _text(pa, pc, column):
    if pa.types.is_dictionary(column.type):
        column = column.dictionary_decode()
    if not pa.types.is_timestamp(column.type) or not column.type.tz:
        return column.cast(pa.string())
    moment = column.cast(pa.int64()).cast(pa.timestamp(column.type.unit))  # UTC, zone taken off
    return pc.binary_join_element_wise(moment.cast(pa.string()), "Z", "")


if __name__ == "__main__":
    limit()
    sys.exit(spell(*sys.argv[1:4]))
