/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * To be preloaded into the daemon: what happens while it holds the engine's lock, which is the one
 * whose holder inherits priority.
 *
 * At the end it writes to the file LOCKWATCH_REPORT how long the lock was held, in ns:
 *
 *   holds COUNT
 *   median NS
 *   p99 NS
 *   worst NS
 *
 * With LOCKWATCH_CALLS in the environment it also catches each system call made meanwhile, whoever
 * makes it (Linux's syscall user dispatch, x86-64), and appends "call NUMBER COUNT" for each; but
 * not for the reading of a timer, by which the engine learns that the clock was set. That is slow:
 * times are then not worth reading.
 */
#include <dlfcn.h>
#include <errno.h>
#include <pthread.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <ucontext.h>
#include <unistd.h>

enum { HOLDS_MAX = 1 << 20, CALLS_MAX = 512, INHERITS = 32 /* of the C library's mutex kind */ };

static uint32_t held_ns[HOLDS_MAX];
static atomic_uint holds;
static atomic_uint calls[CALLS_MAX];
static bool catch_calls;

static _Thread_local int64_t since_ns;

static int64_t now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * INT64_C(1000000000) + t.tv_nsec;
}

/* --- system calls, caught --- */

#ifdef __x86_64__

#define DISPATCH 59 /* PR_SET_SYSCALL_USER_DISPATCH */
#define CAUGHT   ((char)1)

static _Thread_local volatile char selector __attribute__((tls_model("initial-exec")));
static _Thread_local bool dispatched __attribute__((tls_model("initial-exec")));

/* System calls from within these few bytes are never caught. */
long lockwatch_call(long number, long a, long b, long c, long d, long e, long f);
void lockwatch_restore(void);
extern const char lockwatch_free_begin[], lockwatch_free_end[];

__asm__(".pushsection .text.lockwatch, \"ax\"\n"
	"lockwatch_free_begin:\n"
	"lockwatch_restore:\n"
	"	mov $15, %eax\n" /* rt_sigreturn */
	"	syscall\n"
	"	ud2\n"
	"lockwatch_call:\n"
	"	mov %rdi, %rax\n"
	"	mov %rsi, %rdi\n"
	"	mov %rdx, %rsi\n"
	"	mov %rcx, %rdx\n"
	"	mov %r8, %r10\n"
	"	mov %r9, %r8\n"
	"	mov 8(%rsp), %r9\n"
	"	syscall\n"
	"	ret\n"
	"lockwatch_free_end:\n"
	".popsection\n");

static bool is_timer(long fd)
{
	static const char timer[] = "anon_inode:[timerfd]";
	char path[40], name[sizeof(timer)];
	long len;

	snprintf(path, sizeof(path), "/proc/self/fd/%ld", fd);
	len = lockwatch_call(SYS_readlink, (long)path, (long)name, sizeof(name), 0, 0, 0);
	return len == sizeof(timer) - 1 && memcmp(name, timer, sizeof(timer) - 1) == 0;
}

static void on_call(int signal_number, siginfo_t *info, void *context)
{
	greg_t *r = ((ucontext_t *)context)->uc_mcontext.gregs;

	(void)signal_number;
	(void)info;
	if (r[REG_RAX] >= 0 && r[REG_RAX] < CALLS_MAX &&
	    !(r[REG_RAX] == SYS_read && is_timer(r[REG_RDI]))) {
		atomic_fetch_add(&calls[r[REG_RAX]], 1);
	}
	r[REG_RAX] = lockwatch_call(r[REG_RAX], r[REG_RDI], r[REG_RSI], r[REG_RDX], r[REG_R10],
				    r[REG_R8], r[REG_R9]);
}

/* As the kernel wants it: the C library would return from the handler by a call that is caught. */
static void catch_begin(void)
{
	struct {
		void (*handler)(int, siginfo_t *, void *);
		unsigned long flags;
		void (*restorer)(void);
		unsigned long mask;
	} action = {on_call, SA_SIGINFO | SA_NODEFER | 0x04000000 /* SA_RESTORER */,
		    lockwatch_restore, 0};

	if (syscall(SYS_rt_sigaction, SIGSYS, &action, NULL, 8) != 0) {
		abort();
	}
}

static void catch_set(bool on)
{
	if (!dispatched &&
	    prctl(DISPATCH, 1, (unsigned long)lockwatch_free_begin,
		  (unsigned long)(lockwatch_free_end - lockwatch_free_begin), &selector) != 0) {
		abort();
	}
	dispatched = true;
	selector = on ? CAUGHT : 0;
}

#else

static void catch_begin(void)
{
	abort();
}

static void catch_set(bool on)
{
	(void)on;
}

#endif

/* --- what the program calls, in place of the C library's --- */

static bool inherits(const pthread_mutex_t *mutex)
{
	return mutex->__data.__kind & INHERITS;
}

int pthread_mutex_lock(pthread_mutex_t *mutex)
{
	static int (*next)(pthread_mutex_t *);
	int failed;

	if (!next) {
		next = (int (*)(pthread_mutex_t *))dlsym(RTLD_NEXT, "pthread_mutex_lock");
	}
	failed = next(mutex);
	if (!failed && inherits(mutex)) {
		since_ns = now_ns();
		if (catch_calls) {
			catch_set(true);
		}
	}
	return failed;
}

int pthread_mutex_unlock(pthread_mutex_t *mutex)
{
	static int (*next)(pthread_mutex_t *);
	unsigned int n;

	if (!next) {
		next = (int (*)(pthread_mutex_t *))dlsym(RTLD_NEXT, "pthread_mutex_unlock");
	}
	if (inherits(mutex)) {
		if (catch_calls) {
			catch_set(false);
		}
		n = atomic_fetch_add(&holds, 1);
		held_ns[n % HOLDS_MAX] = (uint32_t)(now_ns() - since_ns);
	}
	return next(mutex);
}

/* --- begin and end --- */

__attribute__((constructor)) static void begin(void)
{
	catch_calls = getenv("LOCKWATCH_CALLS") != NULL;
	if (catch_calls) {
		catch_begin();
	}
}

static int by_size(const void *a, const void *b)
{
	uint32_t x = *(const uint32_t *)a, y = *(const uint32_t *)b;

	return (x > y) - (x < y);
}

__attribute__((destructor)) static void report(void)
{
	const char *path = getenv("LOCKWATCH_REPORT");
	unsigned int n = holds < HOLDS_MAX ? holds : HOLDS_MAX;
	FILE *file = path && n ? fopen(path, "w") : NULL;

	if (!file) {
		return;
	}
	qsort(held_ns, n, sizeof(held_ns[0]), by_size);
	fprintf(file, "holds %u\nmedian %u\np99 %u\nworst %u\n", holds, held_ns[n / 2],
		held_ns[(uint64_t)n * 99 / 100], held_ns[n - 1]);
	for (int i = 0; i < CALLS_MAX; i++) {
		if (calls[i]) {
			fprintf(file, "call %d %u\n", i, calls[i]);
		}
	}
	fclose(file);
}
