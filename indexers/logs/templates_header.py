"""The header of a log line: time, host, process, level, thread and logger before the message proper.

Owns where the message begins. It is asked only for distinct shapes, so it may be a small grammar in Python. A line
counts as having a header only when it begins with a time or a level; any other text is all message.
Keeps out: what the header says (the parser of log pages reads it into columns).
"""

import re
from functools import cache

# At most this much of a line is looked at for a header.
_REACH = 300

# How many digits a number has is never asked: lines that differ in that are looked at once (templates_rough.py).
_CLOCK = r"\d+:\d+:\d+(?:[.,:]\d+)?(?:\s?(?:Z\b|[-+]\d+(?::\d+)?\b|[AP]M\b|UTC\b|GMT\b))?(?![\w:])"
_MONTH = r"(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.?"
_LEVEL = (
    r"(?:TRACE|DEBUG|INFO|INFORMATION|NOTICE|WARN|WARNING|ERROR|ERR|SEVERE|FATAL|CRITICAL|CRIT|ALERT|EMERG|FAILURE"
    r"|PANIC|FINE|FINER|FINEST|CONFIG|VERBOSE)"
)

# What a header may begin with: a time in one of these forms ...
_DATE = r"\d+[-/.]\d+[-/.]\d+"
_TIMES = (
    rf"\[?(?:<\d+>\d*\s?)?{_DATE}(?:[T \-_]{_CLOCK}|[T \-]\d+\.\d+\.\d+(?:\.\d+)?)\]?",
    rf"\[?{_DATE}\]?(?=\s+[\[(<]?{_LEVEL}\b)",  # a day alone, before the level
    rf"\[?(?:[A-Z][a-z]{{2}},?\s+)?{_MONTH}\s+\d+,?(?:\s+\d+)?\s+{_CLOCK}(?:\s+\d+(?=\s|\]))?\]?",
    rf"\[?\d+[-/ ]{_MONTH}[-/ ]\d+[: ]{_CLOCK}\]?",
    rf"\[?\d+[-/.]\d+,?[ T]{_CLOCK}\]?",
    rf"\d+[-T ]?{_CLOCK}",
    rf"\d+ \d+(?= (?:\d+ )?{_LEVEL}\b)",  # 081109 203615
    r"[IWEF]\d+ \d+:\d+:\d+\.\d+",  # glog and klog: level and day in one word
    rf"\[?{_CLOCK}\]?",
    r"\[\s*\d+\.\d+\]",  # seconds since the kernel started
)
# Seconds or milliseconds since 1970: any number, so a day or a level must follow.
_EPOCH = rf"\d+(?:\.\d+)?(?=\s+(?:{_DATE}\s|[\[(<]?{_LEVEL}\b))"
# ... or a level that is clearly marked as one.
_MARKED_LEVEL = rf"\[\s*(?i:{_LEVEL})\s*\]:?|(?:{_LEVEL})(?::(?=\s)|\s+\[|\s*\|)|(?:{_LEVEL})(?=\s+\d{{4}}-\d\d-\d\d)"

# What may follow a time, in any order, before the message.
_PARTS = (
    *_TIMES,
    rf"{_DATE}(?=\s+[A-Z])",  # a day behind the seconds
    r"\d+\s+\d+\s+[VDIWEFA]\s+[^\s:]{1,80}\s*:(?=\s)",  # logcat: process, thread, level, tag
    r"[VDIWEFA]/[^\s:(]{1,80}\s*\(\s*\d+\):(?=\s)",  # logcat, brief
    rf"[\[(<]?\s*(?:{_LEVEL})\s*[\])>]?:?(?=[\s|:\[-]|$)",
    rf"[\[(]\s*(?i:{_LEVEL})\s*[\])]:?",
    rf"(?i:{_LEVEL}):?\s+(?=\[)",
    r"\[[^\]\[]{0,160}(?:\[[^\]]{0,40}\][^\]\[]{0,80})?\]:?",  # [thread], [main], [QuorumPeer[myid=1]/0:0]
    r"\((?:[^()\s]{1,60})\):?",  # (logger)
    rf"\d+(?=\s+(?:-{{1,3}}\s|\[|\||\d+\s|{_LEVEL}\b|[\w./-]+:\d+\])|\|)",  # process or thread number
    r"[\w./-]+:\d+\](?=\s)",  # server.go:12]
    r"[|\-]{1,3}(?=\s)|\|",
    r"[\w.-]+\|(?=\S)",  # fields between bars
    r"[\w$]+(?:[.$/][\w$<>]+)+(?::\d+)?:?(?=\s)",  # a.dotted.Logger, a/file.go:12
    r"[\w./-]+(?:\([\w./-]+\))?\[\d+\]:",  # sshd(pam_unix)[4711]:
    r"(?=[\w-]*[A-Z.$])[A-Za-z][\w.$-]*:(?=\s)",  # Logger:
    r"(?=[A-Z0-9-]*\d)[A-Z0-9]+(?:[-:][A-Z0-9]+)+(?=\s)",  # R02-M1-N0-C:J12-U11
    r"[A-Z][A-Z_]+(?=\s(?:\S+\s)?(?:TRACE|DEBUG|INFO|WARN|WARNING|ERROR|SEVERE|FATAL|FAILURE)\s)",  # facility LEVEL
)
# After a time of syslog comes the host, known by what follows it: a process with a number or a colon.
_SYSLOG_HOST = r"[\w.:-]+(?=\s+(?:-- )?[\w./-]+(?:\s?\([\w./ -]+\))?(?:\[\d+\])?:\s)"
_PROCESS = r"[A-Za-z][\w./-]*(?:\s?\([\w./ -]+\))?(?:\[\d+\])?:(?=\s)"
_SYSLOG_TIME = re.compile(rf"\[?{_MONTH}\s+\d{{1,2}}\s+{_CLOCK}|\d{{4}}-\d\d-\d\dT")
# A logger in small letters counts as one only behind a level in brackets: "[INFO]  client: started".
_SMALL_LOGGER = re.compile(r"(?<=\])\s+[a-z][\w.-]*:\s+")
_LEVEL_WORD = re.compile(rf"(?<!\w)(?i:{_LEVEL})(?!\w)")


@cache
def _compiled() -> tuple[re.Pattern[str], re.Pattern[str], re.Pattern[str]]:
    start = re.compile(rf"\s*(?:- )?(?:{'|'.join((*_TIMES, _EPOCH, _MARKED_LEVEL))})\s*")
    part = re.compile(rf"(?:{'|'.join(_PARTS)})\s*")
    return start, part, re.compile(rf"(?:{_SYSLOG_HOST})\s+(?:-- )?(?:{_PROCESS}\s*)?")


def message_start(line: str) -> int:
    """Index where the message of a log line begins; 0 when the line has no header.

    A header never takes the whole line: what would be left empty is given back to the message.
    """
    start, part, host = _compiled()
    head = line[:_REACH]
    match = start.match(head)
    if match is None:
        return 0
    place, level = match.end(), bool(_LEVEL_WORD.search(match[0]))
    if _SYSLOG_TIME.match(head) and (found := host.match(head, place)) and head[found.end() :].strip():
        place = found.end()
        if found[0].rstrip().endswith(":"):
            return place
    for _ in range(12):
        found = part.match(head, place)
        if found is None or not head[found.end() :].strip():
            break
        text = found[0].rstrip()
        place = found.end()
        # A name with a colon, and a dash after the level, end a header: what follows belongs to the message.
        if (text.endswith(":") and text[0] not in "[(") or (level and set(text) == {"-"}):
            break
        if not level and _LEVEL_WORD.search(text):
            level = True
            logger = _SMALL_LOGGER.match(head, found.start() + len(text))
            if logger and head[logger.end() :].strip():
                return logger.end()
    return place
