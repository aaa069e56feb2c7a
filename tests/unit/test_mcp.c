/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "mcp/mcp.h"

static struct mcp mcp;
static json_t *reply; /* the last */

#define META(version)                                                                              \
	"\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"" version                        \
	"\",\"io.modelcontextprotocol/clientCapabilities\":{}}"
#define STATELESS META("2026-07-28")

/* What is to be done with a message; its reply, if there is one, is kept. */
static enum mcp_do take(const char *message, size_t len)
{
	struct mcp_step step;
	enum mcp_do what;

	mcp_take(&mcp, message, len, &step);
	json_decref(reply);
	reply = json_incref(step.reply);
	what = step.what;
	assert_int_equal(what == MCP_REPLY, reply != NULL);
	mcp_step_free(&step);
	return what;
}

static void answered(const char *message)
{
	assert_int_equal(take(message, strlen(message)), MCP_REPLY);
	assert_string_equal(json_string_value(json_object_get(reply, "jsonrpc")), "2.0");
}

static void ignored(const char *message)
{
	assert_int_equal(take(message, strlen(message)), MCP_NOTHING);
}

static json_t *result(const char *key)
{
	json_t *all = json_object_get(reply, "result");

	assert_true(json_is_object(all));
	return json_object_get(all, key);
}

static void expect_text(json_t *json, const char *wanted)
{
	assert_true(json_is_string(json));
	assert_string_equal(json_string_value(json), wanted);
}

static int code(void)
{
	json_t *error = json_object_get(reply, "error");

	assert_true(json_is_string(json_object_get(error, "message")));
	return (int)json_integer_value(json_object_get(error, "code"));
}

static void refused(const char *message, int wanted)
{
	answered(message);
	assert_int_equal(code(), wanted);
}

/* The same where the id could not be read. */
static void refused_unread(const char *message, size_t len, int wanted)
{
	assert_int_equal(take(message, len), MCP_REPLY);
	assert_int_equal(code(), wanted);
	assert_true(json_is_null(json_object_get(reply, "id")));
}

static int begin(void **state)
{
	(void)state;
	mcp = (struct mcp){.version = "1.2"};
	return 0;
}

static int begin_session(void **state)
{
	begin(state);
	answered(
		"{\"jsonrpc\":\"2.0\",\"id\":0,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"2025-11-25\"}}");
	return 0;
}

static void initialize_agrees_on_a_revision_that_we_speak(void **state)
{
	static const char *const asked_and_got[][2] = {
		{"2025-11-25", "2025-11-25"}, {"2025-06-18", "2025-06-18"},
		{"2025-03-26", "2025-11-25"}, {"2026-07-28", "2025-11-25"},
		{"1.0", "2025-11-25"},
	};
	char message[200];

	(void)state;
	for (size_t i = 0; i < sizeof(asked_and_got) / sizeof(asked_and_got[0]); i++) {
		snprintf(
			message, sizeof(message),
			"{\"jsonrpc\":\"2.0\",\"id\":7,\"method\":\"initialize\",\"params\":{\"protocolVersion\":\"%s\",\"capabilities\":{}}}",
			asked_and_got[i][0]);
		answered(message);
		expect_text(result("protocolVersion"), asked_and_got[i][1]);
	}
	assert_true(json_is_object(json_object_get(result("capabilities"), "tools")));
	expect_text(json_object_get(result("serverInfo"), "name"), "pps2shm");
	expect_text(json_object_get(result("serverInfo"), "version"), "1.2");
	assert_null(result("resultType"));
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\"}", -32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"initialize\",\"params\":{\"protocolVersion\":2}}",
		-32602);
}

static void a_session_begins_with_initialize(void **state)
{
	(void)state;
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", -32602);
	assert_non_null(strstr(
		json_string_value(json_object_get(json_object_get(reply, "error"), "message")),
		"initialize"));
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"get_utc_time\"}}",
		-32602);
	answered("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}");
	assert_int_equal(json_object_size(json_object_get(reply, "result")), 0);
	begin_session(NULL);
	ignored("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/initialized\"}");
	answered("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
	assert_null(result("resultType"));
	assert_null(result("ttlMs"));
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\"}", -32602);
}

static void a_request_that_says_its_revision_needs_no_session(void **state)
{
	(void)state;
	answered("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{" STATELESS
		 "}}");
	expect_text(result("resultType"), "complete");
	expect_text(result("cacheScope"), "public");
	assert_true(json_integer_value(result("ttlMs")) > 0);
	expect_text(json_object_get(
			    json_object_get(result("_meta"), "io.modelcontextprotocol/serverInfo"),
			    "name"),
		    "pps2shm");
	/* Nothing is kept from one to the next. */
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}", -32602);
	/* What it has no more. */
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":{" STATELESS "}}",
		-32601);
	/* What it must have. */
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":\"2026-07-28\"}}}",
		-32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"_meta\":{\"io.modelcontextprotocol/protocolVersion\":1}}}",
		-32602);
}

static void a_revision_that_we_do_not_speak_is_told_those_we_do(void **state)
{
	json_t *data;

	(void)state;
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{" META(
			"1900-01-01") "}}",
		-32022);
	data = json_object_get(json_object_get(reply, "error"), "data");
	expect_text(json_object_get(data, "requested"), "1900-01-01");
	assert_int_equal(json_array_size(json_object_get(data, "supported")), 3);
	expect_text(json_array_get(json_object_get(data, "supported"), 0), "2026-07-28");
}

static void discover_tells_revisions_and_what_we_can(void **state)
{
	(void)state;
	answered(
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"server/discover\",\"params\":{" STATELESS
		"}}");
	expect_text(result("resultType"), "complete");
	assert_int_equal(json_array_size(result("supportedVersions")), 3);
	assert_true(json_is_object(json_object_get(result("capabilities"), "tools")));
	assert_true(json_is_integer(result("ttlMs")));
}

static void an_id_comes_back_as_it_was(void **state)
{
	static const char *const good[] = {
		"1",    "0",     "-5",           "9223372036854775807", "\"a\"",
		"\"\"", "\"1\"", "\"\\u0000x\"", "\"\\u00e4\\n\"",
	};
	static const char *const bad[] = {"null", "1.5", "true", "[1]", "{}"};
	char message[100];

	(void)state;
	for (size_t i = 0; i < sizeof(good) / sizeof(good[0]); i++) {
		json_t *id = json_loads(good[i], JSON_DECODE_ANY | JSON_ALLOW_NUL, NULL);

		snprintf(message, sizeof(message),
			 "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}", good[i]);
		answered(message);
		assert_true(json_is_object(json_object_get(reply, "result")));
		assert_true(json_equal(json_object_get(reply, "id"), id));
		json_decref(id);
	}
	for (size_t i = 0; i < sizeof(bad) / sizeof(bad[0]); i++) {
		snprintf(message, sizeof(message),
			 "{\"jsonrpc\":\"2.0\",\"id\":%s,\"method\":\"ping\"}", bad[i]);
		refused_unread(message, strlen(message), -32600);
	}
}

static void notifications_and_answers_are_never_answered(void **state)
{
	(void)state;
	ignored("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/whatever\",\"params\":[1]}");
	ignored("{\"jsonrpc\":\"2.0\",\"method\":\"tools/list\"}");
	ignored("{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\"}");
	ignored("{\"jsonrpc\":\"2.0\",\"id\":1,\"result\":{}}");
	ignored("{\"jsonrpc\":\"2.0\",\"id\":1,\"error\":{\"code\":1,\"message\":\"no\"}}");
	ignored("");
	ignored(" \t\r");
}

static void a_call_can_be_cancelled(void **state)
{
	static const char message[] =
		"{\"jsonrpc\":\"2.0\",\"method\":\"notifications/cancelled\",\"params\":{\"requestId\":\"r\",\"reason\":\"x\"}}";
	struct mcp_step step;

	(void)state;
	mcp_take(&mcp, message, strlen(message), &step);
	assert_int_equal(step.what, MCP_CANCEL);
	expect_text(step.id, "r");
	mcp_step_free(&step);
}

static void what_is_no_json_is_a_parse_error(void **state)
{
	static const char *const messages[] = {
		"x",
		"{",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"pi",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"} more",
		"{'jsonrpc':'2.0'}",
		"\"\\ud800\"",
		"{\"a\\u0000b\":1}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xff\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\xc0\xaf\"}",
		"\xef\xbb\xbf{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}",
		"{\"jsonrpc\":\"2.0\",\"id\":99999999999999999999,\"method\":\"ping\"}",
		"1e999999",
	};
	static const char with_nul[] = "{\"jsonrpc\":\"2.0\",\"id\":1,\0\"method\":\"ping\"}";
	enum { DEEP = 500000 };
	char *deep = malloc(DEEP);

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		refused_unread(messages[i], strlen(messages[i]), -32700);
	}
	refused_unread(with_nul, sizeof(with_nul) - 1, -32700);
	refused_unread("\0", 1, -32700);
	assert_non_null(deep);
	memset(deep, '[', DEEP);
	refused_unread(deep, DEEP, -32700);
	for (int i = 0; i + 5 <= DEEP; i += 5) {
		memcpy(deep + i, "{\"a\":", 5);
	}
	refused_unread(deep, DEEP, -32700);
	free(deep);
}

static void what_is_no_message_is_an_invalid_request(void **state)
{
	static const char *const messages[] = {
		"1",
		"\"x\"",
		"null",
		"true",
		"{}",
		"[]",
		"{\"id\":1,\"method\":\"ping\"}",
		"[{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\"}]",
	};

	(void)state;
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		answered(messages[i]);
		assert_int_equal(code(), -32600);
	}
	refused("{\"jsonrpc\":\"1.0\",\"id\":4,\"method\":\"ping\"}", -32600);
	assert_int_equal(json_integer_value(json_object_get(reply, "id")), 4);
	refused("{\"jsonrpc\":2.0,\"id\":4,\"method\":\"ping\"}", -32600);
	refused("{\"jsonrpc\":\"2.0\",\"id\":4}", -32600);
	refused("{\"jsonrpc\":\"2.0\",\"id\":4,\"method\":5}", -32600);
}

static void what_is_too_long_is_an_invalid_request(void **state)
{
	struct mcp_step step;

	(void)state;
	mcp_take_too_long(&step);
	assert_int_equal(step.what, MCP_REPLY);
	json_decref(reply);
	reply = json_incref(step.reply);
	assert_int_equal(code(), -32600);
	mcp_step_free(&step);
}

static void an_unknown_method_is_named_and_is_not_found(void **state)
{
	(void)state;
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"resources/\\u001blist\"}", -32601);
	expect_text(json_object_get(json_object_get(reply, "error"), "message"),
		    "Method not found: resources/?list");
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"\"}", -32601);
	/* A name with a NUL is not the name before it, and no name at all. */
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\\u0000\"}", -32600);
}

static void params_of_another_kind_are_invalid(void **state)
{
	(void)state;
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":[]}", -32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"ping\",\"params\":null}", -32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\",\"params\":{\"cursor\":\"x\"}}",
		-32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\"}", -32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":7}}",
		-32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"diagnose\",\"arguments\":[]}}",
		-32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"diagnose\\u0000\"}}",
		-32602);
	refused("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"rm\"}}",
		-32602);
	expect_text(json_object_get(json_object_get(reply, "error"), "message"),
		    "Unknown tool: rm");
}

static void each_tool_that_is_listed_explains_itself_and_can_be_called(void **state)
{
	json_t *tool, *tools;
	char message[200];
	size_t i;

	(void)state;
	answered("{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/list\"}");
	tools = json_incref(result("tools"));
	assert_int_equal(json_array_size(tools), 4);
	json_array_foreach(tools, i, tool)
	{
		assert_true(json_string_length(json_object_get(tool, "title")) > 0);
		assert_true(json_string_length(json_object_get(tool, "description")) > 20);
		for (const char *const *schema =
			     (const char *const[]){"inputSchema", "outputSchema", NULL};
		     *schema; schema++) {
			expect_text(json_object_get(json_object_get(tool, *schema), "type"),
				    "object");
		}
		assert_true(json_is_true(
			json_object_get(json_object_get(tool, "annotations"), "readOnlyHint")));
		snprintf(
			message, sizeof(message),
			"{\"jsonrpc\":\"2.0\",\"id\":1,\"method\":\"tools/call\",\"params\":{\"name\":\"%s\"}}",
			json_string_value(json_object_get(tool, "name")));
		assert_int_equal(take(message, strlen(message)), MCP_CALL);
	}
	json_decref(tools);
}

static void a_call_that_came_to_no_end_is_an_internal_error(void **state)
{
	json_t *id = json_integer(9);

	(void)state;
	json_decref(reply);
	reply = mcp_failed(id);
	assert_int_equal(code(), -32603);
	assert_true(json_equal(json_object_get(reply, "id"), id));
	json_decref(id);
}

static int end(void **state)
{
	(void)state;
	json_decref(reply);
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup(initialize_agrees_on_a_revision_that_we_speak, begin),
		cmocka_unit_test_setup(a_session_begins_with_initialize, begin),
		cmocka_unit_test_setup(a_request_that_says_its_revision_needs_no_session, begin),
		cmocka_unit_test_setup(a_revision_that_we_do_not_speak_is_told_those_we_do, begin),
		cmocka_unit_test_setup(discover_tells_revisions_and_what_we_can, begin),
		cmocka_unit_test_setup(an_id_comes_back_as_it_was, begin),
		cmocka_unit_test_setup(notifications_and_answers_are_never_answered, begin),
		cmocka_unit_test_setup(a_call_can_be_cancelled, begin),
		cmocka_unit_test_setup(what_is_no_json_is_a_parse_error, begin),
		cmocka_unit_test_setup(what_is_no_message_is_an_invalid_request, begin),
		cmocka_unit_test_setup(what_is_too_long_is_an_invalid_request, begin),
		cmocka_unit_test_setup(an_unknown_method_is_named_and_is_not_found, begin_session),
		cmocka_unit_test_setup(params_of_another_kind_are_invalid, begin_session),
		cmocka_unit_test_setup(each_tool_that_is_listed_explains_itself_and_can_be_called,
				       begin_session),
		cmocka_unit_test_setup(a_call_that_came_to_no_end_is_an_internal_error, begin),
	};

	return cmocka_run_group_tests(tests, NULL, end);
}
