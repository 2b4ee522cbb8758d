# The unit at the destination: it waits from before the migration's start, and acts on the landing by itself, though the
# operator is gone. One way through: landed -> has the source run since? and preempt it -> is it preempted, and are the disks
# the right LUNs? -> resume -> announce.
# All that takes time and may come before the landing does; what may come after the resume does.
#
# The socket speaks lines. From the source, or from whoever has asked it: `hello`, `idle`, `none`, `gone`, `ran`,
# `given`, `failed`; to it: `ready`, `stand-still`, `ask`, `give-back`, `taken`, `held REASON`. From operators: `status`, `stop`.
# Where the last rung is post-copy, it says `post-copy`, and `prove` right before the switch; to it: the same, `proved` or
# `unproved REASON`, and `switched` once the guest runs here and its source can't write.
# `stand-still` goes out beside the preempt: `idle` lasts, for its process is stopped, and `ran` does. `none`, that nothing is
# there, does not: something might be begun before the preempt. Then `ask` is said after it, and `gone` is the answer.

UNANSWERED_SECONDS = 2.0
WARM_SECONDS = 0.5
UNATTENDED_SECONDS = 10  # what lands by post-copy lands running: whoever attends it says hello twice a second
PREEMPT_AGAIN_SECONDS = 0.5


class Destination(object):
    def __init__(self, name, uuid, folder, seconds, pace, volumes, disks):
        self.name, self.folder, self.pace, self.volumes, self.disks = name, ROOT + folder, pace, volumes, disks
        self.until = time.monotonic() + seconds
        self.talkers = []
        self.libvirt = Watched(uuid)
        self.outcome = "waiting"
        self.source = None  # what the source says of itself once it was asked
        self.attended_at = None  # post-copy: when the source was heard last
        self.heard_here = 0  # so many events were there before post-copy began

    def run(self):
        if self.libvirt.handle() is not None:
            raise Refused("refused", "%s is here already" % self.name)
        for volume in self.volumes:
            volume.check()
        self.prove()
        self.lines = open(self.folder + "/log", "ab", buffering=0)
        self.listener = socket.socket(socket.AF_UNIX)
        self.listener.bind(self.folder + "/socket")
        self.listener.listen(8)
        self.log("ready")
        self.outcome = "waiting"
        if self.wait_for_landing():
            self.switched() if self.has_switched() else self.landed()
        else:
            self.settle("not landed")
        # What has become of it stays to be asked; whoever comes late is told.
        self.wait(lambda: False, time.monotonic() + 600)

    def log(self, text):
        self.outcome = text
        self.lines.write(("%.3f %s\n" % (time.monotonic(), text)).encode("utf-8"))

    def settle(self, text):
        self.tell(text)
        self.log(text)

    # -- what comes in ------------------------------------------------------------------------------------------------

    def wait(self, holds, until):
        """Whether it came to hold; lines and events are taken in meanwhile."""
        while not holds():
            left = until - time.monotonic()
            if left <= 0:
                return False
            for one in select.select([self.libvirt, self.listener] + self.talkers, [], [], left)[0]:
                if one is self.libvirt:
                    one.pump()
                elif one is self.listener:
                    self.talkers.append(Talker(one.accept()[0]))
                else:
                    self.listen(one)
        return True

    def listen(self, talker):
        lines = talker.lines()
        if lines is None:
            self.talkers.remove(talker)
            return
        for line in lines:
            if self.attended_at is not None and line in ("hello", "post-copy", "prove"):
                self.attended_at = time.monotonic()
            if line == "hello":
                talker.say(self.greeting())
            elif line == "post-copy":
                self.expect_running()
                talker.say("post-copy")
            elif line == "prove":
                talker.say(self.proved())
            elif line == "status":
                talker.say(self.outcome)
            elif line == "stop":
                talker.say("stopped")
                self.log("stopped")
                os._exit(0)
            elif line in ("idle", "none", "gone", "ran", "given", "failed"):
                self.source = line

    def greeting(self):
        """What the source has to hear when it comes, or comes back."""
        return {"waiting": "ready", "unanswered": "ask", "source ran": "give-back"}.get(self.outcome, self.outcome)

    def tell(self, line):
        for talker in self.talkers:
            talker.say(line)

    def wait_for_landing(self):
        while not self.wait(self.has_landed, min(self.until, time.monotonic() + WARM_SECONDS)):
            if time.monotonic() >= self.until:
                return False
            if self.is_coming():
                self.warm()
            if self.attended_at is not None and time.monotonic() - self.attended_at > UNATTENDED_SECONDS:
                self.call_off()
        return True

    # -- post-copy ----------------------------------------------------------------------------------------------------

    def expect_running(self):
        if self.attended_at is None:
            self.attended_at, self.heard_here = time.monotonic(), len(self.libvirt.events)

    def proved(self):
        """Nothing can be held back after the switch: what would forbid the landing has to be said before it."""
        try:
            for volume in self.volumes:
                volume.check()
            self.prove()
        except (Refused, OSError) as error:
            return "unproved %s" % error
        return "proved"

    def call_off(self):
        """
        Nobody attends it, so nobody will switch it: should it come to its end all the same, it would land running though its source
        might go on. The source stays.
        """
        handle = self.libvirt.handle()
        if handle is not None and not self.has_switched():
            self.libvirt.remove(handle)
        if not self.has_switched():
            self.settle("not landed")
            os._exit(0)

    def has_switched(self):
        return (RESUMED, RESUMED_POST_COPY) in list(self.libvirt.events)[self.heard_here :]

    def switched(self):
        """
        The guest runs here. Its source has been stopped by QEMU, and can't go on any more; that nobody else lets it write is the
        array's part. What fails is done again: there is no way back.
        """
        self.log("preempting")
        while True:
            try:
                for volume in self.volumes:
                    volume.preempt()
                break
            except (Refused, OSError) as error:
                self.lines.write(("not preempted yet: %s\n" % error).encode("utf-8"))
                self.wait(lambda: False, time.monotonic() + PREEMPT_AGAIN_SECONDS)
        self.settle("switched")
        announce(self.libvirt.interfaces(self.libvirt.named))
        if self.wait(lambda: self.has_all() or self.has_ended(), self.until):
            if not self.has_all():
                self.tell("ended")
            self.settle("taken")

    def has_all(self):
        return (RESUMED, RESUMED_MIGRATED) in list(self.libvirt.events)[self.heard_here :]

    def has_ended(self):
        events = list(self.libvirt.events)
        return STOPPED in [event for event, _ in events[events.index((RESUMED, RESUMED_POST_COPY), self.heard_here) :]]

    def is_coming(self):
        return (STARTED, STARTED_MIGRATED) in self.libvirt.events

    def warm(self):
        """A first command on a path that was long idle takes five times as long (measured), and a guest would wait for it."""
        for volume in self.volumes:
            try:
                volume.keys()
            except (Refused, OSError):
                pass  # a path may be down for now; the preempt tells
        try:
            self.prove()
        except (Refused, OSError):
            pass  # that is for the landing to say

    # -- what is done -------------------------------------------------------------------------------------------------

    def has_landed(self):
        """This migration's landing and no other: it came in, and then stood still because it was told to."""
        events = list(self.libvirt.events)
        came = [at for at, event in enumerate(events) if event == (STARTED, STARTED_MIGRATED)]
        stood = came and (SUSPENDED, SUSPENDED_PAUSED) in events[came[-1] :]
        if self.source == "failed" and not stood and not self.has_switched():
            self.settle("not landed")
            os._exit(0)
        return stood or self.has_switched()

    def landed(self):
        self.source = None
        self.tell("stand-still")
        self.log("landed")
        try:
            for volume in self.volumes:
                volume.take_away()
            for volume in self.volumes:
                volume.expect_taken()
            self.prove()
        except (Refused, OSError) as error:
            return self.settle("held: %s" % error)
        if self.volumes:
            self.log("preempted")
        until = time.monotonic() + UNANSWERED_SECONDS
        self.wait(lambda: self.source is not None, until)
        if self.source == "none":
            self.source = None
            self.tell("ask")
        if not self.wait(self.is_answered, until):
            self.log("unanswered")
            # It stands still and the source can't write. The answer may come late, by whatever way.
            if not self.wait(self.is_answered, self.until):
                return self.settle("held: nobody says whether the source has run since")
        return self.take_over() if self.source in ("idle", "gone") else self.give_back()

    def prove(self):
        """A LUN number may have been given to another LUN since the plan's last look, and nobody else would see it."""
        for disk in self.disks:
            disk.prove()
        self.proved_at = time.monotonic()

    def is_answered(self):
        return self.source in ("idle", "gone", "ran")

    def take_over(self):
        handle = self.libvirt.named
        try:
            if self.pace == "running":
                if time.monotonic() - self.proved_at > FRESH_SECONDS:
                    self.prove()
                self.libvirt.resume(handle)
        except (LibvirtError, Refused, OSError) as error:
            return self.settle("held: %s" % error)
        self.settle("taken")
        announce(self.libvirt.interfaces(handle))

    def give_back(self):
        """The source's memory is the newer one, and what it wrote is on the disk: ours is never continued."""
        self.log("source ran")
        self.libvirt.remove(self.libvirt.named)
        self.source = None
        self.tell("give-back")
        if self.wait(lambda: self.source == "given", self.until):
            self.settle("given back")


class Talker(object):
    def __init__(self, link):
        self.link, self.rest = link, b""

    def fileno(self):
        return self.link.fileno()

    def lines(self):
        """The lines that have come, or None at the end."""
        try:
            piece = self.link.recv(4096)
        except OSError:
            piece = b""
        if not piece or len(self.rest) > 4096:
            return None
        whole, self.rest = cut_lines(self.rest + piece)
        return whole

    def say(self, line):
        try:
            self.link.sendall(line.encode("ascii", "replace") + b"\n")
        except OSError:
            pass  # its end is noticed when it is read


def announce(interfaces):
    """RARP from the guest's addresses, as QEMU does at a landing: the LAN learns again where the guest is."""
    for pause in (0, 0.05, 0.2, 0.5):
        time.sleep(pause)
        for mac, bridge in interfaces:
            own = binascii.a2b_hex(mac.replace(":", ""))
            frame = b"\xff" * 6 + own + b"\x80\x35" + struct.pack(">HHBBH", 1, 0x0800, 6, 4, 3)
            try:
                with socket.socket(socket.AF_PACKET, socket.SOCK_RAW) as wire:
                    wire.bind((bridge, 0))
                    wire.send(frame + (own + bytes(4)) * 2 + bytes(18))
            except OSError:
                pass  # the guest answers for itself with its next frame
