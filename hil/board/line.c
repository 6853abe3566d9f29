/* Lines of the console, in both directions: "K> NUMBER WORDS *CRC" comes in, "K< NUMBER WORDS
   *CRC" goes out. The kernel and a shell may write to the same console; what does not begin with
   a K is theirs. */
#include "door.h"

#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

static int input = STDIN_FILENO;
static int output = STDOUT_FILENO;

uint64_t clock_microseconds(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (uint64_t)now.tv_sec * 1000000u + (uint64_t)now.tv_nsec / 1000u;
}

/* CRC-32 as in Ethernet and zip. */
uint32_t line_check(const char *text, size_t size) {
    uint32_t crc = 0xffffffffu;
    for (size_t i = 0; i < size; i++) {
        crc ^= (unsigned char)text[i];
        for (int bit = 0; bit < 8; bit++) {
            crc = crc >> 1 ^ (0xedb88320u & (0u - (crc & 1u)));
        }
    }
    return ~crc;
}

static speed_t speed_of(long baud) {
    switch (baud) {
    case 9600:
        return B9600;
    case 19200:
        return B19200;
    case 38400:
        return B38400;
    case 57600:
        return B57600;
    case 115200:
        return B115200;
    default:
        return B0;
    }
}

/* Bytes as they come: no echo, no line editing, no signals. `baud` 0 keeps the speed. */
bool line_raw(int file, long baud) {
    struct termios line;
    if (tcgetattr(file, &line) != 0) {
        return false;
    }
    line.c_iflag &= ~(tcflag_t)(IGNBRK | BRKINT | PARMRK | ISTRIP | INLCR | IGNCR | ICRNL | IXON);
    line.c_oflag &= ~(tcflag_t)OPOST;
    line.c_lflag &= ~(tcflag_t)(ECHO | ECHONL | ICANON | ISIG | IEXTEN);
    line.c_cflag &= ~(tcflag_t)(CSIZE | PARENB);
    line.c_cflag |= CS8 | CREAD | CLOCAL;
    line.c_cc[VMIN] = 1;
    line.c_cc[VTIME] = 0;
    if (baud != 0) {
        const speed_t speed = speed_of(baud);
        if (speed == B0 || cfsetispeed(&line, speed) != 0 || cfsetospeed(&line, speed) != 0) {
            return false;
        }
    }
    return tcsetattr(file, TCSANOW, &line) == 0;
}

bool line_open(const char *path) {
    const int file = open(path, O_RDWR | O_NOCTTY);
    if (file < 0) {
        return false;
    }
    input = output = file;
    return line_raw(file, 0);
}

static void write_whole(const char *text, size_t size) {
    while (size > 0) {
        const ssize_t written = write(output, text, size);
        if (written < 0) {
            if (errno == EINTR) {
                continue;
            }
            exit(1); /* nobody can be told anything any more */
        }
        text += written;
        size -= (size_t)written;
    }
}

void line_answer(unsigned long number, const char *format, ...) {
    char line[LINE_BYTES];
    /* The room for " *", the check and the end stays free. */
    const size_t room = sizeof line - 16;
    int used = snprintf(line, room, "K< %lu ", number);
    va_list arguments;
    va_start(arguments, format);
    const int more = vsnprintf(line + used, room - (size_t)used, format, arguments);
    va_end(arguments);
    if (more < 0 || (size_t)(used + more) >= room) {
        used = snprintf(line, room, "K< %lu error long-answer", number);
    } else {
        used += more;
    }
    const uint32_t crc = line_check(line, (size_t)used);
    used += snprintf(line + used, sizeof line - (size_t)used, " *%08x\n", (unsigned)crc);
    write_whole(line, (size_t)used);
}

/* One line without its end into `line`; its length. -1: the console is closed. A line that is
   too long is thrown away to its end and comes back as an empty, damaged one. */
static int read_text(char *line, bool *too_long) {
    static char waiting[512];
    static size_t at, filled;
    size_t size = 0;
    *too_long = false;
    for (;;) {
        if (at == filled) {
            const ssize_t got = read(input, waiting, sizeof waiting);
            if (got < 0 && errno == EINTR) {
                continue;
            }
            if (got <= 0) {
                return -1;
            }
            at = 0;
            filled = (size_t)got;
        }
        const char byte = waiting[at++];
        if (byte == '\n') {
            return (int)size;
        }
        if (size < LINE_BYTES - 1) {
            line[size++] = byte;
        } else {
            *too_long = true;
        }
    }
}

bool line_number(const char *text, int64_t lowest, int64_t highest, int64_t *number) {
    char *end = NULL;
    errno = 0;
    const long long value = strtoll(text, &end, 10);
    if (errno != 0 || end == text || *end != '\0' || value < lowest || value > highest) {
        return false;
    }
    *number = value;
    return true;
}

/* Checks the sum and cuts the line into words. */
static bool parse(char *line, size_t size, struct request *request) {
    static const size_t tail = 10; /* " *" and eight digits */
    if (size < tail + 4 || strncmp(line, "K> ", 3) != 0 || memchr(line, '\0', size) != NULL) {
        return false;
    }
    char *mark = line + size - tail;
    char expected[16];
    snprintf(expected, sizeof expected, " *%08x", (unsigned)line_check(line, size - tail));
    if (strcmp(mark, expected) != 0) {
        return false;
    }
    *mark = '\0';
    char *rest = line + 3;
    char *word = strtok_r(rest, " ", &rest);
    int64_t number;
    if (word == NULL || !line_number(word, 1, INT32_MAX, &number)) {
        return false;
    }
    request->number = (unsigned long)number;
    request->count = 0;
    while ((word = strtok_r(rest, " ", &rest)) != NULL) {
        if (request->count == WORDS) {
            return false;
        }
        request->words[request->count++] = word;
    }
    return request->count > 0;
}

enum line_end line_read(struct request *request) {
    static char line[LINE_BYTES];
    for (;;) {
        bool too_long;
        int size = read_text(line, &too_long);
        if (size < 0) {
            return LINE_CLOSED;
        }
        if (size > 0 && line[size - 1] == '\r') {
            size--;
        }
        if (size == 0) {
            continue; /* a human's return key, or the end that wakes a shell */
        }
        line[size] = '\0';
        return !too_long && parse(line, (size_t)size, request) ? LINE_READY : LINE_DAMAGED;
    }
}
