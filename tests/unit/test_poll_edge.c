/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sources/poll_edge.h"

/* A line and a clock: each reading of the clock takes 100 ns, a look nothing. */
static struct world {
	int64_t now_ns, edge_ns;
	int64_t stop_at_ns, stop_ns; /* the reader is stopped for so long, once */
	int looks;
} world;

static int64_t now_ns(void *arg)
{
	struct world *w = arg;

	w->now_ns += 100;
	if (w->stop_ns && w->now_ns >= w->stop_at_ns) {
		w->now_ns += w->stop_ns;
		w->stop_ns = 0;
	}
	return w->now_ns;
}

static bool past(void *arg)
{
	struct world *w = arg;

	w->looks++;
	return w->now_ns >= w->edge_ns;
}

/* From 0 to 10000 ns. */
static struct poll_edge find(int64_t edge_ns)
{
	struct poll_eye eye = {past, now_ns, &world};

	world.edge_ns = edge_ns;
	return poll_edge_find(&eye, 10000);
}

static int begin(void **state)
{
	(void)state;
	world = (struct world){0};
	return 0;
}

static void the_edge_lies_in_its_bracket_and_near_the_middle(void **state)
{
	(void)state;
	for (int64_t at = 150; at < 9000; at += 77) {
		world = (struct world){0};
		struct poll_edge edge = find(at);

		assert_int_equal(edge.outcome, POLL_SEEN);
		assert_int_equal(edge.width_ns, 200);
		assert_in_range(at, edge.at_ns - 100, edge.at_ns + 100);
	}
}

static void a_stop_makes_the_bracket_as_wide_as_itself(void **state)
{
	(void)state;
	world.stop_at_ns = 5000;
	world.stop_ns = 700;
	struct poll_edge edge = find(5300);

	assert_int_equal(edge.outcome, POLL_SEEN);
	assert_int_equal(edge.width_ns, 900);
	assert_in_range(5300, edge.at_ns - 450, edge.at_ns + 450);
}

static void a_line_that_is_past_its_edge_already_tells_no_instant(void **state)
{
	(void)state;
	assert_int_equal(find(50).outcome, POLL_ALREADY);
	assert_int_equal(world.looks, 1);
}

static void the_window_ends_without_an_edge(void **state)
{
	(void)state;
	assert_int_equal(find(20000).outcome, POLL_NONE);
	assert_in_range(world.now_ns, 10000, 10100);
}

static void who_wakes_after_the_window_does_not_look(void **state)
{
	(void)state;
	world.now_ns = 10000;
	assert_int_equal(find(20000).outcome, POLL_LATE);
	assert_int_equal(world.looks, 0);
}

static void a_clock_set_back_in_the_bracket_is_told(void **state)
{
	(void)state;
	world.stop_at_ns = 5000;
	world.stop_ns = -3000;
	assert_int_equal(find(1950).outcome, POLL_SEEN);
	world = (struct world){.stop_at_ns = 5000, .stop_ns = -3000};
	world.edge_ns = 5000;
	assert_int_equal(find(4850).outcome, POLL_CLOCK);
}

#define test(name) cmocka_unit_test_setup(name, begin)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(the_edge_lies_in_its_bracket_and_near_the_middle),
		test(a_stop_makes_the_bracket_as_wide_as_itself),
		test(a_line_that_is_past_its_edge_already_tells_no_instant),
		test(the_window_ends_without_an_edge),
		test(who_wakes_after_the_window_does_not_look),
		test(a_clock_set_back_in_the_bracket_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
