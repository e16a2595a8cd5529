import logging
import time

log = logging.getLogger(__name__)


class GaveUp(Exception):
    """Every attempt failed; the last failure is the cause."""

    def __init__(self, what, attempts):
        super().__init__("%s failed %d times" % (what, attempts))
        self.attempts = attempts


def run(what, function, policy, sleep=time.sleep):
    """Call `function` until it succeeds, at most `policy.attempts` times."""
    attempt = 0
    while True:
        attempt += 1
        try:
            return function()
        except Exception as error:
            if not policy.worth_it(error):
                raise
            if attempt >= policy.attempts:
                raise GaveUp(what, attempt) from error
            log.warning("%s: attempt %d failed, trying again: %s", what, attempt, error)
            sleep(policy.pause(attempt))
