# What a blade's kernel and libvirt say of its SAN, and what each disk says of itself when it is asked just now.
# Read-only, one process, Python 3.6 or newer with the standard library only; sent with the probe, never installed.
# The files of this folder are one program: children, sysfs, scsi, reservations, libvirt, multipathd, host_disks,
# timers, initramfs, moving, reach, wwid, lan, modes, joined in this order.
# May come in: sysfs below ANYBLADE_ROOT, answers of devices, libvirt's answers. May not: udev, caches, a name's word.
#
# This one: all that can hang runs in a child of its own. A disk in D state takes its child along and delays no other
# answer. What begins with an underscore spares what the module of the same name brings with it: enums, selectors, regular
# expressions, which cost as much as Python's own start.
import _socket
import _thread
import array
import binascii
import errno
import fcntl
import os
import select
import struct
import sys
import time

ROOT = os.environ.get("ANYBLADE_ROOT", "")
SILENCE_SECONDS = 5.0  # a child that says nothing for so long is given up, unless it is still at work
SIGKILL = 9


def in_children(jobs, seconds):
    """Runs each of `jobs` (name -> function of an emit) in a child; name -> (lines, whether it came to its end)."""
    until = time.monotonic() + seconds
    children = dict((name, fork_job(job)) for name, job in jobs.items())
    heard = dict((name, time.monotonic()) for name in jobs)
    worked = dict((name, 0.0) for name in jobs)
    texts = dict((name, bytearray()) for name in jobs)
    open_ones = dict((fd, name) for name, (pid, fd) in children.items())
    ended = set()
    while open_ones:
        now = time.monotonic()
        limits = [min(until, heard[name] + SILENCE_SECONDS) for name in open_ones.values()]
        ready = select.select(list(open_ones), [], [], max(0.0, min(limits) - now))[0]
        for fd in ready:
            piece = os.read(fd, 1 << 16)
            name = open_ones[fd]
            heard[name] = time.monotonic()
            texts[name] += piece
            if not piece:
                ended.add(name)
                del open_ones[fd]
        now = time.monotonic()
        for fd, name in list(open_ones.items()):
            if now < min(until, heard[name] + SILENCE_SECONDS):
                continue
            runs, seconds_so_far = work_of(children[name][0])
            if now < until and (runs or seconds_so_far - worked[name] > SILENCE_SECONDS / 10):
                worked[name] = seconds_so_far
                heard[name] = now - SILENCE_SECONDS * 0.8  # looked at again after a fifth of it
            else:
                os.kill(children[name][0], SIGKILL)  # one in D state stays; it is nobody's any more
                del open_ones[fd]
    return dict((name, (whole_lines(text), name in ended)) for name, text in texts.items())


def work_of(pid):
    """
    Whether one of its threads wants a processor just now, and for how many seconds they had one or waited for one: on a
    blade that is busy, such as with udev's look at many new disks, a child can be silent without being stuck.
    Source: Linux Documentation/scheduler/sched-stats.rst; a kernel without them tells the first of it only.
    """
    tasks = "/proc/%d/task" % pid
    runs, nanoseconds = False, 0
    try:
        for task in os.listdir(tasks):
            with open("%s/%s/stat" % (tasks, task)) as stat:
                runs = runs or stat.read().rpartition(")")[2].split()[0] == "R"
            with open("%s/%s/schedstat" % (tasks, task)) as times:
                nanoseconds += sum(int(value) for value in times.read().split()[:2])
    except (EnvironmentError, ValueError, IndexError):
        pass  # it has just ended, or the kernel does not tell
    return runs, nanoseconds / 1e9


def fork_job(job):
    into, out = os.pipe()
    pid = os.fork()
    if pid:
        os.close(out)
        return pid, into
    null = os.open("/dev/null", os.O_RDWR)
    for fd in (0, 1, 2):
        os.dup2(null, fd)
    lock = _thread.allocate_lock()

    def emit(*fields):
        line = memoryview(("\t".join(fields) + "\n").encode("ascii", "backslashreplace"))
        with lock:
            while line:
                line = line[os.write(out, line) :]

    try:
        job(emit)
    except Exception as error:
        emit("!", word(str(error) or type(error).__name__))
    finally:
        os._exit(0)


def whole_lines(text):
    return text.decode("ascii", "replace").split("\n")[:-1]
