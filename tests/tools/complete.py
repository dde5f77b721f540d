#!/usr/bin/python3
"""What bash makes of a command line whose last word is completed: a word a line

usage: complete.py FILE LINE    FILE: what bash reads first, the completions

LINE is typed at an interactive bash on a terminal of its own, then Alt-*, which puts all possible
completions in the place of the last word.
"""

import os
import pty
import re
import select
import subprocess
import sys

BEGIN, END = "<<begin>>", "<<end>>"


def main():
    master, slave = pty.openpty()
    env = {**os.environ, "TERM": "dumb", "PS1": "", "COLUMNS": "4000", "INPUTRC": "/dev/null"}
    bash = subprocess.Popen(["bash", "--norc", "--noprofile", "-i"], stdin=slave, stdout=slave, stderr=slave,
                            env=env, start_new_session=True)
    os.close(slave)
    typed = (f"source '{sys.argv[1]}'; stty -echo; bind 'set horizontal-scroll-mode off'\r"
             # at the beginning of the line, what prints its words
             f"{sys.argv[2]}\033*\001printf '%s\\n' '{BEGIN}' \005 '{END}'\r")
    os.write(master, typed.encode())
    said = b""
    while said.count(b"\n" + END.encode()) < 1 and select.select([master], [], [], 20)[0]:
        said += os.read(master, 65536)
    os.write(master, b"exit\r")
    bash.kill()
    bash.wait()
    found = re.search(rf"\n{BEGIN}\r?\n(.*?)\n{END}", said.decode(errors="replace"), re.S)
    if not found:
        sys.exit(f"bash said: {said.decode(errors='replace')}")
    print(found.group(1).replace("\r", ""))


main()
