# The WWID of what a disk answered, for the acts, which decide on the blade. A survey's ids are worked out where the survey
# is read; a test holds both to the same answers.

# The id that udev's scsi_id gives, by its order of preference. Source: systemd src/udev/scsi_id/scsi_serial.c
PLAIN = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789#+-.:=@_")
WANTED = [(3, 6), (3, 5), (3, None), (2, None), (1, None), (0, None)]


def wwid(standard, page00, page80, page83):
    listed = page00[4 : 4 + page00[3]] if len(page00) > 3 and page00[1] == 0 and page00[3] <= 254 else b""
    if len(listed) > 16 and page00[8:16] == standard[8:16]:
        listed = b""  # standard INQUIRY data in disguise
    found = by_page83(standard, page83[:254]) if 0x83 in listed else None
    if found is None and 0x80 in listed and len(page80) > 3 and page80[1] == 0x80 and 25 + page80[3] <= 256:
        found = with_names(b"S", standard, page80[4 : 4 + page80[3]])
    text = "" if found is None else plain_text(found)
    return text if len(text) > 1 else ""  # the digit of a type alone names no disk


def by_page83(standard, page):
    if len(page) < 7 or page[1] != 0x83:
        return None
    if page[6] != 0:
        return (b"3" + binascii.b2a_hex(page[4 : 4 + page[3]]))[:255]
    for kind, naa in WANTED:
        for code in (1, 2):
            for at in designators(page):
                data = page[at + 4 : at + 4 + page[at + 3]]
                first = data[0] >> 4 if data else None
                if page[at + 1] & 0x3F == kind and page[at] & 15 == code and naa in (None, first):
                    id = designation(standard, kind, code, data)
                    if id is not None:
                        return id
    return None


def designators(page):
    at, end = 4, min(4 + (page[2] << 8) + page[3], len(page))
    while at + 3 < end:
        yield at
        at += 4 + page[at + 3]


def designation(standard, kind, code, data):
    text = data if code == 2 else binascii.b2a_hex(data)
    if 2 + len(text) + (24 if kind == 0 else 0) > 256:
        return None
    text = text.split(b"\0")[0]
    return with_names(b"0", standard, text) if kind == 0 else b"%d" % kind + text


def with_names(kind, standard, text):
    names = standard[8:32]
    return None if len(names) < 24 or b"\0" in names else kind + names + text.split(b"\0")[0]


def plain_text(id):
    """udev's replacement: ends trimmed, white space to one "_", all outside its set to "_" but a backslash before x."""
    text = id.decode("latin-1").strip(" \t\n\v\f\r")
    if PLAIN.issuperset(text):
        return text[:127]
    import re  # what few disks need; it costs a third of Python's own start

    text = re.sub(r"\s+", "_", text, flags=re.ASCII)
    return re.sub(r"\\(?!x)|[^A-Za-z0-9#+\-.:=@_\\]", "_", text)[:127]


def bytes_of(long_answer, short_answer):
    if len(long_answer) >= 12:
        last, block = struct.unpack(">QI", long_answer[:12])
    elif len(short_answer) >= 8:
        last, block = struct.unpack(">II", short_answer[:8])
    else:
        return 0
    return (last + 1) * block
