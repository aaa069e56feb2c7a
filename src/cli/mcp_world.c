/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <pwd.h>
#include <unistd.h>

#include "cli/doctor.h"
#include "cli/mcp.h"
#include "cli/shm.h"
#include "cli/status.h"
#include "sources/source.h"

/* ntpq and chronyc answer at once, or wait for a daemon that does not. */
enum { PATIENCE_MS = 5000 };

static void see_status(void *arg, struct status *status, int64_t *real_ns)
{
	status_look(*(const char **)arg, status);
	clocks_read(&status->raw_ns, real_ns);
}

/* The service's user, this one (a daemon by hand), and root. */
static bool trusts(void *arg, uint32_t owner)
{
	const struct passwd *service = getpwnam("pps2shm");

	(void)arg;
	return owner == 0 || owner == geteuid() || (service && owner == service->pw_uid);
}

static int see_samples(void *arg, struct pps2shm_segment_sample *samples, int most,
		       struct error *err)
{
	struct pps2shm_segment *segment =
		pps2shm_segment_open(*(const char **)arg, err->text, sizeof(err->text));
	int n = segment ? pps2shm_segment_samples(segment, samples, (size_t)most, err->text,
						  sizeof(err->text))
			: -1;

	pps2shm_segment_close(segment);
	return n;
}

static bool see_clock(void *arg, int64_t *maxerr_us)
{
	(void)arg;
	return outside_system.clock(outside_system.arg, maxerr_us) > 0;
}

static json_t *see_units(void *arg)
{
	(void)arg;
	return shm_list_json();
}

static const char *see_time_daemon(void *arg)
{
	(void)arg;
	return status_time_daemon();
}

static void run(void *arg, const char *const *argv, struct doctor_output *output)
{
	(void)arg;
	outside_run(argv, PATIENCE_MS, output);
}

static json_t *diagnosis(void *arg, struct error *err)
{
	(void)arg;
	return doctor_json(err);
}

struct mcp_world mcp_world_system(const char *const *segment)
{
	return (struct mcp_world){
		.arg = (void *)(uintptr_t)segment,
		.status = see_status,
		.trusts = trusts,
		.samples = see_samples,
		.clock = see_clock,
		.units = see_units,
		.time_daemon = see_time_daemon,
		.run = run,
		.diagnosis = diagnosis,
	};
}
