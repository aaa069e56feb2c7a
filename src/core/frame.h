/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Binary frames of receivers: bytes in, whole frames with a right checksum out, and back.
 *
 *	UBX (u-blox)     b5 62  class id  length  payload  a b
 *	Allystar         f1 d9  class id  length  payload  a b
 *	CASIC            ba ce  length  class id  payload  sum
 *	SkyTraq          a0 a1  length  id payload  xor  0d 0a
 *
 * Lengths have two bytes. All numbers are little endian, SkyTraq's big endian; SkyTraq's length
 * counts the id, CASIC's is a multiple of four. a and b: Fletcher's sums with eight bits, from the
 * class to the end of the payload. sum: 32 bits, of length, class and id as one word, and of the
 * words of the payload. xor: of the id and the payload.
 *
 * Anything may stand between frames: sentences, noise. Two bytes of noise that look like a
 * beginning hold back what follows, but no more than one frame may be long; then they are taken for
 * noise, and what followed is looked at again.
 */

/* What is longer is no frame here: receivers' raw measurements are, and 65535 bytes of noise. */
#define FRAME_PAYLOAD_MAX 1024
#define FRAME_MAX         (FRAME_PAYLOAD_MAX + 10)

enum frame_protocol { FRAME_UBX, FRAME_ALLYSTAR, FRAME_CASIC, FRAME_SKYTRAQ, FRAME_PROTOCOLS };

struct frame {
	enum frame_protocol protocol;
	uint8_t class; /* SkyTraq has none: 0 */
	uint8_t id;
	const uint8_t *payload;
	size_t length; /* of the payload */
};

enum frame_result {
	FRAME_NONE,   /* all bytes so far are of no frame, or of one that was told */
	FRAME_PART,   /* the last ones may be the beginning of one */
	FRAME_WHOLE,  /* a frame with a right checksum */
	FRAME_BROKEN, /* what may have been one was none */
};

struct frame_parser {
	uint8_t data[FRAME_MAX]; /* what may be a frame, from its first byte on */
	size_t len;
	size_t told; /* so many of it are the frame told last */
};

/* Zeroed is initialised. Takes one byte; then frame_next() until it says NONE or PART. */
void frame_put(struct frame_parser *parser, uint8_t byte);

/* WHOLE: frame is set; its payload stands in the parser until the next call. */
enum frame_result frame_next(struct frame_parser *parser, struct frame *frame);

/* There was a pause: what may have been a frame is none. frame_next() says the rest. */
void frame_give_up(struct frame_parser *parser);

/* Bytes wait that may be the beginning of a frame. */
static inline bool frame_open(const struct frame_parser *parser)
{
	return parser->len > parser->told;
}

/* How many of the bytes at the front can begin no frame. */
size_t frame_skip(const uint8_t *data, size_t len);

/* The frame as it is sent. Returns its length; 0 if it does not fit, or there is none like that. */
size_t frame_encode(const struct frame *frame, uint8_t *bytes, size_t size);

/* Numbers of a payload, little endian. */
static inline uint16_t frame_u2(const uint8_t *at)
{
	return (uint16_t)(at[0] | at[1] << 8);
}

static inline uint32_t frame_u4(const uint8_t *at)
{
	return frame_u2(at) | (uint32_t)frame_u2(at + 2) << 16;
}
