"""Bring zh_CN.po in step with the template: new terms empty, dropped terms out.

Run with `scripts/dev/python --odoo scripts/dev/merge_translation.py` after
`scripts/dev/odoo export-pot`; prints what is left to translate and ends with 1 then.
"""

import sys
from pathlib import Path

import polib

I18N = Path(__file__).resolve().parents[2] / "addons" / "crm_sme" / "i18n"


def merge(template: Path, translation: Path) -> list[str]:
    """Rewrite the translation in the order of the template.

    Returns:
        The terms without a translation.
    """
    known = {entry.msgid: entry.msgstr for entry in polib.pofile(str(translation))}
    old = polib.pofile(str(translation))
    result = polib.POFile(wrapwidth=78)
    result.header = old.header
    result.metadata = old.metadata
    for entry in polib.pofile(str(template)):
        entry.msgstr = known.get(entry.msgid, "")
        result.append(entry)
    result.save(str(translation))
    return [entry.msgid for entry in result if not entry.msgstr]


def main() -> int:
    """Merge and tell what is missing."""
    missing = merge(I18N / "crm_sme.pot", I18N / "zh_CN.po")
    for term in missing:
        print(f"not translated: {term!r}")
    return 1 if missing else 0


if __name__ == "__main__":
    sys.exit(main())
