# How a guest's memory travels, and the rungs that are climbed where it gets dirty faster than that. Both were chosen before the
# move and are told with it. Libvirt is asked over a connection of its own, and nothing waits for its answers: while a guest
# stands still for the last of its memory they may stay away for long.
# Source: libvirt's virDomainMigrateFlags, VIR_MIGRATE_PARAM_*, VIR_DOMAIN_JOB_*
import json

SET_MAX_DOWNTIME, START_POST_COPY = 166, 364
TUNNELLED, COMPRESSED, AUTO_CONVERGE, POST_COPY, TLS, PARALLEL = 4, 2048, 8192, 32768, 65536, 131072
INT, ULLONG, TEXT = 1, 4, 7
LOOK_SECONDS, SWITCH_LOOK_SECONDS = 1.0, 0.1
UNTIL_SWITCH_MIB = 1  # a second: nothing is through with its first pass before it is switched
LEAST_BYTES = 16 << 20  # so that this is true
AS_MUCH = 0.9  # of what a pass has carried, got dirty meanwhile
MOST_SLOWED = 99  # QEMU's max-cpu-throttle


class Ladder(Libvirt):
    def __init__(self, words, migrate_uri):
        """`words`: the transfer as the plan has it, in JSON; `migrate_uri`: where it goes, None: libvirt says so itself."""
        self.transfer, self.migrate_uri = json.loads(words), migrate_uri
        self.pauses = [int(ms) for ms in self.transfer["pausesMs"]]
        self.rung, self.lost, self.lost_at, self.seen = 0, 0, None, 0
        self.looks_at, self.question, self.answers, self.reason = 0.0, None, {}, None
        self.unset = True  # QEMU has not been told yet how long the guest may stand still
        self.switches = None  # why its last rung is post-copy
        self.carried = 0  # what its first pass had to carry, of pages that are not empty
        self.went = (0, 0)  # so much of its memory, in so many bytes on the way
        self.is_post_copy, self.is_under_way, self.order = False, False, None
        Libvirt.__init__(self)

    def fileno(self):
        return self.socket.fileno()

    def longest_seconds(self):
        return self.pauses[-1] / 1000.0

    # -- how it travels -----------------------------------------------------------------------------------------------

    def flags(self):
        if self.is_post_copy:
            return POST_COPY | (TLS if self.transfer.get("encrypted") == "tls" else 0)
        asked = {
            TUNNELLED: self.transfer.get("encrypted") == "ssh",
            TLS: self.transfer.get("encrypted") == "tls",
            COMPRESSED: self.transfer.get("compresses"),
            AUTO_CONVERGE: self.transfer.get("slows"),
            PARALLEL: "connections" in self.transfer,
        }
        return sum(flag for flag, is_asked in asked.items() if is_asked)

    def parameters(self):
        """libvirt's named values, each packed."""
        found = []
        if self.migrate_uri is not None:
            found.append(("migrate_uri", struct.pack(">I", TEXT) + text(self.migrate_uri)))
        bandwidth = self.transfer.get("bandwidthMibPerSecond", 0)  # 0: as fast as it goes
        if self.is_post_copy:
            found.append(("bandwidth", struct.pack(">IQ", ULLONG, UNTIL_SWITCH_MIB)))
            found.append(("bandwidth.postcopy", struct.pack(">IQ", ULLONG, bandwidth)))
            return found
        if bandwidth:
            found.append(("bandwidth", struct.pack(">IQ", ULLONG, bandwidth)))
        if "connections" in self.transfer:
            found.append(("parallel.connections", struct.pack(">Ii", INT, self.transfer["connections"])))
        if self.transfer.get("compresses"):
            found.append(("compression", struct.pack(">I", TEXT) + text("xbzrle")))
        return found

    # -- what is done while it does -----------------------------------------------------------------------------------

    def begin(self, handle):
        self.handle, self.began = handle, time.monotonic()

    def begin_post_copy(self):
        """The same guest once more, by a call that is switched before anything of it could land otherwise."""
        self.is_post_copy, self.looks_at, self.unset = True, 0.0, False

    def order_switch(self):
        if self.order is None:
            self.order = self.send(START_POST_COPY, self.handle + struct.pack(">I", 0))

    def is_at_its_end(self):
        return self.reason is not None or self.switches is not None and not self.is_post_copy

    def turn(self):
        """One look a second, but none before the last one was answered."""
        now = time.monotonic()
        if now - self.began > self.transfer.get("withinSeconds", float("inf")):
            self.end("it was not through within %g s" % self.transfer["withinSeconds"])
        if self.question is None and now >= self.looks_at and self.reason is None:
            self.looks_at = now + (SWITCH_LOOK_SECONDS if self.is_post_copy else LOOK_SECONDS)
            self.question = self.send(JOB_STATS, self.handle + struct.pack(">I", 0))

    def pump(self):
        self.receive(self.answers)
        if self.question in self.answers:
            answer = self.answers.pop(self.question)
            self.question = None
            if isinstance(answer, bytes):
                self.judge(parameters(answer, 4)[0])
        if self.order in self.answers:
            answer = self.answers.pop(self.order)
            if isinstance(answer, LibvirtError):
                self.give_up("libvirt does not switch it to post-copy: %s" % answer)
        for serial in list(self.answers):
            if isinstance(self.answers.pop(serial), LibvirtError):
                self.unset = True  # the move has only begun

    def judge(self, job):
        passes = job.get("memory_iteration", 0)
        if passes < 1:
            return
        if self.is_post_copy:
            self.is_under_way = True
            return
        if passes == 1 or self.carried == 0:
            self.carried = job.get("memory_normal_bytes", 0)
        if self.unset:
            self.allow()
        if passes < 2 or passes <= self.seen:
            return
        self.seen = passes
        dirty = job.get("memory_dirty_rate", 0) * job.get("memory_page_size", 4096)
        if dirty == 0 or dirty < AS_MUCH * self.speed(job):
            self.lost = 0
            return
        self.lost_at = time.monotonic() if self.lost == 0 else self.lost_at
        self.lost += 1
        patience = self.transfer["patience"]
        if self.lost < patience["passes"] or time.monotonic() - self.lost_at < patience["seconds"]:
            return
        self.climb("%d passes have left as much as they carried" % self.lost, job.get("auto_converge_throttle", 0))

    def speed(self, job):
        """So much of its memory travels in a second; compressed it is less that goes over the way, and that is all libvirt tells."""
        over_the_way = job.get("memory_bps", float("inf"))
        if not self.transfer.get("compresses"):
            return over_the_way
        pages = sum(job.get(name, 0) for name in ("memory_normal", "memory_constant", "compression_pages"))
        went, self.went = self.went, (pages * job.get("memory_page_size", 4096), job.get("memory_processed", 0))
        memory, sent = [now - before for now, before in zip(self.went, went)]
        return over_the_way * max(1.0, float(memory) / sent if sent > 0 else 1.0)

    def climb(self, because, slowed):
        if self.rung + 1 < len(self.pauses):
            self.rung, self.lost = self.rung + 1, 0
            self.allow()
            print("%s: from here on it may stand still for %d ms" % (because, self.pauses[self.rung]))
        elif not self.transfer.get("slows") or slowed >= MOST_SLOWED:
            self.end("%s, and there is no rung left" % because)

    def allow(self):
        self.unset = False
        self.send(SET_MAX_DOWNTIME, self.handle + struct.pack(">QI", self.pauses[self.rung], 0))

    def end(self, because):
        """Post-copy where that was allowed; what has begun of it ends by itself."""
        if not self.transfer.get("postCopy"):
            self.give_up(because)
        elif self.carried < LEAST_BYTES and not self.is_post_copy:
            self.give_up("%s, and of its memory only %d bytes were seen: too few for post-copy" % (because, self.carried))
        elif self.switches is None:
            self.switches = because

    def give_up(self, because):
        self.reason = self.reason or because


def named(found):
    return struct.pack(">I", len(found)) + b"".join(text(name) + value for name, value in found)
