"""资质认证: what waits for a decision, the file, approving and returning; certificates."""

from typing import Any, ClassVar

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import URLPattern, path, reverse
from django.utils.html import format_html

from accounts.core.origin import Origin
from accounts.core.private_files import paper_file
from accounts.staff.acts import Act, ReasonForm, SureForm
from accounts.staff.admin_base import ActingAdmin, ReadOnlyAdmin
from accounts.units.actions_qualifications import approve_paper, return_paper
from accounts.units.models import Certificate, Qualification
from accounts.units.queries import newest_paper
from portal.lib.identifiers import CREDIT_CODE

MAY = "accounts.change_qualification"
State = Qualification.State


class ReturnForm(ReasonForm):
    """Why a paper goes back; the unit reads it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["reason"].label = "退回原因"
        self.fields["reason"].help_text = "单位会看到这句话：请写明哪里不符、应怎样修改。"


def _counts(paper: Qualification) -> bool:
    """Whether it is the newest of its kind: an older one is decided on no more."""
    newest = newest_paper(paper.unit, Qualification.Kind(paper.kind))
    return newest is not None and newest.pk == paper.pk


def _approve(paper: Qualification, asked: dict[str, Any], origin: Origin) -> str:
    approve_paper(paper, origin=origin)
    return f"已通过 {paper.unit} 的“{paper.get_kind_display()}”，并已通知该单位。"


def _return(paper: Qualification, asked: dict[str, Any], origin: Origin) -> str:
    return_paper(paper, asked["reason"], origin=origin)
    return f"已退回 {paper.unit} 的“{paper.get_kind_display()}”，并已通知该单位。"


class WaitingFirst(admin.SimpleListFilter):
    """By state; what waits is shown unless another state is asked for."""

    title, parameter_name = "认证状态", "state"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """The states, and all of them."""
        return [*((str(v), str(label)) for v, label in State.choices), ("all", "全部")]

    def choices(self, changelist: Any) -> Any:
        """Without Django's own 全部, which would mean what waits."""
        for value, title in self.lookup_choices:
            yield {
                "selected": self.chosen == str(value),
                "query_string": changelist.get_query_string({self.parameter_name: value}),
                "display": title,
            }

    @property
    def chosen(self) -> str:
        """The state asked for."""
        return self.value() or State.WAITING.value

    def queryset(self, request: HttpRequest, queryset: Any) -> Any:
        """Those of the state."""
        return queryset if self.chosen == "all" else queryset.filter(state=self.chosen)


@admin.register(Qualification)
class QualificationAdmin(ActingAdmin):
    """Papers, the longest waiting first."""

    list_display = ("unit_name", "kind", "state", "uploaded_at", "decided_at")
    list_filter = (WaitingFirst, "kind")
    list_select_related = ("unit__account",)
    search_fields = ("unit__name", "unit__account__name", "unit__uscc")
    ordering = ("uploaded_at",)
    fields: ClassVar = (
        "unit_name", "account_name", "uscc", "legal_name", "kind", "state", "file_link", "size",
        "sha256", "uploaded_at", "decided_at", "decider", "reason",
    )  # fmt: skip
    readonly_fields = ("unit_name", "account_name", "uscc", "legal_name", "file_link", "decider")
    acts: ClassVar[tuple[Act, ...]] = (
        Act(
            "approve",
            "通过",
            MAY,
            _approve,
            form=SureForm,
            offered=lambda paper: paper.state != State.APPROVED and _counts(paper),
            note=f"请先打开文件核对单位名称和{CREDIT_CODE}。通过营业执照后，该单位的业务随即开通。",
        ),
        Act(
            "return",
            "退回",
            MAY,
            _return,
            form=ReturnForm,
            offered=lambda paper: paper.state != State.RETURNED and _counts(paper),
            note="退回营业执照后，该单位的业务随即停办，直到新上传的营业执照通过。",
        ),
    )

    @admin.display(description="单位账号")
    def account_name(self, paper: Qualification) -> str:
        """Its account."""
        return paper.unit.slug

    @admin.display(description=CREDIT_CODE)
    def uscc(self, paper: Qualification) -> str:
        """To be compared with the paper."""
        return paper.unit.uscc

    @admin.display(description="法人名称")
    def legal_name(self, paper: Qualification) -> str:
        """To be compared with the paper."""
        return paper.unit.legal_name

    @admin.display(description="审核人")
    def decider(self, paper: Qualification) -> str:
        """Who decided, by account name; nobody where the setting did."""
        return paper.decided_by.name if paper.decided_by else ""

    @admin.display(description="文件")
    def file_link(self, paper: Qualification) -> str:
        """A link to the file."""
        address = reverse("admin:accounts_qualification_file", args=[paper.pk])
        return format_html(
            '<a href="{}" target="_blank" rel="noopener">{}</a>', address, paper.file_name
        )

    def get_urls(self) -> list[URLPattern]:
        """Add the file's address."""
        view = self.admin_site.admin_view(self.file)
        name = "accounts_qualification_file"
        return [path("<uuid:paper_id>/file/", view, name=name), *super().get_urls()]

    def file(self, request: HttpRequest, paper_id: Any) -> HttpResponseBase:
        """Show the file as its unit sees it: it can do nothing but be looked at."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        paper = Qualification.everything.filter(pk=paper_id).first()
        if paper is None:
            raise Http404
        return paper_file(paper)


@admin.register(Certificate)
class CertificateAdmin(ReadOnlyAdmin):
    """Certificates of units."""

    list_display = ("subject", "unit_name", "not_before", "not_after", "removed_at")
    list_select_related = ("unit",)
    search_fields = ("unit__name", "unit__account__name", "subject", "serial")
    fields: ClassVar = (
        "unit_name", "subject", "issuer", "serial", "sha256", "not_before", "not_after",
        "uploaded_at", "removed_at",
    )  # fmt: skip
    readonly_fields = ("unit_name",)
