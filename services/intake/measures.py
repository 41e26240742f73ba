"""What the six figures of an import mean: rows of its file, by what becomes of them."""

from typing import Any

from sqlalchemy import ColumnElement, Select, select

from db.models import ImportRow, ImportRun
from services import measures
from services.intake.queries import id_of, may_see
from services.measures import Asked, Column, ColumnKind, Measure
from services.permissions import Permission
from terms.intake import RowOutcome
from terms.measures import Period, Unit

_ROW = (
    Column("file_line", ColumnKind.NUMBER),
    Column("outcome", ColumnKind.CODE, RowOutcome),
    Column("has_warning", ColumnKind.MARK),
    Column("equals_line", ColumnKind.NUMBER),
)
_COMES_IN = ImportRow.outcome != RowOutcome.REFUSED
_WHERE: dict[str, tuple[ColumnElement[bool], ...]] = {
    "created": (ImportRow.outcome == RowOutcome.NEW,),
    "changed": (ImportRow.outcome == RowOutcome.CHANGED,),
    "same": (ImportRow.outcome == RowOutcome.SAME,),
    "warnings": (_COMES_IN, ImportRow.has_warning.is_(True)),
    "duplicates": (_COMES_IN, ImportRow.duplicate_of.is_not(None)),
    "refused": (ImportRow.outcome == RowOutcome.REFUSED,),
}


def _rows_where(*where: ColumnElement[bool]) -> measures.Rows:
    def rows(asked: Asked) -> Select[*tuple[Any, ...]]:
        return (
            select(
                ImportRow.row.label("file_line"),
                ImportRow.outcome,
                measures.mark(ImportRow.has_warning.is_(True)).label("has_warning"),
                ImportRow.duplicate_of.label("equals_line"),
            )
            .join(ImportRun, ImportRun.id == ImportRow.run_id)
            .where(ImportRow.run_id == id_of(asked.about["import"]), may_see(asked.actor), *where)
            .order_by(ImportRow.row)
        )

    return rows


measures.register(
    *(
        Measure(
            f"intake.{name}",
            Permission.IMPORT_RUN,
            Unit.FILE_ROW,
            Period.RUN,
            ("import_row", "import_run"),
            _ROW,
            _rows_where(*where),
        )
        for name, where in _WHERE.items()
    )
)
