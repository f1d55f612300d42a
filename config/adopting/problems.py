"""What is wrong with a data set, told by file, row and field."""

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Problem:
    file: str
    row: int | None
    field: str
    says: str

    def __str__(self) -> str:
        place = [self.file, f"row {self.row}" if self.row else "", self.field]
        return f"{', '.join(filter(None, place))}: {self.says}"


@dataclass
class Problems:
    """Collected, so that one run tells all of them."""

    found: list[Problem] = field(default_factory=list)

    def add(self, file: str, row: int | None, name: str, says: str) -> None:
        self.found.append(Problem(file, row, name, says))


class AdoptionRefused(Exception):
    """Nothing was written. `problems` holds the sentences."""

    def __init__(self, problems: list[Problem]) -> None:
        self.problems = problems
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''}")
