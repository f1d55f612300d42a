"""A session on paper: pages set by typst, and a Word file to go on with. Both are made of what a reader may see."""

import io
from typing import Any

from docx import Document as WordDocument
from docx.shared import Cm, Pt

from workspaces.printing import typesetting
from workspaces.printing.book import LETTER
from workspaces.scoping import pictures, prose
from workspaces.scoping.prose import Block, Run

PDF = "application/pdf"
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def pdf(content: dict[str, Any], foot: str) -> bytes:
    size = "us-letter" if content["currency"] in LETTER else "a4"
    sections = [{**section, "blocks": prose.blocks(section["text"])} for section in content["sections"]]
    drawn = [{**picture, "svg": pictures.for_paper(picture["svg"])} for picture in content["pictures"]]
    said = {**content, "sections": sections, "pictures": drawn, "foot": foot, "paper_size": size}
    return typesetting.pdf(said, template="scope")


def word(content: dict[str, Any], foot: str) -> bytes:
    paper = WordDocument()
    paper.styles["Normal"].font.size = Pt(10.5)
    paper.add_heading(content["title"], 0)
    paper.add_paragraph(" · ".join(filter(None, [content["firm"], content["client"], content["reference"]])))
    for number, section in enumerate(content["sections"], start=1):
        paper.add_heading(f"{number} {section['title']}", 1)
        for block in prose.blocks(section["text"]):
            _block(paper, block)
    if content["structuring"]:
        _structuring(paper, content["structuring"])
    for picture in content["pictures"]:
        _picture(paper, picture)
    if content["phases"]:
        paper.add_heading("Level of effort", 1)
        _effort(paper, content)
    paper.sections[0].footer.paragraphs[0].text = foot
    kept = io.BytesIO()
    paper.save(kept)
    return kept.getvalue()


STYLES = {"points": "List Bullet", "heading": "Heading 2"}


def _block(paper: Any, block: Block) -> None:
    if block["kind"] == "table":
        return _table(paper, block["rows"])
    for number, line in block.get("items") or ((0, line) for line in block["lines"]):
        paragraph = paper.add_paragraph(f"{number}. " if number else "", style=STYLES.get(block["kind"]))
        _write(paragraph, line)


def _table(paper: Any, rows: list[list[list[Run]]]) -> None:
    table = paper.add_table(rows=0, cols=len(rows[0]) if rows else 1, style="Table Grid")
    for at, row in enumerate(rows):
        for cell, line in zip(table.add_row().cells, row, strict=True):
            _write(cell.paragraphs[0], line, is_strong=at == 0)


def _write(paragraph: Any, line: list[Run], *, is_strong: bool = False) -> None:
    for run in line:
        paragraph.add_run(run["text"]).bold = is_strong or run["is_bold"]


def _structuring(paper: Any, said: dict[str, Any]) -> None:
    paper.add_heading("What it is about", 1)
    for text in filter(None, (said["problem"], said["outcome"])):
        paper.add_paragraph(text)
    for node in said["nodes"]:
        paper.add_paragraph(f"{node['kind']}: {node['text']}", style="List Bullet")


def _picture(paper: Any, picture: dict[str, str]) -> None:
    """Word takes no drawings as we have them: those are told in words."""
    paper.add_heading(picture["title"] or "Picture", 2)
    if points := pictures.raster(picture["svg"]):
        paper.add_picture(io.BytesIO(points), width=Cm(15))
    paper.add_paragraph(picture["alt"])


def _effort(paper: Any, content: dict[str, Any]) -> None:
    heads = ["Activity", "Role", "Hours", *(["Price"] if content["has_prices"] else [])]
    table = paper.add_table(rows=1, cols=len(heads), style="Table Grid")
    _row(table.rows[0], heads, is_strong=True)
    for phase in content["phases"]:
        _row(table.add_row(), [phase["title"], "", phase["hours"], phase.get("price", "")], is_strong=True)
        for line in phase["lines"]:
            _row(table.add_row(), [line["title"], line["role"], line["hours"], line.get("price", "")])
    sums = content["sums"]
    for name, label in (("contingency", "Contingency"), ("discount", "Discount"), ("total", "Total, before VAT")):
        if sums.get(name):
            _row(table.add_row(), [label, "", sums["hours"] if name == "total" else "", sums[name]], is_strong=True)


def _row(row: Any, words: list[str], *, is_strong: bool = False) -> None:
    for cell, said in zip(row.cells, words, strict=False):
        cell.paragraphs[0].add_run(said).bold = is_strong
