#!/usr/bin/python3
"""Are the names of residuals' output those of its manual page? usage: keys.py PAGE TABLE JSON

Each line under .TP of the page's DESCRIPTION names numbers of the table, each under
JSON keys of a stream: `name, name { field, field }`. Exit 1 says what differs.
"""

import json
import re
import sys


# Numbers of galaxies: they have no error.
COUNTS = {"n", "without_z", "without_zphot", "without_weight", "not_common", "without_pz", "outside_pz", "outside_z", "outside_zphot"}


# What a stream has only in its JSON, or only if asked for or given.
SOME = {"interval_68", "interval_95", "interval_68_rows", "interval_95_rows", "tomography", "against",
        "differences", "weights", "training"}


def tags(text):
    """[(names, fields)] of a part of the page."""
    for tag in re.findall(r"^\.TP\n\.[BRI]+ (.*)$", text, re.M):
        names, _, fields = re.sub(r'[" }]', "", tag).partition("{")
        yield names.split(","), fields.split(",") if fields else []


def same(what, found, documented):
    if found != documented:
        sys.exit(f"{what}: not in the page: {sorted(found - documented)}, "
                 f"only in the page: {sorted(documented - found)}")


def check_table(lines, documented):
    names = {line.split("\t")[0] for line in lines[1:]}
    plain = {re.sub(r"^(mode|mean|median)\.", "", name) for name in names}
    same("table", {re.sub(r"(_bootstrap)?_err$", "", name) for name in plain}, documented)
    for name in plain - COUNTS - {"pit_ks_p", "tv_bootstrap"}:
        if not name.endswith("_err") and name + "_err" not in plain:
            sys.exit(f"table: {name} has no error")


def check_json(stream, documented, numbers):
    paths = set()
    for key, value in stream.items():
        paths.add(key)
        if isinstance(value, dict) and key != "errors":
            paths |= {f"{key}.{field}" for field in value}
    same("JSON", paths, {name for name in documented if name.split(".")[0] not in SOME})
    same("errors", set(stream["errors"]), numbers - SOME | {"pit_histogram"})
    of_point = set(stream["estimates"]["mode"])
    for name, one in stream["estimates"].items():
        same(f"estimates.{name}", set(one), of_point)
        same(f"estimates.{name}.errors", set(one["errors"]), of_point - {"errors"})
    same("estimates", of_point - numbers, {"errors"})


def main():
    page = open(sys.argv[1]).read()
    description, _, rest = page.partition(".SS Curves")
    table = {name for names, _ in tags(description) for name in names if "." not in name}
    keys = set()
    for names, fields in tags(re.split(r"\.S[HS] ", rest.split(".SS JSON\n")[1])[0]):
        keys |= {name + "." + field for name in names for field in fields} | set(names)
    check_table(open(sys.argv[2]).read().splitlines(), table)
    numbers = table - COUNTS - {"tv_bootstrap", "tv_floor", "pit_ks_p"}
    check_json(next(iter(json.load(open(sys.argv[3])).values())), keys, numbers)


if __name__ == "__main__":
    main()
