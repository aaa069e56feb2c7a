/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "scratch.h"
#include "sources/gpio.h"
#include "sources/gpio_line.h"

/* Two chips as on a Pi 4, behind the interface that both generations of libgpiod fulfil. */
struct gpio_chip {
	const char *name;
	const char *label;
	int open;
};

struct gpio_line {
	int ends[2]; /* edges are written to [1] and polled at [0] */
};

static struct gpio_chip chips[] = {
	{"gpiochip0", "raspberrypi-exp-gpio", 0},
	{"gpiochip1", "pinctrl-bcm2711", 0},
};

static struct {
	int open_errno;
	int request_errno;
	int read_errno;
	const char *consumer; /* NULL: the line is free */
	bool realtime;
	bool falling;
	unsigned int offset;
	struct gpio_line line;
} gpio;

static struct scratch dev;
static struct error err;

struct gpio_chip *gpio_chip_open(const char *path)
{
	errno = gpio.open_errno;
	for (int i = 0; i < 2 && !gpio.open_errno; i++) {
		if (strcmp(strrchr(path, '/') + 1, chips[i].name) == 0) {
			chips[i].open++;
			return &chips[i];
		}
	}
	return NULL;
}

void gpio_chip_close(struct gpio_chip *chip)
{
	chip->open--;
}

const char *gpio_chip_label(const struct gpio_chip *chip)
{
	return chip->label;
}

int gpio_chip_consumer(struct gpio_chip *chip, unsigned int offset, char *consumer, size_t size)
{
	assert_ptr_equal(chip, &chips[1]);
	if (offset > 57) {
		errno = EINVAL;
		return -1;
	}
	snprintf(consumer, size, "%s", gpio.consumer ? gpio.consumer : "");
	return gpio.consumer != NULL;
}

int gpio_chip_is_output(struct gpio_chip *chip, unsigned int offset)
{
	(void)chip;
	(void)offset;
	return 0;
}

struct gpio_line *gpio_line_request(struct gpio_chip *chip, unsigned int offset,
				    enum gpio_edges edges)
{
	assert_ptr_equal(chip, &chips[1]);
	if (gpio.request_errno) {
		errno = gpio.request_errno;
		return NULL;
	}
	gpio.offset = offset;
	gpio.falling = edges == GPIO_EDGES_FALLING;
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM, 0, gpio.line.ends), 0);
	return &gpio.line;
}

void gpio_line_release(struct gpio_line *line)
{
	close(line->ends[0]);
	if (line->ends[1] >= 0) {
		close(line->ends[1]);
	}
}

bool gpio_line_realtime(const struct gpio_line *line)
{
	(void)line;
	return gpio.realtime;
}

int gpio_line_fd(const struct gpio_line *line)
{
	return line->ends[0];
}

int gpio_line_read(struct gpio_line *line, struct gpio_edge *edge)
{
	errno = gpio.read_errno;
	return gpio.read_errno || read(line->ends[0], edge, sizeof(*edge)) < 0 ? -1 : 0;
}

static void edge_at(int64_t stamp_ns, uint32_t seq)
{
	struct gpio_edge edge = {.stamp_ns = stamp_ns, .seq = seq};

	assert_int_equal(write(gpio.line.ends[1], &edge, sizeof(edge)), sizeof(edge));
}

static int set_up(void **state)
{
	(void)state;
	memset(&gpio, 0, sizeof(gpio));
	gpio.realtime = true;
	scratch_make(&dev);
	scratch_write(&dev, "gpiochip0", "");
	scratch_write(&dev, "gpiochip1", "");
	err.text[0] = '\0';
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	scratch_remove(&dev);
	assert_int_equal(chips[0].open, 0);
	assert_int_equal(chips[1].open, 0);
	return 0;
}

static struct pulse_source *open_line(const char *chip, int line, bool clear)
{
	char devices[96];
	struct gpio_options options = {
		.chip = chip, .gpio = line, .clear = clear, .devices = devices};

	scratch_path(&dev, "gpiochip*", devices, sizeof(devices));
	return gpio_open(&options, &err);
}

static void header_chip_is_found_by_label_not_by_number(void **state)
{
	(void)state;
	struct pulse_source *source = open_line(NULL, 18, false);

	assert_non_null(source);
	assert_int_equal(gpio.offset, 18);
	assert_false(gpio.falling);
	assert_non_null(strstr(source->name, "GPIO 18"));
	assert_non_null(strstr(source->name, "gpiochip1, pinctrl-bcm2711"));
	source->ops->close(source);
}

static void chip_can_be_named_by_label_or_path(void **state)
{
	char path[96];

	(void)state;
	struct pulse_source *source = open_line("pinctrl-bcm2711", 4, false);

	assert_non_null(source);
	source->ops->close(source);
	source = open_line(scratch_path(&dev, "gpiochip1", path, sizeof(path)), 4, false);
	assert_non_null(source);
	source->ops->close(source);
}

static void missing_chip_is_answered_with_those_there_are(void **state)
{
	(void)state;
	assert_null(open_line("pinctrl-x", 18, false));
	assert_non_null(strstr(err.text, "no GPIO chip pinctrl-x"));
	assert_non_null(strstr(err.text, "raspberrypi-exp-gpio, pinctrl-bcm2711"));
}

static void forbidden_chip_is_answered_with_the_group(void **state)
{
	(void)state;
	gpio.open_errno = EACCES;
	assert_null(open_line(NULL, 18, false));
	assert_non_null(strstr(err.text, "permission denied"));
	assert_non_null(strstr(err.text, "usermod -aG gpio"));
}

static void line_of_the_overlay_is_answered_with_the_pps_device(void **state)
{
	(void)state;
	gpio.request_errno = EBUSY;
	gpio.consumer = "pps@12";
	assert_null(open_line(NULL, 18, false));
	assert_non_null(
		strstr(err.text, "GPIO 18 is used by pps@12: the pps-gpio overlay owns it"));
}

static void line_of_another_program_is_named(void **state)
{
	(void)state;
	gpio.request_errno = EBUSY;
	gpio.consumer = "gpiomon";
	assert_null(open_line(NULL, 18, false));
	assert_non_null(strstr(err.text, "GPIO 18 is used by gpiomon; stop that first"));
	gpio.consumer = NULL;
	assert_null(open_line(NULL, 18, false));
	assert_non_null(strstr(err.text, "see gpioinfo"));
}

static void line_beyond_the_chip_is_refused(void **state)
{
	(void)state;
	gpio.request_errno = EINVAL;
	assert_null(open_line(NULL, 99, false));
	assert_non_null(strstr(err.text, "GPIO 99 on pinctrl-bcm2711"));
}

static void realtime_stamp_is_untouched(void **state)
{
	struct pulse pulse;
	int64_t raw;
	int64_t real;

	(void)state;
	struct pulse_source *source = open_line(NULL, 18, false);

	clocks_read(&raw, &real);
	edge_at(real - 5000, 3);
	assert_int_equal(source->ops->wait(source, 10000, &err), 1);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.real_ns, real - 5000);
	assert_in_range(pulse.raw_ns - raw + 10000000, 0, 20000000);
	assert_int_equal(pulse.seq, 3);
	assert_false(pulse.clear);
	source->ops->close(source);
}

static void monotonic_stamp_becomes_the_same_instant_on_both_clocks(void **state)
{
	struct pulse pulse;
	struct timespec mono;
	int64_t raw;
	int64_t real;

	(void)state;
	gpio.realtime = false;
	struct pulse_source *source = open_line(NULL, 18, false);

	clocks_read(&raw, &real);
	clock_gettime(CLOCK_MONOTONIC, &mono);
	edge_at(mono.tv_sec * 1000000000 + mono.tv_nsec - 100000000, 1);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_in_range(pulse.raw_ns - (raw - 100000000) + 10000000, 0, 20000000);
	assert_in_range(pulse.real_ns - (real - 100000000) + 10000000, 0, 20000000);
	source->ops->close(source);
}

static void falling_edge_is_the_clear_edge(void **state)
{
	struct pulse pulse;
	int64_t raw;
	int64_t real;

	(void)state;
	struct pulse_source *source = open_line(NULL, 18, true);

	assert_true(gpio.falling);
	clocks_read(&raw, &real);
	edge_at(real, 1);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_true(pulse.clear);
	source->ops->close(source);
}

static void edge_of_another_clock_setting_is_foreign_but_not_the_next(void **state)
{
	struct pulse pulse;
	int64_t raw;
	int64_t real;

	(void)state;
	struct pulse_source *source = open_line(NULL, 18, false);

	clocks_read(&raw, &real);
	edge_at(real - 3600000000000, 1);
	edge_at(real, 2);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.refusal, PULSE_FOREIGN);
	assert_int_equal(source->ops->read(source, &pulse, &err), 1);
	assert_int_equal(pulse.seq, 2);
	assert_int_equal(pulse.refusal, PULSE_GOOD);
	source->ops->close(source);
}

static void nothing_there_is_neither_an_edge_nor_an_error(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_line(NULL, 18, false);

	assert_int_equal(source->ops->wait(source, 1, &err), 0);
	assert_int_equal(source->ops->read(source, &pulse, &err), 0);
	source->ops->close(source);
}

static void chip_that_goes_away_ends_the_source(void **state)
{
	struct pulse pulse;

	(void)state;
	struct pulse_source *source = open_line(NULL, 18, false);

	edge_at(1, 1);
	gpio.read_errno = ENODEV;
	assert_int_equal(source->ops->read(source, &pulse, &err), -1);
	assert_non_null(strstr(err.text, "No such device"));
	source->ops->close(source);
}

static void consumer_of_a_line_is_told(void **state)
{
	char consumer[16] = "?";
	char devices[96];
	struct gpio_options options = {.gpio = 18, .devices = devices};

	(void)state;
	scratch_path(&dev, "gpiochip*", devices, sizeof(devices));
	assert_int_equal(gpio_consumer(&options, consumer, sizeof(consumer), &err), 0);
	gpio.consumer = "pps@12";
	assert_int_equal(gpio_consumer(&options, consumer, sizeof(consumer), &err), 1);
	assert_string_equal(consumer, "pps@12");
	options.gpio = 60;
	assert_int_equal(gpio_consumer(&options, consumer, sizeof(consumer), &err), -1);
	assert_non_null(strstr(err.text, "GPIO 60"));
}

#define WITH_CHIPS(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_CHIPS(header_chip_is_found_by_label_not_by_number),
		WITH_CHIPS(chip_can_be_named_by_label_or_path),
		WITH_CHIPS(missing_chip_is_answered_with_those_there_are),
		WITH_CHIPS(forbidden_chip_is_answered_with_the_group),
		WITH_CHIPS(line_of_the_overlay_is_answered_with_the_pps_device),
		WITH_CHIPS(line_of_another_program_is_named),
		WITH_CHIPS(line_beyond_the_chip_is_refused),
		WITH_CHIPS(realtime_stamp_is_untouched),
		WITH_CHIPS(monotonic_stamp_becomes_the_same_instant_on_both_clocks),
		WITH_CHIPS(falling_edge_is_the_clear_edge),
		WITH_CHIPS(edge_of_another_clock_setting_is_foreign_but_not_the_next),
		WITH_CHIPS(nothing_there_is_neither_an_edge_nor_an_error),
		WITH_CHIPS(chip_that_goes_away_ends_the_source),
		WITH_CHIPS(consumer_of_a_line_is_told),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
