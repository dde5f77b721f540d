"""What the tools of a pipeline write to the terminal that they share.

    terminal.py COLUMNS COMMAND <stream

Runs the shell command on a terminal of its own, that wide, and feeds it the stream in forty
pieces over two seconds; prints each line that was written over another, one a line."""
import fcntl
import os
import pty
import struct
import subprocess
import sys
import termios
import threading
import time

columns, command = int(sys.argv[1]), sys.argv[2]
stream = sys.stdin.buffer.read()
ours, theirs = pty.openpty()
fcntl.ioctl(theirs, termios.TIOCSWINSZ, struct.pack("HHHH", 24, columns, 0, 0))
run = subprocess.Popen(["bash", "-c", command], stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                       stderr=theirs, start_new_session=True)
os.close(theirs)


def feed():
    piece = len(stream) // 40 + 1
    for at in range(0, len(stream), piece):
        run.stdin.write(stream[at:at + piece])
        run.stdin.flush()
        time.sleep(0.05)
    run.stdin.close()


threading.Thread(target=feed, daemon=True).start()
written = b""
while True:
    try:
        more = os.read(ours, 65536)
    except OSError:  # the other end is closed
        break
    if not more:
        break
    written += more
for line in written.decode().split("\r\x1b[K"):
    if line:
        print(line)
sys.exit(run.wait())
