/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "ptp/nqptp_command.h"

static struct nqptp_command command;
static struct error err;

#define PARSE(text) nqptp_command_parse(&command, (text), sizeof(text), &err) /* with its NUL */

static void assert_bad(const char *text, const char *why)
{
	assert_int_equal(nqptp_command_parse(&command, text, strlen(text), &err), -1);
	assert_non_null(strstr(err.text, why));
}

static void each_command_is_understood(void **state)
{
	(void)state;
	assert_int_equal(PARSE("/nqptp B"), 0);
	assert_int_equal(command.verb, NQPTP_BEGIN);
	assert_int_equal(PARSE("/nqptp E"), 0);
	assert_int_equal(command.verb, NQPTP_END);
	assert_int_equal(PARSE("/nqptp P"), 0);
	assert_int_equal(command.verb, NQPTP_PAUSE);
	assert_int_equal(PARSE("/nqptp T"), 0);
	assert_int_equal(command.verb, NQPTP_TIMING);
	assert_int_equal(command.peers, 0);
}

static void any_name_and_any_end_will_do(void **state)
{
	(void)state;
	assert_int_equal(nqptp_command_parse(&command, "other  B \r\n", 11, &err), 0);
	assert_int_equal(command.verb, NQPTP_BEGIN);
	assert_int_equal(nqptp_command_parse(&command, "/nqptp E\0T B", 12, &err), 0);
	assert_int_equal(command.verb, NQPTP_END);
}

static void peers_are_of_both_ip_versions(void **state)
{
	static const uint8_t ipv4[16] = {192, 168, 1, 5};
	static const uint8_t ipv6[16] = {0xfe, 0x80, [15] = 0x1a};

	(void)state;
	assert_int_equal(PARSE("/nqptp T 192.168.1.5 fe80::1a%eth0 ::ffff:192.168.1.5"), 0);
	assert_int_equal(command.peers, 3);
	assert_int_equal(command.peer[0].family, 4);
	assert_memory_equal(command.peer[0].bytes, ipv4, 16);
	assert_int_equal(command.peer[1].family, 6);
	assert_memory_equal(command.peer[1].bytes, ipv6, 16);
	assert_int_equal(command.peer[2].family, 4);
	assert_memory_equal(command.peer[2].bytes, ipv4, 16);
}

static void what_is_no_address_is_left_out(void **state)
{
	(void)state;
	assert_int_equal(PARSE("/nqptp T speaker 10.0.0.256 10.0.0.7"), 0);
	assert_int_equal(command.peers, 1);
	assert_int_equal(command.peer[0].bytes[3], 7);
	assert_bad("/nqptp T speaker", "no address");
}

static void a_long_list_is_cut(void **state)
{
	char text[NQPTP_DATAGRAM_MAX] = "/nqptp T";

	(void)state;
	while (strlen(text) < sizeof(text) - 20) {
		strcat(text, " 10.0.0.1");
	}
	assert_int_equal(nqptp_command_parse(&command, text, strlen(text), &err), 0);
	assert_int_equal(command.peers, NQPTP_PEERS);
}

static void all_else_is_told_as_bad(void **state)
{
	(void)state;
	assert_bad("", "empty");
	assert_bad(" \n", "empty");
	assert_bad("/nqptp", "no command");
	assert_bad("/nqptp X", "unknown command");
	assert_bad("/nqptp BB", "unknown command");
	assert_bad("/nqptp B 10.0.0.1", "too many words");
	assert_bad("/nqptp \033[2J", "/nqptp ?[2J");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_command_is_understood),
		cmocka_unit_test(any_name_and_any_end_will_do),
		cmocka_unit_test(peers_are_of_both_ip_versions),
		cmocka_unit_test(what_is_no_address_is_left_out),
		cmocka_unit_test(a_long_list_is_cut),
		cmocka_unit_test(all_else_is_told_as_bad),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
