"""资料下载: the files that staff offer to everyone signed in."""

from accounts.models import Document


def documents() -> list[Document]:
    """Return the documents that are shown, in their order."""
    return list(Document.objects.filter(shown=True))


def document(document_id: int) -> Document | None:
    """Return one of them."""
    return Document.objects.filter(shown=True, pk=document_id).first()
