import logging

from odoo import api, models, release
from odoo.exceptions import AccessError, UserError
from odoo.tools import SQL

from . import runs
from .batch import Batch
from .context import STORING, Context
from .keys import key_days
from .limits import MAX_RECORDS, shown
from .rows import insert
from .stored import known_page

_logger = logging.getLogger(__name__)

CONTRACT_MIN = 1
CONTRACT_MAX = 1
GROUP = "crm_sme.crm_sme_group_sync"
REFRESH_CRON = "crm_sme.ir_cron_refresh_touched"


class SmeIngest(models.AbstractModel):
    """The door: the only way in for the agent, see ``docs/contract.md``.

    The caller needs no right but the group *Sync agent*: each method checks it and
    then works as superuser in the company of the source.
    """

    _name = "sme.ingest"
    _description = "Door for the Sync Agent"

    # ------------------------------------------------------------------ public
    @api.model
    def hello(self, contract, source=""):
        """Tell versions, clock, company, the key's end and the streams of a source.

        :param int contract: version of the contract that the agent speaks
        :param str source: code of a source; unknown ones are answered with null
        :raises AccessError: the user lacks the group *Sync agent*
        """
        door = self._enter(contract, check_contract=False)
        record = door._find_source(source) if source else None
        company = record.company_id if record else self.env.company.sudo()
        module = door.env["ir.module.module"]._get("crm_sme")
        return {
            "contract": {"min": CONTRACT_MIN, "max": CONTRACT_MAX},
            "server_time": _utc(self.env.cr.now()),
            "odoo": release.major_version,
            "addon": module.latest_version or module.installed_version,
            "database": self.env.cr.dbname,
            "user": self.env.user.login,
            "company": {
                "name": company.name,
                "currency": company.currency_id.name,
                "tz": company.partner_id.tz or self.env.user.tz or "UTC",
            },
            "key_expires_in_days": key_days(door.env, self.env.user),
            "source": record._hello() if record else None,
            "streams": {s.name: s._hello() for s in record.stream_ids}
            if record
            else {},
        }

    @api.model
    def push(  # noqa: PLR0917 - the contract's arguments, also by position
        self,
        contract,
        source,
        stream,
        run,
        seq,
        cursor_before,
        cursor_after,
        records,
        report=None,
    ):
        """Store one batch of records and move the stream's cursor, all or nothing.

        :return: status, cursor, one result for each record in their order, counts
        :rtype: dict
        :raises AccessError: the user lacks the group *Sync agent*
        :raises UserError: contract out of range, inactive source, malformed arguments
        """
        door = self._enter(contract)
        door._check_push(stream, run, seq, records, report)
        door._check_cursor(cursor_after)
        source = door._source_for(source)
        stream, cursor = door._lock_stream(source, stream)
        if stream.run_key == run and stream.run_seq == seq:
            return {**(stream.answer or {}), "status": "repeated"}
        if cursor != cursor_before:
            return {
                "status": "conflict",
                "cursor": cursor,
                "results": [],
                "counts": {},
            }
        context = Context(source)
        batch = Batch(context, self._reader(), stream)
        batch.take(records)
        answer = {
            "status": "ok",
            "cursor": cursor_after,
            "results": batch.store(),
            "counts": batch.counts(),
        }
        runs.note(context, stream, run, seq, answer=answer, report=report)
        door._touch(context)
        return answer

    @api.model
    def known(  # noqa: PLR0917 - the contract's arguments, also by position
        self,
        contract,
        source,
        kind,
        after="",
        limit=5000,
        date_from=None,
        date_to=None,
    ):
        """List what Odoo holds of a source, in pages by external id.

        :return: ``items`` of (external id, version, hash) and the ``next`` page's start
        :rtype: dict
        """
        door = self._enter(contract)
        door._check_kind(kind)
        door._check_limit(limit)
        door._check_text("after", after)
        source = door._find_source(source)
        if not source:
            return {"items": [], "next": None}
        window = (
            door._moment("date_from", date_from),
            door._moment("date_to", date_to),
        )
        page = {"limit": limit, "window": window}
        rows = known_page(door.env, source, kind, after or "", **page)
        items = [list(row) for row in rows[:limit]]
        return {"items": items, "next": items[-1][0] if len(rows) > limit else None}

    @api.model
    def replay(self, contract, source, limit=500, reject_ids=None):
        """Try kept rejects again; name those that the agent has to fetch again.

        :return: ``results``, ``refetch`` and how many are ``remaining``
        :rtype: dict
        """
        door = self._enter(contract)
        door._check_limit(limit)
        door._check_ids("reject_ids", reject_ids)
        source = door._source_for(source)
        domain = [("source_id", "=", source.id), ("state", "=", "open")]
        if reject_ids is not None:
            domain.append(("id", "in", reject_ids))
        limit = min(limit, MAX_RECORDS)
        kept = door.env["sme.reject"]
        rejects = kept.search(
            [*domain, ("stage", "=", "door")], order="last_try, id", limit=limit
        )
        results = door._retry(source, rejects, self._reader())
        unread = kept.search([*domain, ("stage", "=", "agent")], limit=limit)
        return {
            "results": results,
            "refetch": [
                {"kind": reject.kind, "external_id": reject.external_id}
                for reject in unread
            ],
            "remaining": kept.search_count(domain),
        }

    # ----------------------------------------------------------------- entering
    def _enter(self, contract, check_contract=True):
        """Check the caller and return this model ready to store.

        :raises AccessError: the user lacks the group *Sync agent*
        :raises UserError: the contract's version is not spoken here
        """
        if not (self.env.su or self.env.user.has_group(GROUP)):
            raise AccessError(
                self._reader()._(
                    "%(user)s may not feed data. Add the user to the group Sync agent, "
                    "or make a key with CRM > Configuration > Sources > Connect an "
                    "Agent.",
                    user=self.env.user.login,
                )
            )
        if check_contract and not (
            type(contract) is int and CONTRACT_MIN <= contract <= CONTRACT_MAX
        ):
            raise UserError(
                self._reader()._(
                    "This Odoo speaks contract %(low)s to %(high)s, the agent "
                    "%(version)s. Update the older of the two: crm_sme or sync-agent.",
                    low=CONTRACT_MIN,
                    high=CONTRACT_MAX,
                    version=shown(contract),
                )
            )
        # The group was checked above and gives no right on any table: all that
        # follows is done as superuser, in no language, so that names are stored as
        # the shop wrote them.
        self.env.flush_all()  # what follows reads by SQL
        return self.sudo().with_context({}, **STORING)

    def _reader(self):
        """Return the environment in the language of the user who reads the reasons."""
        return self.with_context(lang=self.env.user.lang).env

    # ------------------------------------------------------------ source, stream
    def _find_source(self, code):
        """Return the source of a code that this user may feed, empty if unknown.

        :raises UserError: malformed code, or the source belongs to a company that is
            not the user's
        """
        self._check_source(code)
        source = self.env["sme.source"].search([("code", "=", code)])
        if source and not self._may_feed(source.company_id):
            raise UserError(
                self._reader()._(
                    "Source %(code)s belongs to the company %(company)s. Add it to the "
                    "allowed companies of the user %(user)s.",
                    code=code,
                    company=source.company_id.name,
                    user=self.env.user.login,
                )
            )
        return source.with_company(source.company_id)

    def _may_feed(self, company):
        return company in self.env.user.company_ids or self.env.uid == api.SUPERUSER_ID

    def _source_for(self, code):
        """Return an active source by its code, made if it is new.

        :raises UserError: malformed code, inactive source
        """
        source = self._find_source(code)
        if not source:
            company = self.env.user.company_id
            insert(
                self.env["sme.source"],
                ("code", "name"),
                [{"code": code, "name": code}],
                constants={**self.env["sme.source"]._new_values(company)},
                conflict=SQL("(code) DO NOTHING"),
            )
            source = self._find_source(code)
        if not source.active:
            raise UserError(
                self._reader()._(
                    "Source %(code)s is archived. Unarchive it under CRM > "
                    "Configuration > Sources, or take it out of the agent's "
                    "configuration.",
                    code=code,
                )
            )
        return source

    def _lock_stream(self, source, name):
        """Return the stream's record and cursor, locked until the transaction ends.

        Another call that holds it makes this one wait and then fail with a
        serialization error; Odoo runs it again and it sees the moved cursor.
        """
        stream = self.env["sme.stream"]
        insert(
            stream,
            ("name",),
            [{"name": name}],
            constants={
                "source_id": source.id,
                "company_id": source.company_id.id,
                "state": "new",
            },
            conflict=SQL("(source_id, name) DO NOTHING"),
        )
        # Not through the ORM, for which an empty cursor is none at all.
        [(stream_id, cursor)] = self.env.execute_query(
            SQL(
                "SELECT id, cursor FROM sme_stream WHERE source_id = %s AND name = %s "
                "FOR UPDATE",
                source.id,
                name,
            )
        )
        stream.invalidate_model()
        return stream.browse(stream_id), cursor

    # -------------------------------------------------------------------- after
    def _touch(self, context):
        """Queue the customers of a call for new figures and wake the job."""
        if not context.touched:
            return
        insert(
            self.env["sme.touch"],
            ("partner_id",),
            [{"partner_id": partner} for partner in sorted(context.touched)],
            constants={"company_id": context.company.id},
        )
        cron = self.env.ref(REFRESH_CRON, raise_if_not_found=False)
        if cron:
            cron._trigger()

    def _retry_kept(self, rejects):
        """Try rejects again for a person, who may change rejects (checked by caller).

        :param rejects: open ``sme.reject`` records, stage *door*
        """
        # A person's right on rejects includes having them stored, as the agent would.
        self.env.flush_all()
        door = self.sudo().with_context({}, **STORING)
        for source, kept in rejects.grouped("source_id").items():
            feeding = door.env["sme.source"].browse(source.id)
            door._retry(
                feeding.with_company(feeding.company_id),
                door.env["sme.reject"].browse(kept.ids),
                self.env,
            )

    def _retry(self, source, rejects, reader):
        """Put kept records through the door once more.

        :param rejects: ``sme.reject`` records of one source, stage *door*
        :rtype: list[dict]
        """
        if not rejects:
            return []
        context = Context(source)
        batch = Batch(context, reader)
        batch.take(
            [
                {
                    "kind": reject.kind,
                    "external_id": reject.external_id,
                    "version": reject.version or "",
                    "data": reject.payload,
                }
                for reject in rejects
            ]
        )
        results = batch.store()
        self._touch(context)
        return [
            {"kind": item.kind, **result}
            for item, result in zip(batch.items, results, strict=True)
        ]


def _utc(moment):
    return moment.replace(microsecond=0).isoformat() + "Z"
