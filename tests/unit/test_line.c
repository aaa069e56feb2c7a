/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/* What the reads of a line prove of the receiver's send queue. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "common/ns.h"
#include "core/line.h"
#include "spans.h"

#define START (INT64_C(1000) * NS_PER_S)
/* A FIFO's 16 bytes, and 8 for the wake-up. */
#define MARGIN 24

static const uint32_t rates[] = {4800, 9600, 38400, 115200, 460800};
#define RATES (sizeof(rates) / sizeof(rates[0]))

static struct line line;
static int64_t byte_ns;
static int64_t now; /* of the last read or look */

static void begin(uint32_t bps)
{
	line_init(&line);
	byte_ns = bps ? 10 * NS_PER_S / bps : 0;
	now = START;
	line_look(&line, now);
}

static int fresh(void **state)
{
	(void)state;
	begin(9600);
	return 0;
}

/* A read that long after the last one: of `whole` bytes that end with a sentence, and `part` of
 * the next one. */
static void read_parts(int64_t later_ns, size_t whole, size_t part, bool inside)
{
	uint8_t data[4096];

	memset(data, 'x', sizeof(data));
	if (whole && !inside) {
		data[0] = '$';
	}
	if (whole) {
		data[whole - 1] = '\n';
	}
	if (part) {
		data[whole] = '$';
	}
	now += later_ns;
	line_read(&line, now, data, whole + part, byte_ns, inside);
}

/* The same, of whole sentences. */
static void read_whole(int64_t later_ns, size_t count)
{
	read_parts(later_ns, count, 0, false);
}

/* Nothing but the middle of a sentence. */
static void read_within(int64_t later_ns, size_t count)
{
	uint8_t data[4096];

	memset(data, 'x', sizeof(data));
	now += later_ns;
	line_read(&line, now, data, count, byte_ns, true);
}

/* So many bytes that had been idle for a moment before them, three times. */
static void tidy(void)
{
	for (int i = 0; i < 3; i++) {
		read_whole(100 * byte_ns + 600 * MS, 100);
	}
}

static void read_after_a_pause_was_made_when_it_came(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATES; i++) {
		begin(rates[i]);
		read_parts(NS_PER_S, 100, 0, false);
		assert_true(line.idle);
		assert_false(line.stale);
		assert_int_equal(line.first_raw_ns, now - 100 * byte_ns);
		assert_int_equal(line_made_raw_ns(&line, 0), now - 100 * byte_ns);
		/* The idle moment was before the read, but the FIFO may have held it back. */
		assert_int_equal(line_made_raw_ns(&line, 1),
				 now - 100 * byte_ns - MARGIN * byte_ns);
	}
}

static void first_read_without_a_look_before_proves_nothing(void **state)
{
	(void)state;
	line_init(&line);
	read_parts(NS_PER_S, 100, 0, false);
	assert_int_equal(line.look, 1);
	assert_int_equal(line.overlap_ns, 0);
	assert_true(line.stale);
	assert_int_equal(line_made_raw_ns(&line, 0), LINE_NEVER);
	read_parts(NS_PER_S, 100, 0, false);
	assert_int_equal(line_made_raw_ns(&line, 0), now - 100 * byte_ns);
}

static void line_was_idle_if_more_time_passed_than_the_bytes_and_the_margin_take(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATES; i++) {
		for (int64_t more = 0; more <= 1; more++) {
			begin(rates[i]);
			tidy();
			read_parts((800 + MARGIN) * byte_ns + more, 800, 0, false);
			assert_int_equal(line.idle, more);
			assert_false(line.stale);
			assert_int_equal(line_made_raw_ns(&line, 0) == line.first_raw_ns, more);
		}
	}
}

static void what_follows_an_idle_moment_without_a_pause_was_made_after_it(void **state)
{
	int64_t idle;

	(void)state;
	tidy();
	/* At worst the line was idle right after the read before, and then busy up to now. */
	read_whole(NS_PER_S, 200);
	idle = now - (200 + MARGIN) * byte_ns;
	for (int n = 0; n < 20; n++) {
		read_parts(160 * MS, (size_t)(160 * MS / byte_ns), 0, false);
		assert_false(line.idle || line.stale);
		assert_int_equal(line_made_raw_ns(&line, 0), idle);
		assert_int_equal(line_made_raw_ns(&line, 100), idle);
	}
	read_parts(NS_PER_S, 200, 0, false);
	assert_int_equal(line_made_raw_ns(&line, 0), now - 200 * byte_ns);
}

static void line_that_is_never_idle_proves_nothing(void **state)
{
	(void)state;
	for (int n = 0; n < 100; n++) {
		read_parts(160 * MS, (size_t)(160 * MS / byte_ns), 0, false);
		assert_int_equal(line_made_raw_ns(&line, 0), LINE_NEVER);
	}
}

static void read_that_began_within_a_sentence_proves_only_the_one_it_ends_in(void **state)
{
	(void)state;
	tidy();
	int64_t before = now - (100 + MARGIN) * byte_ns;

	/* The rest of a sentence came without a pause: it was idle after that. */
	read_parts(NS_PER_S, 100, 50, true);
	assert_true(line.idle);
	assert_int_equal(line_made_raw_ns(&line, 0), before);
	assert_int_equal(line_made_raw_ns(&line, 99), before);
	assert_int_equal(line_made_raw_ns(&line, 100), now - (50 + MARGIN) * byte_ns);
	assert_int_equal(line.quiet_at, 100);
	assert_int_equal(line.quiet_ns, NS_PER_S - 150 * byte_ns);
	/* So was it after the rest of this one, for all that the look after it brings. */
	read_parts(NS_PER_S, 100, 0, true);
	assert_true(line.idle);
	assert_int_equal(line_made_raw_ns(&line, 0), now - NS_PER_S - (50 + MARGIN) * byte_ns);
	assert_int_equal(line_made_raw_ns(&line, 99), now - NS_PER_S - (50 + MARGIN) * byte_ns);
	int64_t idle = now - MARGIN * byte_ns;

	read_whole(100 * byte_ns, 100);
	assert_false(line.idle);
	assert_int_equal(line_made_raw_ns(&line, 0), idle);
	assert_int_equal(line.quiet_ns, NS_PER_S - 100 * byte_ns);
}

static void pause_between_many_sentences_may_be_anywhere(void **state)
{
	uint8_t data[150];

	(void)state;
	tidy();
	read_parts(NS_PER_S, 0, 50, false);
	memset(data, 'x', sizeof(data));
	data[49] = '\n';
	data[50] = '$';
	data[99] = '\n';
	data[100] = '$';
	now += NS_PER_S;
	line_read(&line, now, data, sizeof(data), byte_ns, true);
	assert_true(line.idle);
	assert_int_equal(line.quiet_ns, 0);
	/* But not within the rest of the first. */
	assert_int_equal(line_made_raw_ns(&line, 100), now - (100 + MARGIN) * byte_ns);
}

static void quiet_that_may_have_come_behind_the_first_sentence_is_not_told(void **state)
{
	uint8_t data[150];

	(void)state;
	memset(data, 'x', sizeof(data));
	data[0] = '$';
	for (int ended = 0; ended <= 1; ended++) {
		begin(9600);
		/* The look before ends within a sentence, this one begins with another. */
		read_parts(NS_PER_S, 0, 50, false);
		data[99] = ended ? '\n' : 'x';
		now += 300 * byte_ns;
		line_read(&line, now, data, sizeof(data), byte_ns, true);
		assert_true(line.idle);
		assert_false(line.tidily);
		assert_int_equal(line.quiet_ns, ended ? 0 : 150 * byte_ns);
	}
}

static void pause_that_two_looks_share_thrice_was_between_them(void **state)
{
	(void)state;
	/* Of each second two looks have a pause; of the other looks none begins a sentence. */
	for (int n = 1; n <= 4; n++) {
		read_parts(160 * MS, (size_t)(160 * MS / byte_ns), 0, true);
		read_parts(160 * MS, 100, 0, true);
		read_parts(160 * MS, 100, 20, false);
		assert_true(line.idle);
		assert_int_equal(line_made_raw_ns(&line, 0) == line.first_raw_ns, n >= 3);
	}
	/* One that is not, and they count from the start. */
	read_parts(160 * MS, 100, 20, true);
	read_parts(160 * MS, 100, 20, true);
	read_parts(160 * MS, 100, 0, true);
	read_parts(160 * MS, 100, 20, false);
	assert_int_not_equal(line_made_raw_ns(&line, 0), line.first_raw_ns);
}

static void end_of_a_backlog_has_waited_like_its_begin(void **state)
{
	(void)state;
	tidy();
	read_whole(LINE_STALL_NS + 1, 100);
	assert_true(line.stale);
	read_whole(4 * MS, 4);
	assert_false(line.goes_on);
	assert_true(line.stale);
	read_whole(5 * MS, 5);
	assert_false(line.stale);
}

static void sentence_that_was_cut_short_does_not_go_on(void **state)
{
	uint8_t data[100];

	(void)state;
	tidy();
	read_parts(NS_PER_S, 0, 50, false);
	memset(data, 'x', sizeof(data));
	data[0] = '$';
	data[99] = '\n';
	now += NS_PER_S;
	line_read(&line, now, data, sizeof(data), byte_ns, true);
	assert_int_equal(line_made_raw_ns(&line, 0), now - 100 * byte_ns);
}

static void look_between_sentences_once_may_be_chance_thrice_it_is_not(void **state)
{
	(void)state;
	/* Pauses too short for the loop to end its collecting: 100 ms. */
	for (int n = 1; n <= 5; n++) {
		read_parts(100 * MS + 100 * byte_ns, 100, 0, false);
		assert_true(line.idle);
		assert_int_equal(line_made_raw_ns(&line, 0) == line.first_raw_ns, n >= 3);
	}
	/* One that begins within a sentence, and they count from the start. */
	read_parts(100 * MS + 100 * byte_ns, 100, 0, true);
	for (int n = 1; n <= 3; n++) {
		read_parts(100 * MS + 100 * byte_ns, 100, 0, false);
		assert_int_equal(line_made_raw_ns(&line, 0) == line.first_raw_ns, n >= 3);
	}
}

static void long_pause_before_a_sentence_is_proof_at_once(void **state)
{
	(void)state;
	for (int64_t less = 0; less <= 1; less++) {
		begin(9600);
		read_parts(LINE_QUIET_NS - less + 100 * byte_ns, 100, 0, false);
		assert_int_equal(line_made_raw_ns(&line, 0) == line.first_raw_ns, !less);
	}
}

static void reads_in_a_row_are_one_look(void **state)
{
	(void)state;
	tidy();
	unsigned before = line.look;

	/* 700 bytes waited: three reads of a small buffer, a millisecond apart. */
	read_whole(NS_PER_S, 256);
	assert_int_equal(line.look, before + 1);
	assert_int_equal(line.overlap_ns, 0);
	read_whole(MS, 256);
	assert_int_equal(line.look, before + 1);
	assert_int_equal(line.overlap_ns, 256 * byte_ns - MS);
	read_parts(MS, 188, 0, false);
	assert_int_equal(line.look, before + 1);
	assert_int_equal(line.overlap_ns, 188 * byte_ns - MS);
	assert_int_equal(line.gap_ns, NS_PER_S + 2 * MS);
	assert_int_equal(line.busy_ns, 700 * byte_ns);
	assert_true(line.idle);
	assert_false(line.stale);
	/* At worst the whole look came without a pause after the idle moment. */
	assert_int_equal(line_made_raw_ns(&line, 0), now - (700 + MARGIN) * byte_ns);
	int64_t idle = now - (700 + MARGIN) * byte_ns;

	read_parts(160 * MS, (size_t)(160 * MS / byte_ns), 0, false);
	assert_int_equal(line_made_raw_ns(&line, 0), idle);
}

static void reads_in_a_row_that_fill_the_time_together_prove_nothing(void **state)
{
	(void)state;
	tidy();
	int64_t before = now - (100 + MARGIN) * byte_ns;

	read_parts(NS_PER_S, 800, 0, false);
	assert_true(line.idle);
	read_parts(MS, 160, 0, false);
	assert_false(line.idle);
	assert_int_equal(line_made_raw_ns(&line, 0), before);
	read_parts(160 * MS, (size_t)(160 * MS / byte_ns), 0, false);
	assert_int_equal(line_made_raw_ns(&line, 0), before);
}

static void read_right_after_another_goes_on_with_its_look(void **state)
{
	(void)state;
	tidy();
	read_whole(NS_PER_S, 200);
	unsigned before = line.look;

	/* As much as the line may have brought since, but for two bytes, is a look of its own. */
	read_whole(4 * MS, 5);
	assert_int_equal(line.look, before + 1);
	assert_false(line.goes_on);
	assert_int_equal(line.overlap_ns, 0);
	read_whole(4 * MS, 6);
	assert_int_equal(line.look, before + 1);
	assert_true(line.goes_on);
	assert_int_equal(line.overlap_ns, 6 * byte_ns - 4 * MS);
	/* Not right after the last, however much it is. */
	read_whole(5 * MS, 200);
	assert_int_equal(line.look, before + 2);
	assert_false(line.goes_on);
	assert_int_equal(line.overlap_ns, 0);
}

static void time_without_bytes_before_a_look_is_told(void **state)
{
	(void)state;
	read_whole(NS_PER_S, 100);
	assert_int_equal(line.quiet_ns, NS_PER_S - 100 * byte_ns);
	/* The pause before may have come after its bytes; but that of this look, too. */
	read_whole(150 * MS, 20);
	assert_int_equal(line.quiet_ns, NS_PER_S - 100 * byte_ns);
	/* Not if the line has been busy since, but for 8 bytes. */
	for (int64_t more = 0; more <= 1; more++) {
		read_whole(NS_PER_S, 100);
		read_whole(28 * byte_ns + more, 20);
		assert_int_equal(line.quiet_ns,
				 8 * byte_ns + more * (NS_PER_S - 100 * byte_ns + 1));
	}
	/* Not if it ended within a sentence: a receiver does not pause there. */
	read_parts(NS_PER_S, 100, 10, false);
	read_parts(150 * MS, 20, 0, true);
	assert_int_equal(line.quiet_ns, 0);
	read_parts(NS_PER_S, 0, 50, false);
	read_parts(150 * MS, 0, 20, false);
	assert_int_equal(line.quiet_ns, 150 * MS - 20 * byte_ns);
}

static void what_is_read_after_a_stall_had_waited(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		begin(9600);
		tidy();
		read_parts(LINE_STALL_NS + more, 100, 0, false);
		assert_int_equal(line.stale, more);
		assert_int_equal(line.idle, !more);
		assert_int_equal(line_made_raw_ns(&line, 0) == LINE_NEVER, more);
		/* The next one had not. */
		read_parts(NS_PER_S, 100, 0, false);
		assert_false(line.stale);
		assert_int_equal(line_made_raw_ns(&line, 0), now - 100 * byte_ns);
	}
}

static void stall_is_not_forgotten_before_the_line_is_read(void **state)
{
	(void)state;
	tidy();
	line_look(&line, now + LINE_STALL_NS + 1);
	line_look(&line, now + LINE_STALL_NS + 100 * MS);
	read_parts(LINE_STALL_NS + 200 * MS, 100, 0, false);
	assert_true(line.stale);
}

static void quiet_line_that_was_looked_at_is_no_stall(void **state)
{
	(void)state;
	tidy();
	for (int n = 1; n <= 10; n++) {
		line_look(&line, now + n * NS_PER_S);
	}
	read_parts(11 * NS_PER_S, 100, 0, false);
	assert_false(line.stale);
	assert_int_equal(line_made_raw_ns(&line, 0), now - 100 * byte_ns);
}

static void more_than_the_line_can_have_brought_had_waited(void **state)
{
	(void)state;
	for (size_t i = 0; i < RATES; i++) {
		for (int64_t less = 0; less <= 1; less++) {
			begin(rates[i]);
			tidy();
			read_parts((800 - MARGIN) * byte_ns - less, 800, 0, false);
			assert_int_equal(line.stale, less);
			assert_int_equal(line_made_raw_ns(&line, 0) == LINE_NEVER, less);
		}
	}
}

static void what_usb_brings_is_judged_by_the_pause_alone(void **state)
{
	(void)state;
	for (int64_t more = 0; more <= 1; more++) {
		begin(0);
		tidy();
		read_parts(LINE_PAUSE_NS + more, 3000, 0, false);
		assert_int_equal(line.idle, more);
		assert_false(line.stale);
		assert_int_equal(line_made_raw_ns(&line, 0) == now, more);
		assert_int_equal(line_made_raw_ns(&line, 2000) == now, more);
	}
}

#define test(name) cmocka_unit_test_setup(name, fresh)

static void receiver_that_pauses_within_a_sentence_may_have_done_so_again(void **state)
{
	(void)state;
	for (int splits = 0; splits <= 1; splits++) {
		fresh(state);
		read_parts(NS_PER_S, 0, 8, false);
		if (splits) {
			read_within(118 * MS, 30);
		}
		read_parts(118 * MS, 20, 56, true);
		assert_int_equal(line.quiet_at, splits ? 0 : 20);
		assert_int_equal(line.quiet_ns, splits ? 0 : 118 * MS - 76 * byte_ns);
	}
	/* Ten seconds later it is one like any other. */
	read_parts(10 * NS_PER_S, 20, 56, true);
	assert_int_equal(line.quiet_at, 20);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(read_after_a_pause_was_made_when_it_came),
		test(first_read_without_a_look_before_proves_nothing),
		test(line_was_idle_if_more_time_passed_than_the_bytes_and_the_margin_take),
		test(what_follows_an_idle_moment_without_a_pause_was_made_after_it),
		test(line_that_is_never_idle_proves_nothing),
		test(read_that_began_within_a_sentence_proves_only_the_one_it_ends_in),
		test(sentence_that_was_cut_short_does_not_go_on),
		test(pause_between_many_sentences_may_be_anywhere),
		test(quiet_that_may_have_come_behind_the_first_sentence_is_not_told),
		test(pause_that_two_looks_share_thrice_was_between_them),
		test(end_of_a_backlog_has_waited_like_its_begin),
		test(look_between_sentences_once_may_be_chance_thrice_it_is_not),
		test(long_pause_before_a_sentence_is_proof_at_once),
		test(reads_in_a_row_are_one_look),
		test(reads_in_a_row_that_fill_the_time_together_prove_nothing),
		test(read_right_after_another_goes_on_with_its_look),
		test(time_without_bytes_before_a_look_is_told),
		test(what_is_read_after_a_stall_had_waited),
		test(stall_is_not_forgotten_before_the_line_is_read),
		test(quiet_line_that_was_looked_at_is_no_stall),
		test(more_than_the_line_can_have_brought_had_waited),
		test(what_usb_brings_is_judged_by_the_pause_alone),
		test(receiver_that_pauses_within_a_sentence_may_have_done_so_again),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
