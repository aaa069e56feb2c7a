#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
# SPDX-FileCopyrightText: 2026 The pps2shm authors
"""test_docs.py SOURCE: links in the documentation lead somewhere, and to every page of it; constants that
it and comments name exist; and what a program says can be found in its source."""

import glob
import os
import re
import sys
import unittest

SOURCE = sys.argv.pop(1)


def read(page):
    with open(os.path.join(SOURCE, page), encoding='utf-8', errors='replace') as file:
        return file.read()


def links(page):
    """Of a page in Markdown: (file, heading or ''), the file as seen from SOURCE."""
    text = re.sub(r'^```.*?^```', '', read(page), flags=re.M | re.S)
    for target in re.findall(r'\]\(([^)\s]+)\)', text):
        if not re.match(r'[a-z]+:', target):
            file, _, heading = target.partition('#')
            folder = os.path.dirname(page)
            yield os.path.normpath(os.path.join(folder, file)) if file else page, heading


def headings(page):
    """As they stand in a link: lower case, blanks as hyphens, nothing else but words."""
    return {re.sub(r'[^\w\- ]', '', title).strip().lower().replace(' ', '-')
            for title in re.findall(r'^#+ (.*)$', read(page), flags=re.M)}


def manual(page):
    """The manual pages of ours that this one refers to."""
    for name, section in re.findall(r'^\.Xr (\S+) (\d)', read(page), flags=re.M):
        if re.match('pps2shm|ntpshm', name):
            yield f'docs/man/{name}.{section}'


def reached(start, follow):
    pages, todo = set(), [start]
    while todo:
        page = todo.pop()
        if page not in pages:
            pages.add(page)
            todo += follow(page)
    return pages


def here(pattern):
    return {os.path.relpath(path, SOURCE) for path in glob.glob(os.path.join(SOURCE, pattern))}


CONSTANT = r'\b[A-Z][A-Z0-9]*_[A-Z0-9_]*[A-Z0-9]\b'
COMMENT = r'/\*.*?\*/|//[^\n]*'
FOREIGN = {'CAP_IPC_OWNER', 'SA_RESTART', 'SA_RESTORER', 'PR_SET_SYSCALL_USER_DISPATCH',
           'CAP_NET_ADMIN', 'PARENT_DATA_SET', 'STAGE_LIST'}  # of Linux, linuxptp and pi-gen


def code():
    """Everything but documentation, without the comments of C."""
    pages = here('CMakeLists.txt') | here('run') | here('*/*') | here('*/*/*') | here('*/*/*/*')
    for page in pages:
        if os.path.isfile(os.path.join(SOURCE, page)) and not page.startswith(('docs/', 'build/')):
            yield re.sub(COMMENT, ' ', read(page), flags=re.S) if re.search(r'\.[ch]$', page) else read(page)


def named():
    """(page, constant) of comments and documentation."""
    for page in here('src/*/*.[ch]') | here('tests/*/*.[ch]'):
        for comment in re.findall(COMMENT, read(page), flags=re.S):
            yield from ((page, name) for name in re.findall(CONSTANT, comment))
    for page in here('*.md') | here('docs/*.md') | here('docs/man/*.[1-8]'):
        text = re.sub('-D(?=[A-Z])', '', read(page))
        yield from ((page, name) for name in re.findall(CONSTANT, text))


def followed(page):
    return [file for file, _ in links(page) if file.endswith('.md')]


class Docs(unittest.TestCase):
    def test_every_link_leads_to_a_file_and_a_heading_there(self):
        for page in here('*.md') | here('docs/*.md'):
            for file, heading in links(page):
                with self.subTest(page=page, link=file + '#' + heading):
                    self.assertTrue(os.path.exists(os.path.join(SOURCE, file)))
                    self.assertTrue(not heading or heading in headings(file))

    def test_every_page_is_reached_from_the_readme(self):
        pages = here('*.md') | here('docs/*.md')
        self.assertGreater(len(pages), 12)
        self.assertEqual(pages - reached('README.md', followed), set())

    def test_every_manual_page_is_reached_from_that_of_the_program(self):
        pages = here('docs/man/*.[1-8]')
        self.assertGreater(len(pages), 12)
        self.assertEqual(reached('docs/man/pps2shm.1', manual), pages)

    def test_every_constant_that_is_named_exists(self):
        exist = '\n'.join(code())
        for page, name in named():
            with self.subTest(page=page, name=name):
                self.assertTrue(name in exist or name in FOREIGN)

    def test_no_message_is_split_over_lines(self):
        """But at the end of a line of it, or of a sentence of some help."""
        for page in here('src/*/*.[ch]') - {'src/pi/pins.c'}:
            split = re.findall(r'"((?:[^"\\\n]|\\.)*)"[ \t]*\n[ \t]*"', read(page))
            for text in split:
                with self.subTest(page=page, text=text):
                    self.assertRegex(text, r'(\\n|[.:] )$')


unittest.main()
