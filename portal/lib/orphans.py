"""Processes that end with whoever started them, however that ends."""

import ctypes
import signal
import sys
from collections.abc import Callable

SET_PARENT_DEATH_SIGNAL = 1


def dies_with_parent(death: signal.Signals) -> Callable[[], None] | None:
    """For `preexec_fn`: the child gets this signal when the thread that started it is gone."""
    if not sys.platform.startswith("linux"):
        return None
    control = ctypes.CDLL(None).prctl  # Looked up here: the child itself should do next to nothing.

    def ask_the_kernel() -> None:
        control(SET_PARENT_DEATH_SIGNAL, int(death))

    return ask_the_kernel
