/* A fingerprint module of the R30x family (R503, R305, R307): picture, features, search. */
#include "door.h"

#include <fcntl.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>

enum {
    HEAD = 9,          /* EF 01, address, kind, length */
    CONTENT = 64,      /* longest content that is sent or read here */
    ACKNOWLEDGE = 7,   /* kinds of packet */
    COMMAND = 1,
    ANSWER_MS = 3000,  /* longest wait for an answer */
    AGAIN_MS = 50,     /* between two looks for a finger */
    GET_IMAGE = 0x01,  /* instructions */
    IMG2TZ = 0x02,
    SEARCH = 0x04,
    VFY_PWD = 0x13,
    DONE = 0x00,       /* confirmations */
    NO_FINGER = 0x02,
    NOT_FOUND = 0x09,
};

static int module = -1;

static void put16(unsigned char *at, unsigned value) {
    at[0] = (unsigned char)(value >> 8);
    at[1] = (unsigned char)value;
}

static unsigned get16(const unsigned char *at) {
    return (unsigned)at[0] << 8 | at[1];
}

/* The sum of kind, length and content. */
static unsigned sum(const unsigned char *packet, size_t content) {
    unsigned total = 0;
    for (size_t i = 6; i < HEAD + content; i++) {
        total += packet[i];
    }
    return total & 0xffffu;
}

static bool send(const unsigned char *content, size_t size) {
    unsigned char packet[HEAD + CONTENT + 2] = {0xef, 0x01, 0xff, 0xff, 0xff, 0xff, COMMAND};
    if (size > CONTENT) {
        return false;
    }
    put16(packet + 7, (unsigned)size + 2);
    memcpy(packet + HEAD, content, size);
    put16(packet + HEAD + size, sum(packet, size));
    const size_t all = HEAD + size + 2;
    return write(module, packet, all) == (ssize_t)all;
}

/* So many bytes, before the clock shows `until`. */
static bool read_bytes(unsigned char *bytes, size_t size, uint64_t until) {
    while (size > 0) {
        const uint64_t now = clock_microseconds();
        struct pollfd ready = {module, POLLIN, 0};
        if (now >= until || poll(&ready, 1, (int)((until - now) / 1000) + 1) <= 0) {
            return false;
        }
        const ssize_t got = read(module, bytes, size);
        if (got <= 0) {
            return false;
        }
        bytes += got;
        size -= (size_t)got;
    }
    return true;
}

/* An acknowledgement with at least `least` bytes of content; false is anything else. */
static bool receive(unsigned char *content, size_t least) {
    unsigned char packet[HEAD + CONTENT + 2];
    const uint64_t until = clock_microseconds() + ANSWER_MS * 1000u;
    /* A module that has just been switched on says 55. */
    do {
        if (!read_bytes(packet, 1, until)) {
            return false;
        }
    } while (packet[0] != 0xef);
    if (!read_bytes(packet + 1, HEAD - 1, until) || packet[1] != 0x01 || packet[6] != ACKNOWLEDGE) {
        return false;
    }
    const size_t size = get16(packet + 7);
    if (size < least + 2 || size > CONTENT + 2 || !read_bytes(packet + HEAD, size, until)) {
        return false;
    }
    if (get16(packet + HEAD + size - 2) != sum(packet, size - 2)) {
        return false;
    }
    memcpy(content, packet + HEAD, size - 2);
    return true;
}

/* What is said to it, and its answer; what came before is forgotten. */
static bool ask(const unsigned char *command, size_t size, unsigned char *answer, size_t least) {
    unsigned char old[64];
    struct pollfd waiting = {module, POLLIN, 0};
    while (poll(&waiting, 1, 0) > 0 && (waiting.revents & POLLIN) != 0) {
        if (read(module, old, sizeof old) <= 0) {
            return false;
        }
    }
    return send(command, size) && receive(answer, least);
}

bool module_open(const char *path, long baud) {
    static const unsigned char password[] = {VFY_PWD, 0, 0, 0, 0};
    unsigned char answer[CONTENT];
    if (module >= 0) {
        close(module);
    }
    module = open(path, O_RDWR | O_NOCTTY);
    return module >= 0 && line_raw(module, baud) && ask(password, sizeof password, answer, 1) &&
           answer[0] == DONE;
}

/* Whose finger the picture shows. */
static enum touch search(uint16_t *page) {
    static const unsigned char features[] = {IMG2TZ, 1};
    static const unsigned char everywhere[] = {SEARCH, 1, 0, 0, 0, PAGES};
    /* An answer that is too short to name a page names one that nobody owns. */
    unsigned char answer[CONTENT] = {0xff, 0xff, 0xff};
    if (!ask(features, sizeof features, answer, 1)) {
        return TOUCH_BROKEN;
    }
    if (answer[0] != DONE) {
        return TOUCH_UNKNOWN; /* a smear: nobody */
    }
    if (!ask(everywhere, sizeof everywhere, answer, 1)) {
        return TOUCH_BROKEN;
    }
    if (answer[0] == NOT_FOUND) {
        return TOUCH_UNKNOWN;
    }
    *page = (uint16_t)get16(answer + 1);
    return answer[0] == DONE ? TOUCH_FOUND : TOUCH_BROKEN;
}

enum touch module_touch(unsigned milliseconds, uint16_t *page) {
    static const unsigned char picture[] = {GET_IMAGE};
    unsigned char answer[CONTENT] = {0};
    const uint64_t until = clock_microseconds() + (uint64_t)milliseconds * 1000u;
    if (module < 0) {
        return TOUCH_BROKEN;
    }
    do {
        if (!ask(picture, sizeof picture, answer, 1)) {
            return TOUCH_BROKEN;
        }
        if (answer[0] == DONE) {
            return search(page);
        }
        if (answer[0] != NO_FINGER) {
            return TOUCH_BROKEN;
        }
        poll(NULL, 0, AGAIN_MS);
    } while (clock_microseconds() < until);
    return TOUCH_NOBODY;
}
