/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "cli/calibration.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/* Polls after which it is plain that they see nothing. */
enum { HOPELESS = 8 };
/* A bracket so many times as wide as the median one was interrupted. */
enum { WIDE = 4 };
/* The standard error of a median is so much larger than that of a mean. */
#define MEDIAN_ERROR 1.2533
#define MAD_TO_SIGMA 1.4826

const char *calibration_reject_name(enum calibration_reject reject)
{
	static const char *const names[] = {"gap", "unseen", "bent", "far", "wide"};

	return names[reject];
}

static bool is_good(const struct calibration_pulse *p)
{
	return p->pulse.refusal == PULSE_GOOD && (!p->polled || p->edge.outcome == POLL_SEEN);
}

static bool is_far(const struct calibration_pulse *p)
{
	return p->polled && llabs(p->pulse.real_ns - p->edge.at_ns) > CALIBRATION_FAR_NS;
}

static bool follows(const struct calibration_pulse *p, const struct calibration_pulse *before)
{
	return p->pulse.seq == before->pulse.seq + 1;
}

/* Off the straight line through the first and the last, as the raw clock shows it: twice that. */
static int64_t bend_ns(const struct calibration_pulse last[3])
{
	int64_t off[3];

	for (int i = 0; i < 3; i++) {
		off[i] = last[i].pulse.real_ns - last[i].pulse.raw_ns;
	}
	return off[0] - 2 * off[1] + off[2];
}

static void add(struct calibration *c, int64_t bias_ns, int64_t width_ns)
{
	if (c->count < CALIBRATION_MAX) {
		c->values[c->count++] = (struct calibration_value){bias_ns, width_ns};
	}
}

static void take_every(struct calibration *c, const struct calibration_pulse *p)
{
	if (p->pulse.refusal != PULSE_GOOD) {
		c->rejects[CALIBRATION_GAP]++;
	} else if (!is_good(p)) {
		c->rejects[CALIBRATION_UNSEEN]++;
	} else if (is_far(p)) {
		c->rejects[CALIBRATION_FAR]++;
	} else {
		add(c, p->pulse.real_ns - p->edge.at_ns, p->edge.width_ns);
	}
}

/* The newest pulse ends a triple. */
static void take_triple(struct calibration *c)
{
	const struct calibration_pulse *p2 = &c->last[0], *k1 = &c->last[1], *p0 = &c->last[2];

	if (!follows(p2, k1) || !follows(k1, p0) || k1->pulse.refusal != PULSE_GOOD ||
	    p0->pulse.refusal != PULSE_GOOD || p2->pulse.refusal != PULSE_GOOD) {
		c->rejects[CALIBRATION_GAP]++;
	} else if (!is_good(p0) || !is_good(p2)) {
		c->rejects[CALIBRATION_UNSEEN]++;
	} else if (llabs(bend_ns(c->last)) > 2 * CALIBRATION_BENT_NS) {
		c->rejects[CALIBRATION_BENT]++;
	} else if (is_far(p0) || is_far(p2)) {
		c->rejects[CALIBRATION_FAR]++;
	} else {
		int64_t middle_ns = p0->edge.at_ns + (p2->edge.at_ns - p0->edge.at_ns) / 2;
		int64_t width_ns = p0->edge.width_ns > p2->edge.width_ns ? p0->edge.width_ns
									 : p2->edge.width_ns;

		add(c, k1->pulse.real_ns - middle_ns, width_ns);
	}
}

void calibration_take(struct calibration *c, const struct calibration_pulse *pulse)
{
	c->last[2] = c->last[1];
	c->last[1] = c->last[0];
	c->last[0] = *pulse;
	c->held += c->held < 3;
	if (pulse->polled) {
		c->polls++;
		c->unseen[pulse->edge.outcome] += pulse->edge.outcome != POLL_SEEN;
	}
	if (c->every && pulse->polled) {
		take_every(c, pulse);
	} else if (!c->every && c->held == 3 && pulse->polled && c->last[2].polled) {
		take_triple(c);
	}
}

static int by_size(const void *a, const void *b)
{
	int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

	return (x > y) - (x < y);
}

static int64_t median(int64_t *values, int count)
{
	if (count == 0) {
		return 0;
	}
	qsort(values, (size_t)count, sizeof(*values), by_size);

	int64_t low = values[(count - 1) / 2];

	return low + (values[count / 2] - low) / 2;
}

void calibration_result(const struct calibration *c, struct calibration_result *result)
{
	static int64_t biases[CALIBRATION_MAX], widths[CALIBRATION_MAX];
	int good = 0;

	*result = (struct calibration_result){0};
	for (int i = 0; i < CALIBRATION_REJECTS; i++) {
		result->rejects[i] = c->rejects[i];
	}
	for (int i = 0; i < c->count; i++) {
		widths[i] = c->values[i].width_ns;
	}
	result->bracket_ns = median(widths, c->count);
	for (int i = 0; i < c->count; i++) {
		if (c->values[i].width_ns > WIDE * result->bracket_ns) {
			result->rejects[CALIBRATION_WIDE]++;
		} else {
			biases[good++] = c->values[i].bias_ns;
		}
	}
	result->count = good;
	result->bias_ns = median(biases, good);
	for (int i = 0; i < good; i++) {
		biases[i] = llabs(biases[i] - result->bias_ns);
	}
	double sigma_ns = MAD_TO_SIGMA * (double)median(biases, good);

	result->spread_ns = llround(sigma_ns);
	result->uncertainty_ns =
		good ? llround(2 * MEDIAN_ERROR * sigma_ns / sqrt(good)) + result->bracket_ns / 2
		     : 0;
}

bool calibration_hopeless(const struct calibration *c)
{
	int unseen = 0;

	for (int i = 0; i < POLL_OUTCOMES; i++) {
		unseen += c->unseen[i];
	}
	return c->polls >= HOPELESS && unseen == c->polls;
}

static int judge_hopeless(const struct calibration *c, int gpio, struct error *err)
{
	if (c->unseen[POLL_NONE] > c->polls / 2) {
		return error_set(
			err,
			"GPIO %d does not move while the kernel stamps pulses: it is another line; give the right one with --gpio (BCM number)",
			gpio);
	}
	if (c->unseen[POLL_ALREADY] > c->polls / 2) {
		return error_set(
			err,
			"GPIO %d stands as after a pulse when one is expected: it is another line, or stuck, or the pulse's other edge is stamped, or this one more than 1 ms late; pps2shm doctor looks at the edge",
			gpio);
	}
	if (c->unseen[POLL_CLOCK] > c->polls / 2) {
		return error_set(err,
				 "the clock is being set, again and again: try when it is settled");
	}
	return error_set(
		err,
		"GPIO %d: no pulse could be polled, as this machine is too busy to wake up in time: try again when it is quiet",
		gpio);
}

/* What most of the lost ones were lost to. */
static enum calibration_reject main_reject(const struct calibration_result *result)
{
	int most = 0;

	for (int i = 1; i < CALIBRATION_REJECTS; i++) {
		most = result->rejects[i] > result->rejects[most] ? i : most;
	}
	return (enum calibration_reject)most;
}

static int judge_few(const struct calibration *c, const struct calibration_result *result,
		     struct error *err)
{
	static const char *const why[] = {
		"pulses are missing: see pps2shm doctor",
		"the poller missed edges, as the machine is busy: try again when it is quiet",
		"the clock was set or slewed hard: try again when it is settled",
		"stamps are more than 1 ms from the polled edges: it is another line, or the pulse's other edge",
		"the poller was interrupted: try again when the machine is quiet",
	};
	enum calibration_reject most = main_reject(result);
	const char *what = c->every ? "pulses" : "triples of pulses";

	if (result->rejects[most] == 0) {
		return error_set(err, "only %d good %s, %d needed: give it more --seconds",
				 result->count, what, CALIBRATION_LEAST);
	}
	return error_set(err, "only %d good %s, %d needed; %d were no good, most because %s",
			 result->count, what, CALIBRATION_LEAST, result->rejects[most], why[most]);
}

int calibration_judge(const struct calibration *c, const struct calibration_result *result,
		      int gpio, struct error *err)
{
	if (calibration_hopeless(c)) {
		return judge_hopeless(c, gpio, err);
	}
	if (result->count < CALIBRATION_LEAST) {
		return judge_few(c, result, err);
	}
	if (result->bracket_ns > CALIBRATION_BRACKET_MAX_NS) {
		return error_set(
			err,
			"the brackets are %.1f us wide, %.1f at most wanted: the poller shares a processor with the pulse's interrupt; run it on another (taskset -c N)",
			(double)result->bracket_ns / 1e3, CALIBRATION_BRACKET_MAX_NS / 1e3);
	}
	if (result->rejects[CALIBRATION_BENT] > result->count) {
		return error_set(
			err,
			"the clock was set or slewed hard in %d of %d triples: try again when it is settled",
			result->rejects[CALIBRATION_BENT],
			result->rejects[CALIBRATION_BENT] + result->count);
	}
	return 0;
}
