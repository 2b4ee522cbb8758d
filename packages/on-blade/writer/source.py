# At the source: makes the one call that moves the guest, and answers the destination's unit over a pipe that was opened
# beforehand whether the guest has run here since it was suspended. Where it says that it has not, it sees to it that it
# does not. What is left of it here in the end is removed.

GREETING_SECONDS = 60
SPEAKS_SECONDS = 0.5  # so that no page and no connection on the way of the one answer that a guest waits for is cold
WORD_SECONDS = 3  # after the call has failed: the unit may have landed all the same
LANDING_SECONDS = 8  # after the suspension; the call of a healthy move ends in 2 s
CANCEL_SECONDS = 30
PROOF_SECONDS = 5
XML_SECURE, XML_INACTIVE, XML_MIGRATABLE = 1, 2, 8
EMULATOR = re.compile(r"(<devices>\s*<emulator>)[^<]*(</emulator>)")
LIVE, PEER_TO_PEER, PERSIST_THERE, UNDEFINE_HERE, LAND_PAUSED, ABORT_ON_ERROR = 1, 2, 8, 16, 32, 4096
BRIDGE = """
import os, select, socket, sys
link = socket.socket(socket.AF_UNIX)
link.connect(sys.argv[1])
while True:
    for one in select.select([0, link], [], [])[0]:
        piece = os.read(0, 4096) if one == 0 else link.recv(4096)
        if not piece:
            sys.exit()
        if one == 0:
            link.sendall(piece)
        else:
            os.write(1, piece)
"""


class Source(object):
    def __init__(self, name, uuid, uri, peer, folder_there, seconds, ladder, emulator_there, volumes):
        self.name, self.uuid, self.uri, self.peer, self.folder_there = name, uuid, uri, peer, folder_there
        self.until = time.monotonic() + seconds
        self.ladder, self.volumes = ladder, volumes
        self.emulator_there = emulator_there  # None: the one that runs it here
        self.watch = Watched(uuid)
        self.mover = Watched(uuid)
        self.emulator = Emulator(uuid)
        self.heard = set()
        self.spoke_at = 0.0
        self.pipe = None
        self.begun = None
        self.since = {}

    def run(self):
        """
        The exit status: 1 answers `stays`, or the call was never made; 0 answers `taken`, the guest is the destination's, or
        `unsettled`. Whatever ends this process after the call, the last answer that it has given is true.
        """
        self.handle = self.watch.handle()
        if self.handle is None:
            # The call was made before, by whoever began this: what became of it the destination knows.
            print("here it is gone")
            return answer("unsettled")
        self.was = self.watch.state(self.handle)
        if self.was[0] not in (RUNNING, PAUSED):
            raise Refused("refused", "%s is not running here: state %d" % (self.name, self.was[0]))
        self.connect()
        if not self.wait(lambda: "ready" in self.heard, GREETING_SECONDS):
            raise Refused("refused", "the unit at %s gives no answer" % self.peer)
        definitions = self.definitions()
        answer("unsettled")
        sys.stdout.flush()
        try:
            return self.move(definitions)
        except (LibvirtError, Refused, OSError) as error:
            print("what became of the move is not known here: %s" % error)
            return answer("unsettled")

    def move(self, definitions):
        self.there = definitions
        self.began = time.monotonic()
        self.ladder.begin(self.handle)
        self.go(LAND_PAUSED)
        if self.ladder.switches is not None and self.ladder.reason is None and self.has_come_to_nothing():
            self.switch()
        if self.is_settled():
            return self.end()
        print("here it is %s, and nobody says that it is whole at %s" % (self.since_suspended(), self.peer))
        sys.stdout.flush()
        self.stay()
        return 0

    def go(self, *flags):
        """The call, until it is settled, or nobody says what became of it."""
        asked = sum(flags, LIVE | PEER_TO_PEER | PERSIST_THERE | UNDEFINE_HERE | ABORT_ON_ERROR | self.ladder.flags())
        self.begun = self.mover.send(MIGRATE, migration(self.handle, self.uri, asked, self.ladder.parameters() + self.there))
        self.wait(lambda: self.is_settled() or self.is_overdue() or self.is_given_up(), self.until - time.monotonic())
        if not self.is_settled() and not self.was_suspended():
            self.watch.call(ABORT_JOB, self.handle)
            self.wait(lambda: self.is_settled() or self.is_overdue(), CANCEL_SECONDS)

    def switch(self):
        """
        The last rung. The first call has come to nothing, for it was to land paused, and post-copy can't; the guest runs here. The
        unit has to know, for it acts on another event then.
        """
        self.say("post-copy")
        if not self.wait(lambda: "post-copy" in self.heard, WORD_SECONDS):
            return self.ladder.give_up("%s, and the unit at %s does not hear of post-copy" % (self.ladder.switches, self.peer))
        print("%s: by post-copy from here on" % self.ladder.switches)
        sys.stdout.flush()
        self.ladder.begin_post_copy()
        self.go()

    def attend_switch(self):
        """Who lets a guest go on there asks its disks who they are, right before."""
        if not self.ladder.is_under_way or self.ladder.order is not None or self.ladder.reason is not None:
            return
        if "proved" in self.heard:
            self.ladder.order_switch()
        elif "proof" not in self.since:
            self.seconds_since("proof")
            self.say("prove")
        elif self.seconds_since("proof") > PROOF_SECONDS:
            self.ladder.give_up("the unit at %s does not say whether it may be switched to post-copy" % self.peer)

    def definitions(self):
        """What is to run there and what is to be left there, as libvirt's named values, where another emulator runs it."""
        if self.emulator_there is None:
            return []
        kinds = (("destination_xml", XML_MIGRATABLE), ("persistent_xml", XML_INACTIVE))
        return [(name, struct.pack(">I", TEXT) + text(self.with_emulator(flags))) for name, flags in kinds]

    def with_emulator(self, flags):
        """All else stays as it is, what a survey is not told among it: passwords of its screens."""
        xml = cut_text(self.watch.call(XML, self.handle + struct.pack(">I", XML_SECURE | flags)), 0)[0]
        path = self.emulator_there.replace("&", "&amp;").replace("<", "&lt;")
        changed, count = EMULATOR.subn(lambda found: found.group(1) + path + found.group(2), xml)
        if count != 1:
            raise Refused("refused", "its XML here names %d emulators: nobody can tell which one shall be another" % count)
        return changed

    def stay(self):
        """The call's answer is still open: a child of ours stays to answer the unit when it is heard again."""
        if os.fork():
            os._exit(0)
        null = os.open("/dev/null", os.O_RDWR)
        for fd in (0, 1, 2):
            os.dup2(null, fd)
        kept = [self.watch.fileno(), self.mover.fileno(), self.ladder.fileno()] + [fd for volume in self.volumes for fd in volume.fds]
        kept += [self.pipe.stdin.fileno(), self.pipe.stdout.fileno()] if self.pipe else []
        for fd in range(3, 256):
            if fd not in kept:
                try:
                    os.close(fd)  # above all the lock of the act that has begun this
                except OSError:
                    pass
        if self.wait(self.is_settled, self.until - time.monotonic()):
            self.end()

    # -- what comes in ------------------------------------------------------------------------------------------------

    def connect(self):
        # by the key that libvirt takes for the same host
        key = re.search(r"[?&]keyfile=([^&]+)", self.uri)
        ssh = ["ssh", "-T"] + (["-i", key.group(1)] if key else [])
        ssh += ["-o", "BatchMode=yes", "-o", "ConnectTimeout=10", "-o", "ServerAliveInterval=3", self.peer]
        remote = "exec python3 -I -S -c %s %s" % (shlex.quote(BRIDGE), shlex.quote(self.folder_there + "/socket"))
        self.pipe = subprocess.Popen(ssh + [remote], stdin=subprocess.PIPE, stdout=subprocess.PIPE, bufsize=0)
        self.rest = b""
        self.say("hello")

    def say(self, line):
        self.spoke_at = time.monotonic()
        try:
            self.pipe.stdin.write(line.encode("ascii") + b"\n")
        except OSError:
            pass  # its end is noticed when it is read

    def wait(self, holds, seconds):
        until = time.monotonic() + seconds
        while not holds():
            left = until - time.monotonic()
            if left <= 0:
                return False
            if self.pipe is None and self.begun is not None:
                self.connect()
            if time.monotonic() - self.spoke_at >= SPEAKS_SECONDS:
                self.say("hello")
            if self.begun is not None and not self.was_suspended():
                self.ladder.turn()
                self.attend_switch()
            sources = [self.watch, self.mover, self.ladder] + ([self.pipe.stdout] if self.pipe else [])
            for one in select.select(sources, [], [], min(left, 0.5))[0]:
                if one in (self.watch, self.mover, self.ladder):
                    one.pump()
                else:
                    self.listen()
        return True

    def listen(self):
        piece = os.read(self.pipe.stdout.fileno(), 4096)
        if not piece:
            self.pipe.wait()
            self.pipe = None
            if self.begun is None:
                raise Refused("refused", "%s can't be asked over ssh" % self.peer)
            time.sleep(0.2)
            return
        whole, self.rest = cut_lines(self.rest + piece)
        for line in whole:
            self.heard.add(line)
            self.note_times(line)
            try:
                if line == "stand-still":
                    word = self.answered()
                    self.say("none" if word == "gone" else word)
                elif line == "ask":
                    self.say(self.answered())
                elif line == "give-back":
                    self.take_back()
                elif line.startswith("unproved "):
                    self.ladder.give_up(line)
                elif line == "taken":
                    self.emulator.kill()  # at once: what it may still be told to do, libvirt must not wait for
            except (LibvirtError, Refused, OSError) as error:
                sys.stderr.write("no answer is given to the unit: %s\n" % error)

    # -- what is known and done ---------------------------------------------------------------------------------------

    def since_suspended(self):
        return since_suspended(self.watch, self.handle, self.was[0])

    def answered(self):
        return stood_still(self.watch, self.emulator, self.handle, self.was[0])

    def take_back(self):
        take_back(self.watch, self.emulator, self.handle, self.was[0], self.volumes)
        self.say("given")

    def answer(self):
        """What became of the call: None while it goes on."""
        return self.mover.answers.get(self.begun)

    def was_suspended(self):
        return self.watch.suspended_at is not None

    def is_settled(self):
        if self.has_come_to_nothing():
            return True
        if self.heard & {"given back", "not landed"} and not self.has_switched():
            return isinstance(self.answer(), LibvirtError)
        return "taken" in self.heard and (self.answer() is not None or self.seconds_since("taken") > LANDING_SECONDS)

    def has_come_to_nothing(self):
        """The call has failed, and never came to the switch-over."""
        failed = isinstance(self.answer(), LibvirtError)
        return failed and not self.was_suspended() and not self.heard & {"stand-still", "ask"}

    def has_switched(self):
        """It runs there, and what is missing of its memory there follows: that takes as long as it takes."""
        return (SUSPENDED, SUSPENDED_POST_COPY) in self.watch.events or "switched" in self.heard

    def is_given_up(self):
        """Its ladder is at its end, or somebody has asked that the run ends, though nobody attends it any more."""
        asked = os.environ.get("ANYBLADE_ASKED")
        if asked and os.path.exists(asked):
            self.ladder.give_up("it was asked that the run ends")
        return self.ladder.is_at_its_end() and not self.was_suspended()

    def is_overdue(self):
        """Nobody says what became of the landing: whoever reaches both blades has to settle it, and soon."""
        if isinstance(self.answer(), LibvirtError):
            return self.seconds_since("failed") > WORD_SECONDS
        longest = LANDING_SECONDS + self.ladder.longest_seconds()
        if "taken" in self.heard or not self.was_suspended():
            return False
        if self.has_switched():
            return self.answer() is not None and self.seconds_since("answered") > WORD_SECONDS
        return self.seconds_since("suspended") > longest

    def note_times(self, line):
        """By this blade's clock alone: from the suspension here to the word that the guest runs there."""
        if line not in ("taken", "switched") or line in self.since:
            return
        self.seconds_since(line)
        if line == "taken":
            print("moved in %d ms" % (1000 * (time.monotonic() - self.began)))
        if self.was_suspended() and not (line == "taken" and "switched" in self.since):
            print("paused for at most %d ms" % (1000 * (time.monotonic() - self.watch.suspended_at)))

    def seconds_since(self, what):
        """Since the first time that this was asked: asked about what is so."""
        return time.monotonic() - self.since.setdefault(what, time.monotonic())

    def end(self):
        if "taken" in self.heard:
            if self.watch.state(self.handle)[0] is not None:
                self.watch.remove(self.handle)
                print("what was left of it here is removed")
            for volume in self.volumes:
                forget_key(volume)
            if "ended" in self.heard:
                print("%s has ended there before all of its memory was there: what it had in memory is lost" % self.name)
            print("here it is gone")
            return answer("taken")
        self.say("failed")
        sys.stderr.write("%s stays here: %s%s\n" % (self.name, self.ladder.reason or self.answer(), self.advice()))
        answer("stays")
        return 1

    def advice(self):
        """libvirt may say no more than that the other side has hung up."""
        if self.ladder.reason is not None or not self.ladder.flags() & TLS:
            return ""
        called = (self.ladder.migrate_uri or self.peer).split("//")[-1].split("@")[-1]
        return (
            "; it was to travel by TLS: see that both blades have ca-cert.pem, server-*.pem and client-*.pem where"
            " migrate_tls_x509_cert_dir in /etc/libvirt/qemu.conf says, and that %s is named by its certificate" % called
        )


def since_suspended(watch, handle, was, meanwhile=lambda: None):
    """
    `gone`, `idle` (it has not run since it was suspended for the switch-over), `switched` (to post-copy) or `ran`; `was`: its state
    before.
    """
    state, reason = watch.state(handle, meanwhile)
    if (state, reason) in SWITCHED_HERE:
        return "switched"
    events = list(watch.events)
    last = max([at for at, event in enumerate(events) if event == (SUSPENDED, SUSPENDED_MIGRATED)] or [0])
    if RESUMED in [event for event, _ in events[last:]]:
        return "ran"
    if state is None or state == SHUT_OFF and (reason == SHUT_OFF_MIGRATED or watch.suspended_at is not None):
        return "gone"
    stood = (PAUSED, PAUSED_MIGRATION) == (state, reason) or was == PAUSED == state and reason != PAUSED_IO_ERROR
    return "idle" if stood else "ran"


def stood_still(watch, emulator, handle, was):
    """The same, and what is `idle` stays so whatever libvirt does: nobody but us lets it go on, or ends it."""
    word = since_suspended(watch, handle, was)  # first: one that libvirt is ending is not stopped halfway
    still = word == "idle" and emulator.stand_still()
    if still:
        word = since_suspended(watch, handle, was, emulator.end_where_told)
    if word == "ran":
        emulator.go_on()
    if word == "idle" and not still:
        raise Refused("refused", "the process of the guest can't be found here, or does not stand still")
    return word


def migration(handle, uri, flags, parameters):
    """What libvirt is told to move it; `parameters`: (name, packed value)."""
    return handle + struct.pack(">I", 1) + text(uri) + named(parameters) + struct.pack(">II", 0, flags)  # between them: no cookie


def take_back(watch, emulator, handle, was, volumes):
    """The reservation was taken from here though the guest is here: it goes on here, and nowhere else."""
    if watch.state(handle) in SWITCHED_HERE:
        raise Refused("refused", "the guest has gone on at the destination: the memory here is the older one")
    for volume in volumes:
        volume.register()
        volume.reserve()
    emulator.go_on()
    if was == RUNNING:
        watch.go_on(handle)
