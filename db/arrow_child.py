"""A process of its own that reads an SQLite file by ADBC; started by ``db.arrow``, never imported.

ADBC brings an SQLite library of its own. Two of them in one process undo each other's locks: POSIX
drops all locks of a process on a file as soon as it closes any descriptor of it, and the next
process to leave would take the write-ahead log away from under the first
(https://www.sqlite.org/howtocorrupt.html, 2.2).

In, each with its length before it (8 bytes): the address of the file, queries over one moment of
it, and nothing, which ends the moment; then the next address. Out: ``k`` and an Arrow stream for a
query, ``k`` for a moment that is over, or ``e``, length, message.
"""

import signal
import sys
from typing import IO

import pyarrow as pa
from adbc_driver_sqlite import dbapi


def main(asked: IO[bytes], answer: IO[bytes]) -> None:
    """Answer queries, moment after moment, until nobody asks any more."""
    while uri := _next(asked):
        with dbapi.connect(uri) as connection, connection.cursor() as cursor:
            while text := _next(asked):
                _answer(cursor, text, answer)
            connection.rollback()
        answer.write(b"k")
        answer.flush()


def _next(asked: IO[bytes]) -> str:
    return asked.read(int.from_bytes(asked.read(8))).decode()


def _answer(cursor: dbapi.Cursor, text: str, answer: IO[bytes]) -> None:
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


if __name__ == "__main__":
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # it ends with whoever asks
    main(sys.stdin.buffer, sys.stdout.buffer)
