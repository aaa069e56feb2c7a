/* SPDX-License-Identifier: MIT */
/* SPDX-FileCopyrightText: 2026 The pps2shm authors */
#include "common/clean.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

/*
 * One character of UTF-8 (RFC 3629: shortest form, no surrogates, up to U+10FFFF): its length, or 0
 * if the bytes are none.
 */
static size_t decode(const unsigned char *at, size_t left, uint32_t *code)
{
	static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
	size_t len = at[0] < 0x80 ? 1 : at[0] < 0xC0 ? 0 : at[0] < 0xE0 ? 2 : at[0] < 0xF0 ? 3 : 4;

	if (len == 0 || len > left || at[0] > 0xF4) {
		return 0;
	}
	*code = len == 1 ? at[0] : at[0] & (0x7FU >> len);
	for (size_t i = 1; i < len; i++) {
		if ((at[i] & 0xC0) != 0x80) {
			return 0;
		}
		*code = *code << 6 | (at[i] & 0x3FU);
	}
	bool surrogate = *code >= 0xD800 && *code <= 0xDFFF;

	return *code < least[len] || surrogate || *code > 0x10FFFF ? 0 : len;
}

/* Control characters, and what is not seen but changes how the rest is. */
static bool is_dangerous(uint32_t code)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{0x00, 0x1F},     {0x7F, 0x9F},       {0xAD, 0xAD},     {0x61C, 0x61C},
		{0x200B, 0x200F}, {0x2028, 0x202E},   {0x2060, 0x206F}, {0xFEFF, 0xFEFF},
		{0xFFF9, 0xFFFB}, {0xE0000, 0xE007F},
	};

	for (size_t i = 0; i < sizeof(ranges) / sizeof(ranges[0]); i++) {
		if (code >= ranges[i].first && code <= ranges[i].last) {
			return true;
		}
	}
	return false;
}

size_t clean_bytes(char *dst, size_t size, const char *src, size_t len)
{
	size_t made = 0;

	for (size_t i = 0; i < len && size > 0;) {
		uint32_t code = 0;
		size_t n = decode((const unsigned char *)src + i, len - i, &code);
		bool keep = n > 0 && !is_dangerous(code);

		if (made + (keep ? n : 1) >= size) {
			break;
		}
		if (keep) {
			memmove(dst + made, src + i, n);
			made += n;
		} else {
			dst[made++] = n > 0 && code == '\t' ? ' ' : '?';
		}
		i += n > 0 ? n : 1;
	}
	if (size > 0) {
		dst[made] = '\0';
	}
	return made;
}

size_t clean_text(char *dst, size_t size, const char *src)
{
	return clean_bytes(dst, size, src, strlen(src));
}

/* A line break or tab at the begin of what is left: its length, or 0. */
static size_t kept_break(const char *at, size_t left)
{
	if (at[0] == '\n' || at[0] == '\t') {
		return 1;
	}
	return at[0] == '\r' && left > 1 && at[1] == '\n' ? 2 : 0;
}

void clean_print(FILE *out, const char *text, size_t len)
{
	char *part = malloc(len + 1);

	for (size_t i = 0; part && i < len;) {
		size_t end = i, kept;

		while (end < len && kept_break(text + end, len - end) == 0) {
			end++;
		}
		fwrite(part, 1, clean_bytes(part, len + 1, text + i, end - i), out);
		kept = end < len ? kept_break(text + end, len - end) : 0;
		fwrite(text + end, 1, kept, out);
		i = end + kept;
	}
	if (!part) {
		abort();
	}
	free(part);
}
