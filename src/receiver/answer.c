/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/answer.h"

#include <stdio.h>
#include <stdlib.h>

long answer_number(const struct reply *reply, int field, long missing)
{
	char *end;

	if (field >= reply->fields.count) {
		return missing;
	}
	const char *text = reply->fields.field[field];
	long number = strtol(text, &end, 10);

	return end == text || *end ? missing : number;
}

void answer_fields(const struct reply *reply, int from, char *text, size_t size)
{
	size_t n = 0;

	text[0] = '\0';
	for (int i = from; i < reply->fields.count && n < size; i++) {
		n += (size_t)snprintf(text + n, size - n, "%s%s", i > from ? "," : "",
				      reply->fields.field[i]);
	}
}

void answer_fixes(const struct reply *reply, const char *command, struct settings *settings)
{
	struct setting *setting = settings_add(settings, "fixes", "time between fixes");
	long now = answer_number(reply, 1, 1000);
	char text[24];

	snprintf(text, sizeof(text), "%ld ms", now);
	setting_words(setting, text, "1000 ms");
	command_text(&setting->set, "%s,1000", command);
	command_text(&setting->undo, "%s,%ld", command, now);
}
