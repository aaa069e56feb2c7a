/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "scenario.h"

/* Receivers of all kinds: what they say, how often, and in which order. */

static void works(struct play *play)
{
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120), *first = watch(play, 10, 60);
	ends(play);
	assert_covered(play, all, 1000);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
	assert_in_range(first->coarse, 47, 51);
}

SCENARIO(rmc_alone_is_enough)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC;
	works(play);
}

SCENARIO(gga_and_zda_are_enough)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_GGA | 1 << NMEA_ZDA;
	works(play);
}

SCENARIO(gll_and_zda_are_enough)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_GLL | 1 << NMEA_ZDA;
	works(play);
}

SCENARIO(zda_before_gga_is_as_good)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_GGA | 1 << NMEA_ZDA;
	play->config.p[WORLD_ROTATE] = NMEA_ZDA;
	works(play);
}

SCENARIO(zda_alone_says_nothing_of_the_fix_and_is_not_believed)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_ZDA;
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_silent(play, all);
	assert_int_equal(all->coarse, 0);
}

SCENARIO(gga_alone_has_no_date_and_is_not_believed)
{
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_GGA | 1 << NMEA_GSA | 1 << NMEA_GSV;
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_silent(play, all);
	assert_int_equal(all->coarse, 0);
}

SCENARIO(all_sentences_in_any_order_are_understood)
{
	play->config.p[WORLD_SENTENCES] = 0xff;
	play->config.p[WORLD_BPS] = 19200;
	play->config.p[WORLD_ROTATE] = (int64_t)(play->config.seed % NMEA_KINDS);
	works(play);
}

SCENARIO(all_talkers_are_understood)
{
	play->config.p[WORLD_TALKER] = (int64_t)(play->config.seed % 5);
	works(play);
}

SCENARIO(fractions_of_any_width_are_understood)
{
	play->config.p[WORLD_DIGITS] = (int64_t)(play->config.seed % 4);
	works(play);
}

SCENARIO(the_navigational_status_of_nmea_4_1_does_not_disturb)
{
	play->config.p[WORLD_NAV] = 1;
	works(play);
}

SCENARIO(a_fix_of_one_satellite_gives_the_time)
{
	play->config.p[WORLD_SATELLITES] = 1;
	works(play);
}

SCENARIO(five_fixes_a_second_give_one_label)
{
	play->config.p[WORLD_RATE] = 5;
	play->config.p[WORLD_BPS] = 38400;
	play->config.p[WORLD_LAG] = 60 * MS_NS;
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 1000);
	assert_in_range(play->judge.pulses_since_fix, 1, 5);
}

SCENARIO(ten_fixes_a_second_without_a_pause_between_give_one_label)
{
	play->config.p[WORLD_RATE] = 10;
	play->config.p[WORLD_BPS] = 19200;
	play->config.p[WORLD_LAG] = 40 * MS_NS;
	play->config.p[WORLD_SENTENCES] = 1 << NMEA_RMC | 1 << NMEA_GGA;
	starts(play, 120);
	struct judge_window *all = watch(play, 10, 120);
	ends(play);
	assert_covered(play, all, 990);
}

SCENARIO(a_receiver_whose_time_is_never_a_whole_second_labels_the_pulse_before)
{
	play->config.p[WORLD_FRACTION] = 40;
	play->config.p[WORLD_DIGITS] = 3;
	starts(play, 120);
	struct judge_window *all = watch(play, 0, 120);
	ends(play);
	assert_back_within(play, all, 5);
	assert_covered(play, all, 950);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(rmc_alone_is_enough),
		cmocka_unit_test(gga_and_zda_are_enough),
		cmocka_unit_test(gll_and_zda_are_enough),
		cmocka_unit_test(zda_before_gga_is_as_good),
		cmocka_unit_test(zda_alone_says_nothing_of_the_fix_and_is_not_believed),
		cmocka_unit_test(gga_alone_has_no_date_and_is_not_believed),
		cmocka_unit_test(all_sentences_in_any_order_are_understood),
		cmocka_unit_test(all_talkers_are_understood),
		cmocka_unit_test(fractions_of_any_width_are_understood),
		cmocka_unit_test(the_navigational_status_of_nmea_4_1_does_not_disturb),
		cmocka_unit_test(a_fix_of_one_satellite_gives_the_time),
		cmocka_unit_test(five_fixes_a_second_give_one_label),
		cmocka_unit_test(ten_fixes_a_second_without_a_pause_between_give_one_label),
		cmocka_unit_test(
			a_receiver_whose_time_is_never_a_whole_second_labels_the_pulse_before),
	};

	return scenario_main(tests);
}
