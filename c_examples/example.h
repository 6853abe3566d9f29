/*
 * What the examples share: a check that names its line, vectors, base64, and
 * the cloud's answer in a buffer. Nothing here belongs to the library.
 */
#ifndef EXAMPLE_H
#define EXAMPLE_H

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kaimen.h"

/* Elements of the vectors in the examples. */
#define DIMENSION 32
/* 2024-01-08 09:30 in Shanghai, a Monday. */
#define MONDAY_MORNING 1704677400

/* Ends the program with exit code 1 if the condition does not hold. */
#define CHECK(condition)                                                     \
    do {                                                                     \
        if (!(condition)) {                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__,     \
                    #condition);                                             \
            exit(1);                                                         \
        }                                                                    \
    } while (0)

/* A unit vector along one axis; two axes have nothing in common (score 0). */
static inline void make_vector(float *vector, int axis) {
    for (int i = 0; i < DIMENSION; i++) {
        vector[i] = i == axis ? 1.0f : 0.0f;
    }
}

/* A text that grows inside a fixed buffer. */
struct text {
    char data[64 * 1024];
    size_t size;
};

static inline void text_add(struct text *text, const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    size_t room = sizeof text->data - text->size;
    int written = vsnprintf(text->data + text->size, room, format, arguments);
    va_end(arguments);
    CHECK(written >= 0 && (size_t)written < room);
    text->size += (size_t)written;
}

/* Standard base64 with padding. */
static inline void text_add_base64(struct text *text, const void *data, size_t size) {
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    const unsigned char *bytes = data;
    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = (uint32_t)bytes[i] << 16;
        group |= i + 1 < size ? (uint32_t)bytes[i + 1] << 8 : 0;
        group |= i + 2 < size ? (uint32_t)bytes[i + 2] : 0;
        char quad[5] = {digits[group >> 18], digits[group >> 12 & 63],
                        i + 1 < size ? digits[group >> 6 & 63] : '=',
                        i + 2 < size ? digits[group & 63] : '=', '\0'};
        text_add(text, "%s", quad);
    }
}

/* Templates are little-endian whatever the machine is. */
static inline void text_add_template(struct text *text, const float *vector) {
    unsigned char bytes[4 * DIMENSION];
    for (int i = 0; i < DIMENSION; i++) {
        uint32_t bits;
        memcpy(&bits, &vector[i], sizeof bits);
        for (int byte = 0; byte < 4; byte++) {
            bytes[4 * i + byte] = (unsigned char)(bits >> (8 * byte));
        }
    }
    text_add_base64(text, bytes, sizeof bytes);
}

/* An answer of the cloud: begin, members, end. */
static inline void answer_begin(struct text *answer, const char *req_id) {
    answer->size = 0;
    text_add(answer, "{\"headers\":{\"req_id\":\"%s\"},\"body\":{\"userinfo\":[", req_id);
}

/* One member with a face along an axis; `rule` is a pass rule or NULL. */
static inline void answer_member(struct text *answer, const char *userid, uint32_t user_type,
                                 int axis, const char *rule) {
    float vector[DIMENSION];
    make_vector(vector, axis);
    if (answer->data[answer->size - 1] == '}') {
        text_add(answer, ",");
    }
    text_add(answer, "{\"userid\":\"%s\",\"user_type\":%u,\"fa_ver\":1,", userid,
             (unsigned)user_type);
    if (rule != NULL) {
        text_add(answer, "\"pass_rule_list\":[{\"id\":7,\"rule\":\"%s\"}],", rule);
    }
    text_add(answer, "\"fa_list\":[{\"id\":0,\"data\":\"");
    text_add_template(answer, vector);
    text_add(answer, "\"}]}");
}

static inline void answer_end(struct text *answer) {
    text_add(answer, "]},\"errcode\":0,\"errmsg\":\"ok\"}");
}

/* The algorithm of the examples: 32 floats, cosine 0.7. */
static inline void make_algorithm(kaimen_algorithm *algorithm) {
    kaimen_algorithm_init(algorithm);
    algorithm->dimension = DIMENSION;
    algorithm->threshold = 700000;
}

/* An engine with that algorithm and defaults for the rest. */
static inline kaimen_engine *open_engine(void) {
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *engine = NULL;
    make_algorithm(&algorithm);
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    CHECK(kaimen_engine_open(&config, &engine, NULL) == KAIMEN_OK);
    return engine;
}

/* A probe of a vector; the vector must stay where it is. */
static inline void make_probe(kaimen_probe *probe, const float *vector) {
    kaimen_probe_init(probe);
    probe->data = vector;
    probe->size = DIMENSION * sizeof *vector;
}

#endif
