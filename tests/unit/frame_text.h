/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#pragma once

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include "core/frame.h"

/* A frame of that payload; returns the length. text holds FRAME_MAX. */
static inline size_t frame_text(char *text, enum frame_protocol protocol, int class, int id,
				const void *payload, size_t length)
{
	struct frame frame = {protocol, (uint8_t) class, (uint8_t)id, payload, length};
	size_t len = frame_encode(&frame, (uint8_t *)text, FRAME_MAX);

	assert_true(len > 0);
	return len;
}
