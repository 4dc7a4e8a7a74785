"""What a call leaves behind: the cursor, the answer, the run's counts and state."""

import json

from odoo.tools import SQL

from ..tools import wire
from ..tools.wire import Shape
from .context import naive
from .rows import insert

REPORT = Shape(
    {},
    {
        "state": wire.one_of("running", "complete", "failed", "needs_credentials"),
        "watermark": wire.when,
        "message": wire.text,
        "full": wire.truth,
        "platform": wire.text,
        "agent": wire.text,
    },
    {"state": "running", "full": False},
)
STREAM_STATES = {
    "running": "running",
    "complete": "ok",
    "failed": "failed",
    "needs_credentials": "needs_credentials",
}
COUNTS = ("created", "updated", "unchanged", "stale", "rejected", "gone")


def note(ctx, stream, run, seq, *, answer, report):
    """Move the cursor, keep the answer for a repeat and add to the run.

    :param dict answer: what the call answers; its results are kept as they are
    :param dict report: the agent's word on the run, checked before, or None
    """
    report = REPORT(wire.cleaned(report or {}))
    state = STREAM_STATES[report["state"]]
    values = {
        "run_key": run,
        "run_seq": seq,
        "state": state,
        "message": report["message"] or False,
        "last_push": ctx.now,
        "record_count": stream.record_count + len(answer["results"]),
    }
    if report["watermark"]:
        values["watermark"] = naive(report["watermark"])
    if report["state"] == "complete":
        values["last_complete"] = ctx.now
    stream.write(values)
    if report["platform"] and report["platform"] != ctx.source.platform:
        ctx.source.write({"platform": report["platform"]})
    lacking = ctx.env["res.currency"].browse(sorted(ctx.without_rate))
    if lacking - ctx.source.lacking_rate_ids:
        ctx.source.lacking_rate_ids |= lacking
    ctx.env.flush_all()
    # Not through the ORM, which stores an empty cursor as none at all.
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_stream SET cursor = %s::jsonb, answer = %s::jsonb "
            "WHERE id = %s RETURNING 1",
            json.dumps(answer["cursor"]),
            json.dumps(answer),
            stream.id,
        )
    )
    stream.invalidate_recordset()
    _add_to_run(ctx, stream, run, answer["counts"], report)


def _add_to_run(ctx, stream, run, counts, report):
    """Add counts to the run's row, made by its first batch."""
    names = [f"{word}_count" for word in COUNTS]
    row = {f"{word}_count": counts.get(word, 0) for word in COUNTS}
    row.update(run_key=run, batch_count=1, message=report["message"])
    ended = report["state"] != "running"
    insert(
        ctx.env["sme.sync.run"],
        ("run_key", "batch_count", "message", *names),
        [row],
        constants={
            "source_id": ctx.source.id,
            "stream_id": stream.id,
            "company_id": ctx.company.id,
            "started_on": ctx.now,
            "ended_on": ctx.now if ended else None,
            "state": report["state"],
            "full": report["full"],
            "agent_version": report["agent"],
            "duration_s": 0.0,
        },
        conflict=SQL(
            "(stream_id, run_key) DO UPDATE SET %s, state = EXCLUDED.state, "
            "message = COALESCE(EXCLUDED.message, sme_sync_run.message), "
            "ended_on = EXCLUDED.ended_on, write_date = EXCLUDED.write_date, "
            '"full" = sme_sync_run."full" OR EXCLUDED."full", duration_s = extract('
            "epoch FROM EXCLUDED.started_on - sme_sync_run.started_on)",
            SQL(", ").join(
                SQL("%(c)s = sme_sync_run.%(c)s + EXCLUDED.%(c)s", c=SQL.identifier(c))
                for c in ("batch_count", *names)
            ),
        ),
    )
    ctx.env["sme.sync.run"].invalidate_model()
