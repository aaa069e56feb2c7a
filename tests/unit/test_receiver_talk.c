/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "common/ns.h"
#include "receiver/change.h"
#include "receiver/find.h"

/*
 * The dialogue without a receiver: what is sent goes to a function that may answer, after a while,
 * on a clock that only waiting moves.
 */
struct fake {
	struct talk_line line;
	int64_t now_ns;
	uint32_t bps, receiver_bps; /* of the line, and of the one at its end */
	void (*hear)(struct fake *fake, const struct command *command);
	struct {
		int64_t at_ns;
		struct command bytes;
	} coming[64];
	int count;
	int heard; /* commands that came at the right rate */
	int lost;  /* so many of its answers get lost first */
	struct talk talk;
	struct error err;
};

static void answer_in(struct fake *fake, int ms, const struct command *bytes)
{
	if (fake->lost > 0) {
		fake->lost--;
		return;
	}
	assert_true(fake->count < 64);
	fake->coming[fake->count].at_ns = fake->now_ns + ms * NS_PER_MS;
	fake->coming[fake->count++].bytes = *bytes;
}

static int fake_read(struct talk_line *line, uint8_t *bytes, size_t size, int timeout_ms,
		     struct error *err)
{
	struct fake *fake = (struct fake *)line;
	int64_t end_ns = fake->now_ns + timeout_ms * NS_PER_MS;
	int next = -1;

	(void)err;
	for (int i = 0; i < fake->count; i++) {
		if (fake->coming[i].at_ns <= end_ns &&
		    (next < 0 || fake->coming[i].at_ns < fake->coming[next].at_ns)) {
			next = i;
		}
	}
	if (next < 0) {
		fake->now_ns = end_ns;
		return 0;
	}
	struct command coming = fake->coming[next].bytes;

	if (fake->coming[next].at_ns > fake->now_ns) {
		fake->now_ns = fake->coming[next].at_ns;
	}
	fake->coming[next] = fake->coming[--fake->count];
	assert_true(coming.len <= size);
	for (size_t i = 0; i < coming.len; i++) {
		bytes[i] = fake->bps == fake->receiver_bps ? coming.bytes[i]
							   : (uint8_t)(coming.bytes[i] ^ 0xaa);
	}
	return (int)coming.len;
}

static int fake_write(struct talk_line *line, const uint8_t *bytes, size_t len, struct error *err)
{
	struct fake *fake = (struct fake *)line;
	struct command command = {.len = len};

	(void)err;
	assert_true(len > 0 && len <= sizeof(command.bytes));
	memcpy(command.bytes, bytes, len);
	if (fake->bps == fake->receiver_bps) {
		fake->heard++;
		if (fake->hear) {
			fake->hear(fake, &command);
		}
	}
	return 0;
}

static int fake_set_bps(struct talk_line *line, uint32_t bps, struct error *err)
{
	(void)err;
	((struct fake *)line)->bps = bps;
	return 0;
}

static int64_t fake_now_ns(struct talk_line *line)
{
	return ((struct fake *)line)->now_ns;
}

static void begin(struct fake *fake, void (*hear)(struct fake *, const struct command *))
{
	*fake = (struct fake){.line = {fake_read, fake_write, fake_set_bps, fake_now_ns},
			      .bps = 9600,
			      .receiver_bps = 9600,
			      .hear = hear};
	talk_init(&fake->talk, &fake->line, 9600);
}

/* ---- commands and what answers them ---- */

static struct command ubx(uint8_t class, uint8_t id, const char *payload, size_t length)
{
	struct command command;

	command_frame(&command, FRAME_UBX, class, id, (const uint8_t *)payload, length);
	return command;
}

static struct command text(const char *words)
{
	struct command command;

	command_text(&command, "%s", words);
	return command;
}

static bool judge(void *arg, const struct message *message)
{
	void **both = arg;

	*(enum command_answer *)both[1] = command_acknowledged(both[0], message);
	*(bool *)both[2] = command_answered(both[0], message);
	return true;
}

/* What the bytes said by a receiver are to the command. */
static enum command_answer acknowledged(struct command command, struct command said, bool *answered)
{
	struct fake fake;
	enum command_answer answer = ANSWER_OTHER;
	bool ignored;
	void *both[] = {&command, &answer, answered ? answered : &ignored};

	begin(&fake, NULL);
	answer_in(&fake, 1, &said);
	assert_int_equal(talk_listen(&fake.talk, 100, judge, both, &fake.err), TALK_DONE);
	return answer;
}

static void test_sentence_has_its_checksum(void **state)
{
	struct command command;

	(void)state;
	command_text(&command, "PMTK251,%d", 115200);
	assert_int_equal(command.len, strlen("$PMTK251,115200*1F\r\n"));
	assert_memory_equal(command.bytes, "$PMTK251,115200*1F\r\n", command.len);
}

static void test_ubx_acknowledgement_names_class_and_id(void **state)
{
	(void)state;
	assert_int_equal(acknowledged(ubx(6, 8, "abcdef", 6), ubx(5, 1, "\6\10", 2), NULL),
			 ANSWER_DONE);
	assert_int_equal(acknowledged(ubx(6, 8, "abcdef", 6), ubx(5, 0, "\6\10", 2), NULL),
			 ANSWER_REFUSED);
	assert_int_equal(acknowledged(ubx(6, 8, "abcdef", 6), ubx(5, 1, "\6\1", 2), NULL),
			 ANSWER_OTHER);
}

static void test_another_protocol_acknowledges_nothing(void **state)
{
	struct command casic, ack;

	(void)state;
	command_frame(&casic, FRAME_CASIC, 6, 4, NULL, 0);
	command_frame(&ack, FRAME_CASIC, 5, 1, (const uint8_t *)"\6\4\0\0", 4);
	assert_int_equal(acknowledged(casic, ack, NULL), ANSWER_DONE);
	assert_int_equal(acknowledged(ubx(6, 4, "", 0), ack, NULL), ANSWER_OTHER);
}

static void test_sentences_are_acknowledged_by_number(void **state)
{
	(void)state;
	assert_int_equal(acknowledged(text("PMTK220,1000"), text("PMTK001,220,3"), NULL),
			 ANSWER_DONE);
	assert_int_equal(acknowledged(text("PMTK220,1000"), text("PMTK001,220,1"), NULL),
			 ANSWER_REFUSED);
	assert_int_equal(acknowledged(text("PMTK220,1000"), text("PMTK001,314,3"), NULL),
			 ANSWER_OTHER);
	assert_int_equal(acknowledged(text("PAIR062,0,1"), text("PAIR001,062,0"), NULL),
			 ANSWER_DONE);
	assert_int_equal(acknowledged(text("PAIR062,0,1"), text("PAIR001,062,1"), NULL),
			 ANSWER_OTHER); /* it is still at it */
	assert_int_equal(acknowledged(text("PAIR062,0,1"), text("PAIR001,062,4"), NULL),
			 ANSWER_REFUSED);
	assert_int_equal(acknowledged(text("PQTMCFGPPS,W,1,0"), text("PQTMCFGPPS,OK"), NULL),
			 ANSWER_DONE);
	assert_int_equal(acknowledged(text("PQTMCFGPPS,W,1,0"), text("PQTMCFGPPS,ERROR,2"), NULL),
			 ANSWER_REFUSED);
}

static void test_an_answer_is_that_of_what_was_asked(void **state)
{
	bool answered;

	(void)state;
	/* CFG-MSG: of this message */
	acknowledged(ubx(6, 1, "\360\3", 2), ubx(6, 1, "\360\3\0\1\0\0\0\0", 8), &answered);
	assert_true(answered);
	acknowledged(ubx(6, 1, "\360\3", 2), ubx(6, 1, "\360\4\0\1\0\0\0\0", 8), &answered);
	assert_false(answered);
	/* VALGET: of this key, whatever version and layer say */
	acknowledged(ubx(6, 0x8b, "\0\0\0\0key1", 8), ubx(6, 0x8b, "\1\0\0\0key1\7", 9), &answered);
	assert_true(answered);
	acknowledged(ubx(6, 0x8b, "\0\0\0\0key1", 8), ubx(6, 0x8b, "\1\0\0\0key2\7", 9), &answered);
	assert_false(answered);
	acknowledged(text("PMTK414"), text("PMTK514,0,1,0"), &answered);
	assert_true(answered);
	acknowledged(text("PAIR063,3"), text("PAIR063,3,5"), &answered);
	assert_true(answered);
	acknowledged(text("PAIR063,3"), text("PAIR063,4,5"), &answered);
	assert_false(answered);
	acknowledged(text("PQTMCFGMSGRATE,R,GSV"), text("PQTMCFGMSGRATE,OK,GSV,1"), &answered);
	assert_true(answered);
	acknowledged(text("PQTMCFGMSGRATE,R,GSV"), text("PQTMCFGMSGRATE,OK,GGA,1"), &answered);
	assert_false(answered);
}

/* ---- the dialogue ---- */

/* A u-blox that acknowledges what begins with class 6. */
static void acknowledge(struct fake *fake, const struct command *command)
{
	const char named[] = {(char)command->bytes[2], (char)command->bytes[3]};
	struct command ack = ubx(5, 1, named, 2);

	answer_in(fake, 30, &ack);
}

static void refuse(struct fake *fake, const struct command *command)
{
	const char named[] = {(char)command->bytes[2], (char)command->bytes[3]};
	struct command nak = ubx(5, 0, named, 2);

	answer_in(fake, 30, &nak);
}

static void test_done_and_refused(void **state)
{
	struct command command = ubx(6, 8, "abcdef", 6);
	struct fake fake;

	(void)state;
	begin(&fake, acknowledge);
	assert_int_equal(talk_do(&fake.talk, &command, &fake.err), TALK_DONE);
	assert_int_equal(fake.heard, 1);
	begin(&fake, refuse);
	assert_int_equal(talk_do(&fake.talk, &command, &fake.err), TALK_REFUSED);
	assert_int_equal(fake.heard, 1);
}

static void test_it_is_said_three_times(void **state)
{
	struct command command = ubx(6, 8, "abcdef", 6);
	struct fake fake;

	(void)state;
	begin(&fake, NULL);
	assert_int_equal(talk_do(&fake.talk, &command, &fake.err), TALK_SILENT);
	assert_int_equal(fake.heard, 3);
	begin(&fake, acknowledge);
	fake.lost = 2;
	assert_int_equal(talk_do(&fake.talk, &command, &fake.err), TALK_DONE);
	assert_int_equal(fake.heard, 3);
}

/* The acknowledgement comes after 2 s: the first one for the second asking. */
static void acknowledge_late(struct fake *fake, const struct command *command)
{
	const char named[] = {(char)command->bytes[2], (char)command->bytes[3]};
	struct command ack = ubx(5, 1, named, 2);

	if (fake->heard <= 2) {
		answer_in(fake, 2000, &ack);
	}
}

static void test_a_late_acknowledgement_is_not_that_of_the_next_command(void **state)
{
	struct command gsv = ubx(6, 1, "\360\3\5", 3), gll = ubx(6, 1, "\360\1\0", 3);
	struct fake fake;

	(void)state;
	begin(&fake, acknowledge_late);
	assert_int_equal(talk_do(&fake.talk, &gsv, &fake.err), TALK_DONE);
	assert_int_equal(fake.heard, 2);
	assert_int_equal(talk_do(&fake.talk, &gll, &fake.err), TALK_SILENT);
}

/* Keys: even ones are known, and have their own last byte for a value. */
static void tell_even_keys(struct fake *fake, const struct command *command)
{
	char payload[9] = {1};
	struct command answer;

	memcpy(payload + 4, command->bytes + 10, 4);
	payload[8] = payload[4];
	answer = payload[4] % 2 ? ubx(5, 0, "\6\213", 2) : ubx(6, 0x8b, payload, 9);
	answer_in(fake, 4000, &answer); /* behind four seconds of sentences */
}

static void ask_keys(struct query *queries, int count)
{
	for (int i = 0; i < count; i++) {
		const char payload[] = {0, 0, 0, 0, (char)i, 0, 0, 0x20};

		queries[i].command = ubx(6, 0x8b, payload, sizeof(payload));
	}
}

static void test_many_questions_take_hardly_longer_than_one(void **state)
{
	static struct query queries[20];
	struct fake fake;

	(void)state;
	begin(&fake, tell_even_keys);
	talk_set_fullness(&fake.talk, 100);
	ask_keys(queries, 20);
	assert_int_equal(talk_ask_all(&fake.talk, queries, 20, &fake.err), TALK_DONE);
	for (int i = 0; i < 20; i++) {
		assert_int_equal(queries[i].result, i % 2 ? TALK_REFUSED : TALK_DONE);
		assert_true(i % 2 || queries[i].reply.payload[8] == i);
	}
	assert_int_equal(fake.heard, 20);
	assert_true(fake.now_ns < 13 * NS_PER_S);
}

static void test_what_is_lost_is_asked_again(void **state)
{
	static struct query queries[6];
	struct fake fake;

	(void)state;
	begin(&fake, tell_even_keys);
	talk_set_fullness(&fake.talk, 100);
	fake.lost = 3;
	ask_keys(queries, 6);
	assert_int_equal(talk_ask_all(&fake.talk, queries, 6, &fake.err), TALK_DONE);
	for (int i = 0; i < 6; i++) {
		assert_int_equal(queries[i].result, i % 2 ? TALK_REFUSED : TALK_DONE);
	}
}

static void tell_but_one_key(struct fake *fake, const struct command *command)
{
	if (command->bytes[10] != 2) {
		tell_even_keys(fake, command);
	}
}

static void test_one_that_is_never_answered_spoils_nothing(void **state)
{
	static struct query queries[10];
	struct fake fake;

	(void)state;
	begin(&fake, tell_but_one_key);
	talk_set_fullness(&fake.talk, 100);
	ask_keys(queries, 10);
	assert_int_equal(talk_ask_all(&fake.talk, queries, 10, &fake.err), TALK_DONE);
	for (int i = 0; i < 10; i++) {
		assert_int_equal(queries[i].result, i == 2  ? TALK_SILENT
						    : i % 2 ? TALK_REFUSED
							    : TALK_DONE);
	}
	assert_int_equal(fake.talk.unanswered, 1);
	begin(&fake, NULL);
	assert_int_equal(talk_ask_all(&fake.talk, queries, 10, &fake.err), TALK_SILENT);
}

/* ---- the bit rate ---- */

static const struct identity somebody = {.maker = "u-blox"};

/* Takes a new rate from a CFG-PRT, and answers to all. */
static void obey(struct fake *fake, const struct command *command)
{
	if (command->bytes[3] == 0) {
		fake->receiver_bps = frame_u4(command->bytes + 6 + 8);
	}
	acknowledge(fake, command);
}

static void ignore_rate(struct fake *fake, const struct command *command)
{
	if (command->bytes[3] != 0) {
		acknowledge(fake, command);
	}
}

static void take_another_rate(struct fake *fake, const struct command *command)
{
	if (command->bytes[3] == 0) {
		fake->receiver_bps = 57600;
	}
	acknowledge(fake, command);
}

static void fall_silent(struct fake *fake, const struct command *command)
{
	if (command->bytes[3] == 0) {
		fake->receiver_bps = 1;
	}
	acknowledge(fake, command);
}

static void count_told(void *arg, const struct setting *setting, enum talk_result result)
{
	(void)setting;
	(void)result;
	++*(int *)arg;
}

/* A bit rate and another setting. */
static enum talk_result change(struct fake *fake, struct change_end *end)
{
	static struct settings settings;
	struct identity identity = somebody;
	char port[20] = {1};
	int told = 0;

	identity.hello = ubx(6, 4, "", 0);
	settings.count = 0;
	struct setting *bps = settings_add_bps(&settings, 9600, 115200);

	command_put_u4((uint8_t *)port + 8, 115200);
	bps->set = ubx(6, 0, port, sizeof(port));
	struct setting *other = settings_add(&settings, "GSV", "GSV");

	setting_rates(other, 1, 5);
	other->set = ubx(6, 1, "\360\3\5", 3);
	enum talk_result result =
		change_all(&fake->talk, &identity, &settings, count_told, &told, end, &fake->err);

	assert_true(told >= 1);
	return result;
}

static void test_the_line_follows_a_new_rate(void **state)
{
	struct change_end end;
	struct fake fake;

	(void)state;
	begin(&fake, obey);
	assert_int_equal(change(&fake, &end), TALK_DONE);
	assert_int_equal(fake.talk.bps, 115200);
	assert_int_equal(fake.receiver_bps, 115200);
	assert_int_equal(end.done, 2);
}

static void test_a_rate_that_is_not_taken_leaves_the_old_one(void **state)
{
	struct change_end end;
	struct fake fake;

	(void)state;
	begin(&fake, ignore_rate);
	assert_int_equal(change(&fake, &end), TALK_DONE);
	assert_int_equal(fake.talk.bps, 9600);
	assert_int_equal(end.done, 1); /* the other setting */
	assert_int_equal(end.refused, 1);
	begin(&fake, refuse);
	assert_int_equal(change(&fake, &end), TALK_DONE);
	assert_int_equal(fake.talk.bps, 9600);
	assert_int_equal(end.refused, 2);
}

static void test_a_rate_that_it_has_needs_no_answer(void **state)
{
	static struct settings settings;
	struct identity identity = somebody;
	struct change_end end;
	struct fake fake;
	int told = 0;

	(void)state;
	begin(&fake, ignore_rate);
	identity.hello = ubx(6, 4, "", 0);
	settings.count = 0;
	struct setting *bps = settings_add_bps(&settings, 9600, 9600);

	bps->differs = true;
	bps->set = ubx(6, 0, "", 0);
	assert_int_equal(
		change_all(&fake.talk, &identity, &settings, count_told, &told, &end, &fake.err),
		TALK_DONE);
	assert_int_equal(end.done, 1);
	begin(&fake, fall_silent);
	assert_int_equal(
		change_all(&fake.talk, &identity, &settings, count_told, &told, &end, &fake.err),
		TALK_SILENT);
	assert_non_null(strstr(fake.err.text, "take its power away"));
}

static void test_a_receiver_at_a_third_rate_is_found_again(void **state)
{
	struct change_end end;
	struct fake fake;

	(void)state;
	begin(&fake, take_another_rate);
	assert_int_equal(change(&fake, &end), TALK_SILENT);
	assert_int_equal(fake.talk.bps, 57600);
	assert_non_null(strstr(fake.err.text, "found again at 57600 bit/s"));
}

static void test_one_that_is_lost_is_told(void **state)
{
	struct change_end end;
	struct fake fake;

	(void)state;
	begin(&fake, fall_silent);
	assert_int_equal(change(&fake, &end), TALK_SILENT);
	assert_non_null(strstr(fake.err.text, "take its power away"));
	assert_int_equal(end.done, 0);
}

/* Answers to u-blox's question for the version alone; says nothing by itself. */
static void say_version(struct fake *fake, const struct command *command)
{
	static const char version[40] = "ROM CORE 3.01";

	if (command->bytes[0] == 0xb5 && command->bytes[2] == 0x0a) {
		struct command answer = ubx(0x0a, 0x04, version, sizeof(version));

		answer_in(fake, 30, &answer);
	}
}

static void test_a_silent_receiver_is_found_by_asking(void **state)
{
	struct fake fake;

	(void)state;
	begin(&fake, say_version);
	fake.receiver_bps = 38400;
	assert_int_equal(find_rate(&fake.talk, 9600, &fake.err), TALK_DONE);
	assert_int_equal(fake.talk.bps, 38400);
	fake.receiver_bps = 1;
	assert_int_equal(find_rate(&fake.talk, 9600, &fake.err), TALK_SILENT);
}

static void test_the_rate_that_is_wished(void **state)
{
	const struct wish any = {0}, fixed = {.bps = 38400};

	(void)state;
	assert_int_equal(wish_bps(&any, 9600, 460800), 115200);
	assert_int_equal(wish_bps(&any, 9600, 38400), 38400);
	assert_int_equal(wish_bps(&any, 460800, 460800), 460800); /* it is not slowed down */
	assert_int_equal(wish_bps(&fixed, 460800, 460800), 38400);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_sentence_has_its_checksum),
		cmocka_unit_test(test_ubx_acknowledgement_names_class_and_id),
		cmocka_unit_test(test_another_protocol_acknowledges_nothing),
		cmocka_unit_test(test_sentences_are_acknowledged_by_number),
		cmocka_unit_test(test_an_answer_is_that_of_what_was_asked),
		cmocka_unit_test(test_done_and_refused),
		cmocka_unit_test(test_it_is_said_three_times),
		cmocka_unit_test(test_a_late_acknowledgement_is_not_that_of_the_next_command),
		cmocka_unit_test(test_many_questions_take_hardly_longer_than_one),
		cmocka_unit_test(test_what_is_lost_is_asked_again),
		cmocka_unit_test(test_one_that_is_never_answered_spoils_nothing),
		cmocka_unit_test(test_the_line_follows_a_new_rate),
		cmocka_unit_test(test_a_rate_that_is_not_taken_leaves_the_old_one),
		cmocka_unit_test(test_a_rate_that_it_has_needs_no_answer),
		cmocka_unit_test(test_a_receiver_at_a_third_rate_is_found_again),
		cmocka_unit_test(test_one_that_is_lost_is_told),
		cmocka_unit_test(test_a_silent_receiver_is_found_by_asking),
		cmocka_unit_test(test_the_rate_that_is_wished),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
