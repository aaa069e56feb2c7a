/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/log.h"
#include "common/ns.h"
#include "config/config.h"

#define MS_NS INT64_C(1000000)

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
	 .initial = "auto", .help = "Bit rate of the serial port. auto finds it."},
	{"pps", "source", "pps-source", CONFIG_NUMBER, PLACE(pps_source), WORDS_ONLY,
	 .words = sources, .initial = "pps",
	 .help = "Where the pulses come from: pps is the kernel's PPS device, gpio a GPIO line without a kernel PPS driver, sim a simulated receiver (pulses and sentences), none does without pulses. --pps sets this key and pps.device together."},
	{"pps", "device", "pps-device", CONFIG_PATH_OR, PLACE(pps_device), .words = or_auto,
	 .initial = "auto",
	 .help = "The PPS device for the source pps. auto takes the one that the pps-gpio driver made, by its name."},
	{"pps", "gpio", "gpio", CONFIG_NUMBER, PLACE(pps_gpio), .least = 0, .most = 57,
	 .words = or_auto, .initial = "auto",
	 .help = "BCM number of the GPIO line that carries the pulse. With the source pps it chooses among several devices; with the source gpio, auto is 18."},
	{"pps", "chip", "gpio-chip", CONFIG_TEXT, PLACE(pps_chip), .initial = "auto",
	 .help = "Label or path of the GPIO chip for the source gpio. auto is the Raspberry Pi's own."},
	{"pps", "edge", "edge", CONFIG_NUMBER, PLACE(core.clear_edge), WORDS_ONLY, .words = edges,
	 .initial = "assert",
	 .help = "The edge that marks the second. rising is the same as assert, falling as clear."},
	{"pps", "offset", "pps-offset", CONFIG_DECIMAL, PLACE(core.pps_offset_ns),
	 .least = -NS_PER_S / 2, .most = NS_PER_S / 2, .scale = 1, .unit = "ns", .initial = "0",
	 .help = "How late the board stamps a pulse, cable and interrupt included; added to the time of each pulse."},
	{"shm", "coarse_unit", "coarse-unit", CONFIG_NUMBER, PLACE(coarse_unit), .least = 0,
	 .most = 255, .words = or_none, .initial = "0",
	 .help = "NTP shared memory unit for the coarse time, which comes from the sentences alone."},
	{"shm", "pps_unit", "pps-unit", CONFIG_NUMBER, PLACE(pps_unit), .least = 0, .most = 255,
	 .words = or_none, .initial = "1", .help = "NTP shared memory unit for the PPS time."},
	{"shm", "mode", "shm-mode", CONFIG_NUMBER, PLACE(shm_mode), .least = 0, .most = 1,
	 .initial = "1",
	 .help = "The handshake with the reader. 1 lets it see a write that came between; 0 is for readers that know no other."},
	{"chrony", "coarse_socket", "coarse-socket", CONFIG_PATH_OR, PLACE(coarse_socket),
	 .words = or_none, .initial = "none",
	 .help = "Socket of a chrony refclock SOCK that is to get the coarse time as well."},
	{"chrony", "pps_socket", "pps-socket", CONFIG_PATH_OR, PLACE(pps_socket), .words = or_none,
	 .initial = "none",
	 .help = "Socket of a chrony refclock SOCK that is to get the PPS time as well."},
	{"time", "agree", "agree", CONFIG_NUMBER, PLACE(core.agree), .least = 2, .most = 20,
	 .initial = "3",
	 .help = "How many pulses and sentences in a row must agree before a second is believed."},
	{"time", "relabel_hold", "relabel-hold", CONFIG_DECIMAL, PLACE(core.relabel_hold_ns),
	 .least = NS_PER_S, .most = 86400 * NS_PER_S, .scale = NS_PER_S, .unit = "s",
	 .initial = "60",
	 .help = "How long the receiver must contradict the second being counted, without one exception, before it is believed. Nothing is published meanwhile."},
	{"time", "holdover", "holdover", CONFIG_DECIMAL, PLACE(core.holdover_ns), .least = 0,
	 .most = 86400 * NS_PER_S, .scale = NS_PER_S, .unit = "s", .initial = "30",
	 .help = "How long to go on counting seconds from pulse to pulse when sentences stay away."},
	{"time", "coarse_lag", "coarse-lag", CONFIG_DECIMAL, PLACE(core.configured_lag_ns),
	 .least = 0, .most = 2 * NS_PER_S, .scale = MS_NS, .unit = "ms", .initial = "0",
	 .help = "Time from the second to the first byte of its sentences. Only used until it has been learned from the pulses, so only worth setting without pulses."},
	{"time", "coarse_holdoff", "coarse-holdoff", CONFIG_DECIMAL, PLACE(coarse_holdoff_ns),
	 .least = 0, .most = 86400 * NS_PER_S, .scale = NS_PER_S, .unit = "s", .initial = "0",
	 .help = "How long there must be a believed sentence each second, and none refused, before coarse time is written: at the start, and after a gap of 2.5 s. For receivers without pulses."},
	{"segment", "enabled", "segment", CONFIG_NUMBER, PLACE(use_segment), WORDS_ONLY,
	 .words = yes_no, .initial = "yes",
	 .help = "Whether to show what the daemon knows in POSIX shared memory, for pps2shm status and others. --no-segment is short for --segment no."},
	{"segment", "name", "segment-name", CONFIG_PATH_OR, PLACE(segment_name),
	 .initial = "/pps2shm", .help = "Name of that shared memory, another one for each daemon."},
	{"state", "file", "state-file", CONFIG_PATH_OR, PLACE(state_file), .words = or_none,
	 .initial = "/var/lib/pps2shm/state",
	 .help = "Where the learned lag and bit rate are kept from one start to the next."},
	{"leap", "file", "leap-file", CONFIG_PATH_OR, PLACE(leap_file), .words = or_none,
	 .initial = "/usr/share/zoneinfo/leap-seconds.list",
	 .help = "The list of leap seconds, as tzdata installs it. Until it expires, no leap second is looked for at the end of a June or December for which it lists none, and only the listed one where there is one. Without a list that reaches so far, nothing is published there until the receiver has shown which it is. It is read at the start: a new one needs a restart."},
	{"log", "level", "log-level", CONFIG_NUMBER, PLACE(log_level), WORDS_ONLY, .words = levels,
	 .initial = "info", .help = "The least important messages to log."},
};

const size_t config_key_count = sizeof(config_keys) / sizeof(config_keys[0]);
