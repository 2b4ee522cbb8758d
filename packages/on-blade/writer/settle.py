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


COMING_SECONDS = 45  # a connection that is cut in silence is given up after 27 s, and a daemon's may be set otherwise
COMING = (PAUSED_MIGRATION, PAUSED_STARTING_UP)
BRING_SECONDS = 60  # so long it is tried anew where a memory that follows by post-copy does not come
POST_COPY_RESUME = 524288
ACTING_SECONDS = 20  # the unit has acted by then on what it was told, or never will


def landed_state(libvirt, name):
    """(state, reason) once it no longer comes in: preempted before that, the source would stop in the middle."""
    until = time.monotonic() + COMING_SECONDS
    while True:
        handle = libvirt.handle()
        state, reason = libvirt.state(handle) if handle else (None, None)
        if state != PAUSED or reason not in COMING:
            return state, reason
        if time.monotonic() > until:
            raise Refused("refused", "%s is still coming in: the move goes on, though nobody attends it" % name)
        time.sleep(0.2)


def hold(uuid, name, folder, *words):
    """At the destination: whatever the unit has come to, the source can't write from here on. Or nothing is here."""
    said = unit_says(folder, "status")
    libvirt = Watched(uuid)
    state, reason = landed_state(libvirt, name)
    if state is None:
        print("%s has not landed here; the unit says: %s" % (name, said or "nothing"))
        return answer("absent")
    if state == RUNNING or state == PAUSED:
        for volume in volumes(words):
            volume.preempt()
            print(volume.told())
    if (state, reason) in RUNNING_LATE:
        return answer("switched")
    return answer("held" if state == PAUSED else "taken")  # what has ended here has landed, and may have run


def ask(uuid, name, pace, landing, uri, migrate_uri, transfer):
    """
    At the source, after `hold`: gone, idle or ran, and what is idle stays so. Where nothing has landed and nothing comes any
    more, it `stays` here. Where it was taken over, it is the destination's, unless it runs here. Where it was switched to
    post-copy, what is missing of its memory is brought to the destination; or it is `lost`.
    """
    watch = Watched(uuid)
    handle = watch.handle()
    if handle is None:
        return answer("gone")
    if landing == "switched" or watch.state(handle) in SWITCHED_HERE:
        return bring(watch, handle, name, landing, lambda: recovered(watch, handle, uri, migrate_uri, transfer))
    emulator = Emulator(uuid)
    if landing == "taken" and watch.state(handle)[0] != RUNNING:
        return answer("idle" if emulator.stand_still() else "gone")
    if landing != "absent":
        wait_while_ended(watch, handle)
        return answer(stood_still(watch, emulator, handle, RUNNING if pace == "running" else PAUSED))
    wait_for_end(watch, emulator, handle, name)
    state, reason = watch.state(handle)
    if state is None or (state, reason) == (SHUT_OFF, SHUT_OFF_MIGRATED):
        return answer("gone")  # it has landed after all; its definition goes next
    print("here it is in state %d, and nothing of it comes to the destination" % state)
    return answer("stays")


def bring(watch, handle, name, landing, recover):
    """
    The memory here is older than the disk by what the destination has written since, so nobody goes on from it here: it is sent
    after the guest, by QEMU alone, or from where it broke off; or it is given up.
    """
    if landing == "absent":
        print("%s was on its way to the destination and never ran there: what it had in memory is lost" % name)
        Emulator(watch.uuid).kill()
        wait_for(lambda: watch.state(handle)[0] in (None, SHUT_OFF), ACTING_SECONDS)
        return answer("stays")
    if landing == "taken" and watch.state(handle) in SWITCHED_HERE:
        return answer("gone")  # it has ended there
    until, left, reason = time.monotonic() + BRING_SECONDS, None, "it is still on its way"
    while watch.state(handle) in SWITCHED_HERE:
        now_left = memory_left(watch, handle)
        if now_left != left:
            until, left = time.monotonic() + BRING_SECONDS, now_left
        if time.monotonic() > until:
            raise Refused("refused", "what is missing of the memory of %s at the destination does not come: %s" % (name, reason))
        reason = recover() or reason
    state = watch.state(handle)
    if state in ((None, None), (SHUT_OFF, SHUT_OFF_MIGRATED)):
        return answer("gone")
    print("here it is in state %d, reason %d: what was missing of its memory at the destination is lost" % state)
    return answer("lost")


def recovered(watch, handle, uri, migrate_uri, transfer):
    """From where it broke off, where it did; why not otherwise. It is tried again, for a call is all that it costs."""
    way = Ladder(transfer, None if migrate_uri == "-" else migrate_uri)
    way.begin_post_copy()
    flags = LIVE | PEER_TO_PEER | PERSIST_THERE | UNDEFINE_HERE | POST_COPY_RESUME | way.flags()
    call = watch.send(MIGRATE, migration(handle, uri, flags, way.parameters()))
    while call not in watch.answers:
        watch.state(handle)
        time.sleep(0.2)
    failed = watch.answers.pop(call)
    time.sleep(1)
    return str(failed) if isinstance(failed, LibvirtError) else None


def memory_left(watch, handle):
    """What QEMU has still to send; None where it does not say."""
    try:
        stats = watch.call(JOB_STATS, handle + struct.pack(">I", 0))
    except LibvirtError:
        return None
    return None if stats is None else parameters(stats, 4)[0].get("memory_remaining")


def wait_for(holds, seconds):
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.2)


def wait_while_ended(watch, handle):
    """What the unit has taken over since `hold` is ended here first, and then gone; what has ended by itself stays."""
    wait_for(lambda: watch.state(handle)[0] != SHUT_OFF, ACTING_SECONDS)


def wait_for_end(watch, emulator, handle, name):
    """No move of it is under way any more; one that somebody has made stand still is gone soon, or landed nowhere."""
    since, still = time.monotonic(), None
    while watch.state(handle)[0] not in (None, SHUT_OFF):
        now = time.monotonic()
        still = (still or now) if emulator.stands_still() else None
        if still is not None and now - still > ACTING_SECONDS:
            return
        if still is None and not watch.is_moving(handle):
            return
        if now - since > COMING_SECONDS:
            raise Refused("refused", "%s is still on its way: the move goes on, though nobody attends it" % name)
        time.sleep(0.2)


def take(uuid, name, folder, pace, source, *words):
    """At the destination: go on from the memory that landed. The unit does it where there is one that can: never both."""
    if source not in ("idle", "gone", "lost"):
        raise Refused("refused", "%s has run at the source since it was suspended: that memory is the newer one" % name)
    libvirt = Watched(uuid)
    handle = libvirt.handle()
    if handle is None:
        raise Refused("refused", "%s is neither here nor at its source" % name)
    if source == "lost" and libvirt.state(handle) in RUNNING_LATE:  # all of it may have come before its source ended
        return end_lost(libvirt, handle, name, folder)
    until = time.monotonic() + ACTING_SECONDS
    said = unit_says(folder, "status")
    while said not in (None, "taken") and not said.startswith("held") and time.monotonic() < until:
        unit_says(folder, source)
        time.sleep(0.2)
        said = unit_says(folder, "status")
    if said is not None and said.startswith("held"):
        # It has given up, and the steps before this one have done what it could not.
        unit_says(folder, "stop")
    elif said not in (None, "taken"):
        raise Refused("refused", "the unit does not take %s over: %s" % (name, said))
    if said != "taken":
        for volume in volumes(words):
            volume.preempt()  # it may have landed after the step that holds it
    if pace == "running" and libvirt.state(handle)[0] == PAUSED:
        for disk in disks(words):
            disk.prove()
        libvirt.go_on(handle)
        announce(libvirt.interfaces(handle))
    if libvirt.state(handle)[0] == SHUT_OFF:
        print("%s is shut off here: its guest has ended; anyblade vm start %s" % (name, name))
    return answer("taken")


def end_lost(libvirt, handle, name, folder):
    """Its guest waits for memory that never comes. The definition stays, for from here it is started anew."""
    unit_says(folder, "stop")
    while libvirt.state(handle)[0] not in (None, SHUT_OFF):
        libvirt.call(DESTROY, handle + struct.pack(">I", 0))
    print("%s is shut off here: what it had in memory is lost, its disks are as it left them; anyblade vm start %s" % (name, name))
    return answer("lost")


def clear(uuid, name, folder, *words):
    """At the source, after the destination has taken over."""
    libvirt = Watched(uuid)
    handle = libvirt.handle()
    if handle is not None:
        if libvirt.state(handle)[0] == RUNNING:
            raise Refused("refused", "%s runs here" % name)
        Emulator(uuid).kill()
        libvirt.remove(handle)
    for volume in volumes(words):
        forget_key(volume)
    print("here it is gone")
    return 0


def drop(uuid, name, folder):
    """
    At the destination, where the source's memory is the newer one: nobody goes on here any more, and the copy goes. One that
    its host has lost with its power has never run here: the source, which has, would have been stopped before that.
    """
    libvirt = Watched(uuid)
    handle = libvirt.handle()
    said = unit_says(folder, "status")
    if said in ("taken", "switched"):
        raise Refused("refused", "the unit has taken %s over: it is this blade's" % name)
    unit_says(folder, "stop")
    state = libvirt.state(handle) if handle else None
    gone = (None, (SHUT_OFF, SHUT_OFF_DESTROYED), (SHUT_OFF, SHUT_OFF_UNKNOWN))
    if state not in gone + tuple((PAUSED, reason) for reason in COMING + (PAUSED_USER,)):
        raise Refused("refused", "%s may have run here: state %d, reason %d" % ((name,) + state))
    if handle:
        libvirt.remove(handle)
    print("here it is gone")
    return 0


def give_back(uuid, name, folder, pace, *words):
    """At the source, once nothing of it is at the destination: it may write again, and goes on."""
    watch = Watched(uuid)
    handle = watch.handle()
    if handle is None:
        raise Refused("refused", "%s is not here" % name)
    held = volumes(words)
    take_back(watch, Emulator(uuid), handle, RUNNING if pace == "running" else PAUSED, held)
    for volume in held:
        print(volume.told())
    told = {RUNNING: "runs", PAUSED: "is paused", SHUT_OFF: "is shut off: its guest has ended"}
    state = watch.state(handle)[0]
    print("here it %s" % told.get(state, "is in state %s" % state))
    return 0
