-- The files invoices were read from, under the SHA-256 that the audit trail names.
CREATE TABLE IF NOT EXISTS sources (
    sha256 TEXT PRIMARY KEY CHECK (length(sha256) = 64),
    bytes  INTEGER NOT NULL,
    packed BLOB NOT NULL                        -- zlib
) STRICT;

CREATE TRIGGER IF NOT EXISTS sources_fixed BEFORE UPDATE ON sources
BEGIN SELECT RAISE(ABORT, 'a kept file never changes'); END;
CREATE TRIGGER IF NOT EXISTS sources_stay BEFORE DELETE ON sources
BEGIN SELECT RAISE(ABORT, 'kept files are never deleted'); END;
CREATE TRIGGER IF NOT EXISTS sources_once BEFORE INSERT ON sources
WHEN EXISTS (SELECT 1 FROM sources s WHERE s.sha256 = NEW.sha256)
BEGIN SELECT RAISE(IGNORE); END;
