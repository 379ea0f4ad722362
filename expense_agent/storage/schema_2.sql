-- The ledger, version 2: what is added to version 1. A trigger is changed by DROP and CREATE.

-- --- An open request and what has come of it never exist together

-- What has come of the questions of a thread: an outcome is about those of its round and before,
-- of one level or (NULL) of all.
CREATE VIEW outcomes (thread_id, round, level) AS
    SELECT thread_id, round, CASE verdict WHEN 'approve' THEN level END FROM decisions
    -- Both begin a round of their own: what was asked before is over.
    UNION ALL SELECT thread_id, round - 1, NULL FROM edits
    UNION ALL SELECT thread_id, round - 1, NULL FROM reversals
    UNION ALL SELECT p.thread_id, 9223372036854775807, NULL FROM payments p WHERE NOT EXISTS (
        SELECT 1 FROM payment_events e WHERE e.payment_id = p.payment_id AND e.status = 'voided')
    UNION ALL SELECT thread_id, 9223372036854775807, NULL FROM invoices
        WHERE status IN ('scheduled', 'booked', 'rejected', 'expired');

-- Requests that are open although something has come of them. The guards below let none in; those of
-- version 1 are closed by recovery.
CREATE VIEW overtaken_requests (key, thread_id, interrupt_id, invoice_id) AS
    SELECT r.key, r.thread_id, r.interrupt_id, r.invoice_id FROM approval_requests r
    WHERE r.status = 'open' AND EXISTS (
        SELECT 1 FROM outcomes o WHERE o.thread_id = r.thread_id AND o.round >= r.round
            AND coalesce(o.level, r.level) = r.level);

-- Payments that were answered against after they were made, which version 1 let happen, too. Recovery
-- takes them back; of one that had left already it tells the trail.
CREATE VIEW payments_on_record (payment_id) AS
    SELECT p.payment_id FROM payments p JOIN invoices i ON i.thread_id = p.thread_id
    JOIN audit a ON a.invoice_id = i.invoice_id AND instr(a.body, '"action":"answered_against"')
        AND instr(a.body, '"payment":' || p.payment_id || ',');
CREATE VIEW contradicted_payments (payment_id, thread_id, by, what, has_left) AS
    SELECT p.payment_id, p.thread_id, s.by, s.what, EXISTS (
        SELECT 1 FROM payment_run_lines l WHERE l.payment_id = p.payment_id)
    FROM payments p JOIN (
        SELECT thread_id, round, approver AS by, verdict || ': ' || reason AS what FROM decisions
            WHERE verdict <> 'approve'
        UNION ALL SELECT thread_id, round - 1, editor, 'edit: ' || comment FROM edits) s
    ON s.thread_id = p.thread_id AND s.round >= p.round
    WHERE NOT EXISTS (
        SELECT 1 FROM payment_events e WHERE e.payment_id = p.payment_id AND e.status = 'voided')
    AND NOT EXISTS (SELECT 1 FROM payments_on_record o WHERE o.payment_id = p.payment_id);

-- Before the guards are there: recovery looks at what is 'deciding'.
UPDATE invoices SET status = 'deciding' WHERE thread_id IN (
    SELECT thread_id FROM overtaken_requests UNION SELECT thread_id FROM contradicted_payments);

CREATE TRIGGER requests_in_time AFTER INSERT ON approval_requests
WHEN NEW.status = 'open' AND EXISTS (SELECT 1 FROM outcomes o WHERE o.thread_id = NEW.thread_id
    AND o.round >= NEW.round AND coalesce(o.level, NEW.level) = NEW.level)
BEGIN SELECT RAISE(ABORT, 'nobody is asked what is answered'); END;

CREATE TRIGGER decisions_in_time BEFORE INSERT ON decisions
WHEN EXISTS (SELECT 1 FROM overtaken_requests o
             WHERE o.thread_id = NEW.thread_id AND o.interrupt_id = NEW.interrupt_id)
BEGIN SELECT RAISE(ABORT, 'a question is answered once, and not after its invoice is finished'); END;
CREATE TRIGGER decisions_close AFTER INSERT ON decisions
BEGIN
    UPDATE approval_requests SET status = NEW.verdict, answered_by = NEW.approver, answered_at = NEW.decided_at
        WHERE thread_id = NEW.thread_id AND interrupt_id = NEW.interrupt_id AND status = 'open';
    UPDATE approval_requests SET status = 'superseded', answered_by = NEW.approver, answered_at = NEW.decided_at
        WHERE thread_id = NEW.thread_id AND status = 'open' AND NEW.verdict <> 'approve';
END;

CREATE TRIGGER edits_in_time BEFORE INSERT ON edits
WHEN EXISTS (SELECT 1 FROM overtaken_requests o WHERE o.thread_id = NEW.thread_id)
BEGIN SELECT RAISE(ABORT, 'what is answered is not edited'); END;
CREATE TRIGGER edits_close AFTER INSERT ON edits
BEGIN
    UPDATE approval_requests SET status = 'edited', answered_by = NEW.editor, answered_at = NEW.edited_at
        WHERE thread_id = NEW.thread_id AND status = 'open';
END;

CREATE TRIGGER payments_unasked AFTER INSERT ON payments
WHEN EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id AND r.status = 'open')
BEGIN SELECT RAISE(ABORT, 'no payment while somebody is asked about it'); END;
CREATE TRIGGER invoices_unasked AFTER UPDATE OF status ON invoices
WHEN NEW.status IN ('scheduled', 'booked', 'rejected', 'expired') AND EXISTS (
    SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id AND r.status = 'open')
BEGIN SELECT RAISE(ABORT, 'no invoice is finished while somebody is asked about it'); END;

-- A note may come in the moment of the answer: it is kept, and holds nobody up.
DROP TRIGGER comments_once;
CREATE TRIGGER comments_once BEFORE INSERT ON comments
WHEN EXISTS (SELECT 1 FROM comments c WHERE c.thread_id = NEW.thread_id AND c.number >= NEW.number)
  OR NOT EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id)
BEGIN SELECT RAISE(ABORT, 'a comment follows the last one on what people were asked about'); END;

-- --- Who is at what

-- Claims and edit leases end with their session, whose locked file they name, not by a clock.
-- Claims of version 1 are void: what they were about is looked at by recovery.
ALTER TABLE claims RENAME TO claims_1;
CREATE TABLE claims (
    thread_id TEXT PRIMARY KEY,
    process   TEXT NOT NULL,                    -- a file in processes/; any other word: void
    owner     TEXT NOT NULL,                    -- one run in that session
    holder    TEXT NOT NULL,                    -- who is acting there
    purpose   TEXT NOT NULL,
    since     TEXT NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO claims SELECT thread_id, '', owner, '', purpose, '' FROM claims_1;
DROP TABLE claims_1;
CREATE INDEX invoices_failed ON invoices (seq) WHERE status = 'failed';
DROP TABLE edit_leases;
CREATE TABLE edit_leases (
    invoice_id TEXT PRIMARY KEY,
    process    TEXT NOT NULL,                   -- as with claims
    editor     TEXT NOT NULL,
    since      TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- --- The store knows itself

-- Its neighbours, the file beside it and its users keep this id with what they have seen last.
CREATE TABLE store_identity (
    only INTEGER PRIMARY KEY CHECK (only = 1),
    id   TEXT NOT NULL CHECK (length(id) = 32)
) STRICT;
CREATE TRIGGER store_identity_fixed BEFORE UPDATE ON store_identity
BEGIN SELECT RAISE(ABORT, 'a store keeps its id'); END;
CREATE TRIGGER store_identity_stay BEFORE DELETE ON store_identity
BEGIN SELECT RAISE(ABORT, 'a store keeps its id'); END;
CREATE TRIGGER store_identity_once BEFORE INSERT ON store_identity
WHEN EXISTS (SELECT 1 FROM store_identity)
BEGIN SELECT RAISE(ABORT, 'a store has one id'); END;
INSERT INTO store_identity VALUES (1, lower(hex(randomblob(16))));

-- Each time it was put back from a backup. What came after the backup is forgotten but for its payment files.
CREATE TABLE restorations (
    ordinal     INTEGER PRIMARY KEY CHECK (ordinal > 0),
    restoration TEXT NOT NULL UNIQUE CHECK (length(restoration) = 32),      -- random
    from_head   TEXT NOT NULL,                  -- the newest audit event of the backup
    known_head  TEXT,                           -- the newest one anybody had seen; NULL: nobody had
    expected    INTEGER CHECK (expected >= 0),  -- payment files known to be forgotten; NULL: nobody knows
    restored_by TEXT NOT NULL CHECK (restored_by <> ''),
    reason      TEXT NOT NULL,
    restored_at TEXT NOT NULL
) STRICT;
CREATE TRIGGER restorations_fixed BEFORE UPDATE ON restorations
BEGIN SELECT RAISE(ABORT, 'restorations are append-only'); END;
CREATE TRIGGER restorations_stay BEFORE DELETE ON restorations
BEGIN SELECT RAISE(ABORT, 'restorations are append-only'); END;
CREATE TRIGGER restorations_once BEFORE INSERT ON restorations
WHEN NEW.ordinal <> coalesce((SELECT max(ordinal) FROM restorations), 0) + 1
  OR EXISTS (SELECT 1 FROM restorations r WHERE r.restoration = NEW.restoration)
BEGIN SELECT RAISE(ABORT, 'restorations follow each other'); END;

-- Payment files of a forgotten time that were given back. Each is a payment run, too, byte for byte.
CREATE TABLE given_back (
    run_id      TEXT PRIMARY KEY REFERENCES payment_runs (run_id),
    restoration TEXT NOT NULL REFERENCES restorations (restoration),
    given_by    TEXT NOT NULL CHECK (given_by <> ''),
    given_at    TEXT NOT NULL
) STRICT, WITHOUT ROWID;
-- What they name: it has left, whatever the ledger knows of the invoice. It never leaves in another file.
CREATE TABLE forgotten_payments (
    run_id         TEXT NOT NULL REFERENCES given_back (run_id),
    ordinal        INTEGER NOT NULL CHECK (ordinal > 0),
    end_to_end_id  TEXT NOT NULL,
    payment_key    TEXT NOT NULL,
    first_key      TEXT NOT NULL,               -- of the payment it stood for, as in `first_keys`
    amount_minor   INTEGER NOT NULL CHECK (amount_minor > 0),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    account        TEXT NOT NULL,
    name           TEXT NOT NULL,
    remittance     TEXT NOT NULL,
    execution_date TEXT NOT NULL,
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;
CREATE INDEX forgotten_payments_id ON forgotten_payments (end_to_end_id);
CREATE INDEX forgotten_payments_first ON forgotten_payments (first_key);
-- People who have said that no more payment files were written in a forgotten time.
CREATE TABLE no_more_files (
    restoration TEXT NOT NULL REFERENCES restorations (restoration),
    stated_by   TEXT NOT NULL CHECK (stated_by <> ''),
    reason      TEXT NOT NULL CHECK (reason <> ''),
    needed      INTEGER NOT NULL CHECK (needed > 0),        -- so many different people, by the policy of then
    stated_at   TEXT NOT NULL,
    PRIMARY KEY (restoration, stated_by)
) STRICT, WITHOUT ROWID;

-- The key under which an invoice was paid first, for each payment that stands for a voided one.
CREATE TABLE first_keys (
    payment_id INTEGER PRIMARY KEY REFERENCES payments (payment_id),
    first_key  TEXT NOT NULL
) STRICT;
INSERT INTO first_keys
    WITH RECURSIVE chain (payment_id, first_key) AS (
        SELECT payment_id, payment_key FROM payments WHERE replaces IS NULL
        UNION ALL SELECT p.payment_id, c.first_key FROM chain c JOIN payments p ON p.replaces = c.payment_id)
    SELECT c.payment_id, c.first_key FROM chain c JOIN payments p ON p.payment_id = c.payment_id
    WHERE p.replaces IS NOT NULL;
CREATE TRIGGER payments_first_key AFTER INSERT ON payments WHEN NEW.replaces IS NOT NULL
BEGIN
    INSERT INTO first_keys SELECT NEW.payment_id, coalesce(
        (SELECT k.first_key FROM first_keys k WHERE k.payment_id = NEW.replaces),
        (SELECT p.payment_key FROM payments p WHERE p.payment_id = NEW.replaces));
END;
CREATE TRIGGER first_keys_fixed BEFORE UPDATE ON first_keys
BEGIN SELECT RAISE(ABORT, 'payments are append-only'); END;
CREATE TRIGGER first_keys_stay BEFORE DELETE ON first_keys
BEGIN SELECT RAISE(ABORT, 'payments are append-only'); END;

CREATE TRIGGER given_back_fixed BEFORE UPDATE ON given_back
BEGIN SELECT RAISE(ABORT, 'what was given back stays'); END;
CREATE TRIGGER given_back_stay BEFORE DELETE ON given_back
BEGIN SELECT RAISE(ABORT, 'what was given back stays'); END;
CREATE TRIGGER given_back_once BEFORE INSERT ON given_back
WHEN EXISTS (SELECT 1 FROM given_back g WHERE g.run_id = NEW.run_id)
  OR EXISTS (SELECT 1 FROM payment_run_lines l WHERE l.run_id = NEW.run_id)
  OR NOT EXISTS (SELECT 1 FROM payment_runs r WHERE r.run_id = NEW.run_id)
  OR NEW.restoration IS NOT (SELECT r.restoration FROM restorations r ORDER BY r.ordinal DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'a file that is forgotten is given back once, after a restoration'); END;
CREATE TRIGGER forgotten_payments_fixed BEFORE UPDATE ON forgotten_payments
BEGIN SELECT RAISE(ABORT, 'what has left stays so'); END;
CREATE TRIGGER forgotten_payments_stay BEFORE DELETE ON forgotten_payments
BEGIN SELECT RAISE(ABORT, 'what has left stays so'); END;
CREATE TRIGGER forgotten_payments_once BEFORE INSERT ON forgotten_payments
WHEN NOT EXISTS (SELECT 1 FROM given_back g JOIN payment_runs r ON r.run_id = g.run_id
                 WHERE g.run_id = NEW.run_id AND NEW.ordinal <= r.payments)
  OR NEW.end_to_end_id <> substr(NEW.payment_key, 1, 32)
  OR EXISTS (SELECT 1 FROM forgotten_payments f WHERE f.run_id = NEW.run_id
             AND (f.ordinal = NEW.ordinal OR f.end_to_end_id = NEW.end_to_end_id))
BEGIN SELECT RAISE(ABORT, 'a file that was given back names a payment once'); END;
CREATE TRIGGER no_more_files_fixed BEFORE UPDATE ON no_more_files
BEGIN SELECT RAISE(ABORT, 'what people said is append-only'); END;
CREATE TRIGGER no_more_files_stay BEFORE DELETE ON no_more_files
BEGIN SELECT RAISE(ABORT, 'what people said is append-only'); END;
CREATE TRIGGER no_more_files_once BEFORE INSERT ON no_more_files
WHEN EXISTS (SELECT 1 FROM no_more_files n
             WHERE n.restoration = NEW.restoration AND n.stated_by = NEW.stated_by)
  OR NEW.restoration IS NOT (SELECT r.restoration FROM restorations r ORDER BY r.ordinal DESC LIMIT 1)
BEGIN SELECT RAISE(ABORT, 'one person says once that there is no more, after a restoration'); END;

-- Payments that a file given back has paid, under their own key or as another that stood for the same invoice.
CREATE VIEW left_already (payment_id, run_id, end_to_end_id, amount_minor, currency, account) AS
    SELECT p.payment_id, f.run_id, f.end_to_end_id, f.amount_minor, f.currency, f.account
    FROM payments p JOIN forgotten_payments f ON f.end_to_end_id = substr(p.payment_key, 1, 32)
    UNION ALL SELECT p.payment_id, f.run_id, f.end_to_end_id, f.amount_minor, f.currency, f.account
    FROM payments p JOIN forgotten_payments f ON f.first_key = coalesce(
        (SELECT k.first_key FROM first_keys k WHERE k.payment_id = p.payment_id), p.payment_key)
    WHERE f.end_to_end_id <> substr(p.payment_key, 1, 32) AND NOT EXISTS (
        SELECT 1 FROM payment_run_lines l WHERE l.end_to_end_id = f.end_to_end_id);
-- What has left in a file that was given back is in no other; nothing that it stands for leaves beside it.
CREATE TRIGGER payment_run_lines_forgotten AFTER INSERT ON payment_run_lines
WHEN NOT EXISTS (
        SELECT 1 FROM forgotten_payments f JOIN payments p ON p.payment_id = NEW.payment_id
        WHERE f.run_id = NEW.run_id AND f.end_to_end_id = NEW.end_to_end_id AND f.ordinal = NEW.ordinal
            AND f.amount_minor = p.amount_minor AND f.currency = p.currency AND f.account = p.account)
    AND (EXISTS (SELECT 1 FROM given_back g WHERE g.run_id = NEW.run_id)
        OR EXISTS (SELECT 1 FROM left_already a WHERE a.payment_id = NEW.payment_id AND a.run_id <> NEW.run_id))
BEGIN SELECT RAISE(ABORT, 'what has left already leaves in no other file'); END;
