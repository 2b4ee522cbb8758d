# Who has reserved a disk, by its own word through each path: PERSISTENT RESERVE IN, which changes nothing.
# Source: SPC-5 6.16

READS = [0, 1, 2, 3]  # READ KEYS, READ RESERVATION, REPORT CAPABILITIES, READ FULL STATUS
REPORT_CAPABILITIES = 2
USUAL_BYTES = 8192  # some arrays take no more; what libmpathpersist asks for
MOST_BYTES = 65535


def reserve_in(fd, action):
    """The whole answer: a longer list is asked for once more."""
    data = reserve_in_up_to(fd, action, USUAL_BYTES)
    if action == REPORT_CAPABILITIES or len(data) < 8:
        return data
    length = 8 + struct.unpack(">I", data[4:8])[0]
    if length <= USUAL_BYTES:
        return data[:length]
    return reserve_in_up_to(fd, action, min(length, MOST_BYTES))


def reserve_in_up_to(fd, action, length):
    return command(fd, [0x5E, action, 0, 0, 0, 0, 0, length >> 8, length & 255, 0], length)


def reservation_answers(device):
    """A pair for each of READS: ok and the bytes in hex, or how it was refused and why."""
    try:
        return on_device(device, lambda fd: [field for action in READS for field in reservation_answer(fd, action)])
    except Refused as error:
        return [error.kind, word(str(error))] * len(READS)


def reservation_answer(fd, action):
    try:
        return ["ok", binascii.b2a_hex(reserve_in(fd, action)).decode("ascii")]
    except Refused as error:
        if error.kind == "silent":
            raise  # the others would take as long
        kind = "unsupported" if error.absent else "conflict" if error.conflict else error.kind
        return [kind, word(str(error))]
