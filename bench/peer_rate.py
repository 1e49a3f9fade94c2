"""How often a second a Python peer does what it does."""

import time


def rate(run, seconds, n):
    """Calls a second of CPU; `run(n)` does n of them, begun with so many and doubled until `seconds` are spent."""
    run(n)
    while True:
        start = time.process_time()
        run(n)
        spent = time.process_time() - start
        if spent > seconds:
            return n / spent
        n *= 2
