# What the kernel knows of FC ports, SCSI devices and device-mapper maps. sysfs keeps the id that a disk had when it was
# found (facts: recordings/44), so nothing here says which LUN a path leads to.

CONTROLS = dict.fromkeys(list(range(0x20)) + [0x7F], "\n")


def is_hctl(name):
    parts = name.split(":")
    return len(parts) == 4 and all(part.isdigit() for part in parts)


def number_after(start, name):
    """The number that stands behind `start` in a name of sysfs; None in any other name."""
    return int(name[len(start) :]) if name.startswith(start) and name[len(start) :].isdigit() else None


def rport(name):
    """[host, channel, number] of a remote port's name, rport-H:C-N; None where it is no such name."""
    parts = name[6:].replace("-", ":").split(":")
    return parts if name.startswith("rport-") and len(parts) == 3 and all(part.isdigit() for part in parts) else None


def entries(path):
    try:
        return sorted(os.listdir(ROOT + path))
    except OSError:
        return []


def value(path):
    try:
        with open(ROOT + path, "rb") as file:
            return word(file.read(4096).decode("utf-8", "replace"))
    except OSError:
        return ""


def word(text):
    """Without tabs, newlines and other control characters, so that it stays one field."""
    return " ".join(part for part in text.translate(CONTROLS).split("\n") if part).strip()


def b64(data):
    return binascii.b2a_base64(data, newline=False).decode("ascii")


def fc_hosts():
    numbers = [number_after("host", name) for name in entries("/sys/class/fc_host")]
    return [number for number in numbers if number is not None]


def emit_ports(emit):
    for host in fc_hosts():
        base = "/sys/class/fc_host/host%d/" % host
        emit("fc-host", str(host), *[value(base + name) for name in ("port_name", "port_state", "fabric_name")])
    for name in entries("/sys/class/fc_remote_ports"):
        place = rport(name)
        if place:
            base = "/sys/class/fc_remote_ports/%s/" % name
            target = value(base + "scsi_target_id")
            emit("rport", place[0], place[1], target, value(base + "port_name"), value(base + "port_state"))


def scsi_device(hctl):
    base = "/sys/bus/scsi/devices/%s/" % hctl
    return {
        "hctl": hctl,
        "sd": (entries(base + "block") or ["-"])[0],
        "sg": (entries(base + "scsi_generic") or ["-"])[0],
        "state": value(base + "state"),
        "type": value(base + "type"),
        "known": value(base + "wwid"),
    }


def fc_devices():
    hosts = set(fc_hosts())
    found = [name for name in entries("/sys/bus/scsi/devices") if is_hctl(name)]
    mine = [name for name in found if int(name.split(":")[0]) in hosts]
    return sorted(mine, key=lambda name: [int(part) for part in name.split(":")])


def dm_maps():
    for dm in entries("/sys/block"):
        if number_after("dm-", dm) is not None:
            base = "/sys/block/%s/" % dm
            yield {
                "dm": dm,
                "name": value(base + "dm/name"),
                "uuid": value(base + "dm/uuid"),
                "sectors": value(base + "size"),
                "number": value(base + "dev"),
                "slaves": entries(base + "slaves"),
                "holders": [value("/sys/block/%s/dm/name" % h) or word(h) for h in entries(base + "holders")],
            }


def host_uses():
    """What the host does with block devices, as (words, the device's number, the name it was used by, its file system)."""
    for line in lines_of("/proc/self/mountinfo"):
        fields, _, rest = line.partition(" - ")
        place, source = fields.split(" "), rest.split(" ")
        if len(place) > 4 and len(source) > 1:
            yield "mounted at %s" % place[4], place[2], source[1], source[0]
    for line in lines_of("/proc/swaps")[1:]:
        yield "swap", "", line.split()[0], "swap"


def lines_of(path):
    try:
        with open(ROOT + path, "rb") as file:
            return file.read().decode("utf-8", "replace").splitlines()
    except OSError:
        return []


def emit_maps(emit, maps):
    used = list(host_uses())
    for m in maps:
        numbered = ["%s=%s" % (disk, value("/sys/block/%s/slaves/%s/dev" % (m["dm"], disk))) for disk in m["slaves"]]
        slaves, holders = ",".join(numbered), ",".join(b64(h.encode("utf-8", "replace")) for h in m["holders"])
        names = ["/dev/" + m["dm"], "/dev/mapper/" + m["name"]]
        uses = ",".join(b64(words.encode("utf-8")) for words, number, name, _ in used if number == m["number"] or name in names)
        emit("map", m["dm"], m["name"], m["uuid"], m["sectors"], m["number"], slaves, holders, uses)


def members(maps, names):
    return set(disk for m in maps if m["name"] in names for disk in m["slaves"])


def is_asked(device, scope):
    if scope["paths"] == "all":
        return device["type"] == "0"
    lun = int(device["hctl"].split(":")[3])
    return scope["paths"] == "some" and (lun in scope["luns"] or device["sd"] in scope["disks"])


def san(scope):
    def job(emit):
        emit_ports(emit)
        maps = list(dm_maps())
        emit_maps(emit, maps)
        disks = members(maps, scope["maps"]) | (own_disks() if scope["host-disks"] else set())
        reserving = members(maps, scope["reservations"])
        asked = dict(scope, disks=disks)
        listed = [] if scope["paths"] == "none" else [scsi_device(hctl) for hctl in fc_devices()]
        devices = [device for device in listed if is_asked(device, asked)]
        for d in devices:
            emit("device", d["hctl"], d["sd"], d["sg"], d["state"], d["type"], d["known"])
        emit("sysfs", "read")

        def told(device, fields):
            emit("inquiry", device["hctl"], *fields)
            if device["sd"] in reserving:
                emit("reservation", device["hctl"], *reservation_answers(device))

        inquire_all(devices, told)

    return job
