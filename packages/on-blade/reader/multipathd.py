# multipathd's own socket, of which only what is read here: under which key it registers the paths of a map.
# Source: multipath-tools libmpathcmd/mpath_cmd.c (a size_t, then so many bytes of text with a NUL at the end)

DAEMON_SOCKETS = ("%s/run/multipathd.socket", "\0%s/org/kernel/linux/storage/multipathd", "%s/var/run/multipathd.sock")
DAEMON_LENGTH = struct.Struct("@N")
REPLY_BYTES = 32 << 20


class Multipathd(object):
    def __init__(self):
        self.socket = self.connected()

    def connected(self):
        for path in DAEMON_SOCKETS:
            link = _socket.socket(_socket.AF_UNIX)
            link.settimeout(SILENCE_SECONDS)
            try:
                link.connect(path % ROOT)
                return link
            except OSError:
                link.close()
        raise OSError("multipathd does not answer")

    def ask(self, question):
        data = question.encode("ascii") + b"\0"
        self.socket.sendall(DAEMON_LENGTH.pack(len(data)) + data)
        (length,) = DAEMON_LENGTH.unpack(self.exactly(DAEMON_LENGTH.size))
        if length > REPLY_BYTES:
            raise OSError("multipathd answers with %d bytes" % length)
        return self.exactly(length).split(b"\0")[0].decode("utf-8", "replace")

    def exactly(self, length):
        data = bytearray()
        while len(data) < length:
            piece = self.socket.recv(min(length - len(data), 1 << 20))
            if not piece:
                raise OSError("multipathd closed the connection")
            data += piece
        return bytes(data)


def registering(names):
    """For each map its key and whether it is registered, the keys of the configuration in effect, and the prkeys file."""

    def job(emit):
        daemon = Multipathd()
        for m in dm_maps():
            if m["name"] in names:
                said = [word(daemon.ask("%s map %s" % (verb, m["dm"]))) for verb in ("getprkey", "getprstatus")]
                emit("map", m["dm"], *said)
        for wwid, key in configured_keys(daemon.ask("show config local")):
            emit("configured", word(wwid), word(key))
        emit("prkeys", b64(prkeys_file()))

    return job


def configured_keys(config):
    """(WWID of its multipath section or "", value) for each reservation_key; the daemon prints a keyword a line."""
    section, wwid = "", ""
    for line in config.split("\n"):
        name, _, rest = line.strip().partition(" ")
        if rest == "{":
            section, wwid = name, ""
        elif name == "wwid":
            wwid = rest.strip('" ')
        elif name == "reservation_key" and section in ("defaults", "multipath"):
            yield wwid, rest.strip('" ')


def prkeys_file():
    try:
        with open(ROOT + "/etc/multipath/prkeys", "rb") as file:
            return file.read(1 << 20)
    except FileNotFoundError:
        return b""
