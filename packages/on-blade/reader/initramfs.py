# What the running kernel's initramfs holds of multipath. An image is cpio archives, one after the other, each as it is or
# packed: a whole one is read to its end, and one that ends early is damaged, whatever was read before.
# Packed with what Python can't unpack, a program of the host does it where there is one; else only dates are told.
# Source: Linux Documentation/driver-api/early-userspace/buffer-format.rst; the magic numbers: lib/decompress.c

IMAGES = ("/boot/initrd.img-%s", "/boot/initramfs-%s.img", "/boot/initrd-%s", "/boot/initramfs-%s")
PIECE = 1 << 18
COPY_BYTES = 8 << 20
PACKERS = [
    (b"\x1f\x8b", "gzip"),
    (b"BZh", "bzip2"),
    (b"\xfd7zXZ\x00", "xz"),
    (b"\x5d\x00\x00", "lzma"),
    (b"\x28\xb5\x2f\xfd", "zstd"),
    (b"\x02\x21\x4c\x18", "lz4"),
    (b"\x04\x22\x4d\x18", "lz4"),
    (b"\x89LZO", "lzop"),
]
ON_HOST = ("/etc/multipath.conf", "/etc/multipath/conf.d", "/etc/multipath/bindings")


class Damaged(Exception):
    pass


class Packed(Exception):
    pass


class Pieces(object):
    """Bytes that come in pieces, as they are asked for."""

    def __init__(self, more):
        self.more, self.held, self.at = more, b"", 0

    def has(self, length):
        while len(self.held) - self.at < length:
            data = self.more()
            if not data:
                return False
            self.held, self.at = self.held[self.at :] + data, 0
        return True

    def peek(self, length):
        self.has(length)
        return self.held[self.at : self.at + length]

    def rest(self):
        """What is held, or else the next piece."""
        data, self.held, self.at = self.held[self.at :], b"", 0
        return data or self.more()

    def give_back(self, data):
        self.held, self.at = data + self.held[self.at :], 0

    def exactly(self, length):
        if not self.has(length):
            raise Damaged("it is cut off")
        self.at += length
        return self.held[self.at - length : self.at]

    def skip(self, length):
        while length > 0:
            if not self.has(1):
                raise Damaged("it is cut off")
            step = min(length, len(self.held) - self.at)
            self.at, length = self.at + step, length - step

    def skip_padding(self):
        while self.peek(1) == b"\0":
            self.give_back(self.rest().lstrip(b"\0"))


def initramfs(emit):
    kernel = value("/proc/sys/kernel/osrelease")
    machine = value("/etc/machine-id")
    places = [place % kernel for place in IMAGES] + ["/boot/%s/%s/initrd" % (machine, kernel)]
    image = ([place for place in places if os.path.isfile(ROOT + place)] or [None])[0]
    if image is None:
        return emit("none")
    dates = [date_of(path) for path in ON_HOST] + [date_of(ON_HOST[1] + "/" + name) for name in entries(ON_HOST[1])]
    configured = max([date for date in dates if date] or [0])
    emit("image", b64(image.encode("utf-8")), str(date_of(image)), str(configured) if configured else "")
    copies = {}
    try:
        with open(ROOT + image, "rb") as file:
            archives(Pieces(alive(emit, file.read)), copies, emit, file)
    except Damaged as error:
        return emit("damaged", word(str(error)))
    except Packed as error:
        return emit("packed", word(str(error)))
    for name, (kind, data) in sorted(copies.items()):
        emit(kind, b64(name.rpartition("/")[2].encode("utf-8", "surrogateescape")), b64(data))
    emit("whole")


def date_of(path):
    try:
        return int(os.stat(ROOT + path).st_mtime)
    except OSError:
        return 0


def alive(emit, read):
    """Reads piece by piece, and says now and then that it goes on: who waits gives up who is silent."""
    said = [time.monotonic()]

    def more():
        if time.monotonic() - said[0] > 1:
            said[0] = time.monotonic()
            emit("reading")
        return read(PIECE)

    return more


def archives(source, copies, emit, file=None):
    """`file`: where the pieces come from, undefined for those that were packed themselves."""
    found = False
    while True:
        source.skip_padding()
        head = source.peek(6)
        if not head:
            break
        found = True
        if head.startswith(b"07070"):
            archive(source, copies)
        else:
            packer = ([name for magic, name in PACKERS if head.startswith(magic)] or [None])[0]
            if packer is None:
                raise Damaged("there is no archive where one should begin")
            archives(Pieces(unpacked(source, packer, emit, file)), copies, emit)
    if not found:
        raise Damaged("it is cut off")


def unpacked(source, packer, emit, file):
    """A function that gives the next piece, b"" at the end; what follows the packed part is given back to `source`."""
    make = unpacker(packer)
    if make is None:
        return by_program(source, packer, emit, file)
    unpack = make()

    def more():
        while not unpack.eof:
            data = source.rest()
            if not data:
                raise Damaged("it is cut off")
            try:
                data = unpack.decompress(data)
            except Exception as error:
                raise Damaged("its %s is damaged: %s" % (packer, error))
            if unpack.eof:
                source.give_back(unpack.unused_data)
            if data:
                return data
        return b""

    return more


def unpacker(packer):
    try:
        if packer == "gzip":
            import zlib

            return lambda: zlib.decompressobj(31)
        if packer == "bzip2":
            import bz2

            return bz2.BZ2Decompressor
        if packer in ("xz", "lzma"):
            import lzma

            return lzma.LZMADecompressor
        if packer == "zstd":
            from compression import zstd  # Python 3.14

            return zstd.ZstdDecompressor
    except ImportError:
        pass
    return None


def by_program(source, packer, emit, file):
    import subprocess

    if file is None:
        raise Packed("%s inside of another packer" % packer)
    file.seek(source.at - len(source.held), 1)  # the rest of the image is the program's
    source.held, source.at, source.more = b"", 0, lambda: b""
    try:
        pipe = subprocess.Popen([packer, "-dc"], stdin=file.fileno(), stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    except OSError:
        raise Packed("no %s there" % packer)
    return alive(emit, pipe.stdout.read)


def archive(source, copies):
    """One cpio archive up to its trailer. Source: cpio(5), "New ASCII Format"."""
    while True:
        head = source.exactly(110)
        try:
            fields = [int(head[6 + 8 * i : 14 + 8 * i], 16) for i in range(13)]
        except ValueError:
            raise Damaged("an entry of it has no head")
        if head[:6] not in (b"070701", b"070702"):
            raise Damaged("an entry of it has no head")
        mode, size, length = fields[1], fields[6], fields[11]
        name = source.exactly(length)[:-1].decode("utf-8", "surrogateescape").lstrip("./")
        source.skip(-(110 + length) % 4)
        if name == "TRAILER!!!":
            return
        kind = kind_of(name) if mode & 0o170000 == 0o100000 else None
        if kind in (None, "holds"):
            source.skip(size)
        elif size > COPY_BYTES:
            raise Damaged("%s of %d bytes is in it" % (name, size))
        if kind is not None:
            copies[name] = (kind, b"" if kind == "holds" else source.exactly(size))
        source.skip(-size % 4)


def kind_of(name):
    folder, _, base = name.rpartition("/")
    if name == "etc/multipath.conf":
        return "main"
    if name == "etc/multipath/bindings":
        return "bindings"
    if folder == "etc/multipath/conf.d":
        return "drop-in"
    return "holds" if base in ("multipath", "multipathd") and folder.endswith("bin") else None
