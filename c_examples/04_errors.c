/*
 * Everything that a program can do wrong: the status, the name in the detail,
 * and that whatever was stored before is still found.
 *
 * Build: cc -std=c99 -Iinclude c_examples/04_errors.c -o 04_errors -Ltarget/debug -lkaimen
 */
#include <math.h>

#include "example.h"

static kaimen_engine *engine;
static kaimen_detail detail;
static float face[DIMENSION];

/* A member who must be found after every error. */
static void still_there(int line) {
    float vector[DIMENSION];
    kaimen_probe probe;
    kaimen_decision decision;
    kaimen_stats stats;
    make_vector(vector, 0);
    make_probe(&probe, vector);
    kaimen_decision_init(&decision);
    kaimen_stats_init(&stats);
    if (kaimen_engine_identify_face(engine, &probe, MONDAY_MORNING, &decision, NULL) !=
            KAIMEN_OK ||
        decision.verdict != KAIMEN_VERDICT_PASS || strcmp(decision.userid, "zhangsan") != 0 ||
        kaimen_engine_stats(engine, &stats, NULL) != KAIMEN_OK || stats.generation != 1 ||
        stats.members != 1) {
        fprintf(stderr, "%s:%d: what was stored is lost\n", __FILE__, line);
        exit(1);
    }
}

static void expect(int line, kaimen_status status, kaimen_status expected, const char *field) {
    if (status != expected || detail.status != expected || strcmp(detail.field, field) != 0 ||
        detail.message[0] == '\0') {
        fprintf(stderr, "%s:%d: expected %s about \"%s\", not %s; detail: %s about \"%s\": %s\n",
                __FILE__, line, kaimen_status_name(expected), field, kaimen_status_name(status),
                kaimen_status_name(detail.status), detail.field, detail.message);
        exit(1);
    }
    still_there(line);
    kaimen_detail_init(&detail);
}

/* A call that fails with a status and a detail that names the field. */
#define FAILS(call, expected, field) expect(__LINE__, call, expected, field)

static kaimen_probe good_probe(void) {
    kaimen_probe probe;
    make_vector(face, 0);
    make_probe(&probe, face);
    return probe;
}

/* NULL where a pointer belongs; and a NULL buffer with and without a size. */
static void null_pointers(void) {
    kaimen_probe probe = good_probe();
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *other = NULL;
    kaimen_decision decision;
    kaimen_candidate candidate;
    kaimen_request *request = NULL;
    kaimen_member_key key = {NULL, KAIMEN_USER_STAFF, 0};
    uint64_t bytes = 0;
    size_t size = 0;

    make_algorithm(&algorithm);
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    kaimen_decision_init(&decision);
    kaimen_candidate_init(&candidate);

    FAILS(kaimen_build_info_get(NULL, &detail), KAIMEN_ERR_NULL, "info");
    FAILS(kaimen_engine_open(NULL, &other, &detail), KAIMEN_ERR_NULL, "config");
    FAILS(kaimen_engine_open(&config, NULL, &detail), KAIMEN_ERR_NULL, "engine");
    FAILS(kaimen_config_required_bytes(NULL, &bytes, &detail), KAIMEN_ERR_NULL, "config");
    FAILS(kaimen_config_required_bytes(&config, NULL, &detail), KAIMEN_ERR_NULL, "bytes");
    config.algorithms = NULL;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_NULL, "algorithms");
    config.algorithm_count = 0;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "algorithms");
    CHECK(other == NULL);

    FAILS(kaimen_engine_sync(NULL, NULL, 0, "{}", 2, NULL, &detail), KAIMEN_ERR_NULL, "engine");
    FAILS(kaimen_engine_sync(engine, NULL, 0, NULL, 2, NULL, &detail), KAIMEN_ERR_NULL, "json");
    FAILS(kaimen_engine_sync(engine, NULL, 0, NULL, 0, NULL, &detail), KAIMEN_ERR_JSON_SYNTAX,
          "json");
    FAILS(kaimen_engine_identify_face(NULL, &probe, 0, &decision, &detail), KAIMEN_ERR_NULL,
          "engine");
    FAILS(kaimen_engine_identify_face(engine, NULL, 0, &decision, &detail), KAIMEN_ERR_NULL,
          "probe");
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, NULL, &detail), KAIMEN_ERR_NULL,
          "decision");
    probe.data = NULL;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision, &detail), KAIMEN_ERR_NULL,
          "probe.data");
    probe.size = 0;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision, &detail), KAIMEN_ERR_LENGTH,
          "probe");
    probe = good_probe();
    FAILS(kaimen_engine_verify_face(engine, &probe, NULL, 0, 0, &decision, &detail),
          KAIMEN_ERR_NULL, "userid");
    FAILS(kaimen_engine_search_face(engine, &probe, 0, NULL, 1, &size, &detail), KAIMEN_ERR_NULL,
          "candidates");
    FAILS(kaimen_engine_search_face(engine, &probe, 0, &candidate, 1, NULL, &detail),
          KAIMEN_ERR_NULL, "count");
    FAILS(kaimen_engine_search_face(engine, &probe, 0, &candidate, 0, &size, &detail),
          KAIMEN_ERR_ARGUMENT, "capacity");
    FAILS(kaimen_engine_search_face(engine, &probe, 0, &candidate, 65, &size, &detail),
          KAIMEN_ERR_ARGUMENT, "capacity");
    FAILS(kaimen_engine_member_get(engine, "zhangsan", 0, NULL, &detail), KAIMEN_ERR_NULL,
          "member");
    FAILS(kaimen_engine_member_access(engine, "zhangsan", 0, 0, NULL, &detail), KAIMEN_ERR_NULL,
          "access");
    FAILS(kaimen_engine_member_remove(engine, NULL, 0, &detail), KAIMEN_ERR_NULL, "userid");
    FAILS(kaimen_engine_stats(engine, NULL, &detail), KAIMEN_ERR_NULL, "stats");
    FAILS(kaimen_engine_clear(NULL, &detail), KAIMEN_ERR_NULL, "engine");

    FAILS(kaimen_request_new(NULL, 1, NULL, "p", &request, &detail), KAIMEN_ERR_NULL, "members");
    FAILS(kaimen_request_new(NULL, 0, NULL, "p", &request, &detail), KAIMEN_ERR_ARGUMENT,
          "members");
    FAILS(kaimen_request_new(&key, 1, NULL, "p", &request, &detail), KAIMEN_ERR_NULL, "userid");
    key.userid = "x";
    FAILS(kaimen_request_new(&key, 1, NULL, NULL, &request, &detail), KAIMEN_ERR_NULL, "prefix");
    FAILS(kaimen_request_new(&key, 1, NULL, "", &request, &detail), KAIMEN_ERR_ARGUMENT,
          "prefix");
    FAILS(kaimen_request_new(&key, 1, NULL, "p", NULL, &detail), KAIMEN_ERR_NULL, "request");
    FAILS(kaimen_request_parts(NULL, &size, &detail), KAIMEN_ERR_NULL, "request");
    CHECK(request == NULL && size == 0 && bytes == 0);
    CHECK(kaimen_request_new(&key, 1, NULL, "p", &request, &detail) == KAIMEN_OK);
    FAILS(kaimen_request_parts(request, NULL, &detail), KAIMEN_ERR_NULL, "parts");
    FAILS(kaimen_request_json(request, 0, NULL, 0, NULL, &detail), KAIMEN_ERR_NULL, "needed");
    FAILS(kaimen_request_json(request, 0, NULL, 9, &size, &detail), KAIMEN_ERR_NULL, "buffer");
    FAILS(kaimen_request_json(request, 0, NULL, 0, &size, &detail), KAIMEN_ERR_BUFFER, "buffer");
    CHECK(size > 9);
    kaimen_request_free(request);

    /* NULL is nothing to initialise, to close or to free. */
    kaimen_detail_init(NULL);
    kaimen_build_info_init(NULL);
    kaimen_algorithm_init(NULL);
    kaimen_algorithm_preset_int8_512_1072(NULL);
    kaimen_config_init(NULL);
    kaimen_request_options_init(NULL);
    kaimen_report_summary_init(NULL);
    kaimen_report_line_init(NULL);
    kaimen_stats_init(NULL);
    kaimen_member_init(NULL);
    kaimen_probe_init(NULL);
    kaimen_decision_init(NULL);
    kaimen_candidate_init(NULL);
    kaimen_access_init(NULL);
    kaimen_engine_close(NULL);
    kaimen_request_free(NULL);
    kaimen_report_free(NULL);
}

/* A struct that was not initialised, is older, or is newer. */
static void struct_sizes(void) {
    struct {
        kaimen_decision known;
        uint64_t newer[2];
    } decision;
    struct {
        kaimen_candidate known;
        uint64_t newer;
    } candidates[2];
    struct {
        kaimen_algorithm known;
        uint32_t newer;
    } algorithms[2];
    kaimen_probe probe = good_probe();
    kaimen_config config;
    kaimen_engine *other = NULL;
    kaimen_stats stats;
    size_t count = 0;

    memset(&decision, 0, sizeof decision);
    decision.known.verdict = KAIMEN_VERDICT_PASS;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision.known, &detail),
          KAIMEN_ERR_STRUCT_SIZE, "decision");
    kaimen_decision_init(&decision.known);
    decision.known.struct_size = sizeof decision.known - 1;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision.known, &detail),
          KAIMEN_ERR_STRUCT_SIZE, "decision");
    decision.known.struct_size = UINT32_MAX;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision.known, &detail),
          KAIMEN_ERR_STRUCT_SIZE, "decision");
    /* Newer: fine as long as the part that is not known is zero. */
    decision.known.struct_size = sizeof decision;
    CHECK(kaimen_engine_identify_face(engine, &probe, MONDAY_MORNING, &decision.known, &detail) ==
          KAIMEN_OK);
    CHECK(decision.known.verdict == KAIMEN_VERDICT_PASS);
    CHECK(decision.known.struct_size == sizeof decision);
    decision.newer[1] = 1;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision.known, &detail),
          KAIMEN_ERR_STRUCT_SIZE, "decision");

    probe.struct_size = 0;
    kaimen_decision_init(&decision.known);
    decision.known.verdict = KAIMEN_VERDICT_PASS;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision.known, &detail),
          KAIMEN_ERR_STRUCT_SIZE, "probe");
    CHECK(decision.known.verdict == 0); /* an old decision opens no door */
    probe = good_probe();
    probe.reserved[5] = 1;
    FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision.known, &detail),
          KAIMEN_ERR_ARGUMENT, "probe");

    /* Arrays are walked in steps of what the first element states. */
    probe = good_probe();
    memset(candidates, 0, sizeof candidates);
    kaimen_candidate_init(&candidates[0].known);
    candidates[0].known.struct_size = sizeof candidates[0];
    CHECK(kaimen_engine_search_face(engine, &probe, -KAIMEN_SCORE_ONE, &candidates[0].known, 2,
                                    &count, &detail) == KAIMEN_OK);
    CHECK(count == 1 && strcmp(candidates[0].known.userid, "zhangsan") == 0);
    memset(algorithms, 0, sizeof algorithms);
    for (int i = 0; i < 2; i++) {
        make_algorithm(&algorithms[i].known);
        algorithms[i].known.struct_size = sizeof algorithms[i];
    }
    algorithms[1].known.name[0] = 'x';
    kaimen_config_init(&config);
    config.algorithms = &algorithms[0].known;
    config.algorithm_count = 2;
    CHECK(kaimen_engine_open(&config, &other, &detail) == KAIMEN_OK);
    kaimen_engine_close(other);
    other = NULL;
    algorithms[1].newer = 1;
    CHECK(kaimen_engine_open(&config, &other, NULL) == KAIMEN_ERR_STRUCT_SIZE);
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_STRUCT_SIZE, "algorithms");
    config.struct_size = 4;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_STRUCT_SIZE, "config");

    /* A detail that cannot be written hides nothing, and is not touched. */
    detail.struct_size = 8;
    kaimen_stats_init(&stats);
    stats.struct_size = 0;
    CHECK(kaimen_engine_stats(engine, &stats, &detail) == KAIMEN_ERR_STRUCT_SIZE);
    CHECK(detail.status == KAIMEN_OK && detail.struct_size == 8);
    kaimen_detail_init(&detail);
}

/* Configurations that are refused, with the field in the detail. */
static void configurations(void) {
    kaimen_algorithm algorithms[2];
    kaimen_config config;
    kaimen_engine *other = NULL;

    make_algorithm(&algorithms[0]);
    make_algorithm(&algorithms[1]);
    kaimen_config_init(&config);
    config.algorithms = algorithms;
    config.algorithm_count = 1;

    config.zone = "Nowhere/City";
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ZONE, "zone");
    config.zone = "\xff";
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_UTF8, "zone");
    config.zone = NULL;
    config.student_default_pass = 2;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT,
          "student_default_pass");
    config.student_default_pass = 0;
    config.max_members = 0;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "max_members");
    config.max_members = 4000001;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "max_members");
    config.max_members = 10;
    config.max_json_bytes = UINT64_MAX;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "max_json_bytes");
    config.max_json_bytes = 1000;
    config.reserved[0] = 1;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "config");
    config.reserved[0] = 0;
    config.algorithm_count = SIZE_MAX;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "algorithm_count");
    config.algorithm_count = 2; /* the same name twice */
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "algorithms");
    strcpy(algorithms[1].name, "second");
    algorithms[1].element = 9;
    CHECK(kaimen_engine_open(&config, &other, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(strcmp(detail.field, "element") == 0 && detail.position == 1);
    make_algorithm(&algorithms[1]);
    strcpy(algorithms[1].name, "second\xff");
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_UTF8, "name");
    memset(algorithms[1].name, 'x', sizeof algorithms[1].name);
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "name");
    config.algorithm_count = 1;
    algorithms[0].threshold = 0;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "threshold");
    algorithms[0].threshold = 1;
    algorithms[0].margin = -1;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "margin");
    algorithms[0].margin = 0;
    algorithms[0].dimension = 31;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "algorithms");
    algorithms[0].dimension = DIMENSION;
    algorithms[0].scale = NAN;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "algorithms");
    algorithms[0].scale = 1.0f;
    algorithms[0].format = 12;
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "format");
    algorithms[0].format = KAIMEN_FORMAT_OPAQUE; /* and no comparison */
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "compare");
    algorithms[0].format = KAIMEN_FORMAT_MINUTIAE; /* of a face */
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_ARGUMENT, "algorithms");
    CHECK(other == NULL);
}

/* Handles that are closed, of another kind, or no handles at all. */
static void handles(void) {
    static struct text answer;
    kaimen_probe probe = good_probe();
    kaimen_decision decision;
    kaimen_report_summary summary;
    kaimen_report *report = NULL;
    kaimen_engine *closed = open_engine();
    kaimen_engine *next;

    kaimen_decision_init(&decision);
    kaimen_report_summary_init(&summary);
    answer_begin(&answer, "");
    answer_end(&answer);
    CHECK(kaimen_engine_sync(closed, NULL, 0, answer.data, answer.size, &report, NULL) ==
          KAIMEN_OK);
    kaimen_engine_close(closed);
    kaimen_engine_close(closed);
    FAILS(kaimen_engine_clear(closed, &detail), KAIMEN_ERR_HANDLE, "engine");
    next = open_engine(); /* in the place that became free */
    FAILS(kaimen_engine_clear(closed, &detail), KAIMEN_ERR_HANDLE, "engine");
    kaimen_engine_close(closed);
    CHECK(kaimen_engine_clear(next, &detail) == KAIMEN_OK);
    kaimen_engine_close(next);

    /* A report is no engine, an engine no report, our own memory neither. */
    FAILS(kaimen_engine_identify_face((kaimen_engine *)report, &probe, 0, &decision, &detail),
          KAIMEN_ERR_HANDLE, "engine");
    FAILS(kaimen_engine_sync(engine, (kaimen_request *)report, 0, "{}", 2, NULL, &detail),
          KAIMEN_ERR_HANDLE, "request");
    FAILS(kaimen_report_summary_get((kaimen_report *)engine, &summary, &detail),
          KAIMEN_ERR_HANDLE, "report");
    FAILS(kaimen_engine_clear((kaimen_engine *)(void *)&decision, &detail), KAIMEN_ERR_HANDLE,
          "engine");
    FAILS(kaimen_engine_clear((kaimen_engine *)(uintptr_t)UINTPTR_MAX, &detail),
          KAIMEN_ERR_HANDLE, "engine");
    kaimen_engine_close((kaimen_engine *)report);
    kaimen_request_free((kaimen_request *)report);
    kaimen_report_free((kaimen_report *)engine);
    still_there(__LINE__);
    CHECK(kaimen_report_summary_get(report, &summary, &detail) == KAIMEN_OK);
    kaimen_report_free(report);
    kaimen_report_free(report);
    FAILS(kaimen_report_summary_get(report, &summary, &detail), KAIMEN_ERR_HANDLE, "report");
    CHECK(kaimen_live_handles() == 1);
}

/* 256 of each kind; the next one changes nothing. */
static void too_many_handles(void) {
    static kaimen_request *requests[256];
    static kaimen_report *reports[256];
    static kaimen_engine *engines[255];
    static struct text answer;
    const kaimen_member_key key = {"x", KAIMEN_USER_STAFF, 0};
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_request *request = NULL;
    kaimen_report *report = NULL;
    kaimen_engine *other = NULL;

    make_algorithm(&algorithm);
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    answer_begin(&answer, "");
    answer_member(&answer, "new", KAIMEN_USER_STAFF, 1, NULL);
    answer_end(&answer);
    for (int i = 0; i < 255; i++) {
        engines[i] = open_engine();
    }
    FAILS(kaimen_engine_open(&config, &other, &detail), KAIMEN_ERR_TOO_MANY_HANDLES, "");
    for (int i = 0; i < 256; i++) {
        CHECK(kaimen_request_new(&key, 1, NULL, "p", &requests[i], NULL) == KAIMEN_OK);
        CHECK(kaimen_engine_sync(engines[0], NULL, 0, answer.data, answer.size, &reports[i],
                                 NULL) == KAIMEN_OK);
    }
    CHECK(kaimen_live_handles() == 3 * 256);
    FAILS(kaimen_request_new(&key, 1, NULL, "p", &request, &detail), KAIMEN_ERR_TOO_MANY_HANDLES,
          "");
    FAILS(kaimen_engine_sync(engine, NULL, 0, answer.data, answer.size, &report, &detail),
          KAIMEN_ERR_TOO_MANY_HANDLES, "");
    CHECK(other == NULL && request == NULL && report == NULL);
    for (int i = 0; i < 256; i++) {
        kaimen_request_free(requests[i]);
        kaimen_report_free(reports[i]);
    }
    for (int i = 0; i < 255; i++) {
        kaimen_engine_close(engines[i]);
    }
    CHECK(kaimen_live_handles() == 1);
}

/* Strings and numbers that name a member. */
static void members(void) {
    char too_long[KAIMEN_USERID_BYTES + 2];
    kaimen_probe probe = good_probe();
    kaimen_member member;
    kaimen_access access;
    kaimen_decision decision;
    kaimen_member_key keys[2] = {{"x", KAIMEN_USER_STAFF, 0}, {"y", KAIMEN_USER_STAFF, 0}};
    kaimen_request *request = NULL;

    kaimen_member_init(&member);
    kaimen_access_init(&access);
    kaimen_decision_init(&decision);
    memset(too_long, 'x', sizeof too_long - 1);
    too_long[sizeof too_long - 1] = '\0';
    FAILS(kaimen_engine_member_get(engine, "nobody", 0, &member, &detail), KAIMEN_ERR_MEMBER,
          "userid");
    FAILS(kaimen_engine_member_get(engine, "zhangsan", KAIMEN_USER_STUDENT, &member, &detail),
          KAIMEN_ERR_MEMBER, "userid");
    FAILS(kaimen_engine_member_get(engine, "zhangsan", 3, &member, &detail), KAIMEN_ERR_ARGUMENT,
          "user_type");
    FAILS(kaimen_engine_member_get(engine, "", 0, &member, &detail), KAIMEN_ERR_ARGUMENT,
          "userid");
    FAILS(kaimen_engine_member_get(engine, too_long, 0, &member, &detail), KAIMEN_ERR_ARGUMENT,
          "userid");
    FAILS(kaimen_engine_member_get(engine, "\xc3(", 0, &member, &detail), KAIMEN_ERR_UTF8,
          "userid");
    FAILS(kaimen_engine_member_remove(engine, "nobody", 0, &detail), KAIMEN_ERR_MEMBER, "userid");
    FAILS(kaimen_engine_member_remove(engine, "\xe5\xbc", 0, &detail), KAIMEN_ERR_UTF8,
          "userid");
    access.verdict = KAIMEN_VERDICT_PASS;
    FAILS(kaimen_engine_member_access(engine, "nobody", 0, 0, &access, &detail),
          KAIMEN_ERR_MEMBER, "userid");
    CHECK(access.verdict == 0);
    FAILS(kaimen_engine_verify_face(engine, &probe, "nobody", 0, 0, &decision, &detail),
          KAIMEN_ERR_MEMBER, "userid");

    keys[1].userid = "";
    CHECK(kaimen_request_new(keys, 2, NULL, "p", &request, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(detail.position == 1);
    FAILS(kaimen_request_new(keys, 2, NULL, "p", &request, &detail), KAIMEN_ERR_ARGUMENT,
          "userid");
    keys[1].userid = "a\nb";
    CHECK(kaimen_request_new(keys, 2, NULL, "p", &request, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(detail.position == 1);
    keys[1].userid = "\xff";
    FAILS(kaimen_request_new(keys, 2, NULL, "p", &request, &detail), KAIMEN_ERR_UTF8, "userid");
    keys[1].userid = "y";
    keys[1].user_type = 3;
    FAILS(kaimen_request_new(keys, 2, NULL, "p", &request, &detail), KAIMEN_ERR_ARGUMENT,
          "user_type");
    keys[1].user_type = 0;
    keys[1].reserved = 1;
    FAILS(kaimen_request_new(keys, 2, NULL, "p", &request, &detail), KAIMEN_ERR_ARGUMENT,
          "members");
    CHECK(request == NULL);
}

/* Probes that cannot be used. */
static void probes(void) {
    kaimen_probe probe = good_probe();
    kaimen_decision decision;
    kaimen_candidate candidate;
    size_t count = 77;

    kaimen_decision_init(&decision);
    kaimen_candidate_init(&candidate);
#define PROBE_FAILS(expected, field)                                                              \
    do {                                                                                          \
        decision.verdict = KAIMEN_VERDICT_PASS;                                                   \
        FAILS(kaimen_engine_identify_face(engine, &probe, 0, &decision, &detail), expected,       \
              field);                                                                             \
        CHECK(decision.verdict == 0);                                                             \
        decision.verdict = KAIMEN_VERDICT_PASS;                                                   \
        FAILS(kaimen_engine_verify_face(engine, &probe, "zhangsan", 0, 0, &decision, &detail),    \
              expected, field);                                                                   \
        CHECK(decision.verdict == 0);                                                             \
        FAILS(kaimen_engine_search_face(engine, &probe, 0, &candidate, 1, &count, &detail),       \
              expected, field);                                                                   \
        CHECK(count == 77);                                                                       \
        probe = good_probe();                                                                     \
    } while (0)

    probe.encoding = 3;
    PROBE_FAILS(KAIMEN_ERR_ARGUMENT, "encoding");
    probe.algorithm = "other";
    PROBE_FAILS(KAIMEN_ERR_ALGORITHM, "algorithm");
    probe.algorithm = "\xff";
    PROBE_FAILS(KAIMEN_ERR_UTF8, "algorithm");
    probe.size -= 4;
    PROBE_FAILS(KAIMEN_ERR_LENGTH, "probe");
    probe.size -= 1;
    PROBE_FAILS(KAIMEN_ERR_ARGUMENT, "probe.size");
    probe.encoding = KAIMEN_PROBE_TEMPLATE;
    probe.size -= 1;
    PROBE_FAILS(KAIMEN_ERR_LENGTH, "probe");
    face[31] = NAN;
    PROBE_FAILS(KAIMEN_ERR_NOT_FINITE, "probe");
    face[0] = INFINITY;
    PROBE_FAILS(KAIMEN_ERR_NOT_FINITE, "probe");
    face[0] = NAN;
    probe.encoding = KAIMEN_PROBE_TEMPLATE;
    PROBE_FAILS(KAIMEN_ERR_NOT_FINITE, "probe");
    face[0] = 0.0f;
    PROBE_FAILS(KAIMEN_ERR_ZERO_NORM, "probe");
    face[0] = -0.0f;
    probe.encoding = KAIMEN_PROBE_TEMPLATE;
    PROBE_FAILS(KAIMEN_ERR_ZERO_NORM, "probe");
}

/* Answers that cannot be used as a whole. */
static void answers(void) {
    static struct text text;
    kaimen_report *report = NULL;
    kaimen_algorithm algorithm;
    kaimen_config config;
    kaimen_engine *small = NULL;

#define SYNC_FAILS(json, length, expected, field)                                                 \
    do {                                                                                          \
        FAILS(kaimen_engine_sync(engine, NULL, 0, json, length, &report, &detail), expected,      \
              field);                                                                             \
        CHECK(report == NULL);                                                                    \
    } while (0)
#define TEXT_FAILS(json, expected, field) SYNC_FAILS(json, strlen(json), expected, field)

    /* Cut off after each byte. */
    answer_begin(&text, "r");
    answer_member(&text, "new", KAIMEN_USER_STAFF, 1, NULL);
    answer_end(&text);
    for (size_t size = 0; size < text.size; size++) {
        SYNC_FAILS(text.data, size, KAIMEN_ERR_JSON_SYNTAX, "json");
    }
    text_add(&text, "}");
    SYNC_FAILS(text.data, text.size, KAIMEN_ERR_JSON_SYNTAX, "json");

    TEXT_FAILS("{\"errcode\":0,\"body\":{\"userinfo\":[\"\xff\"]}}", KAIMEN_ERR_JSON_SYNTAX,
               "json");
    TEXT_FAILS("[]", KAIMEN_ERR_JSON_SHAPE, "answer");
    TEXT_FAILS("null", KAIMEN_ERR_JSON_SHAPE, "answer");
    TEXT_FAILS("{\"errcode\":0,\"body\":[]}", KAIMEN_ERR_JSON_SHAPE, "body");
    TEXT_FAILS("{\"errcode\":0,\"body\":{\"userinfo\":{}}}", KAIMEN_ERR_JSON_SHAPE,
               "body.userinfo");
    TEXT_FAILS("{\"errcode\":\"0\",\"body\":{\"userinfo\":[]}}", KAIMEN_ERR_JSON_SHAPE,
               "errcode");
    TEXT_FAILS("{\"errcode\":600041,\"errmsg\":\"no\",\"body\":{\"userinfo\":[]}}",
               KAIMEN_ERR_CLOUD, "errcode");

    text.size = 0;
    text_add(&text, "{\"errcode\":0,\"body\":");
    for (int i = 0; i < 1000; i++) {
        text_add(&text, "[");
    }
    SYNC_FAILS(text.data, text.size, KAIMEN_ERR_JSON_DEPTH, "json");

    make_algorithm(&algorithm);
    kaimen_config_init(&config);
    config.algorithms = &algorithm;
    config.algorithm_count = 1;
    config.max_json_bytes = 10;
    CHECK(kaimen_engine_open(&config, &small, NULL) == KAIMEN_OK);
    FAILS(kaimen_engine_sync(small, NULL, 0, "{\"body\":{}}", 11, NULL, &detail),
          KAIMEN_ERR_JSON_SIZE, "json");
    kaimen_engine_close(small);
}

int main(void) {
    static struct text answer;
    kaimen_detail_init(&detail);
    engine = open_engine();
    answer_begin(&answer, "");
    answer_member(&answer, "zhangsan", KAIMEN_USER_STAFF, 0, NULL);
    answer_end(&answer);
    CHECK(kaimen_engine_sync(engine, NULL, 0, answer.data, answer.size, NULL, &detail) ==
          KAIMEN_OK);
    still_there(__LINE__);

    null_pointers();
    struct_sizes();
    configurations();
    handles();
    too_many_handles();
    members();
    probes();
    answers();

    kaimen_engine_close(engine);
    CHECK(kaimen_live_handles() == 0);
    return 0;
}
