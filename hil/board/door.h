/* The reader program of a board under test: see README.md beside it. */
#ifndef DOOR_H
#define DOOR_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Longest line, its end counted; what is longer is refused, and never kept. */
#define LINE_BYTES 1280
/* Longest record that `data` lines may add up to: a small site, or a probe. */
#define RECORD_BYTES (256 * 1024)
/* Words of a line. */
#define WORDS 8
/* Most pages of a module's library that have an owner here. */
#define PAGES 64

/* A request, split. */
struct request {
    unsigned long number;
    size_t count;
    const char *words[WORDS];
};

/* line.c: the console. */
enum line_end { LINE_READY, LINE_DAMAGED, LINE_CLOSED };
bool line_open(const char *path);
enum line_end line_read(struct request *request);
void line_answer(unsigned long number, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
uint32_t line_check(const char *text, size_t size);
bool line_number(const char *text, int64_t lowest, int64_t highest, int64_t *number);
bool line_raw(int file, long baud);

/* desk.c: requests about the engine, and its decisions. */
void desk_serve(const struct request *request);

/* module.c: a fingerprint module of the R30x family on a serial line. */
enum touch { TOUCH_FOUND, TOUCH_UNKNOWN, TOUCH_NOBODY, TOUCH_BROKEN };
bool module_open(const char *path, long baud);
enum touch module_touch(unsigned milliseconds, uint16_t *page);

/* The clock that does not jump. */
uint64_t clock_microseconds(void);

#endif
