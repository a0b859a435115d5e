"""Tasks of employees."""

from __future__ import annotations

from dataclasses import replace

from ...context import Context
from ...effects import Steps
from ...functions.registry import Text, Value, function
from ...store import records
from ...values import parse_date, parse_time, to_text
from ..asking import on_store
from ..outside import given
from .arguments import turn_of, whole
from .cards import employee

CRM = "chatbots/peremennye-i-funkcii/kalkulyator/dlya-raboty-s-klientami-i-crm"


def _moment(date: Value, time: Value) -> tuple[str, str] | None:
    """Date and time as given; None when one of them is none."""
    day, clock = (to_text(date) if given(date) else ""), (to_text(time) if given(time) else "")
    if (day and parse_date(day) is None) or (clock and parse_time(clock) is None):
        return None
    return day, clock


@function(effect=True, page=CRM)
def create_task(
    context: Context, email: Text, name: Text, date_srok: Value = None, description: Value = None,
    time_srok: Value = None,
) -> Steps[Value]:  # fmt: skip
    """Задача сотруднику; её номер, или False.

    create_task('head@example.org', 'Перезвонить', '03.03.2026', 'Срочно', '10:00')

    English:
        A task for an employee; its number, or False.
    """
    turn = turn_of(context)
    who, moment = employee(context, email), _moment(date_srok, time_srok)
    if who is None or moment is None or not name:
        return False
    deal = yield from turn.current_deal()
    number = yield from on_store(lambda store: store.allocate("task"))
    turn.save_task(
        records.Task(
            number, who.email, name, *moment,
            description=to_text(description) if given(description) else "",
            client_id=turn.client.id, deal_id=deal.id if deal else None, created_at=turn.at,
        )
    )  # fmt: skip
    return number


@function(effect=True, page=CRM)
def update_task(
    context: Context, task_id: Value, email: Value = None, name: Value = None, date_srok: Value = None,
    description: Value = None, time_srok: Value = None,
) -> Steps[bool]:  # fmt: skip
    """Изменить задачу; что не передано, остаётся.

    English:
        Changes a task; what is left out stays as it is.
    """
    turn = turn_of(context)
    task = yield from _task(context, task_id)
    moment = _moment(date_srok, time_srok)
    who = employee(context, to_text(email)) if given(email) else None
    if task is None or moment is None or (given(email) and who is None):
        return False
    turn.save_task(
        replace(
            task,
            email=who.email if who else task.email,
            name=to_text(name) if given(name) else task.name,
            date=moment[0] or task.date,
            time=moment[1] or task.time,
            description=to_text(description) if given(description) else task.description,
        )
    )
    return True


@function(effect=True, page=CRM)
def done_task(context: Context, task_id: Value) -> Steps[bool]:
    """Задача выполнена.

    English:
        Marks a task as done.
    """
    task = yield from _task(context, task_id)
    if task is None:
        return False
    turn_of(context).save_task(replace(task, done=True))
    return True


@function(effect=True, page=CRM)
def delete_task(context: Context, task_id: Value) -> Steps[bool]:
    """Удалить задачу.

    English:
        Deletes a task.
    """
    task = yield from _task(context, task_id)
    if task is None:
        return False
    turn_of(context).delete_task(task.id)
    return True


def _task(context: Context, task_id: Value) -> Steps[records.Task | None]:
    number = whole(task_id)
    return None if number is None else (yield from turn_of(context).task_of(number))
