"""Export a list as it is shown, or everything of a kind, to a file that is replaced whole or not at all."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QLocale

from tslic_admin.services.export_formats import FORMATS as FILE_FORMATS
from tslic_admin.ui.export_questions import ExportQuestions
from tslic_admin.ui.to_file_dialog import Progress, Writing
from tslic_admin.wording.exports import FORMATS, head_text, left_out_text

if TYPE_CHECKING:
    from tslic_admin.db.store import Store
    from tslic_admin.services.exports import Exported


class ExportDialog(ExportQuestions):
    """Exports what was asked for, and says afterwards what was written."""

    doing = "Exporting"

    def suggested(self) -> tuple[str, str, str]:
        chosen = str(self.file_format.currentData())
        return self._kind, FILE_FORMATS[chosen].ending, FORMATS[chosen]

    def writing(self, target: Path) -> Writing:
        from tslic_admin.services import export_wishes, exports

        wish = self.wish(str(target))
        path, now = self.gateway.path, self.gateway.now
        if not export_wishes.reveals(wish):
            return Writing(read=lambda progress: exports.export(path, now, wish, target, progress))

        def reveal(store: Store, progress: Progress) -> Exported:
            from tslic_admin.services.reveals import export_revealed

            return export_revealed(store, wish, target, target.name, progress)

        return Writing(act=reveal)

    def told(self, written: Any) -> tuple[str, dict[str, str]]:
        rows = QLocale().toString(written.rows)
        facts = {
            "File": self.to.text().strip(),
            "Rows": rows,
            "SHA-256": written.sha256,
            "History head": head_text(written.head),
        }
        if written.left_out:
            facts["Left out"] = left_out_text(written.left_out)
        if written.entry is not None:
            facts["Revealed"] = f"Recorded as history entry {written.entry}"
        return f"{rows} {'row' if written.rows == 1 else 'rows'} exported.", facts
