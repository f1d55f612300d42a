"""Rules about the text of our files."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.architecture.sources import PYTHON, TEMPLATES, relative

LONGEST = 250
#: Where SQL is written from constants of the schema. Nothing else in these may be longer or looser for it.
WRITES_SQL = ("tenancy/", "schema_changes/", "audit/", "bench/", "tests/", "config/localpg")
#: Written as pages of data, not as something to read from top to bottom.
LONG = {
    "look/templatetags/look.py",
    "config/settings.py",
    "tenancy/catalogue.py",
    "tenancy/provision_sql.py",
}  # fmt: skip


def test_modules_stay_short() -> None:
    long = [
        relative(path) for path in PYTHON if len(path.read_text().splitlines()) > LONGEST and "/tests/" not in str(path)
    ]
    assert sorted(set(long) - LONG) == [], "Split these, or say in this test why not."


# --- SQL --------------------------------------------------------------------------------------------------------


def string_built_sql(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text())):
        if not isinstance(node, ast.Call):
            continue
        name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if name == "RawSQL":
            yield f"{relative(path)}:{node.lineno}: RawSQL"
        if name in ("execute", "executemany", "raw", "copy") and node.args and is_built(node.args[0]):
            yield f"{relative(path)}:{node.lineno}: {name}() of a string put together"
        if name == "extra" and any(
            keyword.arg in ("where", "select", "tables", "order_by") for keyword in node.keywords
        ):
            yield f"{relative(path)}:{node.lineno}: extra()"


def is_built(argument: ast.expr) -> bool:
    """An f-string, `"…" % x`, `"…" + x` or `"…".format(x)`; psycopg.sql's own format() starts from SQL(…)."""
    if isinstance(argument, ast.JoinedStr):
        return True
    if isinstance(argument, ast.BinOp):
        return isinstance(argument.op, ast.Add | ast.Mod)
    if isinstance(argument, ast.Call) and isinstance(argument.func, ast.Attribute):
        return argument.func.attr in ("format", "join") and isinstance(argument.func.value, ast.Constant)
    return False


def test_sql_is_never_put_together_from_strings() -> None:
    checked = [path for path in PYTHON if not relative(path).startswith(WRITES_SQL)]
    assert [line for path in checked for line in string_built_sql(path)] == []


@pytest.mark.parametrize(
    "line",
    [
        'cursor.execute(f"SELECT {x}")',
        'cursor.execute("SELECT %s" % x)',
        'cursor.execute("SELECT " + x)',
        'cursor.execute("SELECT {}".format(x))',
        'Client.objects.raw(f"SELECT {x}")',
        'Client.objects.extra(where=["x"])',
        'RawSQL("x", [])',
    ],
)
def test_the_rule_finds_sql_put_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, line: str) -> None:
    path = tmp_path / "module.py"
    path.write_text(line)
    monkeypatch.setattr("tests.architecture.test_source.relative", str)
    assert list(string_built_sql(path))


# --- templates --------------------------------------------------------------------------------------------------

INLINE = {
    "a <script> without src": re.compile(
        r"<script(?![^>]*\bsrc=)(?![^>]*type=\"(?:application/(?:ld\+)?json|importmap)\")", re.I
    ),
    "a <style> block": re.compile(r"<style[\s>]", re.I),
    "a style attribute": re.compile(r"\sstyle=", re.I),
    "an on… attribute": re.compile(r"<[^>{]*\son[a-z]+\s*=", re.I),
    "a javascript: address": re.compile(r"=\s*[\"']?javascript:", re.I),
}
COMMENT = re.compile(r"{#.*?#}|{%\s*comment.*?endcomment\s*%}|<!--.*?-->", re.S)
MAILS = ("templates/mail/", "templates/account/email/")


def inline_parts(text: str) -> list[str]:
    plain = COMMENT.sub("", text)
    return [what for what, pattern in INLINE.items() if pattern.search(plain)]


def test_templates_need_no_exception_in_the_content_security_policy() -> None:
    pages = [path for path in TEMPLATES if not relative(path).startswith(MAILS)]
    assert [f"{relative(path)}: {what}" for path in pages for what in inline_parts(path.read_text())] == []


def test_no_template_marks_text_as_safe() -> None:
    # Help texts come from our own fields; everything else may come from a person.
    wrong = re.compile(r"(?<!help_text)\|\s*safe\b|{%\s*autoescape\s+off")
    assert [relative(path) for path in TEMPLATES if wrong.search(path.read_text())] == []


@pytest.mark.parametrize(
    "text", ["<script>x</script>", "<p style='x'>", '<a onclick="x">', "<style>", '<a href="javascript:x">']
)
def test_the_rule_finds_inline_parts(text: str) -> None:
    assert inline_parts(text)


# --- what a cluster takes ---------------------------------------------------------------------------------------

#: What Citus loses or turns round (docs/scaling.md), and where it may be named all the same.
NO_CLUSTER_TAKES = {
    "set_config() does not reach the workers": re.compile(r"\bset_config\s*\(\s*['\"]app\.", re.I),
    "a RESTRICTIVE policy turns permissive": re.compile(r"\bAS\s+RESTRICTIVE\b", re.I),
    "a function that returns SETOF a table is dropped": re.compile(r"\bRETURNS\s+SETOF\b", re.I),
    "a serial counts across firms": re.compile(r"\b(?:big|small)?serial\b(?!iz)", re.I),
}


def lost_on_a_cluster(text: str) -> list[str]:
    return [why for why, pattern in NO_CLUSTER_TAKES.items() if pattern.search(text)]


def test_nothing_is_written_that_no_cluster_takes() -> None:
    ours = [path for path in PYTHON if "tests/" not in relative(path) and not relative(path).startswith("bench/")]
    assert [f"{relative(path)}: {why}" for path in ours for why in lost_on_a_cluster(path.read_text())] == []


@pytest.mark.parametrize(
    "text",
    [
        "SELECT set_config('app.current_tenant_id', %s, true)",
        "CREATE POLICY p ON t AS RESTRICTIVE USING (true)",
        "CREATE FUNCTION f() RETURNS SETOF clients",
        "CREATE TABLE t (id bigserial)",
    ],
)
def test_the_rule_finds_what_no_cluster_takes(text: str) -> None:
    assert len(lost_on_a_cluster(text)) == 1
