-- What the intake knows. Nothing here says who sent anything or from where: no address, no connection, no header.

CREATE TABLE object (
    arrival  INTEGER PRIMARY KEY AUTOINCREMENT, -- order of arrival; never used twice, so that "after N" misses nothing
    kind     TEXT    NOT NULL CHECK (kind IN ('report', 'attachment')),
    sha256   BLOB    NOT NULL CHECK (length(sha256) = 32), -- of the stored ciphertext, and its name
    size     INTEGER NOT NULL,                             -- of the stored ciphertext, in bytes
    received INTEGER NOT NULL,                             -- seconds since 1970; also said in the first receipt
    receipt  TEXT    NOT NULL,                             -- the signed receipt, so that a repeat gets the same one; anew once its key is dead
    UNIQUE (kind, sha256)
) STRICT;

CREATE TABLE upload (
    sha256    BLOB    PRIMARY KEY CHECK (length(sha256) = 32), -- the name the finished attachment is to have
    length    INTEGER,                                         -- its announced size in bytes; NULL until it is told (tus: deferred). The offset is the file's length
    begun     INTEGER NOT NULL,                                -- seconds since 1970: begun, or begun again after its time was over
    plain     INTEGER NOT NULL CHECK (plain IN (0, 1)),        -- 1: begun by a client that knows tus and no receipts; it hears 204 at the end
    unchecked INTEGER                                          -- where in the file a chunk begins whose checksum is not compared yet; nothing behind it counts
) STRICT;

CREATE TABLE mailbox_item (
    number  INTEGER PRIMARY KEY AUTOINCREMENT,            -- oldest first
    address BLOB    NOT NULL CHECK (length(address) = 32), -- hash of a token that the intake learns only from its reader
    sha256  BLOB    NOT NULL CHECK (length(sha256) = 32),  -- of the item: the same item is kept once
    item    TEXT    NOT NULL,                              -- the item's JSON, as the desk tool left it
    UNIQUE (address, sha256)
) STRICT;

CREATE TABLE nonce (
    nonce TEXT    PRIMARY KEY, -- of a desk call that was answered; forgotten once its time is out of the window
    at    INTEGER NOT NULL     -- the call's own time, seconds since 1970
) STRICT;
