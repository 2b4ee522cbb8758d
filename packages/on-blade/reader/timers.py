# How long I/O waits in effect: the kernel's two timeouts of each target port, multipathd's word for each map.


def timers(emit):
    for name in entries("/sys/class/fc_remote_ports"):
        place = rport(name)
        base = "/sys/class/fc_remote_ports/%s/" % name
        # a port without a target is another initiator: no disk hangs on it
        if place and value(base + "scsi_target_id") not in ("", "-1"):
            limits = [value(base + limit) for limit in ("fast_io_fail_tmo", "dev_loss_tmo")]
            emit("port", place[0], value(base + "port_name"), *limits)
    daemon = Multipathd()
    emit("polling", polling_interval(daemon))
    for line in daemon.ask('show maps raw format "%w|%Q"').split("\n"):
        wwid_of_map, separator, queueing = line.partition("|")
        if separator:
            emit("map", word(wwid_of_map), word(queueing))


def polling_interval(daemon):
    for question in ("show config local", "show config"):  # the first is known since 0.7.8
        for line in daemon.ask(question).split("\n"):
            keyword, _, rest = line.strip().partition(" ")
            if keyword == "polling_interval":
                return word(rest).strip('" ')
    raise OSError("multipathd does not say its polling_interval")
