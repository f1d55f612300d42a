"""Where files lie: documents on the disk or in a bucket, pictures of people on the disk, the front end beside the code."""

from pathlib import Path
from typing import Any


def stores(env: Any, var: Path, *, is_debug: bool) -> dict[str, dict[str, Any]]:
    static = "django.contrib.staticfiles.storage.StaticFilesStorage"
    return {
        "default": bucket(env)
        if env.str("S3_BUCKET", default="")
        else on_disk("clients.storage.DocumentStorage", var / "files"),
        "people": on_disk("accounts.storage.PersonalStorage", var / "people"),
        "staticfiles": {
            "BACKEND": static if is_debug else "whitenoise.storage.CompressedManifestStaticFilesStorage",
        },
    }


def on_disk(backend: str, folder: Path) -> dict[str, Any]:
    return {"BACKEND": backend, "OPTIONS": {"location": str(folder)}}


def bucket(env: Any) -> dict[str, Any]:
    return {
        "BACKEND": "clients.object_store.ObjectStorage",
        "OPTIONS": {
            "bucket_name": env.str("S3_BUCKET"),
            "endpoint_url": env.str("S3_ENDPOINT_URL", default="") or None,
            "region_name": env.str("S3_REGION", default="") or None,
            "access_key": env.str("S3_ACCESS_KEY", default="") or None,
            "secret_key": env.str("S3_SECRET_KEY", default="") or None,
            "addressing_style": env.str("S3_ADDRESSING_STYLE", default=""),
        },
    }


def modes(*, is_sent_by_proxy: bool) -> tuple[int, int]:
    """Of a file and a folder. Where nginx sends the files, it reads them as one of the group (docs/operations.md)."""
    return (0o640, 0o750) if is_sent_by_proxy else (0o600, 0o700)
