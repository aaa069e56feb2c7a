/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* The process stalls, the board sleeps, the receiver is exchanged. */

static void sleeps(struct play *play, int64_t sleep_ns, int64_t error_ns)
{
	play->config.p[WORLD_SUSPEND_ERROR] = error_ns;
	play->config.p[WORLD_READ] = READ_LOOP;
	world_change(&play->config, 60 * SECOND_NS + (int64_t)play->config.seed * 97 * MS_NS,
		     WORLD_SUSPEND, sleep_ns);
	starts(play, 60 + sleep_ns / SECOND_NS + 120);
	struct judge_window *after = watch(play, 62 + sleep_ns / SECOND_NS, 900);
	ends(play);
	assert_covered(play, after, 400);
}

SCENARIO(a_suspend_of_nearly_whole_seconds_gives_no_wrong_second)
{
	static const int64_t seconds[] = {1, 2, 7, 60, 300};

	for (int i = 0; i < 5; i++) {
		for (int64_t off = -2; off <= 2; off++) {
			play_init(play, play->config.seed);
			sleeps(play, seconds[i] * SECOND_NS + off * MS_NS, 0);
		}
	}
}

SCENARIO(a_suspend_of_parts_of_a_second_gives_no_wrong_second)
{
	for (int64_t lag_ms = 650; lag_ms <= 850; lag_ms += 100) {
		play_init(play, play->config.seed);
		play->config.p[WORLD_LAG] = lag_ms * MS_NS;
		sleeps(play, (500 + 35 * (int64_t)play->config.seed) * MS_NS, 0);
	}
}

SCENARIO(suspends_that_add_up_to_a_second_give_no_wrong_second)
{
	for (int64_t n = 0; n < 4; n++) {
		world_change(&play->config, (60 + 3 * n) * SECOND_NS, WORLD_SUSPEND,
			     (140 + 20 * (int64_t)play->config.seed) * MS_NS);
	}
	starts(play, 200);
	struct judge_window *after = watch(play, 90, 200);
	ends(play);
	assert_covered(play, after, 990);
}

SCENARIO(a_suspend_after_which_the_clock_is_off_gives_no_wrong_second)
{
	sleeps(play, 100 * SECOND_NS + 40 * MS_NS * (int64_t)play->config.seed,
	       (play->config.seed % 2 ? 1 : -1) * 400 * MS_NS);
}

SCENARIO(a_board_that_slept_comes_back_beside_a_disciplined_clock)
{
	synchronised(play);
	world_change(&play->config, 40 * SECOND_NS, WORLD_SUSPEND,
		     15 * SECOND_NS + 73 * MS_NS * (int64_t)play->config.seed);
	starts(play, 260);
	struct judge_window *after = watch(play, 160, 260);
	ends(play);
	assert_covered(play, after, 990);
}

/* Whatever the backlog says was so long ago. */
SCENARIO(stalls_of_all_lengths_give_no_wrong_second_and_no_stale_coarse_time)
{
	static const int64_t lengths_ms[] = {300, 700, 950, 1000, 1300, 2000, 5000, 12000};

	play->config.p[WORLD_READ] = play->config.seed % 2 ? READ_LOOP : READ_FIFO;
	play->config.p[WORLD_READ_MOST] = 256;
	for (int64_t i = 0; i < 8; i++) {
		world_change(&play->config,
			     (30 + 40 * i) * SECOND_NS + (int64_t)play->config.seed * 97 * MS_NS,
			     WORLD_STALL, lengths_ms[i] * MS_NS);
	}
	starts(play, 400);
	struct judge_window *all = watch(play, 10, 400);
	struct judge_window *after = watch(play, 330, 400);
	ends(play);
	assert_covered(play, all, 850);
	assert_back_within(play, after, 15);
}

SCENARIO(another_receiver_with_another_lag_and_rate_is_taken_up)
{
	play->config.p[WORLD_BPS] = 38400;
	play->config.p[WORLD_LAG] = 150 * MS_NS;
	at(play, 60, WORLD_SERIAL_GONE, 1);
	at(play, 60, WORLD_PPS_GONE, 1);
	at(play, 60, WORLD_FIX, 0);
	at(play, 62, WORLD_RATE, play->config.seed % 2 ? 5 : 1);
	at(play, 62, WORLD_LAG, play->config.seed % 2 ? 40 * MS_NS : 480 * MS_NS);
	at(play, 90, WORLD_SERIAL_GONE, 0);
	at(play, 90, WORLD_PPS_GONE, 0);
	at(play, 100, WORLD_FIX, 1);
	starts(play, 180);
	struct judge_window *after = watch(play, 100, 180);
	ends(play);
	assert_back_within(play, after, 20);
	assert_covered(play, after, 750);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_suspend_of_nearly_whole_seconds_gives_no_wrong_second),
		cmocka_unit_test(a_suspend_of_parts_of_a_second_gives_no_wrong_second),
		cmocka_unit_test(suspends_that_add_up_to_a_second_give_no_wrong_second),
		cmocka_unit_test(a_suspend_after_which_the_clock_is_off_gives_no_wrong_second),
		cmocka_unit_test(a_board_that_slept_comes_back_beside_a_disciplined_clock),
		cmocka_unit_test(
			stalls_of_all_lengths_give_no_wrong_second_and_no_stale_coarse_time),
		cmocka_unit_test(another_receiver_with_another_lag_and_rate_is_taken_up),
	};

	return scenario_main(tests);
}
