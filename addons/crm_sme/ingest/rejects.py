"""Refused records are kept, and closed when the record goes in later."""

import json

from odoo.tools import SQL

from .rows import insert, overwrite

KEY = ("source_id", "kind", "external_id")
COLUMNS = (
    "kind", "external_id", "version", "stage", "payload", "path", "reason", "refusal",
)  # fmt: skip


def keep(ctx, stream, items):
    """Keep the rejected ones among ``items`` and close rejects of those that went in.

    :param stream: ``sme.stream`` record, or None for a replay
    """
    refused = {item.key: item for item in items if item.status == "rejected"}
    _close(ctx, [i for i in items if i.status != "rejected" and i.key not in refused])
    if refused:
        _upsert(ctx, stream, refused.values())
    ctx.env["sme.reject"].invalidate_model()


def _close(ctx, items):
    """Close open rejects that are not newer than what is stored now."""
    if not items:
        return
    ctx.env.execute_query(
        SQL(
            "UPDATE sme_reject r SET state = 'solved', write_date = %(now)s "
            "FROM jsonb_to_recordset(%(rows)s::jsonb) "
            "AS i(kind varchar, external_id varchar, version varchar) "
            "WHERE r.source_id = %(source)s AND r.state = 'open' AND r.kind = i.kind "
            "AND r.external_id = i.external_id "
            "AND COALESCE(r.version, '') <= i.version RETURNING r.id",
            now=ctx.now,
            rows=json.dumps(
                [
                    {"kind": i.kind, "external_id": i.external_id, "version": i.version}
                    for i in items
                ]
            ),
            source=ctx.source.id,
        )
    )


def _upsert(ctx, stream, items):
    reject = ctx.env["sme.reject"]
    insert(
        reject,
        COLUMNS,
        [
            {
                "kind": item.kind,
                "external_id": item.external_id,
                "version": item.version,
                "stage": "agent" if item.error else "door",
                "payload": item.data,
                "path": item.path,
                "reason": item.reason or "?",
                "refusal": item.refusal,
            }
            for item in items
        ],
        constants={
            "source_id": ctx.source.id,
            "company_id": ctx.company.id,
            "state": "open",
            "stream_id": stream.id if stream else None,
            "try_count": 1,
            "first_try": ctx.now,
            "last_try": ctx.now,
        },
        conflict=SQL(
            "%s, try_count = sme_reject.try_count + 1",
            overwrite(reject, KEY, (*COLUMNS, "state", "last_try")),
        ),
    )
