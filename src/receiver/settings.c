/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "receiver/settings.h"

#include <stdio.h>
#include <string.h>

struct setting *settings_add(struct settings *settings, const char *key, const char *name)
{
	struct setting *setting = &settings->at[settings->count];

	if (settings->count < SETTINGS_MAX - 1) {
		settings->count++;
	}
	memset(setting, 0, sizeof(*setting));
	snprintf(setting->key, sizeof(setting->key), "%s", key);
	snprintf(setting->name, sizeof(setting->name), "%s", name);
	return setting;
}

struct setting *settings_add_bps(struct settings *settings, uint32_t now, uint32_t wanted)
{
	struct setting *setting = settings_add(settings, SETTING_BPS, "bit rate");
	char from[16], to[16];

	snprintf(from, sizeof(from), "%u", now);
	snprintf(to, sizeof(to), "%u", wanted);
	setting_words(setting, from, to);
	setting->bps_now = now;
	setting->bps = wanted;
	return setting;
}

const struct setting *settings_find(const struct settings *settings, const char *key)
{
	for (int i = 0; i < settings->count; i++) {
		if (strcmp(settings->at[i].key, key) == 0) {
			return &settings->at[i];
		}
	}
	return NULL;
}

int settings_differ(const struct settings *settings)
{
	int count = 0;

	for (int i = 0; i < settings->count; i++) {
		count += settings->at[i].differs;
	}
	return count;
}

static void say_rate(char *text, size_t size, long fixes)
{
	if (fixes == 0) {
		snprintf(text, size, "off");
	} else if (fixes == 1) {
		snprintf(text, size, "every fix");
	} else if (fixes > 1) {
		snprintf(text, size, "every %ld fixes", fixes);
	}
}

void setting_rates(struct setting *setting, long now, long wanted)
{
	say_rate(setting->now, sizeof(setting->now), now);
	say_rate(setting->wanted, sizeof(setting->wanted), wanted);
	setting->differs = now != wanted;
}

void setting_words(struct setting *setting, const char *now, const char *wanted)
{
	snprintf(setting->now, sizeof(setting->now), "%s", now ? now : "");
	snprintf(setting->wanted, sizeof(setting->wanted), "%s", wanted);
	setting->differs = strcmp(setting->now, setting->wanted) != 0;
}

uint32_t wish_bps(const struct wish *wish, uint32_t bps, uint32_t most)
{
	if (wish->bps) {
		return wish->bps;
	}
	uint32_t wanted = WISH_BPS < most ? WISH_BPS : most;

	return bps > wanted ? bps : wanted;
}
