/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "mcp/tools.h"

#include <stdio.h>
#include <string.h>

#include "common/clean.h"

static json_t *diagnose(const struct mcp_world *world, const json_t *arguments, struct error *err)
{
	(void)arguments;
	return world->diagnosis(world->arg, err);
}

struct mcp_tool {
	const char *name;
	mcp_tool_run *run;
};

static const struct mcp_tool tools[] = {
	{"get_utc_time", mcp_tool_time},
	{"get_ntp_status", mcp_tool_status},
	{"get_pulse_history", mcp_tool_history},
	{"diagnose", diagnose},
};

json_t *mcp_tools_list(void)
{
	return json_loads(mcp_described, 0, NULL);
}

const struct mcp_tool *mcp_tools_find(const char *name)
{
	for (size_t i = 0; i < sizeof(tools) / sizeof(tools[0]); i++) {
		if (strcmp(name, tools[i].name) == 0) {
			return &tools[i];
		}
	}
	return NULL;
}

void mcp_move(json_t *to, json_t *from, const char *key)
{
	json_object_set(to, key, json_object_get(from, key));
}

/* What our input schemas say of an argument: all are integers within limits. */
static int check(const char *key, json_t *value, const json_t *schema, struct error *err)
{
	json_int_t least = json_integer_value(json_object_get(schema, "minimum"));
	json_int_t most = json_integer_value(json_object_get(schema, "maximum"));

	if (!schema) {
		return error_set(err, "there is no argument '%.40s'", key);
	}
	if (!json_is_integer(value) || json_integer_value(value) < least ||
	    json_integer_value(value) > most) {
		return error_set(err,
				 "%s must be an integer from %" JSON_INTEGER_FORMAT
				 " to %" JSON_INTEGER_FORMAT,
				 key, least, most);
	}
	return 0;
}

/* A new object with all arguments: those given, if they are right, and the defaults. */
static json_t *complete(const struct mcp_tool *tool, const json_t *given, struct error *err)
{
	json_t *list = mcp_tools_list();
	json_t *schemas = json_object_get(
		json_object_get(json_array_get(list, (size_t)(tool - tools)), "inputSchema"),
		"properties");
	json_t *all = json_object();
	json_t *value;
	const char *key;

	json_object_foreach(schemas, key, value)
	{
		json_object_set(all, key, json_object_get(value, "default"));
	}
	json_object_foreach((json_t *)(uintptr_t)given, key, value)
	{
		if (check(key, value, json_object_get(schemas, key), err)) {
			json_decref(all);
			all = NULL;
			break;
		}
		json_object_set(all, key, value);
	}
	json_decref(list);
	return all;
}

/*
 * Text may come from a receiver, a segment of another user, a server of the network: nothing in it
 * may be invisible, or long enough to tell a story.
 */
static void clean(json_t *json)
{
	char text[MCP_TEXT_MAX + 1];
	const char *key;
	json_t *value;
	size_t i;

	if (json_is_string(json)) {
		clean_bytes(text, sizeof(text), json_string_value(json), json_string_length(json));
		json_string_set(json, text);
	}
	json_object_foreach(json, key, value)
	{
		clean(value);
	}
	json_array_foreach(json, i, value)
	{
		clean(value);
	}
}

json_t *mcp_tools_call(const struct mcp_tool *tool, const json_t *arguments,
		       const struct mcp_world *world)
{
	struct error err = {"out of memory"};
	json_t *all = complete(tool, arguments, &err);
	json_t *made = all ? tool->run(world, all, &err) : NULL;
	char *text = NULL;
	json_t *result;

	json_decref(all);
	if (made) {
		clean(made);
		text = json_dumps(made, JSON_COMPACT);
	} else {
		clean_text(err.text, sizeof(err.text), err.text);
	}
	result = json_pack("{s:[{s:s, s:s}], s:b}", "content", "type", "text", "text",
			   text ? text : err.text, "isError", !made);
	if (made) {
		json_object_set_new(result, "structuredContent", made);
	}
	free(text);
	return result;
}
