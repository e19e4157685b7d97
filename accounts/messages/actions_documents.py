"""资料下载, the staff's side: documents are added, changed, hidden and taken away."""

import uuid
from pathlib import PurePath

from django.db import transaction

from accounts.core.actions import check_size, keep_file
from accounts.core.origin import COMMAND, Origin
from accounts.log.writing import record
from accounts.messages.documents import FORM_WORDS, LIMIT_WORDS, MAX_BYTES, form_by_name, path_of
from accounts.messages.models import Document
from accounts.units.qualifications import shown_name
from portal.lib.refused import Refused, refusal


@transaction.atomic
def keep_document(
    document: Document, *, name: str = "", content: bytes | None = None, origin: Origin = COMMAND
) -> Document:
    """Store a new or changed document; `content` is its file where that is new.

    Raises Refused: document_file_missing, document_empty, document_too_large, document_form_wrong,
    file_not_kept.
    """
    adding = document.pk is None
    if content is None and not document.stored_name:
        raise Refused("document_file_missing")
    before = None if adding else described(Document.objects.get(pk=document.pk))
    old = path_of(document) if document.stored_name and content is not None else None
    if content is not None:
        document.file_name = judged(name, content)
        document.stored_name = f"{uuid.uuid4()}{PurePath(document.file_name).suffix.lower()}"
        keep_file(path_of(document), content)
    document.save()
    after = described(document)
    record(
        "document-added" if adding else "document-changed",
        origin=origin,
        target=document.title,
        before=before,
        after=after,
    )
    if old is not None:
        # Whoever downloads it at this moment has it open already.
        transaction.on_commit(lambda: old.unlink(missing_ok=True))
    return document


@transaction.atomic
def remove_document(document: Document, *, origin: Origin = COMMAND) -> None:
    """Take a document away, with its file."""
    path = path_of(document)
    record(
        "document-removed",
        origin=origin,
        target=document.title,
        before=described(document),
    )
    document.delete()
    transaction.on_commit(lambda: path.unlink(missing_ok=True))


def described(document: Document) -> dict[str, object]:
    """A document as the operation log keeps it."""
    return {
        "file": document.file_name,
        "document_position": document.position,
        "document_shown": document.shown,
    }


def judged(name: str, content: bytes) -> str:
    """Return the name to keep a file under. Raises Refused where it is none that may be offered."""
    name = shown_name(name)
    too_large = refusal("document_too_large", name=name, limit=LIMIT_WORDS)
    check_size(content, MAX_BYTES, empty=refusal("document_empty", name=name), too_large=too_large)
    form = form_by_name(name)
    if form is None or not content.startswith(form.begins):
        raise Refused("document_form_wrong", name=name, expected=FORM_WORDS)
    return name
