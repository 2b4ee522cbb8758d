# Which disks the host itself stands on: each mount and swap, down by sysfs through partitions, LVM, md, crypt and
# device-mapper. What lies on no block device (NFS, tmpfs) is told as that; where the kernel does not say on which disks a
# file system lies, that is told too.

OF_SEVERAL = ("zfs", "bcachefs", "btrfs", "swap")  # their mounts have no device number of the kernel's


def emit_host_disks(emit):
    seen = set()
    # the shortest words first: of one device the root is told, not what is bound to a place below it
    for words, number, source, kind in sorted(host_uses(), key=lambda use: len(use[0])):
        places = places_of(number, source, kind)
        if not places and kind in OF_SEVERAL and (source.startswith("/dev/") or not source.startswith("/")):
            emit("untold", b64(words.encode("utf-8")), b64(source.encode("utf-8")))
            continue
        devices = []
        for place in places:
            below(place, devices)
        # what a loop device shows lies in a file of another mount
        is_told = devices and (devices[0] in seen or devices[0].startswith("loop"))
        if words != "mounted at /" and (is_told or not devices):
            continue
        seen.update(devices[:1])
        emit("stands", b64(words.encode("utf-8")), ",".join(word(device) for device in devices))


def places_of(number, source, kind):
    """Folders of sysfs of what lies right below."""
    if kind == "zfs":
        return [p for p in map(place_of, pool_members(source.split("/")[0])) if p]
    own = number and not number.startswith("0:") and place_of(number)
    if own:
        return [own]
    name = os.path.basename(os.path.realpath(ROOT + source)) if source.startswith("/dev/") else ""
    place = "%s/sys/class/block/%s" % (ROOT, name)
    if not name or not os.path.exists(place):
        return []
    if kind == "btrfs":
        for pool in entries("/sys/fs/btrfs"):
            devices = entries("/sys/fs/btrfs/%s/devices" % pool)
            if name in devices:
                return [os.path.realpath("%s/sys/class/block/%s" % (ROOT, device)) for device in devices]
    return [os.path.realpath(place)]


def place_of(number):
    place = os.path.realpath("%s/sys/dev/block/%s" % (ROOT, number))
    return place if os.path.exists(place) else None


def pool_members(pool):
    """Numbers of a ZFS pool's devices: by udev's word, for the kernel has none and the pool's own tools read the disks."""
    for name in entries("/run/udev/data"):
        if name.startswith("b"):
            told = lines_of("/run/udev/data/" + name)
            if "E:ID_FS_TYPE=zfs_member" in told and "E:ID_FS_LABEL=" + pool in told:
                yield name[1:]


def below(place, devices):
    """The device of this folder and all that it lies on, each once."""
    name = os.path.basename(place)
    if name in devices:
        return
    devices.append(name)
    if os.path.exists(place + "/partition"):
        below(os.path.dirname(place), devices)
    for slave in sorted(os.listdir(place + "/slaves")) if os.path.isdir(place + "/slaves") else []:
        below(os.path.realpath("%s/slaves/%s" % (place, slave)), devices)


def own_disks():
    """All of them by name."""
    names = set()
    for _, number, source, kind in host_uses():
        for place in places_of(number, source, kind):
            devices = []
            below(place, devices)
            names.update(devices)
    return names
