"""Documents in an S3-compatible store, by configuration (docs/configuration.md)."""

from typing import Any

from botocore.config import Config
from storages.backends.s3 import S3Storage

SECONDS = 60
#: What is read of an object beyond this lies on the disk meanwhile.
MOST_IN_MEMORY = 8 * 1024 * 1024


class ObjectStorage(S3Storage):
    """The same keys as on the disk, in a bucket nobody reads but through us.

    A download is handed over to the store by an address that is signed after the permission check, names the file, and
    works for a minute. Nothing else gives an address away.
    """

    def __init__(self, *, addressing_style: str = "", **settings: Any) -> None:
        # Checksums that S3 has added lately are left out: stores that only speak S3 refuse them.
        config = Config(
            s3={"addressing_style": addressing_style or "auto"}, signature_version="s3v4", connect_timeout=5,
            read_timeout=20, retries={"total_max_attempts": 3, "mode": "standard"},
            request_checksum_calculation="when_required", response_checksum_validation="when_required",
        )  # fmt: skip
        fixed = {
            "default_acl": None, "file_overwrite": True, "querystring_auth": True, "client_config": config,
            "max_memory_size": MOST_IN_MEMORY,
        }  # fmt: skip
        super().__init__(**{**fixed, **settings})

    def url(self, name: str | None, *args: Any, **kwargs: Any) -> str:
        raise NotImplementedError("Documents have no address of their own; link to the download view.")

    def signed_url(self, name: str, *, disposition: str, content_type: str) -> str:
        said = {"ResponseContentDisposition": disposition, "ResponseContentType": content_type}
        return super().url(name, parameters=said, expire=SECONDS)

    def _open(self, name: str, mode: str = "rb") -> Any:
        """A file that is not there is told as on the disk, when it is opened and not when it is first read."""
        if "r" in mode and not self.exists(name):
            raise FileNotFoundError(f"File does not exist: {name}")
        return super()._open(name, mode)
