"""Documents in an S3-compatible store, by configuration (docs/configuration.md)."""

from typing import Any

from storages.backends.s3 import S3Storage

SECONDS = 60


class ObjectStorage(S3Storage):
    """The same keys as on the disk, in a bucket nobody reads but through us.

    A download is handed over to the store by an address that is signed after the permission check, names the file, and
    works for a minute. Nothing else gives an address away.
    """

    def __init__(self, **settings: Any) -> None:
        super().__init__(**{"default_acl": None, "file_overwrite": False, "querystring_auth": True, **settings})

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
