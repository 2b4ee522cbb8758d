# A volume's persistent reservation as it is changed: raw commands on paths opened beforehand, spawning nothing.
# Source: SPC-4 6.15 (PERSISTENT RESERVE IN), 6.16 (PERSISTENT RESERVE OUT)

READ_KEYS, READ_RESERVATION = 0, 1
PREEMPT, REGISTER_AND_IGNORE = 4, 6
ALL_REGISTRANTS = 7  # write exclusive, all registrants
APTPL = 1


def reserve_out(fd, action, key, other, aptpl=0):
    """`key`: what this nexus is registered with; `other`: the key that the service action is about."""
    body = struct.pack(">QQIBBH", key, other, 0, aptpl, 0, 0)
    transfer(fd, [0x5F, action, ALL_REGISTRANTS, 0, 0, 0, 0, 0, len(body), 0], TO_DEVICE, body)


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

    def preempt(self):
        """Takes the other blade's registrations away; done twice it is done."""
        try:
            self.on_any_path(lambda fd: reserve_out(fd, PREEMPT, self.ours, self.theirs))
        except Refused as error:
            if not error.conflict:
                raise
            # so the array answers too when nobody has such a key any more; the reading back decides
        keys = self.keys()
        self.expect(self.ours in keys and self.theirs not in keys, "after the preempt")
        self.expect(self.kind() == ALL_REGISTRANTS, "after the preempt")

    def register(self):
        """This blade's key through every path, whatever was registered there before."""
        for fd in self.fds:
            reserve_out(fd, REGISTER_AND_IGNORE, 0, self.ours, APTPL)
        self.expect(self.keys().count(self.ours) >= len(self.fds), "after the registration")

    def check(self):
        """Every path of ours is registered, the other blade too, and the reservation is one that lets us preempt."""
        keys = self.keys()
        self.expect(keys.count(self.ours) >= len(self.fds), "%d paths should be registered" % len(self.fds))
        self.expect(self.theirs in keys, "the other blade should be registered")
        self.expect(self.kind() == ALL_REGISTRANTS, "it should be reserved")

    def expect(self, holds, what):
        if not holds:
            raise Refused("refused", "%s: %s: %s" % (self.alias, what, self.told()))

    def told(self):
        keys = self.keys()
        counted = ["%016x by %d" % (key, keys.count(key)) for key in sorted(set(keys))]
        return "reservation of type %d, registered %s" % (self.kind(), ", ".join(counted) or "nobody")


def volumes(words):
    """ALIAS:OURS:THEIRS, keys in hex."""
    split = [word.rsplit(":", 2) for word in words]
    return [Volume(alias, int(ours, 16), int(theirs, 16)) for alias, ours, theirs in split]
