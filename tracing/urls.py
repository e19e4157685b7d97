"""Addresses of the businesses; each page of a unit stands under /u/<slug>/."""

from django.urls import path

from tracing.views import batch, batches, exports, search, submissions, uploads

app_name = "tracing"

MAKER = "u/<unit:slug>/maker"
ONE_UPLOAD = f"{MAKER}/uploads/<uuid:submission_id>"
ONE_EXPORT = f"{MAKER}/query/exports/<uuid:export_id>"

urlpatterns = [
    path(f"{MAKER}/upload/", batches.index, name="maker-upload"),
    path(f"{MAKER}/upload/batch/", batch.show, name="batch"),
    path(f"{MAKER}/upload/void/", batches.void, name="void"),
    path(f"{MAKER}/upload/import/", uploads.new, name="import"),
    path(f"{MAKER}/upload/template/<slug:record_code>/", uploads.blank_template, name="template"),
    path(f"{ONE_UPLOAD}/", submissions.show, name="submission"),
    path(f"{ONE_UPLOAD}/progress/", submissions.progress, name="submission-progress"),
    path(f"{ONE_UPLOAD}/confirm/", submissions.confirm, name="submission-confirm"),
    path(f"{ONE_UPLOAD}/cancel/", submissions.cancel, name="submission-cancel"),
    path(f"{ONE_UPLOAD}/correct/", submissions.correct, name="submission-correct"),
    path(f"{ONE_UPLOAD}/report/", submissions.report, name="submission-report"),
    path(f"{MAKER}/query/", search.index, name="maker-query"),
    path(f"{MAKER}/query/trace/", search.trace, name="trace"),
    path(f"{MAKER}/query/export/", exports.new, name="export"),
    path(f"{ONE_EXPORT}/", exports.show, name="export-job"),
    path(f"{ONE_EXPORT}/progress/", exports.progress, name="export-progress"),
    path(f"{ONE_EXPORT}/again/", exports.again, name="export-again"),
    path(f"{ONE_EXPORT}/download/", exports.download, name="export-download"),
]
