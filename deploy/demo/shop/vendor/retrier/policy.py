class Policy:
    """How often to call, which failures are worth it, and how long to wait in between (seconds, doubling)."""

    def __init__(self, attempts=3, wait=0.05, factor=2.0, longest_wait=2.0, worth_it=None):
        self.attempts = attempts
        self.wait = wait
        self.factor = factor
        self.longest_wait = longest_wait
        self.worth_it = worth_it or (lambda error: True)

    def pause(self, attempt):
        """Seconds to wait after the failed attempt number `attempt`, from 1."""
        return min(self.wait * self.factor ** (attempt - 1), self.longest_wait)
