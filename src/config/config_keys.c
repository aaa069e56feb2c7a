/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/log.h"
#include "common/ns.h"
#include "config/config.h"

static const struct config_word bauds[] = {
	{"auto", 0},        {"4800", 4800},   {"9600", 9600},     {"19200", 19200},
	{"38400", 38400},   {"57600", 57600}, {"115200", 115200}, {"230400", 230400},
	{"460800", 460800}, {NULL, 0},
};
static const struct config_word sources[] = {
	{"pps", CONFIG_PPS_KERNEL},
	{"gpio", CONFIG_PPS_GPIO},
	{"sim", CONFIG_PPS_SIM},
	{"none", CONFIG_PPS_NONE},
	{NULL, 0},
};
static const struct config_word edges[] = {
	{"assert", 0}, {"clear", 1}, {"rising", 0}, {"falling", 1}, {NULL, 0},
};
static const struct config_word levels[] = {
	{"error", LOG_LEVEL_ERROR}, {"warning", LOG_LEVEL_WARNING}, {"notice", LOG_LEVEL_NOTICE},
	{"info", LOG_LEVEL_INFO},   {"debug", LOG_LEVEL_DEBUG},     {NULL, 0},
};
static const struct config_word time_leaps[] = {
	{"auto", CORE_LEAP_AUTO},
	{"wait", CORE_LEAP_WAIT},
	{"trust", CORE_LEAP_TRUST},
	{NULL, 0},
};
static const struct config_word yes_no[] = {{"yes", 1}, {"no", 0}, {NULL, 0}};
static const struct config_word or_auto[] = {{"auto", -1}, {NULL, 0}};
static const struct config_word or_none[] = {{"none", -1}, {NULL, 0}};
static const struct config_word or_stdin[] = {{"-", 0}, {"none", 0}, {NULL, 0}};

#define PLACE(field)                                                                               \
	.at = offsetof(struct config, field), .size = sizeof(((struct config *)0)->field)
#define WORDS_ONLY .least = 1, .most = 0

const struct config_key config_keys[] = {
	{"serial", "device", "serial", CONFIG_PATH_OR, PLACE(serial_device), .words = or_stdin,
	 .initial = "/dev/serial0",
	 .help = "Where the receiver's NMEA sentences come from: a serial port, or a file, FIFO or terminal; - is standard input."},
	{"serial", "baud", "baud", CONFIG_NUMBER, PLACE(serial_baud), WORDS_ONLY, .words = bauds,
	 .initial = "auto", .help = "Bit rate of the serial port. auto detects it."},
	{"serial", "ask", "serial-ask", CONFIG_NUMBER, PLACE(serial_ask), WORDS_ONLY,
	 .words = yes_no, .initial = "yes",
	 .help = "Whether to ask the receiver, where it is on a serial port, if it knows the leap seconds: a few bytes after the port is opened, and again until it does. Nothing is ever sent that changes a setting."},
	{"pps", "source", "pps-source", CONFIG_NUMBER, PLACE(pps_source), WORDS_ONLY,
	 .words = sources, .initial = "pps",
	 .help = "Where the pulses come from: pps is the kernel's PPS device, gpio a GPIO line without a kernel PPS driver, sim a simulated receiver (pulses and sentences), none means no pulses. --pps sets this key and pps.device together."},
	{"pps", "device", "pps-device", CONFIG_PATH_OR, PLACE(pps_device), .words = or_auto,
	 .initial = "auto",
	 .help = "The PPS device for source pps. auto takes the one made by the pps-gpio driver, by its name."},
	{"pps", "gpio", "gpio", CONFIG_NUMBER, PLACE(pps_gpio), .least = 0, .most = 57,
	 .words = or_auto, .initial = "auto",
	 .help = "BCM number of the GPIO line that carries the pulse. With source pps it selects one of several devices; with source gpio, auto means 18."},
	{"pps", "poll", "poll", CONFIG_NUMBER, PLACE(pps_poll), WORDS_ONLY, .words = yes_no,
	 .initial = "no",
	 .help = "With source pps: find each edge by polling its line's level around the expected second, on a Raspberry Pi. The kernel's stamp is the check, and what is used, less its learned lateness, where polling saw nothing. A pps.offset that calibrate has measured is then only that lateness until it is learned; one set by hand counts as ever. --pps poll is short for the two keys."},
	{"pps", "chip", "gpio-chip", CONFIG_TEXT, PLACE(pps_chip), .initial = "auto",
	 .help = "Label or path of the GPIO chip for source gpio. auto is the Raspberry Pi's own."},
	{"pps", "edge", "edge", CONFIG_NUMBER, PLACE(core.clear_edge), WORDS_ONLY, .words = edges,
	 .initial = "assert",
	 .help = "The edge that marks the second. rising is the same as assert, falling as clear."},
	{"pps", "offset", "pps-offset", CONFIG_DECIMAL, PLACE(core.pps_offset_ns),
	 .least = -NS_PER_S / 2, .most = NS_PER_S / 2, .scale = 1, .unit = "ns", .initial = "0",
	 .help = "How late pulses are stamped, including cable and interrupt delay. Added to the time of each pulse. pps2shm calibrate measures and writes it; SIGHUP makes the daemon take it over."},
	{"pps", "offset_measured", "pps-offset-measured", CONFIG_TEXT, PLACE(pps_measured),
	 .initial = "never",
	 .help = "When and on what pps2shm calibrate measured pps.offset, for pps2shm doctor."},
	{"shm", "coarse_unit", "coarse-unit", CONFIG_NUMBER, PLACE(coarse_unit), .least = 0,
	 .most = 255, .words = or_none, .initial = "0",
	 .help = "NTP shared memory unit for the coarse time, which comes from the sentences alone. "
		 "While PPS time is published and nothing is in doubt, it is written every eight seconds."},
	{"shm", "pps_unit", "pps-unit", CONFIG_NUMBER, PLACE(pps_unit), .least = 0, .most = 255,
	 .words = or_none, .initial = "1", .help = "NTP shared memory unit for the PPS time."},
	{"shm", "mode", "shm-mode", CONFIG_NUMBER, PLACE(shm_mode), .least = 0, .most = 1,
	 .initial = "1",
	 .help = "The handshake with the reader. With 1 the reader can detect a write during its read; 0 is for readers that know nothing else."},
	{"chrony", "coarse_socket", "coarse-socket", CONFIG_PATH_OR, PLACE(coarse_socket),
	 .words = or_none, .initial = "none",
	 .help = "Socket of a 'refclock SOCK' of chrony that also gets the coarse time."},
	{"chrony", "pps_socket", "pps-socket", CONFIG_PATH_OR, PLACE(pps_socket), .words = or_none,
	 .initial = "none",
	 .help = "Socket of a 'refclock SOCK' of chrony that also gets the PPS time."},
	{"time", "agree", "agree", CONFIG_NUMBER, PLACE(core.agree), .least = 2, .most = 20,
	 .initial = "3",
	 .help = "How many pulses and sentences in a row must agree before a second is believed."},
	{"time", "relabel_hold", "relabel-hold", CONFIG_DECIMAL, PLACE(core.relabel_hold_ns),
	 .least = NS_PER_S, .most = 86400 * NS_PER_S, .scale = NS_PER_S, .unit = "s",
	 .initial = "60",
	 .help = "How long the receiver must contradict the second being counted, in nine fixes out of ten and in all of the last ten, before it is believed. Nothing is published meanwhile."},
	{"time", "holdover", "holdover", CONFIG_DECIMAL, PLACE(core.holdover_ns), .least = 0,
	 .most = 86400 * NS_PER_S, .scale = NS_PER_S, .unit = "s", .initial = "30",
	 .help = "How long to keep counting seconds from pulse to pulse when no sentences arrive."},
	{"time", "coarse_lag", "coarse-lag", CONFIG_DECIMAL, PLACE(core.configured_lag_ns),
	 .least = 0, .most = 2 * NS_PER_S, .scale = NS_PER_MS, .unit = "ms", .initial = "0",
	 .help = "Time from the second to the first byte of its sentences. Used only until it is learned from the pulses, so only worth setting without pulses."},
	{"time", "coarse_holdoff", "coarse-holdoff", CONFIG_DECIMAL, PLACE(coarse_holdoff_ns),
	 .least = 0, .most = 86400 * NS_PER_S, .scale = NS_PER_S, .unit = "s", .initial = "0",
	 .help = "How long sentences must be believed in every second, with none refused, before coarse time is written: at the start, and after a gap of 2.5 s. For receivers without pulses."},
	{"time", "leap", "time-leap", CONFIG_NUMBER, PLACE(core.time_leap), WORDS_ONLY,
	 .words = time_leaps, .initial = "auto",
	 .help = "What to publish while the receiver may not know the number of leap seconds yet, which takes up to 13 minutes after a start without memory. "
		 "wait publishes nothing until the receiver says that it knows, a synchronised clock or the list of leap seconds confirms its time, or it has had a fix for 13 minutes without a break. trust publishes all, and ignores that the receiver reports spoofing. "
		 "auto waits if the receiver can say that it does not know, if it has once corrected itself by whole seconds after a start, which the state file remembers, or if its model is known for it."},
	{"segment", "enabled", "segment", CONFIG_NUMBER, PLACE(use_segment), WORDS_ONLY,
	 .words = yes_no, .initial = "yes",
	 .help = "Whether to show what the daemon knows in POSIX shared memory, for pps2shm status and others. --no-segment is short for --segment no."},
	{"segment", "name", "segment-name", CONFIG_PATH_OR, PLACE(segment_name),
	 .initial = "/pps2shm", .help = "Name of that shared memory; each daemon needs its own."},
	{"state", "file", "state-file", CONFIG_PATH_OR, PLACE(state_file), .words = or_none,
	 .initial = "/var/lib/pps2shm/state",
	 .help = "Where the learned lag and bit rate are kept from one start to the next."},
	{"leap", "file",
	 "leap-file", CONFIG_PATH_OR, PLACE(leap_file), .words = or_none, .initial = "/usr/share/zoneinfo/leap-seconds.list", .help = "The list of leap seconds, as installed by tzdata. Until the list expires, a leap second is expected only where it lists one. Without a valid list, nothing is published around the end of June and December until the receiver has shown whether there was one. The list is read at the start: a new one needs a restart."},
	{"log", "level", "log-level", CONFIG_NUMBER, PLACE(log_level), WORDS_ONLY, .words = levels,
	 .initial = "info", .help = "The least important messages to log."},
};

const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);
