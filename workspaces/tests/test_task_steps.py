"""The steps of a task: written with it or after it, ticked by anybody, and on the task that comes next."""

from datetime import date

import pytest

from workspaces.models import ProjectTemplateTask, Task, TaskStep
from workspaces.projects import templating
from workspaces.tasks import changes, steps

pytestmark = pytest.mark.django_db


@pytest.fixture
def firm(cast):
    with cast.ours.inside():
        yield cast.ours


def texts(task):
    return list(TaskStep.objects.filter(task=task).order_by("position").values_list("text", flat=True))


def test_steps_are_written_ticked_and_taken_away(firm, sign_in):
    staff, task = sign_in(firm.member), firm.first_task
    new = firm.url("task_step_creation", task_id=task.pk)
    assert staff.post(new, {"steps": "- Telephone"}).status_code == 302
    assert texts(task) == ["Write to the branch", "Telephone"]
    empty = staff.post(new, {"steps": " "})
    assert empty.status_code == 422 and "Write what is to be done." in empty.content.decode()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(TaskStep, "MOST", 2)
        full = staff.post(new, {"steps": "One too many"})
    assert full.status_code == 422 and "One too many" in full.content.decode()
    for _ in range(2):  # clicked twice, it is ticked once and stays ticked
        staff.post(firm.url("task_step_done", step_id=firm.step.pk))
    page = staff.get(firm.url("task_detail", task_id=task.pk)).content.decode()
    assert "1 of 2 steps done" in page and 'aria-checked="true"' in page
    card = next(
        lane.cards for lane in staff.get(firm.url("project_detail", project_id=firm.project.pk)).context["lanes"]
    )
    assert card[0].steps == (1, 2)
    assert TaskStep.objects.get(pk=firm.step.pk).done_by_id == firm.member.pk
    staff.post(firm.url("task_step_undone", step_id=firm.step.pk))
    assert not TaskStep.objects.get(pk=firm.step.pk).is_done
    staff.post(firm.url("task_step_removal", step_id=firm.step.pk))
    assert texts(task) == ["Telephone"]
    assert sign_in(firm.viewer).post(new, {"steps": "No"}).status_code == 403


def test_the_next_task_the_next_project_and_a_template_have_the_steps_not_ticked(firm, sign_in):
    form = {"title": "VAT", "status": "todo", "priority": "medium", "recurrence": "monthly", "due_date": "2026-01-31"}
    new = firm.url("task_create", project_id=firm.project.pk)
    sign_in(firm.member).post(new, form | {"steps": "Post the bank\n\n* Draft\n[ ] Send"})
    task = Task.objects.get(title="VAT")
    assert texts(task) == ["Post the bank", "Draft", "Send"]
    steps.tick(task.steps.order_by("position")[0], is_done=True, by=firm.member)
    made = changes.move(task, "done", by=firm.member, version=task.version)
    assert texts(made) == texts(task) and not made.steps.exclude(done_at=None).exists()
    template = templating.keep_as_template(firm.project, "With steps", by=firm.member)
    line = ProjectTemplateTask.objects.filter(template=template, title="VAT").first()
    assert line.steps == "Post the bank\nDraft\nSend"
    Task.objects.all().delete()
    templating.use(template, firm.project, start=date(2026, 2, 1), by=firm.member)
    assert texts(Task.objects.filter(title="VAT").first()) == ["Post the bank", "Draft", "Send"]
