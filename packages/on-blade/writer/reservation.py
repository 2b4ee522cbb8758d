# A volume's persistent reservation as it is changed: raw commands on paths opened beforehand, spawning nothing.
# Source: SPC-4 6.15 (PERSISTENT RESERVE IN), 6.16 (PERSISTENT RESERVE OUT)

READ_KEYS, READ_RESERVATION = 0, 1
RESERVE, PREEMPT, REGISTER_AND_IGNORE = 1, 4, 6
REGISTRANTS_ONLY, ALL_REGISTRANTS = 5, 7  # both write exclusive; 5 hangs on one nexus, and is for arrays without 7
TYPE_BITS = {REGISTRANTS_ONLY: 0x2000, ALL_REGISTRANTS: 0x8000}


def reserve_out(fd, action, kind, key, other, aptpl=0):
    """`key`: what this nexus is registered with; `other`: the key that the service action is about."""
    body = struct.pack(">QQIBBH", key, other, 0, aptpl, 0, 0)
    transfer(fd, [0x5F, action, kind, 0, 0, 0, 0, 0, len(body), 0], TO_DEVICE, body)


def usable(path):
    """The path, open, if it answers now; one that is down is registered by multipathd when it comes back."""
    try:
        fd = os.open("%s/dev/%s" % (ROOT, path), os.O_RDWR | os.O_NONBLOCK)
    except OSError:
        return None
    try:
        reserve_in(fd, READ_KEYS)
        return fd
    except (Refused, OSError):
        os.close(fd)
        return None


class Volume(object):
    """
    A map whose usable paths are open. `ours`: this blade's key; `theirs`: that of the blade which the guest comes from, or
    goes to. Keys are numbers.
    """

    def __init__(self, alias, ours, theirs=0):
        self.alias, self.ours, self.theirs = alias, ours, theirs
        self.reserved_as = 0  # as `check` found it, so that a preempt need not ask first
        self.map = ([m for m in dm_maps() if m["name"] == alias] or [None])[0]
        if self.map is None or not self.map["slaves"]:
            raise Refused("gone", "%s: there is no such map, or it has no path" % alias)
        self.fds = [fd for fd in (usable(path) for path in self.map["slaves"]) if fd is not None]
        if not self.fds:
            raise Refused("refused", "%s: no path of it answers" % alias)

    def on_any_path(self, act):
        """What the first path that can carries out; a conflict is the array's answer and no path's fault."""
        error = None
        for fd in self.fds:
            try:
                return act(fd)
            except (Refused, OSError) as failed:
                error = failed
                if getattr(failed, "conflict", False):
                    break
        raise error

    def keys(self):
        data = self.on_any_path(lambda fd: reserve_in(fd, READ_KEYS))
        if len(data) < 8 or len(data) < 8 + struct.unpack(">I", data[4:8])[0]:
            raise Refused("refused", "%s: the array's list of keys is cut off" % self.alias)
        return struct.unpack(">%dQ" % ((len(data) - 8) // 8), data[8 : len(data) // 8 * 8])

    def kind(self):
        """The type of the reservation, 0 where there is none."""
        data = self.on_any_path(lambda fd: reserve_in(fd, READ_RESERVATION))
        return data[21] & 15 if len(data) >= 22 else 0

    def is_kept(self):
        """It is reserved, in a way that keeps out who is not registered and that any registrant can preempt."""
        return self.kind() in TYPE_BITS

    def can(self):
        """(types that the array can reserve as, whether it keeps a registration over a loss of power), by its own word."""
        try:
            data = self.on_any_path(lambda fd: reserve_in(fd, REPORT_CAPABILITIES))
        except Refused as error:
            if not error.absent:
                raise
            return [ALL_REGISTRANTS], False
        if len(data) < 8:
            raise Refused("refused", "%s: the array's capabilities are cut off" % self.alias)
        mask = struct.unpack(">H", data[4:6])[0] if data[3] & 0x80 else TYPE_BITS[ALL_REGISTRANTS]
        return [kind for kind in (ALL_REGISTRANTS, REGISTRANTS_ONLY) if mask & TYPE_BITS[kind]], data[2] & 1 == 1

    def preempt(self):
        """Takes the other blade's registrations away; done twice it is done."""
        self.take_away()
        self.expect_taken()

    def take_away(self):
        kind = self.reserved_as or self.kind() or ALL_REGISTRANTS
        try:
            self.on_any_path(lambda fd: reserve_out(fd, PREEMPT, kind, self.ours, self.theirs))
        except Refused as error:
            if not error.conflict:
                raise
            # so the array answers too when nobody has such a key any more; the reading back decides

    def keep_anew(self):
        """After the array has forgotten who may write: from here on this blade alone, whoever wrote until now."""
        self.register()
        self.reserve()

    def reserve(self):
        """Where nobody has: as the best type that the array can."""
        kinds, _ = self.can()
        if self.kind() == 0 and kinds:
            self.on_any_path(lambda fd: reserve_out(fd, RESERVE, kinds[0], self.ours, 0))

    def expect_taken(self):
        keys = self.keys()
        if not keys and self.kind() == 0:
            self.keep_anew()
            keys = self.keys()
        self.expect(self.ours in keys and self.theirs not in keys, "after the preempt")
        self.expect(self.is_kept(), "after the preempt")

    def register(self):
        """This blade's key through every path, whatever was registered there before."""
        _, outlives_power = self.can()
        for fd in self.fds:
            reserve_out(fd, REGISTER_AND_IGNORE, 0, 0, self.ours, 1 if outlives_power else 0)
        self.expect(self.keys().count(self.ours) >= len(self.fds), "after the registration")

    def check(self):
        """Every path of ours is registered, the other blade too, and the reservation is one that lets us preempt."""
        keys = self.keys()
        self.expect(keys.count(self.ours) >= len(self.fds), "%d paths should be registered" % len(self.fds))
        self.expect(self.theirs in keys, "the other blade should be registered")
        self.reserved_as = self.kind()
        self.expect(self.reserved_as in TYPE_BITS, "it should be reserved")

    def expect(self, holds, what):
        if not holds:
            raise Refused("refused", "%s: %s: %s" % (self.alias, what, self.told()))

    def told(self):
        keys = self.keys()
        counted = ["%016x by %d" % (key, keys.count(key)) for key in sorted(set(keys))]
        return "reservation of type %d, registered %s" % (self.kind(), ", ".join(counted) or "nobody")


def volumes(words):
    """ALIAS:OURS:THEIRS, keys in hex."""
    split = [word.rsplit(":", 2) for word in words if not is_disk(word)]
    return [Volume(alias, int(ours, 16), int(theirs, 16)) for alias, ours, theirs in split]
