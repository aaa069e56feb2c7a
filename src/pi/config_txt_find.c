/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "pi/config_txt.h"

const struct config_txt_item *config_txt_last(const struct config_txt *config,
					      enum config_txt_kind kind, const char *name,
					      bool with_own)
{
	for (size_t i = config->count; i > 0; i--) {
		const struct config_txt_item *item = &config->items[i - 1];

		if (item->kind == kind && strcasecmp(item->name, name) == 0 &&
		    (with_own || !item->own)) {
			return item;
		}
	}
	return NULL;
}

const struct config_txt_item *config_txt_overlay(const struct config_txt *config, const char *name,
						 size_t *at)
{
	while (*at < config->count) {
		const struct config_txt_item *item = &config->items[(*at)++];

		if (item->kind == CONFIG_TXT_OVERLAY && (!name || strcmp(item->name, name) == 0)) {
			return item;
		}
	}
	return NULL;
}

const struct config_txt_item *config_txt_param(const struct config_txt *config, long overlay,
					       const char *name)
{
	for (size_t i = config->count; i > 0; i--) {
		const struct config_txt_item *item = &config->items[i - 1];

		if (item->kind == CONFIG_TXT_PARAM && item->overlay == overlay &&
		    strcmp(item->name, name) == 0) {
			return item;
		}
	}
	return NULL;
}

bool config_txt_is_on(const struct config_txt_item *item)
{
	static const char *const words[] = {"", "on", "y", "yes", "true", "1"};

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (strcmp(item->value, words[i]) == 0) {
			return true;
		}
	}
	return false;
}

long config_txt_number(const struct config_txt_item *item)
{
	char *end;
	long number = strtol(item->value, &end, 0);

	return item->value[0] >= '0' && item->value[0] <= '9' && *end == '\0' ? number : -1;
}
