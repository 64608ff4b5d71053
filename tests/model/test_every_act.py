"""Every act of the console in any order, on two license servers, held against a plain model after each step.

The model is written from domain.md and cli.md alone. `TSLIC_SOAK=MINUTES` lets it run longer, at random.
"""

from __future__ import annotations

import os
from pathlib import Path

from hypothesis import Phase, settings
from hypothesis.stateful import run_state_machine_as_test
from model.every_act import EveryAct


def test_whatever_is_typed_the_record_is_what_the_model_says(template_database: Path) -> None:
    EveryAct.template = template_database
    minutes = float(os.environ.get("TSLIC_SOAK", "0"))
    run_state_machine_as_test(
        EveryAct,
        settings=settings(
            max_examples=int(minutes * 15) or 7,
            stateful_step_count=50,
            database=None,
            report_multiple_bugs=False,
            derandomize=not minutes,
            # an example shows each step as it was typed; it cannot be made shorter
            phases=(Phase.generate,),
        ),
    )
