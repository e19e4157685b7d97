"""Addresses of the businesses; each page of a unit stands under /u/<slug>/<kind>/.

Their names begin with the kind too: maker-upload, distributor-upload, maker-query, …
"""

from django.urls import path

from tracing.api import views as api
from tracing.api.documents import views as documents
from tracing.exports import views as exports
from tracing.mending import views as mending
from tracing.orders import views_orders as orders
from tracing.receipts import views as receipts
from tracing.reminders import views_reminders as reminders
from tracing.removals import views as removals
from tracing.traces import views as search
from tracing.undo import views as undoing
from tracing.uploads import views as uploads
from tracing.uploads import views_batch as batch
from tracing.uploads import views_history as history
from tracing.uploads import views_item as item
from tracing.uploads import views_lists as uploaded
from tracing.uploads import views_row as row
from tracing.uploads import views_stored as stored
from tracing.uploads import views_submissions as submissions
from tracing.uploads import views_terms as terms
from tracing.uploads import views_uploads as listed
from tracing.uploads import views_voids as voids
from tracing.uploads.desks import desks

app_name = "tracing"

UPLOAD = "uploads/<uuid:submission_id>/"
UPLOADING = (
    ("upload/", uploaded.index, "upload"),
    ("upload/batch/", batch.show, "batch"),
    ("upload/item/", item.show, "item"),
    ("upload/batch/remove/", removals.remove, "batch-remove"),
    ("upload/row/", row.show, "row"),
    ("upload/history/", history.show, "history"),
    ("upload/void/", voids.void, "void"),
    ("upload/rows/", stored.export, "rows-export"),
    ("upload/import/", uploads.new, "import"),
    ("upload/template/<slug:record_code>/", uploads.blank_template, "template"),
    ("uploads/", listed.index, "uploads"),
    (UPLOAD, submissions.show, "submission"),
    (f"{UPLOAD}progress/", submissions.progress, "submission-progress"),
    (f"{UPLOAD}confirm/", submissions.confirm, "submission-confirm"),
    (f"{UPLOAD}cancel/", submissions.cancel, "submission-cancel"),
    (f"{UPLOAD}correct/", submissions.correct, "submission-correct"),
    (f"{UPLOAD}report/", submissions.report, "submission-report"),
    (f"{UPLOAD}files/", listed.files, "submission-files"),
    (f"{UPLOAD}files/<int:number>/", listed.original, "submission-file"),
    (f"{UPLOAD}undo/", undoing.undo, "submission-undo"),
    (f"{UPLOAD}undo/rows/", undoing.rows, "submission-undo-rows"),
    (f"{UPLOAD}receipt/", receipts.show, "submission-receipt"),
    (f"{UPLOAD}terms/", terms.terms, "submission-terms"),
    (f"{UPLOAD}mend/", mending.rows, "submission-mend"),
    (f"{UPLOAD}mend/fill/", mending.fill, "submission-fill"),
    (f"{UPLOAD}mend/repairs/", mending.repairs, "submission-repairs"),
)
ORDERING = (
    ("upload/orders/", orders.index, "orders"),
    ("upload/orders/one/", orders.show, "order"),
    ("upload/orders/export/", orders.export, "order-export"),
    ("upload/orders/void/", orders.void, "order-void"),
)
REMINDING = (
    ("upload/reminders/", reminders.index, "reminders"),
    ("upload/reminders/unit/", reminders.of_unit, "unit-reminders"),
    ("upload/reminders/silence/", reminders.hush, "reminder-silence"),
    ("upload/reminders/restore/", reminders.unhush, "reminder-restore"),
)
EXPORT = "query/exports/<uuid:export_id>/"
ASKING = (
    ("query/", search.index, "query"),
    ("query/trace/", search.trace, "trace"),
    ("query/export/", exports.new, "export"),
    (EXPORT, exports.show, "export-job"),
    (f"{EXPORT}progress/", exports.progress, "export-progress"),
    (f"{EXPORT}again/", exports.again, "export-again"),
    (f"{EXPORT}download/", exports.download, "export-download"),
)

urlpatterns = [
    *(page for desk in desks() for page in desk.pages(*UPLOADING, *ORDERING, *REMINDING)),
    path("receipt/", receipts.ask, name="receipt"),
    path("receipt/<str:token>/", receipts.check, name="receipt-check"),
    *api.addresses(),
    path("api/schema/", documents.schema, name="api-schema"),
    path("u/<unit:slug>/api/plan/<slug:kind>/", documents.api_plan, name="api-plan"),
    path("api/docs/", documents.SwaggerView.as_view(), name="api-docs"),
    *(page for place in search.places() for page in place.pages(*ASKING)),
]
