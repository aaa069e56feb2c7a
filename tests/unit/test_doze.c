/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* The engine's side: what it fetches with a pulse. The loop's, and both together: test_reader.c. */
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <unistd.h>

#include "engine_rig.h"

#define EDGE (RAW + NS_PER_S)

/* A line and a source of pulses, each with what it brings next. */
static const char *brings;
static int reads;
static bool edge_waits;

static ssize_t bytes_read(struct byte_source *source, uint8_t *buffer, size_t size,
			  struct error *err)
{
	(void)source;
	(void)size;
	reads++;
	/* Nothing of the pulse it comes with is known yet. */
	assert_int_equal(core_status(&engine.core)->pulses, 0);
	if (!brings) {
		return error_set(err, "unplugged");
	}
	memcpy(buffer, brings, strlen(brings));
	return (ssize_t)strlen(brings);
}

static int edge_read(struct pulse_source *source, struct pulse *pulse, struct error *err)
{
	(void)source;
	(void)err;
	*pulse = (struct pulse){.raw_ns = EDGE, .real_ns = EDGE - RAW + utc_at_raw * NS_PER_S};
	return edge_waits ? edge_waits = false, 1 : 0;
}

static const struct byte_ops bytes_ops = {.read = bytes_read};
static const struct pulse_ops edge_ops = {.read = edge_read};
static struct byte_source line = {.ops = &bytes_ops, .bps = 9600, .name = "line"};
static struct pulse_source edges = {.ops = &edge_ops, .name = "edges"};

static int set_up(void **state)
{
	(void)state;
	engine_begin();
	engine.pulses = &edges;
	edge_waits = false;
	reads = 0;
	brings = "$GPTXT,01,01,02,*00\r\n";
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	engine_end(&engine);
	return 0;
}

static void lend(void)
{
	engine_enter(&engine);
	doze_lend(&engine, &line, true);
	engine_leave(&engine);
}

static void enter_with_an_edge(int64_t late_ns)
{
	edge_waits = true;
	raw_now = EDGE + late_ns;
	engine_enter(&engine);
	engine_leave(&engine);
}

static void line_that_is_lent_is_read_before_the_pulse_whoever_enters(void **state)
{
	(void)state;
	lend();
	assert_int_equal(reads, 0);
	enter_with_an_edge(30000);
	assert_int_equal(reads, 1);
	assert_int_equal(core_status(&engine.core)->bytes, strlen(brings));
	/* Neither is as late as its reading. */
	assert_int_equal(core_status(&engine.core)->last_pulse_raw_ns, EDGE);
	assert_int_equal(engine.core.last_raw_ns, EDGE);
	assert_int_equal(engine.doze.since_raw_ns, EDGE + 30000);
	assert_true(engine.doze.whole);
}

static void line_that_is_not_lent_is_not_read(void **state)
{
	(void)state;
	enter_with_an_edge(30000);
	assert_int_equal(reads, 0);
	lend();
	engine_enter(&engine);
	doze_take_back(&engine);
	engine_leave(&engine);
	engine.core.status.pulses = 0;
	enter_with_an_edge(30000);
	assert_int_equal(reads, 0);
}

static void what_does_not_end_with_a_sentence_is_not_whole(void **state)
{
	(void)state;
	lend();
	brings = "$GPTXT,01";
	enter_with_an_edge(30000);
	assert_false(engine.doze.whole);
	/* Nothing more comes: still not. */
	engine.core.status.pulses = 0;
	brings = "";
	enter_with_an_edge(40000);
	assert_int_equal(reads, 2);
	assert_false(engine.doze.whole);
}

static void lost_line_is_given_back(void **state)
{
	(void)state;
	lend();
	brings = NULL;
	enter_with_an_edge(30000);
	engine_enter(&engine);
	assert_int_equal(doze_round(&engine, true), DOZE_ENDS);
	assert_int_equal(doze_round(&engine, true), DOZE_NOT);
	assert_null(engine.doze.source);
	engine_leave(&engine);
}

static void without_a_source_of_pulses_nobody_dozes(void **state)
{
	(void)state;
	lend();
	engine_enter(&engine);
	engine.doze.steady = true;
	engine.doze.pulse_raw_ns = core_status(&engine.core)->last_pulse_raw_ns;
	engine.now_raw_ns = engine.doze.pulse_raw_ns + MS;
	assert_int_equal(doze_round(&engine, true), DOZE_ON);
	assert_int_equal(doze_round(&engine, false), DOZE_ENDS);
	assert_false(engine.doze.steady);
	assert_null(engine.doze.source);
	engine_leave(&engine);
}

static void pulse_is_waited_for_until_it_is_overdue(void **state)
{
	(void)state;
	engine.doze.steady = true;
	engine.doze.pulse_raw_ns = RAW;
	engine.now_raw_ns = RAW + MS / 10;
	assert_int_equal(doze_wait_ms(&engine, 3000), 1010);
	engine.now_raw_ns = RAW + 400 * MS;
	assert_int_equal(doze_wait_ms(&engine, 3000), 611);
	engine.doze.steady = false;
	assert_int_equal(doze_wait_ms(&engine, 3000), 3000);
}

static void second_and_a_bit_is_a_second(void **state)
{
	(void)state;
	assert_int_equal(doze_since(NS_PER_S + 40 * MS, EDGE), RAW);
	assert_int_equal(doze_since(NS_PER_S, EDGE), RAW);
	assert_int_equal(doze_since(900 * MS, EDGE), RAW + 100 * MS);
	assert_int_equal(doze_since(NS_PER_S + 60 * MS, EDGE), RAW - 60 * MS);
}

static bool wakes(void)
{
	struct pollfd p = {.fd = engine.doze.wake, .events = POLLIN};

	return poll(&p, 1, 0) == 1;
}

static void rousing_lasts_until_it_is_heard(void **state)
{
	(void)state;
	assert_false(wakes());
	doze_rouse(&engine.doze);
	doze_rouse(&engine.doze);
	assert_true(wakes());
	doze_woken(&engine.doze, -1);
	assert_false(wakes());
	doze_woken(&engine.doze, -1);
}

static void line_wakes_only_while_it_is_listened_to_but_its_end_always(void **state)
{
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_NONBLOCK), 0);
	assert_true(doze_can(&engine.doze, fds[0]));
	assert_int_equal(write(fds[1], "x", 1), 1);
	assert_false(wakes());
	doze_listen(&engine.doze, fds[0]);
	assert_true(wakes());
	doze_woken(&engine.doze, fds[0]);
	assert_false(wakes());
	close(fds[1]);
	assert_true(wakes());
	close(fds[0]);
	assert_false(wakes());
}

static void file_or_what_may_have_a_reader_sleep_cannot_be_lent(void **state)
{
	char path[] = "/tmp/pps2shm-doze.XXXXXX";
	int fd = mkstemp(path);
	int fds[2];

	(void)state;
	assert_true(fd >= 0);
	unlink(path);
	assert_int_equal(fcntl(fd, F_SETFL, O_NONBLOCK), 0);
	assert_false(doze_can(&engine.doze, fd));
	close(fd);
	assert_int_equal(pipe(fds), 0);
	assert_false(doze_can(&engine.doze, fds[0]));
	close(fds[0]);
	close(fds[1]);
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(line_that_is_lent_is_read_before_the_pulse_whoever_enters),
		test(line_that_is_not_lent_is_not_read),
		test(what_does_not_end_with_a_sentence_is_not_whole),
		test(lost_line_is_given_back),
		test(without_a_source_of_pulses_nobody_dozes),
		test(pulse_is_waited_for_until_it_is_overdue),
		test(second_and_a_bit_is_a_second),
		test(rousing_lasts_until_it_is_heard),
		test(line_wakes_only_while_it_is_listened_to_but_its_end_always),
		test(file_or_what_may_have_a_reader_sleep_cannot_be_lent),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
