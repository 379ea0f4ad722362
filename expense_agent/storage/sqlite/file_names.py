"""The files of a store: their names within its folder."""

LEDGER_FILE = "ledger.db"
CHECKPOINTS_FILE = "checkpoints.db"
SOURCES_FILE = "sources.db"
FILES = (LEDGER_FILE, CHECKPOINTS_FILE, SOURCES_FILE)
OPEN_LOCK = "open.lock"
RESTORE_LOCK = "restore.lock"
LOCKS = (OPEN_LOCK, RESTORE_LOCK)
