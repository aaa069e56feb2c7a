/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "doctor/peers.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { COLUMNS = 10, POLL_MAX_S = 1 << 20, POLL_MAX_LOG2 = 20 };

/* A number that fills its field. */
static bool number(const char *text, double *value)
{
	char *end;

	*value = strtod(text, &end);
	return end != text && *end == '\0' && isfinite(*value);
}

static bool octal(const char *text, unsigned long *value)
{
	char *end;

	*value = strtoul(text, &end, 8);
	return end != text && *end == '\0' && *value <= 0377;
}

/* -1: none, or no sensible one. */
static int whole(const char *text, int most)
{
	char *end;
	long value = strtol(text, &end, 10);

	return end != text && *end == '\0' && value >= 0 && value <= most ? (int)value : -1;
}

/* " SHM(1)  .PPS.  0 l  7  8  377  0.0000  -0.0012  0.0008", with the tally before it. */
bool peers_ntpq(const struct text_line *line, struct peer *peer)
{
	char one[300];
	char *at[COLUMNS], *save = NULL;
	int n = 0;

	if (snprintf(one, sizeof(one), "%.*s", (int)line->len, line->at) < 2) {
		return false;
	}
	for (char *word = strtok_r(one + 1, " \t\r", &save); word && n < COLUMNS;
	     word = strtok_r(NULL, " \t\r", &save)) {
		at[n++] = word;
	}
	*peer = (struct peer){.tally = one[0]};
	if (n < COLUMNS || !octal(at[6], &peer->reach) || !number(at[8], &peer->offset_ms) ||
	    !number(at[9], &peer->jitter_ms)) {
		return false;
	}
	if (!number(at[7], &peer->delay_ms)) {
		peer->delay_ms = NAN;
	}
	snprintf(peer->name, sizeof(peer->name), "%s", at[0]);
	snprintf(peer->refid, sizeof(peer->refid), "%s", at[1]);
	peer->stratum = whole(at[2], 16);
	peer->refclock = strcmp(at[3], "l") == 0;
	peer->poll_s = whole(at[5], POLL_MAX_S);
	return true;
}

/* "#,*,PPS,0,3,377,6,0.000000123,0.000000124,0.000001" */
bool peers_chronyc(const struct text_line *line, struct peer *peer)
{
	char one[300];
	char *at[COLUMNS], *rest = one;
	double offset_s;
	int n = 0;

	snprintf(one, sizeof(one), "%.*s", (int)line->len, line->at);
	while (n < COLUMNS && rest) {
		at[n++] = strsep(&rest, ",");
	}
	*peer = (struct peer){.delay_ms = NAN, .jitter_ms = NAN};
	if (n < COLUMNS || strlen(at[0]) != 1 || strlen(at[1]) != 1 || !at[2][0] ||
	    !octal(at[5], &peer->reach) || !number(at[7], &offset_s)) {
		return false;
	}
	int poll = whole(at[4], POLL_MAX_LOG2);

	peer->tally = at[1][0];
	peer->refclock = at[0][0] == '#';
	snprintf(peer->name, sizeof(peer->name), "%s", at[2]);
	peer->stratum = whole(at[3], 16);
	peer->poll_s = poll < 0 ? -1 : 1 << poll;
	peer->offset_ms = offset_s * 1e3;
	return true;
}
