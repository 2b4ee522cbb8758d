# libvirt's own protocol, of which only what is read here: a call costs a hundredth of a virsh.
# Source: libvirt's remote_protocol.x, the procedures' numbers and the order of their fields

PROGRAM = 0x20008086
OPEN, XML, AUTH_LIST, AUTH_POLKIT, LIB_VERSION, JOB, STATE, LIST, CAPABILITIES = 1, 14, 66, 70, 157, 163, 212, 273, 342
JOB_STATS = 298
PERSISTENT, AUTOSTART = 4, 1024
NO_DOMAIN = 42
VALUES = {1: ">i", 2: ">I", 3: ">q", 4: ">Q", 5: ">d", 6: ">i"}  # virTypedParameterType; 7 is text
SOCKETS = ("/run/libvirt/libvirt-sock", "/var/run/libvirt/libvirt-sock", "/run/libvirt/virtqemud-sock")
IN_FLIGHT = 4  # libvirt serves five requests of a client at once; more would wait in the socket


class LibvirtError(Exception):
    def __init__(self, code, message):
        Exception.__init__(self, message)
        self.code = code


class Libvirt(object):
    def __init__(self):
        self.serial = 0
        self.socket = self.connected()
        kinds = self.call(AUTH_LIST)
        if struct.unpack(">%dI" % (len(kinds) // 4), kinds)[1:2] == (2,):
            self.call(AUTH_POLKIT)
        self.call(OPEN, struct.pack(">I", 1) + text("qemu:///system") + struct.pack(">I", 0))

    def connected(self):
        reason = "no libvirt socket"
        for path in SOCKETS:
            link = _socket.socket(_socket.AF_UNIX)
            link.settimeout(SILENCE_SECONDS)
            try:
                link.connect(ROOT + path)
                return link
            except OSError as error:
                if error.errno not in (errno.ENOENT, errno.ENOTDIR):
                    reason = "%s: %s" % (path, error.strerror or error)
        raise LibvirtError(0, reason)

    def call(self, procedure, body=b""):
        return self.calls([(procedure, body)])[0]

    def calls(self, requests):
        """The answers in order; a domain that is gone meanwhile answers None."""
        first = self.serial + 1
        got = {}
        for procedure, body in requests:
            while self.serial + 1 - first - len(got) >= IN_FLIGHT:
                self.receive(got)
            self.send(procedure, body)
        while len(got) < len(requests):
            self.receive(got)
        answers = [got[first + i] for i in range(len(requests))]
        for answer in answers:
            if isinstance(answer, LibvirtError):
                raise answer
        return answers

    def send(self, procedure, body):
        """Sends a call without waiting for its answer; its serial."""
        self.serial += 1
        head = struct.pack(">IIIIIII", 28 + len(body), PROGRAM, 1, procedure, 0, self.serial, 0)
        self.socket.sendall(head + body)
        return self.serial

    def heard(self, procedure, body):
        """An event. None is asked for here."""

    def receive(self, got):
        """Takes one message in: the answer of a call by its serial; the error where it was refused."""
        length = struct.unpack(">I", self.exactly(4))[0]
        if not 28 <= length <= 64 << 20:
            raise LibvirtError(0, "a message of %d bytes" % length)
        packet = self.exactly(length - 4)
        program, _, procedure, kind, serial, status = struct.unpack(">IIIIII", packet[:24])
        if program == PROGRAM and kind == 2:
            self.heard(procedure, packet[24:])
        if program != PROGRAM or kind != 1:
            return  # keepalive is not asked for
        if status == 0:
            got[serial] = packet[24:]
            return
        code, _, has_message = struct.unpack(">III", packet[24:36])
        reason = cut_text(packet, 36)[0] if has_message else "error %d" % code
        got[serial] = None if code == NO_DOMAIN else LibvirtError(code, reason)

    def exactly(self, length):
        data = bytearray()
        while len(data) < length:
            piece = self.socket.recv(min(length - len(data), 1 << 20))
            if not piece:
                raise LibvirtError(0, "libvirt closed the connection")
            data += piece
        return bytes(data)

    def domains(self, flags=0):
        """[(name, uuid, the bytes that name it)]"""
        answer = self.call(LIST, struct.pack(">II", 1, flags))
        (count,) = struct.unpack(">I", answer[:4])
        found, at = [], 4
        for _ in range(count):
            start = at
            name, at = cut_text(answer, at)
            uuid = binascii.b2a_hex(answer[at : at + 16]).decode("ascii")
            at += 20
            found.append((name, dashed(uuid), answer[start:at]))
        return found


def text(value):
    data = value.encode("utf-8")
    return struct.pack(">I", len(data)) + data + b"\0" * (-len(data) % 4)


def cut_text(data, at):
    (length,) = struct.unpack(">I", data[at : at + 4])
    end = at + 4 + length
    return data[at + 4 : end].decode("utf-8", "replace"), end + (-length % 4)


def parameters(data, at):
    """libvirt's named values by their name, and where they end."""
    (count,) = struct.unpack(">I", data[at : at + 4])
    found, at = {}, at + 4
    for _ in range(count):
        name, at = cut_text(data, at)
        (kind,) = struct.unpack(">I", data[at : at + 4])
        at += 4
        if kind in VALUES:
            size = struct.calcsize(VALUES[kind])
            (found[name],) = struct.unpack(VALUES[kind], data[at : at + size])
            at += size
        else:
            found[name], at = cut_text(data, at)
    return found, at


def dashed(uuid):
    return "-".join([uuid[:8], uuid[8:12], uuid[12:16], uuid[16:20], uuid[20:]])


def version(emit):
    number = struct.unpack(">Q", Libvirt().call(LIB_VERSION))[0]
    emit("version", "%d.%d.%d" % (number // 1000000, number // 1000 % 1000, number % 1000))


def domains(emit):
    libvirt = Libvirt()
    found = libvirt.domains()
    persistent = set(uuid for _, uuid, _ in libvirt.domains(PERSISTENT))
    autostart = set(uuid for _, uuid, _ in libvirt.domains(AUTOSTART))
    for name, uuid, handle in found:
        plain = handle + struct.pack(">I", 0)
        state, xml = libvirt.calls([(STATE, plain), (XML, plain)])
        if state is not None and xml is not None:
            flags = ["1" if uuid in group else "0" for group in (persistent, autostart)]
            code, reason = (str(number) for number in struct.unpack(">ii", state[:8]))
            emit("domain", uuid, b64(name.encode("utf-8")), code, *flags, b64(cut_text(xml, 0)[0].encode("utf-8")), reason)


def capabilities(emit):
    answer = Libvirt().call(CAPABILITIES, struct.pack(">IIIII", 0, 0, 0, 0, 0))
    emit("capabilities", b64(cut_text(answer, 0)[0].encode("utf-8")))
