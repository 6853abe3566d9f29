/*
 * The demo's reader: one program in the shape of a door reader's firmware.
 *
 *   main.c    the command line, and the order in which things happen
 *   site.c    where members and probes come from: files instead of a cloud and
 *             a camera
 *   import.c  answers of the cloud into the engine, and what was rejected
 *   decide.c  probes to decisions
 *   table.c   the decisions as a table, and the sums under it
 *   text.c    columns, colours, times, base64, wiping
 *
 * Only kaimen.h is used of the library.
 */
#ifndef READER_H
#define READER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include "kaimen.h"

/* Exit codes. */
enum { EXIT_DONE = 0, EXIT_LIBRARY = 1, EXIT_USAGE = 2, EXIT_FALSE_ACCEPT = 3 };

/* Everything that the command line and site.conf say. */
struct settings {
    kaimen_algorithm algorithm;
    char zone[64];
    uint32_t max_members;   /* 0: the library's default */
    uint32_t max_templates; /* 0: the library's default */
    uint32_t max_json;      /* 0: the library's default */
    char **answers;         /* paths of sync files, in order */
    size_t answer_count;
    char *probes;           /* path of the probe file */
    bool all;               /* list every rejection */
};

/* One probe: the columns of probes.tsv, the template decoded. */
struct probe {
    const char *label; /* who it really is; "" if not known */
    uint32_t user_type;
    int64_t now;
    uint8_t *template_bytes;
    size_t size;
};

/* The probe file; the labels of the probes point into `text`. */
struct probes {
    char *text;
    size_t text_size;
    struct probe *list;
    size_t count;
};

/* What became of one probe. */
enum outcome {
    OUTCOME_UNLABELLED,   /* nobody knows who it was */
    OUTCOME_FOUND,        /* the right member */
    OUTCOME_MISSED,       /* a member, not told from others or not found */
    OUTCOME_REFUSED,      /* a stranger, and nobody was found */
    OUTCOME_FALSE_MATCH,  /* somebody else was found, and the door stayed shut */
    OUTCOME_FALSE_ACCEPT, /* the door opened for somebody else */
    OUTCOME_ERROR         /* the library answered with an error */
};
enum { OUTCOMES = OUTCOME_ERROR + 1 };

/* One row of the table. */
struct row {
    const struct probe *probe;
    kaimen_status status;
    kaimen_decision decision;
    kaimen_detail detail;
    bool has_access;
    kaimen_access access;
    enum outcome outcome;
    uint64_t nanoseconds;
};

/* site.c */
bool site_read(struct settings *settings, const char *folder);
bool site_add_answer(struct settings *settings, const char *path);
void site_free(struct settings *settings);
char *file_read(const char *path, size_t *size);
bool probes_read(struct probes *probes, const char *path);
void probes_free(struct probes *probes);

/* import.c: false if an answer was refused as a whole. */
bool import_all(kaimen_engine *engine, const struct settings *settings);

/* decide.c: a row for each probe. */
void decide_all(const kaimen_engine *engine, const struct probes *probes, struct row *rows);

/* table.c: prints, and says how the program ends. */
int table_print(const struct row *rows, size_t count, const char *zone);

/* text.c */
enum colour { PLAIN, GREEN, YELLOW, RED, DIM, BOLD };
void text_start(void);
const char *paint(enum colour colour); /* "" where there are no colours */
size_t text_width(const char *text);
void put_column(const char *text, size_t columns, enum colour colour);
void put_right(const char *text, size_t columns, enum colour colour);
void put_heading(const char *text);
void zone_set(const char *zone);
void format_time(char *buffer, size_t size, int64_t seconds, const char *format);
void format_offset(char *buffer, size_t size, int64_t seconds);
void format_bytes(char *buffer, size_t size, uint64_t bytes);
void format_score(char *buffer, size_t size, int32_t millionths);
const char *user_type_name(uint32_t user_type);
bool number_read(const char *text, uint64_t most, uint64_t *number);
bool base64_decode(const char *text, uint8_t *bytes, size_t *size);
void wipe(void *bytes, size_t size);
uint64_t clock_nanoseconds(void);
bool memory_read(uint64_t *now, uint64_t *most);

/* Says on stderr what the library refused; returns EXIT_LIBRARY. */
int library_error(const char *what, kaimen_status status, const kaimen_detail *detail);
/* Says on stderr what else went wrong. */
void complain(const char *what, const char *why);

#endif
