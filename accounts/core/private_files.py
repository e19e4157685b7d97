"""Private files to the browser, after the caller has checked the right."""

from pathlib import Path

from django.http import FileResponse, Http404

from accounts.units.models import Qualification
from accounts.units.qualifications import download_name, path_of

# What others uploaded may show itself and do nothing: no script, no form, no address of ours.
SHUT = (
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'; sandbox"
)
PDF = "application/pdf"


def paper_file(paper: Qualification) -> FileResponse:
    """Send the file of a paper: a picture to be looked at, a PDF to be saved."""
    return private_file(
        path_of(paper),
        name=download_name(paper),
        content_type=paper.content_type,
        save=paper.content_type == PDF,
    )


def private_file(path: Path, *, name: str, content_type: str, save: bool = True) -> FileResponse:
    """Send a file of others so that it can do no harm. Raises Http404 if it is gone."""
    try:
        file = path.open("rb")
    except FileNotFoundError:
        raise Http404 from None
    response = FileResponse(file, as_attachment=save, filename=name, content_type=content_type)
    response["Cache-Control"] = "private, no-store"
    response["Content-Security-Policy"] = SHUT
    response["X-Content-Type-Options"] = "nosniff"
    return response
