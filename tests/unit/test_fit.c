/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The line through the first pulses. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/fit.h"

#define US      INT64_C(1000)
#define REACH   (100 * US)
#define CRYSTAL (120 * US)

static struct fit fit;
static struct robust phase;

/* Edges so late each, the newest first, of seconds that are longer by error_ns. */
static void edges(const int64_t *late_ns, int count, int64_t error_ns)
{
	robust_init(&phase, FIT_MAX);
	for (int i = 0; i < count; i++) {
		robust_add(&phase, late_ns[i] - late_ns[0] - i * error_ns);
	}
}

#define EDGES(error_ns, ...)                                                                       \
	edges((const int64_t[]){__VA_ARGS__},                                                      \
	      (int)(sizeof((const int64_t[]){__VA_ARGS__}) / sizeof(int64_t)), error_ns)

static void edges_of_one_train_give_its_second(void **state)
{
	(void)state;
	for (int64_t error = -110 * US; error <= 110 * US; error += 5 * US) {
		for (int count = 3; count <= FIT_MAX; count++) {
			const int64_t none[FIT_MAX] = {0};

			edges(none, count, error);
			assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, count));
			assert_int_equal(fit.error_q16, error * 65536);
			assert_int_equal(fit.offset_ns, 0);
			assert_true(fit.newest);
			assert_int_equal(fit.residuals.count, count);
			assert_int_equal(robust_quantile(&fit.residuals, 0), 0);
			assert_int_equal(robust_quantile(&fit.residuals, 1000), 0);
		}
	}
}

static void late_edges_are_left_out(void **state)
{
	(void)state;
	EDGES(20 * US, 0, 500 * US, 0, 0, 2300 * US, 0, 900 * US, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 5));
	assert_int_equal(fit.error_q16, 20 * US * 65536);
	assert_int_equal(fit.offset_ns, 0);
	assert_int_equal(fit.residuals.count, 5);
	assert_int_equal(robust_quantile(&fit.residuals, 1000), 0);
}

static void newest_may_be_one_of_them(void **state)
{
	(void)state;
	EDGES(-30 * US, 700 * US, 0, 0, 1500 * US, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
	assert_false(fit.newest);
	assert_int_equal(fit.offset_ns, -700 * US);
	assert_int_equal(fit.error_q16, -30 * US * 65536);
	assert_int_equal(fit.residuals.count, 3);
}

static void most_edges_on_one_line_win(void **state)
{
	(void)state;
	/* Five on time, three late alike. */
	EDGES(0, 0, 600 * US, 0, 600 * US, 0, 600 * US, 0, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
	assert_int_equal(fit.offset_ns, 0);
	assert_int_equal(fit.residuals.count, 5);
	/* Three on time, five late alike. */
	EDGES(0, 0, 600 * US, 0, 600 * US, 0, 600 * US, 600 * US, 600 * US);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
	assert_int_equal(fit.offset_ns, 600 * US);
	assert_int_equal(fit.residuals.count, 5);
	assert_false(fit.newest);
}

static void of_two_lines_with_as_many_the_earlier_wins(void **state)
{
	(void)state;
	EDGES(0, 0, 600 * US, 0, 600 * US, 0, 600 * US);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
	assert_int_equal(fit.offset_ns, 0);
	assert_true(fit.newest);
	EDGES(0, 600 * US, 0, 600 * US, 0, 600 * US, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
	assert_int_equal(fit.offset_ns, -600 * US);
	assert_false(fit.newest);
	/* However long their second is. */
	EDGES(119 * US, 0, 110 * US, 0, 110 * US, 0, 110 * US);
	assert_true(fit_train(&fit, &phase, CRYSTAL, 20 * US, 3));
	assert_int_equal(fit.offset_ns, 0);
	/* Of three, the earliest. */
	EDGES(0, 1900 * US, 0, 900 * US, 1900 * US, 0, 900 * US);
	assert_true(fit_train(&fit, &phase, CRYSTAL, 20 * US, 2));
	assert_int_equal(fit.offset_ns, -1900 * US);
}

static void fewer_than_needed_are_no_train(void **state)
{
	(void)state;
	EDGES(0, 0, 700 * US, 0, 1900 * US, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
	assert_false(fit_train(&fit, &phase, CRYSTAL, REACH, 4));
	/* Each by its own delay: two of them may be on a line by chance. */
	EDGES(0, 0, 1900 * US, 200 * US, 3100 * US, 1500 * US);
	assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 2));
	assert_false(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
}

static void edges_within_reach_lie_on_the_line(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		EDGES(0, 0, REACH + more, 0);
		assert_int_equal(fit_train(&fit, &phase, CRYSTAL, REACH, 3), !more);
		EDGES(0, 0, -REACH - more, 0);
		assert_int_equal(fit_train(&fit, &phase, CRYSTAL, REACH, 3), !more);
	}
}

static void one_of_them_a_little_late_does_not_bend_the_line(void **state)
{
	(void)state;
	for (int late = 0; late < FIT_MAX; late++) {
		int64_t late_ns[FIT_MAX] = {0};

		late_ns[late] = 90 * US;
		edges(late_ns, FIT_MAX, 40 * US);
		assert_true(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
		assert_int_equal(fit.residuals.count, FIT_MAX);
		assert_int_equal(fit.error_q16, 40 * US * 65536);
		assert_int_equal(fit.offset_ns, late ? 0 : -90 * US);
		assert_int_equal(robust_quantile(&fit.residuals, 1000), 90 * US);
		assert_int_equal(robust_quantile(&fit.residuals, 0), 0);
	}
}

static void second_that_no_crystal_makes_is_no_second(void **state)
{
	(void)state;
	EDGES(119 * US, 0, 0, 0, 0, 0, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, 10 * US, 3));
	EDGES(121 * US, 0, 0, 0, 0, 0, 0);
	assert_false(fit_train(&fit, &phase, CRYSTAL, 10 * US, 3));
	EDGES(-121 * US, 0, 0, 0, 0, 0, 0);
	assert_false(fit_train(&fit, &phase, CRYSTAL, 10 * US, 3));
	/* The first two alone could be. */
	EDGES(119 * US, 0, 0, -90 * US, -90 * US);
	assert_false(fit_train(&fit, &phase, CRYSTAL, REACH, 3));
}

static void line_that_no_crystal_makes_does_not_outvote_one_that_does(void **state)
{
	(void)state;
	/* Four on time; five, with one of those, are 0.9 ms later each second. */
	EDGES(0, 0, -900 * US, -1800 * US, -2700 * US, -3600 * US, 0, 0, 0);
	assert_true(fit_train(&fit, &phase, CRYSTAL, 10 * US, 3));
	assert_int_equal(fit.residuals.count, 4);
	assert_int_equal(fit.error_q16, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(edges_of_one_train_give_its_second),
		cmocka_unit_test(late_edges_are_left_out),
		cmocka_unit_test(newest_may_be_one_of_them),
		cmocka_unit_test(most_edges_on_one_line_win),
		cmocka_unit_test(of_two_lines_with_as_many_the_earlier_wins),
		cmocka_unit_test(fewer_than_needed_are_no_train),
		cmocka_unit_test(edges_within_reach_lie_on_the_line),
		cmocka_unit_test(one_of_them_a_little_late_does_not_bend_the_line),
		cmocka_unit_test(second_that_no_crystal_makes_is_no_second),
		cmocka_unit_test(line_that_no_crystal_makes_does_not_outvote_one_that_does),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
