"""What an export wrote, with what proves it later: shown in the place of the fields, and copied as text."""

from __future__ import annotations

from PySide6.QtCore import QLocale
from PySide6.QtWidgets import QWidget

from tslic_admin.services.exports import Exported
from tslic_admin.ui.fields import line_label
from tslic_admin.ui.form_dialog import form_layout
from tslic_admin.wording.exports import head_text, left_out_text


def result_facts(exported: Exported, target: str) -> dict[str, str]:
    facts = {
        "File": target,
        "Rows": QLocale().toString(exported.rows),
        "SHA-256": exported.sha256,
        "History head": head_text(exported.head),
    }
    if exported.left_out:
        facts["Left out"] = left_out_text(exported.left_out)
    if exported.entry is not None:
        facts["Revealed"] = f"Recorded as history entry {exported.entry}"
    return facts


def result_page(facts: dict[str, str]) -> QWidget:
    page = QWidget()
    form = form_layout()
    page.setLayout(form)
    for label, text in facts.items():
        value = line_label(text)
        value.setAccessibleName(f"{label}: {text}")
        form.addRow(f"{label}:", value)
    return page
