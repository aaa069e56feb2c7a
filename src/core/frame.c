/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "core/frame.h"

#include <string.h>

#define SYNC_BYTES 2

static const uint8_t sync_bytes[FRAME_PROTOCOLS][SYNC_BYTES] = {
	[FRAME_UBX] = {0xb5, 0x62},
	[FRAME_ALLYSTAR] = {0xf1, 0xd9},
	[FRAME_CASIC] = {0xba, 0xce},
	[FRAME_SKYTRAQ] = {0xa0, 0xa1},
};

/* Up to the payload, and behind it. SkyTraq's id is a part of its head here. */
static const size_t head_bytes[FRAME_PROTOCOLS] = {6, 6, 6, 5};
static const size_t tail_bytes[FRAME_PROTOCOLS] = {2, 2, 4, 3};

static bool begins_frame(uint8_t byte)
{
	for (int p = 0; p < FRAME_PROTOCOLS; p++) {
		if (byte == sync_bytes[p][0]) {
			return true;
		}
	}
	return false;
}

size_t frame_skip(const uint8_t *data, size_t len)
{
	size_t count = 0;

	while (count < len && !begins_frame(data[count])) {
		count++;
	}
	return count;
}

/* FRAME_PROTOCOLS: none. */
static enum frame_protocol protocol_of(const uint8_t *data)
{
	int p = 0;

	while (p < FRAME_PROTOCOLS && memcmp(data, sync_bytes[p], SYNC_BYTES) != 0) {
		p++;
	}
	return (enum frame_protocol)p;
}

/* Of a whole head; false if no frame can have it. */
static bool take_head(const uint8_t *data, struct frame *f)
{
	f->payload = data + head_bytes[f->protocol];
	switch (f->protocol) {
	case FRAME_SKYTRAQ:
		f->class = 0;
		f->id = data[4];
		f->length = (size_t)(data[2] << 8 | data[3]);
		if (f->length == 0) {
			return false;
		}
		f->length--;
		break;
	case FRAME_CASIC:
		f->class = data[4];
		f->id = data[5];
		f->length = frame_u2(data + 2);
		break;
	default:
		f->class = data[2];
		f->id = data[3];
		f->length = frame_u2(data + 4);
		break;
	}
	return f->length <= FRAME_PAYLOAD_MAX && (f->protocol != FRAME_CASIC || f->length % 4 == 0);
}

static void put_head(const struct frame *f, uint8_t *data)
{
	size_t length = f->length + (f->protocol == FRAME_SKYTRAQ);
	uint8_t low = (uint8_t)length, high = (uint8_t)(length >> 8);

	memcpy(data, sync_bytes[f->protocol], SYNC_BYTES);
	data += SYNC_BYTES;
	switch (f->protocol) {
	case FRAME_SKYTRAQ:
		memcpy(data, (uint8_t[]){high, low, f->id}, 3);
		break;
	case FRAME_CASIC:
		memcpy(data, (uint8_t[]){low, high, f->class, f->id}, 4);
		break;
	default:
		memcpy(data, (uint8_t[]){f->class, f->id, low, high}, 4);
		break;
	}
}

static void put_fletcher(const uint8_t *from, const uint8_t *to, uint8_t *tail)
{
	uint8_t a = 0, b = 0;

	while (from < to) {
		a = (uint8_t)(a + *from++);
		b = (uint8_t)(b + a);
	}
	tail[0] = a;
	tail[1] = b;
}

static void put_words(const struct frame *f, uint8_t *tail)
{
	uint32_t sum = (uint32_t)f->id << 24 | (uint32_t)f->class << 16 | (uint32_t)f->length;

	for (size_t i = 0; i < f->length; i += 4) {
		sum += frame_u4(f->payload + i);
	}
	for (int i = 0; i < 4; i++) {
		tail[i] = (uint8_t)(sum >> 8 * i);
	}
}

static void put_xor(const struct frame *f, uint8_t *tail)
{
	tail[0] = f->id;
	for (size_t i = 0; i < f->length; i++) {
		tail[0] ^= f->payload[i];
	}
	tail[1] = '\r';
	tail[2] = '\n';
}

/* What must stand behind the payload of a frame that begins at data. */
static void put_tail(const struct frame *f, const uint8_t *data, uint8_t *tail)
{
	switch (f->protocol) {
	case FRAME_SKYTRAQ:
		put_xor(f, tail);
		break;
	case FRAME_CASIC:
		put_words(f, tail);
		break;
	default:
		put_fletcher(data + SYNC_BYTES, f->payload + f->length, tail);
		break;
	}
}

static enum frame_result look(struct frame_parser *p, struct frame *f)
{
	uint8_t tail[4];

	if (p->len < SYNC_BYTES) {
		return p->len ? FRAME_PART : FRAME_NONE;
	}
	f->protocol = protocol_of(p->data);
	if (f->protocol == FRAME_PROTOCOLS) {
		return FRAME_BROKEN;
	}
	size_t head = head_bytes[f->protocol], end = tail_bytes[f->protocol];

	if (p->len < head) {
		return FRAME_PART;
	}
	if (!take_head(p->data, f)) {
		return FRAME_BROKEN;
	}
	if (p->len < head + f->length + end) {
		return FRAME_PART;
	}
	put_tail(f, p->data, tail);
	if (memcmp(f->payload + f->length, tail, end) != 0) {
		return FRAME_BROKEN;
	}
	p->told = head + f->length + end;
	return FRAME_WHOLE;
}

/* What is left from the next byte on that may begin a frame. */
static void drop(struct frame_parser *p, size_t count)
{
	count += frame_skip(p->data + count, p->len - count);
	p->len -= count;
	memmove(p->data, p->data + count, p->len);
	p->told = 0;
}

void frame_put(struct frame_parser *p, uint8_t byte)
{
	drop(p, p->told);
	if (p->len > 0 || begins_frame(byte)) {
		p->data[p->len++] = byte;
	}
}

enum frame_result frame_next(struct frame_parser *p, struct frame *frame)
{
	drop(p, p->told);

	enum frame_result result = look(p, frame);

	if (result == FRAME_BROKEN) {
		drop(p, 1);
	}
	return result;
}

void frame_give_up(struct frame_parser *p)
{
	drop(p, p->told ? p->told : p->len > 0);
}

size_t frame_encode(const struct frame *f, uint8_t *bytes, size_t size)
{
	struct frame sent = *f;

	if ((unsigned int)f->protocol >= FRAME_PROTOCOLS || f->length > FRAME_PAYLOAD_MAX ||
	    (f->protocol == FRAME_CASIC && f->length % 4)) {
		return 0;
	}
	size_t head = head_bytes[f->protocol], tail = tail_bytes[f->protocol];

	if (head + f->length + tail > size) {
		return 0;
	}
	put_head(f, bytes);
	sent.payload = bytes + head;
	if (f->length) {
		memcpy(bytes + head, f->payload, f->length);
	}
	put_tail(&sent, bytes, bytes + head + f->length);
	return head + f->length + tail;
}
