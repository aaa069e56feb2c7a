/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
/*
 * Any datagrams to the control port, and any clocks between them. Each datagram has two bytes of length
 * before it; a length of which the upper bit is set is a message instead: eight bytes.
 */
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "ptp/nqptp.h"

static void must(bool holds)
{
	if (!holds) {
		abort();
	}
}

static void check(struct nqptp *nqptp, int64_t raw_ns)
{
	static const struct nqptp_set none;
	struct nqptp_datagram out;
	int sent = 0;

	must(nqptp->peers >= 0 && nqptp->peers <= NQPTP_PEERS);
	must(nqptp->playing || memcmp(&nqptp->set, &none, sizeof(none)) == 0);
	while (nqptp_send(nqptp, raw_ns, &out)) {
		must(++sent <= 2 && (out.to.family == 4 || out.to.family == 6));
	}
}

static void message(struct nqptp *nqptp, const uint8_t *data, int64_t raw_ns)
{
	struct nqptp_source source = {.clock = data[0],
				      .domain = data[1] & 1,
				      .address = {data[1] & 2 ? 4 : 6, {10, 0, 0, data[2]}}};
	int64_t master_ns;

	memcpy(&master_ns, data, sizeof(master_ns));
	if (data[3] & 1) {
		nqptp_announce(nqptp, &source, data[4], data[5], data[6], raw_ns);
	} else {
		nqptp_sample(nqptp, &source, data[3] & 2 ? master_ns : raw_ns, raw_ns);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct nqptp nqptp;
	struct error say;
	int64_t raw_ns = 1000;

	nqptp_init(&nqptp, 1);
	while (size >= 2) {
		bool is_message = data[0] & 0x80;
		size_t len = is_message ? 8 : (size_t)(data[0] << 8 | data[1]);

		raw_ns += (int64_t)data[1] << (is_message ? 22 : 10);
		data += 2;
		size -= 2;
		if (is_message && size < len) {
			break;
		}
		len = len < size ? len : size;
		if (is_message) {
			message(&nqptp, data, raw_ns);
		} else if (nqptp_command(&nqptp, data, len, raw_ns, &say)) {
			must(strlen(say.text) < sizeof(say.text) && !strchr(say.text, '\n'));
		}
		check(&nqptp, raw_ns);
		data += len;
		size -= len;
	}
	return 0;
}
