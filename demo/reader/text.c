/* Columns, colours, times, base64, wiping: nothing here is about doors. */
#include "reader.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

static bool colours;

void text_start(void) {
    const char *forbidden = getenv("NO_COLOR");
    colours = isatty(STDOUT_FILENO) == 1 && (forbidden == NULL || forbidden[0] == '\0');
}

const char *paint(enum colour colour) {
    static const char *const codes[] = {
        "\033[0m", "\033[32m", "\033[33m", "\033[1;31m", "\033[2m", "\033[1m"};
    return colours ? codes[colour] : "";
}

/* The character at `*text`; goes on to the next. Broken UTF-8 counts byte by byte. */
static uint32_t next_character(const unsigned char **text) {
    const unsigned char *at = *text;
    uint32_t character = *at++;
    int more = character >= 0xF0 ? 3 : character >= 0xE0 ? 2 : character >= 0xC0 ? 1 : 0;
    if (more > 0) {
        character &= 0x3FU >> more;
    }
    for (; more > 0 && (*at & 0xC0U) == 0x80U; more--) {
        character = character << 6 | (*at++ & 0x3FU);
    }
    *text = at;
    return character;
}

/* How many columns a terminal gives to a character: ideographs take two. */
static size_t character_width(uint32_t c) {
    static const struct {
        uint32_t first, last;
        size_t width;
    } ranges[] = {
        {0x0300, 0x036F, 0},   {0x1100, 0x115F, 2},   {0x200B, 0x200F, 0},   {0x2E80, 0x303E, 2},
        {0x3041, 0xA4CF, 2},   {0xAC00, 0xD7A3, 2},   {0xF900, 0xFAFF, 2},   {0xFE00, 0xFE0F, 0},
        {0xFE30, 0xFE6F, 2},   {0xFF00, 0xFF60, 2},   {0xFFE0, 0xFFE6, 2},   {0x1F300, 0x1FAFF, 2},
        {0x20000, 0x3FFFD, 2},
    };
    for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++) {
        if (c >= ranges[i].first && c <= ranges[i].last) {
            return ranges[i].width;
        }
    }
    return 1;
}

size_t text_width(const char *text) {
    const unsigned char *at = (const unsigned char *)text;
    size_t width = 0;
    while (*at != '\0') {
        width += character_width(next_character(&at));
    }
    return width;
}

/* Prints at most that many columns, an ellipsis where it was cut, and no
   character that could steer a terminal; returns the columns used. */
static size_t put_cut(const char *text, size_t columns) {
    const unsigned char *at = (const unsigned char *)text;
    const bool fits = text_width(text) <= columns;
    size_t used = 0;
    while (*at != '\0') {
        const unsigned char *start = at;
        const uint32_t character = next_character(&at);
        const size_t width = character_width(character);
        if (!fits && used + width + 1 > columns) {
            fputs("…", stdout);
            return used + 1;
        }
        if (character < 0x20 || (character >= 0x7F && character < 0xA0)) {
            putchar('?');
        } else {
            fwrite(start, 1, (size_t)(at - start), stdout);
        }
        used += width;
    }
    return used;
}

void put_column(const char *text, size_t columns, enum colour colour) {
    fputs(paint(colour), stdout);
    size_t used = put_cut(text, columns);
    fputs(paint(PLAIN), stdout);
    for (; used < columns; used++) {
        putchar(' ');
    }
}

void put_right(const char *text, size_t columns, enum colour colour) {
    for (size_t used = text_width(text); used < columns; used++) {
        putchar(' ');
    }
    put_column(text, text_width(text), colour);
}

void put_heading(const char *text) {
    printf("\n%s%s%s\n", paint(BOLD), text, paint(PLAIN));
}

/*
 * For display only: the engine has its own zone and never looks at this one.
 * Where the machine has no zone files, times come out in UTC; the offset that
 * is printed with them is always the true one.
 */
void zone_set(const char *zone) {
    char posix[96];
    if (zone[0] == '+' || zone[0] == '-') {
        /* "+08:00" is "<+08:00>-08:00" in POSIX, which counts westwards. */
        snprintf(posix, sizeof posix, "<%s>%c%s", zone, zone[0] == '+' ? '-' : '+', zone + 1);
        zone = posix;
    }
    if (setenv("TZ", zone, 1) == 0) {
        tzset();
    }
}

void format_time(char *buffer, size_t size, int64_t seconds, const char *format) {
    const time_t instant = (time_t)seconds;
    struct tm tm;
    if ((int64_t)instant != seconds || localtime_r(&instant, &tm) == NULL ||
        strftime(buffer, size, format, &tm) == 0) {
        snprintf(buffer, size, "%lld s", (long long)seconds);
    }
}

void format_offset(char *buffer, size_t size, int64_t seconds) {
    const time_t instant = (time_t)seconds;
    struct tm tm;
    if (localtime_r(&instant, &tm) == NULL || strftime(buffer, size, "UTC%z", &tm) == 0) {
        snprintf(buffer, size, "UTC?");
    }
}

void format_bytes(char *buffer, size_t size, uint64_t bytes) {
    if (bytes >= 1000000) {
        snprintf(buffer, size, "%.1f MB", (double)bytes / 1e6);
    } else {
        snprintf(buffer, size, "%.1f kB", (double)bytes / 1e3);
    }
}

/* Rounded down, so that a score just below a threshold never looks like it. */
void format_score(char *buffer, size_t size, int32_t millionths) {
    const int32_t thousandths =
        millionths >= 0 ? millionths / 1000 : -((-millionths + 999) / 1000);
    const int32_t positive = thousandths < 0 ? -thousandths : thousandths;
    snprintf(buffer, size, "%s%d.%03d", thousandths < 0 ? "-" : "", (int)(positive / 1000),
             (int)(positive % 1000));
}

const char *user_type_name(uint32_t user_type) {
    switch (user_type) {
    case KAIMEN_USER_STAFF: return "staff";
    case KAIMEN_USER_VISITOR: return "visitor";
    case KAIMEN_USER_STUDENT: return "student";
    default: return "?";
    }
}

bool number_read(const char *text, uint64_t most, uint64_t *number) {
    uint64_t value = 0;
    if (*text == '\0') {
        return false;
    }
    for (; *text != '\0'; text++) {
        if (*text < '0' || *text > '9') {
            return false;
        }
        const uint64_t digit = (uint64_t)(*text - '0');
        if (value > (most - digit) / 10) {
            return false;
        }
        value = value * 10 + digit;
    }
    *number = value;
    return true;
}

static int base64_value(char c) {
    if (c >= 'A' && c <= 'Z') return c - 'A';
    if (c >= 'a' && c <= 'z') return c - 'a' + 26;
    if (c >= '0' && c <= '9') return c - '0' + 52;
    if (c == '+') return 62;
    if (c == '/') return 63;
    return -1;
}

/* `bytes` has room for three quarters of the text. */
bool base64_decode(const char *text, uint8_t *bytes, size_t *size) {
    size_t length = strlen(text);
    while (length > 0 && text[length - 1] == '=') {
        length--;
    }
    size_t written = 0;
    uint32_t bits = 0;
    int held = 0;
    for (size_t i = 0; i < length; i++) {
        const int value = base64_value(text[i]);
        if (value < 0) {
            return false;
        }
        bits = (bits << 6 | (uint32_t)value) & 0xFFFFU;
        held += 6;
        if (held >= 8) {
            held -= 8;
            bytes[written++] = (uint8_t)(bits >> held & 0xFFU);
        }
    }
    *size = written;
    return length > 0 && length % 4 != 1;
}

/* Templates are personal data: overwritten before they are released, in a way
   that the compiler may not leave out. */
void wipe(void *bytes, size_t size) {
    volatile uint8_t *at = bytes;
    for (; at != NULL && size > 0; size--) {
        *at++ = 0;
    }
}

uint64_t clock_nanoseconds(void) {
    struct timespec now = {0, 0};
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000000U + (uint64_t)now.tv_nsec;
}

bool memory_read(uint64_t *now, uint64_t *most) {
    FILE *file = fopen("/proc/self/status", "r");
    unsigned long long resident = 0, peak = 0;
    char line[256];
    if (file == NULL) {
        return false;
    }
    while (fgets(line, sizeof line, file) != NULL) {
        (void)sscanf(line, "VmRSS: %llu", &resident);
        (void)sscanf(line, "VmHWM: %llu", &peak);
    }
    fclose(file);
    *now = (uint64_t)resident * 1024;
    *most = (uint64_t)peak * 1024;
    return resident > 0;
}

int library_error(const char *what, kaimen_status status, const kaimen_detail *detail) {
    fprintf(stderr, "reader: %s: %s: %s", what, kaimen_status_name(status), detail->message);
    if (detail->field[0] != '\0') {
        fprintf(stderr, " (%s)", detail->field);
    }
    if (detail->position != KAIMEN_NONE) {
        fprintf(stderr, " at %lu", (unsigned long)detail->position);
    }
    fputc('\n', stderr);
    return EXIT_LIBRARY;
}

void complain(const char *what, const char *why) {
    fprintf(stderr, "reader: %s: %s\n", what, why);
}
