"""Opening a store: SQLite files in the home, or one schema of a PostgreSQL database.

Belongs here: connections, transactions, migrations, and differences between the two dialects.
Does not: the tables of the coverage, of sources or of chats, and the queries on them.
"""

from corpus.database.opening import (
    FAULTS,
    Connection,
    Database,
    Part,
    Place,
    in_schema,
    is_uri,
    transaction,
)
from corpus.database.postgres import Postgres

__all__ = [
    "FAULTS",
    "Connection",
    "Database",
    "Part",
    "Place",
    "Postgres",
    "in_schema",
    "is_uri",
    "transaction",
]
