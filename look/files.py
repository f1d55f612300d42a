ICONS = {
    "pdf": "file-type-pdf",
    "doc": "file-type-doc",
    "docx": "file-type-docx",
    "xls": "file-type-xls",
    "xlsx": "file-type-xls",
    "csv": "file-type-csv",
    "txt": "file-type-txt",
    "zip": "file-type-zip",
    "png": "photo",
    "jpg": "photo",
    "jpeg": "photo",
    "heic": "photo",
    "webp": "photo",
}


def file_icon(name: str) -> str:
    return ICONS.get(name.rpartition(".")[2].lower(), "file-text")
