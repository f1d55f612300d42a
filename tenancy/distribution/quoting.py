"""Names and values put into SQL that is printed as well as run."""

from psycopg import sql


def quoted(text: str, *names: str) -> str:
    return sql.SQL(text).format(*map(sql.Identifier, names)).as_string()


def literal(text: str, *values: str) -> str:
    return sql.SQL(text).format(*map(sql.Literal, values)).as_string()


def fill(text: str, **names: str) -> str:
    """Each name as an identifier, and as a literal where it has an underscore behind it."""
    values: dict[str, sql.Composable] = {name: sql.Identifier(value) for name, value in names.items()}
    values |= {f"{name}_": sql.Literal(value) for name, value in names.items()}
    return sql.SQL(text).format(**values).as_string()


def ask(condition: str, **values: str) -> str:
    literals = {name: sql.Literal(value) for name, value in values.items()}
    return "SELECT " + sql.SQL(condition).format(**literals).as_string()
