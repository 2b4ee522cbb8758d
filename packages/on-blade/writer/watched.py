# libvirt's events beside its answers, on one connection, and the calls that a hand-over makes.
# Source: libvirt's remote_protocol.x; virDomainEventType and its details, virDomainState, virDomainPausedReason
import shlex
import subprocess
import xml.etree.ElementTree

ABORT_JOB = 164
RESUME, UNDEFINE, DESTROY, MIGRATE, REGISTER_EVENT, LIFECYCLE = 28, 231, 234, 305, 316, 318
STARTED, SUSPENDED, RESUMED = 2, 3, 4
STARTED_MIGRATED, SUSPENDED_PAUSED, SUSPENDED_MIGRATED = 1, 0, 1
RUNNING, PAUSED, SHUT_OFF = 1, 3, 5
PAUSED_MIGRATION = 2
UNDEFINE_WITH_NVRAM_AND_METADATA = 1 | 2 | 4
ANSWER_SECONDS = 30  # a domain in the middle of a migration is destroyed in 6 to 8 s


class Watched(Libvirt):
    """One domain's life: `events` are (event, detail), oldest first; `answers` come by the serial of calls `sent`."""

    def __init__(self, uuid):
        self.uuid = uuid
        self.events = collections.deque()
        self.answers = {}
        self.suspended_at = None
        Libvirt.__init__(self)
        self.socket.settimeout(ANSWER_SECONDS)
        self.call(REGISTER_EVENT, struct.pack(">iI", 0, 0))

    def fileno(self):
        return self.socket.fileno()

    def heard(self, procedure, body):
        if procedure != LIFECYCLE:
            return
        _, at = cut_text(body, 4)
        if dashed(binascii.b2a_hex(body[at : at + 16]).decode("ascii")) == self.uuid:
            event = struct.unpack(">ii", body[at + 20 : at + 28])
            self.events.append(event)
            if event == (SUSPENDED, SUSPENDED_MIGRATED):
                self.suspended_at = time.monotonic()

    def handle(self):
        """The bytes that name the domain, or None where libvirt has none of this uuid."""
        for _, uuid, handle in self.domains():
            if uuid == self.uuid:
                return handle
        return None

    def state(self, handle):
        """(state, reason), or (None, None) where there is no such domain."""
        answer = self.call(STATE, handle + struct.pack(">I", 0))
        return (None, None) if answer is None else struct.unpack(">ii", answer[:8])

    def resume(self, handle):
        self.call(RESUME, handle)

    def remove(self, handle):
        """Ends the domain and its definition, whichever of both is there."""
        if self.state(handle)[0] not in (None, SHUT_OFF):
            self.call(DESTROY, handle + struct.pack(">I", 0))
        if self.state(handle)[0] is not None:
            self.call(UNDEFINE, handle + struct.pack(">I", UNDEFINE_WITH_NVRAM_AND_METADATA))

    def pump(self):
        """Takes in what has come; the socket is readable."""
        self.receive(self.answers)

    def interfaces(self, handle):
        """[(mac, bridge)] of the guest's network cards on bridges."""
        root = xml.etree.ElementTree.fromstring(cut_text(self.call(XML, handle + struct.pack(">I", 0)), 0)[0])
        cards = root.findall("./devices/interface[@type='bridge']")
        return [(card.find("mac").get("address"), card.find("source").get("bridge")) for card in cards]


def cut_lines(data):
    """The whole lines of what has come, and the beginning of the next one."""
    *whole, rest = data.split(b"\n")
    return [line.decode("ascii", "replace").strip() for line in whole], rest
