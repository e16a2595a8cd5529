"""Times as logs print them -> aware UTC microseconds, as SQL over a text column.

Owns: the forms. A time without a zone is taken as UTC; one without a year or day gets the newest one that is not later
than a day after the line was observed. Keeps out: where in a line the time stands (heads.py).
"""

from indexers.logs.engine import case, literal

_NO_FRACTION = "regexp_replace({0}, '[.,][0-9]+', '')"
_FRACTION = "coalesce(TRY_CAST('0.' || nullif(regexp_extract({0}, '[.,]([0-9]+)', 1), '') AS DOUBLE), 0)"


def parsed(column: str, observed: str) -> str:
    """SQL for `column` as TIMESTAMPTZ, NULL where it holds no time; `observed` is an SQL expression of that type."""
    plain, fraction = _NO_FRACTION.format(column), _FRACTION.format(column)

    def form(pattern: str, text: str = plain) -> str:
        whole = f"timezone('UTC', try_strptime({text}, {literal(pattern)}))"
        return f"{whole} + to_microseconds(CAST(round({fraction} * 1000000) AS BIGINT))"

    year = f"strftime({observed}, '%Y') || ' ' || "
    day = f"strftime({observed}, '%Y-%m-%d') || ' ' || "
    epoch = f"TRY_CAST({column} AS DOUBLE)"
    return case(
        {
            f"{column} = ''": "NULL",
            f"regexp_matches({column}, '^[0-9]{{4}}-')": _iso(column),
            f"regexp_matches({column}, '^[0-9]{{10}}([.][0-9]+)?$')": f"to_timestamp({epoch})",
            f"regexp_matches({column}, '^[0-9]{{13}}([.][0-9]+)?$')": f"to_timestamp({epoch} / 1e3)",
            f"regexp_matches({column}, '^[0-9]{{16}}$')": f"make_timestamptz(TRY_CAST({column} AS BIGINT))",
            f"regexp_matches({column}, '^[0-9]{{19}}$')": f"make_timestamptz(TRY_CAST({column} AS BIGINT) // 1000)",
            f"regexp_matches({column}, '^[0-9]{{4}}/')": form("%Y/%m/%d %H:%M:%S"),
            f"regexp_matches({column}, '^[0-9]{{2}}/[A-Z].*[+-][0-9]{{4}}$')": (
                f"try_strptime({column}, '%d/%b/%Y:%H:%M:%S %z')"
            ),
            f"regexp_matches({column}, '^[0-9]{{2}}[-/ ][A-Z]')": form(
                "%d-%b-%Y %H:%M:%S",
                f"regexp_replace(regexp_replace({plain}, '[-/ ]', '-', 'g'), '([0-9]{{4}})[-:]', '\\1 ')",
            ),
            f"regexp_matches({column}, '^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) ')": form("%a %b %d %H:%M:%S %Y"),
            f"regexp_matches({column}, '^[A-Z][a-z]{{2}} ')": _newest(
                form("%Y %b %d %H:%M:%S", f"{year}replace({plain}, '  ', ' 0')"), observed, "INTERVAL 1 YEAR"
            ),
            f"regexp_matches({column}, '^[0-9]{{4}} [0-9]')": _newest(
                form("%Y %m%d %H:%M:%S", f"{year}{plain}"), observed, "INTERVAL 1 YEAR"
            ),
            f"regexp_matches({column}, '^[0-9]{{2}}:')": _newest(
                form("%Y-%m-%d %H:%M:%S", f"{day}{plain}"), observed, "INTERVAL 1 DAY"
            ),
        },
        _iso(column),
    )


def _iso(column: str) -> str:
    text = f"replace(replace(replace({column}, ',', '.'), ' UTC', 'Z'), ' +', '+')"
    return f"TRY_CAST({text} AS TIMESTAMPTZ)"


def _newest(time: str, observed: str, step: str) -> str:
    return f"CASE WHEN {time} > {observed} + INTERVAL 1 DAY THEN {time} - {step} ELSE {time} END"
