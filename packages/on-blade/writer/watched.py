# libvirt's events beside its answers, on one connection, and the calls that a hand-over makes.
# Source: libvirt's remote_protocol.x; virDomainEventType and its details, virDomainState, virDomainPausedReason
import collections
import re
import shlex
import signal
import socket
import subprocess
import xml.etree.ElementTree

ABORT_JOB = 164
RESUME, UNDEFINE, DESTROY, MIGRATE, REGISTER_EVENT, LIFECYCLE = 28, 231, 234, 305, 316, 318
STARTED, SUSPENDED, RESUMED, STOPPED = 2, 3, 4, 5
STARTED_MIGRATED, SUSPENDED_PAUSED, SUSPENDED_MIGRATED, SUSPENDED_POST_COPY = 1, 0, 1, 7
RESUMED_MIGRATED, RESUMED_POST_COPY = 1, 3
RUNNING, PAUSED, SHUT_OFF = 1, 3, 5
PAUSED_USER, PAUSED_MIGRATION, PAUSED_IO_ERROR, PAUSED_STARTING_UP = 1, 2, 5, 11
# Its guest has gone on at the destination, and what is missing of its memory there is sent, or would be (failed).
SWITCHED_HERE = ((PAUSED, 12), (PAUSED, 13))
RUNNING_LATE = ((RUNNING, 10), (RUNNING, 11))  # there, meanwhile
SHUT_OFF_UNKNOWN, SHUT_OFF_DESTROYED, SHUT_OFF_MIGRATED = 0, 2, 4  # unknown: its host began anew since
UNDEFINE_WITH_NVRAM_AND_METADATA = 1 | 2 | 4
ANSWER_SECONDS = 35  # libvirt waits 30 s for a lock before it says who holds it; a domain in the middle of a migration is destroyed in 6 to 8 s
REMOVED_SECONDS = 60
SILENT_SECONDS = 0.05
# libvirt's word on a lock of a move, and what is told where nobody is left who would let go of it. libvirt 9 leaves it locked where
# QEMU dies at the source after the switch to post-copy (measured: no thread of its is at work on it, and no call ends it).
LOCKED_BY_MOVE = "cannot acquire state change lock (held by monitor=remoteDispatchDomainMigrate"
LEFT_LOCKED = "%s: the move is over, and libvirt keeps its lock; systemctl restart libvirtd (or virtqemud) here ends it, guests run on"


class Watched(Libvirt):
    """One domain's life: `events` are (event, detail), oldest first; `answers` come by the serial of calls `sent`."""

    def __init__(self, uuid):
        self.uuid = uuid
        self.events = collections.deque()
        self.answers = {}
        self.suspended_at = None
        self.named = None  # the bytes that name it, as the events have them
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
            self.named = body[4 : at + 20]
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

    def state(self, handle, meanwhile=lambda: None):
        """(state, reason), or (None, None) where there is no such domain; `meanwhile` is done while libvirt is silent."""
        serial = self.send(STATE, handle + struct.pack(">I", 0))
        until = time.monotonic() + ANSWER_SECONDS
        while serial not in self.answers:
            if select.select([self], [], [], SILENT_SECONDS)[0]:
                self.pump()
                continue
            meanwhile()
            if time.monotonic() > until:
                raise LibvirtError(0, "it does not say within %d s how the domain is" % ANSWER_SECONDS)
        answer = self.answers.pop(serial)
        if isinstance(answer, LibvirtError):
            raise answer
        return (None, None) if answer is None else struct.unpack(">ii", answer[:8])

    def resume(self, handle):
        self.call(RESUME, handle)

    def remove(self, handle):
        """Ends the domain and its definition, whichever of both is there; it may be ending by itself meanwhile."""
        until = time.monotonic() + REMOVED_SECONDS
        while True:
            state = self.state(handle)[0]
            if state is None:
                return
            try:
                if state == SHUT_OFF:
                    self.call(UNDEFINE, handle + struct.pack(">I", UNDEFINE_WITH_NVRAM_AND_METADATA))
                else:
                    self.call(DESTROY, handle + struct.pack(">I", 0))
            except LibvirtError as error:
                if time.monotonic() > until:
                    if state == SHUT_OFF and LOCKED_BY_MOVE in str(error):
                        raise Refused("refused", LEFT_LOCKED % error)
                    raise
                time.sleep(0.2)

    def is_moving(self, handle):
        """A job of libvirt's is under way on it, such as a migration that nobody attends."""
        answer = self.call(JOB, handle)
        return answer is not None and struct.unpack(">i", answer[:4])[0] in (1, 2)

    def go_on(self, handle):
        """Runs from here on; libvirt may still be busy with the end of a move."""
        until = time.monotonic() + ANSWER_SECONDS
        while self.state(handle)[0] == PAUSED:
            try:
                self.resume(handle)
            except LibvirtError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.2)

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
