/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * hammer_ntpshm processes|threads|careless|write UPDATES
 *
 * One writes as fast as it can, the other reads as fast as it can. All fields of update i follow
 * from i, so every sample proves itself. Fails if one is not whole. "careless" reads in threads
 * without the protocol: a thread sanitizer that stays silent then would prove nothing. "write" only
 * writes, for a reader elsewhere, to the unit 0 of namespaces that whoever starts it has made.
 */
#include <pthread.h>
#include <stdatomic.h>
#include <sys/mman.h>

#include "ntpshm/internal.h"
#include "private_ipc.h"

#define FACTOR 1234567891LL

struct common {
	atomic_bool ready, done;
	int64_t updates;
	struct ntpshm *shm;
};

struct tally {
	uint64_t whole, taken, torn, clashes, unsafe, unsafe_torn;
};

static struct ntpshm_sample sample_of(int64_t i)
{
	return (struct ntpshm_sample){
		.clock_ns = i * FACTOR,
		.receive_ns = i * FACTOR - i * 7919,
		.mode = 1,
		.leap = (int)(i % 4),
		.precision = (int)(i % 1000003),
	};
}

static bool is_whole(const struct ntpshm_sample *got)
{
	int64_t i = got->clock_ns / FACTOR;
	struct ntpshm_sample sent = sample_of(i);

	return got->clock_ns == sent.clock_ns && got->receive_ns == sent.receive_ns &&
	       got->mode == sent.mode && got->leap == sent.leap && got->precision == sent.precision;
}

static void pause_for(unsigned turns)
{
	for (unsigned i = 0; i < turns; i++) {
		atomic_signal_fence(memory_order_seq_cst); /* keep the loop */
	}
}

static void hammer_write(struct common *common)
{
	unsigned random = 1;

	while (!atomic_load(&common->ready)) {
		pause_for(100);
	}
	for (int64_t i = 1; i <= common->updates; i++) {
		struct ntpshm_sample sample = sample_of(i);

		if (ntpshm_write(common->shm, &sample)) {
			perror("ntpshm_write");
			exit(1);
		}
		random = random * 1664525U + 1013904223U;
		pause_for(random >> 24);
	}
	atomic_store(&common->done, true);
}

/* What a reader without the protocol would take for a sample. */
static bool read_careless(struct ntpshm *shm, struct ntpshm_sample *sample)
{
	const struct ntpshm_time copy = *ntpshm_ref(shm);

	*sample = (struct ntpshm_sample){
		.clock_ns = copy.clockTimeStampSec * NTPSHM_S + copy.clockTimeStampNSec,
		.receive_ns = copy.receiveTimeStampSec * NTPSHM_S + copy.receiveTimeStampNSec,
		.mode = copy.mode,
		.leap = copy.leap,
		.precision = copy.precision,
	};
	return copy.valid;
}

static void read_safe(struct ntpshm *shm, bool consume, struct tally *tally)
{
	struct ntpshm_sample sample;

	switch (ntpshm_read(shm, consume, &sample)) {
	case NTPSHM_SAMPLE:
		tally->whole += is_whole(&sample);
		tally->torn += !is_whole(&sample);
		break;
	case NTPSHM_EMPTY: /* our writer counts twice: what is left standing is whole, too */
		tally->taken++;
		tally->torn += sample.count != 0 && !is_whole(&sample);
		break;
	case NTPSHM_CLASH:
		tally->clashes++;
		break;
	case NTPSHM_BAD_MODE:
		tally->torn++;
		break;
	}
}

static int hammer_read(struct common *common, bool also_careless)
{
	struct tally tally = {0};
	uint64_t reads = 0;

	atomic_store(&common->ready, true);
	while (!atomic_load(&common->done)) {
		struct ntpshm_sample sample;

		read_safe(common->shm, reads % 256 == 0, &tally);
		if (also_careless && read_careless(common->shm, &sample)) {
			tally.unsafe++;
			tally.unsafe_torn += !is_whole(&sample);
		}
		reads++;
	}
	read_safe(common->shm, true, &tally);
	printf("%lld updates, %llu reads: %llu whole samples, %llu already taken, %llu clashes, "
	       "%llu torn\n",
	       (long long)common->updates, (unsigned long long)reads,
	       (unsigned long long)tally.whole, (unsigned long long)tally.taken,
	       (unsigned long long)tally.clashes, (unsigned long long)tally.torn);
	if (also_careless) {
		printf("a reader without the protocol: %llu samples, %llu of them torn\n",
		       (unsigned long long)tally.unsafe, (unsigned long long)tally.unsafe_torn);
	}
	if (tally.torn || !tally.whole) {
		fprintf(stderr, tally.torn ? "torn reads got out\n" : "no sample was read\n");
		return 1;
	}
	return 0;
}

/*
 * One read, which nothing orders against the writer's stores. Not more: the sanitizer skips a read
 * that it has seen before, and has soon forgotten where the first one was.
 */
static int hammer_read_careless(struct common *common)
{
	struct ntpshm_sample sample;

	atomic_store(&common->ready, true);
	printf("a careless read: %s\n",
	       read_careless(common->shm, &sample) && is_whole(&sample) ? "whole" : "not whole");
	return 0;
}

static void *write_thread(void *common)
{
	hammer_write(common);
	return NULL;
}

static int in_threads(struct common *common, bool careless)
{
	pthread_t writer;
	int result;

	if (pthread_create(&writer, NULL, write_thread, common)) {
		return 1;
	}
	result = careless ? hammer_read_careless(common) : hammer_read(common, false);
	pthread_join(writer, NULL);
	return result;
}

static int open_unit(struct common *common)
{
	struct ntpshm_error err;

	common->shm = ntpshm_open(0, NTPSHM_CREATE, &err);
	if (!common->shm) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	return 0;
}

static int only_write(struct common *common)
{
	if (open_unit(common)) {
		return 1;
	}
	atomic_store(&common->ready, true);
	hammer_write(common);
	return 0;
}

static int in_processes(struct common *common)
{
	int status, result;
	pid_t writer;

	private_ipc_enter(false);
	if (open_unit(common)) {
		return 1;
	}
	writer = fork();
	if (writer < 0) {
		return 1;
	}
	if (writer == 0) {
		hammer_write(common);
		_exit(0);
	}
	result = hammer_read(common, true);
	waitpid(writer, &status, 0);
	ntpshm_close(common->shm);
	return result || status != 0;
}

int main(int argc, char **argv)
{
	static struct ntpshm_time memory; /* threads share a handle and need no segment */
	static struct ntpshm on_memory = {.seg = &memory};
	struct common *common;

	if (argc != 3) {
		fprintf(stderr, "usage: hammer_ntpshm processes|threads|careless|write UPDATES\n");
		return 2;
	}
	common = mmap(NULL, sizeof(*common), PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1,
		      0);
	if (common == MAP_FAILED) {
		perror("mmap");
		return 1;
	}
	common->updates = atoll(argv[2]);
	common->shm = &on_memory;
	if (strcmp(argv[1], "write") == 0) {
		return only_write(common);
	}
	return strcmp(argv[1], "processes") == 0
		       ? in_processes(common)
		       : in_threads(common, strcmp(argv[1], "careless") == 0);
}
