# Whether blades meet on the guests' network: a broadcast of each, sent on its own interface, seen by the others. Who is
# asked together bears one mark, says which machine it is and whom it has heard, and answers whom it hears at once, so
# that two who are up know of each other after three frames. No table of a switch learns an address that is anybody's:
# the source is random and locally administered. The machine-id itself is not sent, but what is made of it.
# Source: packet(7); IEEE 802: ethertype 0x88b5 is for local experiments
import socket

LAN_SECONDS = 15.0  # blades that are asked at once do not begin at once
LAN_PAUSE = 0.1
LAN_TYPE = b"\x88\xb5"
LAN_MAGIC = b"anyblade lan 1\0"
TAGGED = b"\x81\x00"
ETH_P_ALL, SOL_PACKET, PACKET_AUXDATA, SO_ATTACH_FILTER, TAG_VALID = 3, 263, 8, 26, 0x10


def lan_id(machine):
    import hashlib  # only here, for it takes its time

    return hashlib.sha256(b"anyblade lan " + machine.encode("ascii", "replace")).digest()[:8]


class LanPlace(object):
    """An interface, with a VLAN tag or none, and whom it should hear there."""

    def __init__(self, asked, mark, own):
        self.name, tag = asked[:2]
        self.tag = int(tag) if tag else 0
        self.peers = dict((lan_id(machine), machine) for machine in asked[2:])
        self.mark, self.own = mark, own
        self.heard, self.known_to = set(), set()
        self.socket = socket.socket(socket.AF_PACKET, socket.SOCK_RAW, 0)
        self.socket.setsockopt(socket.SOL_SOCKET, SO_ATTACH_FILTER, self.only_ours())
        self.socket.setsockopt(SOL_PACKET, PACKET_AUXDATA, 1)
        self.socket.bind((self.name, ETH_P_ALL))
        self.socket.setblocking(False)
        source = struct.pack(">B5s", 0x02, os.urandom(5))
        tagged = TAGGED + struct.pack(">H", self.tag) if self.tag else b""
        self.head = b"\xff" * 6 + source + tagged + LAN_TYPE + LAN_MAGIC + mark + own

    def only_ours(self):
        """A filter of the kernel's, so that a busy network costs nothing: our ethertype, tagged or not."""
        program = [
            (0x28, 0, 0, 12),  # the ethertype
            (0x15, 3, 0, 0x88B5),
            (0x15, 0, 3, 0x8100),
            (0x28, 0, 0, 16),  # that behind the tag
            (0x15, 0, 1, 0x88B5),
            (0x06, 0, 0, 0xFFFF),
            (0x06, 0, 0, 0),
        ]
        self.program = array.array("B", b"".join(struct.pack("HBBI", *one) for one in program))
        return struct.pack("HP", len(program), self.program.buffer_info()[0])

    def send(self):
        said = self.head + struct.pack(">B", len(self.heard)) + b"".join(sorted(self.heard))
        self.socket.send(said + b"\0" * max(0, 60 - len(said)))

    def receive(self):
        """Whether it was news: then whoever has sent it is answered at once."""
        data, extra, _, _ = self.socket.recvmsg(2048, 64)
        tag, frame = untagged(data, extra)
        start = len(LAN_MAGIC) + len(self.mark)
        head, who, listed = frame[:start], frame[start : start + 8], frame[start + 9 :]
        if head != LAN_MAGIC + self.mark or who not in self.peers or tag != self.tag:
            return False
        count = struct.unpack(">B", frame[start + 8 : start + 9])[0]
        before = len(self.heard) + len(self.known_to)
        self.heard.add(who)
        if self.own in [listed[8 * i : 8 * i + 8] for i in range(count)]:
            self.known_to.add(who)
        return len(self.heard) + len(self.known_to) > before

    def is_done(self):
        return len(self.known_to) == len(self.peers)


def untagged(data, extra):
    """Its VLAN tag, which the kernel has taken out of the frame or left in it, or 0; what stands behind its ethertype."""
    if data[12:14] == TAGGED:
        return struct.unpack(">H", data[14:16])[0] & 0xFFF, data[18:]
    for _, kind, auxiliary in extra:
        status, _, _, _, _, tag, _ = struct.unpack("=IIIHHHH", auxiliary[:20])
        if kind == PACKET_AUXDATA and status & TAG_VALID:
            return tag & 0xFFF, data[14:]
    return 0, data[14:]


def lan(asks, mark, seconds):
    def job(emit):
        own = lan_id(value("/etc/machine-id"))
        until = time.monotonic() + min(LAN_SECONDS, seconds - 1)
        places = {}
        for number, asked in enumerate(asks):
            try:
                places[number] = LanPlace(asked, mark, own)
            except OSError as error:
                refused(emit, number, error)
        meet(emit, places, until)

    return job


def refused(emit, number, error):
    emit("refused", str(number), word(error.strerror or str(error)))


def meet(emit, places, until):
    """Sends and listens at each place until all there have said that they heard it, or the time is over."""
    again = 0.0
    while places:
        now = time.monotonic()
        for number, place in list(places.items()):
            try:
                if now >= again or place.is_done():
                    place.send()
            except OSError as error:
                refused(emit, number, error)
                del places[number]
                continue
            if place.is_done() or now >= until:
                emit("met", str(number), *sorted(place.peers[who] for who in place.heard))
                del places[number]
        if now >= again:
            again = now + LAN_PAUSE
            emit("sent")  # who says nothing for long is given up
        by_socket = dict((place.socket, place) for place in places.values())
        for ready in select.select(list(by_socket), [], [], max(0.0, min(again, until) - time.monotonic()))[0]:
            answer(by_socket[ready])


def answer(place):
    try:
        if place.receive() and not place.is_done():
            place.send()
    except OSError:
        pass  # the next sending tells why
