# What a guest keeps in files of its blade and not on its disks: its firmware variables, and the state of an emulated TPM.
# Of a survey only hashes are told; the files themselves are given to who brings them to another blade.
import grp
import hashlib
import pwd
import stat
import zlib

SWTPM = "/var/lib/libvirt/swtpm/"
DEFINED = 2  # virDomainXMLFlags: as it is defined
MOST_STATE_BYTES = 72 << 20  # the variables of a guest on ARM are 64 MiB
PLAIN_NAME = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-")


def states(uuids):
    def job(emit):
        libvirt = Libvirt()
        for uuid in sorted(uuids):
            emit("asking")
            try:
                for one in kept_files(libvirt, uuid):
                    data, fields = whole(*one)
                    emit("file", uuid, one[0], b64(one[1].encode("ascii")), str(len(data)), hashed(data), *fields)
                emit("whole", uuid)
            except (LibvirtError, OSError, ValueError, KeyError) as error:
                emit("refused", uuid, b64(str(error).encode("utf-8")))

    return job


def give_state(uuid):
    """A line for each file: its kind, its name, its hash, and all of it, deflated."""
    for kind, name, path in kept_files(Libvirt(), uuid):
        data, _ = whole(kind, name, path)
        print("\t".join([kind, b64(name.encode("ascii")), hashed(data), b64(zlib.compress(data, 6))]))
    print("end")


def kept_files(libvirt, uuid):
    """[(kind, name, path)]; where libvirt does not know the domain any more, its TPM alone."""
    path = nvram_path(libvirt, uuid)
    found = [("nvram", "nvram", ROOT + path)] if path and os.path.isfile(ROOT + path) else []
    for version in entries(SWTPM + uuid):
        for name in entries(SWTPM + uuid + "/" + version):
            file = "%s%s%s/%s/%s" % (ROOT, SWTPM, uuid, version, name)
            if not name.startswith(".") and stat.S_ISREG(os.lstat(file).st_mode):
                found.append(("tpm", version + "/" + name, file))
    for _, name, _ in found:
        if not PLAIN_NAME.issuperset(name.replace("/", "", 1)) or ".." in name:
            raise ValueError("a file with a strange name")
    if sum(os.stat(file).st_size for _, _, file in found) > MOST_STATE_BYTES:
        raise ValueError("its files have more than %d MiB" % (MOST_STATE_BYTES >> 20))
    return found


def nvram_of(libvirt, uuid):
    """libvirt's words on the firmware variables of a domain that is defined here; None: it has none, or is not known."""
    import xml.etree.ElementTree as tree

    for _, found, handle in libvirt.domains():
        if found == uuid:
            answer = libvirt.call(XML, handle + struct.pack(">I", DEFINED))
            return tree.fromstring(cut_text(answer, 0)[0]).find("./os/nvram") if answer else None
    return None


def nvram_path(libvirt, uuid):
    nvram = nvram_of(libvirt, uuid)
    if nvram is None:
        return None
    source = nvram.find("./source")
    return (nvram.text or "").strip() or (source.get("file") if source is not None else None)


def whole(kind, name, path):
    """Its bytes; by whom, and how, it may be read."""
    with open(path, "rb") as file:
        data = file.read(MOST_STATE_BYTES + 1)
        about = os.fstat(file.fileno())
    owner, group = pwd.getpwuid(about.st_uid).pw_name, grp.getgrgid(about.st_gid).gr_name
    return data, (owner, group, "%o" % stat.S_IMODE(about.st_mode))


def hashed(data):
    return hashlib.sha256(data).hexdigest()
