"""A process of its own that reads an SQLite file by ADBC; started by ``db.arrow``, never imported.

ADBC brings an SQLite library of its own. Two of them in one process undo each other's locks: POSIX
drops all locks of a process on a file as soon as it closes any descriptor of it, and the next
process to leave would take the write-ahead log away from under the first
(https://www.sqlite.org/howtocorrupt.html, 2.2).

In: length (8 bytes) and text of a query. Out: ``k`` and an Arrow stream, or ``e``, length, message.
"""

import sys

import pyarrow as pa
from adbc_driver_sqlite import dbapi


def main(uri: str) -> None:
    """Answer queries over one moment of ``uri`` until there are no more."""
    asked, answer = sys.stdin.buffer, sys.stdout.buffer
    with dbapi.connect(uri) as connection, connection.cursor() as cursor:
        while head := asked.read(8):
            text = asked.read(int.from_bytes(head)).decode()
            try:
                cursor.execute(text)
                found = cursor.fetch_record_batch()
                answer.write(b"k")
                with pa.ipc.new_stream(answer, found.schema) as stream:
                    for batch in found:
                        stream.write_batch(batch)
            except Exception as error:  # noqa: BLE001 - whatever it is, the parent raises it
                said = str(error).encode()
                answer.write(b"e" + len(said).to_bytes(8) + said)
            answer.flush()
        connection.rollback()


if __name__ == "__main__":
    main(sys.argv[1])
