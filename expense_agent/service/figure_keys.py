"""The keys of computed figures: what `metrics` and `policy try` report. Help texts print them."""

METRICS = {
    "as_of": "when this was computed (UTC)",
    "invoices": "how many there are, by state; `all` is their sum",
    "touchless": "paid without a human decision, of all payments that are not voided",
    "exceptions": "invoices with a blocking hold, of all",
    "first_pass": "approved without an edit, of all that people approved",
    "cycle_hours": "received -> scheduled, of all payments: p50, p90, count",
    "cycle_hours_asked": "the same of those that people decided",
    "decision_hours": "shown -> approved or rejected by a person: p50, p90, count",
    "queue_age": "what waits now: count, held, p50, p90 and oldest in hours since first shown, and"
    " `by_age`: count by the age that is not reached yet",
    "edits": "field -> invoices in which people changed it, of all that people were asked about",
    "overrides": "rule -> invoices approved in spite of its blocking hold, of those decided;"
    " near 100 % the rule is noise",
    "expired": "closed because nobody decided in time, of all that people were asked about and"
    " that are closed",
    "stopped": "`duplicates`: held as a duplicate and not paid; `conflicts`: those of them whose"
    " twin was paid already; each with count and sums by currency",
    "spend_by_category": "not voided payments: category (null: none), currency, count, sum;"
    " the largest sums of each currency first",
    "spend_by_supplier": "the same by supplier, the twenty largest of each currency",
    "per_day": "the last ninety days with any: day, automatic (payments nobody was asked about),"
    " approve, reject, expire, other (hold, release, send back), edit",
    "categories": "kind of evidence -> suggestions the first person to look left as they were, of"
    " all that people looked at one by one",
    "language_model": "calls, answers, input and output tokens, and failures by kind",
    "discount_lost": "discounts granted when an invoice came, that ran out before it was scheduled"
    " or while it still waits: count, sums by currency",
}
"""The keys of `metrics --json`. A rate is {"count", "of", "percent"}; percent null of nothing."""
POLICY_TRY = {
    "changed": "key -> {now, tried}",
    "invoices": "how many of the history were replayed; what transfers nothing is left out",
    "untouched": "how many leave with nobody asked: now, tried",
    "more": "what the tried policy lets through and the one in force stops: count, sums by"
    " currency, invoices with id, supplier, amount, status and the holds of the one that stops it",
    "fewer": "the reverse",
    "slipped": "of `more`: duplicates (held as one), rejected, expired, edited; count, sums, ids",
    "hours_saved": "of `more`: how long people took from shown to decided, together",
    "decisions_saved": "of `more`: how often people approved or rejected",
    "stops": "rule -> invoices it would stop under the tried policy",
    "approximations": "what could not be replayed exactly",
}
"""The keys of `policy try --json`."""
