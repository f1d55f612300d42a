"""Which task waits for which: within one project, and never in a circle, as the pages hold it."""

from collections.abc import Iterator
from graphlib import CycleError, TopologicalSorter
from uuid import UUID

from config.adopting.converting import DataSet, Row
from config.adopting.problems import Problems

CIRCLE = "These tasks wait for each other in a circle."
STRANGER = "A task waits for tasks of its own project only."


def tell_disorder(found: DataSet, problems: Problems) -> None:
    links = list(_links(found, "task_dependencies", "task_id", "blocker_id"))
    _tell_circles("task_dependencies", "blocker_id", links, found, problems)
    homes = {row.pk: row.references.get("project_id") for row in found.rows["tasks"]}
    for row, task, blocker in links:
        if homes.get(task) != homes.get(blocker):
            problems.add(found.files["task_dependencies"], row.number, "blocker_id", STRANGER)
    lines = [
        (row, row.pk, row.references["waits_for_id"][1])
        for row in found.rows["project_template_tasks"]
        if "waits_for_id" in row.references
    ]
    _tell_circles("project_template_tasks", "waits_for_id", lines, found, problems)


def _links(found: DataSet, table: str, first: str, second: str) -> Iterator[tuple[Row, UUID, UUID]]:
    for row in found.rows[table]:
        if first in row.references and second in row.references:
            yield row, row.references[first][1], row.references[second][1]


def _tell_circles(
    table: str, column: str, links: list[tuple[Row, UUID, UUID]], found: DataSet, problems: Problems
) -> None:
    """Every link of the circle that is found; further ones are told when this one is mended."""
    waits: dict[UUID, set[UUID]] = {}
    for _, task, blocker in links:
        waits.setdefault(task, set()).add(blocker)
    try:
        TopologicalSorter(waits).prepare()
    except CycleError as error:
        around = error.args[1]
        pairs = set(zip(around[1:], around, strict=False))
        for row, task, blocker in links:
            if (task, blocker) in pairs:
                problems.add(found.files[table], row.number, column, CIRCLE)
