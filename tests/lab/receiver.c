/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * The GPS of the lab: moves the gpio-sim line on each true second and writes NMEA bursts to its end
 * of the serial line, with what faults the script asks for, and logs what it did:
 *
 *	P|N <k> <true> <raw> <real> <real after> <fix>   pulse, or a second without one
 *	E   <k> <true> <raw> <real> <real after> <fix>   an edge that marks no second
 *	B   <k> <true> <raw> <real> <real after> <fix>   a burst
 *
 * k counts true seconds from 0. <true>, <raw> and <real> are the same instant, just before the
 * deed, in UTC (-1 in 23:59:60) and on both clocks.
 */
#include <err.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

#include "script.h"
#include "sources/receiver.h"
#include "true_time.h"

#define SECOND_NS INT64_C(1000000000)
#define MS        INT64_C(1000000)
#define PPB       INT64_C(1000) /* of true_time's rate */
/* How long before a second it is planned: more than its pulse can come early. */
#define PLAN_NS (400 * MS)

enum deed { PLAN, RISE, FALL, EDGE, BURST };

struct event {
	int64_t raw_ns;
	enum deed deed;
	int64_t k;
};

#define EVENTS_MAX 32

struct receiver {
	struct script script;
	struct true_time time;
	int64_t first_utc_s;
	int pull_fd, edge_fd, tty_fd;
	FILE *log;
	struct event events[EVENTS_MAX];
	int count;
	bool pulse, serial;
	struct receiver_config says;
	int64_t leap_k; /* the leap second's k, 0 none */
	int leap;       /* +1 inserted, -1 deleted */
	uint64_t random;
};

static volatile sig_atomic_t stopped;

static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static double uniform(struct receiver *r)
{
	r->random ^= r->random << 13;
	r->random ^= r->random >> 7;
	r->random ^= r->random << 17;
	return (double)(r->random >> 11) / 9007199254740992.0;
}

static int64_t gauss(struct receiver *r, int64_t sigma_ns)
{
	double radius = sqrt(-2 * log(1 - uniform(r)));

	return (int64_t)((double)sigma_ns * radius * cos(6.283185307179586 * uniform(r)));
}

static void push(struct receiver *r, enum deed deed, int64_t k, int64_t true_ns)
{
	int i = r->count;

	if (r->count == EVENTS_MAX) {
		errx(1, "more than %d events waiting", EVENTS_MAX);
	}
	struct event event = {true_time_raw(&r->time, true_ns), deed, k};
	/* The last is the next. */
	for (; i > 0 && r->events[i - 1].raw_ns <= event.raw_ns; i--) {
		r->events[i] = r->events[i - 1];
	}
	r->events[i] = event;
	r->count++;
}

/* The UTC second that true second k is. An inserted one has the number of the next. */
static int64_t utc_of(const struct receiver *r, int64_t k)
{
	int64_t utc_s = r->first_utc_s + k;

	if (r->leap > 0 && k > r->leap_k) {
		return utc_s - 1;
	}
	return r->leap < 0 && k >= r->leap_k ? utc_s + 1 : utc_s;
}

static bool is_leap(const struct receiver *r, int64_t k)
{
	return r->leap > 0 && k == r->leap_k;
}

static void note(const struct receiver *r, char what, int64_t k, int64_t raw_ns, int64_t real_ns)
{
	int64_t shift_ns = (utc_of(r, k) - r->first_utc_s - k) * SECOND_NS;
	int64_t true_ns = is_leap(r, k) ? -1 : true_time_at(&r->time, raw_ns) + shift_ns;

	if (r->log) {
		fprintf(r->log,
			"%c %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %" PRId64 " %d\n", what,
			k, true_ns, raw_ns, real_ns, clock_read_ns(CLOCK_REALTIME), r->says.fix);
	}
}

/* An edge that /dev/labedge makes at its very instant, and how late the interrupt for it is. */
static void order_edge(struct receiver *r, int64_t raw_ns, bool pulse)
{
	char text[80];

	/* Without it nothing is drawn: other cases keep their noise. */
	if (r->edge_fd < 0) {
		return;
	}
	int64_t late_ns = r->script.stamp_late_ns + gauss(r, r->script.stamp_sigma_ns);

	late_ns += (int64_t)((double)r->script.stamp_tail_ns * -log(1 - uniform(r)));
	int len = snprintf(text, sizeof(text), "%" PRId64 " %d %" PRId64, raw_ns,
			   pulse != r->script.inverted, late_ns > 0 ? late_ns : 0);

	if (write(r->edge_fd, text, (size_t)len) < 0) {
		warn("cannot order an edge");
	}
}

static void set_line(const struct receiver *r, bool pulse)
{
	const char *level = pulse != r->script.inverted ? "pull-up" : "pull-down";

	if (r->pull_fd >= 0 && pwrite(r->pull_fd, level, strlen(level), 0) < 0) {
		warn("cannot move the line");
	}
}

static speed_t speed(long baud)
{
	static const struct {
		long baud;
		speed_t speed;
	} speeds[] = {{4800, B4800},   {9600, B9600},     {19200, B19200},   {38400, B38400},
		      {57600, B57600}, {115200, B115200}, {230400, B230400}, {460800, B460800}};

	for (size_t i = 0; i < sizeof(speeds) / sizeof(speeds[0]); i++) {
		if (speeds[i].baud == baud) {
			return speeds[i].speed;
		}
	}
	errx(2, "%ld baud is no rate of a receiver", baud);
}

static int open_tty(const struct script *script)
{
	struct termios t;
	int fd = open(script->tty, O_RDWR | O_NOCTTY | O_NONBLOCK);

	if (fd < 0 || tcgetattr(fd, &t) < 0) {
		err(1, "cannot open %s", script->tty);
	}
	cfmakeraw(&t);
	t.c_cflag |= CLOCAL;
	cfsetspeed(&t, speed(script->baud));
	if (tcsetattr(fd, TCSANOW, &t) < 0) {
		err(1, "cannot set %s to %ld baud", script->tty, script->baud);
	}
	return fd;
}

/* A receiver whose cable is out talks to nobody; the gadget would keep it for later. */
static bool plugged(const struct receiver *r)
{
	char state[16] = "configured";

	if (strstr(r->script.tty, "ttyGS")) {
		FILE *file = fopen("/sys/class/udc/dummy_udc.0/state", "r");

		if (file) {
			if (!fgets(state, sizeof(state), file)) {
				state[0] = '\0';
			}
			fclose(file);
		}
	}
	return strncmp(state, "configured", 10) == 0;
}

static void talk(struct receiver *r, int64_t k)
{
	char text[RECEIVER_BURST_MAX];
	int64_t raw_ns = clock_read_ns(CLOCK_MONOTONIC_RAW);
	int64_t real_ns = clock_read_ns(CLOCK_REALTIME);

	if (r->tty_fd < 0 || !r->serial || !plugged(r)) {
		return;
	}
	/* The inserted second has the number of the next; the text wants that of the one before. */
	size_t len = receiver_burst(&r->says, utc_of(r, k) - is_leap(r, k), is_leap(r, k), text,
				    sizeof(text));
	/* What the line cannot take is lost, as in a receiver; a cable pulled hangs up on us. */
	if (write(r->tty_fd, text, len) < 0 && errno == EIO) {
		close(r->tty_fd);
		r->tty_fd = open_tty(&r->script);
	}
	note(r, 'B', k, raw_ns, real_ns);
}

static void apply(struct receiver *r, const struct script_line *line, int64_t pulse_ns)
{
	switch (line->action) {
	case SCRIPT_PULSE:
		r->pulse = line->value;
		break;
	case SCRIPT_SERIAL:
		r->serial = line->value;
		break;
	case SCRIPT_FIX:
		r->says.fix = line->value;
		break;
	case SCRIPT_EDGE:
		push(r, EDGE, line->second, pulse_ns + line->value * MS);
		break;
	case SCRIPT_LAG:
		r->script.lag_ns = line->value * MS;
		break;
	case SCRIPT_WIDTH:
		r->script.width_ns = line->value * MS;
		break;
	case SCRIPT_JUMP:
		r->says.wrong_s += (int32_t)line->value;
		break;
	case SCRIPT_LEAP:
		r->leap = line->value > 0 ? 1 : -1;
		r->leap_k = line->second;
		break;
	case SCRIPT_PPB:
		true_time_rate(&r->time, clock_read_ns(CLOCK_MONOTONIC_RAW), line->value * PPB);
		break;
	case SCRIPT_WANDER:
		r->script.wander_ppb = line->value;
		break;
	case SCRIPT_LATE:
		break; /* see plan() */
	}
}

/* One second's step of the random walk; 60 of them make wander_ppb. */
static void wander(struct receiver *r)
{
	int64_t step_ppt = gauss(r, r->script.wander_ppb * PPB * 1000 / 7746);

	true_time_rate(&r->time, clock_read_ns(CLOCK_MONOTONIC_RAW), r->time.ppt + step_ppt);
}

/* Lays out true second k: its pulse and its burst. */
static void plan(struct receiver *r, int64_t k)
{
	int64_t second_ns = (r->first_utc_s + k) * SECOND_NS;
	int64_t late_ns = gauss(r, r->script.noise_ns);

	for (int i = 0; i < r->script.count; i++) {
		const struct script_line *line = &r->script.lines[i];

		if (line->second == k) {
			apply(r, line, second_ns);
			late_ns += line->action == SCRIPT_LATE ? line->value * 1000 : 0;
		}
	}
	if (r->script.wander_ppb) {
		wander(r);
	}
	push(r, RISE, k, second_ns + late_ns);
	if (r->pulse) {
		order_edge(r, true_time_raw(&r->time, second_ns + late_ns), true);
		order_edge(r, true_time_raw(&r->time, second_ns + r->script.width_ns), false);
		push(r, FALL, k, second_ns + r->script.width_ns);
	}
	push(r, BURST, k,
	     second_ns + r->script.lag_ns + k * r->script.lag_drift_ns +
		     gauss(r, r->script.lag_sigma_ns));
	push(r, PLAN, k + 1, second_ns + SECOND_NS - PLAN_NS);
}

static void perform(struct receiver *r, const struct event *event)
{
	int64_t raw_ns = clock_read_ns(CLOCK_MONOTONIC_RAW);
	int64_t real_ns = clock_read_ns(CLOCK_REALTIME);

	switch (event->deed) {
	case PLAN:
		plan(r, event->k);
		break;
	case RISE:
		if (r->pulse) {
			set_line(r, true);
		}
		note(r, r->pulse ? 'P' : 'N', event->k, raw_ns, real_ns);
		break;
	case FALL:
		set_line(r, false);
		break;
	case EDGE:
		set_line(r, true);
		note(r, 'E', event->k, raw_ns, real_ns);
		set_line(r, false);
		break;
	case BURST:
		talk(r, event->k);
		break;
	}
}

static void start(struct receiver *r)
{
	if (r->script.tty) {
		r->tty_fd = open_tty(&r->script);
	}
	if (r->script.pull && (r->pull_fd = open(r->script.pull, O_WRONLY | O_CLOEXEC)) < 0) {
		err(1, "cannot open %s", r->script.pull);
	}
	if (r->script.edge && (r->edge_fd = open(r->script.edge, O_WRONLY | O_CLOEXEC)) < 0) {
		err(1, "cannot open %s", r->script.edge);
	}
	if (r->script.log && !(r->log = fopen(r->script.log, "we"))) {
		err(1, "cannot write %s", r->script.log);
	}
	if (r->log) {
		setlinebuf(r->log);
	}
	set_line(r, false);
	order_edge(r, 0, false);
	receiver_default(&r->says);
	r->says.sentences = r->script.sentences;
	true_time_start(&r->time, r->script.ahead_ns, r->script.ppb * PPB);
	r->first_utc_s = r->time.first_ns / SECOND_NS + 2;
	push(r, PLAN, 0, r->first_utc_s * SECOND_NS - PLAN_NS);
}

int main(int argc, char **argv)
{
	static struct receiver r = {
		.pull_fd = -1, .edge_fd = -1, .tty_fd = -1, .pulse = true, .serial = true};
	struct sigaction action = {.sa_handler = stop};

	script_parse(&r.script, argc, argv);
	r.random = r.script.seed * UINT64_C(0x9e3779b97f4a7c15) + 1;
	prctl(PR_SET_TIMERSLACK, 1UL); /* else up to 50 us late */
	sigaction(SIGTERM, &action, NULL);
	sigaction(SIGINT, &action, NULL);
	start(&r);
	while (!stopped) {
		struct event event = r.events[--r.count];

		if (r.script.seconds && event.k >= r.script.seconds) {
			break;
		}
		sleep_until_raw(event.raw_ns);
		if (!stopped) {
			perform(&r, &event);
		}
	}
	return 0;
}
