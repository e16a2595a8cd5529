"""Severity words and numbers of many loggers -> OpenTelemetry's text and number.

https://opentelemetry.io/docs/specs/otel/logs/data-model/#field-severitynumber. Owns: the table. Keeps out: where in a
line the word stands.
"""

# short name -> (number, text); several words mean the same
LEVELS: dict[str, tuple[int, str]] = {
    **dict.fromkeys(("TRACE", "TRC", "FINEST", "FINER", "VERBOSE", "SILLY", "T", "V"), (1, "TRACE")),
    **dict.fromkeys(("DEBUG", "DBG", "DEBU", "FINE", "CONFIG", "D"), (5, "DEBUG")),
    **dict.fromkeys(("INFO", "INF", "INFORMATION", "INFORMATIONAL", "LOG", "I"), (9, "INFO")),
    **dict.fromkeys(("NOTICE",), (10, "INFO")),
    **dict.fromkeys(("WARN", "WARNING", "WRN", "W"), (13, "WARN")),
    **dict.fromkeys(("ERROR", "ERR", "ERRO", "SEVERE", "FAIL", "FAILURE", "E"), (17, "ERROR")),
    **dict.fromkeys(("CRITICAL", "CRIT", "ALERT", "DPANIC"), (18, "ERROR")),
    **dict.fromkeys(("FATAL", "EMERG", "EMERGENCY", "PANIC", "F"), (21, "FATAL")),
}
# Numbers of pino and bunyan (https://getpino.io/#/docs/api?id=levels), which are also Python's from 10 to 50.
NUMBERS = {"10": "TRACE", "20": "DEBUG", "30": "INFO", "40": "WARN", "50": "ERROR", "60": "FATAL"}
# Syslog severities 0..7 (RFC 5424, table 2), also journald's PRIORITY.
SYSLOG = {"0": "EMERG", "1": "ALERT", "2": "CRIT", "3": "ERR", "4": "WARNING", "5": "NOTICE", "6": "INFO", "7": "DEBUG"}


def number_of(word: str) -> tuple[int, str]:
    """(OpenTelemetry number, text) of a level as some logger writes it; (0, "") for none or an unknown one."""
    level = word.strip().strip("[]<>:").upper()
    return LEVELS.get(NUMBERS.get(level, level), (0, ""))
