-- media.db, schema 1. Sealed attachments only: age files, each to a key of its own that lies in the vault's ring.

CREATE TABLE media (
    id   INTEGER PRIMARY KEY AUTOINCREMENT,
    size INTEGER                 -- sealed bytes; NULL while it streams in
) STRICT;

CREATE TABLE chunk (
    media INTEGER NOT NULL REFERENCES media (id) ON DELETE CASCADE,
    n     INTEGER NOT NULL,      -- 256 KiB each, but for the last
    bytes BLOB NOT NULL,
    PRIMARY KEY (media, n)
) STRICT;
