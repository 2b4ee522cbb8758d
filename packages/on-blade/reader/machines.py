# Which emulator libvirt takes for a guest that names none, for each thing that guests are run as.


def machines(asked):
    """Each VIRTTYPE:ARCH:MACHINE, answered by its number in the question."""

    def job(emit):
        libvirt = Libvirt()
        emit("asking")
        for number, one in enumerate(asked):
            emit(str(number), *emulator_for(libvirt, *one.split(":", 2)))

    return job


def emulator_for(libvirt, kind, arch, machine):
    named = b"".join(struct.pack(">I", 1) + text(word) for word in (arch, machine, kind))
    try:
        answer = libvirt.call(CAPABILITIES, struct.pack(">I", 0) + named + struct.pack(">I", 0))
    except LibvirtError as error:
        return "refused", b64(str(error).encode("utf-8"))
    path = cut_text(answer, 0)[0].partition("<path>")[2].partition("</path>")[0]
    return ("takes" if path else "refused"), b64((path or "it names none").encode("utf-8"))
