"""A store of one machine: a private folder of SQLite files, and who has it open."""
