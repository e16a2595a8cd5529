"""What the Python services of the shop share: serving, calling, configuration, logs, databases, money."""
