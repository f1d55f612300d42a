"""The process that sets pages. Run alone: it imports nothing of ours, and all it reads is the folder of its template,
and the fonts.

    python -I typesetting_process.py …/typst/pages.typ [tagged] < data.json > pages.pdf

What people wrote reaches the template as data and is never part of its source. There is nothing it could fetch either:
the template's folder is the root of what may be read, no package is known, and files cannot grow.
"""

import resource
import sys
from pathlib import Path

NOWHERE = "/nonexistent"


def give_up_rights() -> None:
    limits = {
        resource.RLIMIT_AS: 3 * 1024**3, resource.RLIMIT_CPU: 240, resource.RLIMIT_FSIZE: 0, resource.RLIMIT_CORE: 0,
    }  # fmt: skip
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))


def main() -> int:
    import fontpkg_ibm_plex_sans as plex  # type: ignore[import-untyped]
    import typst

    give_up_rights()
    template, is_tagged = Path(sys.argv[1]), sys.argv[2:] == ["tagged"]
    try:
        pages = typst.Compiler(
            input=str(template), root=str(template.parent), package_path=NOWHERE, package_cache_path=NOWHERE,
            font_paths=[str(plex.ROOT / "files")], sys_inputs={"data": sys.stdin.buffer.read().decode()},
        ).compile(format="pdf", pdf_tags=is_tagged)  # fmt: skip
    except Exception as error:
        print(f"{type(error).__name__}: {error}"[:2000], file=sys.stderr)
        return 1
    assert isinstance(pages, bytes)  # noqa: S101  (one file, not one a page)
    sys.stdout.buffer.write(pages)
    return 0


if __name__ == "__main__":
    sys.exit(main())
