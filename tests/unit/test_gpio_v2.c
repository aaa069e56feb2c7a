/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <gpiod.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sources/gpio_line.h"

/*
 * A libgpiod 2 that notes what is asked of it. `alive` counts its objects: what is made must be
 * given back.
 */
static struct {
	int alive;
	int open_errno;
	int info_errno;
	int request_errno;
	int refused_clock; /* requests for it fail with EINVAL, as in old kernels */
	bool used;
	const char *consumer;
	enum gpiod_line_direction direction;
	enum gpiod_line_edge edge;
	enum gpiod_line_clock clock;
	enum gpiod_edge_event_type event_type;
	unsigned int offset;
	char named[16];
	int requests;
	int events;
} lib;

static char object; /* all handles point at this */

static void *make(int failure)
{
	if (failure) {
		errno = failure;
		return NULL;
	}
	lib.alive++;
	return &object;
}

static void give_back(const void *handle)
{
	if (handle) {
		assert_ptr_equal(handle, &object);
		lib.alive--;
	}
	errno = 0; /* as a close in between might */
}

struct gpiod_chip *gpiod_chip_open(const char *path)
{
	assert_string_equal(path, "/dev/gpiochip0");
	return make(lib.open_errno);
}

void gpiod_chip_close(struct gpiod_chip *chip)
{
	give_back(chip);
}

struct gpiod_chip_info *gpiod_chip_get_info(struct gpiod_chip *chip)
{
	assert_non_null(chip);
	return make(lib.info_errno);
}

void gpiod_chip_info_free(struct gpiod_chip_info *info)
{
	give_back(info);
}

const char *gpiod_chip_info_get_label(struct gpiod_chip_info *info)
{
	assert_non_null(info);
	return "pinctrl-rp1";
}

struct gpiod_line_info *gpiod_chip_get_line_info(struct gpiod_chip *chip, unsigned int offset)
{
	assert_non_null(chip);
	lib.offset = offset;
	return make(lib.info_errno);
}

void gpiod_line_info_free(struct gpiod_line_info *info)
{
	give_back(info);
}

bool gpiod_line_info_is_used(struct gpiod_line_info *info)
{
	assert_non_null(info);
	return lib.used;
}

enum gpiod_line_direction gpiod_line_info_get_direction(struct gpiod_line_info *info)
{
	assert_non_null(info);
	return lib.direction;
}

const char *gpiod_line_info_get_consumer(struct gpiod_line_info *info)
{
	assert_non_null(info);
	return lib.consumer;
}

struct gpiod_line_settings *gpiod_line_settings_new(void)
{
	return make(0);
}

void gpiod_line_settings_free(struct gpiod_line_settings *settings)
{
	give_back(settings);
}

int gpiod_line_settings_set_direction(struct gpiod_line_settings *settings,
				      enum gpiod_line_direction direction)
{
	assert_non_null(settings);
	lib.direction = direction;
	return 0;
}

int gpiod_line_settings_set_edge_detection(struct gpiod_line_settings *settings,
					   enum gpiod_line_edge edge)
{
	assert_non_null(settings);
	lib.edge = edge;
	return 0;
}

int gpiod_line_settings_set_event_clock(struct gpiod_line_settings *settings,
					enum gpiod_line_clock event_clock)
{
	assert_non_null(settings);
	lib.clock = event_clock;
	return 0;
}

struct gpiod_line_config *gpiod_line_config_new(void)
{
	return make(0);
}

void gpiod_line_config_free(struct gpiod_line_config *config)
{
	give_back(config);
}

int gpiod_line_config_add_line_settings(struct gpiod_line_config *config,
					const unsigned int *offsets, size_t num_offsets,
					struct gpiod_line_settings *settings)
{
	assert_non_null(config);
	assert_non_null(settings);
	assert_int_equal(num_offsets, 1);
	lib.offset = offsets[0];
	return 0;
}

struct gpiod_request_config *gpiod_request_config_new(void)
{
	return make(0);
}

void gpiod_request_config_free(struct gpiod_request_config *config)
{
	give_back(config);
}

void gpiod_request_config_set_consumer(struct gpiod_request_config *config, const char *consumer)
{
	assert_non_null(config);
	strncpy(lib.named, consumer, sizeof(lib.named) - 1);
}

struct gpiod_line_request *gpiod_chip_request_lines(struct gpiod_chip *chip,
						    struct gpiod_request_config *req_cfg,
						    struct gpiod_line_config *line_cfg)
{
	assert_non_null(chip);
	assert_non_null(req_cfg);
	assert_non_null(line_cfg);
	lib.requests++;
	return make((int)lib.clock == lib.refused_clock ? EINVAL : lib.request_errno);
}

void gpiod_line_request_release(struct gpiod_line_request *request)
{
	give_back(request);
}

int gpiod_line_request_get_fd(struct gpiod_line_request *request)
{
	assert_non_null(request);
	return 77;
}

int gpiod_line_request_read_edge_events(struct gpiod_line_request *request,
					struct gpiod_edge_event_buffer *buffer, size_t max_events)
{
	assert_non_null(request);
	assert_non_null(buffer);
	assert_int_equal(max_events, 1);
	return lib.events;
}

struct gpiod_edge_event_buffer *gpiod_edge_event_buffer_new(size_t capacity)
{
	assert_true(capacity >= 1);
	return make(0);
}

void gpiod_edge_event_buffer_free(struct gpiod_edge_event_buffer *buffer)
{
	give_back(buffer);
}

struct gpiod_edge_event *gpiod_edge_event_buffer_get_event(struct gpiod_edge_event_buffer *buffer,
							   unsigned long index)
{
	assert_non_null(buffer);
	assert_int_equal(index, 0);
	return (struct gpiod_edge_event *)&object;
}

enum gpiod_edge_event_type gpiod_edge_event_get_event_type(struct gpiod_edge_event *event)
{
	assert_ptr_equal(event, &object);
	return lib.event_type;
}

uint64_t gpiod_edge_event_get_timestamp_ns(struct gpiod_edge_event *event)
{
	assert_ptr_equal(event, &object);
	return 1700000000123456789;
}

unsigned long gpiod_edge_event_get_line_seqno(struct gpiod_edge_event *event)
{
	assert_ptr_equal(event, &object);
	return 12;
}

static int set_up(void **state)
{
	(void)state;
	memset(&lib, 0, sizeof(lib));
	lib.events = 1;
	return 0;
}

static int nothing_left(void **state)
{
	(void)state;
	assert_int_equal(lib.alive, 0);
	return 0;
}

static void edges_are_requested_with_the_realtime_clock(void **state)
{
	(void)state;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");
	struct gpio_line *line = gpio_line_request(chip, 18, GPIO_EDGES_RISING);

	assert_string_equal(gpio_chip_label(chip), "pinctrl-rp1");
	assert_non_null(line);
	assert_int_equal(lib.direction, GPIOD_LINE_DIRECTION_INPUT);
	assert_int_equal(lib.edge, GPIOD_LINE_EDGE_RISING);
	assert_int_equal(lib.clock, GPIOD_LINE_CLOCK_REALTIME);
	assert_int_equal(lib.offset, 18);
	assert_string_equal(lib.named, "pps2shm");
	assert_true(gpio_line_realtime(line));
	assert_int_equal(gpio_line_fd(line), 77);
	gpio_line_release(line);
	gpio_chip_close(chip);
}

static void both_edges_can_be_had_and_told_apart(void **state)
{
	(void)state;
	struct gpio_edge edge;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");
	struct gpio_line *line = gpio_line_request(chip, 4, GPIO_EDGES_BOTH);

	assert_int_equal(lib.edge, GPIOD_LINE_EDGE_BOTH);
	lib.event_type = GPIOD_EDGE_EVENT_FALLING_EDGE;
	assert_int_equal(gpio_line_read(line, &edge), 0);
	assert_true(edge.falling);
	lib.event_type = GPIOD_EDGE_EVENT_RISING_EDGE;
	assert_int_equal(gpio_line_read(line, &edge), 0);
	assert_false(edge.falling);
	gpio_line_release(line);
	gpio_chip_close(chip);
}

static void output_is_told_from_an_input(void **state)
{
	(void)state;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");

	lib.direction = GPIOD_LINE_DIRECTION_OUTPUT;
	assert_int_equal(gpio_chip_is_output(chip, 17), 1);
	assert_int_equal(lib.offset, 17);
	lib.direction = GPIOD_LINE_DIRECTION_INPUT;
	assert_int_equal(gpio_chip_is_output(chip, 17), 0);
	lib.info_errno = EPERM;
	assert_int_equal(gpio_chip_is_output(chip, 17), -1);
	gpio_chip_close(chip);
}

static void falling_edges_can_be_had(void **state)
{
	(void)state;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");
	struct gpio_line *line = gpio_line_request(chip, 4, GPIO_EDGES_FALLING);

	assert_int_equal(lib.edge, GPIOD_LINE_EDGE_FALLING);
	gpio_line_release(line);
	gpio_chip_close(chip);
}

static void old_kernel_is_asked_for_its_only_clock(void **state)
{
	(void)state;
	lib.refused_clock = GPIOD_LINE_CLOCK_REALTIME;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");
	struct gpio_line *line = gpio_line_request(chip, 18, GPIO_EDGES_RISING);

	assert_non_null(line);
	assert_int_equal(lib.clock, GPIOD_LINE_CLOCK_MONOTONIC);
	assert_false(gpio_line_realtime(line));
	gpio_line_release(line);
	gpio_chip_close(chip);
}

static void busy_line_is_said_so_and_not_asked_twice(void **state)
{
	(void)state;
	lib.request_errno = EBUSY;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");

	assert_null(gpio_line_request(chip, 18, GPIO_EDGES_RISING));
	assert_int_equal(errno, EBUSY);
	assert_int_equal(lib.requests, 1);
	gpio_chip_close(chip);
}

static void chip_that_cannot_be_opened_or_asked_leaves_nothing_behind(void **state)
{
	(void)state;
	lib.open_errno = EACCES;
	assert_null(gpio_chip_open("/dev/gpiochip0"));
	assert_int_equal(errno, EACCES);
	lib.open_errno = 0;
	lib.info_errno = ENODEV;
	assert_null(gpio_chip_open("/dev/gpiochip0"));
	assert_int_equal(errno, ENODEV);
}

static void edge_carries_stamp_and_sequence_of_its_line(void **state)
{
	struct gpio_edge edge;

	(void)state;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");
	struct gpio_line *line = gpio_line_request(chip, 18, GPIO_EDGES_RISING);

	assert_int_equal(gpio_line_read(line, &edge), 0);
	assert_int_equal(edge.stamp_ns, 1700000000123456789);
	assert_int_equal(edge.seq, 12);
	lib.events = -1;
	assert_int_equal(gpio_line_read(line, &edge), -1);
	gpio_line_release(line);
	gpio_chip_close(chip);
}

static void consumer_is_told(void **state)
{
	char consumer[8] = "?";

	(void)state;
	struct gpio_chip *chip = gpio_chip_open("/dev/gpiochip0");

	assert_int_equal(gpio_chip_consumer(chip, 18, consumer, sizeof(consumer)), 0);
	lib.used = true;
	assert_int_equal(gpio_chip_consumer(chip, 18, consumer, sizeof(consumer)), 1);
	assert_string_equal(consumer, "");
	lib.consumer = "pps@12";
	assert_int_equal(gpio_chip_consumer(chip, 18, consumer, sizeof(consumer)), 1);
	assert_string_equal(consumer, "pps@12");
	lib.info_errno = EINVAL;
	assert_int_equal(gpio_chip_consumer(chip, 99, consumer, sizeof(consumer)), -1);
	gpio_chip_close(chip);
}

#define WITH_LIB(test) cmocka_unit_test_setup_teardown(test, set_up, nothing_left)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_LIB(edges_are_requested_with_the_realtime_clock),
		WITH_LIB(falling_edges_can_be_had),
		WITH_LIB(both_edges_can_be_had_and_told_apart),
		WITH_LIB(output_is_told_from_an_input),
		WITH_LIB(old_kernel_is_asked_for_its_only_clock),
		WITH_LIB(busy_line_is_said_so_and_not_asked_twice),
		WITH_LIB(chip_that_cannot_be_opened_or_asked_leaves_nothing_behind),
		WITH_LIB(edge_carries_stamp_and_sequence_of_its_line),
		WITH_LIB(consumer_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
