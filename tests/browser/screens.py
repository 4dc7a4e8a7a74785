"""The screens of the addon: where they are, what must be on them, how they read."""

import re
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import polib

PO = Path(__file__).parents[2] / "addons/crm_sme/i18n/zh_CN.po"
# Odoo as Debian packs it lacks this file; nothing of ours.
KNOWN_NOISE = "selfie_segmentation"
PLACEHOLDER = re.compile(r"%\\\((?:\w+)\\\)[sd]")
TEXTS = """() => {
    const skipped = "script, style, [name=state_raw], [name=channel], " +
        "[name=stream_id], [name=stream_ids] td[name=name], " +
        // written by night, in the language that the reader has then
        "[name=reason], [name=script], .o_crm_sme_why, .o_crm_sme_script, " +
        ".o_crm_sme_today_kanban .o_kanban_record, " +
        ".o_mail_thread, .o-mail-Chatter, .o_crm_sme_json_body, .o_menu_systray";
    const found = [];
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    while (walker.nextNode()) {
        const parent = walker.currentNode.parentElement;
        if (parent && !parent.closest(skipped)) {
            found.push(walker.currentNode.textContent.trim());
        }
    }
    const hints = "[title], [placeholder], [data-tooltip]";
    for (const el of document.querySelectorAll(hints)) {
        if (!el.closest(skipped)) {
            found.push(el.title, el.placeholder, el.dataset.tooltip);
        }
    }
    return [...new Set(found.filter(Boolean))];
}"""
CUT_OFF = """() => [...document.querySelectorAll(
        ".o_list_table thead th .text-truncate, .nav-link, " +
        ".o_kanban_header_title .o_column_title"
    )]
    .filter((el) => el.offsetParent && el.scrollWidth > el.clientWidth + 1)
    .map((el) => el.textContent.trim())"""


@dataclass(frozen=True)
class Screen:
    """One screen.

    Attributes:
        name: of the picture.
        path: below ``/odoo/``.
        shows: CSS of what must be there.
        clicks: CSS of what is clicked before, in this order.
        fills: a name that goes to the login whose screen it is.
    """

    name: str
    path: str
    shows: str
    clicks: tuple[str, ...] = ()
    height: int = field(default=900)


ROW = ".o_data_row"
CARD = ".o_kanban_record:not(.o_kanban_ghost)"
FADING = ".o_data_row:has(td[name=fade_state] .text-bg-warning) td[name=partner_id]"
SCREENS = [
    Screen("customers", "sme-customers", ROW),
    Screen(
        "customers-board",
        "sme-customers",
        f".o_crm_sme_customer_kanban {CARD}",
        (".o_switch_view.o_kanban",),
    ),
    Screen("customers-pivot", "sme-customers", ".o_pivot", (".o_switch_view.o_pivot",)),
    Screen("customers-graph", "sme-customers", "canvas", (".o_switch_view.o_graph",)),
    Screen("customer-care", "sme-customers", ".o_crm_sme_reason", (FADING,), 1500),
    Screen("interactions", "sme-interactions", ROW),
    Screen(
        "interactions-calendar",
        "sme-interactions",
        ".fc-event",
        (".o_switch_view.o_calendar",),
    ),
    Screen(
        "interactions-pivot",
        "sme-interactions",
        ".o_pivot",
        (".o_switch_view.o_pivot",),
    ),
    Screen(
        "interaction",
        "sme-interactions",
        ".o_form_sheet",
        (f"{ROW}:nth-child(2) td[name=summary]",),
    ),
    Screen(
        "interaction-new", "sme-interactions", ".o_form_sheet", (".o_list_button_add",)
    ),
    Screen("orders", "sme-orders", ROW),
    Screen(
        "order",
        "sme-orders",
        f".o_form_sheet {ROW}",
        (f"{ROW}:nth-child(3) td[name=name]",),
    ),
    Screen("orders-graph", "sme-orders", "canvas", (".o_switch_view.o_graph",)),
    Screen("shipments", "sme-shipments", ROW),
    Screen(
        "shipment",
        "sme-shipments",
        ".o_form_sheet",
        (f"{ROW}:nth-child(3) td[name=carrier]",),
    ),
    Screen("duplicates", "sme-duplicates", ROW),
    Screen("sales-analysis", "sme-sales-analysis", "canvas"),
    Screen(
        "sales-analysis-pivot",
        "sme-sales-analysis",
        ".o_pivot",
        (".o_switch_view.o_pivot",),
    ),
    Screen("sources", "sme-sources", f"{CARD} .o_crm_sme_light_failed"),
    Screen(
        "source",
        "sme-sources",
        ".o_form_sheet .alert-danger",
        (f"{CARD}:has(.o_crm_sme_light_failed) .fs-5",),
    ),
    Screen("rejects", "sme-rejects", ROW),
    Screen(
        "reject",
        "sme-rejects",
        ".o_crm_sme_json_fault",
        (f"{ROW}:has(td[name=path]:text-matches('total')) td[name=reason_text]",),
    ),
    Screen("runs", "sme-runs", ROW),
    Screen("lifecycle-stages", "sme-lifecycle-stages", ROW),
    Screen("heat-map", "sme-rfm-heat-map", ".o_crm_sme_heat_cell"),
    Screen("segments", "sme-segments", CARD),
    Screen("segments-list", "sme-segments", ROW, (".o_switch_view.o_list",)),
    Screen("segment", "sme-segments", ".o_crm_sme_cells", (CARD,), 1300),
    Screen("today", "sme-today", ".o_crm_sme_call_card .o_crm_sme_script"),
    Screen(
        "today-cards",
        "sme-today",
        f".o_crm_sme_today_kanban {CARD}",
        (".o_switch_view.o_kanban",),
    ),
    Screen("unanswered", "sme-unanswered", ROW),
    Screen("visitors", "sme-visitors", ROW),
    Screen("visitor-new", "sme-visitor-new", ".o_crm_sme_visitor_quick"),
    Screen("visitor-report", "sme-visitor-report", ".o_pivot"),
    Screen("time-to-answer", "sme-time-to-answer", ".o_pivot"),
    Screen("my-fading", "sme-my-fading", ROW),
    Screen("segment-moves", "sme-segment-moves", ".o_graph_view"),
    Screen("value-board", "sme-value-board", f".o_crm_sme_value_board {CARD}"),
    Screen("value-tiers", "sme-value-tiers", ROW),
    Screen("delivered-values", "sme-delivered-values", ROW),
    Screen("fading", "sme-fading", ".o_data_row td[name=value_at_risk]"),
    Screen(
        "customer-forecast",
        "sme-fading",
        ".o_crm_sme_tile_forecast",
        (".o_data_row td[name=partner_id]",),
        1700,
    ),
    Screen(
        "value-why",
        "sme-fading",
        ".o_crm_sme_why_section",
        (".o_data_row td[name=partner_id]", ".o_crm_sme_why"),
        1100,
    ),
    Screen(
        "offer",
        "sme-fading",
        ".modal .o_crm_sme_offer",
        (".o_data_row td[name=partner_id]", ".o_crm_sme_offer_button"),
    ),
    Screen(
        "forecast-check", "sme-forecast-check", ".o_crm_sme_forecast .o_crm_sme_tile"
    ),
    Screen("feedback-board", "sme-feedback", CARD),
    Screen("feedback", "sme-feedback", ROW, (".o_switch_view.o_list",)),
    Screen(
        "feedback-case",
        "sme-feedback",
        ".o_form_sheet",
        (".o_switch_view.o_list", f"{ROW}:nth-child(2) td[name=partner_id]"),
    ),
    Screen("complaint-sources", "sme-complaint-sources", "canvas"),
    Screen(
        "complaint-sources-list",
        "sme-complaint-sources",
        ROW,
        (".o_switch_view.o_list",),
    ),
    Screen("service-results", "sme-service-results", ".o_pivot"),
    Screen(
        "service-results-list", "sme-service-results", ROW, (".o_switch_view.o_list",)
    ),
    Screen("feedback-teams", "sme-feedback-teams", ROW),
    Screen("feedback-causes", "sme-feedback-causes", ROW),
    Screen("feedback-stages", "sme-feedback-stages", ROW),
    Screen("care-plans", "sme-care-plans", CARD),
    Screen(
        "care-plan",
        "sme-care-plans",
        ".oe_stat_button[name=action_view_touches]",
        (f"{CARD}:has(.o_crm_sme_care_figures)",),
        1100,
    ),
    Screen(
        "care-dry-run",
        "sme-care-plans",
        ".modal .o_crm_sme_care_totals",
        (
            f'{CARD}:has(:text-matches("Thank you after|订单后致谢"))',
            "button[name=action_dry_run]",
            ".modal .o_radio_item:nth-child(3) input",
        ),
        1100,
    ),
    Screen("care-touches", "sme-care-touches", ROW),
    Screen("care-customers", "sme-care-customers", ROW),
    Screen("care-results", "sme-care-results", ".o_content"),
    Screen("care-calendar", "sme-care-calendar", ROW),
    Screen("customer-kinds", "sme-customer-kinds", ROW),
    Screen("comparisons", "sme-comparisons", ROW),
    Screen(
        "comparison",
        "sme-comparisons",
        f"[name=line_ids] {ROW}",
        (f"{ROW} td[name=source_id]",),
    ),
    Screen("needs", "sme-needs", ROW),
    Screen("needs-board", "sme-needs", CARD, (".o_switch_view.o_kanban",)),
    Screen("bought-together", "sme-bought-together", ROW),
    Screen("best-sellers", "sme-best-sellers", ".o_group_header"),
    Screen("cohorts", "sme-cohorts", ".o_crm_sme_cohort_table"),
    Screen("costs-of-winning", "sme-costs-of-winning", ROW),
    Screen("customers-at-month-end", "sme-customers-at-month-end", ROW),
    Screen("campaigns", "sme-campaigns", ROW),
    Screen(
        "campaign",
        "sme-campaigns",
        ".o_crm_sme_campaign_figures",
        (f"{ROW} td[name=title]",),
        1500,
    ),
    Screen("campaign-incidents", "sme-campaign-incidents", ROW),
    Screen("campaign-sales", "sme-campaign-sales", ROW),
    Screen("campaign-evaluation", "sme-campaign-evaluation", ".o_pivot"),
    Screen("satisfaction", "sme-satisfaction", ROW),
    Screen("satisfaction-analysis", "sme-satisfaction-analysis", "canvas"),
    Screen("voice", "sme-voice", ".o_pivot"),
    Screen("stage-times", "sme-stage-times", ".o_pivot"),
    Screen("activity-plans", "sme-activity-plans", ROW),
    *(
        Screen(name, f"sme-{name}", ".o_pivot")
        for name in (
            *("profile", "loyalty", "profit", "performance", "future", "product"),
            *("promotion", "suppliers", "productivity", "risk", "customer-stock"),
            *("tier-movement", "cost-to-win", "lifecycle-moves"),
        )
    ),
]


class Visitor:
    """Somebody who looks at screens and keeps what went wrong."""

    def __init__(self, page: Any, url: str, login: str) -> None:
        """Log in."""
        self.page = page
        self.url = url
        self.errors: list[str] = []
        page.set_default_timeout(60_000)
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.goto(f"{url}/web/login")
        page.fill("input[name=login]", login)
        page.fill("input[name=password]", login)
        page.click("button[type=submit]")
        page.wait_for_selector(".o_main_navbar")

    def _hear(self, message: Any) -> None:
        if message.type == "error" and KNOWN_NOISE not in message.text:
            self.errors.append(message.text)

    def look_at(self, screen: Screen, picture: Path) -> None:
        """Open a screen, wait until it stands still, take a picture."""
        self.page.set_viewport_size({"width": 1440, "height": screen.height})
        self.page.goto(f"{self.url}/odoo/{screen.path}")
        self.page.wait_for_selector(".o_action .o_content")
        for css in screen.clicks:
            self._settle()
            self.page.click(css)
        try:
            self.page.wait_for_selector(screen.shows)
        except BaseException:
            self.page.screenshot(path=picture)  # shows what was there instead
            raise
        self._settle()
        self.page.mouse.move(2, 2)
        self.page.wait_for_timeout(400)
        self.page.screenshot(path=picture)

    def _settle(self) -> None:
        self.page.wait_for_function(
            "() => !document.querySelector('.o_loading_indicator, .o_blockUI')"
        )
        self.page.wait_for_timeout(500)

    def has_error_dialog(self) -> bool:
        """Whether Odoo shows that something broke."""
        return self.page.locator(".o_error_dialog").count() > 0

    def texts(self) -> list[str]:
        """Every text on the screen, tooltips and placeholders as well."""
        return list(self.page.evaluate(TEXTS))

    def cut_off(self) -> list[str]:
        """Titles of columns and tabs that do not fit."""
        return list(self.page.evaluate(CUT_OFF))

    def is_too_wide(self) -> bool:
        """Whether the page has to be scrolled sideways."""
        return bool(
            self.page.evaluate(
                "() => document.documentElement.scrollWidth > window.innerWidth"
            )
        )


def english_terms(po: Path = PO) -> list[re.Pattern[str]]:
    """Our English terms that read otherwise in Chinese, placeholders filled by any."""
    patterns = []
    for entry in polib.pofile(str(po)):
        if entry.msgid == entry.msgstr or not re.search("[A-Za-z]{2}", entry.msgid):
            continue
        text = re.escape(" ".join(entry.msgid.split()).replace("%%", "%"))
        patterns.append(re.compile(PLACEHOLDER.sub(".+", text)))
    return patterns
