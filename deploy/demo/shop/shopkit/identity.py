"""Who this process is: set by the deployment, printed in every log."""

import os
from dataclasses import dataclass


@dataclass(frozen=True)
class Identity:
    service: str
    environment: str
    version: str
    commit: str


def from_environment(service: str) -> Identity:
    return Identity(
        service=service,
        environment=os.environ.get("ENVIRONMENT", "development"),
        version=os.environ.get("SERVICE_VERSION", "dev"),
        commit=os.environ.get("SERVICE_COMMIT", "unknown"),
    )
