-- The ledger, version 1. Money is integer minor units; text of people and suppliers is kept as read.
-- Append-only tables refuse UPDATE and DELETE by trigger, and have a guard before INSERT over every
-- unique key, because INSERT OR REPLACE would delete the old row without asking a delete trigger.

-- The register: one row for every invoice ever seen, written before its thread first runs.
CREATE TABLE invoices (
    seq          INTEGER PRIMARY KEY,
    invoice_id   TEXT NOT NULL UNIQUE,          -- short, for people to type
    thread_id    TEXT NOT NULL UNIQUE,          -- one LangGraph thread an invoice, never shared
    content_hash TEXT NOT NULL UNIQUE,          -- the same content again is the same invoice
    body         TEXT NOT NULL,                 -- the invoice as read; edits stand in `edits`
    number_key   TEXT,                          -- folded number; NULL for missing and placeholders
    kind         TEXT NOT NULL,
    imported_by  TEXT NOT NULL,
    received_at  TEXT NOT NULL,
    -- what follows is a projection and changes
    status       TEXT NOT NULL DEFAULT 'received' CHECK (status IN
                 ('received', 'waiting', 'stepping', 'deciding', 'scheduled', 'booked', 'rejected', 'expired',
                  'failed')),
    category     TEXT,
    suggestion   TEXT NOT NULL DEFAULT '{}',
    round        INTEGER NOT NULL DEFAULT 1,
    failures     INTEGER NOT NULL DEFAULT 0,
    steps        TEXT NOT NULL DEFAULT '[]',
    doubt        TEXT                           -- why a person should look at the category; NULL: settled
) STRICT;
CREATE INDEX invoices_number ON invoices (number_key) WHERE number_key IS NOT NULL;
CREATE INDEX invoices_doubted ON invoices (seq) WHERE doubt IS NOT NULL;
CREATE INDEX invoices_importer ON invoices (thread_id, imported_by);
CREATE INDEX invoices_unfinished ON invoices (seq) WHERE status IN ('received', 'deciding');

-- Every key an invoice's supplier is recognised by (VAT id, legal id, name).
CREATE TABLE invoice_suppliers (
    supplier_key TEXT NOT NULL,
    thread_id    TEXT NOT NULL REFERENCES invoices (thread_id),
    PRIMARY KEY (supplier_key, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX invoice_suppliers_thread ON invoice_suppliers (thread_id);

-- What decides who may approve a request, but for its amount: many requests share a row. It is there to
-- count by, never to decide by: a decision reads the rows it was made of.
CREATE TABLE standings (
    key              INTEGER PRIMARY KEY,
    body             TEXT NOT NULL UNIQUE,      -- domain.reach.Standing as JSON
    begun            INTEGER NOT NULL           -- 1: somebody has approved
) STRICT;
CREATE INDEX standings_begun ON standings (key) WHERE begun;

-- What edits may change, for all requests that show the same form.
CREATE TABLE edit_schemas (
    name TEXT PRIMARY KEY CHECK (length(name) = 32),    -- hash of the body
    body TEXT NOT NULL                          -- JSON schema, in the order of a form
) STRICT, WITHOUT ROWID;

-- The queue: one row for every interrupt a person was asked by.
CREATE TABLE approval_requests (
    key              INTEGER PRIMARY KEY,       -- what screens call a row
    thread_id        TEXT NOT NULL REFERENCES invoices (thread_id),
    interrupt_id     TEXT NOT NULL,
    invoice_id       TEXT NOT NULL,
    round            INTEGER NOT NULL,
    level            INTEGER NOT NULL,
    fingerprint      TEXT NOT NULL,
    approvals_needed INTEGER NOT NULL CHECK (approvals_needed > 0),
    account          TEXT,
    category         TEXT,
    holds            TEXT NOT NULL,
    hold_words       TEXT NOT NULL,             -- what filters look in: rule and reason of each, one a line
    policy_version   TEXT NOT NULL,
    number           TEXT NOT NULL,
    supplier         TEXT NOT NULL,
    supplier_sort    TEXT NOT NULL,
    payable          TEXT NOT NULL,             -- decimal string, '' when the invoice names none
    payable_minor    INTEGER NOT NULL,          -- rounded, for sorting and sums only
    currency         TEXT NOT NULL CHECK (length(currency) = 3),
    due_date         TEXT,
    hold_rank        INTEGER NOT NULL,          -- place of the first hold in the list of rules; routine ones last
    signs            INTEGER NOT NULL,          -- what the holds say at a glance: bits of domain.policy.Sign
    loss_day         TEXT NOT NULL,             -- from when it costs money: end of the discount, else the due date
    loss_minor       INTEGER NOT NULL,          -- what is lost then
    waiting_since    TEXT NOT NULL,
    expires_at       TEXT NOT NULL,
    held_until       TEXT,                      -- a day until which a person put it out of the way
    seat             TEXT NOT NULL,             -- whom it is for: '' anybody, 'role:treasury', 'name:mia'
    seats            TEXT NOT NULL,             -- the whole chain it is part of
    preparers_may_approve INTEGER NOT NULL CHECK (preparers_may_approve IN (0, 1)),
    importers_may_edit    INTEGER NOT NULL CHECK (importers_may_edit IN (0, 1)),
    standing         INTEGER NOT NULL REFERENCES standings (key),
    edit_schema      TEXT NOT NULL REFERENCES edit_schemas (name),      -- what an edit may change
    status           TEXT NOT NULL DEFAULT 'open' CHECK (status IN
                     ('open', 'approve', 'reject', 'expire', 'hold', 'release', 'send_back', 'edited',
                      'superseded')),
    answered_by      TEXT,
    answered_at      TEXT,
    supplier_words   TEXT AS (lower(supplier) || char(10) || supplier_sort),        -- what filters look in
    other_words      TEXT AS (lower(number) || char(10) || lower(coalesce(category, '')) || char(10)
                     || lower(invoice_id)),
    UNIQUE (thread_id, interrupt_id)
) STRICT;
CREATE INDEX requests_invoice ON approval_requests (invoice_id);
-- At most one open question a thread and level.
CREATE UNIQUE INDEX requests_open ON approval_requests (thread_id, level) WHERE status = 'open';
-- One index for every order the queue offers. Each holds all that the list is read by (the last
-- columns are no part of the order): 100,000 rows looked up in the table would take ten times as long.
CREATE INDEX queue_holds    ON approval_requests (hold_rank, supplier_sort, payable_minor DESC, key, currency,
    due_date, held_until, signs, standing, expires_at, status) WHERE status = 'open';
CREATE INDEX queue_due      ON approval_requests (due_date, key, payable_minor, currency, held_until, status)
    WHERE status = 'open';
CREATE INDEX queue_amount   ON approval_requests (payable_minor DESC, key, currency, due_date, held_until, status)
    WHERE status = 'open';
-- Words are looked for in this one, with all that stands beside them in a filter.
CREATE INDEX queue_supplier ON approval_requests (supplier_sort, key, payable_minor, currency, due_date, held_until,
    supplier_words, other_words, hold_words, hold_rank, signs, standing, expires_at, waiting_since, loss_day,
    loss_minor, status)
    WHERE status = 'open';
CREATE INDEX queue_loss     ON approval_requests (loss_day, loss_minor DESC, key, payable_minor, currency, due_date,
    held_until, status) WHERE status = 'open';
CREATE INDEX queue_waiting  ON approval_requests (waiting_since, key, payable_minor, currency, due_date, held_until,
    status) WHERE status = 'open';
-- And one for the counts of the views.
CREATE INDEX queue_views    ON approval_requests (held_until, signs, standing, payable_minor, currency, due_date,
    expires_at, waiting_since, level, status) WHERE status = 'open';
CREATE INDEX queue_later_levels ON approval_requests (thread_id) WHERE status = 'open' AND level > 1;
CREATE INDEX queue_chains ON approval_requests (category, standing) WHERE status = 'open' AND approvals_needed > 1;

-- One answer to one request. Approvals count within a round, by different people, for one fingerprint.
CREATE TABLE decisions (
    thread_id    TEXT NOT NULL,
    interrupt_id TEXT NOT NULL,
    round        INTEGER NOT NULL,
    level        INTEGER NOT NULL,
    verdict      TEXT NOT NULL CHECK (verdict IN
                 ('approve', 'reject', 'expire', 'hold', 'release', 'send_back')),
    approver     TEXT NOT NULL CHECK (approver <> ''),
    reason       TEXT NOT NULL,
    fingerprint  TEXT NOT NULL,
    until        TEXT CHECK ((until IS NOT NULL) = (verdict = 'hold')),
    seat         TEXT NOT NULL,                 -- that of its request
    on_behalf_of TEXT CHECK (on_behalf_of <> '' AND on_behalf_of <> approver),
    decided_at   TEXT NOT NULL,
    PRIMARY KEY (thread_id, interrupt_id),
    FOREIGN KEY (thread_id, interrupt_id) REFERENCES approval_requests (thread_id, interrupt_id)
) STRICT, WITHOUT ROWID;
CREATE UNIQUE INDEX decisions_level    ON decisions (thread_id, round, level) WHERE verdict = 'approve';
CREATE UNIQUE INDEX decisions_approver ON decisions (thread_id, round, approver) WHERE verdict = 'approve';
CREATE UNIQUE INDEX decisions_principal ON decisions (thread_id, round, on_behalf_of)
    WHERE verdict = 'approve' AND on_behalf_of IS NOT NULL;

-- What a person changed before deciding. `before` and `after` hold the changed fields only.
CREATE TABLE edits (
    thread_id TEXT NOT NULL REFERENCES invoices (thread_id),
    round     INTEGER NOT NULL,
    editor    TEXT NOT NULL CHECK (editor <> ''),
    comment   TEXT NOT NULL,
    before    TEXT NOT NULL,
    after     TEXT NOT NULL,
    edited_at TEXT NOT NULL,
    PRIMARY KEY (thread_id, round)
) STRICT, WITHOUT ROWID;

-- What people said about an invoice while it waited; answers and edits carry words of their own.
CREATE TABLE comments (
    thread_id TEXT NOT NULL REFERENCES invoices (thread_id),
    number    INTEGER NOT NULL CHECK (number > 0),
    author    TEXT NOT NULL CHECK (author <> ''),
    text      TEXT NOT NULL CHECK (text <> ''),
    at        TEXT NOT NULL,
    document  TEXT,                             -- SHA-256 of a file attached with it, kept beside the ledger
    document_name TEXT CHECK ((document_name IS NULL) = (document IS NULL)),
    PRIMARY KEY (thread_id, number)
) STRICT, WITHOUT ROWID;

-- Who is to answer was reminded, once a request; written before the hook runs.
CREATE TABLE reminders (
    thread_id    TEXT NOT NULL REFERENCES invoices (thread_id),
    interrupt_id TEXT NOT NULL,
    at           TEXT NOT NULL,
    PRIMARY KEY (thread_id, interrupt_id)
) STRICT, WITHOUT ROWID;

-- A payment exists at most once, whatever a graph remembers or forgets.
CREATE TABLE payments (
    payment_id     INTEGER PRIMARY KEY CHECK (payment_id > 0),
    thread_id      TEXT NOT NULL REFERENCES invoices (thread_id),
    payment_key    TEXT NOT NULL UNIQUE,
    payload_hash   TEXT NOT NULL,
    amount_minor   INTEGER NOT NULL CHECK (amount_minor > 0),
    currency       TEXT NOT NULL CHECK (length(currency) = 3),
    account        TEXT,
    supplier       TEXT NOT NULL,
    category       TEXT,                        -- what it was paid as; its budget is charged
    remittance     TEXT NOT NULL,
    execution_date TEXT NOT NULL,
    fingerprint    TEXT,                        -- what was approved; NULL: clean, nobody was asked
    approved_by    TEXT NOT NULL,
    round          INTEGER NOT NULL,            -- in which it was approved
    replaces       INTEGER UNIQUE REFERENCES payments (payment_id),  -- a voided one of the same key
    words          TEXT NOT NULL,               -- what it is found by, case folded
    created_at     TEXT NOT NULL
) STRICT;
CREATE INDEX payments_thread ON payments (thread_id);
CREATE INDEX payments_account ON payments (account);
CREATE INDEX payments_order ON payments (execution_date, payment_id, currency, amount_minor);

CREATE TABLE payment_events (
    payment_id INTEGER NOT NULL REFERENCES payments (payment_id),
    status     TEXT NOT NULL CHECK (status IN ('scheduled', 'exported', 'settled', 'voided')),
    actor      TEXT NOT NULL,
    at         TEXT NOT NULL,
    PRIMARY KEY (payment_id, status)
) STRICT, WITHOUT ROWID;

-- Where threads stand that a person steps through: a projection, true while an invoice is 'stepping'.
CREATE TABLE next_steps (
    thread_id TEXT PRIMARY KEY REFERENCES invoices (thread_id),
    node      TEXT NOT NULL,
    proposed  TEXT NOT NULL,                    -- what the step would start from, for a person to read
    since     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Payments sent to the bank together. The file itself is kept: to export again is to read it.
CREATE TABLE payment_runs (
    run_id     TEXT PRIMARY KEY,
    format     TEXT NOT NULL,
    created_by TEXT NOT NULL CHECK (created_by <> ''),
    created_at TEXT NOT NULL,
    debtor     TEXT NOT NULL,                   -- whose account pays, as it was then
    head       TEXT NOT NULL,                   -- the last audit event before, as the file names it
    payments   INTEGER NOT NULL CHECK (payments > 0),
    totals     TEXT NOT NULL,
    sha256     TEXT NOT NULL CHECK (length(sha256) = 64),
    content    BLOB NOT NULL                    -- what the hash vouches for
) STRICT;

-- A payment is in one run, once: the key that keeps two processes from exporting it twice.
CREATE TABLE payment_run_lines (
    run_id         TEXT NOT NULL REFERENCES payment_runs (run_id),
    ordinal        INTEGER NOT NULL CHECK (ordinal > 0),
    payment_id     INTEGER NOT NULL UNIQUE REFERENCES payments (payment_id),
    end_to_end_id  TEXT NOT NULL UNIQUE,
    execution_date TEXT NOT NULL,               -- as in the file: never before the day of the run
    PRIMARY KEY (run_id, ordinal)
) STRICT, WITHOUT ROWID;

-- Answers that were taken back. Each begins a round of its own, in which people decide anew.
CREATE TABLE reversals (
    thread_id     TEXT NOT NULL REFERENCES invoices (thread_id),
    round         INTEGER NOT NULL,
    payment_id    INTEGER UNIQUE REFERENCES payments (payment_id),  -- voided with it; NULL: a rejection
    taken_back_by TEXT NOT NULL CHECK (taken_back_by <> ''),
    decided_by    TEXT NOT NULL,                -- whose answers they were, as a list
    reason        TEXT NOT NULL CHECK (reason <> ''),
    taken_back_at TEXT NOT NULL,
    PRIMARY KEY (thread_id, round)
) STRICT, WITHOUT ROWID;

-- Invoices asked about again on a thread of their own, after one that was rejected or has expired.
CREATE TABLE reopenings (
    thread_id   TEXT PRIMARY KEY REFERENCES invoices (thread_id),
    reopens     TEXT NOT NULL UNIQUE REFERENCES invoices (thread_id),
    origin      TEXT NOT NULL,                  -- the thread of its import; part of the payment key
    reopened_by TEXT NOT NULL CHECK (reopened_by <> ''),
    reason      TEXT NOT NULL CHECK (reason <> ''),
    reopened_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Accounts we have a reason to trust: listed by a person, or paid before.
CREATE TABLE supplier_accounts (
    supplier_key TEXT NOT NULL,
    account      TEXT NOT NULL,
    origin       TEXT NOT NULL CHECK (origin IN ('supplier list', 'last paid')),
    since        TEXT NOT NULL,
    PRIMARY KEY (supplier_key, account, origin)
) STRICT, WITHOUT ROWID;
CREATE INDEX supplier_accounts_account ON supplier_accounts (account);

CREATE TABLE supplier_categories (
    supplier_key TEXT PRIMARY KEY,
    category     TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- What people said of categories: the only thing that is learned from. A word is never changed; a
-- later one about the same subject outweighs it, or a row of category_undone takes it back.
CREATE TABLE category_feedback (
    seq           INTEGER PRIMARY KEY CHECK (seq > 0),
    subject       TEXT NOT NULL,                -- what has one category: a thread, a line of an old ledger, a rule
    source        TEXT NOT NULL,                -- interrupt of the decision, round of the edit, "look 2" ...
    thread_id     TEXT REFERENCES invoices (thread_id),
    kind          TEXT NOT NULL CHECK (kind IN ('confirmation', 'correction', 'bulk', 'learned', 'rule')),
    scope         TEXT NOT NULL CHECK (scope IN ('supplier', 'invoice')),
    supplier_keys TEXT NOT NULL,                -- JSON list, the strongest first
    supplier      TEXT NOT NULL,
    words         TEXT NOT NULL,
    cost_centre   TEXT NOT NULL,
    category      TEXT NOT NULL CHECK (category <> ''),
    suggested     TEXT,
    evidence      TEXT NOT NULL,
    by            TEXT NOT NULL CHECK (by <> ''),
    at            TEXT NOT NULL,
    UNIQUE (subject, source)
) STRICT;

CREATE INDEX category_corrections ON category_feedback (at) WHERE kind IN ('correction', 'rule');

CREATE TABLE category_undone (
    seq      INTEGER PRIMARY KEY CHECK (seq > 0),
    feedback INTEGER NOT NULL UNIQUE REFERENCES category_feedback (seq),
    by       TEXT NOT NULL CHECK (by <> ''),
    at       TEXT NOT NULL
) STRICT;

-- What suppliers owe us: booked credit notes, under every key the supplier is recognised by ...
CREATE TABLE credits (
    supplier_key TEXT NOT NULL,
    thread_id    TEXT NOT NULL REFERENCES invoices (thread_id),
    currency     TEXT NOT NULL CHECK (length(currency) = 3),
    amount_minor INTEGER NOT NULL CHECK (amount_minor > 0),
    booked_at    TEXT NOT NULL,
    PRIMARY KEY (supplier_key, thread_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX credits_thread ON credits (thread_id);

-- ... and what people have taken of them, each by an edit of the invoice it was taken off.
CREATE TABLE offsets (
    credit_thread TEXT NOT NULL,
    thread_id     TEXT NOT NULL,
    round         INTEGER NOT NULL,
    amount_minor  INTEGER NOT NULL CHECK (amount_minor > 0),
    currency      TEXT NOT NULL,
    PRIMARY KEY (credit_thread, thread_id),
    FOREIGN KEY (thread_id, round) REFERENCES edits (thread_id, round)
) STRICT, WITHOUT ROWID;
CREATE INDEX offsets_thread ON offsets (thread_id);

-- Facts for the rules: what is found by an index must not cost more with a longer history.

-- What an invoice is found again by, made of it as read; `audit verify` makes both tables again.
CREATE TABLE invoice_marks (
    mark TEXT NOT NULL,                         -- layer, supplier, number ...: see domain/twins.py
    seq  INTEGER NOT NULL REFERENCES invoices (seq),
    PRIMARY KEY (mark, seq)
) STRICT, WITHOUT ROWID;
CREATE TABLE invoice_amounts (
    party        TEXT NOT NULL,                 -- a key of the supplier, or "account:" and the account
    currency     TEXT NOT NULL,
    dated        TEXT NOT NULL,                 -- issued, else received
    seq          INTEGER NOT NULL REFERENCES invoices (seq),
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (party, currency, dated, seq)
) STRICT, WITHOUT ROWID;
CREATE INDEX invoice_amounts_equal ON invoice_amounts (party, currency, amount_minor, dated);

-- Two invoices that look like one, and a person has said that they are not.
CREATE TABLE told_apart (
    one   INTEGER NOT NULL REFERENCES invoices (seq),
    other INTEGER NOT NULL REFERENCES invoices (seq),
    by    TEXT NOT NULL CHECK (by <> ''),
    at    TEXT NOT NULL,
    PRIMARY KEY (one, other),
    CHECK (one < other)
) STRICT, WITHOUT ROWID;
CREATE INDEX told_apart_other ON told_apart (other);

-- What left with nobody asked, by supplier key or account and day; kept by triggers on payments.
CREATE TABLE automatic_sums (
    party        TEXT NOT NULL,
    day          TEXT NOT NULL,
    currency     TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (party, day, currency)
) STRICT, WITHOUT ROWID;
-- What is paid by category and month; kept by the same triggers.
CREATE TABLE committed_sums (
    category     TEXT NOT NULL,
    month        TEXT NOT NULL,
    currency     TEXT NOT NULL,
    amount_minor INTEGER NOT NULL,
    PRIMARY KEY (category, month, currency)
) STRICT, WITHOUT ROWID;

-- Suppliers a person has listed or we have paid, and the shapes their names are mistaken by.
CREATE TABLE known_suppliers (
    supplier_key TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE supplier_shapes (
    shape        TEXT NOT NULL,
    supplier_key TEXT NOT NULL,
    PRIMARY KEY (shape, supplier_key)
) STRICT, WITHOUT ROWID;

-- What a language model has answered: a cache, and no proof of anything. What was asked is not kept.
CREATE TABLE model_answers (
    key      TEXT PRIMARY KEY,                  -- hash of the question
    category TEXT NOT NULL,
    reason   TEXT NOT NULL,
    model    TEXT NOT NULL,
    at       TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TABLE model_usage (
    day           TEXT PRIMARY KEY,
    calls         INTEGER NOT NULL,
    answers       INTEGER NOT NULL,
    input_tokens  INTEGER NOT NULL,
    output_tokens INTEGER NOT NULL,
    failures      TEXT NOT NULL                 -- how often, by kind of failure
) STRICT, WITHOUT ROWID;

-- The right to run or edit a thread for a while. It saves work; the keys above keep money safe.
CREATE TABLE claims (
    thread_id TEXT PRIMARY KEY,
    owner     TEXT NOT NULL,
    purpose   TEXT NOT NULL,
    until     REAL NOT NULL                     -- seconds since the epoch
) STRICT, WITHOUT ROWID;

-- Who has the edit form of an invoice open. Others are told, and edit something else meanwhile.
CREATE TABLE edit_leases (
    invoice_id TEXT PRIMARY KEY,
    owner      TEXT NOT NULL,                   -- one run of the program
    editor     TEXT NOT NULL,
    since      REAL NOT NULL,                   -- both in seconds since the epoch
    until      REAL NOT NULL
) STRICT, WITHOUT ROWID;

-- The trail: hash = SHA-256(prev, seq as 8 bytes, body). SQLite links the rows, `audit verify` hashes.
CREATE TABLE audit (
    seq        INTEGER PRIMARY KEY CHECK (seq > 0),
    invoice_id TEXT,
    prev       BLOB NOT NULL CHECK (length(prev) = 32),
    body       TEXT NOT NULL,
    hash       BLOB NOT NULL UNIQUE CHECK (length(hash) = 32)
) STRICT;
CREATE INDEX audit_invoice ON audit (invoice_id);

-- Guards do not lean on foreign keys: a connection that is not ours may have switched them off.
-- Where a table has two guards before INSERT they share one trigger, because the order in which
-- SQLite fires several is not defined.

-- Facts about an invoice as read never change.
CREATE TRIGGER invoices_as_read BEFORE UPDATE OF
    seq, invoice_id, thread_id, content_hash, body, number_key, kind, imported_by, received_at ON invoices
BEGIN SELECT RAISE(ABORT, 'an invoice as read never changes'); END;
CREATE TRIGGER invoices_stay BEFORE DELETE ON invoices
BEGIN SELECT RAISE(ABORT, 'invoices are never deleted'); END;
CREATE TRIGGER invoices_once BEFORE INSERT ON invoices
WHEN EXISTS (SELECT 1 FROM invoices i WHERE i.content_hash = NEW.content_hash OR i.seq = NEW.seq
             OR i.thread_id = NEW.thread_id OR i.invoice_id = NEW.invoice_id)
BEGIN SELECT RAISE(ABORT, 'an invoice is registered once'); END;

CREATE TRIGGER invoice_suppliers_fixed BEFORE UPDATE ON invoice_suppliers
BEGIN SELECT RAISE(ABORT, 'an invoice as read never changes'); END;
CREATE TRIGGER invoice_suppliers_stay BEFORE DELETE ON invoice_suppliers
BEGIN SELECT RAISE(ABORT, 'invoices are never deleted'); END;

CREATE TRIGGER edit_schemas_fixed BEFORE UPDATE ON edit_schemas
BEGIN SELECT RAISE(ABORT, 'a request keeps what it showed'); END;
CREATE TRIGGER edit_schemas_stay BEFORE DELETE ON edit_schemas
BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END;
CREATE TRIGGER edit_schemas_once BEFORE INSERT ON edit_schemas
WHEN EXISTS (SELECT 1 FROM edit_schemas s WHERE s.name = NEW.name)
BEGIN SELECT RAISE(IGNORE); END;

-- A request keeps what it showed; it is answered once.
CREATE TRIGGER requests_as_shown BEFORE UPDATE OF
    key, thread_id, interrupt_id, invoice_id, round, level, fingerprint, approvals_needed, account, category,
    holds, hold_words, policy_version, number, supplier, supplier_sort, payable, payable_minor, currency, due_date,
    hold_rank, signs, loss_day, loss_minor, waiting_since, expires_at, held_until, seat, seats, preparers_may_approve,
    importers_may_edit, edit_schema ON approval_requests
BEGIN SELECT RAISE(ABORT, 'a request keeps what it showed'); END;
CREATE TRIGGER requests_answered_once BEFORE UPDATE OF status, answered_by, answered_at ON approval_requests
WHEN OLD.status <> 'open'
BEGIN SELECT RAISE(ABORT, 'a request is answered once'); END;
CREATE TRIGGER requests_stay BEFORE DELETE ON approval_requests
BEGIN SELECT RAISE(ABORT, 'requests are never deleted'); END;
CREATE TRIGGER requests_once BEFORE INSERT ON approval_requests
WHEN EXISTS (SELECT 1 FROM approval_requests r WHERE r.key = NEW.key
             OR (r.thread_id = NEW.thread_id AND (r.interrupt_id = NEW.interrupt_id
                 OR (r.status = 'open' AND NEW.status = 'open' AND r.level = NEW.level))))
  OR NOT EXISTS (SELECT 1 FROM invoices i
                 WHERE i.thread_id = NEW.thread_id AND i.invoice_id = NEW.invoice_id)
BEGIN SELECT RAISE(ABORT, 'one request for one interrupt of a registered invoice'); END;

CREATE TRIGGER decisions_fixed BEFORE UPDATE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decisions_stay BEFORE DELETE ON decisions
BEGIN SELECT RAISE(ABORT, 'decisions are append-only'); END;
CREATE TRIGGER decisions_once BEFORE INSERT ON decisions
BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (
        SELECT 1 FROM decisions d WHERE d.thread_id = NEW.thread_id AND (d.interrupt_id = NEW.interrupt_id
            OR (NEW.verdict = 'approve' AND d.verdict = 'approve' AND d.round = NEW.round
                AND (d.level = NEW.level
                     -- One person is one, whoever lent them authority, and to whomever they lent theirs.
                     OR NEW.approver IN (d.approver, d.on_behalf_of)
                     OR NEW.on_behalf_of IN (d.approver, d.on_behalf_of)))));
    SELECT RAISE(ABORT, 'a decision is about exactly what an open request shows') WHERE NOT EXISTS (
        SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id
            AND r.interrupt_id = NEW.interrupt_id AND r.fingerprint = NEW.fingerprint
            AND r.round = NEW.round AND r.level = NEW.level AND r.status = 'open'
            AND r.seat = NEW.seat);
    SELECT RAISE(ABORT, 'the request asks for somebody else') WHERE NEW.verdict = 'approve'
        AND NEW.seat LIKE 'name:%' AND substr(NEW.seat, 6) NOT IN (NEW.approver, coalesce(NEW.on_behalf_of, ''));
    SELECT RAISE(ABORT, 'who prepared an invoice does not approve it') WHERE NEW.verdict = 'approve'
        AND EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id
            AND r.interrupt_id = NEW.interrupt_id AND r.preparers_may_approve = 0)
        AND (EXISTS (SELECT 1 FROM invoices i WHERE i.thread_id = NEW.thread_id
                AND i.imported_by IN (NEW.approver, coalesce(NEW.on_behalf_of, '')))
            OR EXISTS (SELECT 1 FROM edits e WHERE e.thread_id = NEW.thread_id
                AND e.editor IN (NEW.approver, coalesce(NEW.on_behalf_of, '')))
            -- Who has overturned other people's answers has taken a side.
            OR EXISTS (SELECT 1 FROM reopenings o WHERE o.thread_id = NEW.thread_id
                AND o.reopened_by IN (NEW.approver, coalesce(NEW.on_behalf_of, '')))
            OR EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = NEW.thread_id AND u.decided_by <> '[]'
                AND u.taken_back_by IN (NEW.approver, coalesce(NEW.on_behalf_of, ''))
                AND NOT EXISTS (SELECT 1 FROM json_each(u.decided_by) d WHERE d.value = u.taken_back_by)));
END;

CREATE TRIGGER edits_fixed BEFORE UPDATE ON edits
BEGIN SELECT RAISE(ABORT, 'edits are append-only'); END;
CREATE TRIGGER edits_stay BEFORE DELETE ON edits
BEGIN SELECT RAISE(ABORT, 'edits are append-only'); END;
CREATE TRIGGER edits_once BEFORE INSERT ON edits
WHEN NOT EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id AND r.status = 'open')
  OR EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id AND r.round >= NEW.round)
  OR EXISTS (SELECT 1 FROM edits e WHERE e.thread_id = NEW.thread_id AND e.round >= NEW.round)
  OR EXISTS (SELECT 1 FROM approval_requests r JOIN invoices i ON i.thread_id = r.thread_id
             WHERE r.thread_id = NEW.thread_id AND r.status = 'open' AND r.importers_may_edit = 0
               AND i.imported_by = NEW.editor)
BEGIN SELECT RAISE(ABORT, 'an edit begins a new round of an open request, by who may edit it'); END;

CREATE TRIGGER credits_fixed BEFORE UPDATE ON credits
BEGIN SELECT RAISE(ABORT, 'credits are append-only'); END;
CREATE TRIGGER credits_stay BEFORE DELETE ON credits
BEGIN SELECT RAISE(ABORT, 'credits are append-only'); END;
CREATE TRIGGER credits_once BEFORE INSERT ON credits
WHEN EXISTS (SELECT 1 FROM credits c WHERE c.thread_id = NEW.thread_id
             AND (c.supplier_key = NEW.supplier_key OR c.amount_minor <> NEW.amount_minor
                  OR c.currency <> NEW.currency))
  OR NOT EXISTS (SELECT 1 FROM invoices i WHERE i.thread_id = NEW.thread_id AND i.status = 'booked')
BEGIN SELECT RAISE(ABORT, 'what was booked is credited once'); END;

CREATE TRIGGER offsets_fixed BEFORE UPDATE ON offsets
BEGIN SELECT RAISE(ABORT, 'offsets are append-only'); END;
CREATE TRIGGER offsets_stay BEFORE DELETE ON offsets
BEGIN SELECT RAISE(ABORT, 'offsets are append-only'); END;
CREATE TRIGGER offsets_once BEFORE INSERT ON offsets
WHEN EXISTS (SELECT 1 FROM offsets o
             WHERE o.credit_thread = NEW.credit_thread AND o.thread_id = NEW.thread_id)
  OR NOT EXISTS (SELECT 1 FROM edits e WHERE e.thread_id = NEW.thread_id AND e.round = NEW.round)
  OR NOT EXISTS (SELECT 1 FROM credits c
                 WHERE c.thread_id = NEW.credit_thread AND c.currency = NEW.currency
                   AND c.amount_minor >= NEW.amount_minor + coalesce((
                     SELECT sum(o.amount_minor) FROM offsets o JOIN invoices i ON i.thread_id = o.thread_id
                     WHERE o.credit_thread = c.thread_id AND i.status NOT IN ('rejected', 'expired')), 0))
BEGIN SELECT RAISE(ABORT, 'no more of a credit than is left, once, by an edit'); END;

CREATE TRIGGER comments_fixed BEFORE UPDATE ON comments
BEGIN SELECT RAISE(ABORT, 'comments are append-only'); END;
CREATE TRIGGER comments_stay BEFORE DELETE ON comments
BEGIN SELECT RAISE(ABORT, 'comments are append-only'); END;
CREATE TRIGGER comments_once BEFORE INSERT ON comments
WHEN EXISTS (SELECT 1 FROM comments c WHERE c.thread_id = NEW.thread_id AND c.number >= NEW.number)
  OR NOT EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id AND r.status = 'open')
BEGIN SELECT RAISE(ABORT, 'a comment follows the last one on an open request'); END;

CREATE TRIGGER reminders_fixed BEFORE UPDATE ON reminders
BEGIN SELECT RAISE(ABORT, 'reminders are append-only'); END;
CREATE TRIGGER reminders_stay BEFORE DELETE ON reminders
BEGIN SELECT RAISE(ABORT, 'reminders are append-only'); END;
CREATE TRIGGER reminders_once BEFORE INSERT ON reminders
BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (SELECT 1 FROM reminders m
        WHERE m.thread_id = NEW.thread_id AND m.interrupt_id = NEW.interrupt_id);
    SELECT RAISE(ABORT, 'a reminder is about an open request') WHERE NOT EXISTS (
        SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id
            AND r.interrupt_id = NEW.interrupt_id AND r.status = 'open');
END;

CREATE TRIGGER category_feedback_fixed BEFORE UPDATE ON category_feedback
BEGIN SELECT RAISE(ABORT, 'what people said is append-only'); END;
CREATE TRIGGER category_feedback_stay BEFORE DELETE ON category_feedback
BEGIN SELECT RAISE(ABORT, 'what people said is append-only'); END;
CREATE TRIGGER category_feedback_once BEFORE INSERT ON category_feedback
BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (
        SELECT 1 FROM category_feedback f WHERE f.subject = NEW.subject AND f.source = NEW.source);
    SELECT RAISE(ABORT, 'what people said comes in order, of invoices that are here')
    WHERE NEW.seq <> coalesce((SELECT max(seq) FROM category_feedback), 0) + 1
       OR (NEW.thread_id IS NOT NULL AND NOT EXISTS (
           SELECT 1 FROM invoices i WHERE i.thread_id = NEW.thread_id AND NEW.subject = i.thread_id));
END;

CREATE TRIGGER category_undone_fixed BEFORE UPDATE ON category_undone
BEGIN SELECT RAISE(ABORT, 'what people took back is append-only'); END;
CREATE TRIGGER category_undone_stay BEFORE DELETE ON category_undone
BEGIN SELECT RAISE(ABORT, 'what people took back is append-only'); END;
CREATE TRIGGER category_undone_once BEFORE INSERT ON category_undone
BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (
        SELECT 1 FROM category_undone u WHERE u.feedback = NEW.feedback);
    SELECT RAISE(ABORT, 'what is taken back was said')
    WHERE NEW.seq <> coalesce((SELECT max(seq) FROM category_undone), 0) + 1
       OR NOT EXISTS (SELECT 1 FROM category_feedback f WHERE f.seq = NEW.feedback);
END;

CREATE TRIGGER payments_fixed BEFORE UPDATE ON payments
BEGIN SELECT RAISE(ABORT, 'payments are append-only'); END;
CREATE TRIGGER payments_stay BEFORE DELETE ON payments
BEGIN SELECT RAISE(ABORT, 'payments are append-only'); END;
CREATE TRIGGER payments_once BEFORE INSERT ON payments
BEGIN
    SELECT RAISE(IGNORE) WHERE EXISTS (
        SELECT 1 FROM payments p WHERE p.payment_key = NEW.payment_key OR p.payment_id = NEW.payment_id
            OR p.replaces = NEW.replaces);
    SELECT RAISE(ABORT, 'an invoice is paid once') WHERE EXISTS (
        SELECT 1 FROM payments p WHERE p.thread_id = NEW.thread_id AND (NEW.replaces IS NULL
            OR NOT EXISTS (SELECT 1 FROM payment_events e
                           WHERE e.payment_id = p.payment_id AND e.status = 'voided')));
    SELECT RAISE(ABORT, 'only a voided payment is replaced, and only by people') WHERE NEW.replaces IS NOT NULL
        AND (NEW.fingerprint IS NULL OR NOT EXISTS (
            SELECT 1 FROM payment_events e WHERE e.payment_id = NEW.replaces AND e.status = 'voided'));
    SELECT RAISE(ABORT, 'no payment without an invoice that may be paid') WHERE NOT EXISTS (
        SELECT 1 FROM invoices i WHERE i.thread_id = NEW.thread_id
            AND i.status NOT IN ('booked', 'rejected', 'expired'));
    SELECT RAISE(ABORT, 'no payment of what was refused') WHERE EXISTS (
        SELECT 1 FROM decisions d WHERE d.thread_id = NEW.thread_id AND d.verdict IN ('reject', 'expire')
            AND NOT EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = d.thread_id AND u.round > d.round));
    SELECT RAISE(ABORT, 'no payment lowered by a credit that is used elsewhere') WHERE EXISTS (
        SELECT 1 FROM offsets mine JOIN credits c ON c.thread_id = mine.credit_thread
        WHERE mine.thread_id = NEW.thread_id AND c.amount_minor < (
            SELECT sum(o.amount_minor) FROM offsets o JOIN invoices i ON i.thread_id = o.thread_id
            WHERE o.credit_thread = c.thread_id AND i.status NOT IN ('rejected', 'expired')));
    SELECT RAISE(ABORT, 'no payment past the people who were asked') WHERE NEW.fingerprint IS NULL
        AND (EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id)
             OR EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = NEW.thread_id)
             OR EXISTS (SELECT 1 FROM reopenings o WHERE o.thread_id = NEW.thread_id));
    -- An edit or a reversal begins a round before its request is there.
    SELECT RAISE(ABORT, 'a payment is made in the round in force') WHERE NEW.round <> max(1,
        coalesce((SELECT max(r.round) FROM approval_requests r WHERE r.thread_id = NEW.thread_id), 0),
        coalesce((SELECT max(e.round) FROM edits e WHERE e.thread_id = NEW.thread_id), 0),
        coalesce((SELECT max(u.round) FROM reversals u WHERE u.thread_id = NEW.thread_id), 0));
    SELECT RAISE(ABORT, 'no payment without the approvals it needs') WHERE NEW.fingerprint IS NOT NULL AND (
        SELECT count(*) FROM decisions d WHERE d.thread_id = NEW.thread_id AND d.verdict = 'approve'
            AND d.fingerprint = NEW.fingerprint AND d.round = NEW.round)
        < coalesce((SELECT max(r.approvals_needed) FROM approval_requests r
                    WHERE r.thread_id = NEW.thread_id AND r.fingerprint = NEW.fingerprint), 1);
END;

CREATE TRIGGER payment_events_fixed BEFORE UPDATE ON payment_events
BEGIN SELECT RAISE(ABORT, 'payment events are append-only'); END;
CREATE TRIGGER payment_events_stay BEFORE DELETE ON payment_events
BEGIN SELECT RAISE(ABORT, 'payment events are append-only'); END;
CREATE TRIGGER payment_events_once BEFORE INSERT ON payment_events
WHEN NOT EXISTS (SELECT 1 FROM payments p WHERE p.payment_id = NEW.payment_id)
  OR EXISTS (SELECT 1 FROM payment_events e WHERE e.payment_id = NEW.payment_id AND e.status = NEW.status)
  OR (NEW.status = 'voided' AND NOT EXISTS (
      SELECT 1 FROM reversals u WHERE u.payment_id = NEW.payment_id))
  OR (NEW.status = 'exported' AND NOT EXISTS (
      SELECT 1 FROM payment_run_lines l WHERE l.payment_id = NEW.payment_id))
BEGIN SELECT RAISE(ABORT, 'a payment takes a status once, by a reversal or in a run only'); END;
-- scheduled -> exported -> settled; scheduled -> voided
CREATE TRIGGER payment_events_order BEFORE INSERT ON payment_events
WHEN NEW.status <> CASE (SELECT group_concat(e.status) FROM (SELECT status FROM payment_events
                         WHERE payment_id = NEW.payment_id ORDER BY status) e)
                   WHEN 'scheduled' THEN CASE WHEN NEW.status = 'voided' THEN 'voided' ELSE 'exported' END
                   WHEN 'exported,scheduled' THEN 'settled'
                   ELSE CASE WHEN (SELECT count(*) FROM payment_events WHERE payment_id = NEW.payment_id) = 0
                             THEN 'scheduled' ELSE '' END END
BEGIN SELECT RAISE(ABORT, 'a payment cannot take this status now'); END;

CREATE TRIGGER reversals_fixed BEFORE UPDATE ON reversals
BEGIN SELECT RAISE(ABORT, 'reversals are append-only'); END;
CREATE TRIGGER reversals_stay BEFORE DELETE ON reversals
BEGIN SELECT RAISE(ABORT, 'reversals are append-only'); END;
CREATE TRIGGER reversals_once BEFORE INSERT ON reversals
BEGIN
    SELECT RAISE(ABORT, 'a reversal begins a new round of its own invoice') WHERE
        NOT EXISTS (SELECT 1 FROM invoices i WHERE i.thread_id = NEW.thread_id)
        OR EXISTS (SELECT 1 FROM reversals u WHERE u.payment_id = NEW.payment_id
                   OR (u.thread_id = NEW.thread_id AND u.round >= NEW.round))
        OR EXISTS (SELECT 1 FROM edits e WHERE e.thread_id = NEW.thread_id AND e.round >= NEW.round)
        OR EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id
                   AND (r.round >= NEW.round OR r.status = 'open'));
    SELECT RAISE(ABORT, 'only what is scheduled is taken back') WHERE NEW.payment_id IS NOT NULL AND (
        SELECT group_concat(e.status) FROM payment_events e JOIN payments p ON p.payment_id = e.payment_id
        WHERE p.payment_id = NEW.payment_id AND p.thread_id = NEW.thread_id) IS NOT 'scheduled';
    SELECT RAISE(ABORT, 'what is in a payment run is not taken back') WHERE EXISTS (
        SELECT 1 FROM payment_run_lines l WHERE l.payment_id = NEW.payment_id);
    SELECT RAISE(ABORT, 'only a rejection that stands is taken back') WHERE NEW.payment_id IS NULL AND (
        NOT EXISTS (SELECT 1 FROM decisions d WHERE d.thread_id = NEW.thread_id AND d.verdict = 'reject'
            AND NOT EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = d.thread_id AND u.round > d.round))
        OR EXISTS (SELECT 1 FROM reopenings o WHERE o.reopens = NEW.thread_id));
END;

CREATE TRIGGER reopenings_fixed BEFORE UPDATE ON reopenings
BEGIN SELECT RAISE(ABORT, 'reopenings are append-only'); END;
CREATE TRIGGER reopenings_stay BEFORE DELETE ON reopenings
BEGIN SELECT RAISE(ABORT, 'reopenings are append-only'); END;
CREATE TRIGGER reopenings_once BEFORE INSERT ON reopenings
BEGIN
    SELECT RAISE(ABORT, 'an invoice is reopened once') WHERE EXISTS (
        SELECT 1 FROM reopenings o WHERE o.thread_id = NEW.thread_id OR o.reopens = NEW.reopens);
    SELECT RAISE(ABORT, 'a reopened invoice is the one that was read') WHERE NOT EXISTS (
        SELECT 1 FROM invoices i JOIN invoices old ON old.thread_id = NEW.reopens
        WHERE i.thread_id = NEW.thread_id AND i.seq > old.seq AND i.body = old.body
            AND i.imported_by = old.imported_by AND i.kind = old.kind AND i.number_key IS old.number_key)
        OR EXISTS (SELECT 1 FROM approval_requests r WHERE r.thread_id = NEW.thread_id)
        OR NEW.origin <> coalesce((SELECT o.origin FROM reopenings o WHERE o.thread_id = NEW.reopens), NEW.reopens);
    SELECT RAISE(ABORT, 'only what was refused is reopened') WHERE NOT EXISTS (
        SELECT 1 FROM decisions d WHERE d.thread_id = NEW.reopens AND d.verdict IN ('reject', 'expire')
            AND NOT EXISTS (SELECT 1 FROM reversals u WHERE u.thread_id = d.thread_id AND u.round > d.round));
END;
CREATE TRIGGER invoice_marks_fixed BEFORE UPDATE ON invoice_marks
BEGIN SELECT RAISE(ABORT, 'an invoice as read never changes'); END;
CREATE TRIGGER invoice_marks_stay BEFORE DELETE ON invoice_marks
BEGIN SELECT RAISE(ABORT, 'invoices are never deleted'); END;
CREATE TRIGGER invoice_amounts_fixed BEFORE UPDATE ON invoice_amounts
BEGIN SELECT RAISE(ABORT, 'an invoice as read never changes'); END;
CREATE TRIGGER invoice_amounts_stay BEFORE DELETE ON invoice_amounts
BEGIN SELECT RAISE(ABORT, 'invoices are never deleted'); END;
CREATE TRIGGER told_apart_fixed BEFORE UPDATE ON told_apart
BEGIN SELECT RAISE(ABORT, 'what was told apart stays so'); END;
CREATE TRIGGER told_apart_stay BEFORE DELETE ON told_apart
BEGIN SELECT RAISE(ABORT, 'what was told apart stays so'); END;
CREATE TRIGGER told_apart_once BEFORE INSERT ON told_apart
WHEN EXISTS (SELECT 1 FROM told_apart t WHERE t.one = NEW.one AND t.other = NEW.other)
BEGIN SELECT RAISE(IGNORE); END;

CREATE TRIGGER known_suppliers_fixed BEFORE UPDATE ON known_suppliers
BEGIN SELECT RAISE(ABORT, 'a supplier stays known'); END;
CREATE TRIGGER known_suppliers_stay BEFORE DELETE ON known_suppliers
BEGIN SELECT RAISE(ABORT, 'a supplier stays known'); END;
CREATE TRIGGER known_suppliers_once BEFORE INSERT ON known_suppliers
WHEN EXISTS (SELECT 1 FROM known_suppliers k WHERE k.supplier_key = NEW.supplier_key)
BEGIN SELECT RAISE(IGNORE); END;
CREATE TRIGGER supplier_shapes_fixed BEFORE UPDATE ON supplier_shapes
BEGIN SELECT RAISE(ABORT, 'a supplier stays known'); END;
CREATE TRIGGER supplier_shapes_stay BEFORE DELETE ON supplier_shapes
BEGIN SELECT RAISE(ABORT, 'a supplier stays known'); END;

-- Sums follow the payments in the same transaction, whoever writes them.
CREATE TRIGGER payments_counted AFTER INSERT ON payments
BEGIN
    INSERT INTO automatic_sums
        SELECT party, substr(NEW.created_at, 1, 10), NEW.currency, NEW.amount_minor FROM (
            SELECT s.supplier_key AS party FROM invoice_suppliers s WHERE s.thread_id = NEW.thread_id
            UNION ALL SELECT 'account:' || NEW.account WHERE NEW.account IS NOT NULL)
        WHERE NEW.fingerprint IS NULL
        ON CONFLICT DO UPDATE SET amount_minor = min(amount_minor + excluded.amount_minor, 9223372036854775807);
    INSERT INTO committed_sums
        SELECT NEW.category, substr(NEW.created_at, 1, 7), NEW.currency, NEW.amount_minor
        WHERE NEW.category IS NOT NULL
        ON CONFLICT DO UPDATE SET amount_minor = min(amount_minor + excluded.amount_minor, 9223372036854775807);
END;
CREATE TRIGGER payments_uncounted AFTER INSERT ON payment_events WHEN NEW.status = 'voided'
BEGIN
    UPDATE automatic_sums SET amount_minor = automatic_sums.amount_minor - p.amount_minor FROM payments p
        WHERE p.payment_id = NEW.payment_id AND p.fingerprint IS NULL
          AND day = substr(p.created_at, 1, 10) AND automatic_sums.currency = p.currency
          AND (party = 'account:' || p.account OR party IN (
               SELECT s.supplier_key FROM invoice_suppliers s WHERE s.thread_id = p.thread_id));
    UPDATE committed_sums SET amount_minor = committed_sums.amount_minor - p.amount_minor FROM payments p
        WHERE p.payment_id = NEW.payment_id AND committed_sums.category = p.category
          AND month = substr(p.created_at, 1, 7) AND committed_sums.currency = p.currency;
END;

CREATE TRIGGER payment_runs_fixed BEFORE UPDATE ON payment_runs
BEGIN SELECT RAISE(ABORT, 'payment runs are append-only'); END;
CREATE TRIGGER payment_runs_stay BEFORE DELETE ON payment_runs
BEGIN SELECT RAISE(ABORT, 'payment runs are append-only'); END;
CREATE TRIGGER payment_runs_once BEFORE INSERT ON payment_runs
WHEN EXISTS (SELECT 1 FROM payment_runs r WHERE r.run_id = NEW.run_id)
BEGIN SELECT RAISE(ABORT, 'a payment run is written down once'); END;

CREATE TRIGGER payment_run_lines_fixed BEFORE UPDATE ON payment_run_lines
BEGIN SELECT RAISE(ABORT, 'payment runs are append-only'); END;
CREATE TRIGGER payment_run_lines_stay BEFORE DELETE ON payment_run_lines
BEGIN SELECT RAISE(ABORT, 'payment runs are append-only'); END;
CREATE TRIGGER payment_run_lines_once BEFORE INSERT ON payment_run_lines
BEGIN
    SELECT RAISE(ABORT, 'a payment is in one run, once') WHERE EXISTS (
        SELECT 1 FROM payment_run_lines l WHERE l.payment_id = NEW.payment_id
            OR l.end_to_end_id = NEW.end_to_end_id OR (l.run_id = NEW.run_id AND l.ordinal = NEW.ordinal));
    SELECT RAISE(ABORT, 'a run has the payments it was written down with') WHERE NOT EXISTS (
        SELECT 1 FROM payment_runs r WHERE r.run_id = NEW.run_id AND NEW.ordinal <= r.payments);
    SELECT RAISE(ABORT, 'only what is scheduled is exported') WHERE (
        SELECT group_concat(e.status) FROM payment_events e WHERE e.payment_id = NEW.payment_id)
            IS NOT 'scheduled'
        OR EXISTS (SELECT 1 FROM reversals u WHERE u.payment_id = NEW.payment_id)
        OR NOT EXISTS (SELECT 1 FROM payments p WHERE p.payment_id = NEW.payment_id
            AND substr(p.payment_key, 1, 32) = NEW.end_to_end_id
            AND NEW.execution_date >= p.execution_date);
END;

CREATE TRIGGER audit_fixed BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_stay BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'the audit trail is append-only'); END;
CREATE TRIGGER audit_linked BEFORE INSERT ON audit
WHEN NEW.seq <> coalesce((SELECT max(seq) FROM audit), 0) + 1
  OR NEW.prev <> coalesce((SELECT hash FROM audit ORDER BY seq DESC LIMIT 1), zeroblob(32))
  OR EXISTS (SELECT 1 FROM audit a WHERE a.hash = NEW.hash)
BEGIN SELECT RAISE(ABORT, 'the audit trail is a chain'); END;
