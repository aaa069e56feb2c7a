/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <signal.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>

#include <cmocka.h>

#include "core/core.h"
#include "daemon/state_file.h"
#include "log_catch.h"
#include "scratch.h"

static struct scratch scratch;
static char path[128];
static struct error err;
static struct learned learned;

static int set_up(void **state)
{
	(void)state;
	scratch_make(&scratch);
	scratch_path(&scratch, "state", path, sizeof(path));
	err.text[0] = '\0';
	learned = (struct learned){.lag_ns = 1, .bps = 1};
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&scratch);
	return 0;
}

static void load_text(const char *text)
{
	scratch_write(&scratch, "state", text);
	assert_int_equal(state_file_load(path, &learned, &err), 0);
}

static void what_is_saved_is_loaded(void **state)
{
	const int64_t lags[] = {0, 1, -1, 123456789, -250000000, 2999999999, CORE_NO_LAG};
	const uint32_t rates[] = {0, 1, 4800, 9600, 115200, 4000000};

	(void)state;
	for (size_t i = 0; i < sizeof(lags) / sizeof(lags[0]); i++) {
		for (size_t k = 0; k < sizeof(rates) / sizeof(rates[0]); k++) {
			struct learned saved = {
				.lag_ns = lags[i], .bps = rates[k], .leap_corrected = k % 2};

			assert_int_equal(state_file_save(path, &saved, &err), 0);
			assert_int_equal(state_file_load(path, &learned, &err), 0);
			assert_int_equal(learned.lag_ns, lags[i]);
			assert_int_equal(learned.bps, rates[k]);
			assert_int_equal(learned.leap_corrected, k % 2);
		}
	}
}

static void missing_file_is_nothing_learned(void **state)
{
	(void)state;
	assert_int_equal(state_file_load(path, &learned, &err), 0);
	assert_int_equal(learned.lag_ns, CORE_NO_LAG);
	assert_int_equal(learned.bps, 0);
	assert_int_equal(state_file_load("/nonexistent/folder/state", &learned, &err), 0);
	assert_string_equal(err.text, "");
}

static void junk_is_left_out_and_what_is_good_is_taken(void **state)
{
	const char *const junk[] = {
		"",
		"\n\n",
		"lag_ns\n",
		"lag_ns x\n",
		"lag_ns 12345678901234567890123\n",
		"lag_ns 3000000000\n",
		"lag_ns -3000000000\n",
		"lag_ns 5 6\n",
		"lag_ns 5.5\n",
		"lag_ns 500", /* cut off: more digits may have stood there */
		"bps -1\n",
		"bps 0\n",
		"bps 4000001\n",
		"bps 99999999999\n",
		"averyveryverylongnamethatisnone 5\n",
		"LAG_NS 5\n",
		"\x80\xff\xfe\n",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(junk) / sizeof(junk[0]); i++) {
		load_text(junk[i]);
		assert_int_equal(learned.lag_ns, CORE_NO_LAG);
		assert_int_equal(learned.bps, 0);
	}
	load_text("colour 7\nlag_ns 5\nnonsense\nbps 9600\n");
	assert_int_equal(learned.lag_ns, 5);
	assert_int_equal(learned.bps, 9600);
}

static void line_longer_than_any_of_ours_is_no_value(void **state)
{
	char text[400];

	(void)state;
	memset(text, 'x', sizeof(text));
	snprintf(text + 300, 100, "\nbps 9600\n");
	load_text(text);
	assert_int_equal(learned.bps, 9600);
	assert_int_equal(learned.lag_ns, CORE_NO_LAG);
}

static void folder_in_the_place_of_the_file_is_an_error_that_names_it(void **state)
{
	struct learned saved = {.lag_ns = 5};

	(void)state;
	scratch_mkdir(&scratch, "state");
	assert_int_equal(state_file_save(path, &saved, &err), -1);
	assert_non_null(strstr(err.text, path));
}

static void missing_folder_is_an_error_that_names_the_file(void **state)
{
	struct learned saved = {.lag_ns = 5};

	(void)state;
	scratch_path(&scratch, "none/state", path, sizeof(path));
	assert_int_equal(state_file_save(path, &saved, &err), -1);
	assert_non_null(strstr(err.text, path));
	assert_non_null(strstr(err.text, "No such file"));
}

static void whether_it_can_be_saved_is_known_before(void **state)
{
	(void)state;
	assert_int_equal(state_file_check(path, &err), 0);
	assert_int_equal(state_file_check("/state", &err), access("/", W_OK));
	scratch_path(&scratch, "none/state", path, sizeof(path));
	assert_int_equal(state_file_check(path, &err), -1);
	assert_non_null(strstr(err.text, "/none: No such file or directory; what is learned"));
	assert_non_null(strstr(err.text, "give --state-file a file that can be written, or none"));
}

static void what_cannot_be_saved_is_told_once_and_from_the_start(void **state)
{
	struct state_keeper keeper;
	struct learned now = {.lag_ns = 5000000};
	char folder[128];

	(void)state;
	scratch_path(&scratch, "none", folder, sizeof(folder));
	scratch_path(&scratch, "none/state", path, sizeof(path));
	catch_log();
	state_keeper_load(&keeper, path);
	state_keeper_save(&keeper, &now);
	assert_non_null(strstr(caught_log(), "--state-file"));
	assert_int_equal(caught_lines(), 1);
	/* Later it can; and then the folder is gone again. */
	assert_int_equal(mkdir(folder, 0755), 0);
	catch_log();
	now.bps = 9600;
	state_keeper_save(&keeper, &now);
	assert_string_equal(caught_log(), "");
	assert_int_equal(state_file_load(path, &learned, &err), 0);
	assert_int_equal(learned.bps, 9600);
	assert_int_equal(unlink(path), 0);
	assert_int_equal(rmdir(folder), 0);
	catch_log();
	for (now.bps = 1; now.bps < 4; now.bps++) {
		state_keeper_save(&keeper, &now);
	}
	assert_non_null(strstr(caught_log(), "cannot write"));
	assert_int_equal(caught_lines(), 1);
}

static void only_what_is_worth_it_is_saved(void **state)
{
	struct state_keeper keeper;
	struct learned now = {.lag_ns = 5000000};

	(void)state;
	state_keeper_load(&keeper, path);
	state_keeper_save(&keeper, &now);
	assert_int_equal(unlink(path), 0);
	now.lag_ns += 999999;
	state_keeper_save(&keeper, &now);
	assert_int_not_equal(access(path, F_OK), 0);
	now.lag_ns++;
	state_keeper_save(&keeper, &now);
	assert_int_equal(access(path, F_OK), 0);
	/* Nothing at all is kept where there is no file. */
	state_keeper_load(&keeper, "");
	state_keeper_save(&keeper, &now);
}

static void full_disk_is_an_error_and_the_old_file_stays(void **state)
{
	struct learned saved = {.lag_ns = 5};
	struct rlimit before, nothing;

	(void)state;
	assert_int_equal(state_file_save(path, &saved, &err), 0);
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &before), 0);
	nothing = before;
	nothing.rlim_cur = 0;
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &nothing), 0);
	saved.lag_ns = 6;
	int rc = state_file_save(path, &saved, &err);

	assert_int_equal(setrlimit(RLIMIT_FSIZE, &before), 0);
	assert_int_equal(rc, -1);
	assert_non_null(strstr(err.text, "File too large"));
	assert_int_equal(state_file_load(path, &learned, &err), 0);
	assert_int_equal(learned.lag_ns, 5);
	/* Nothing is left lying about: the next attempt may succeed. */
	assert_int_equal(state_file_save(path, &saved, &err), 0);
}

static void file_that_may_not_be_read_is_an_error(void **state)
{
	(void)state;
	if (geteuid() == 0) {
		/* Root reads everything; a loop of links it cannot. */
		assert_int_equal(symlink(path, path), 0);
	} else {
		scratch_write(&scratch, "state", "bps 9600\n");
		assert_int_equal(chmod(path, 0), 0);
	}
	assert_int_equal(state_file_load(path, &learned, &err), -1);
	assert_non_null(strstr(err.text, path));
	assert_int_equal(learned.lag_ns, CORE_NO_LAG);
}

/* What somebody prepared in the place of the new file is neither followed nor waited for. */
static void what_stands_in_the_place_of_the_new_file_is_replaced(void **state)
{
	struct learned saved = {.lag_ns = 5};
	char fresh[140], precious[128], text[40];

	(void)state;
	snprintf(fresh, sizeof(fresh), "%s.new", path);
	scratch_write(&scratch, "precious", "precious");
	assert_int_equal(symlink("precious", fresh), 0);
	assert_int_equal(state_file_save(path, &saved, &err), 0);
	FILE *file = fopen(scratch_path(&scratch, "precious", precious, sizeof(precious)), "r");

	assert_non_null(fgets(text, sizeof(text), file));
	fclose(file);
	assert_string_equal(text, "precious");
	assert_int_equal(mkfifo(fresh, 0666), 0);
	saved.lag_ns = 6;
	assert_int_equal(state_file_save(path, &saved, &err), 0);
	assert_int_equal(state_file_load(path, &learned, &err), 0);
	assert_int_equal(learned.lag_ns, 6);
}

static void what_is_no_plain_file_is_not_waited_for(void **state)
{
	(void)state;
	assert_int_equal(mkfifo(path, 0666), 0);
	assert_int_equal(state_file_load(path, &learned, &err), -1);
	assert_non_null(
		strstr(err.text, "not a plain file; starting without what was learned before"));
	/* A device that root names by mistake is not replaced by a file. */
	learned.lag_ns = 5;
	assert_int_equal(state_file_save(path, &learned, &err), -1);
	assert_non_null(strstr(err.text, "not a plain file"));
	assert_int_equal(unlink(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_int_equal(state_file_load(path, &learned, &err), -1);
	assert_int_equal(learned.lag_ns, CORE_NO_LAG);
}

static void name_of_any_length_is_an_error_at_most(void **state)
{
	struct learned saved = {.lag_ns = 5};
	static char name[9000];

	(void)state;
	memset(name, 'a', sizeof(name) - 1);
	assert_int_equal(state_file_save(name, &saved, &err), -1);
	assert_non_null(strstr(err.text, "too long"));
}

#define test(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		test(what_is_saved_is_loaded),
		test(missing_file_is_nothing_learned),
		test(junk_is_left_out_and_what_is_good_is_taken),
		test(line_longer_than_any_of_ours_is_no_value),
		test(folder_in_the_place_of_the_file_is_an_error_that_names_it),
		test(missing_folder_is_an_error_that_names_the_file),
		test(whether_it_can_be_saved_is_known_before),
		test(what_cannot_be_saved_is_told_once_and_from_the_start),
		test(only_what_is_worth_it_is_saved),
		test(full_disk_is_an_error_and_the_old_file_stays),
		test(file_that_may_not_be_read_is_an_error),
		test(what_stands_in_the_place_of_the_new_file_is_replaced),
		test(what_is_no_plain_file_is_not_waited_for),
		test(name_of_any_length_is_an_error_at_most),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
