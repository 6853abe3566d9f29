/*
 * How many members a process holds whose memory is limited (scripts/memory.sh limits it):
 *
 *   memory MEMBERS   fills an engine with so many, one face of 512 components each, replaces
 *                    all of them, and finds each hundredth; exit code 0
 *
 * Where the configuration needs more than the process may take, the exit code is 3: opening
 * answered KAIMEN_ERR_MEMORY and took nothing. Anything else is a failure.
 */
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "kaimen.h"

#define DIMENSION 512
#define PAGE 100
#define CHECK(condition)                                                     \
    do {                                                                     \
        if (!(condition)) {                                                  \
            fprintf(stderr, "%s:%d: not true: %s\n", __FILE__, __LINE__,     \
                    #condition);                                             \
            exit(1);                                                         \
        }                                                                    \
    } while (0)

static kaimen_detail detail;
static char page[PAGE * (4 * DIMENSION * 4 / 3 + 256)];
static size_t used;

static void add(const char *format, ...) {
    va_list arguments;
    va_start(arguments, format);
    int written = vsnprintf(page + used, sizeof page - used, format, arguments);
    va_end(arguments);
    CHECK(written >= 0 && (size_t)written < sizeof page - used);
    used += (size_t)written;
}

/* A made-up face: two of them have next to nothing in common. */
static void face(float *vector, uint64_t seed) {
    uint64_t state = seed * 0x9E3779B97F4A7C15u + 1;
    for (int i = 0; i < DIMENSION; i++) {
        state = state * 6364136223846793005u + 1442695040888963407u;
        vector[i] = (float)(int32_t)(state >> 32) / 2147483648.0f;
    }
}

static void add_base64(const unsigned char *data, size_t size) {
    static const char digits[] =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    for (size_t i = 0; i < size; i += 3) {
        uint32_t group = (uint32_t)data[i] << 16;
        group |= i + 1 < size ? (uint32_t)data[i + 1] << 8 : 0;
        group |= i + 2 < size ? (uint32_t)data[i + 2] : 0;
        CHECK(used + 4 < sizeof page);
        page[used++] = digits[group >> 18];
        page[used++] = digits[group >> 12 & 63];
        page[used++] = i + 1 < size ? digits[group >> 6 & 63] : '=';
        page[used++] = i + 2 < size ? digits[group & 63] : '=';
    }
}

static void add_member(uint32_t member, uint32_t version) {
    float vector[DIMENSION];
    unsigned char bytes[4 * DIMENSION];
    face(vector, (uint64_t)version << 32 | member);
    for (int i = 0; i < DIMENSION; i++) {
        uint32_t bits;
        memcpy(&bits, &vector[i], sizeof bits);
        for (int byte = 0; byte < 4; byte++) {
            bytes[4 * i + byte] = (unsigned char)(bits >> (8 * byte));
        }
    }
    add("%s{\"userid\":\"member-%u\",\"user_type\":0,\"name\":\"Member %u\",\"fa_ver\":%u,"
        "\"pass_rule_list\":[{\"id\":7,\"rule\":\"8:00-18:00 * * * *\"}],"
        "\"fa_list\":[{\"id\":0,\"data\":\"",
        page[used - 1] == '}' ? "," : "", (unsigned)member, (unsigned)member, (unsigned)version);
    add_base64(bytes, sizeof bytes);
    add("\"}]}");
}

/* Everybody, page by page. */
static void import(kaimen_engine *engine, uint32_t members, uint32_t version) {
    for (uint32_t first = 0; first < members; first += PAGE) {
        used = 0;
        add("{\"headers\":{\"req_id\":\"r\"},\"body\":{\"userinfo\":[");
        for (uint32_t at = first; at < first + PAGE && at < members; at++) {
            add_member(at, version);
        }
        add("]},\"errcode\":0,\"errmsg\":\"ok\"}");
        CHECK(kaimen_engine_sync(engine, NULL, 0, page, used, NULL, &detail) == KAIMEN_OK);
    }
}

int main(int count, char **arguments) {
    CHECK(count == 2);
    uint32_t members = (uint32_t)strtoul(arguments[1], NULL, 10);
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_stats stats;
    kaimen_engine *engine = NULL;
    uint64_t required = 0;

    kaimen_detail_init(&detail);
    kaimen_algorithm_init(&algorithm);
    algorithm.modality = KAIMEN_MODALITY_FACE;
    algorithm.threshold = 300000;
    algorithm.dimension = DIMENSION;
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    config.max_members = members;
    config.max_face_templates = members;
    config.max_json_bytes = sizeof page;
    config.max_record_bytes = members * 512;
    CHECK(kaimen_config_required_bytes(&config, &required, &detail) == KAIMEN_OK);

    kaimen_status status = kaimen_engine_open(&config, &engine, &detail);
    printf("%u members, %llu bytes: %s%s%s\n", (unsigned)members, (unsigned long long)required,
           kaimen_status_name(status), status == KAIMEN_OK ? "" : ", ", detail.message);
    if (status == KAIMEN_ERR_MEMORY) {
        CHECK(engine == NULL && kaimen_live_handles() == 0);
        return 3;
    }
    CHECK(status == KAIMEN_OK);
    import(engine, members, 1);
    import(engine, members, 2);
    kaimen_stats_init(&stats);
    CHECK(kaimen_engine_stats(engine, &stats, &detail) == KAIMEN_OK);
    CHECK(stats.members == members && stats.face_templates == members);
    for (uint32_t at = 0; at < members; at += 100) {
        float vector[DIMENSION];
        kaimen_probe probe;
        kaimen_decision decision;
        char userid[32];
        face(vector, (uint64_t)2 << 32 | at);
        kaimen_probe_init(&probe);
        probe.encoding = KAIMEN_PROBE_F32;
        probe.data = vector;
        probe.size = sizeof vector;
        kaimen_decision_init(&decision);
        CHECK(kaimen_engine_identify_face(engine, &probe, 1704677400, &decision, &detail) ==
              KAIMEN_OK);
        snprintf(userid, sizeof userid, "member-%u", (unsigned)at);
        CHECK(decision.verdict == KAIMEN_VERDICT_PASS && strcmp(decision.userid, userid) == 0);
    }
    kaimen_engine_close(engine);
    return 0;
}
