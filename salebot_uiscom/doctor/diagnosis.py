"""The walk: machine, body, address for notifications, settings, account."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import replace

from ..effects import Steps
from ..uis import Uis, UisSettings
from .account import AccountVisit, check_settings
from .environment import check_environment
from .findings import Finding, Findings
from .options import Options
from .receiver import check_receiver
from .template import check_template
from .way import observe

# A person waits: one request with its repeats may take this long.
_PATIENCE_S = 15.0


def diagnose(
    settings: UisSettings | None, options: Options | None = None, *, clock: Callable[[], float] = time.time
) -> Steps[list[Finding]]:
    """Every fault that can be seen, in the order of the set-up.

    Reads lists (about eight points of the account) and asks `start.*` and `upload.*` without parameters, which nobody
    hears of. Never raises for a fault of the set-up.

    Args:
        settings: the connection; None = there are none, `options.settings_problem` may say why.
        clock: Unix seconds.
    """
    options = options if options is not None else Options()
    found = Findings()
    if options.environment is not None:
        check_environment(options.environment, found)
    if settings is None:
        if options.settings_problem:
            found.add("UI315", text_reason=options.settings_problem)
        else:
            found.add("UI310")
    else:
        check_settings(settings, found)
        # A state of its own: what other requests have learnt of limits must not hide anything.
        uis = Uis(replace(settings, read_budget_s=_PATIENCE_S, cache_s=0.0), clock=clock)
        visit = AccountVisit(uis, options, found, clock)
        yield from observe(visit.walk(), visit.see)
    if options.receiver_url:
        yield from check_receiver(options.receiver_url, options.receiver_keys, settings, found)
    if options.template is not None:
        check_template(options.template, options.event, found)
    return list(found)
