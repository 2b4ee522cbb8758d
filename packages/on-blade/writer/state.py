# Files that a guest kept on the blade it was on, put where libvirt here looks for them. What lies here of the guest is from
# an earlier time and gives way; while the guest is active here nothing is touched.
import json
import resource
import shutil

SHUT_OFF_HERE = 5
LISTED = ("kind", "name", "bytes", "sha256", "owner", "group", "mode")


def need_off(libvirt, uuid, name):
    for _, found, handle in libvirt.domains():
        answer = libvirt.call(STATE, handle + struct.pack(">I", 0)) if found == uuid else None
        if answer is not None and struct.unpack(">ii", answer[:8])[0] != SHUT_OFF_HERE:
            raise Refused("refused", "%s is active here: its files stay as they are" % name)


def restore_state(uuid, name, listed):
    limit = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))  # firmware variables may have more than acts print
    wanted = [dict(zip(LISTED, (one[field] for field in LISTED))) for one in json.loads(listed)]
    given = {}
    for line in sys.stdin.buffer.read().decode("ascii").splitlines():
        fields = line.split("\t")
        if len(fields) == 4:
            file = binascii.a2b_base64(fields[1]).decode("ascii")
            given[fields[0], file] = zlib.decompressobj().decompress(binascii.a2b_base64(fields[3]), MOST_STATE_BYTES + 1)
    for one in wanted:
        data = given.get((one["kind"], one["name"]))
        if data is None or hashed(data) != one["sha256"]:
            raise Refused("refused", "%s is not any more what it was when the plan was made" % one["name"])
    libvirt = Libvirt()
    need_off(libvirt, uuid, name)
    for one in wanted:
        if one["kind"] == "nvram":
            put(nvram_here(libvirt, uuid, name, one), given["nvram", one["name"]], one)
    put_tpm(uuid, [one for one in wanted if one["kind"] == "tpm"], given)
    for one in wanted:
        print("%s %s: %s bytes, sha256 %s" % (one["kind"], one["name"], one["bytes"], one["sha256"]))
    return 0


def nvram_here(libvirt, uuid, name, one):
    """Where they are read from at the next start; of another firmware than there they would be no variables."""
    nvram, path = nvram_of(libvirt, uuid), nvram_path(libvirt, uuid)
    if not path or not path.startswith("/"):
        raise Refused("refused", "libvirt here keeps no firmware variables for %s" % name)
    template = nvram.get("template")
    if template and os.path.isfile(ROOT + template) and os.stat(ROOT + template).st_size != one["bytes"]:
        raise Refused("refused", "the firmware here has variables of another size than %d bytes: %s" % (one["bytes"], template))
    return ROOT + path


def put_tpm(uuid, wanted, given):
    base = ROOT + SWTPM + uuid
    if not wanted:
        return
    fresh = base + ".anyblade"
    shutil.rmtree(fresh, ignore_errors=True)
    os.makedirs(fresh, 0o711)
    for one in wanted:
        version, file = one["name"].split("/")
        if not PLAIN_NAME.issuperset(version + file) or version.startswith(".") or file.startswith("."):
            raise Refused("refused", "not a file of a TPM: %s" % one["name"])
        folder = fresh + "/" + version
        if not os.path.isdir(folder):
            os.mkdir(folder, 0o700)
            os.chown(folder, *owner_of(one))
        put(folder + "/" + file, given["tpm", one["name"]], one)
    shutil.rmtree(base, ignore_errors=True)
    os.rename(fresh, base)
    sync_folder(os.path.dirname(base))


def owner_of(one):
    try:
        return pwd.getpwnam(one["owner"]).pw_uid, grp.getgrnam(one["group"]).gr_gid
    except KeyError:
        raise Refused("refused", "there is no %s:%s here, to whom %s belongs" % (one["owner"], one["group"], one["name"]))


def put(path, data, one):
    owner = owner_of(one)
    os.makedirs(os.path.dirname(path), 0o711, exist_ok=True)
    fresh = path + ".anyblade"
    fd = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600)
    with os.fdopen(fd, "wb") as file:
        file.write(data)
        os.fchown(fd, *owner)
        os.fchmod(fd, int(one["mode"], 8) & 0o777)
        file.flush()
        os.fsync(fd)
    os.rename(fresh, path)
    sync_folder(os.path.dirname(path))
    with open(path, "rb") as file:
        if hashed(file.read()) != one["sha256"]:
            raise Refused("refused", "%s does not hold what was written" % path)


def sync_folder(path):
    fd = os.open(path, os.O_RDONLY)
    os.fsync(fd)
    os.close(fd)


def remove_state(uuid, name):
    libvirt = Libvirt()
    need_off(libvirt, uuid, name)
    path = nvram_path(libvirt, uuid)
    for file in (ROOT + path, ROOT + path + ".anyblade") if path else ():
        if os.path.isfile(file):
            os.unlink(file)
    for folder in (ROOT + SWTPM + uuid, ROOT + SWTPM + uuid + ".anyblade"):
        shutil.rmtree(folder, ignore_errors=True)
    print("nothing of what %s keeps lies here" % name)
    return 0
