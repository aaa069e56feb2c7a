/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* Trains among the edges. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "common/ns.h"
#include "core/edges.h"
#include "spans.h"

#define START (INT64_C(7000) * NS_PER_S + 123456789)

static struct edges edges;
static struct robust phase;

static int fresh(void **state)
{
	(void)state;
	edges = (struct edges){0};
	return 0;
}

/* An edge so long after second n. */
static void edge(int64_t n, int64_t late_ns)
{
	edges_add(&edges, START + n * NS_PER_S + late_ns);
}

/* How many edges it has; phase is filled. */
static int train(int most)
{
	edges_train(&edges, most, &phase);
	return phase.count;
}

static void train_goes_back_from_the_newest_edge(void **state)
{
	(void)state;
	edge(0, 0);
	assert_int_equal(train(8), 1);
	edge(1, 20 * US);
	edge(2, 50 * US);
	edge(3, 10 * US);
	assert_int_equal(train(8), 4);
	/* How late each was against the newest, newest first. */
	assert_int_equal(phase.values[0], 0);
	assert_int_equal(phase.values[1], 40 * US);
	assert_int_equal(phase.values[2], 10 * US);
	assert_int_equal(phase.values[3], -10 * US);
	assert_int_equal(train(3), 3);
}

static void train_ends_at_a_gap(void **state)
{
	(void)state;
	edge(0, 0);
	edge(1, 0);
	edge(3, 0);
	edge(4, 0);
	assert_int_equal(train(8), 2);
}

static void train_is_of_the_edges_nearest_to_its_seconds(void **state)
{
	(void)state;
	for (int n = 0; n < 4; n++) {
		edge(n, -2 * MS);
		edge(n, 0);
		edge(n, 400 * MS);
	}
	edge(4, 0);
	assert_int_equal(train(8), 5);
	for (int i = 0; i < 5; i++) {
		assert_int_equal(phase.values[i], 0);
	}
}

static void edges_3_ms_off_the_second_are_of_the_train(void **state)
{
	(void)state;
	for (int sign = -1; sign <= 1; sign += 2) {
		for (int64_t more = 0; more <= 1; more++) {
			fresh(state);
			edge(0, sign * (TRAIN_NS + more));
			edge(1, 0);
			assert_int_equal(train(8), more ? 1 : 2);
		}
	}
}

static void only_the_last_edges_are_held(void **state)
{
	(void)state;
	for (int n = 0; n < 200; n++) {
		edge(n, 0);
	}
	assert_int_equal(edges.count, EDGES_MAX);
	assert_int_equal(train(ROBUST_MAX), EDGES_MAX);
	assert_int_equal(phase.values[EDGES_MAX - 1], 0);
}

static void second_train_is_a_rival_with_its_second_edge(void **state)
{
	const int64_t others[] = {4 * MS, 100 * MS, 500 * MS, 900 * MS, 996 * MS};

	for (size_t i = 0; i < sizeof(others) / sizeof(others[0]); i++) {
		fresh(state);
		edge(0, 0);
		edge(0, others[i]);
		edge(1, 0);
		assert_false(edges_rival(&edges));
		edge(1, others[i]);
		assert_true(edges_rival(&edges));
		/* Seen from either. */
		edge(2, 0);
		assert_true(edges_rival(&edges));
	}
}

static void single_train_and_single_glitches_are_no_rivals(void **state)
{
	(void)state;
	for (int n = 0; n < 40; n++) {
		edge(n, 0);
		assert_false(edges_rival(&edges));
		if (n % 3 == 0) {
			edge(n, 400 * MS + n * 7 * MS);
			assert_false(edges_rival(&edges));
		}
	}
}

static void rival_that_has_gone_is_none(void **state)
{
	(void)state;
	for (int n = 0; n < 4; n++) {
		edge(n, 0);
		edge(n, 300 * MS);
	}
	edge(4, 0);
	assert_true(edges_rival(&edges));
	edge(5, 0);
	assert_false(edges_rival(&edges));
}

static void pair_within_2_ms_of_a_second_makes_a_rival(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		fresh(state);
		edge(0, 0);
		edge(0, 300 * MS);
		edge(1, 0);
		edge(1, 302 * MS + more);
		edge(2, 0);
		assert_int_equal(edges_rival(&edges), !more);
	}
}

static void edge_beside_the_newest_is_a_rival_only_with_a_partner_of_its_own(void **state)
{
	(void)state;
	edge(0, 0);
	edge(1, 0);
	edge(2, -MS);
	edge(2, 0);
	assert_false(edges_rival(&edges));
	edge(3, -MS);
	edge(3, 0);
	assert_true(edges_rival(&edges));
}

/* Is an edge so much earlier in its second, n seconds ago, told? */
static bool told_earlier(int64_t seconds_ago, int64_t early_ns, int64_t period_ns)
{
	fresh(NULL);
	edges_add(&edges, START - seconds_ago * period_ns - early_ns);
	edges_add(&edges, START);
	return edges_earlier(&edges, START, period_ns, 500 * US);
}

static void earlier_edge_is_told_by_its_phase(void **state)
{
	(void)state;
	assert_false(told_earlier(1, -2 * MS, NS_PER_S)); /* late is no wonder */
	assert_false(told_earlier(1, 0, NS_PER_S));
	for (int64_t ago = 1; ago <= EDGES_EARLIER_S; ago++) {
		/* The margin, and what the period may be wrong by: 40 us a second. */
		int64_t most = 500 * US + ago * 40 * US;

		assert_false(told_earlier(ago, most, NS_PER_S));
		assert_true(told_earlier(ago, most + 1, NS_PER_S));
		assert_true(told_earlier(ago, EDGES_REACH_NS - 1, NS_PER_S));
		assert_false(told_earlier(ago, EDGES_REACH_NS, NS_PER_S));
		/* By the second as it is on this clock. */
		assert_false(told_earlier(ago, most, NS_PER_S + 100 * US));
		assert_true(told_earlier(ago, most + 1, NS_PER_S - 100 * US));
	}
	assert_false(told_earlier(EDGES_EARLIER_S + 1, 2 * MS, NS_PER_S));
	/* In the same second, too. */
	assert_true(told_earlier(0, 500 * US + 1, NS_PER_S));
	assert_false(told_earlier(0, 500 * US, NS_PER_S));
}

static void newest_edge_is_paired_with_one_a_second_before(void **state)
{
	(void)state;
	edge(0, 0);
	assert_false(edges_paired(&edges));
	edge(0, 500 * MS);
	assert_false(edges_paired(&edges));
	edge(1, 2 * MS);
	assert_true(edges_paired(&edges));
	edge(1, 502 * MS + 1);
	assert_false(edges_paired(&edges));
	edge(3, 2 * MS);
	assert_false(edges_paired(&edges));
}

static void edges_near_one_another_are_close(void **state)
{
	(void)state;
	edge(0, 0);
	assert_false(edges_close(&edges, MS));
	edge(0, MS - 1);
	assert_true(edges_close(&edges, MS));
	edge(0, 2 * MS - 1);
	assert_false(edges_close(&edges, MS));
}

#define test(name) cmocka_unit_test_setup(name, fresh)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(train_goes_back_from_the_newest_edge),
		test(train_ends_at_a_gap),
		test(train_is_of_the_edges_nearest_to_its_seconds),
		test(edges_3_ms_off_the_second_are_of_the_train),
		test(only_the_last_edges_are_held),
		test(second_train_is_a_rival_with_its_second_edge),
		test(single_train_and_single_glitches_are_no_rivals),
		test(rival_that_has_gone_is_none),
		test(pair_within_2_ms_of_a_second_makes_a_rival),
		test(edge_beside_the_newest_is_a_rival_only_with_a_partner_of_its_own),
		test(earlier_edge_is_told_by_its_phase),
		test(newest_edge_is_paired_with_one_a_second_before),
		test(edges_near_one_another_are_close),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
