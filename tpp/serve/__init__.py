"""Starting and stopping: the server, and in sandbox mode the sandbox's two processes beside it.

What would fail is looked for before anything starts (`checks`), each trouble in one sentence with its remedy.
`programs` says what is started and what each is told, `children` keeps watch, `gateway` is what the server calls.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import NoReturn

import config
from tpp.serve import checks
from tpp.serve.children import supervise, tell
from tpp.serve.programs import programs_of, welcome

HERE = Path(__file__).resolve().parent.parent.parent
"""Programs, templates and a relative `instance` are found from here, wherever the app is started from."""


def main() -> int:
    """Serve until told to stop; return the process's exit code: 2 for settings, 1 for what the machine lacks."""
    os.chdir(HERE)
    try:
        settings = config.load()
        programs = programs_of(settings)
        troubles = checks.ports(programs) or checks.folder(settings.instance_path)
        if not troubles:
            settings.server_keys()
            troubles = checks.store(settings.instance_path)
    except config.SettingsError as err:
        tell("These settings cannot be used:", *(f"  - {fault}" for fault in err.faults), "See .env.example.")
        return 2
    if troubles:
        tell(*troubles)
        return 1
    for warning in (*settings.warnings, *([] if settings.uses_sandbox else checks.queue())):
        tell(f"Warning: {warning}.")
    return supervise(programs, welcome(settings), quick=settings.uses_sandbox)


def leave(code: int) -> NoReturn:
    """End this process at once: an interpreter takes its time to take itself apart."""
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(code)
