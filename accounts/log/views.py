"""The unit's operation log."""

from collections.abc import Iterator, Sequence
from io import BytesIO
from pathlib import Path
from tempfile import TemporaryDirectory
from urllib.parse import urlencode

from django.contrib import messages
from django.http import FileResponse, HttpResponse, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST

from accounts.core.origin import origin_of
from accounts.core.requests import UnitRequest, whole
from accounts.log.actions import export_log
from accounts.log.entry_words import line
from accounts.log.forms import LogFilterForm
from accounts.log.models import OperationLog
from accounts.log.queries import log_agents, log_page
from accounts.rights.permissions import unit_account_page, unit_account_required
from accounts.units.models import Unit
from portal.lib.clock import to_second
from portal.lib.refused import Refused
from portal.lib.sheets import Heading, write_xlsx

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
TITLE = "操作记录"
COLUMNS = (
    Heading("number", "记录编号", 12.0),
    Heading("at", "时间", 20.0),
    Heading("who", "操作人", 26.0),
    Heading("title", "操作", 18.0),
    Heading("target", "对象", 40.0),
    Heading("changes", "变化", 60.0),
    Heading("address", "来源IP", 20.0),
    Heading("request", "请求编号", 36.0),
)
HERE = "本机"


@unit_account_page
def log(request: UnitRequest) -> HttpResponse:
    """Show one page of what is asked for, newest first; a wrong filter lists nothing."""
    form = _form(request.unit, request.GET)
    wanted = form.wanted()
    page = log_page(request.unit, wanted, whole(request.GET, "page", 1)) if wanted else None
    context = {
        "form": form,
        "page": page,
        "lines": [line(entry) for entry in page.entries] if page else [],
    }
    return render(request, "accounts/log/log.html", context, status=200 if wanted else 422)


@require_POST
@unit_account_required
def export(request: UnitRequest) -> HttpResponseBase:
    """Send what is asked for as a workbook; what is refused is said on the list."""
    form = _form(request.unit, request.POST)
    wanted = form.wanted()
    if wanted is None:
        return _to_list(request, form)
    try:
        entries = export_log(
            request.unit,
            wanted,
            who=form.who_words(),
            origin=origin_of(request, request.user),
        )
    except Refused as refused:
        for refusal in refused.refusals:
            messages.error(request, refusal.message)
        return _to_list(request, form)
    name = f"{TITLE}_{timezone.localtime():%Y%m%d_%H%M%S}.xlsx"
    return FileResponse(_workbook(entries), as_attachment=True, filename=name, content_type=XLSX)


def _form(unit: Unit, given: QueryDict) -> LogFilterForm:
    return LogFilterForm(given, log_agents(unit))


def _to_list(request: UnitRequest, form: LogFilterForm) -> HttpResponse:
    """Back to the list that was to be exported."""
    given = {name: request.POST.get(name, "") for name in form.fields}
    query = urlencode({name: value for name, value in given.items() if value})
    return redirect(f"{reverse('accounts:log', args=[request.unit.slug])}?{query}")


def _workbook(entries: Sequence[OperationLog]) -> BytesIO:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "log.xlsx"
        write_xlsx(path, TITLE, COLUMNS, _rows(entries), len(entries))
        return BytesIO(path.read_bytes())


def _rows(entries: Sequence[OperationLog]) -> Iterator[tuple[str, ...]]:
    for entry in entries:
        said = line(entry)
        yield (
            str(entry.pk),
            to_second(said.at),
            said.who,
            said.title,
            said.target,
            "；".join(said.changes),
            said.address or HERE,
            entry.request_id,
        )
