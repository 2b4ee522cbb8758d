# Another blade is shut out of a volume, and kept out; and a blade that comes back gives up its own keys.
# A key is its fleet's number, its blade's and a generation: all generations of a blade go together, as they were just read.

PREEMPT_AND_ABORT = 5
STEADY_LOOKS = 3  # a second apart; multipathd asks for the keys and registers within less
STEADY_LIMIT_SECONDS = 40


def keys_of(volume, key):
    """The registered keys of the blade that `key` is of, each once."""
    return sorted(set(found for found in volume.keys() if found >> 32 == key >> 32))


def shut_out(volume, theirs):
    """Preempts what is registered of that blade and aborts its commands; the keys that were there."""
    found = keys_of(volume, theirs)
    kind = volume.kind() or ALL_REGISTRANTS
    for key in found:
        try:
            volume.on_any_path(lambda fd: reserve_out(fd, PREEMPT_AND_ABORT, kind, volume.ours, key))
        except Refused as error:
            if not error.conflict:
                raise
            # so the array answers too when that key is gone already; the reading back decides
    keys = volume.keys()
    volume.expect(keys.count(volume.ours) >= len(volume.fds), "%d paths should be registered here" % len(volume.fds))
    volume.expect(volume.is_kept(), "it should be reserved")
    return found


def fence_volume(alias, wwid, key, theirs):
    volume = own_volume(alias, wwid, key)
    volume.expect(volume.ours in volume.keys(), "this blade should be registered before it shuts another one out")
    found = shut_out(volume, int(theirs, 16))
    volume.expect(not keys_of(volume, int(theirs, 16)), "after the preempt")
    told = ", ".join("%016x" % key for key in found) or "no key: none was registered"
    print("%s: preempted %s; %s" % (alias, told, volume.told()))
    return 0


def hold_fence(*words):
    held = [(own_volume(*words[i : i + 3]), int(words[i + 3], 16)) for i in range(0, len(words), 4)]
    until = time.monotonic() + STEADY_LIMIT_SECONDS
    steady, again = 0, 0
    while steady < STEADY_LOOKS:
        if time.monotonic() > until:
            raise Refused("refused", "the keys come back again and again: preempted %d times in %d s" % (again, STEADY_LIMIT_SECONDS))
        time.sleep(1)
        came = [key for volume, theirs in held for key in shut_out(volume, theirs)]
        again += len(came)
        steady = 0 if came else steady + 1
    for volume, _ in held:
        print("%s: no key came back in %d looks; %s" % (volume.alias, STEADY_LOOKS, volume.told()))
    if again:
        print("preempted again: %d keys that multipathd had registered once more" % again)
    return 0


def drop_keys(alias, wwid, key):
    volume = own_volume(alias, wwid, key)
    mine = keys_of(volume, volume.ours)
    if mine:
        others = [found for found in volume.keys() if found not in mine]
        volume.expect(others, "nobody else is registered: if this blade gave up its key, every blade could write")
    for found in mine:
        mpathpersist(volume, "--register", "--param-rk=%x" % found, "--param-sark=0")
    volume.expect(not keys_of(volume, volume.ours), "after this blade's keys were given up")
    forget_key(volume)
    print("%s: no key of this blade; %s" % (alias, volume.told()))
    return 0
