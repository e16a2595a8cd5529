"""What every test shares: no deadlines on a busy machine, no network hubs, no telemetry, no settings from outside."""

import os

from hypothesis import HealthCheck, settings

for name in [name for name in os.environ if name.startswith(("FIRSTCAUSE_", "PREFECT_")) and "_TEST_" not in name]:
    del os.environ[name]
os.environ.update(
    HF_HUB_OFFLINE="1",
    TRANSFORMERS_OFFLINE="1",
    DO_NOT_TRACK="1",
    PREFECT_SERVER_ANALYTICS_ENABLED="false",
    AWS_ACCESS_KEY_ID="test",
    AWS_SECRET_ACCESS_KEY="test",
    AWS_DEFAULT_REGION="us-east-1",
    AWS_EC2_METADATA_DISABLED="true",
)

# The same examples every time: a red build can be repeated. Exploring is what `--hypothesis-seed=random` is for.
settings.register_profile("steady", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("steady")
