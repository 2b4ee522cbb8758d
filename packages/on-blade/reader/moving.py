# What a move would be like: how fast a guest dirties its memory, and how fast memory travels from one blade to another. Both
# are measured for a moment, before a move and never during one.
# Source: libvirt's remote_protocol.x; virDomainStatsTypes, virDomainDirtyRateStatus
import socket
import threading

START_DIRTY_RATE, ALL_STATS = 427, 344
BALLOON, DIRTY_RATE, NO_WAIT = 4, 512, 1 << 29
MEASURED = 2
DIRTY_SECONDS, DIRTY_PATIENCE_SECONDS = 1, 3
LINK_PORTS = (49215, 49214, 49213, 49212)  # of those that libvirt moves guests over the ones that it takes last
MEET_SECONDS, CONNECT_SECONDS, SEND_SECONDS, SEND_BYTES = 6, 0.5, 0.3, 1 << 28


def guests(uuids):
    def job(emit):
        libvirt = Libvirt()
        asked = [(uuid, handle) for _, uuid, handle in libvirt.domains() if uuid in uuids]
        begun = [(uuid, handle, begin_dirty_rate(libvirt, handle)) for uuid, handle in asked]
        emit("measuring")
        time.sleep(DIRTY_SECONDS)
        until = time.monotonic() + DIRTY_PATIENCE_SECONDS
        for uuid, handle, failed in begun:
            rate, reason = ("-", failed) if failed else dirty_rate(libvirt, handle, until)
            memory = stats(libvirt, handle, BALLOON)
            sizes = [str(memory.get("balloon." + name, "-")) for name in ("current", "rss")]
            emit("guest", uuid, sizes[0], sizes[1], rate, word(reason))

    return job


def begin_dirty_rate(libvirt, handle):
    """Why it can't be measured. Pages are sampled: the guest does not notice it, and several are measured at once."""
    try:
        libvirt.call(START_DIRTY_RATE, handle + struct.pack(">iI", DIRTY_SECONDS, 0))
        return ""
    except LibvirtError as error:
        return str(error)


def dirty_rate(libvirt, handle, until):
    """MiB that are written anew within a second, or `-` and why not."""
    try:
        while time.monotonic() < until:
            found = stats(libvirt, handle, DIRTY_RATE)
            if found.get("dirtyrate.calc_status") == MEASURED:
                return str(found.get("dirtyrate.megabytes_per_second", "-")), ""
            time.sleep(0.1)
    except LibvirtError as error:
        return "-", str(error)
    return "-", "its emulator does not end the measurement"


def stats(libvirt, handle, groups):
    answer = libvirt.call(ALL_STATS, struct.pack(">I", 1) + handle + struct.pack(">II", groups, NO_WAIT))
    if answer is None or struct.unpack(">I", answer[:4])[0] == 0:
        return {}
    _, at = cut_text(answer, 4)
    return parameters(answer, at + 20)[0]  # after its uuid and number


def speeds(ends):
    """Each end of a link beside the others: ("receive", LINK) or ("send", LINK=WAY)."""

    def job(emit):
        def end(name, value):
            try:
                receive(value) if name == "receive" else send(emit, *value.split("=", 1))
            except OSError as error:
                emit("silent", value.split("=", 1)[0], word(str(error)))

        threads = [threading.Thread(target=end, args=one) for one in ends]
        for thread in threads:
            thread.start()
        for thread in threads:
            while thread.is_alive():
                emit("waiting")  # a child that says nothing is given up
                thread.join(1)

    return job


def receive(link):
    """The far end: counts what comes within a moment, and tells the near end."""
    with listening() as listener:
        until = time.monotonic() + MEET_SECONDS
        while time.monotonic() < until:
            if not select.select([listener], [], [], 1)[0]:
                continue
            with listener.accept()[0] as near:
                near.settimeout(CONNECT_SECONDS + 2 * SEND_SECONDS)
                try:
                    if greeting_of(near) == link:
                        near.sendall(b"go\n")
                        return count(near)
                except OSError:
                    pass  # somebody else's; ours may come yet
    raise OSError("nobody has come within %d s" % MEET_SECONDS)


def listening():
    for port in LINK_PORTS:
        for family in (socket.AF_INET6, socket.AF_INET):  # the first one hears both, where the host has it
            try:
                listener = socket.socket(family)
            except OSError:
                continue
            try:
                listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                if family == socket.AF_INET6:
                    listener.setsockopt(socket.IPPROTO_IPV6, socket.IPV6_V6ONLY, 0)
                listener.bind(("", port))
                listener.listen(4)
                return listener
            except OSError:
                listener.close()
    raise OSError("none of the ports %d to %d is free" % (LINK_PORTS[-1], LINK_PORTS[0]))


def greeting_of(near):
    said = b""
    while not said.endswith(b"\n") and len(said) < 1024:
        piece = near.recv(1)
        if not piece:
            return ""
        said += piece
    return said.decode("ascii", "replace").strip()


def count(near):
    room = bytearray(1 << 18)
    total, began = 0, time.monotonic()
    while True:
        got = near.recv_into(room)
        if not got:
            break
        total += got
    near.sendall(b"%d %d\n" % (total, max(1, int(1e6 * (time.monotonic() - began)))))


def send(emit, link, way):
    """The near end: sends for a moment, and tells how many bytes a second have come to the far end."""
    scheme, host = way.split("://", 1)
    user, at, bare = host.rpartition("@")
    host = user + at + bare.strip("[]")
    address = named_by_ssh(host) if scheme == "ssh" else host
    until = time.monotonic() + MEET_SECONDS
    reason = "nobody listens"
    while time.monotonic() < until:
        for port in LINK_PORTS:
            try:
                total, micros = sent(address, port, link)
                return emit("link", link, str(total * 1000000 // micros))
            except socket.gaierror as error:
                raise OSError("%s: %s" % (host, error.strerror))
            except (OSError, ValueError) as error:
                reason = error
        time.sleep(0.1)
    raise OSError("%s gives no answer at ports %d to %d: %s" % (host, LINK_PORTS[-1], LINK_PORTS[0], reason))


def sent(address, port, link):
    with socket.create_connection((address, port), CONNECT_SECONDS) as far:
        far.sendall(link.encode("ascii") + b"\n")
        if far.recv(3) != b"go\n":
            raise OSError("another one listens")
        piece, left, until = memoryview(bytearray(1 << 18)), SEND_BYTES, time.monotonic() + SEND_SECONDS
        far.settimeout(2 * SEND_SECONDS)
        while left > 0 and time.monotonic() < until:
            left -= far.send(piece)
        far.shutdown(socket.SHUT_WR)
        far.settimeout(MEET_SECONDS / 2)
        total, micros = far.recv(64).split()
        return int(total), int(micros)


def named_by_ssh(host):
    """The machine that a connection over ssh goes to: a name may be one of the ssh configuration alone."""
    import subprocess

    try:
        told = subprocess.check_output(["ssh", "-G", host], stdin=subprocess.DEVNULL, stderr=subprocess.DEVNULL, timeout=5)
        names = [line.split()[1] for line in told.decode("ascii", "replace").split("\n") if line.startswith("hostname ")]
        return names[0] if names else host
    except (OSError, subprocess.SubprocessError):
        return host.rpartition("@")[2]
