/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "pi/setup.h"

#include <string.h>

#include "pi/boot.h"
#include "pi/boot_files.h"
#include "pi/installed.h"
#include "pi/ntp_conf.h"
#include "pi/own_conf.h"
#include "pi/pins.h"
#include "pi/services.h"
#include "pi/user.h"

static int plan_services(struct plan *plan, const struct boot_want *want, bool ntpsec,
			 struct error *err)
{
	struct services_want services = {
		.ntpsec = ntpsec,
		.header = want->uart.header,
		.bluetooth_off = want->uart.swap && want->uart.bluetooth != UART_BLUETOOTH_SLOW,
	};

	return services_plan(plan, &services, err);
}

/* Why a wish cannot be granted, whatever the system looks like. */
static int check_wish(const struct setup_wish *wish, struct error *err)
{
	if (pins_check(wish->gpio, err)) {
		return -1;
	}
	if (wish->overlay == BOOT_PPS_RP1 && wish->model->uart != PI_UART_RP1) {
		return error_set(err,
				 "--overlay pps-rp1 is for Pi 5 models, not a %s: leave it out",
				 wish->model->title);
	}
	return 0;
}

int setup_plan(struct plan *plan, const struct setup_wish *wish, struct setup_facts *facts,
	       struct error *err)
{
	struct boot_want want = {.model = wish->model,
				 .overlay = wish->overlay,
				 .gpio = wish->gpio,
				 .falling = wish->falling,
				 .pull = wish->pull};
	struct ntp_units units;

	if (check_wish(wish, err) ||
	    uart_choose(&want.uart, wish->model, wish->serial, wish->bluetooth, err) ||
	    boot_find(plan->root, facts->boot, sizeof(facts->boot), err)) {
		return -1;
	}
	snprintf(facts->device, sizeof(facts->device), "%s", want.uart.device);
	if (own_conf_plan(plan, &want, wish->baud, wish->poll, &units, err)) {
		return -1;
	}
	int rc = wish->chrony ? ntp_conf_chrony(plan, &units, err)
			      : ntp_conf_ntpsec(plan, &units, err);

	if (rc || installed_plan(plan, err) || user_plan(plan, err) ||
	    plan_services(plan, &want, !wish->chrony, err) ||
	    (wish->poll && services_plan_poll(plan, err))) {
		return -1;
	}
	return boot_files_plan(plan, facts->boot, &want, err);
}
