/*
 * Asking the cloud for members: both forms of the request, its parts, and what
 * becomes of members that the answer leaves out.
 *
 * Build: cc -std=c99 -Iinclude c_examples/05_request.c -o 05_request -Ltarget/debug -lkaimen
 */
#include "example.h"

#define MEMBERS 401

/* The JSON of one part, with free() to be released: the buffer is ours. */
static char *part_json(const kaimen_request *request, size_t part) {
    kaimen_detail detail;
    size_t needed = 0;
    size_t again = 0;
    char *text;

    kaimen_detail_init(&detail);
    CHECK(kaimen_request_json(request, part, NULL, 0, &needed, &detail) == KAIMEN_ERR_BUFFER);
    CHECK(strcmp(detail.field, "buffer") == 0);
    text = malloc(needed);
    CHECK(text != NULL);
    memset(text, 'x', needed);
    CHECK(kaimen_request_json(request, part, text, needed - 1, &again, NULL) ==
          KAIMEN_ERR_BUFFER);
    CHECK(again == needed && text[0] == 'x');
    CHECK(kaimen_request_json(request, part, text, needed, &again, NULL) == KAIMEN_OK);
    CHECK(again == needed && strlen(text) + 1 == needed);
    return text;
}

/* Times that a word stands in a text. */
static size_t times(const char *text, const char *word) {
    size_t count = 0;
    for (const char *at = strstr(text, word); at != NULL; at = strstr(at + 1, word)) {
        count++;
    }
    return count;
}

static void forms(void) {
    const kaimen_member_key members[] = {{"zhangsan", KAIMEN_USER_STAFF, 0},
                                         {"lisi", KAIMEN_USER_STUDENT, 0},
                                         {"zhangsan", KAIMEN_USER_STAFF, 0}};
    kaimen_request_options options;
    kaimen_request *request = NULL;
    kaimen_detail detail;
    char *text;

    CHECK(kaimen_request_new(members, 3, NULL, "door-17", &request, NULL) == KAIMEN_OK);
    text = part_json(request, 0);
    CHECK(strcmp(text, "{\"cmd\":\"get_userinfo_by_ids\",\"headers\":{\"req_id\":\"door-17-1\"},"
                       "\"body\":{\"user_item\":[{\"userid\":\"zhangsan\",\"user_type\":0},"
                       "{\"userid\":\"lisi\",\"user_type\":2}],\"is_req_fp_info\":1,"
                       "\"is_req_fa_info\":1,\"is_req_public_key\":0}}") == 0);
    free(text);
    kaimen_request_free(request);

    /* The old form cannot say what lisi is, so it is refused. */
    kaimen_detail_init(&detail);
    kaimen_request_options_init(&options);
    options.form = KAIMEN_FORM_USERIDS;
    options.fingerprints = 0;
    request = NULL;
    CHECK(kaimen_request_new(members, 3, &options, "old", &request, &detail) ==
          KAIMEN_ERR_ARGUMENT);
    CHECK(strcmp(detail.field, "user_type") == 0 && detail.position == 1 && request == NULL);
    CHECK(kaimen_request_new(members, 1, &options, "old", &request, &detail) == KAIMEN_OK);
    text = part_json(request, 0);
    CHECK(strcmp(text, "{\"cmd\":\"get_userinfo_by_ids\",\"headers\":{\"req_id\":\"old-1\"},"
                       "\"body\":{\"userids\":[\"zhangsan\"],\"is_req_fp_info\":0,"
                       "\"is_req_fa_info\":1,\"is_req_public_key\":0}}") == 0);
    free(text);
    kaimen_request_free(request);
}

static void parts(void) {
    static char userids[MEMBERS][24];
    static kaimen_member_key members[MEMBERS];
    static const size_t expected[] = {200, 200, 1};
    kaimen_request *request = NULL;
    size_t count = 0;
    char req_id[16];

    for (int i = 0; i < MEMBERS; i++) {
        snprintf(userids[i], sizeof userids[i], "member%d", i % 1000);
        members[i].userid = userids[i];
        members[i].user_type = KAIMEN_USER_STAFF;
    }
    CHECK(kaimen_request_new(members, MEMBERS, NULL, "all", &request, NULL) == KAIMEN_OK);
    CHECK(kaimen_request_parts(request, &count, NULL) == KAIMEN_OK);
    CHECK(count == 3);
    for (size_t part = 0; part < count; part++) {
        char *text = part_json(request, part);
        snprintf(req_id, sizeof req_id, "\"all-%d\"", (int)part + 1);
        CHECK(times(text, req_id) == 1);
        CHECK(times(text, "\"userid\"") == expected[part]);
        free(text);
    }
    CHECK(kaimen_request_json(request, count, NULL, 0, &count, NULL) == KAIMEN_ERR_ARGUMENT);
    CHECK(count == 3);
    kaimen_request_free(request);
}

static void missing_members(void) {
    static struct text answer;
    const kaimen_member_key members[] = {{"stays", KAIMEN_USER_STAFF, 0},
                                         {"leaves", KAIMEN_USER_STAFF, 0}};
    kaimen_engine *engine = open_engine();
    kaimen_request *request = NULL;
    kaimen_report *report = NULL;
    kaimen_report_summary summary;
    kaimen_report_line line;
    kaimen_stats stats;
    kaimen_detail detail;

    kaimen_detail_init(&detail);
    kaimen_stats_init(&stats);
    answer_begin(&answer, "first");
    answer_member(&answer, "stays", KAIMEN_USER_STAFF, 0, NULL);
    answer_member(&answer, "leaves", KAIMEN_USER_STAFF, 1, NULL);
    answer_member(&answer, "not asked for", KAIMEN_USER_STAFF, 2, NULL);
    answer_end(&answer);
    CHECK(kaimen_engine_sync(engine, NULL, 0, answer.data, answer.size, NULL, &detail) ==
          KAIMEN_OK);

    /* The cloud knows "leaves" no more. */
    CHECK(kaimen_request_new(members, 2, NULL, "second", &request, NULL) == KAIMEN_OK);
    answer_begin(&answer, "second-1");
    answer_member(&answer, "stays", KAIMEN_USER_STAFF, 0, NULL);
    answer_end(&answer);

    /* An answer to another request removes nobody. */
    answer.data[strlen("{\"headers\":{\"req_id\":\"")] = 'X';
    CHECK(kaimen_engine_sync(engine, request, 0, answer.data, answer.size, &report, &detail) ==
          KAIMEN_ERR_REQ_ID);
    CHECK(strcmp(detail.field, "req_id") == 0 && report == NULL);
    CHECK(kaimen_engine_stats(engine, &stats, NULL) == KAIMEN_OK);
    CHECK(stats.members == 3 && stats.generation == 1);

    /* Nor does an answer to a part that there is not. */
    answer.data[strlen("{\"headers\":{\"req_id\":\"")] = 's';
    CHECK(kaimen_engine_sync(engine, request, 1, answer.data, answer.size, &report, &detail) ==
          KAIMEN_ERR_ARGUMENT);
    CHECK(strcmp(detail.field, "part") == 0 && report == NULL);

    CHECK(kaimen_engine_sync(engine, request, 0, answer.data, answer.size, &report, &detail) ==
          KAIMEN_OK);
    kaimen_request_free(request);
    CHECK(kaimen_engine_stats(engine, &stats, NULL) == KAIMEN_OK);
    CHECK(stats.members == 2 && stats.face_templates == 2);
    kaimen_engine_close(engine);

    /* The report outlives the engine. */
    kaimen_report_summary_init(&summary);
    kaimen_report_line_init(&line);
    CHECK(kaimen_report_summary_get(report, &summary, NULL) == KAIMEN_OK);
    CHECK(summary.counts[KAIMEN_ITEM_MEMBER_REMOVED] == 1);
    CHECK(summary.counts[KAIMEN_ITEM_MEMBER_UNCHANGED] == 1);
    CHECK(summary.generation == 2 && summary.items >= 1 && summary.dropped == 0);
    CHECK(kaimen_report_line_get(report, summary.items - 1, &line, NULL) == KAIMEN_OK);
    CHECK(line.kind == KAIMEN_ITEM_MEMBER_REMOVED && strcmp(line.userid, "leaves") == 0);
    CHECK(line.status == KAIMEN_OK && line.position == KAIMEN_NONE);
    CHECK(kaimen_report_line_get(report, summary.items, &line, &detail) == KAIMEN_ERR_ARGUMENT);
    CHECK(strcmp(detail.field, "index") == 0);
    kaimen_report_free(report);
}

int main(void) {
    forms();
    parts();
    missing_members();
    CHECK(kaimen_live_handles() == 0);
    return 0;
}
