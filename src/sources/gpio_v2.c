/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "sources/gpio_line.h"

#include <errno.h>
#include <gpiod.h>
#include <stdio.h>
#include <stdlib.h>

#define CONSUMER "pps2shm"

struct gpio_chip {
	struct gpiod_chip *chip;
	struct gpiod_chip_info *info;
};

struct gpio_line {
	struct gpiod_line_request *request;
	struct gpiod_edge_event_buffer *buffer;
	bool realtime;
};

struct gpio_chip *gpio_chip_open(const char *path)
{
	struct gpio_chip *chip = calloc(1, sizeof(*chip));

	if (!chip) {
		return NULL;
	}
	chip->chip = gpiod_chip_open(path);
	if (chip->chip) {
		chip->info = gpiod_chip_get_info(chip->chip);
	}
	if (!chip->info) {
		int saved = errno;

		gpiod_chip_close(chip->chip);
		free(chip);
		errno = saved;
		return NULL;
	}
	return chip;
}

void gpio_chip_close(struct gpio_chip *chip)
{
	gpiod_chip_info_free(chip->info);
	gpiod_chip_close(chip->chip);
	free(chip);
}

const char *gpio_chip_label(const struct gpio_chip *chip)
{
	return gpiod_chip_info_get_label(chip->info);
}

int gpio_chip_consumer(struct gpio_chip *chip, unsigned int offset, char *consumer, size_t size)
{
	struct gpiod_line_info *info = gpiod_chip_get_line_info(chip->chip, offset);

	if (!info) {
		return -1;
	}
	const char *name = gpiod_line_info_get_consumer(info);
	int used = gpiod_line_info_is_used(info);

	snprintf(consumer, size, "%s", name ? name : "");
	gpiod_line_info_free(info);
	return used;
}

int gpio_chip_is_output(struct gpio_chip *chip, unsigned int offset)
{
	struct gpiod_line_info *info = gpiod_chip_get_line_info(chip->chip, offset);

	if (!info) {
		return -1;
	}
	int output = gpiod_line_info_get_direction(info) == GPIOD_LINE_DIRECTION_OUTPUT;

	gpiod_line_info_free(info);
	return output;
}

/* One request with the given settings; NULL with errno. */
static struct gpiod_line_request *request_line(struct gpiod_chip *chip, unsigned int offset,
					       struct gpiod_line_settings *settings)
{
	struct gpiod_line_request *request = NULL;
	struct gpiod_line_config *lines = gpiod_line_config_new();
	struct gpiod_request_config *config = gpiod_request_config_new();

	if (lines && config &&
	    gpiod_line_config_add_line_settings(lines, &offset, 1, settings) == 0) {
		gpiod_request_config_set_consumer(config, CONSUMER);
		request = gpiod_chip_request_lines(chip, config, lines);
	}
	int saved = errno;

	gpiod_request_config_free(config);
	gpiod_line_config_free(lines);
	errno = saved;
	return request;
}

static struct gpiod_line_request *request_clock(struct gpiod_chip *chip, unsigned int offset,
						enum gpio_edges edges, enum gpiod_line_clock clock)
{
	static const enum gpiod_line_edge wanted[] = {
		[GPIO_EDGES_RISING] = GPIOD_LINE_EDGE_RISING,
		[GPIO_EDGES_FALLING] = GPIOD_LINE_EDGE_FALLING,
		[GPIO_EDGES_BOTH] = GPIOD_LINE_EDGE_BOTH,
	};
	struct gpiod_line_settings *settings = gpiod_line_settings_new();
	struct gpiod_line_request *request = NULL;

	if (!settings) {
		return NULL;
	}
	if (gpiod_line_settings_set_direction(settings, GPIOD_LINE_DIRECTION_INPUT) == 0 &&
	    gpiod_line_settings_set_edge_detection(settings, wanted[edges]) == 0 &&
	    gpiod_line_settings_set_event_clock(settings, clock) == 0) {
		request = request_line(chip, offset, settings);
	}
	int saved = errno;

	gpiod_line_settings_free(settings);
	errno = saved;
	return request;
}

struct gpio_line *gpio_line_request(struct gpio_chip *chip, unsigned int offset,
				    enum gpio_edges edges)
{
	struct gpio_line *line = calloc(1, sizeof(*line));

	if (!line) {
		return NULL;
	}
	line->buffer = gpiod_edge_event_buffer_new(1);
	line->realtime = true;
	if (line->buffer) {
		line->request = request_clock(chip->chip, offset, edges, GPIOD_LINE_CLOCK_REALTIME);
	}
	/* Kernels before 5.11 know no other clock than the monotonic one. */
	if (line->buffer && !line->request && (errno == EINVAL || errno == EOPNOTSUPP)) {
		line->realtime = false;
		line->request =
			request_clock(chip->chip, offset, edges, GPIOD_LINE_CLOCK_MONOTONIC);
	}
	if (!line->request) {
		int saved = errno;

		gpiod_edge_event_buffer_free(line->buffer);
		free(line);
		errno = saved;
		return NULL;
	}
	return line;
}

void gpio_line_release(struct gpio_line *line)
{
	gpiod_line_request_release(line->request);
	gpiod_edge_event_buffer_free(line->buffer);
	free(line);
}

bool gpio_line_realtime(const struct gpio_line *line)
{
	return line->realtime;
}

int gpio_line_fd(const struct gpio_line *line)
{
	return gpiod_line_request_get_fd(line->request);
}

int gpio_line_read(struct gpio_line *line, struct gpio_edge *edge)
{
	if (gpiod_line_request_read_edge_events(line->request, line->buffer, 1) < 1) {
		return -1;
	}
	struct gpiod_edge_event *event = gpiod_edge_event_buffer_get_event(line->buffer, 0);

	edge->stamp_ns = (int64_t)gpiod_edge_event_get_timestamp_ns(event);
	edge->seq = (uint32_t)gpiod_edge_event_get_line_seqno(event);
	edge->falling = gpiod_edge_event_get_event_type(event) == GPIOD_EDGE_EVENT_FALLING_EDGE;
	return 0;
}
