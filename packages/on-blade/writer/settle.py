# What ends a hand-over that the unit could not end by itself, for whoever reaches both blades: each reads first, and done
# twice it is done. The order is the unit's own: hold, ask, and by the answer take and clear.


def unit_says(folder, line):
    """The unit's answer, or None where there is no unit any more."""
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(10)
    try:
        link.connect(ROOT + folder + "/socket")
        link.sendall(line.encode("ascii") + b"\n")
        return link.recv(4096).decode("ascii", "replace").split("\n")[0]
    except OSError:
        return None
    finally:
        link.close()


def answer(word):
    """The one word that the steps after this depend on."""
    print("answer " + word)
    return 0


def dismiss(uuid, name, folder):
    said = unit_says(folder, "stop")
    print("no unit waits for %s%s" % (name, "" if said == "stopped" else " here"))
    return 0


COMING_SECONDS = 35  # a connection that is cut in silence is given up after 27 s


def landed_state(libvirt, handle):
    """The domain's state once it no longer comes in: preempted before that, the source would stop in the middle."""
    until = time.monotonic() + COMING_SECONDS
    state = libvirt.state(handle)
    while state == (PAUSED, PAUSED_MIGRATION):
        if time.monotonic() > until:
            raise Refused("refused", "it is still coming in: the move goes on, though nobody attends it")
        time.sleep(0.2)
        state = libvirt.state(handle)
    return state[0]


def hold(uuid, name, folder, *words):
    """At the destination: whatever the unit has come to, the source can't write from here on."""
    said = unit_says(folder, "status")
    libvirt = Watched(uuid)
    handle = libvirt.handle()
    state = landed_state(libvirt, handle) if handle else None
    if state is None:
        raise Refused("refused", "%s has not landed here; the unit says: %s" % (name, said or "nothing"))
    if state != PAUSED:
        return answer("taken")
    for volume in volumes(words):
        volume.preempt()
        print(volume.told())
    return answer("held")


def ask(uuid, name):
    """At the source, after `hold`: gone, idle or ran."""
    watch = Watched(uuid)
    handle = watch.handle()
    return answer("gone" if handle is None else since_suspended(watch, handle))


def take(uuid, name, folder, pace, source):
    """At the destination: go on from the memory that landed. The unit does it where there is one: never both."""
    if source not in ("idle", "gone"):
        raise Refused("refused", "%s has run at the source since it was suspended: that memory is the newer one" % name)
    libvirt = Watched(uuid)
    handle = libvirt.handle()
    if handle is None:
        raise Refused("refused", "%s is not here" % name)
    until = time.monotonic() + 20
    said = unit_says(folder, "status")
    while said not in (None, "taken") and time.monotonic() < until:
        unit_says(folder, source)
        time.sleep(0.2)
        said = unit_says(folder, "status")
    if said not in (None, "taken"):
        raise Refused("refused", "the unit does not take %s over: %s" % (name, said))
    if pace == "running" and libvirt.state(handle)[0] == PAUSED:
        libvirt.resume(handle)
        announce(libvirt.interfaces(handle))
    return answer("taken")


def clear(uuid, name, folder, *words):
    """At the source, after the destination has taken over."""
    libvirt = Watched(uuid)
    handle = libvirt.handle()
    if handle is not None:
        if libvirt.state(handle)[0] == RUNNING:
            raise Refused("refused", "%s runs here" % name)
        libvirt.remove(handle)
    for volume in volumes(words):
        forget_key(volume)
    print("here it is gone")
    return 0
