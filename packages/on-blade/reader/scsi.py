# Each disk's own word, asked just now by SG_IO: INQUIRY, its pages, its size. Nothing is spawned and nothing written.
# Source: SPC-5 6.7 (INQUIRY), SBC-4 5.20 (READ CAPACITY), Linux scsi/sg.h

SG_IO = 0x2285
TO_DEVICE, FROM_DEVICE = -2, -3
SG_HEADER = struct.Struct("@iiBBHIPPPIIiPBBBBHHiII")  # struct sg_io_hdr, scsi/sg.h
COMMAND_MS = 4000
ILLEGAL_REQUEST, UNIT_ATTENTION = 5, 6
RESERVATION_CONFLICT = 0x18


class Refused(Exception):
    """
    `kind`: gone (no LUN there), silent (no answer in time) or refused; `absent`: this page or command is not supported;
    `conflict`: another one's reservation refused it.
    """

    def __init__(self, kind, reason, absent=False, conflict=False):
        Exception.__init__(self, reason)
        self.kind, self.absent, self.conflict = kind, absent, conflict


def command(fd, cdb, length):
    """One SCSI command that reads up to `length` bytes."""
    return transfer(fd, cdb, FROM_DEVICE, bytes(length))


def transfer(fd, cdb, direction, content):
    """One SCSI command with its data: sent as they are, or as many at most as `content` has read and given back."""
    length = len(content)
    for attempt in range(3):
        data, sense = array.array("B", content), array.array("B", bytes(64))
        request = array.array("B", cdb)
        header = bytearray(
            SG_HEADER.pack(
                *[ord("S"), direction, len(cdb), len(sense), 0, length, data.buffer_info()[0], request.buffer_info()[0]],
                *[sense.buffer_info()[0], COMMAND_MS, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0]
            )
        )
        fcntl.ioctl(fd, SG_IO, header, True)
        answer = SG_HEADER.unpack(header)
        status, written, host, driver, resid = answer[13], answer[16], answer[17], answer[18], answer[19]
        if status == 0 and host == 0 and driver & 0xF7 == 0:
            return data.tobytes()[: length - max(0, min(resid, length))]
        key, asc, ascq = sense_of(sense[:written])
        if key != UNIT_ATTENTION:
            break
    if host == 3 or driver & 0x0F == 6:
        raise Refused("silent", "the device gave no answer in %d s" % (COMMAND_MS // 1000))
    conflict = status == RESERVATION_CONFLICT and host == 0
    if key is not None:
        gone = key == ILLEGAL_REQUEST and asc == 0x25
        reason = "sense %x/%02x/%02x" % (key, asc, ascq)
        raise Refused("gone" if gone else "refused", reason, key == ILLEGAL_REQUEST and not gone, conflict)
    reason = "status 0x%02x, host 0x%x, driver 0x%x" % (status, host, driver)
    raise Refused("refused", reason, conflict=conflict)


def sense_of(sense):
    if len(sense) >= 4 and sense[0] & 0x7F in (0x72, 0x73):
        return sense[1] & 15, sense[2], sense[3]
    if len(sense) >= 14 and sense[0] & 0x7F in (0x70, 0x71):
        return sense[2] & 15, sense[12], sense[13]
    return None, 0, 0


def inquiry(fd, page=None, length=254):
    cdb = [0x12, 0 if page is None else 1, page or 0, length >> 8, length & 255, 0]
    return command(fd, cdb, length)


def vital_page(fd, page):
    """A page of vital product data, b"" where the device does not have it; any other failure is one."""
    try:
        data = inquiry(fd, page)
    except Refused as error:
        if error.absent:
            return b""
        raise
    if len(data) < 4 or data[1] != page:
        return b""
    length = 4 + (data[2] << 8) + data[3]
    return inquiry(fd, page, min(length, 4096)) if length > len(data) else data[:length]


def capacity(fd):
    """READ CAPACITY (16), or b"" and (10) where there is none."""
    try:
        return command(fd, [0x9E, 0x10] + [0] * 8 + [0, 0, 0, 32, 0, 0], 32), b""
    except Refused as error:
        if not error.absent:
            raise
    return b"", command(fd, [0x25] + [0] * 9, 8)


def identity(fd):
    """[standard, page 00, 80, 83, capacity 16, capacity 10], as bytes."""
    return identity_pages(fd) + list(capacity(fd))


def identity_pages(fd):
    """[standard, page 00, 80, 83]: what tells which LUN it is."""
    standard = inquiry(fd, None, 96)
    if not standard or standard[0] >> 5 != 0:
        raise Refused("gone", "no LUN answers there any more")
    return [standard] + [vital_page(fd, page) for page in (0x00, 0x80, 0x83)]


def on_device(device, ask):
    """What `ask` gives for the device's open node."""
    node = device["sg"] if device["sg"] != "-" else device["sd"]
    if node == "-":
        raise Refused("refused", "no sg and no sd node")
    try:
        fd = os.open("%s/dev/%s" % (ROOT, node), os.O_RDONLY | os.O_NONBLOCK)
        try:
            return ask(fd)
        finally:
            os.close(fd)
    except OSError as error:
        kind = "gone" if error.errno in (errno.ENXIO, errno.ENODEV, errno.ENOENT) else "refused"
        raise Refused("refused" if device["state"] != "running" else kind, "%s: %s" % (node, error.strerror))


def answers(device):
    try:
        return ["ok"] + [binascii.b2a_hex(data).decode("ascii") for data in on_device(device, identity)]
    except Refused as error:
        return [error.kind, word(str(error))]


def inquire_all(devices, told):
    """A thread a device in flight; where none ends for a moment, more begin: stuck ones hold up nobody."""
    waiting = list(reversed(devices))
    done = []

    def work():
        while True:
            try:
                device = waiting.pop()
            except IndexError:
                return
            told(device, answers(device))
            done.append(1)

    _thread.stack_size(256 * 1024)
    seen = -1
    threads = 0
    while len(done) < len(devices):
        if waiting and threads < 2048 and len(done) == seen:
            wanted = min(len(waiting), 16)
        else:
            wanted = 0 if threads else min(len(waiting), 16)
        for _ in range(wanted):
            _thread.start_new_thread(work, ())
            threads += 1
        seen = len(done)
        time.sleep(0.002 if threads <= 16 else 0.05)
