"""The JSON that only commands print: one function for each shape of the contract.

Scripts rely on the names that stand here, whatever the fields of a view are called.
"""

from expense_agent.service import Held, ImportProblem, RecoveryReport, StepRow
from expense_agent.service.category_review import (
    CategoryAnswer,
    CategoryCount,
    LearnedReport,
    UnsureCategory,
)
from expense_agent.service.payment_runs import LeftOut, RunPlan, RunReport
from expense_agent.service.readings import Stalled, Verification
from expense_agent.service.store_metrics import Amounts, Metrics, Rate, Spend, Spread
from expense_agent.shapes import Shape


def stepping_shape(row: StepRow) -> Shape:
    """Return a thread that is stepped through, as `queue --view steps` prints it."""
    return {
        "id": row.invoice_id,
        "invoice_id": row.invoice_id,
        "number": row.number,
        "supplier": row.supplier,
        "payable_amount": row.payable_amount,
        "currency": row.currency,
        "step": row.step,
        "proposed": dict(row.proposed),
        "since": row.since,
        "note": row.note,
    }


def stalled_shape(stalled: Stalled) -> Shape:
    """Return an invoice as `queue --view stalled` prints it."""
    return {
        "id": stalled.id,
        "state": stalled.state,
        "since": stalled.since,
        "why": stalled.why,
    }


def unsure_shape(unsure: UnsureCategory) -> Shape:
    """Return an invoice as `queue --view confirm` prints it."""
    return {
        "id": unsure.invoice_id,
        "number": unsure.number,
        "supplier": unsure.supplier,
        "payable_amount": unsure.payable_amount,
        "currency": unsure.currency,
        "state": unsure.state,
        "category": unsure.category,
        "confidence": unsure.confidence,
        "kind": unsure.kind,
        "why": unsure.why,
        "doubt": unsure.doubt,
        "candidates": list(unsure.candidates),
        "words": unsure.words,
        "received_at": unsure.received_at,
    }


def category_shape(count: CategoryCount) -> Shape:
    """Return a category as `categories` prints it."""
    return {
        "id": count.id,
        "label": count.label,
        "gl_code": count.gl_code,
        "removed": count.removed,
        "invoices": count.invoices,
        "confirmed": count.confirmed,
    }


def answer_shape(answer: CategoryAnswer) -> Shape:
    """Return the answer to a person's word on a category."""
    return {
        "id": answer.invoice_id,
        "outcome": answer.outcome,
        "reason": answer.reason,
        "category": answer.category,
        "supplier": answer.supplier,
        "others": list(answer.others),
    }


def learned_shape(report: LearnedReport) -> Shape:
    """Return the result of reading an old ledger."""
    return {
        "learned": report.learned,
        "known": report.known,
        "problems": [problem_shape(problem) for problem in report.problems],
    }


def problem_shape(problem: ImportProblem) -> Shape:
    """Return why a part of a file was not taken."""
    return {"file": problem.file, "location": problem.location, "reason": problem.reason}


def recovery_shape(report: RecoveryReport) -> Shape:
    """Return the result of `recover`."""
    return {
        "finished": list(report.finished),
        "failed": [list(one) for one in report.failed],
        "set_aside": report.set_aside,
        "held": [held_shape(held) for held in report.held],
    }


def held_shape(held: Held) -> Shape:
    """Return a thread that a living session has the right to run."""
    return {
        "thread_id": held.thread_id,
        "invoice_id": held.invoice_id,
        "by": held.by,
        "process": held.process,
        "purpose": held.purpose,
        "since": held.since,
    }


def proof_shape(proof: Verification) -> Shape:
    """Return the result of `audit verify`."""
    return {
        "ok": proof.ok,
        "events": proof.events,
        "payments": proof.payments,
        "head": proof.head,
        "findings": list(proof.findings),
    }


def plan_shape(plan: RunPlan) -> Shape:
    """Return what a run would hold as `pay-run --dry-run` prints it."""
    return {
        "format": plan.format,
        "payments": [
            {
                "payment_id": payment.payment_id,
                "invoice_id": payment.invoice_id,
                "supplier": payment.supplier,
                "account": payment.account,
                "amount": payment.amount,
                "currency": payment.currency,
                "remittance": payment.remittance,
                "execution_date": payment.execution_date,
                "end_to_end_id": payment.end_to_end_id,
            }
            for payment in plan.payments
        ],
        "totals": dict(plan.totals),
        "dates": [
            {"date": day.date, "currency": day.currency, "payments": day.payments, "sum": day.sum}
            for day in plan.dates
        ],
        "left_out": [left_out_shape(payment) for payment in plan.left_out],
        "notes": list(plan.notes),
    }


def left_out_shape(payment: LeftOut) -> Shape:
    """Return an entry of `left_out`."""
    return {
        "payment_id": payment.payment_id,
        "invoice_id": payment.invoice_id,
        "supplier": payment.supplier,
        "amount": payment.amount,
        "currency": payment.currency,
        "reason": payment.reason,
    }


def report_shape(report: RunReport) -> Shape:
    """Return what became of a run as `pay-run` prints it."""
    return {
        "run": report.run,
        "format": report.format,
        "file": report.file,
        "sha256": report.sha256,
        "bytes": report.bytes,
        "payments": report.payments,
        "totals": dict(report.totals),
        "created_at": report.created_at,
        "head": report.head,
        "repeated": report.repeated,
        "left_out": [left_out_shape(payment) for payment in report.left_out],
        "notes": list(report.notes),
    }


def metrics_shape(metrics: Metrics) -> Shape:
    """Return the figures as `metrics` prints them."""
    return {
        "as_of": metrics.as_of,
        "invoices": {"all": sum(metrics.invoices.values()), **metrics.invoices},
        "touchless": rate_shape(metrics.touchless),
        "exceptions": rate_shape(metrics.exceptions),
        "first_pass": rate_shape(metrics.first_pass),
        "cycle_hours": spread_shape(metrics.cycle_hours),
        "cycle_hours_asked": spread_shape(metrics.cycle_hours_asked),
        "decision_hours": spread_shape(metrics.decision_hours),
        "queue_age": {
            **spread_shape(metrics.queue_age.ages),
            "oldest": metrics.queue_age.oldest,
            "held": metrics.queue_age.held,
            "by_age": dict(metrics.queue_age.by_age),
        },
        "edits": {name: rate_shape(rate) for name, rate in metrics.edits.items()},
        "overrides": {rule: rate_shape(rate) for rule, rate in metrics.overrides.items()},
        "expired": rate_shape(metrics.expired),
        "stopped": {
            "duplicates": amounts_shape(metrics.duplicates),
            "conflicts": amounts_shape(metrics.conflicts),
        },
        "spend_by_category": [
            {"category": spend.name, **_spent(spend)} for spend in metrics.spend_by_category
        ],
        "spend_by_supplier": [
            {"supplier": spend.name, **_spent(spend)} for spend in metrics.spend_by_supplier
        ],
        "per_day": [
            {
                "day": day.day,
                "automatic": day.automatic,
                "approve": day.approve,
                "reject": day.reject,
                "expire": day.expire,
                "other": day.other,
                "edit": day.edit,
            }
            for day in metrics.per_day
        ],
        "categories": {kind: rate_shape(rate) for kind, rate in metrics.evidence.items()},
        "language_model": {
            "calls": metrics.language_model.calls,
            "answers": metrics.language_model.answers,
            "input_tokens": metrics.language_model.input_tokens,
            "output_tokens": metrics.language_model.output_tokens,
            "failures": dict(metrics.language_model.failures),
        },
        "discount_lost": amounts_shape(metrics.discount_lost),
    }


def rate_shape(rate: Rate) -> Shape:
    """Return a share with the counts it is made of."""
    return {"count": rate.count, "of": rate.of, "percent": rate.percent}


def spread_shape(spread: Spread) -> Shape:
    """Return median and 90th percentile, in hours."""
    return {"count": spread.count, "p50": spread.p50, "p90": spread.p90}


def amounts_shape(amounts: Amounts) -> Shape:
    """Return a count with its sums by currency."""
    return {"count": amounts.count, "sums": dict(amounts.sums)}


def _spent(spend: Spend) -> Shape:
    return {"currency": spend.currency, "count": spend.count, "sum": spend.sum}
