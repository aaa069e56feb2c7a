/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "segment_fixture.h"

#include <fcntl.h>
#include <pthread.h>
#include <stdatomic.h>
#include <sys/stat.h>

/* A segment whose writer damaged the bytes at an offset. */
static void check_refused(size_t at, const void *bytes, size_t len, off_t size, const char *text)
{
	struct segment *segment = create();
	int fd = shm_open(name, O_RDWR, 0);

	assert_int_equal(pwrite(fd, bytes, len, (off_t)at), len);
	if (size >= 0) {
		assert_int_equal(ftruncate(fd, size), 0);
	}
	assert_null(pps2shm_segment_open_fd(dup(fd), why, sizeof(why)));
	/* Only its writer can cut a segment, and this one goes on to write. */
	assert_int_equal(ftruncate(fd, sizeof(struct pps2shm_segment_layout)), 0);
	close(fd);
	if (!strstr(why, text)) {
		fail_msg("'%s' does not say '%s'", why, text);
	}
	segment_close(segment);
}

static void foreign_and_damaged_segments_are_refused_by_name(void **state)
{
	const uint32_t version = 99;
	const uint64_t size = 7;

	(void)state;
	check_refused(0, "ELF", 3, -1, "no status segment of pps2shm");
	check_refused(0, "", 1, -1, "being made");
	check_refused(8, &version, sizeof(version), -1, "version 99");
	check_refused(16, &size, sizeof(size), -1, "7 bytes");
	check_refused(0, "P", 1, 100, "cut short");
	check_refused(0, "P", 1, 0, "cut short");
}

static void a_segment_cut_short_while_open_is_an_error(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct pps2shm_segment_snapshot snapshot;
	struct pps2shm_segment_sample samples[4];
	int fd = shm_open(name, O_RDWR, 0);

	(void)state;
	update_at(segment, 1);
	update_at(segment, 2000000000);
	assert_int_equal(ftruncate(fd, 2000), 0);
	assert_int_equal(pps2shm_segment_read(reader, &snapshot, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "cut short"));
	assert_int_equal(pps2shm_segment_samples(reader, samples, 4, why, sizeof(why)), -1);
	assert_int_equal(ftruncate(fd, sizeof(struct pps2shm_segment_layout)), 0);
	close(fd);
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void hostile_text_cannot_reach_a_terminal(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct core_status status = {0};
	struct segment_extra extra = {.raw_ns = 1};

	(void)state;
	memset(extra.sources[0].name, '\x1b', sizeof(extra.sources[0].name));
	segment_update(segment, &status, &extra);
	struct pps2shm_segment_snapshot seen = read_segment(reader);

	assert_int_equal(strlen(seen.page.sources[0].name), sizeof(seen.page.sources[0].name) - 1);
	assert_int_equal(seen.page.sources[0].name[0], '?');
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void a_writer_that_died_while_writing_is_an_error_not_a_wait(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct pps2shm_segment_snapshot snapshot;
	const uint64_t odd = 5;
	int fd = shm_open(name, O_RDWR, 0);

	(void)state;
	assert_int_equal(
		pwrite(fd, &odd, sizeof(odd), offsetof(struct pps2shm_segment_head, page_seq)),
		sizeof(odd));
	assert_int_equal(pps2shm_segment_read(reader, &snapshot, why, sizeof(why)), -1);
	assert_non_null(strstr(why, "in the middle of writing"));
	close(fd);
	pps2shm_segment_close(reader);
	segment_close(segment);
}

struct hammer {
	struct segment *segment;
	atomic_bool stop;
};

static void *hammer_write(void *arg)
{
	struct hammer *hammer = arg;

	for (int64_t k = 1; !atomic_load(&hammer->stop); k++) {
		struct core_status status = {.label_utc_s = k, .bytes = (uint64_t)k};
		struct segment_extra extra = {.raw_ns = k};

		status.rejects[CORE_CAUSES - 1] = (uint64_t)k;
		extra.sources[PPS2SHM_SEGMENT_SOURCES - 1].losses = (uint64_t)k;
		segment_update(hammer->segment, &status, &extra);
	}
	return NULL;
}

static void a_torn_page_never_gets_out(void **state)
{
	struct hammer hammer = {.segment = create()};
	struct pps2shm_segment *reader = open_segment();
	struct pps2shm_segment_snapshot seen;
	pthread_t writer;
	int whole = 0;

	(void)state;
	assert_int_equal(pthread_create(&writer, NULL, hammer_write, &hammer), 0);
	for (int i = 0; i < 20000; i++) {
		/* A writer without pause may leave no gap for a while: an error, never a mix. */
		if (pps2shm_segment_read(reader, &seen, why, sizeof(why))) {
			continue;
		}
		const struct pps2shm_segment_page *page = &seen.page;

		whole += page->label_utc_s > 0;
		assert_int_equal(page->bytes, page->label_utc_s);
		assert_int_equal(page->rejects[CORE_CAUSES - 1], page->label_utc_s);
		assert_int_equal(page->sources[PPS2SHM_SEGMENT_SOURCES - 1].losses,
				 page->label_utc_s);
		if (whole > 2000) {
			break;
		}
	}
	atomic_store(&hammer.stop, true);
	pthread_join(writer, NULL);
	assert_true(whole > 0);
	pps2shm_segment_close(reader);
	segment_close(hammer.segment);
}

static void the_ring_holds_one_entry_for_each_second(void **state)
{
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	struct pps2shm_segment_sample samples[4];
	struct core_sample pps = {CORE_PPS, 1, 1500, 1000, 0, -20};
	struct core_sample coarse = {CORE_COARSE, 1, 1000, 1700, 0, -1};

	(void)state;
	segment_sample(segment, &pps);
	update_at(segment, 1100000000);
	segment_sample(segment, &coarse);
	update_at(segment, 1900000000); /* the same second: no new entry */
	update_at(segment, 2100000000);
	assert_int_equal(pps2shm_segment_samples(reader, samples, 4, why, sizeof(why)), 2);
	assert_int_equal(samples[0].flags, PPS2SHM_SEGMENT_HAS_PPS);
	assert_int_equal(samples[0].pps_offset_ns, 500);
	assert_int_equal(samples[1].flags, PPS2SHM_SEGMENT_HAS_COARSE);
	assert_int_equal(samples[1].coarse_offset_ns, -700);
	assert_int_equal(samples[1].state, CORE_LOCKED);
	assert_int_equal(samples[1].index, 1);
	pps2shm_segment_close(reader);
	segment_close(segment);
}

static void the_ring_keeps_the_last_hour(void **state)
{
	static struct pps2shm_segment_sample samples[PPS2SHM_SEGMENT_SAMPLES];
	struct segment *segment = create();
	struct pps2shm_segment *reader = open_segment();
	const int seconds = 2 * PPS2SHM_SEGMENT_SAMPLES + 100;

	(void)state;
	for (int64_t i = 1; i <= seconds; i++) {
		update_at(segment, i * 1000000000);
	}
	int n = pps2shm_segment_samples(reader, samples, PPS2SHM_SEGMENT_SAMPLES, why, sizeof(why));

	/* The oldest may just be being overwritten: it is not given out. */
	assert_int_equal(n, PPS2SHM_SEGMENT_SAMPLES - 1);
	for (int i = 0; i < n; i++) {
		assert_int_equal(samples[i].raw_ns, (seconds - n + 1 + i) * INT64_C(1000000000));
	}
	assert_int_equal(pps2shm_segment_samples(reader, samples, 2, why, sizeof(why)), 2);
	assert_int_equal(samples[1].raw_ns, seconds * INT64_C(1000000000));
	pps2shm_segment_close(reader);
	segment_close(segment);
}

/* status, doctor and record wait for nobody who may never come. */
static void what_is_no_plain_file_is_refused_at_once(void **state)
{
	char path[80];

	(void)state;
	snprintf(path, sizeof(path), "/dev/shm%s", name);
	assert_int_equal(mkfifo(path, 0666), 0);
	assert_null(pps2shm_segment_open(name, why, sizeof(why)));
	assert_string_equal(why,
			    "something other than a plain file is in the status segment's place");
	assert_null(pps2shm_segment_open_fd(open(path, O_RDONLY | O_NONBLOCK), why, sizeof(why)));
	assert_int_equal(remove(path), 0);
	assert_int_equal(mkdir(path, 0755), 0);
	assert_null(pps2shm_segment_open(name, why, sizeof(why)));
	assert_int_equal(remove(path), 0);
	assert_int_equal(symlink("/dev/zero", path), 0);
	assert_null(pps2shm_segment_open(name, why, sizeof(why)));
	assert_non_null(strstr(why, "cannot be opened"));
	assert_int_equal(remove(path), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(foreign_and_damaged_segments_are_refused_by_name),
		cmocka_unit_test(what_is_no_plain_file_is_refused_at_once),
		cmocka_unit_test(a_segment_cut_short_while_open_is_an_error),
		cmocka_unit_test(hostile_text_cannot_reach_a_terminal),
		cmocka_unit_test(a_writer_that_died_while_writing_is_an_error_not_a_wait),
		cmocka_unit_test(a_torn_page_never_gets_out),
		cmocka_unit_test(the_ring_holds_one_entry_for_each_second),
		cmocka_unit_test(the_ring_keeps_the_last_hour),
	};

	snprintf(name, sizeof(name), "/pps2shm-test-%d", getpid());
	return cmocka_run_group_tests(tests, NULL, remove_segment);
}
