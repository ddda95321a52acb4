-- words.db, schema 1. Sealed columns hold AES-256-GCM values bound to their row's uid (DESIGN 4), or age files where it
-- says so. Plain columns are what a locked sender must sort by, and random names. Sealed values are never opened here.

CREATE TABLE home (
    id         INTEGER PRIMARY KEY CHECK (id = 1),
    uid        BLOB NOT NULL,    -- 16 random bytes: names this home's slots in the key store
    wipe_slot  INTEGER           -- which of two slots holds the wipe PIN's proof; NULL: there is no wipe PIN
) STRICT;

CREATE TABLE pin_try (           -- wrong PINs, and the waits they cost
    vault    INTEGER PRIMARY KEY, -- whose PIN: a row of `vault`
    wrong    INTEGER NOT NULL,   -- wrong PINs since the last right one; counted before each attempt
    noted_ms INTEGER NOT NULL,   -- when the wait was noted, in milliseconds since the device was started
    wait_ms  INTEGER NOT NULL    -- how long from then no PIN is tried
) STRICT;

CREATE TABLE vault (             -- row 1 is the device's, the others are people's of a team
    id          INTEGER PRIMARY KEY,
    owner       BLOB NOT NULL,   -- the home's uid once more, should its own row be damaged; or the person's
    epoch       INTEGER NOT NULL, -- which vault key seals the ring: the number in its slot's name
    kdf         BLOB NOT NULL,   -- how the PIN is stretched, salt included; public, bounded, bound into the seal
    door_public BLOB NOT NULL,   -- public key of a random pair; used as it is while the key store cannot be reached
    door        BLOB NOT NULL,   -- the same, sealed under the sending key: guarded against exchange
    ring        BLOB NOT NULL    -- sealed under the vault key: the keys of drafts, copies and attachments
) STRICT;

CREATE TABLE vault_spare (       -- the same rows on pages of their own: one damaged page must not end every draft
    id          INTEGER PRIMARY KEY,
    owner       BLOB NOT NULL,
    epoch       INTEGER NOT NULL,
    kdf         BLOB NOT NULL,
    door_public BLOB NOT NULL,
    door        BLOB NOT NULL,
    ring        BLOB NOT NULL
) STRICT;

CREATE TABLE new_key (           -- keys made since the ring was sealed
    uid    BLOB PRIMARY KEY,     -- random
    vault  INTEGER NOT NULL,     -- to whose door
    sealed BLOB NOT NULL         -- age file to the door
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_key (          -- keys to leave out of the next ring: a shred is due
    uid   BLOB PRIMARY KEY,
    vault INTEGER NOT NULL       -- out of whose ring
) STRICT, WITHOUT ROWID;

CREATE TABLE dead_slot (         -- vault keys that the key store must still forget
    owner BLOB NOT NULL,         -- whose: as in `vault`
    epoch INTEGER NOT NULL,      -- below zero: the slot of an ended wipe PIN
    PRIMARY KEY (owner, epoch)
) STRICT, WITHOUT ROWID;

CREATE TABLE person (            -- who writes on a team's device
    id     INTEGER PRIMARY KEY AUTOINCREMENT CHECK (id > 1), -- also the number of their vault; never given twice
    uid    BLOB NOT NULL,        -- random; also names the slots of their vault key
    sealed BLOB NOT NULL         -- their name, sealed under the sending key
) STRICT;

CREATE TABLE setting (
    name   TEXT PRIMARY KEY,     -- a word of the program's own: roots, directory, judged, proxy, moments, guidance, places, usual_route, profile,
                                 -- writer, leaving, auto_lock, tidied
    uid    BLOB NOT NULL,
    sealed BLOB NOT NULL         -- sealed under the sending key
) STRICT, WITHOUT ROWID;

CREATE TABLE draft (
    id     INTEGER PRIMARY KEY AUTOINCREMENT, -- the number people use: never given twice
    uid    BLOB NOT NULL,        -- random; also the name of its key
    writer INTEGER,              -- who of a team has it in hand: a row of `person`
    sealed BLOB NOT NULL         -- sealed under the draft's own key
) STRICT;

CREATE TABLE draft_media (       -- which rows of media.db are wanted: unnamed ones are swept
    media INTEGER PRIMARY KEY,   -- row in media.db
    draft INTEGER NOT NULL REFERENCES draft (id) ON DELETE CASCADE,
    uid   BLOB NOT NULL          -- name of the attachment's key
) STRICT;
CREATE INDEX draft_media_by_draft ON draft_media (draft);

CREATE TABLE report (            -- submitted
    id        INTEGER PRIMARY KEY AUTOINCREMENT, -- never given twice
    uid       BLOB NOT NULL,     -- random
    vault     INTEGER NOT NULL,  -- whose vault holds what is kept of it, and its record once finished
    reply_key BLOB,              -- name of the key that opens replies
    finished  INTEGER NOT NULL,  -- 1: nothing is left to send or fetch, and its record lies under the record key
    sealed    BLOB NOT NULL      -- sealed under the sending key, or the record key once finished
) STRICT;

CREATE TABLE item (              -- one envelope or attachment of a report
    id       INTEGER PRIMARY KEY,
    report   INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    uid      BLOB NOT NULL,      -- random; tells a row from a later one with its number
    lane     INTEGER NOT NULL,   -- 0 words, 1 copies, 2 originals
    state    INTEGER NOT NULL,   -- 0 waits, 1 stored at the desk, 2 opened there, 3 refused by the desk
    size     INTEGER NOT NULL,   -- bytes to send, padded
    offset   INTEGER,            -- bytes the desk has; NULL: never begun; -1-n: under way or broken off at n, ask the desk
    attempts INTEGER NOT NULL,   -- failed tries since the last progress
    next_try INTEGER NOT NULL,   -- milliseconds since 1970, over when longer than the longest wait; of a stored item: when the
                                 -- desk is asked whether it has it, 2^63-1: never
    media    INTEGER,            -- row in media.db
    envelope BLOB,               -- age file to the desk; empty once no longer needed
    sealed   BLOB NOT NULL       -- sealed under the sending key
) STRICT;
CREATE INDEX item_due ON item (state, lane, id);
CREATE INDEX item_by_report ON item (report);

CREATE TABLE copy (              -- the vault's copy of a sent report
    report INTEGER PRIMARY KEY REFERENCES report (id) ON DELETE CASCADE,
    uid    BLOB NOT NULL,        -- random; also the name of its key
    sealed BLOB NOT NULL,        -- the body, sealed under its own key
    contact BLOB                 -- who the witness is, sealed under the same: in the body it is sealed to others
) STRICT;

CREATE TABLE mail (              -- replies of desks
    id     INTEGER PRIMARY KEY,
    report INTEGER NOT NULL REFERENCES report (id) ON DELETE CASCADE,
    uid    BLOB NOT NULL,        -- random
    tag    BLOB NOT NULL,        -- of the reply as it came, under the sending key: the same one is kept once
    state  INTEGER NOT NULL,     -- 0 as it came, 1 waits for a newer directory, 2 not read, 3 read, 4 not believed, 5 repeated
    sealed BLOB,                 -- as it came: under the sending key; believed: under a key made of the reply key; else empty
    UNIQUE (report, tag)
) STRICT;

CREATE TABLE told (              -- calls the witness made
    id     INTEGER PRIMARY KEY,
    draft  INTEGER REFERENCES draft (id) ON DELETE CASCADE,
    report INTEGER REFERENCES report (id) ON DELETE CASCADE,
    vault  INTEGER NOT NULL,     -- whose vault holds its key
    uid    BLOB NOT NULL,        -- random; also the name of its key
    sealed BLOB NOT NULL         -- sealed under its own key
) STRICT;

CREATE TABLE watch (             -- stretches of duty
    id   INTEGER PRIMARY KEY AUTOINCREMENT, -- the number people use: never given twice
    uid  BLOB NOT NULL,          -- random; drafts and reports name it where they are sealed
    runs INTEGER NOT NULL        -- 1: new drafts are grouped under it; of one at most
) STRICT;

CREATE TABLE watch_entry (       -- what was noted of a watch, its beginning and its end among it
    id     INTEGER PRIMARY KEY,
    watch  INTEGER NOT NULL REFERENCES watch (id) ON DELETE CASCADE,
    uid    BLOB NOT NULL,        -- random; also the name of its key
    sealed BLOB NOT NULL         -- sealed under its own key
) STRICT;
