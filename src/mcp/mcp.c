/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "mcp/mcp.h"

#include <stdio.h>
#include <string.h>

#include "common/clean.h"
#include "mcp/tools.h"

/* Codes of JSON-RPC 2.0, and one of the protocol's own. */
enum {
	PARSE_ERROR = -32700,
	INVALID_REQUEST = -32600,
	METHOD_NOT_FOUND = -32601,
	INVALID_PARAMS = -32602,
	INTERNAL_ERROR = -32603,
	UNSUPPORTED_VERSION = -32022,
};

/* Stateless: each request says its revision. The others begin with initialize; the latest first. */
#define STATELESS_VERSION "2026-07-28"
static const char *const session_versions[] = {"2025-11-25", "2025-06-18"};
enum { SESSION_VERSIONS = sizeof(session_versions) / sizeof(session_versions[0]) };

#define META "io.modelcontextprotocol/"
/* The list of tools changes with the program alone. */
enum { LIST_GOOD_MS = 3600000 };

/* NULL: it is no text, or has a NUL in it. */
static const char *text_of(const json_t *object, const char *key)
{
	const json_t *value = json_object_get(object, key);
	const char *text = json_string_value(value);

	return text && strlen(text) == json_string_length(value) ? text : NULL;
}

static json_t *envelope(const json_t *id, const char *key, json_t *value)
{
	return json_pack("{s:s, s:O?, s:o}", "jsonrpc", "2.0", "id", id, key, value);
}

static json_t *error_of(const json_t *id, int code, const char *text)
{
	return envelope(id, "error", json_pack("{s:i, s:s}", "code", code, "message", text));
}

/* id: NULL where it could not be read. */
static void refuse(struct mcp_step *step, const json_t *id, int code, const char *text)
{
	step->what = MCP_REPLY;
	step->reply = error_of(id, code, text);
}

static json_t *server_info(const struct mcp *mcp)
{
	return json_pack("{s:s, s:s, s:s}", "name", "pps2shm", "title", "pps2shm: GPS time",
			 "version", mcp->version);
}

/* What all results carry that are stateless. */
static json_t *result_of(const struct mcp_step *step, json_t *result)
{
	if (step->stateless) {
		json_object_set_new(result, "resultType", json_string("complete"));
		json_object_set_new(result, "_meta",
				    json_pack("{s:o}", META "serverInfo", server_info(step->mcp)));
	}
	return result;
}

static void answer(struct mcp_step *step, json_t *result)
{
	step->what = MCP_REPLY;
	step->reply = envelope(step->id, "result", result_of(step, result));
}

/* A result that may be kept for a while, and says so if it is stateless. */
static void answer_to_keep(struct mcp_step *step, json_t *result)
{
	if (step->stateless) {
		json_object_set_new(result, "ttlMs", json_integer(LIST_GOOD_MS));
		json_object_set_new(result, "cacheScope", json_string("public"));
	}
	answer(step, result);
}

static json_t *introduction(void)
{
	return json_pack(
		"{s:{s:{}}, s:s}", "capabilities", "tools", "instructions",
		"The state of pps2shm, which makes time from a GPS receiver's pulses, and of the time daemon that reads it. Everything is read only.");
}

/* ---- the methods ---- */

static void initialize(struct mcp *mcp, const json_t *params, struct mcp_step *step)
{
	const char *asked = text_of(params, "protocolVersion");
	const char *agreed = session_versions[0];

	if (!asked) {
		refuse(step, step->id, INVALID_PARAMS, "initialize needs a protocolVersion");
		return;
	}
	for (int i = 0; i < SESSION_VERSIONS; i++) {
		if (strcmp(asked, session_versions[i]) == 0) {
			agreed = session_versions[i];
		}
	}
	json_t *result = introduction();

	json_object_set_new(result, "protocolVersion", json_string(agreed));
	json_object_set_new(result, "serverInfo", server_info(mcp));
	mcp->initialized = true;
	answer(step, result);
}

static json_t *all_versions(void)
{
	json_t *versions = json_pack("[s]", STATELESS_VERSION);

	for (int i = 0; i < SESSION_VERSIONS; i++) {
		json_array_append_new(versions, json_string(session_versions[i]));
	}
	return versions;
}

static void discover(const json_t *params, struct mcp_step *step)
{
	json_t *result = introduction();

	(void)params;
	json_object_set_new(result, "supportedVersions", all_versions());
	answer_to_keep(step, result);
}

static void ping(const json_t *params, struct mcp_step *step)
{
	(void)params;
	answer(step, json_object());
}

static void list(const json_t *params, struct mcp_step *step)
{
	if (json_object_get(params, "cursor")) {
		refuse(step, step->id, INVALID_PARAMS, "no such cursor: the list has one page");
		return;
	}
	answer_to_keep(step, json_pack("{s:o}", "tools", mcp_tools_list()));
}

static void call(const json_t *params, struct mcp_step *step)
{
	const char *name = text_of(params, "name");
	json_t *arguments = json_object_get(params, "arguments");
	char text[120];

	if (!name || (arguments && !json_is_object(arguments))) {
		refuse(step, step->id, INVALID_PARAMS,
		       "tools/call needs the name of a tool, and arguments that are an object");
		return;
	}
	step->tool = mcp_tools_find(name);
	if (!step->tool) {
		snprintf(text, sizeof(text), "Unknown tool: %s", name);
		clean_text(text, sizeof(text), text);
		refuse(step, step->id, INVALID_PARAMS, text);
		return;
	}
	step->what = MCP_CALL;
	step->arguments = json_incref(arguments);
}

enum { STATELESS = 1, SESSION = 2, BOTH = STATELESS | SESSION };
static const struct {
	const char *name;
	int known_in;
	void (*run)(const json_t *params, struct mcp_step *step);
} methods[] = {
	{"server/discover", STATELESS, discover},
	{"ping", SESSION, ping},
	{"tools/list", BOTH, list},
	{"tools/call", BOTH, call},
};

/* ---- requests ---- */

/* Has a stateless request all that it needs? If not, it is refused. */
static bool check_meta(const json_t *meta, struct mcp_step *step)
{
	const char *asked = text_of(meta, META "protocolVersion");

	if (!asked || !json_is_object(json_object_get(meta, META "clientCapabilities"))) {
		refuse(step, step->id, INVALID_PARAMS,
		       "a request needs " META "protocolVersion and " META
		       "clientCapabilities in its _meta, or initialize before it");
		return false;
	}
	if (strcmp(asked, STATELESS_VERSION) != 0) {
		step->what = MCP_REPLY;
		step->reply =
			envelope(step->id, "error",
				 json_pack("{s:i, s:s, s:{s:o, s:O}}", "code", UNSUPPORTED_VERSION,
					   "message", "Unsupported protocol version", "data",
					   "supported", all_versions(), "requested",
					   json_object_get(meta, META "protocolVersion")));
		return false;
	}
	return true;
}

static void request(struct mcp *mcp, const char *method, const json_t *params,
		    struct mcp_step *step)
{
	const json_t *meta = json_object_get(params, "_meta");
	char text[120];

	if (params && !json_is_object(params)) {
		refuse(step, step->id, INVALID_PARAMS, "params must be an object");
		return;
	}
	if (strcmp(method, "initialize") == 0) {
		initialize(mcp, params, step);
		return;
	}
	/* What comes before a session is no part of one, save a ping. */
	step->stateless = json_object_get(meta, META "protocolVersion") ||
			  strcmp(method, "server/discover") == 0 ||
			  (!mcp->initialized && strcmp(method, "ping") != 0);
	if (step->stateless && !check_meta(meta, step)) {
		return;
	}
	for (size_t i = 0; i < sizeof(methods) / sizeof(methods[0]); i++) {
		if (strcmp(method, methods[i].name) == 0 &&
		    methods[i].known_in & (step->stateless ? STATELESS : SESSION)) {
			methods[i].run(params, step);
			return;
		}
	}
	snprintf(text, sizeof(text), "Method not found: %s", method);
	clean_text(text, sizeof(text), text);
	refuse(step, step->id, METHOD_NOT_FOUND, text);
}

/* All but one may be left alone: those we do not know must be, and initialized says nothing new. */
static void notification(const char *method, const json_t *params, struct mcp_step *step)
{
	json_t *id = json_object_get(params, "requestId");

	if (strcmp(method, "notifications/cancelled") == 0 && id) {
		step->what = MCP_CANCEL;
		step->id = json_incref(id);
	}
}

static void take(struct mcp *mcp, const json_t *message, struct mcp_step *step)
{
	json_t *id = json_object_get(message, "id");
	const json_t *params = json_object_get(message, "params");
	const char *jsonrpc = text_of(message, "jsonrpc");
	const char *method = text_of(message, "method");
	const bool is_id = json_is_string(id) || json_is_integer(id);

	if (json_is_array(message)) {
		refuse(step, NULL, INVALID_REQUEST,
		       "a batch: no revision spoken here has them, send one message a line");
	} else if (!jsonrpc || strcmp(jsonrpc, "2.0") != 0) {
		refuse(step, is_id ? id : NULL, INVALID_REQUEST,
		       "a message is an object with jsonrpc \"2.0\"");
	} else if (method && !id) {
		notification(method, params, step);
	} else if (method && is_id) {
		step->id = json_incref(id);
		request(mcp, method, params, step);
	} else if (method) {
		refuse(step, NULL, INVALID_REQUEST, "an id is a string or an integer");
	} else if (!json_object_get(message, "result") && !json_object_get(message, "error")) {
		refuse(step, is_id ? id : NULL, INVALID_REQUEST,
		       "a request has a method, which is a string");
	} /* else a response: we asked nothing */
}

void mcp_take(struct mcp *mcp, const char *line, size_t len, struct mcp_step *step)
{
	json_error_t why;

	*step = (struct mcp_step){.mcp = mcp};
	while (len > 0 && memchr(" \t\r", line[len - 1], 3)) {
		len--;
	}
	if (len == 0) {
		return;
	}
	json_t *message = json_loadb(line, len, JSON_DECODE_ANY | JSON_ALLOW_NUL, &why);

	if (message) {
		take(mcp, message, step);
		json_decref(message);
	} else {
		char text[sizeof(why.text) + 20];

		snprintf(text, sizeof(text), "Parse error: %s", why.text);
		clean_text(text, sizeof(text), text);
		refuse(step, NULL, PARSE_ERROR, text);
	}
}

void mcp_take_too_long(struct mcp_step *step)
{
	*step = (struct mcp_step){0};
	refuse(step, NULL, INVALID_REQUEST, "a message must be shorter than 1 MiB");
}

json_t *mcp_call(const struct mcp_step *step, const struct mcp_world *world)
{
	json_t *result = mcp_tools_call(step->tool, step->arguments, world);

	return envelope(step->id, "result", result_of(step, result));
}

json_t *mcp_failed(const json_t *id)
{
	return error_of(id, INTERNAL_ERROR, "the tool was ended: it took too long, or failed");
}

void mcp_step_free(struct mcp_step *step)
{
	json_decref(step->reply);
	json_decref(step->id);
	json_decref(step->arguments);
	*step = (struct mcp_step){0};
}
