"""Waiting for what cannot announce itself, such as a line in a file."""
import time

PATIENCE = 20.0  # seconds; reached by failing tests only


def wait_until(condition, what, patience=PATIENCE):
    """The first true value of condition(); fails after `patience` seconds."""
    deadline = time.monotonic() + patience
    while True:
        if value := condition():
            return value
        if time.monotonic() > deadline:
            raise AssertionError(f"waited {patience:g} s in vain for {what() if callable(what) else what}")
        time.sleep(0.005)
