/*
 * The test guest's one program: writes a numbered record every 100 ms, or every so many as its second argument says, and
 * looks first at what stands on the disk.
 * It must notice by itself what no look at the finished disk shows: that its memory is older than its disk, that
 * another writes where it writes, or that what it wrote is not there (another LUN than before).
 *
 * The disk: blocks of 4 KiB. 128 events from 512 KiB on, a ring of 4096 records from 1 MiB on: record n is in slot
 * n mod 4096. A block begins with one line of text, zeros follow; verify/ring.ts reads it.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/input.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/reboot.h>
#include <time.h>
#include <unistd.h>

enum { BLOCK = 4096, EVENTS = 128, SLOTS = 4096, SCAN = 256 };
static const off_t EVENT_AREA = 512 * 1024, RING = 1024 * 1024;
static long tick_us = 100000;

typedef unsigned long long u64;
struct record { int present; u64 n, mono_us; char boot[40], writer[20]; };
struct event { int open; u64 number, first, last, count; char kind[16]; off_t slot; };

static int disk;
static char boot[40], writer[20];
static char *block, *pair, *scan;

static u64 mono_us(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (u64)t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

static struct record parse(const char *text) {
  struct record r = {0};
  r.present = sscanf(text, "record n=%llu boot=%39s writer=%19s mono_us=%llu", &r.n, r.boot, r.writer, &r.mono_us) == 4;
  return r;
}

static off_t slot_of(u64 n) { return RING + (off_t)(n % SLOTS) * BLOCK; }

/* Reading back is half of the check: a disk that can't be read is said, and tried again for ever. */
static void read_blocks(char *to, size_t count, off_t at) {
  while (pread(disk, to, count * BLOCK, at) != (ssize_t)(count * BLOCK)) {
    perror("READ ERROR");
    usleep(tick_us);
  }
}

static int write_block(const char *from, off_t at) {
  if (pwrite(disk, from, BLOCK, at) == BLOCK) return 1;
  perror("WRITE ERROR");
  return 0;
}

/* The next number: one after the highest that stands on the disk, whoever wrote it. */
static u64 next_number(void) {
  u64 next = 0;
  for (int i = 0; i < SLOTS; i += SCAN) {
    read_blocks(scan, SCAN, RING + (off_t)i * BLOCK);
    for (int k = 0; k < SCAN; k++) {
      struct record r = parse(scan + (size_t)k * BLOCK);
      if (r.present && r.n >= next) next = r.n + 1;
    }
  }
  return next;
}

/* A free place for a new event, or the oldest one's; looked up each time, for another writer may have taken places. */
static void open_event(struct event *e, const char *kind, u64 n) {
  u64 highest = 0, lowest = ~0ULL;
  off_t at = -1, oldest = EVENT_AREA;
  read_blocks(scan, EVENTS, EVENT_AREA);
  for (int i = 0; i < EVENTS; i++) {
    u64 number;
    off_t here = EVENT_AREA + (off_t)i * BLOCK;
    if (sscanf(scan + (size_t)i * BLOCK, "event e=%llu", &number) != 1) {
      if (at < 0) at = here;
      continue;
    }
    if (number > highest) highest = number;
    if (number < lowest) { lowest = number; oldest = here; }
  }
  memset(e, 0, sizeof *e);
  e->open = 1;
  e->number = highest + 1;
  e->first = n;
  e->slot = at < 0 ? oldest : at;
  snprintf(e->kind, sizeof e->kind, "%s", kind);
}

/* Says that `found` stood where it must not. What goes on record after record is one event with a count. */
static void report(struct event *e, const char *kind, u64 n, const struct record *found) {
  if (!e->open || strcmp(e->kind, kind) != 0 || n > e->last + 1) open_event(e, kind, n);
  e->last = n;
  e->count++;
  memset(block, 0, BLOCK);
  snprintf(block, BLOCK,
           "event e=%llu kind=%s first=%llu last=%llu count=%llu boot=%s writer=%s mono_us=%llu found_n=%llu "
           "found_boot=%s found_writer=%s found_mono_us=%llu\n",
           e->number, kind, e->first, e->last, e->count, boot, writer, mono_us(), found->n,
           found->present ? found->boot : "none", found->present ? found->writer : "none", found->mono_us);
  printf("EVENT %s", block);
  fflush(stdout);
  if (write_block(block, e->slot)) return;
  e->open = 0;
}

/* What must stand on the disk before record n is written; `mine` is the record that this program wrote last. */
static void look(struct event *e, u64 n, const struct record *mine) {
  if (n % SLOTS == 0) {
    read_blocks(pair, 1, slot_of(n + SLOTS - 1));
    read_blocks(pair + BLOCK, 1, slot_of(n));
  } else {
    read_blocks(pair, 2, slot_of(n - 1));
  }
  struct record before = parse(pair), here = parse(pair + BLOCK);
  if (here.present && here.n >= n) {
    report(e, strcmp(here.writer, writer) == 0 ? "rollback" : "foreign", n, &here);
    return;
  }
  if (!mine->present) return;
  if (!before.present || before.n < mine->n) report(e, "vanished", n, &before);
  else if (before.n > mine->n) report(e, "rollback", n, &before);
  else if (strcmp(before.writer, writer) != 0 || before.mono_us != mine->mono_us) report(e, "foreign", n, &before);
}

static int write_record(u64 n, struct record *mine) {
  u64 now = mono_us();
  memset(block, 0, BLOCK);
  snprintf(block, BLOCK, "record n=%llu boot=%s writer=%s mono_us=%llu\n", n, boot, writer, now);
  if (!write_block(block, slot_of(n))) return 0;
  *mine = parse(block);
  return 1;
}

/* The power button: this is process 1, nobody else listens. */
static void obey_power_button(int button) {
  struct input_event input;
  while (button >= 0 && read(button, &input, sizeof input) == sizeof input)
    if (input.type == EV_KEY && input.code == KEY_POWER && input.value == 1) {
      printf("GUEST-POWEROFF\n");
      fflush(stdout);
      reboot(RB_POWER_OFF);
    }
}

static void identify(void) {
  unsigned char random[8];
  int f = open("/proc/sys/kernel/random/boot_id", O_RDONLY);
  if (f < 0 || read(f, boot, 36) != 36) perror("boot_id");
  close(f);
  f = open("/dev/urandom", O_RDONLY);
  if (f < 0 || read(f, random, sizeof random) != sizeof random) perror("urandom");
  close(f);
  for (int i = 0; i < 8; i++) sprintf(writer + 2 * i, "%02x", random[i]);
}

int main(int argc, char **argv) {
  if (argc < 2 || (disk = open(argv[1], O_RDWR | O_DIRECT | O_SYNC)) < 0) {
    perror("open the disk");
    return 1;
  }
  if (posix_memalign((void **)&block, BLOCK, BLOCK) || posix_memalign((void **)&pair, BLOCK, 2 * BLOCK) ||
      posix_memalign((void **)&scan, BLOCK, SCAN * BLOCK))
    return 1;
  if (argc > 2 && atol(argv[2]) > 0) tick_us = atol(argv[2]) * 1000;
  identify();
  int button = open("/dev/input/event0", O_RDONLY | O_NONBLOCK);
  struct record mine = {0};
  struct event event = {0};
  u64 n = next_number(), said_us = 0, due_us = mono_us();
  printf("COUNTER-START n=%llu boot=%s writer=%s\n", n, boot, writer);
  fflush(stdout);
  for (;;) {
    look(&event, n, &mine);
    u64 begun = mono_us();
    int written = write_record(n, &mine);
    u64 took_us = mono_us() - begun;
    if (took_us > 500000) printf("SLOWIO n=%llu %.2f s\n", n, took_us / 1e6);
    if (begun - said_us >= 1000000) {
      printf("COUNTER n=%llu boot=%.8s mono=%.2f write=%.1f ms\n", n, boot, begun / 1e6, took_us / 1e3);
      said_us = begun;
    }
    fflush(stdout);
    if (written) n++;
    obey_power_button(button);
    due_us += tick_us;
    u64 now = mono_us();
    if (due_us > now) usleep(due_us - now);
    else due_us = now; // late: goes on from here, makes nothing up
  }
}
