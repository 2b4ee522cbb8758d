# The process that a domain's guest is, on this blade. Libvirt lets the source of a move go on by itself, when its connection
# breaks or after a silence; who has answered that a guest stands still must see to it that this stays true.

STILL_SECONDS = 5


class Emulator(object):
    def __init__(self, uuid):
        self.uuid = uuid
        self.pid = self.found()

    def found(self):
        """Its process number, None where there is none. Looked for beforehand: /proc is long."""
        for name in os.listdir("/proc"):
            if name.isdigit() and self.is_at(name):
                return int(name)
        return None

    def is_at(self, pid):
        try:
            with open("/proc/%s/cmdline" % pid, "rb") as file:
                words = file.read().split(b"\0")
        except OSError:
            return False
        own = self.uuid.encode("ascii")
        return any(pair == (b"-uuid", own) for pair in zip(words, words[1:]))

    def signal(self, number):
        """Whether it was there to be told. A number that is another process's by now is not."""
        if self.pid is None or not self.is_at(self.pid):
            self.pid = self.found()
        if self.pid is None:
            return False
        os.kill(self.pid, number)
        return True

    def stand_still(self):
        """Whether none of its threads runs from here on, whoever tells it to. It may be at its end already."""
        if not self.signal(signal.SIGSTOP):
            return False
        until = time.monotonic() + STILL_SECONDS
        while not self.stands_still():
            if time.monotonic() > until:
                return False
            time.sleep(0.001)
        return True

    def stands_still(self):
        if self.pid is None:
            return False
        try:
            threads = os.listdir("/proc/%d/task" % self.pid)
            return all(self.state(thread) in "TtZX" for thread in threads)
        except OSError:
            return not os.path.exists("/proc/%d" % self.pid)

    def state(self, thread):
        with open("/proc/%d/task/%s/stat" % (self.pid, thread), "rb") as file:
            return file.read().rsplit(b") ", 1)[1][:1].decode("ascii")

    def end_where_told(self):
        """
        A process that stands still does not hear that it is to end; libvirt waits 10 s for it then, and answers nothing about
        the domain meanwhile (measured, libvirt 9).
        """
        try:
            with open("/proc/%d/status" % (self.pid or 0)) as file:
                pending = [int(line.split()[1], 16) for line in file if line.startswith(("SigPnd:", "ShdPnd:"))]
        except OSError:
            return
        if any(mask >> (signal.SIGTERM - 1) & 1 for mask in pending):
            self.kill()

    def go_on(self):
        self.signal(signal.SIGCONT)

    def kill(self):
        self.signal(signal.SIGKILL)
