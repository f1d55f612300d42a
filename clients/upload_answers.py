"""What the browser's script hears about an upload in pieces, the same on the firm's pages and in the portal."""

from django.conf import settings
from django.http import HttpRequest, JsonResponse
from django.urls import reverse

from clients.models import PartialUpload
from clients.partial_uploads import WrongPlace, add_piece

#: The names of the two addresses an upload goes on at, for each surface.
STAFF = ("upload_piece", "upload_completion")
PORTAL = ("portal_upload_piece", "portal_upload_completion")


def begun(upload: PartialUpload, names: tuple[str, str]) -> JsonResponse:
    """Where the pieces go, how large they are, and how much is here already."""
    piece, completion = (reverse(name, kwargs={"upload_id": upload.pk}) for name in names)
    return JsonResponse(
        {
            "piece_url": piece, "completion_url": completion, "received": upload.received,
            "piece_bytes": settings.UPLOAD_PIECE_BYTES,
        }
    )  # fmt: skip


def piece_kept(request: HttpRequest, upload: PartialUpload) -> JsonResponse:
    """409 tells a sender who is mistaken where to go on."""
    is_form = request.content_type in ("multipart/form-data", "application/x-www-form-urlencoded")
    try:
        kept = add_piece(upload, b"" if is_form else request.body, offset=request.headers.get("Upload-Offset", ""))
    except WrongPlace:
        received = PartialUpload.objects.values_list("received", flat=True).get(pk=upload.pk)
        return JsonResponse({"received": received}, status=409)
    return JsonResponse({"received": kept.received})


def one_file(name: str, *, error: str = "", note: str = "", redirect: str = "") -> JsonResponse:
    """What became of a file, in the words of the page without scripts."""
    file = {"name": name, "error": error, "note": note}
    return JsonResponse({"files": [file], "redirect": redirect}, status=422 if error else 200)


def wants_json(request: HttpRequest) -> bool:
    return request.get_preferred_type(["text/html", "application/json"]) == "application/json"
