/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <errno.h>
#include <fcntl.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/socket.h>

#include <cmocka.h>

#include "detect/detect.h"
#include "scratch.h"
#include "sources/receiver.h"
#include "spans.h"

/* A machine of ports and lines that the test moves. */

struct gpio_chip {
	int open;
};

struct gpio_line {
	int gpio;
	int ends[2];
};

static struct {
	struct gpio_chip chip;
	bool no_chip;
	const char *consumer[DETECT_LINES]; /* NULL: free */
	bool output[DETECT_LINES];
	struct gpio_line *line[DETECT_LINES]; /* requested */
	bool requested[DETECT_LINES];         /* ever */
	int open_lines;

	const char *ports[4];
	struct fake_port {
		struct byte_source source;
		int ends[2];
	} port[4];
	int opened;
	bool gone;
} machine;

static struct scratch root;
static char sys_dir[100], proc_dir[100], dev_dir[100], gpiochips[100];
static struct detect detect;

/* ---- lines ---- */

struct gpio_chip *gpio_chip_open(const char *path)
{
	(void)path;
	errno = EACCES;
	return machine.no_chip ? NULL : (machine.chip.open++, &machine.chip);
}

void gpio_chip_close(struct gpio_chip *chip)
{
	chip->open--;
}

const char *gpio_chip_label(const struct gpio_chip *chip)
{
	(void)chip;
	return "pinctrl-bcm2711";
}

int gpio_chip_is_output(struct gpio_chip *chip, unsigned int offset)
{
	(void)chip;
	return machine.output[offset];
}

int gpio_chip_consumer(struct gpio_chip *chip, unsigned int offset, char *consumer, size_t size)
{
	(void)chip;
	assert_true(offset < DETECT_LINES);
	snprintf(consumer, size, "%s", machine.consumer[offset] ? machine.consumer[offset] : "");
	return machine.consumer[offset] != NULL;
}

struct gpio_line *gpio_line_request(struct gpio_chip *chip, unsigned int offset,
				    enum gpio_edges edges)
{
	struct gpio_line *line = calloc(1, sizeof(*line));

	(void)chip;
	assert_int_equal(edges, GPIO_EDGES_BOTH);
	assert_int_equal(socketpair(AF_UNIX, SOCK_DGRAM | SOCK_NONBLOCK, 0, line->ends), 0);
	line->gpio = (int)offset;
	machine.line[offset] = line;
	machine.requested[offset] = true;
	machine.open_lines++;
	return line;
}

void gpio_line_release(struct gpio_line *line)
{
	machine.line[line->gpio] = NULL;
	machine.open_lines--;
	close(line->ends[0]);
	close(line->ends[1]);
	free(line);
}

bool gpio_line_realtime(const struct gpio_line *line)
{
	(void)line;
	return true;
}

int gpio_line_fd(const struct gpio_line *line)
{
	return line->ends[0];
}

int gpio_line_read(struct gpio_line *line, struct gpio_edge *edge)
{
	return read(line->ends[0], edge, sizeof(*edge)) == sizeof(*edge) ? 0 : -1;
}

static void edge(int gpio, int64_t ns, bool falling)
{
	struct gpio_edge e = {.stamp_ns = ns, .falling = falling};

	assert_int_equal(write(machine.line[gpio]->ends[1], &e, sizeof(e)), sizeof(e));
}

static void pulses(int gpio, int64_t width_ns, bool low)
{
	for (int i = 0; i < 4; i++) {
		edge(gpio, i * S, low);
		edge(gpio, i * S + width_ns, !low);
	}
}

/* ---- ports ---- */

static int list_ports(char paths[DETECT_PORTS][64], struct error *err)
{
	int n = 0;

	if (machine.gone) {
		return error_set(err, "the serial ports cannot be listed");
	}
	while (n < 4 && machine.ports[n]) {
		snprintf(paths[n], sizeof(paths[0]), "%s", machine.ports[n]);
		n++;
	}
	return n;
}

static ssize_t port_read(struct byte_source *source, uint8_t *buffer, size_t size,
			 struct error *err)
{
	ssize_t n = read(source->fd, buffer, size);

	if (n == 0) {
		return error_set(err, "the port was unplugged or hung up");
	}
	return source->searching ? 0 : n;
}

static void port_close(struct byte_source *source)
{
	struct fake_port *port = (struct fake_port *)source;

	close(port->ends[0]);
	if (port->ends[1] >= 0) {
		close(port->ends[1]);
	}
	machine.opened--;
}

static const struct byte_ops port_ops = {.read = port_read, .close = port_close};

static struct byte_source *open_port(const struct byte_options *options, struct error *err)
{
	assert_int_equal(options->bps, 0);
	for (int i = 0; i < 4 && machine.ports[i]; i++) {
		struct fake_port *port = &machine.port[i];

		if (strcmp(machine.ports[i], options->path) == 0) {
			assert_int_equal(
				socketpair(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0, port->ends), 0);
			port->source = (struct byte_source){
				.ops = &port_ops, .fd = port->ends[0], .bps = 9600};
			machine.opened++;
			return &port->source;
		}
	}
	error_set(err, "%s: no such port", options->path);
	return NULL;
}

static void say(int port, const char *text)
{
	assert_int_equal(write(machine.port[port].ends[1], text, strlen(text)), strlen(text));
}

static void burst(int port, const char *talker, bool fix)
{
	struct receiver_config config;
	char text[RECEIVER_BURST_MAX];

	receiver_default(&config);
	config.talker = talker;
	config.fix = fix;
	assert_true(receiver_burst(&config, 1802260800, false, text, sizeof(text)) > 0);
	say(port, text);
}

/* ---- the machine ---- */

static const struct detect_places places = {
	.sys = sys_dir,
	.proc = proc_dir,
	.dev = dev_dir,
	.gpiochips = gpiochips,
	.list_ports = list_ports,
	.open_port = open_port,
};

static int set_up(void **state)
{
	(void)state;
	memset(&machine, 0, sizeof(machine));
	scratch_make(&root);
	scratch_mkdir(&root, "sys");
	scratch_mkdir(&root, "sys/class");
	scratch_mkdir(&root, "sys/class/pps");
	scratch_mkdir(&root, "sys/kernel");
	scratch_mkdir(&root, "sys/kernel/debug"); /* as root sees it */
	scratch_write(&root, "sys/kernel/debug/gpio", "");
	scratch_mkdir(&root, "proc");
	scratch_mkdir(&root, "dev");
	scratch_write(&root, "dev/gpiochip0", "");
	scratch_path(&root, "sys", sys_dir, sizeof(sys_dir));
	scratch_path(&root, "proc", proc_dir, sizeof(proc_dir));
	scratch_path(&root, "dev", dev_dir, sizeof(dev_dir));
	scratch_path(&root, "dev/gpiochip*", gpiochips, sizeof(gpiochips));
	machine.ports[0] = "/dev/ttyAMA0";
	machine.ports[1] = "/dev/ttyUSB0";
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	detect_end(&detect);
	assert_int_equal(machine.chip.open, 0);
	assert_int_equal(machine.open_lines, 0);
	assert_int_equal(machine.opened, 0);
	scratch_remove(&root);
	return 0;
}

static void link_to(const char *name, const char *target)
{
	char path[200];

	assert_int_equal(symlink(target, scratch_path(&root, name, path, sizeof(path))), 0);
}

static void expect_setup(const char *expected)
{
	char text[500];

	if (!expected) {
		assert_false(detect_setup(&detect, text, sizeof(text)));
		return;
	}
	assert_true(detect_setup(&detect, text, sizeof(text)));
	assert_string_equal(text, expected);
}

/* What is printed holds this. */
static void expect_printed(const char *text)
{
	static char printed[8000];
	FILE *out = fmemopen(printed, sizeof(printed), "w");

	detect_print(&detect, out);
	fclose(out);
	if (!strstr(printed, text)) {
		fail_msg("'%s' is not in:\n%s", text, printed);
	}
}

static void receiver_and_pulse_give_the_line_to_set_them_up(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	burst(0, "GN", true);
	pulses(18, 100000000, false);
	detect_listen(&detect, 20);
	expect_setup("sudo pps2shm setup --gpio 18 --serial /dev/ttyAMA0 --baud 9600");
	expect_printed(
		"/dev/ttyAMA0   NMEA at 9600 bit/s, talkers GN GP: RMC VTG GGA GSA GSV GLL; fix, "
		"8 satellites");
	expect_printed("/dev/ttyUSB0   silent");
	expect_printed(
		"GPIO 18        a pulse a second, high for 100.000 ms: the rising edge is on time");
	expect_printed("without a pulse: 0 1 2");
}

static void pulse_that_rests_high_asks_for_the_falling_edge(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	pulses(4, 100000000, true);
	detect_listen(&detect, 20);
	expect_setup("sudo pps2shm setup --gpio 4 --edge falling");
	expect_printed("low for 100.000 ms: the falling edge is on time");
	expect_printed("No receiver found");
}

static void square_wave_leaves_the_edge_open(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	pulses(4, 500000000, false);
	detect_listen(&detect, 20);
	expect_setup("sudo pps2shm setup --gpio 4");
	expect_printed("cannot tell which edge is on time");
}

static void receiver_without_a_fix_is_said_so_and_yields_to_one_with(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	burst(0, "GP", false);
	burst(1, "GP", true);
	detect_listen(&detect, 20);
	expect_printed("no fix");
	assert_string_equal(detect_receiver(&detect)->path, "/dev/ttyUSB0");
}

static void usb_port_is_named_by_its_identity(void **state)
{
	(void)state;
	scratch_mkdir(&root, "dev/serial");
	scratch_mkdir(&root, "dev/serial/by-id");
	link_to("dev/serial/by-id/usb-u-blox_7-if00", "../../ttyUSB0");
	detect_begin(&detect, &places);
	burst(1, "GP", true);
	detect_listen(&detect, 20);
	expect_setup("sudo pps2shm setup --serial /dev/serial/by-id/usb-u-blox_7-if00 --baud 9600");
}

static void bytes_that_are_no_nmea_are_told_from_silence(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	machine.port[0].source.searching = true;
	say(0, "\x80\xfe garbage");
	detect_listen(&detect, 20);
	expect_printed("/dev/ttyAMA0   bytes arrive, but no NMEA");
	expect_setup(NULL);
}

static void port_unplugged_meanwhile_is_said_so(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	close(machine.port[1].ends[1]);
	machine.port[1].ends[1] = -1;
	detect_listen(&detect, 20);
	expect_printed("/dev/ttyUSB0   the port was unplugged or hung up");
}

static void ports_in_use_are_not_opened(void **state)
{
	char unit[] = "sys/fs/cgroup/system.slice/system-serial\\x2dgetty.slice";

	(void)state;
	machine.ports[2] = "/dev/ttyS0";
	machine.ports[3] = "/dev/ttyACM0";
	scratch_mkdir(&root, "sys/class/tty");
	scratch_mkdir(&root, "sys/class/tty/console");
	scratch_write(&root, "sys/class/tty/console/active", "tty1 ttyAMA0\n");
	scratch_mkdir(&root, "sys/fs");
	scratch_mkdir(&root, "sys/fs/cgroup");
	scratch_mkdir(&root, "sys/fs/cgroup/system.slice");
	scratch_mkdir(&root, unit);
	scratch_mkdir(&root, "sys/fs/cgroup/system.slice/system-serial\\x2dgetty.slice/"
			     "serial-getty@ttyUSB0.service");
	link_to("dev/serial1", "ttyS0");
	scratch_mkdir(&root, "proc/device-tree");
	scratch_write(&root, "proc/device-tree/model", "Raspberry Pi 4 Model B Rev 1.5");
	scratch_mkdir(&root, "proc/812");
	scratch_mkdir(&root, "proc/812/fd");
	scratch_write(&root, "proc/812/comm", "gpsd\n");
	link_to("proc/812/fd/5", "/dev/ttyACM0");
	detect_begin(&detect, &places);
	assert_int_equal(machine.opened, 0);
	expect_printed("/dev/ttyAMA0   in use, left alone: the kernel's console is on it");
	expect_printed(
		"/dev/ttyUSB0   in use, left alone: a login prompt runs on it (serial-getty@ttyUSB0)");
	expect_printed("/dev/ttyS0     in use, left alone: it is Bluetooth's");
	expect_printed("/dev/ttyACM0   in use, left alone: gpsd (process 812) has it open");
}

static void lines_in_use_are_never_requested(void **state)
{
	(void)state;
	machine.consumer[18] = "pps@12";
	machine.consumer[19] = "";
	machine.output[17] = true;
	scratch_mkdir(&root, "sys/kernel/debug/pinctrl");
	scratch_mkdir(&root, "sys/kernel/debug/pinctrl/fe200000.gpio-pinctrl-bcm2711");
	scratch_write(
		&root, "sys/kernel/debug/pinctrl/fe200000.gpio-pinctrl-bcm2711/pinmux-pins",
		"Pinmux settings per pin\n"
		"Format: pin (name): mux_owner gpio_owner hog?\n"
		"pin 2 (gpio2): (MUX UNCLAIMED) (GPIO UNCLAIMED)\n"
		"pin 14 (gpio14): fe201000.serial (GPIO UNCLAIMED) function alt0 group gpio14\n"
		"pin 30 (gpio30): fe300000.mmcnr (GPIO UNCLAIMED) function alt3 group gpio30\n");
	detect_begin(&detect, &places);
	assert_false(machine.requested[14]);
	assert_false(machine.requested[17]);
	assert_false(machine.requested[18]);
	assert_false(machine.requested[19]);
	assert_true(machine.requested[2]); /* root knows that nobody has it */
	expect_printed("GPIO 18        in use, left alone: used by pps@12");
	expect_printed("GPIO 19        in use, left alone: used by a driver");
	expect_printed("GPIO 17        in use, left alone: an output");
	expect_printed("GPIO 14        in use, left alone: used by fe201000.serial");
}

static void lines_of_the_usual_interfaces_are_left_alone_by_those_who_cannot_ask(void **state)
{
	static const int left[] = {0, 1, 2, 3, 7, 8, 9, 10, 11, 14, 15};

	(void)state;
	char path[200];

	remove(scratch_path(&root, "sys/kernel/debug/gpio", path, sizeof(path))); /* not root */
	detect_begin(&detect, &places);
	for (size_t i = 0; i < sizeof(left) / sizeof(left[0]); i++) {
		assert_false(machine.requested[left[i]]);
	}
	assert_true(machine.requested[4]);
	assert_true(machine.requested[18]);
	expect_printed("GPIO 14        in use, left alone: may be the UART; root could tell");
}

static void noisy_line_is_let_go(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	for (int i = 0; i < 70 && machine.line[23]; i++) {
		edge(23, i * 1000000, i % 2);
		detect_listen(&detect, 1);
	}
	assert_null(machine.line[23]);
	expect_printed("GPIO 23        noise, no pulse");
	expect_setup(NULL);
}

static void pulse_that_a_driver_has_is_counted_in_sysfs(void **state)
{
	(void)state;
	machine.consumer[18] = "pps@12";
	scratch_mkdir(&root, "sys/class/pps/pps0");
	scratch_mkdir(&root, "sys/class/pps/pps1");
	scratch_write(&root, "sys/class/pps/pps0/name", "ptp0\n");
	scratch_write(&root, "sys/class/pps/pps0/assert", "1802260812.5#7\n");
	scratch_write(&root, "sys/class/pps/pps1/name", "pps@12.-1\n");
	scratch_write(&root, "sys/class/pps/pps1/assert", "1802260812.000000100#7\n");
	detect_begin(&detect, &places);
	detect_listen(&detect, 10);
	assert_null(detect_driver(&detect));
	detect.pps[0].since_ns -= 3 * S;
	detect.pps[1].since_ns -= 3 * S;
	scratch_write(&root, "sys/class/pps/pps0/assert", "1802260815.5#10\n");
	scratch_write(&root, "sys/class/pps/pps1/assert", "1802260815.000000100#10\n");
	detect_listen(&detect, 10);
	assert_non_null(detect_driver(&detect));
	expect_setup("sudo pps2shm setup --gpio 18");
	expect_printed("/dev/pps1      pps@12.-1 on GPIO 18: a pulse a second");
	scratch_write(&root, "sys/class/pps/pps1/clear", "1802260815.900000100#10\n");
	detect_listen(&detect, 10);
	expect_setup("sudo pps2shm setup --gpio 18 --edge falling");
}

static void machine_with_nothing_is_answered_with_what_was_looked_at(void **state)
{
	(void)state;
	machine.ports[0] = NULL;
	machine.no_chip = true;
	detect_begin(&detect, &places);
	assert_false(detect_hears(&detect));
	expect_setup(NULL);
	expect_printed("serial ports: there are none");
	expect_printed("permission denied");
	detect_end(&detect);
	machine.gone = true;
	detect_begin(&detect, &places);
	expect_printed("the serial ports cannot be listed");
}

static void enough_is_known_when_a_receiver_was_heard_for_a_while_and_pulses_are_there(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	burst(0, "GP", true);
	detect_listen(&detect, 10);
	detect.ports[0].since_ns -= 4 * S;
	assert_false(detect_enough(&detect));
	pulses(18, 100000000, false);
	detect_listen(&detect, 10);
	assert_true(detect_enough(&detect));
	detect.ports[0].since_ns = detect.now_ns;
	assert_false(detect_enough(&detect));
}

static void json_tells_the_same(void **state)
{
	(void)state;
	detect_begin(&detect, &places);
	burst(0, "GP", true);
	pulses(18, 100000000, false);
	detect_listen(&detect, 20);
	json_t *json = detect_json(&detect);
	const json_t *line = json_array_get(json_object_get(json, "lines"), 18);

	assert_non_null(json);
	assert_string_equal(json_string_value(json_object_get(json, "receiver")), "/dev/ttyAMA0");
	assert_int_equal(json_integer_value(json_object_get(json, "gpio")), 18);
	assert_string_equal(json_string_value(json_object_get(line, "edge")), "rising");
	assert_int_equal(json_integer_value(json_object_get(line, "width_ns")), 100000000);
	json_decref(json);
}

#define WITH_MACHINE(test) cmocka_unit_test_setup_teardown(test, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		WITH_MACHINE(receiver_and_pulse_give_the_line_to_set_them_up),
		WITH_MACHINE(pulse_that_rests_high_asks_for_the_falling_edge),
		WITH_MACHINE(square_wave_leaves_the_edge_open),
		WITH_MACHINE(receiver_without_a_fix_is_said_so_and_yields_to_one_with),
		WITH_MACHINE(usb_port_is_named_by_its_identity),
		WITH_MACHINE(bytes_that_are_no_nmea_are_told_from_silence),
		WITH_MACHINE(port_unplugged_meanwhile_is_said_so),
		WITH_MACHINE(ports_in_use_are_not_opened),
		WITH_MACHINE(lines_in_use_are_never_requested),
		WITH_MACHINE(lines_of_the_usual_interfaces_are_left_alone_by_those_who_cannot_ask),
		WITH_MACHINE(noisy_line_is_let_go),
		WITH_MACHINE(pulse_that_a_driver_has_is_counted_in_sysfs),
		WITH_MACHINE(machine_with_nothing_is_answered_with_what_was_looked_at),
		WITH_MACHINE(
			enough_is_known_when_a_receiver_was_heard_for_a_while_and_pulses_are_there),
		WITH_MACHINE(json_tells_the_same),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
